"""Charter: App Runner, which moto has not got: services and their operations, revisions, connectors, domains."""
