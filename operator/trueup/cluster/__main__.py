"""`python -m trueup.cluster`: run the operator. Every option has a variable, TRUEUP_ and its name."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from trueup.cluster.logs import configure
from trueup.cluster.options import Options
from trueup.cluster.serving import Operator

log = logging.getLogger("trueup.cluster")

app = typer.Typer(add_completion=False, context_settings={"auto_envvar_prefix": "TRUEUP"})


class LogFormat(StrEnum):
    """How a line of the log looks."""

    JSON = "json"
    TEXT = "text"


@app.command()
def operate(
    kubeconfig: Annotated[Path | None, typer.Option(help="File with cluster and credentials.")] = None,
    context: Annotated[str | None, typer.Option(help="Its context to use; default: its current one.")] = None,
    namespace: Annotated[list[str] | None, typer.Option(help="Look after this namespace only; repeatable.")] = None,
    selector: Annotated[str | None, typer.Option(help="Look after objects with these labels only.")] = None,
    scope: Annotated[str, typer.Option(help="First part of every owner tag in AWS.")] = "trueup",
    region: Annotated[
        str | None,
        typer.Option(
            help="AWS region of objects that name none.",
            envvar=["TRUEUP_REGION", "AWS_DEFAULT_REGION", "AWS_REGION"],
        ),
    ] = None,
    interval: Annotated[float, typer.Option(min=0.1, help="Seconds of a sweep over all objects.")] = 60.0,
    settle: Annotated[float, typer.Option(min=0, help="Seconds until AWS shows what we wrote.")] = 30.0,
    search: Annotated[float, typer.Option(min=0, help="Seconds to search for a create of unknown outcome.")] = 60.0,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Objects looked at at the same time.")] = 8,
    health_port: Annotated[int, typer.Option(help="Port of /healthz, /readyz and /metrics.")] = 8080,
    health_host: Annotated[str, typer.Option(help="Address of that port.")] = "0.0.0.0",  # noqa: S104  asked by kubelet
    lease: Annotated[bool, typer.Option(help="Write only while holding the lease.")] = True,
    lease_name: Annotated[str | None, typer.Option(help="Name of the lease; default: the scope.")] = None,
    lease_namespace: Annotated[str | None, typer.Option(help="Its namespace; default: the pod's own.")] = None,
    log_format: Annotated[LogFormat, typer.Option(help="Lines for people or for collectors.")] = LogFormat.TEXT,
    log_level: Annotated[str, typer.Option(help="debug, info, warning or error.")] = "info",
) -> None:
    """Keep AWS true to the objects of a cluster, until SIGTERM or SIGINT."""
    configure(log_format.value, log_level)
    options = Options(
        kubeconfig=kubeconfig,
        context=context,
        namespaces=tuple(namespace or ()),
        selector=selector,
        scope=scope,
        region=region,
        interval=interval,
        settle=settle,
        search=search,
        workers=workers,
        health_host=health_host,
        health_port=health_port,
        lease=lease,
        lease_name=lease_name,
        lease_namespace=lease_namespace,
    )
    # Only here: with the engine come the models of every AWS service, which `--help` does not need.
    from trueup.cluster.assembly import engine

    looker, plurals, meter = engine(options)
    asyncio.run(Operator(options, looker, plurals, meter.counts).run())


def main(arguments: Sequence[str] | None = None) -> int:
    """The operator's exit code: 0 after an orderly end, 2 for options that make no sense."""
    found = app(args=list(arguments) if arguments is not None else None, prog_name="trueup run", standalone_mode=False)
    return found if isinstance(found, int) else 0


if __name__ == "__main__":
    sys.exit(main())
