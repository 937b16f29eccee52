"""`python -m trueup.cli`: the command, where it is not on PATH."""

from trueup.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
