"""Drift is complete and exact: whatever modelled field somebody changes, exactly its entry appears, and closes again.

For every field of every resource of every example: another value is set behind the operator's back. Within one sweep
for what lists show, else within the deep read's own clock, one entry says what differs, and nothing else is reported.
After the correction AWS holds what it held before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.laws.disturbing import (
    BY_CALL,
    BY_HAND,
    NOT_ALONE,
    OTHERS,
    SEVERE,
    Disturbance,
    disturbed,
    fields_of,
    retagged,
    tags_of,
)
from tests.laws.registered import name_of, types
from tests.laws.worlds import Standing, declared_types, plain_examples
from trueup.core.resource import Resource

FIELDS = ("resource", "path", "specPath", "desired", "observed", "severity")

CASES = [
    pytest.param(document, type_, id=f"{name}-{name_of(type_)}")
    for name, document in plain_examples().items()
    if "full" in name or "docdb" in name or "documentdb" in name or name.endswith("-code")
    for type_ in declared_types(document)
]


def disturbances(world: Standing, type_: type[Resource]) -> Iterator[Disturbance]:
    """Every change of every resource of a type, each made of AWS as it then stands."""
    for node in [n for n in world.composed().graph.ordered() if type(n.resource) is type_]:
        for name, member in fields_of(node, world.observed()):
            yield disturbed(node, name, member, world.observed(), world.house.client)
        for key, other in tags_of(node):
            yield retagged(node, key, other, world.observed())


@pytest.mark.parametrize(("document", "type_"), CASES)
def test_a_changed_field_is_exactly_one_entry(document: dict[str, Any], type_: type[Resource]) -> None:
    world = Standing(document)
    wrong: list[str] = []
    before = world.state()
    for made in disturbances(world, type_):
        wrong += [f"{made.expected['resource']} {made.expected['path']}: {w}" for w in followed(world, made, before)]
    assert wrong == []


def followed(world: Standing, made: Disturbance, before: Mapping[str, Any]) -> Iterator[str]:
    """What did not follow as it must, in words."""
    world.house.clock.advance(45)
    world.mark()
    if not made.calls:
        yield "no call changes it: give it a row in OTHERS or NOT_ALONE"
        return
    try:
        world.call(made.calls, made.node.resource.REGION)
    except ClientError as refused:
        yield f"AWS refuses the neighbour: {refused}"
        return
    world.sweep()
    if made.deep and not world.reported():
        world.sweep(made.deep)
    approve(world)
    reported = [{name: entry.get(name) for name in FIELDS} for entry in world.reported()]
    if len(reported) != 1 or not _same(reported[0], made.expected, made.attr.same):
        yield f"expected {dict(made.expected)}, reported {reported}"
    world.sweep()
    yield from closed(world, made.expected["resource"], made.expected["path"])
    if (after := world.state()) != before:
        yield f"AWS does not hold what it held: {_changes(before, after)}"


def approve(world: Standing) -> None:
    """A correction that interrupts waits for a person, who is here."""
    if world.word("Stalled") == "True/ApprovalNeeded":
        world.house.annotate(world.address, approve=world.status["plan"]["id"])
        world.sweep()


def closed(world: Standing, resource: str, path: str) -> Iterator[str]:
    """What is missing from the entry's end: no entry open, the closed one with the time of our write and its own."""
    drift = world.status["drift"]
    if drift["count"] or drift["fields"]:
        yield f"still open: {drift['fields']}"
    ended = [e for e in drift["recent"] if (e["resource"], e["path"]) == (resource, path)]
    if not ended or not ended[0].get("correctedAt") or not ended[0].get("writtenAt"):
        yield f"no closed entry with correctedAt and writtenAt: {drift['recent']}"
    if (world.word("InSync"), world.status["summary"]) != ("True/AsDeclared", "Ready"):
        yield f"{world.status['summary']}, InSync {world.word('InSync')}"


def _same(said: Mapping[str, Any], wanted: Mapping[str, Any], same: Callable[[Any, Any], bool]) -> bool:
    rest = [name for name in FIELDS if name not in ("desired", "observed")]
    return all(said[name] == wanted[name] for name in rest) and all(
        said[name] == wanted[name] or same(wanted[name], said[name]) for name in ("desired", "observed")
    )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: {
            name: (dict(before.get(key) or {}).get(name), dict(after.get(key) or {}).get(name))
            for name in {*(before.get(key) or {}), *(after.get(key) or {})}
            if (before.get(key) or {}).get(name) != (after.get(key) or {}).get(name)
        }
        for key in {*before, *after}
        if before.get(key) != after.get(key)
    }


def test_every_row_is_of_a_field() -> None:
    """No row outlives its field."""
    tables = (OTHERS, NOT_ALONE, BY_HAND, BY_CALL, SEVERE)
    rows = {f"{c.__name__}.{field}" for t in types() for field in t.attrs() for c in t.__mro__}
    named = {r.partition("/")[0] for r in set[str]().union(*tables)}
    assert named - rows == set()
