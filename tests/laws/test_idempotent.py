"""A second look writes nothing, and neither does a new process: over generated specs of every kind."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.laws.specs import documents
from tests.laws.worlds import Standing
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
    assume(not world.unproved)
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
