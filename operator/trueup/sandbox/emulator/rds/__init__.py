"""Charter: RDS for Aurora PostgreSQL and DocumentDB, with a store of its own in place of moto's."""
