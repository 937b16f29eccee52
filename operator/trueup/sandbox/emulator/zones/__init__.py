"""Charter: hosted zones and records as they are kept, for Route 53 and for all that is proved by DNS."""
