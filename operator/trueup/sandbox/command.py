"""`trueup sandbox up | down | status | demo | tools`: a whole Trueup on this machine."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from trueup.sandbox import lifecycle
from trueup.sandbox.controlplane import ensure, kubectl
from trueup.sandbox.controlplane.pins import CONTROL_PLANE, PROGRAMS
from trueup.sandbox.errors import SandboxError
from trueup.sandbox.progress import say
from trueup.sandbox.state import DEFAULT_NAME

app = typer.Typer(help="A whole Trueup on this machine: API server, AWS emulator, operator.", no_args_is_help=True)

Name = Annotated[str, typer.Option("--name", envvar="SANDBOX", help="Which sandbox of this project.")]
_NOT_READY = 3
_INTERRUPTED = 130


@app.command()
def up(
    name: Name = DEFAULT_NAME,
    aws_endpoint: Annotated[
        str, typer.Option(envvar="SANDBOX_AWS_ENDPOINT", help="Use the emulator that runs at this URL.")
    ] = "",
    delays: Annotated[
        str, typer.Option(envvar="SANDBOX_DELAYS", help="How long AWS takes: none, short, or seconds.")
    ] = "",
    operator: Annotated[bool, typer.Option(help="Run the operator too.")] = True,
    context: Annotated[
        str,
        typer.Option(envvar="SANDBOX_CONTEXT", help="Use the cluster of this context of your kubeconfig (kind, EKS)."),
    ] = "",
) -> None:
    """Bring the sandbox up, or repair it; the last lines on stdout are for the shell that shall use it."""
    with _sentences():
        sandbox = lifecycle.up(
            name,
            aws_endpoint=aws_endpoint or None,
            delays=delays or None,
            operator=operator,
            context=context or None,
        )
    what = f"started {', '.join(sandbox.started)}" if sandbox.started else "everything was running"
    say(f"sandbox {name} is ready ({what}); in another shell: . {sandbox.state.env}")
    for line in sandbox.exports.lines():
        print(line)


@app.command()
def down(name: Name = DEFAULT_NAME) -> None:
    """Take the sandbox down; nothing of it stays."""
    with _sentences():
        found = lifecycle.down(name)
    say(f"sandbox {name} is gone" if found else f"there is no sandbox {name} here")


@app.command()
def status(name: Name = DEFAULT_NAME) -> None:
    """Show each part of the sandbox; exit 3 unless all are ready."""
    with _sentences():
        found = lifecycle.status(name)
    table = Table("PART", "STATUS", "PID", "ADDRESS", box=None, pad_edge=False)
    for part in found:
        table.add_row(part.name, part.condition, str(part.pid or ""), part.address)
    if found:
        Console(soft_wrap=True).print(table)
    else:
        say(f"there is no sandbox {name} here: run `make sandbox`")
    if not found or any(part.condition != "ready" for part in found):
        raise typer.Exit(_NOT_READY)


@app.command()
def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Leave the demo's sandbox running afterwards.")] = False,
) -> None:
    """Play the whole story in a sandbox of its own, every step verified; exit 1 when one is not as told."""
    from trueup.sandbox.demo.story import play

    with _sentences():
        as_told = play(keep=keep)
    if not as_told:
        raise typer.Exit(1)


@app.command()
def tools(
    names: Annotated[
        list[str] | None, typer.Argument(help=f"Of {', '.join([*PROGRAMS, 'kubectl'])}; default: what a sandbox needs.")
    ] = None,
) -> None:
    """Build whatever of these programs this machine lacks, and print where each is."""
    wanted = names or [*CONTROL_PLANE, "kubectl"]
    unknown = [name for name in wanted if name not in (*PROGRAMS, "kubectl")]
    with _sentences():
        if unknown:
            raise SandboxError(f"no tool is called {unknown[0]}: choose from {', '.join([*PROGRAMS, 'kubectl'])}")
        found = ensure([name for name in wanted if name != "kubectl"])
        if "kubectl" in wanted:
            found["kubectl"] = kubectl()
    for name in wanted:
        print(f"{name} {found[name]}")


@app.command()
def edge(
    endpoint: Annotated[str, typer.Option(envvar="AWS_ENDPOINT_URL", help="The sandbox's AWS.")],
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 0,
    distribution: Annotated[
        str, typer.Option(help="The distribution that is served under names that no other one has, such as 127.0.0.1.")
    ] = "",
) -> None:
    """Serve the sites of a sandbox to a browser on this machine until Ctrl-C; the address is printed."""
    from trueup.sandbox.edge.serving import serve

    with _sentences():
        serve(endpoint, port, distribution or None)


@contextmanager
def _sentences() -> Generator[None]:
    """Failures as one sentence and exit code 1; being told to stop ends like Ctrl-C, after cleaning up."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, interrupt)
    try:
        yield
    except SandboxError as error:
        say(f"error: {error}")
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        say("interrupted; what was started has been taken down again")
        raise typer.Exit(_INTERRUPTED) from None


if __name__ == "__main__":
    app()
