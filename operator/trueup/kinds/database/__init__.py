"""The kind Database: its spec and the AWS resources that it stands for."""
