"""Charter: `python -m trueup.sandbox.edge`: serve the sandbox's distributions until told to stop."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Annotated

import typer

from trueup.sandbox.edge.server import Edge


def main(
    endpoint: Annotated[str, typer.Option(envvar="AWS_ENDPOINT_URL", help="The AWS emulator's URL.")],
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 0,
    distribution: Annotated[str, typer.Option(help="The distribution of names that no other one has.")] = "",
) -> None:
    """Serve AWS's distributions on this machine. Prints its address once it answers."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    try:
        edge = Edge.at(endpoint, port, distribution or None)
    except OSError as error:
        raise typer.BadParameter(str(error)) from error
    print(f"https://127.0.0.1:{edge.port}", flush=True)  # the address is this command's output
    stopped.wait()
    edge.stop()


if __name__ == "__main__":
    typer.run(main)
