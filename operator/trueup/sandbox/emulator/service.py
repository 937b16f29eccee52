"""Charter: what a service of our own needs: the call it answers and the world it lives in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from trueup.sandbox.emulator.clock import Clock, Delays, Timeline
from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.vault.store import Secrets
from trueup.sandbox.emulator.zones.zones import Zones

DEFAULT_QUOTAS: Mapping[str, int] = {
    "rds.clusters": 40,
    "rds.instances": 40,
    "rds.subnet-groups": 50,
    "rds.parameter-groups": 50,
    "rds.manual-cluster-snapshots": 100,
    "ec2.vpcs": 5,
    "ec2.nat-gateways-per-zone": 5,
    "ec2.addresses": 5,
    "ec2.security-groups": 2500,
    "budgets.budgets": 20_000,
    "ce.service-monitors": 1,
    "ce.monitors": 500,
    "apprunner.services": 30,
    "apprunner.autoscaling-names": 10,
    "apprunner.autoscaling-revisions": 5,
    "apprunner.observability-names": 10,
    "apprunner.observability-revisions": 10,
    "apprunner.vpc-connectors": 10,
    "apprunner.connections": 10,
    "route53.hosted-zones": 500,
    "s3.buckets": 10_000,
    "acm.certificates": 2500,
    "acm.names": 10,
    "cloudfront.cache-behaviors": 75,
    "cloudfront.cache-policies": 20,
    "cloudfront.distributions": 500,
    "cloudfront.distributions-per-access-control": 100,
    "cloudfront.functions": 100,
    "cloudfront.invalidated-paths": 3000,
    "cloudfront.names": 100,
    "cloudfront.origin-access-controls": 100,
    "cloudfront.response-headers-policies": 20,
    "secretsmanager.secrets": 500_000,
}
"""AWS's default quotas per account and region (for budgets and anomaly monitors: per account)."""


@dataclass(frozen=True)
class Call:
    """One call to a service of ours, its parameters by botocore's names."""

    service: str
    operation: str
    account: str
    region: str
    caller: str
    params: Document

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter, or the default where it is absent."""
        return self.params.get(name, default)


class Quotas:
    """The account's limits; the sandbox may raise them."""

    def __init__(self) -> None:
        self._values = dict(DEFAULT_QUOTAS)

    def put(self, values: Mapping[str, object]) -> None:
        """Change some limits. A ValueError names what is unknown or no whole number."""
        for name, value in values.items():
            if name not in DEFAULT_QUOTAS:
                raise ValueError(f"unknown quota {name!r}; known: {', '.join(sorted(DEFAULT_QUOTAS))}")
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise ValueError(f"quota {name} is a whole number of at least 0, not {value!r}")
        for name, value in values.items():
            self._values[name] = int(str(value))

    def view(self) -> dict[str, int]:
        """All limits."""
        return dict(sorted(self._values.items()))

    def refuse_if_reached(self, name: str, have: int, code: str, message: str) -> None:
        """Raise the service's quota error if one more would be too many."""
        if have >= self._values[name]:
            raise AwsError(code, message)

    def reset(self) -> None:
        """Back to AWS's defaults."""
        self._values = dict(DEFAULT_QUOTAS)


@dataclass(frozen=True)
class World:
    """What services share: time, promised changes, delays and limits."""

    clock: Clock
    timeline: Timeline
    delays: Delays
    quotas: Quotas
    zones: Zones = field(default_factory=Zones)
    """The DNS that certificates and domains are proved by."""
    secrets: Secrets = field(default_factory=Secrets)
    """What databases keep their passwords in, and services take theirs from."""

    def later(self, kind: str, change: Callable[[], None]) -> None:
        """Let a change happen after the delay of its kind."""
        self.timeline.after(self.delays.of(kind), change)


Forward = Callable[[], Answer]
"""Lets moto answer the call at hand."""


class Service(Protocol):
    """A service that we answer ourselves, or whose calls we look at before and after moto does."""

    def handle(self, call: Call, forward: Forward, /) -> Document | Answer:
        """Answer the call with a document of the operation's output shape, or with moto's answer."""
        ...

    def reset(self) -> None:
        """Forget all state."""
        ...


Operation = Callable[[Call], Document]
