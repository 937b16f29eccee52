"""What types of several services share."""
