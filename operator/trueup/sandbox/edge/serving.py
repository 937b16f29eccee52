"""Charter: `trueup sandbox edge`: serve a sandbox's distributions until told to stop."""

from __future__ import annotations

from trueup.sandbox.edge.server import Edge
from trueup.sandbox.errors import SandboxError
from trueup.sandbox.ports import LOOPBACK
from trueup.sandbox.progress import say
from trueup.sandbox.stopping import told_to_stop


def serve(endpoint: str, port: int, only: str | None) -> None:
    """Print the address, tell how a browser gets there by the sites' own names, and serve until a signal."""
    stop = told_to_stop()
    try:
        edge = Edge.at(endpoint, port, only)
    except OSError as error:
        raise SandboxError(f"port {port} cannot be served: {error}; choose another, or 0 for a free one") from error
    with edge:
        leads = f"--host-resolver-rules='MAP * {LOOPBACK}:{edge.port}'"
        say(
            f"open a site with: chromium --user-data-dir=$(mktemp -d) --ignore-certificate-errors {leads} https://NAME/"
        )
        print(f"https://{LOOPBACK}:{edge.port}", flush=True)
        stop.wait()
