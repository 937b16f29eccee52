"""Specs at random: an example of a kind after a few valid changes, each a leaf with another value or a field left out.

Drawn from the examples and the kind's own model, so that a new kind is covered by having examples.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

from tests.laws.neighbours import is_valid, leaves, perturbed
from tests.laws.registered import composed
from tests.laws.worlds import plain_examples
from trueup.kinds.common.reading import change_problems
from trueup.kinds.registry import kinds

MOST_CHANGES = 5
KEPT = ("/region", "/roleArn", "/networkRef", "/engine")
"""What says where an object lives and what it is: a change of it is another object."""


def changes(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every single change: ("other", leaf) or ("without", member)."""
    yield from (("other", pointer) for pointer in leaves(spec) if not pointer.startswith(KEPT))
    for name, value in spec.items():
        yield "without", name
        if isinstance(value, dict):
            yield from (("without", f"{name}/{member}") for member in value)
        if isinstance(value, list):
            yield from (("without", f"{name}/{place}") for place in range(len(value)))


def changed(kind: str, spec: Mapping[str, Any], change: tuple[str, str]) -> Mapping[str, Any]:
    """The spec after the change; as it was where that would not be valid."""
    what, where = change
    if what == "other":
        return perturbed(kind, spec, where) or spec
    found = copy.deepcopy(dict(spec))
    name, _, member = where.partition("/")
    if not member:
        found.pop(name, None)
    elif isinstance(found.get(name), dict):
        found[name].pop(member, None)
    elif isinstance(found.get(name), list):
        found[name] = [item for place, item in enumerate(found[name]) if str(place) != member]
    return found if is_valid(kinds()[kind].info.spec, found) else spec


@st.composite
def documents(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """A valid object of the kind that compiles without a refusal."""
    bases = [document for document in plain_examples().values() if document["kind"] == kind]
    document = draw(st.sampled_from(bases))
    return draw(successors(document))


@st.composite
def evolved(draw: st.DrawFn, document: Mapping[str, Any]) -> dict[str, Any]:
    """The object with another spec, which the API server would take in the place of the old one."""
    kind, spec = document["kind"], document["spec"]
    new = draw(successors(document, least=1))
    return new if may_follow(kind, new["spec"], spec) else {**document, "spec": _apart(kind, new["spec"], spec)}


def may_follow(kind: str, new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """The API server would take the new spec in the place of the old one."""
    model = kinds()[kind].info.spec
    return not change_problems(model.model_validate(new), model.model_validate(old))


def _apart(kind: str, new: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """The old spec with as many members of the new one as may take their old one's place, each by itself."""
    found = dict(old)
    for name in sorted({*new, *old}):
        tried = {**found, name: new[name]} if name in new else {k: v for k, v in found.items() if k != name}
        if is_valid(kinds()[kind].info.spec, tried) and may_follow(kind, tried, old):
            found = tried
    return found


@st.composite
def successors(draw: st.DrawFn, document: Mapping[str, Any], least: int = 0) -> dict[str, Any]:
    """The object with a few changes to its spec."""
    kind, spec = document["kind"], document["spec"]
    for _ in range(draw(st.integers(least, MOST_CHANGES))):
        single = sorted(changes(spec))
        if not single:  # a spec that says nothing
            break
        new = changed(kind, spec, draw(st.sampled_from(single)))
        if not composed({**document, "spec": new}).graph.problems:
            spec = new
    return {**document, "spec": dict(spec)}
