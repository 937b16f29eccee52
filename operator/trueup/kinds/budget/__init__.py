"""The kind Budget: its spec and the AWS resources that it stands for."""
