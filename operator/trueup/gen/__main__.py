"""`python -m trueup.gen [--check] [--root DIR]`.

What `trueup gen` does, for a checkout without the command.
"""

from argparse import ArgumentParser
from pathlib import Path

import typer

from trueup.gen.files import differences, write
from trueup.gen.registry import render


def main(arguments: list[str] | None = None) -> int:
    """Write the generated files below the root, or with --check only say which differ; 1 when any does."""
    parser = ArgumentParser(prog="trueup.gen", description="Write the files that are made from declarations.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file differs")
    parser.add_argument("--root", type=Path, default=Path(), help="root of the repository (default: here)")
    options = parser.parse_args(arguments)
    if not options.check:
        for path in write(options.root, render()):
            typer.echo(path)
        return 0
    found = differences(options.root, render())
    for sentence in found:
        typer.echo(sentence)
    if found:
        typer.echo("Run `trueup gen` and commit the result.")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
