"""Charter: Secrets Manager. Secrets and their versions are ours; what nobody here asks for is moto's or missing."""
