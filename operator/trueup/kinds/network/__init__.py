"""The kind Network: its spec and the AWS resources that it stands for."""
