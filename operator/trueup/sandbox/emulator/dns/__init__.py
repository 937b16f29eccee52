"""Charter: Route 53's hosted zones and records, with what AWS refuses and how it writes names down."""
