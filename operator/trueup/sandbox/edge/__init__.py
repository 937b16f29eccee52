"""Charter: distributions served on loopback exactly as AWS's API shows them, so that a browser can open a site.

Knows nothing of what was declared: all it does follows from what it reads back. See docs/emulator.md.
"""

from trueup.sandbox.edge.server import Edge

__all__ = ["Edge"]
