"""Which field of the spec decides which field of AWS, found by changing every leaf of every full example.

Drift entries, plans and the reference pages name a field of the spec beside each field of AWS. These laws hold the
names exact, and hold that no field of a spec decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.laws.neighbours import leaves, model_leaves, pattern, perturbed
from tests.laws.registered import composed, examples
from trueup.core.graph import Graph, Node
from trueup.core.values import Key
from trueup.kinds.registry import kinds

NO_RESOURCE: Mapping[str, str] = {
    "*/region": "where the object lives; the engine reads it",
    "*/roleArn": "under which role; the engine reads it",
    "*/driftPolicy/mode": "what is done about differences; a policy reads it",
    "*/driftPolicy/ignore/N": "what is left as it is; planning reads it",
    "*/deletionPolicy": "what happens at the end; removal reads it",
    "*/criticality": "what a gate may stop; a policy reads it",
    "Budget/gate/percent": "what the gate of other objects reads",
    "Budget/selector/matchLabels/*": "what the gate of other objects reads",
    "DnsZone/records/N/adopt": "whether what exists is taken over; planning reads it",
}
"""Leaves that decide no field of a resource, each with who reads them."""

NO_NEIGHBOUR: Mapping[str, str] = {
    "AppRunnerService/healthCheck/protocol": "with a path of its own: TCP has none",
    "AppRunnerService/runtime": "has one value yet",
    "Budget/gate/block": "has one value yet",
    "DnsZone/adopt/name": "is the domain",
    "DnsZone/domain": "of one that is adopted by name: is that name",
    "DnsZone/records/N/type": "of a text: no other type takes it",
    "Database/capacity/min": "of one that pauses: only 0 goes with pauseAfter",
    "Database/engine": "no version is one of both engines; the CRD refuses a change",
    "Network/endpoints/N": "has one value yet",
}
"""Leaves that have no other valid value beside the rest of the examples."""

NAMED_AFTER: Mapping[str, str] = {
    "AppRunnerService/secrets/*/secretRef/name": "a variable among those of env changes with the secret's value",
    "DnsZone/domain": "names of records end with it; the CRD refuses a change",
    "Bucket/adopt/arn": "the bucket's policy names the bucket; the CRD refuses a change",
    "Bucket/adopt/name": "the bucket's policy names the bucket; the CRD refuses a change",
    "Bucket/bucketName": "the bucket's policy names the bucket; the CRD refuses a change",
    "StaticSite/bucketName": "the bucket's policy names the bucket; the CRD refuses a change",
    "StaticSite/region": "the distribution finds the bucket by name and region; the CRD refuses a change",
    "StaticSite/wwwRedirect": "adds names to those of the domains, and what leads from them to every behaviour",
    "Database/adopt/name": "what is made beside the adopted cluster is named after it; the CRD refuses a change",
}
"""Leaves that also decide AWS names elsewhere, which other leaves decide too."""


def full() -> Iterator[tuple[str, dict[str, Any], str]]:
    """Every leaf of every example: the example's name, its document, the leaf's pointer."""
    for name, document in examples().items():
        for pointer in leaves(document["spec"]):
            yield name, document, pointer


CASES = [pytest.param(d, pointer, id=f"{name}{pointer}") for name, d, pointer in full()]


def changed(before: Graph, after: Graph) -> dict[tuple[Key, str], str | None]:
    """Every field that differs, and every resource that comes or goes (as the empty field), with its spec path."""
    found: dict[tuple[Key, str], str | None] = {}
    old = {node.resource.key: node for node in before.ordered()}
    new = {node.resource.key: node for node in after.ordered()}
    for key in {**old, **new}:
        one, other = old.get(key), new.get(key)
        if one is None or other is None:
            found[key, ""] = (one or other or _never()).spec_path("")
            continue
        found.update({(key, name): one.spec_path(name) or other.spec_path(name) for name in _differing(one, other)})
    return found


def _never() -> Node:
    raise AssertionError("a key stands in one of the graphs")


def _differing(one: Node, other: Node) -> list[str]:
    named = [item.name for item in fields(one.resource)]
    return [name for name in named if getattr(one.resource, name) != getattr(other.resource, name)]


def covers(pointer: str | None, leaf: str) -> bool:
    """The pointer is the leaf, or something that holds it."""
    return pointer is not None and (leaf == pointer or leaf.startswith(f"{pointer}/"))


def listed(table: Mapping[str, str], kind: str, pointer: str) -> str | None:
    """The row of a table that names a leaf, if any."""
    shape = f"{kind}{pattern(pointer)}"
    return next((row for row in table if fnmatchcase(shape, row)), None)


def moved(document: dict[str, Any], pointer: str) -> dict[tuple[Key, str], str | None] | None:
    """What a change of a leaf changes; None where no neighbour is valid, or the kind refuses it."""
    spec = perturbed(document["kind"], document["spec"], pointer)
    after = composed({**document, "spec": spec}).graph if spec is not None else None
    if after is None or after.problems:
        return None
    return changed(composed(document).graph, after)


@pytest.mark.parametrize(("document", "pointer"), CASES)
def test_a_change_of_a_leaf_changes_what_names_it(document: dict[str, Any], pointer: str) -> None:
    kind = document["kind"]
    found = moved(document, pointer)
    if found is None:
        assert listed(NO_NEIGHBOUR, kind, pointer) or listed(NO_RESOURCE, kind, pointer), "no valid neighbour known"
        return
    if not found:
        assert listed(NO_RESOURCE, kind, pointer), f"{pointer} decides nothing"
        return
    unnamed = {what: at for what, at in found.items() if not covers(at, pointer)}
    assert unnamed == {} or (listed(NAMED_AFTER, kind, pointer) and len(unnamed) < len(found))


@pytest.mark.parametrize("kind", kinds())
def test_every_leaf_of_a_spec_stands_in_an_example(kind: str) -> None:
    """What no example says, no law changes."""
    said = {pattern(p) for _, document, p in full() if document["kind"] == kind}
    wanted = {shape for shape, _ in model_leaves(kinds()[kind].info.spec)}
    assert {shape for shape in wanted if not any(fnmatchcase(one, shape) for one in said)} == set()


def test_what_is_listed_is_so() -> None:
    """No row outlives its reason: each names a leaf that decides nothing, or that has no neighbour."""
    idle: set[str | None] = set()
    alone: set[str | None] = set()
    also: set[str | None] = set()
    for _, document, pointer in full():
        kind = document["kind"]
        found = moved(document, pointer)
        if found is None:
            alone |= {listed(NO_NEIGHBOUR, kind, pointer), listed(NO_RESOURCE, kind, pointer)}
        elif not found:
            idle.add(listed(NO_RESOURCE, kind, pointer))
        elif not all(covers(at, pointer) for at in found.values()):
            also.add(listed(NAMED_AFTER, kind, pointer))
    assert set(NO_RESOURCE) - idle - alone == set()
    assert set(NO_NEIGHBOUR) - alone == set()
    assert set(NAMED_AFTER) - also == set()
