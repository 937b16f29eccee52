"""One pass over one object: compose, observe, plan, act, report.

The whole product in the order in which it happens, against ports instead of clients, so that the
operator, the command and the tests run the very same pass. It keeps nothing between passes.
"""
