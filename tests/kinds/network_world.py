"""A Network against moto in this process: what AWS holds is listed, compared, planned for and put right, step by step.

The loop is the smallest that can be: no limits, no memory, no policies. What it drives is the declarations and the
core's own planning.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore import xform_name

from trueup.core.graph import Graph
from trueup.core.inventory import Inventory, item_of
from trueup.core.naming import Identity
from trueup.core.observed import Observed, Surroundings
from trueup.core.paths import get
from trueup.core.plan import Plan, Step
from trueup.core.planning import History, plan
from trueup.core.removing import plan_removal
from trueup.core.resource import Deep, Resource
from trueup.core.values import Call, Doc, Json, Pseudo
from trueup.kinds.common.kind import Context
from trueup.kinds.network import KIND
from trueup.kinds.network.spec import NetworkSpec

IDENTITY = Identity("default", "Network", "shop", "main")
REGION = "us-east-1"
PLATFORM: Mapping[str, Json] = {
    "cidr": "10.0.0.0/16",
    "zones": ["us-east-1a", "us-east-1b"],
    "publicSubnets": ["10.0.1.0/24", "10.0.2.0/24"],
    "privateSubnets": ["10.0.10.0/24", "10.0.11.0/24"],
    "nat": "One",
    "endpoints": ["s3"],
    "tags": {"team": "web"},
}


def context(spec: Mapping[str, Json], region: str = REGION, identity: Identity = IDENTITY) -> Context:
    return Context(identity, NetworkSpec.model_validate(spec), region, lambda kind, name: None)


def composed(spec: Mapping[str, Json] = PLATFORM, region: str = REGION, identity: Identity = IDENTITY) -> Graph:
    return KIND.compose(context(spec, region, identity))


@dataclass
class World:
    """AWS as moto plays it, and the calls that were made."""

    client: Any = field(default_factory=lambda: boto3.client("ec2", region_name=REGION))
    calls: list[Call] = field(default_factory=list)
    tries: int = 0

    def observed(self, graph: Graph) -> Observed:
        inventory = Inventory()
        now = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=self.tries)
        lists: dict[str, list[Doc]] = {}
        for kind in KIND.types:
            if kind.LISTING.operation not in lists:
                lists[kind.LISTING.operation] = list(self.listed(kind))
            for doc in lists[kind.LISTING.operation]:
                whole = {**doc, **{deep.into: self.read(deep, doc) for deep in kind.DEEP}}
                raw = str(get(whole, kind.LISTING.by))
                inventory.put(kind, raw, [item_of(kind, member, now) for member in kind.members(whole)])
        pseudo = {Pseudo.ACCOUNT: "123456789012", Pseudo.REGION: REGION, Pseudo.PARTITION: "aws"}
        return Observed(graph, Surroundings(inventory, pseudo, KIND.types))

    def listed(self, kind: type[Resource]) -> Iterator[Doc]:
        listing = kind.LISTING
        method = _method(listing.operation)
        params = {**listing.params, **listing.page}
        if not self.client.can_paginate(method):
            yield from getattr(self.client, method)(**params)[listing.result]
            return
        for page in self.client.get_paginator(method).paginate(**params):
            yield from page[listing.result]

    def read(self, deep: Deep, doc: Doc) -> Json:
        params = {name: str(value).format(**doc) for name, value in deep.params.items()}
        return get(getattr(self.client, _method(deep.operation))(**params), deep.result)

    def plan(self, graph: Graph) -> Plan:
        applied = {str(node.resource.key): node.resource.digest() for node in graph.ordered()}
        return plan(graph, self.observed(graph), History(applied, {"AWS::EC2::NatGateway/nat-0": str(self.tries)}))

    def converge(self, graph: Graph) -> None:
        """Whatever is ready was done, plan after plan, until nothing was."""
        for _ in range(30):
            self.tries += 1
            steps = self.plan(graph).ready
            if not steps:
                return
            self.execute(steps)
        raise AssertionError(f"never at rest: {self.plan(graph).ready}")

    def execute(self, steps: tuple[Step, ...]) -> None:
        for step in steps:
            for call in step.calls:
                self.calls.append(call)
                getattr(self.client, _method(call.operation))(**call.params)

    def remove(self, graph: Graph) -> list[str]:
        """The operations, in order, that left nothing of the object."""
        done: list[str] = []
        for _ in range(60):
            steps = plan_removal(graph, self.observed(graph), snapshot=False).ready
            if not steps:
                return done
            done += [call.operation for step in steps for call in step.calls]
            self.execute(steps)
        raise AssertionError("never gone")

    def doc(self, graph: Graph, key: str) -> Any:
        """What AWS shows of a resource, by `type/name` without AWS::EC2::."""
        return next(seen.doc for each, seen in self.observed(graph).seen.items() if str(each) == f"AWS::EC2::{key}")


def _method(operation: str) -> str:
    return xform_name(operation)
