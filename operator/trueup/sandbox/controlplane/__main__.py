"""`python -m trueup.sandbox.controlplane`: build what this machine lacks of the control plane, say where it is."""

from __future__ import annotations

import sys

from trueup.sandbox.controlplane.locate import ensure
from trueup.sandbox.errors import SandboxError
from trueup.sandbox.progress import say


def main() -> int:
    """Exit 0 with one `name path` line per program on stdout, or 1 with a sentence on stderr."""
    try:
        for name, path in ensure().items():
            print(name, path)
    except SandboxError as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        say("interrupted; the next build goes on from here")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
