"""The commands with their arguments and help. Each hands over to the module that does it, imported only then."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from trueup.cli.failures import ERROR, Failure

app = typer.Typer(
    name="trueup",
    help="Keeps AWS true to what Git says.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_PASSED_ON: Final = {"ignore_unknown_options": True, "allow_extra_args": True, "allow_interspersed_args": False}
"""The command's arguments are another command's: they are handed on as they are, --help included."""


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"trueup {version('trueup')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Keeps AWS true to what Git says: plans, looks, explains, and runs the operator."""
    del version
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def gen(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when a file differs.")] = False,
    root: Annotated[Path, typer.Option(help="Root of the repository.")] = Path(),
) -> None:
    """Write the files that are made from declarations: CRDs, rights, reference pages.

    Example: trueup gen --check
    """
    from trueup.gen.files import differences, write
    from trueup.gen.registry import render

    if not check:
        for path in write(root, render()):
            typer.echo(path)
        return
    found = differences(root, render())
    for sentence in found:
        typer.echo(sentence)
    if found:
        typer.echo("Run `trueup gen` and commit the result.")
        raise typer.Exit(ERROR)


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def run(context: typer.Context) -> None:
    """Run the operator against the cluster of KUBECONFIG, or the one that it runs in; `trueup run --help` says how.

    Example: trueup run --scope production
    """
    from trueup.cluster.__main__ import main

    raise typer.Exit(main(context.args))


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def sandbox(context: typer.Context) -> None:
    """Run a whole Trueup on this machine: API server, AWS emulator, operator; `trueup sandbox --help` lists how.

    Example: trueup sandbox up
    """
    try:
        from trueup.sandbox.command import app as commands
    except ModuleNotFoundError as missing:
        raise Failure(f"the sandbox needs {missing.name}: install it with `pip install 'trueup[sandbox]'`") from missing
    code = commands(args=context.args or ["--help"], prog_name="trueup sandbox", standalone_mode=False)
    raise typer.Exit(code if isinstance(code, int) else 0)
