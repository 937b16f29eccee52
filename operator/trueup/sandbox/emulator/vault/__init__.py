"""Charter: secrets as they are kept, and those that databases keep: what several services look into."""
