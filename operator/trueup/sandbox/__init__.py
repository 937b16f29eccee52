"""A cluster and an AWS on this machine: local control plane, AWS emulator, the operator, the demo.

Everything listens on loopback, stands in one state folder, and goes without a trace. The operator in here is the
same process as in production; nothing outside this package may know that a sandbox exists, except the command.
"""
