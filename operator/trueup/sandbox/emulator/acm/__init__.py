"""ACM's public certificates: asked for, proved by records in the emulated Route 53, issued, used, deleted."""
