"""The whole engine on an emulator in process, with time in the test's hands: what laws, stories and faults run on.

`House` plays the host: it holds manifests as a cluster would, hands them to the engine, and keeps what the engine
writes. Nothing of ours is replaced; only sockets and the clock are.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from botocore.client import BaseClient

from trueup.app.engine import Engine
from trueup.app.ports import FINALIZER, Manifest, Outcome, Superseded
from trueup.app.settings import Settings
from trueup.aws.execution import Executor
from trueup.aws.limits import Limits
from trueup.aws.observation import Observer
from trueup.aws.sessions import Sessions
from trueup.core.report import Event, differs
from trueup.kinds.registry import kinds
from trueup.sandbox.emulator import Emulator

Address = tuple[str, str, str]
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SETTINGS = Settings(region="us-east-1")


@dataclass
class Clock:
    """A clock that moves only when told."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        """The time as the emulator wants it."""
        return self.at.timestamp()

    def advance(self, seconds: float) -> None:
        """Time passes."""
        self.at += timedelta(seconds=seconds)


@dataclass
class Cluster:
    """The objects, as an API server would hold them; a `World` for the engine."""

    objects: dict[Address, Manifest] = field(default_factory=dict[Address, Manifest])
    events: list[tuple[Address, Event]] = field(default_factory=list[tuple[Address, Event]])
    writes: list[tuple[Address, str]] = field(default_factory=list[tuple[Address, str]])
    annotations: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def get(self, kind: str, namespace: str, name: str) -> Manifest | None:
        return self.objects.get((kind, namespace, name))

    def namespaced(self, namespace: str) -> Iterable[Manifest]:
        return [m for m in self.objects.values() if m.namespace == namespace]

    def all(self) -> Iterable[Manifest]:
        return list(self.objects.values())

    def namespace_annotation(self, namespace: str, key: str) -> str | None:
        return self.annotations.get(namespace, {}).get(key)


class Journal:
    """Writes an object's state into the cluster, and counts."""

    def __init__(self, cluster: Cluster, address: Address, clock: Clock, leads: Callable[[], bool]) -> None:
        self._cluster = cluster
        self._address = address
        self._clock = clock
        self._leads = leads

    def _change(self, what: str, change: Callable[[Manifest], Manifest]) -> None:
        current = self._cluster.objects.get(self._address)
        if current is None:
            raise Superseded("the object is gone")
        self._cluster.objects[self._address] = change(current)
        self._cluster.writes.append((self._address, what))

    def finalizer(self, present: bool) -> None:
        def change(m: Manifest) -> Manifest:
            others = tuple(f for f in m.finalizers if f != FINALIZER)
            return replace(m, finalizers=(*others, FINALIZER) if present else others)

        self._change("finalizer", change)
        current = self._cluster.objects[self._address]
        if current.deleting and not current.finalizers:
            del self._cluster.objects[self._address]

    def annotate(self, changes: Mapping[str, str | None]) -> None:
        def change(m: Manifest) -> Manifest:
            merged = {**m.annotations, **changes}
            return replace(m, annotations={k: v for k, v in merged.items() if v is not None})

        self._change("annotations", change)

    def status(self, status: Mapping[str, Any]) -> None:
        current = self._cluster.objects.get(self._address)
        if current is None:
            raise Superseded("the object is gone")
        kept = json.loads(json.dumps(status))
        if differs(current.status, kept, self._clock()):
            self._change("status", lambda m: replace(m, status=kept))

    def event(self, event: Event) -> None:
        self._cluster.events.append((self._address, event))

    def may_write(self) -> bool:
        return self._leads()


class House:
    """An operator, a cluster and an AWS in one process."""

    def __init__(self, settings: Settings = SETTINGS, delays: object = "none") -> None:
        self.clock = Clock()
        self.emulator = Emulator.in_process(clock=self.clock.seconds, delays=delays, sleep=self.clock.advance)
        self.settings = settings
        self.cluster = Cluster()
        self.leads = True
        self.start()

    def start(self) -> None:
        """A fresh operator process: nothing is remembered."""
        self.sessions = Sessions(endpoint="http://aws.emulator.invalid", install=self.attach, clock=self.clock)
        self.observer = Observer(
            self.sessions,
            self.clock,
            limits=Limits.unlimited(),
            sweep=self.settings.interval,
            settle=self.settings.settle,
        )
        self.executor = Executor(self.sessions, Limits.unlimited(), self.clock)
        self.engine = Engine(kinds(), self.settings, self.observer, self.executor, self.clock)

    def attach(self, client: BaseClient) -> None:
        """A client of the operator's reaches AWS."""
        self.emulator.attach(client)

    # ---- what a user does -------------------------------------------------------------------------------------

    def apply(self, *texts: str | Path | Mapping[str, Any]) -> None:
        """Manifests are applied, as text, as a file, or as values; a changed spec is a new generation."""
        for text in texts:
            if isinstance(text, Mapping):
                self._apply(text)
                continue
            source = text.read_text() if isinstance(text, Path) else text
            for document in yaml.safe_load_all(source):
                if document is not None and document.get("kind") != "Namespace":
                    self._apply(document)

    def _apply(self, document: Mapping[str, Any]) -> None:
        meta = document["metadata"]
        address = (document["kind"], meta.get("namespace", "default"), meta["name"])
        spec = copy.deepcopy(document["spec"])
        old = self.cluster.objects.get(address)
        if old is None:
            new = Manifest(*address, spec=spec, uid=f"uid-{len(self.cluster.objects)}", labels=meta.get("labels", {}))
        else:
            new = replace(old, spec=spec, generation=old.generation + (old.spec != spec))
        annotations = {**new.annotations, **meta.get("annotations", {})}
        self.cluster.objects[address] = replace(new, annotations=annotations)

    def annotate(self, address: Address, **changes: str) -> None:
        """Annotations of ours are set on an object, with `_` for `-` and without the domain."""
        old = self.cluster.objects[address]
        named = {f"trueup.dev/{key.replace('_', '-')}": value for key, value in changes.items()}
        self.cluster.objects[address] = replace(old, annotations={**old.annotations, **named})

    def delete(self, address: Address) -> None:
        """The object is deleted: at once without a finalizer, else marked."""
        old = self.cluster.objects[address]
        if old.finalizers:
            self.cluster.objects[address] = replace(old, deleting=True)
        else:
            del self.cluster.objects[address]

    # ---- what the operator does -------------------------------------------------------------------------------

    def look(self, address: Address) -> Outcome:
        """One pass over one object."""
        manifest = self.cluster.objects[address]
        journal = Journal(self.cluster, address, self.clock, lambda: self.leads)
        return self.engine.look(manifest, self.cluster, journal)

    def sweep(self) -> float:
        """Every object is looked at once; seconds until the first of them wants to be again."""
        soonest = self.settings.interval.total_seconds()
        for address in list(self.cluster.objects):
            if address in self.cluster.objects:
                soonest = min(soonest, self.look(address).again_after)
        return soonest

    def settle(self, limit: int = 60) -> int:
        """Sweeps until nothing changes any more; how many it took. Fails when it does not come to rest."""
        for count in range(limit):
            before = self._state()
            wait = self.sweep()
            if self._state() == before and count:
                return count
            self.clock.advance(min(max(wait, 1.0), 30.0))
        raise AssertionError(f"no rest after {limit} sweeps: {self.summaries()}")

    def _state(self) -> str:
        found = {
            str(address): [{k: v for k, v in m.status.items() if k != "lastChecked"}, dict(m.annotations), m.deleting]
            for address, m in self.cluster.objects.items()
        }
        return json.dumps(found, sort_keys=True)

    # ---- what one sees ----------------------------------------------------------------------------------------

    def status(self, address: Address) -> Mapping[str, Any]:
        """An object's status."""
        return self.cluster.objects[address].status

    def summaries(self) -> dict[str, str]:
        """Each object's one word, with the reason when it is not Ready."""
        return {
            "/".join(a): f"{m.status.get('summary')}: {self.condition(a, 'Ready').get('message')}"
            for a, m in self.cluster.objects.items()
        }

    def condition(self, address: Address, type: str) -> Mapping[str, Any]:
        """One condition of an object; empty when there is none."""
        conditions = self.status(address).get("conditions", [])
        return next((c for c in conditions if c["type"] == type), {})

    def drift(self, address: Address) -> list[tuple[str, str]]:
        """The open drift entries: resource and path."""
        return [(e["resource"], e["path"]) for e in self.status(address)["drift"]["fields"]]

    def client(self, service: str, region: str = "us-east-1") -> Any:
        """A client of somebody who is not the operator."""
        return self.emulator.client(service, region)
