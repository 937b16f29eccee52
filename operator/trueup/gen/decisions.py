"""What each field of a spec decides in AWS, read from the graphs that the examples compile to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trueup.core.graph import Graph, Node
from trueup.core.naming import Identity
from trueup.core.resource import Attr, Resource
from trueup.core.values import Effect, Json, Mutability, as_map
from trueup.kinds.common.kind import Context, Kind, Peer
from trueup.kinds.common.reading import read_spec

REGION: Final = "us-east-1"
NAMESPACE: Final = "default"
WHOLE: Final = "(whether it exists)"
AT_BIRTH: Final = "(how it is created)"


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """One AWS field that a field of the spec decides."""

    type: str
    path: str
    change: str
    """What a change of it does."""
    seen: str
    """When a difference in it is noticed."""


def decisions(
    kind: Kind, examples: Sequence[Mapping[str, Json]], kinds: Mapping[str, Kind]
) -> Mapping[str, list[Decision]]:
    """For each field of the kind's spec (`backup.retentionDays`, `allowFrom[].cidr`) what it decides, sorted."""
    found: dict[str, set[Decision]] = {}
    for example in examples:
        if example["kind"] == kind.name:
            for field, decision in _of_graph(_graph(kind, example, examples, kinds)):
                found.setdefault(field, set()).add(decision)
    return {field: sorted(made) for field, made in sorted(found.items())}


def _graph(
    kind: Kind, example: Mapping[str, Json], examples: Sequence[Mapping[str, Json]], kinds: Mapping[str, Kind]
) -> Graph:
    """The example compiled; an object that it refers to is the example of that kind and name, else the first one."""

    def peer(other: str, name: str) -> Peer | None:
        alike = [e for e in examples if e["kind"] == other]
        found = next((e for e in alike if _name(e) == name), next(iter(alike), None))
        if found is None or other not in kinds:
            return None
        spec = read_spec(kinds[other].info.spec, as_map(found["spec"]) or {})
        return Peer(_identity(other, name), spec, spec.region or REGION)

    spec = read_spec(kind.info.spec, as_map(example["spec"]) or {})
    return kind.compose(Context(_identity(kind.name, _name(example)), spec, spec.region or REGION, peer))


def _name(example: Mapping[str, Json]) -> str:
    return str((as_map(example["metadata"]) or {})["name"])


def _identity(kind: str, name: str) -> Identity:
    return Identity("trueup", kind, NAMESPACE, name)


def _of_graph(graph: Graph) -> Iterator[tuple[str, Decision]]:
    for node in graph.ordered():
        for place, pointer in node.at.items():
            decision = _decision(node, place.partition(".")[0])
            if decision is not None:
                yield field_of(pointer), decision


def _decision(node: Node, attr: str) -> Decision | None:
    kind = type(node.resource)
    if attr == "":
        return Decision(kind.TYPE, WHOLE, "create or delete", _listed(kind))
    if attr == "tags":
        if kind.TAGGING is None:
            return None
        return Decision(kind.TYPE, "Tags", "in place", _seen(kind, kind.TAGGING.read))
    if attr not in node.resource.declared():
        return None
    rule = kind.attrs()[attr]
    if not rule.shown_at:
        return Decision(kind.TYPE, AT_BIRTH, "only counts when it is created", "never: AWS does not show it")
    seen = "never: AWS does not show it" if rule.read == "" else _seen(kind, rule.shown_at)
    return Decision(kind.TYPE, rule.shown_at, _change(kind, rule), seen)


def _change(kind: type[Resource], rule: Attr) -> str:
    if rule.mutability is Mutability.REPLACE:
        return "refused: it holds data" if kind.HOLDS_DATA else "replaces it"
    return "in place" if rule.effect is Effect.NONE else f"in place, with {rule.effect.value}"


def _seen(kind: type[Resource], path: str) -> str:
    deep = next((deep for deep in kind.DEEP if deep.shows(path)), None)
    return _listed(kind) if deep is None else f"within {deep.every // 60} min"


def _listed(kind: type[Resource]) -> str:
    within = next((deep for deep in kind.DEEP if kind.WITHIN and deep.into == kind.WITHIN), None)
    every = kind.LISTING.every if within is None else within.every
    return f"within {every // 60} min" if every else "each sweep"


def field_of(pointer: str) -> str:
    """The field that a JSON pointer leads to, for any member of its lists: /allowFrom/0/cidr is allowFrom[].cidr."""
    field = ""
    for step in pointer.strip("/").split("/"):
        field += "[]" if step.isdigit() else f".{step}" if field else step
    return field
