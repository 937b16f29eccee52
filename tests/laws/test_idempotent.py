"""A second look writes nothing, and what is planned is what is done: over generated specs of every kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from tests.laws.specs import documents, successors
from tests.laws.worlds import Standing, writes
from trueup.app.engine import Engine
from trueup.app.previewing import Previewer
from trueup.aws.execution import Answer, Executor
from trueup.aws.limits import Limits
from trueup.aws.observation import Observer
from trueup.core.faults import Fault
from trueup.core.plan import Action, Plan
from trueup.core.values import Call, Place
from trueup.kinds.registry import kinds

KINDS = pytest.mark.parametrize("kind", kinds())
FEW = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


@KINDS
@FEW
@given(data=st.data())
def test_an_unchanged_world_is_not_written_to(kind: str, data: st.DataObject) -> None:
    world = Standing(data.draw(documents(kind)))
    assume("answered" not in world.house.condition(world.address, "Stalled")["message"])  # AWS has no such class
    assert world.status["summary"] == "Ready", (world.document, world.house.summaries())
    world.mark()
    for _ in range(3):
        world.sweep()
    assert (world.writes(), world.house.cluster.writes) == ({}, [])
    assert world.house.cluster.events == []


@KINDS
@FEW
@given(data=st.data())
def test_a_restart_writes_nothing(kind: str, data: st.DataObject) -> None:
    """The operator forgets all that it remembers; the objects forget their status, which is no truth either."""
    world = Standing(data.draw(documents(kind)))
    before = world.status
    world.mark()
    world.house.start()
    world.sweep()
    assert (world.writes(), world.house.cluster.writes) == ({}, [])
    assert world.status == before


class Recorder:
    """An executor that keeps what it was asked to do, in order, and lets the real one do it."""

    def __init__(self, real: Executor) -> None:
        self.calls: list[Call] = []
        self._real = real

    def execute(self, place: Place, call: Call, region: str | None = None) -> Answer | Fault:
        """What the real one answers."""
        self.calls.append(call)
        return self._real.execute(place, call, region)


def recorded(world: Standing) -> Recorder:
    """From now on, every write of the operator is kept."""
    house = world.house
    recorder = Recorder(house.executor)
    house.engine = Engine(kinds(), house.settings, house.observer, recorder, house.clock)
    return recorder


def previewed(world: Standing) -> Plan:
    """What would be done for the object now, told by a reader of its own."""
    observer = Observer(world.house.sessions, world.house.clock, limits=Limits.unlimited())
    try:
        previewer = Previewer(kinds(), world.house.settings, observer, world.house.clock)
        return previewer.preview(world.history[world.address], world.house.cluster).plan
    finally:
        observer.close()


def _comparable(call: Call, tokens: frozenset[str]) -> tuple[str, str, Mapping[str, Any]]:
    """The call without its client token, which names one attempt."""
    return (call.service, call.operation, {k: v for k, v in call.params.items() if k not in tokens})


TOKENS = frozenset(t.TOKEN for kind in kinds().values() for t in kind.types if t.TOKEN)


def assert_done_as_planned(world: Standing) -> None:
    """The first calls are the plan's, one by one; after them nothing is made or taken away that it does not name."""
    plan = previewed(world)
    recorder = recorded(world)
    world.house.look(world.address)
    first = [_comparable(call, TOKENS) for step in plan.ready for call in step.calls]
    done = [_comparable(call, TOKENS) for call in recorder.calls]
    note(str([str(step.key) + " " + step.action.value for step in plan.steps]))
    assert done[: len(first)] == first
    world.house.settle()
    makes = {t.CREATE for kind in kinds().values() for t in kind.types if t.CREATE}
    planned = Counter(step.kind.CREATE for step in plan.steps if step.action in (Action.CREATE, Action.REPLACE))
    made = Counter(call.operation for call in recorder.calls if call.operation in makes)
    blocked = Counter(
        step.kind.CREATE for step in plan.steps if step.block is not None and step.block.by.name in ("PERSON", "GATE")
    )
    assert made == planned - blocked
    assert previewed(world).steps == () or blocked


@KINDS
@FEW
@given(data=st.data())
def test_a_new_object_is_made_as_planned(kind: str, data: st.DataObject) -> None:
    document = data.draw(documents(kind))
    world = Standing.beside(document)
    assert_done_as_planned(world)


@KINDS
@FEW
@given(data=st.data())
def test_a_changed_spec_is_carried_out_as_planned(kind: str, data: st.DataObject) -> None:
    world = Standing(data.draw(documents(kind)))
    changed = data.draw(successors(world.document))
    world.house.apply(changed)
    assert_done_as_planned(world)
    assert not writes(world.house) or world.status["summary"] != "Creating"
