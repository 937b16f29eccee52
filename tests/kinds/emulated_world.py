"""Any kind against the emulator in this process: listed, read deep, compared, planned for and put right.

The loop is the smallest that can be: no limits, no memory, no policies. It drives declarations and planning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore import xform_name

from trueup.aws.reading import at_member, filled
from trueup.aws.sources import Slot, merged
from trueup.core.graph import Graph
from trueup.core.inventory import Inventory, item_of
from trueup.core.observed import Observed, Surroundings
from trueup.core.paths import get
from trueup.core.plan import Plan, Step
from trueup.core.planning import History, plan
from trueup.core.removing import plan_removal
from trueup.core.resource import Deep, Resource
from trueup.core.values import MISSING, Call, Doc, Json, Pseudo, as_list
from trueup.kinds.common.kind import Kind
from trueup.sandbox.emulator import Emulator

START = datetime(2026, 11, 23, tzinfo=UTC)
REGION = "us-east-1"
ACCOUNT = "123456789012"
PSEUDO = {Pseudo.ACCOUNT: ACCOUNT, Pseudo.REGION: REGION, Pseudo.PARTITION: "aws"}


@dataclass
class World:
    """AWS as the emulator plays it, and the calls that were made for an object."""

    emulator: Emulator
    kind: Kind
    foreign: tuple[type[Resource], ...] = ()
    calls: list[Call] = field(default_factory=list)
    clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def ask(self, service: str, operation: str, params: Mapping[str, Json], region: str = REGION) -> Any:
        if (service, region) not in self.clients:
            self.clients[service, region] = self.emulator.client(service, region)
        client = self.clients[service, region]
        method = xform_name(operation)
        if client.can_paginate(method):
            return client.get_paginator(method).paginate(**params).build_full_result()
        return getattr(client, method)(**params)

    def observed(self, graph: Graph) -> Observed:
        inventory = Inventory()
        for kind in {*self.kind.types, *self.foreign}:
            for doc in self._listed(kind):
                if not tuple(kind.members(doc)):
                    continue
                reads = [(read, self._slot(kind, read, doc)) for read in kind.DEEP]
                items = [item_of(kind, one, START) for one in kind.members(merged(doc, reads))]
                inventory.put(kind, str(get(doc, kind.LISTING.by)), items)
        return Observed(graph, Surroundings(inventory, PSEUDO, self.kind.types, self.foreign))

    def _listed(self, kind: type[Resource]) -> list[Doc]:
        listing = kind.LISTING
        params = {**_filled(listing.params, {}), **listing.page}
        answer = self.ask(listing.service or kind.SERVICE, listing.operation, params, kind.REGION or REGION)
        return list(as_list(get(answer, listing.result)) or ())

    def _slot(self, kind: type[Resource], read: Deep, doc: Doc) -> Slot:
        head = read.into.split("[]", 1)[0]
        if head == read.into:
            result = self._read(kind, read, read.params, doc)
        else:
            count = len(as_list(get(doc, head)) or ())
            result = [self._read(kind, read, at_member(read.params, head, n), doc) for n in range(count)]
        return Slot(result, START, "", read.every)

    def _read(self, kind: type[Resource], read: Deep, params: Json, doc: Doc) -> Json:
        found = {**_filled(params, doc), **read.page}
        answer = self.ask(read.service or kind.SERVICE, read.operation, found, kind.REGION or REGION)
        return get(answer, read.result)

    def plan(self, graph: Graph) -> Plan:
        applied = {str(node.resource.key): node.resource.digest() for node in graph.ordered()}
        return plan(graph, self.observed(graph), History(applied))

    def converge(self, graph: Graph) -> list[str]:
        """The operations, in order, after which nothing is left to do."""
        done: list[str] = []
        for _ in range(30):
            steps = self.plan(graph).ready
            if not steps:
                return done
            done += self.execute(steps)
        raise AssertionError(f"never at rest: {self.plan(graph).ready}")

    def execute(self, steps: tuple[Step, ...]) -> list[str]:
        calls = [(step, call) for step in steps for call in step.calls]
        for step, call in calls:
            self.calls.append(call)
            self.ask(call.service, call.operation, call.params, step.kind.REGION or REGION)
        return [call.operation for _, call in calls]

    def remove(self, graph: Graph, *, snapshot: bool) -> list[str]:
        """The operations, in order, that left nothing of the object."""
        done: list[str] = []
        for _ in range(60):
            steps = plan_removal(graph, self.observed(graph), snapshot=snapshot).ready
            if not steps:
                return done
            done += self.execute(steps)
        raise AssertionError("never gone")


def _filled(params: Json, doc: Doc) -> Json:
    names = {pseudo.value: value for pseudo, value in PSEUDO.items()}

    def find(path: str) -> Json:
        value = get(doc, path)
        return names.get(path, MISSING) if value is MISSING else value

    return filled(params, find)
