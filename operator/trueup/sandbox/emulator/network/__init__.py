"""Charter: EC2's networking: moto's, with what AWS refuses, delays and remembers."""
