"""AWS's error codes by service: each with cause, remedy and consequence; codes of one cause stand together."""
