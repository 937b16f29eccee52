"""What is planned is what is done, over generated specs of every kind: in every round, and over the whole way.

Each round's calls are those of the plan that anybody would be shown right then (see `witness`). And what is printed
before the first of them is what is done until the last: each resource, action and field of it, and nothing else, but
for what no plan can name yet because AWS brings it along with what is new.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, settings
from hypothesis import strategies as st

from tests.laws.specs import documents, evolved
from tests.laws.witness import Witness, WitnessedHouse, said
from tests.laws.worlds import Standing
from trueup.core.paths import get
from trueup.core.plan import Action, Step
from trueup.core.resource import Ownership
from trueup.kinds.registry import kinds

KINDS = pytest.mark.parametrize("kind", kinds())
FEW = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),  # a failure is told as it was drawn: to look for a smaller one takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


@KINDS
@FEW
@given(data=st.data())
def test_a_new_object_is_made_as_planned(kind: str, data: st.DataObject) -> None:
    world = Standing(data.draw(documents(kind)), WitnessedHouse(), settled=False)
    assert_done_as_planned(world)


@KINDS
@FEW
@given(data=st.data())
def test_a_changed_spec_is_carried_out_as_planned(kind: str, data: st.DataObject) -> None:
    world = Standing(data.draw(documents(kind)), WitnessedHouse())
    world.house.apply(data.draw(evolved(world.document)))
    assert_done_as_planned(world)


def assert_done_as_planned(world: Standing) -> None:
    """The object converges, asked for its approval where it needs one, by the calls of its plans and no others."""
    observed = world.observed()
    known = {seen.id for seen in (*observed.seen.values(), *observed.extras)}
    assert isinstance(world.house, WitnessedHouse)
    witness = world.house.watch(world.address)
    first = witness.shown()
    note(json.dumps(said(first.steps), indent=1))
    world.house.settle()
    if world.word("Stalled") == "True/ApprovalNeeded":
        assert world.status["plan"]["id"] == first.id
        world.house.annotate(world.address, approve=first.id)
        world.house.settle()
    assert witness.wrong == []
    assume(not witness.faults)  # AWS has no such class: what waits for it is never done
    last = witness.shown()
    done = [*lines(named(witness, known), to_come(first.steps)), *lines(last.steps)]
    assert sorted(done) == sorted(lines(first.steps))
    assert (
        last.steps == () or last.waits or world.unproved
    )  # leftovers stay while the object waits for a peer that does not come


def to_come(steps: Iterable[Step]) -> dict[tuple[str, str], Any]:
    """What an update will write that is known only once something else is made, by resource and path."""
    updates = [line for line in said(steps) if line["action"] == "update"]
    fields = [(line["resource"], field) for line in updates for field in line["fields"]]
    return {(resource, field["path"]): field["to"] for resource, field in fields if "${" in json.dumps(field["to"])}


def lines(steps: Iterable[Step], known: Mapping[tuple[str, str], Any] | None = None) -> list[str]:
    """Each step as a plan prints it, on a line; values that were references in the plan stay so."""

    def field_of(line: Mapping[str, Any], field: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**field, "to": (known or {}).get((line["resource"], field["path"]), field["to"])}

    found = [{**line, "fields": [field_of(line, field) for field in line["fields"]]} for line in said(steps)]
    for line in found:
        line["fields"].sort(key=lambda field: field["path"])
    return [json.dumps(line, sort_keys=True) for line in found]


def named(witness: Witness, known: set[str]) -> Iterator[Step]:
    """The steps that were done, but for those that the first plan could not name, or named as part of another."""
    made: dict[str, Mapping[str, Any]] = {}
    for step in witness.steps:
        key = str(step.key)
        fields = {f.path: f.after for f in step.fields}
        if step.action is Action.CREATE and made.get(key) == {}:
            made[key] = fields  # the second half of a replacement
        elif step.action is Action.UPDATE and fields.items() <= made.get(key, {}).items():
            continue  # what a create cannot carry, and the plan of the create has named
        elif step.action is Action.DELETE and comes_along(step, known):
            continue
        else:
            yield step
            made[key] = {} if step.action is Action.REPLACE else fields


def comes_along(step: Step, known: set[str]) -> bool:
    """The step removes what AWS itself has put into a closed collection that was not there before."""
    assert step.seen is not None
    return step.kind.OWNED is Ownership.PARENT and str(get(step.seen.doc, step.kind.PARENT)) not in known
