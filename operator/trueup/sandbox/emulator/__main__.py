"""Charter: `python -m trueup.sandbox.emulator`: serve the emulator until told to stop."""

from __future__ import annotations

from typing import Annotated

import typer

from trueup.sandbox.emulator.emulator import Emulator
from trueup.sandbox.stopping import told_to_stop


def main(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 0,
    delays: Annotated[str, typer.Option(help="none, short, or seconds for every change.")] = "short",
) -> None:
    """Serve AWS on this machine. Prints its address once it answers."""
    stop = told_to_stop()
    try:
        emulator = Emulator.serve(host, port, delays)
    except (ValueError, OSError) as error:
        raise typer.BadParameter(str(error)) from error
    print(emulator.url, flush=True)  # the address is this command's output
    stop.wait()
    emulator.stop()


if __name__ == "__main__":
    typer.run(main)
