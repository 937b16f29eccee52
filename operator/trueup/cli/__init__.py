"""The command `trueup`: arguments in, tables or JSON out, and an exit code.

It reads manifests and terminals and calls what the other packages do; a decision that is made here
belongs elsewhere. Nothing heavy is imported before a command needs it: a plan without AWS takes a second.
"""

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (default: the process's own); answers the exit code, never a trace."""
    from trueup.cli.failures import guarded

    def run() -> object:
        from trueup.cli.command import app

        return app(args=None if arguments is None else list(arguments), prog_name="trueup", standalone_mode=False)

    return guarded(run)
