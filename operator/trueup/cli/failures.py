"""How a command fails: one sentence on stderr and exit code 1. A fault of our own says so and where its trace is."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from typing import Final

import typer

ERROR: Final = 1
INTERRUPTED: Final = 130


class Failure(Exception):
    """What the user asked for cannot be done; the text says in a sentence why, and what to do."""


def guarded(run: Callable[[], object]) -> int:
    """The exit code of a command; whatever it raises has been said on stderr."""
    try:
        code = run()
        sys.stdout.flush()
    except Failure as failure:
        return _say(str(failure))
    except typer.TyperException as refusal:
        said = refusal.format_message().removesuffix(".").replace("Value error, ", "")
        if not said:  # nothing was asked for, and the help has been shown
            return 0
        return _say(f"{said} (see `{_command(refusal)} --help`)")
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has gone: what Python would flush on exit has nowhere to go either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ERROR
    except Exception as fault:
        return _fault(fault)
    return code if isinstance(code, int) else 0


def _say(sentence: str) -> int:
    for line in sentence.splitlines():
        typer.echo(f"error: {line}", err=True)
    return ERROR


def _command(refusal: typer.TyperException) -> str:
    """The command line whose help explains the refusal, such as `trueup plan`."""
    return str(getattr(getattr(refusal, "ctx", None), "command_path", "trueup"))


def _fault(fault: Exception) -> int:
    """The trace stands in a file that only its owner reads; the terminal gets a sentence."""
    with tempfile.NamedTemporaryFile("w", prefix="trueup-fault-", suffix=".txt", delete=False) as file:
        file.write("".join(traceback.format_exception(fault)))
    return _say(
        f"this is a fault of Trueup, not of your input ({type(fault).__name__}). "
        f"The trace is in {file.name}: please report it with the command that you ran."
    )
