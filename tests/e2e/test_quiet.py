"""At rest nothing is written anywhere, and looking costs the same however many objects there are."""

import re
import time
from collections import Counter

import pytest

from tests.e2e.aws import settled
from tests.e2e.space import Address, Space
from tests.e2e.stage import INTERVAL, Operator, until
from tests.e2e.test_operators import kubernetes_writes

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]

LISTS = ("DescribeBudgets", "DescribeDBClusters", "DescribeDBInstances", "DescribeVpcs", "DescribeSubnets")
PAGING = frozenset({"MaxRecords", "MaxResults", "AccountId", "ShowFilterExpression"})
"""A list that is read with these alone is read as a whole; one more page of it says where it goes on."""


def known(operator: Operator) -> float:
    """How many objects the operator looks after."""
    return sum(float(n) for n in re.findall(r"^trueup_objects\{.*\} (\S+)$", operator.page("metrics")[1], re.MULTILINE))


def alone(space: Space, number: int) -> None:
    """The operator looks after so many objects: what other tests deleted is gone, and reads nothing any more."""
    operator = space.stage.operator
    until(
        lambda: known(operator) == number,
        lambda: f"what other tests deleted never goes: {known(operator)} objects",
    )


def sweeps(space: Space, number: int, list_: str = "DescribeDBClusters") -> None:
    """So many sweeps pass, told by a list that they read."""
    mark = space.stage.mark()
    until(lambda: lists(space, mark)[list_] >= number, lambda: f"nobody reads {list_}: {lists(space, mark)}")


def lists(space: Space, mark: int) -> Counter[str]:
    """How often each list was read as a whole since."""
    read = [e for e in space.stage.log(mark) if e["operation"] in LISTS]
    return Counter(e["operation"] for e in read if e["params"].keys() <= PAGING)


def test_at_rest_nothing_is_written_to_kubernetes_nor_to_aws(space: Space) -> None:
    objects = [space.budget(), settled(space.database_on_network()), Address(space, "Network", "main")]
    operator = space.stage.operator
    alone(space, len(objects))
    sweeps(space, 2)
    versions = [thing.now()["metadata"]["resourceVersion"] for thing in objects]
    mark, written = space.stage.mark(), kubernetes_writes(operator)
    sweeps(space, 3)
    assert [thing.now()["metadata"]["resourceVersion"] for thing in objects] == versions
    assert kubernetes_writes(operator) == written
    assert [f"{e['service']}.{e['operation']}" for e in space.stage.writes(mark)] == []


def test_a_sweep_reads_each_list_once_however_many_objects_there_are(space: Space) -> None:
    settled(space.database_on_network())
    for number in range(4):
        space.budget(f"money-{number}")
        space.database(f"more-{number}")
    for number in range(4):
        Address(space, "Database", f"more-{number}").done()
        Address(space, "Budget", f"money-{number}").done()
    alone(space, 10)
    sweeps(space, 2)
    mark, began = space.stage.mark(), time.monotonic()
    sweeps(space, 3)
    counted = lists(space, mark)
    # The first and the last are begun before and after, and a busy machine may have put off the one before them.
    passed = int((time.monotonic() - began) / INTERVAL) + 3
    assert set(counted) <= set(LISTS)
    assert counted["DescribeDBClusters"] >= 3
    assert {name: count for name, count in counted.items() if count > passed} == {}


def test_events_come_on_transitions_only(space: Space) -> None:
    budget = settled(space.budget())
    before = [(e["reason"], e.get("count")) for e in budget.events()]
    assert before == [("Available", 1)]
    sweeps(space, 3, "DescribeBudgets")
    budget.looked()
    assert [(e["reason"], e.get("count")) for e in budget.events()] == before
