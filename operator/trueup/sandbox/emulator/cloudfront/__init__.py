"""CloudFront: distributions that take time, guarded by ETags, and the policies, functions and controls they name."""
