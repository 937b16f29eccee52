"""Values and pure functions: what is declared, what is observed, what follows from the two.

Only the standard library, and of it nothing that reads a clock, an environment, a file or a socket:
time, account and region are arguments. Nothing here knows a single AWS service or a single kind by name.
"""
