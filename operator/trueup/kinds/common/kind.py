"""What a kind is: its words, its parts and its outputs, as one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from trueup.core.graph import Graph
from trueup.core.naming import Identity
from trueup.core.observed import Observed
from trueup.core.resource import Resource
from trueup.core.values import Json
from trueup.kinds.common.info import KindInfo

_SOME_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Peer:
    """Another object of the same namespace, as references by name see it."""

    identity: Identity
    spec: Any
    """The validated spec of its kind."""
    region: str
    deleting: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """All that composing an object may look at: pure values, gathered before."""

    identity: Identity
    spec: Any
    """The validated spec of the kind."""
    region: str
    peer: Callable[[str, str], Peer | None]
    """Kind and name → the object of that name in the same namespace, or None while there is none."""
    now: datetime = _SOME_DAY
    """The time of the pass, for what a spec asks for by the clock; some fixed day where nothing does."""

    def owner(self, kind: str, name: str) -> str:
        """The owner string of an object of the namespace, whether it is there or not."""
        return replace(self.identity, kind=kind, name=name).owner

    def awaited(self, graph: Graph, kind: str, name: str, reason: str) -> Peer | None:
        """The object of that name in the namespace; while there is none, the graph waits for this reason."""
        found = self.peer(kind, name)
        if found is None:
            graph.wait(reason, f'{kind} "{name}" does not exist in namespace {self.identity.namespace} yet.')
        return found


@dataclass(frozen=True, slots=True)
class GateTerms:
    """What an object of a kind that guards money says of its gate."""

    limit: Decimal
    """USD a month."""
    percent: Decimal
    """Of the limit, at which the gate closes."""
    labels: Mapping[str, str]
    """What an object must carry to be counted; empty: every object of the namespace."""
    actual: str = "actualUSD"
    """The output that holds what AWS says was spent."""


def _no_gate(spec: Any) -> GateTerms | None:
    del spec
    return None


def _no_window(spec: Any) -> str | None:
    del spec
    return None


def _no_notes(outputs: Mapping[str, Json]) -> tuple[str, ...]:
    del outputs
    return ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One custom resource: how it compiles to AWS resources, and what it gives to those who use it."""

    info: KindInfo
    types: tuple[type[Resource], ...]
    """Every AWS type that composing can declare, what is used before what uses it: parents before their parts."""
    compose: Callable[[Context], Graph]
    outputs: Callable[[Context, Observed], Mapping[str, Json]]
    """Endpoints, ids, ARNs: whatever is known already; never a secret's value."""
    peers: Callable[[Any], tuple[tuple[str, str], ...]]
    """The (kind, name) of every object that a spec refers to."""
    window: Callable[[Any], str | None] = _no_window
    """The weekly window `ddd:hh:mm-ddd:hh:mm` (UTC) in which an outage is allowed unasked; None: never."""
    gate: Callable[[Any], GateTerms | None] = _no_gate
    """The gate that a spec of this kind closes on others; None: it closes none."""
    notes: Callable[[Mapping[str, Json]], tuple[str, ...]] = _no_notes
    """What the outputs of an object give its author to know, each in a sentence; it stops nothing."""

    @property
    def name(self) -> str:
        """The kind as manifests write it."""
        return self.info.kind
