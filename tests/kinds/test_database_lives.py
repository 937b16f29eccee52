"""Databases that come after a former one of their name: what is told of the data that it left."""

from __future__ import annotations

from typing import Any

import pytest

from tests.house import House
from tests.kinds.databases import MONGO, NETWORK, POSTGRES

HOME = {"kind": "Network", "metadata": {"name": "home"}, "spec": NETWORK}
DATA = ("Database", "default", "data")


@pytest.fixture(params=[POSTGRES, MONGO], ids=["postgres", "mongo"])
def spec(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {**request.param, "networkRef": {"name": "home"}}


@pytest.fixture
def house(spec: dict[str, Any]) -> House:
    """A database was made, and deleted with a final snapshot; nobody was told of any former one."""
    made = House()
    made.apply(HOME)
    apply(made, spec)
    made.delete(DATA)
    made.settle()
    made.clock.advance(60)
    assert noted(made) == []
    return made


def apply(house: House, spec: dict[str, Any]) -> None:
    house.apply({"kind": "Database", "metadata": {"name": "data"}, "spec": spec})
    house.settle()


def noted(house: House) -> list[str]:
    return [event.message for address, event in house.cluster.events if address == DATA and event.reason == "Noted"]


def left(house: House) -> tuple[str, str]:
    """The name of the final snapshot, and the day on which it was taken."""
    (found,) = house.client("rds").describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"]
    return found["DBClusterSnapshotIdentifier"], f"{found['SnapshotCreateTime']:%Y-%m-%d}"


def test_an_empty_database_beside_a_final_snapshot_is_told_of_it_once(house: House, spec: dict[str, Any]) -> None:
    name, day = left(house)
    apply(house, spec)
    (note,) = noted(house)
    assert note.startswith(f"A former database of this name left the final snapshot {name} of {day}T")
    assert f"create this object with spec.restore.snapshotIdentifier: {name}" in note
    assert (house.status(DATA)["summary"], house.status(DATA).get("notes")) == ("Ready", None)


def test_a_database_that_restores_it_needs_no_note(house: House, spec: dict[str, Any]) -> None:
    apply(house, {**spec, "restore": {"snapshotIdentifier": left(house)[0]}})
    assert (noted(house), house.status(DATA)["summary"]) == ([], "Ready")
