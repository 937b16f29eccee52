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


def known(operator: Operator) -> float:
    """How many objects the operator looks after."""
    return sum(float(n) for n in re.findall(r"^trueup_objects\{.*\} (\S+)$", operator.page("metrics")[1], re.MULTILINE))


def sweeps(space: Space, number: int) -> None:
    """So many sweeps pass."""
    mark = space.stage.mark()
    until(
        lambda: sum(1 for e in space.stage.log(mark) if e["operation"] == "DescribeDBClusters") >= number,
        "nobody looks at AWS",
    )


def lists(space: Space, mark: int) -> Counter[str]:
    """How often each list was read as a whole since."""
    return Counter(e["operation"] for e in space.stage.log(mark) if e["operation"] in LISTS)


def test_at_rest_nothing_is_written_to_kubernetes_nor_to_aws(space: Space) -> None:
    objects = [space.budget(), settled(space.database_on_network()), Address(space, "Network", "main")]
    operator = space.stage.operator
    until(
        lambda: known(operator) == len(objects),
        lambda: f"what other tests deleted never goes: {known(operator)} objects",
    )
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
    time.sleep(2 * INTERVAL)
    mark, began = space.stage.mark(), time.monotonic()
    sweeps(space, 3)
    counted = lists(space, mark)
    passed = int((time.monotonic() - began) / INTERVAL) + 2  # the first and the last are begun before and after
    assert set(counted) <= set(LISTS)
    assert counted["DescribeDBClusters"] >= 3
    assert {name: count for name, count in counted.items() if count > passed} == {}


def test_events_come_on_transitions_only(space: Space) -> None:
    budget = settled(space.budget())
    before = [(e["reason"], e.get("count")) for e in budget.events()]
    assert before == [("Available", 1)]
    sweeps(space, 3)
    budget.looked()
    assert [(e["reason"], e.get("count")) for e in budget.events()] == before
