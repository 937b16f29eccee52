"""What all kinds share: the fields every spec has, the rules a spec obeys, and how a manifest is read."""
