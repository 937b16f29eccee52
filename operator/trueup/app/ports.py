"""What a pass needs from its host: the objects as they stand, and the few ways in which it may change them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from trueup.core.report import Event
from trueup.core.values import Json

GROUP = "trueup.dev"
VERSION = "v1alpha1"
FINALIZER = f"{GROUP}/cleanup"
RECONCILE = f"{GROUP}/reconcile"
HOLD_UNTIL = f"{GROUP}/hold-until"
HOLD_REASON = f"{GROUP}/hold-reason"
APPROVE = f"{GROUP}/approve"
CREATED = f"{GROUP}/created"
INTENTS = f"{GROUP}/intents"
REMOVED = f"{GROUP}/removed"
TRIED = f"{GROUP}/tried"
ROLE_ARN = f"{GROUP}/role-arn"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One of our objects, from a cluster or from a folder."""

    kind: str
    namespace: str
    name: str
    spec: Mapping[str, Json]
    generation: int = 1
    uid: str = ""
    status: Mapping[str, Json] = field(default_factory=dict[str, Json])
    annotations: Mapping[str, str] = field(default_factory=dict[str, str])
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    deleting: bool = False
    finalizers: tuple[str, ...] = ()

    @property
    def address(self) -> tuple[str, str, str]:
        """Kind, namespace and name: what the queue is keyed by."""
        return (self.kind, self.namespace, self.name)


class World(Protocol):
    """The objects that stand beside the one that is looked at. Answers come from memory, never from a call."""

    def get(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """The object, or None while there is none."""
        ...

    def namespaced(self, namespace: str) -> Iterable[Manifest]:
        """Every object of ours in a namespace."""
        ...

    def all(self) -> Iterable[Manifest]:
        """Every object of ours."""
        ...

    def namespace_annotation(self, namespace: str, key: str) -> str | None:
        """An annotation of the namespace itself."""
        ...


class Journal(Protocol):
    """How a pass changes its own object. Each method returns once the API server has accepted the change.

    Raises `Superseded` when the object moved or is gone in a way that makes the pass pointless, or when the host may
    not write any more (its lease is lost): the pass ends there and the next look begins afresh.
    """

    def finalizer(self, present: bool) -> None:
        """The cleanup finalizer is on the object, or off it."""
        ...

    def annotate(self, changes: Mapping[str, str | None]) -> None:
        """The annotations have these values; None removes one."""
        ...

    def status(self, status: Mapping[str, Json]) -> None:
        """The status stands as given (server-side apply); nothing is sent when it does not differ."""
        ...

    def event(self, event: Event) -> None:
        """The event is told, once."""
        ...

    def may_write(self) -> bool:
        """AWS may be written to now: the host holds its lease for longer than a call can last."""
        ...


class Superseded(Exception):
    """The pass has lost its object or its right to write; nothing more is done in it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the host does after a pass."""

    again_after: float
    """Seconds until the object wants to be looked at again, at the latest."""
    wake: tuple[tuple[str, str, str], ...] = ()
    """Objects (kind, namespace, name) that should be looked at now, because this one's resources moved."""
    gone: bool = False
    """The finalizer is off: forget the object."""
    wrote: int = 0
    """How many AWS writes were made."""
