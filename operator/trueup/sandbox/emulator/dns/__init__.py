"""Charter: Route 53 as its clients call it, with what AWS refuses."""
