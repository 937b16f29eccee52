"""What an operator is told when it starts."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from trueup.cluster.census import Extent
from trueup.cluster.connection import Source
from trueup.cluster.lease import LeaseName

LOOPBACK: Final = "127.0.0.1"
NAMESPACE: Final = "trueup-system"
"""Where the operator is installed, unless one says otherwise."""


def identity() -> str:
    """A name for this process that no other one has had: a restarted pod or process must not inherit a lease."""
    return f"{socket.gethostname()}_{os.getpid()}_{secrets.token_hex(4)}"


@dataclass(frozen=True, slots=True)
class Options:
    """How this operator runs. Times are in seconds."""

    kubeconfig: Path | None = None
    context: str | None = None
    namespaces: tuple[str, ...] = ()
    selector: str | None = None
    scope: str = "trueup"
    region: str | None = None
    interval: float = 60.0
    settle: float = 30.0
    search: float = 60.0
    workers: int = 8
    aws_rate: float = 1.0
    """How many times as fast as by default AWS may be called."""
    health_host: str | None = None
    """Where the pages are served. In a cluster by default everywhere, for kubelet and Prometheus; else on loopback."""
    health_port: int = 8080
    lease: bool = True
    lease_name: str | None = None
    lease_namespace: str | None = None
    grace: float = 10.0
    """How long running calls may take to finish when the operator is asked to stop."""
    me: str = field(default_factory=identity)

    @property
    def source(self) -> Source:
        """Which cluster."""
        return Source(self.kubeconfig, self.context)

    @property
    def page_host(self) -> str | None:
        """The address of the pages; None is every address."""
        return self.health_host or (None if self.source.in_cluster else LOOPBACK)

    @property
    def extent(self) -> Extent:
        """Which objects."""
        return Extent(self.namespaces, self.selector)

    def lease_of(self) -> LeaseName:
        """The Lease that this operator must hold in order to write: one for each scope, unless it is named."""
        namespace = self.lease_namespace or self.source.namespace() or NAMESPACE
        return LeaseName(namespace, self.lease_name or self.scope, self.me)
