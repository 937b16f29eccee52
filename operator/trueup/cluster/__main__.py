"""`python -m trueup.cluster`: run the operator. Every option has a variable, TRUEUP_ and its name."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from trueup.cluster.logs import configure
from trueup.cluster.options import Options

REGION_VARIABLES: Final = ("TRUEUP_REGION", "AWS_DEFAULT_REGION", "AWS_REGION")

app = typer.Typer(add_completion=False, context_settings={"auto_envvar_prefix": "TRUEUP"})


class LogFormat(StrEnum):
    """How a line of the log looks."""

    JSON = "json"
    TEXT = "text"


Kubeconfig = Annotated[Path | None, typer.Option(help="File with cluster and credentials.")]
Context = Annotated[str | None, typer.Option(help="Its context to use; default: its current one.")]
Namespaces = Annotated[list[str] | None, typer.Option(help="Look after this namespace only; repeatable.")]
Selector = Annotated[str | None, typer.Option(help="Look after objects with these labels only.")]
Scope = Annotated[str, typer.Option(help="First part of every owner tag in AWS.")]
Region = Annotated[
    str | None, typer.Option(help="AWS region of objects that name none.", envvar=list(REGION_VARIABLES))
]
Interval = Annotated[float, typer.Option(min=0.1, help="Seconds of a sweep over all objects.")]
Settle = Annotated[float, typer.Option(min=0, help="Seconds until AWS shows what we wrote.")]
Search = Annotated[float, typer.Option(min=0, help="Seconds to search for a create of unknown outcome.")]
Threads = Annotated[int, typer.Option(min=1, max=64, help="Objects looked at at the same time.")]
Rate = Annotated[float, typer.Option(min=0.01, help="AWS may be called so many times as fast as by default.")]
Port = Annotated[int, typer.Option(help="Port of /healthz, /readyz and /metrics.")]
Address = Annotated[str | None, typer.Option(help="Address of that port; default outside a cluster: loopback.")]
WithLease = Annotated[bool, typer.Option(help="Write only while holding the lease.")]
LeaseName = Annotated[str | None, typer.Option(help="Name of the lease; default: the scope.")]
LeaseSpace = Annotated[str | None, typer.Option(help="Its namespace; default: the pod's own.")]
Lines = Annotated[LogFormat, typer.Option(help="Lines for people or for collectors.")]
Level = Annotated[str, typer.Option(help="debug, info, warning or error.")]


@app.command()
def operate(
    kubeconfig: Kubeconfig = None,
    context: Context = None,
    namespace: Namespaces = None,
    selector: Selector = None,
    scope: Scope = "trueup",
    region: Region = None,
    interval: Interval = 60.0,
    settle: Settle = 30.0,
    search: Search = 60.0,
    workers: Threads = 8,
    aws_rate: Rate = 1.0,
    health_port: Port = 8080,
    health_host: Address = None,
    lease: WithLease = True,
    lease_name: LeaseName = None,
    lease_namespace: LeaseSpace = None,
    log_format: Lines = LogFormat.TEXT,
    log_level: Level = "info",
) -> None:
    """Keep AWS true to the objects of a cluster, until SIGTERM or SIGINT."""
    configure(log_format.value, log_level)
    where = Options(kubeconfig=kubeconfig, context=context, namespaces=tuple(namespace or ()), selector=selector)
    what = replace(where, scope=scope, region=region, interval=interval, settle=settle, search=search, workers=workers)
    pages = replace(what, aws_rate=aws_rate, health_host=health_host, health_port=health_port)
    _run(replace(pages, lease=lease, lease_name=lease_name, lease_namespace=lease_namespace))


def _run(options: Options) -> None:
    # Only here: with the engine come the models of every AWS service, and with the host kopf; `--help` needs neither.
    from trueup.cluster.assembly import engine
    from trueup.cluster.serving import Operator

    looker, plurals, meter = engine(options)
    asyncio.run(Operator(options, looker, plurals, meter.counts).run())


def main(arguments: Sequence[str] | None = None) -> int:
    """The operator's exit code: 0 after an orderly end, 2 for options that make no sense."""
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="trueup run")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
