"""The command `trueup`: arguments in, tables or JSON out, and an exit code.

It reads manifests and terminals and calls what the other packages do; a decision that is made here
belongs elsewhere.
"""
