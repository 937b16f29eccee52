"""The operator's process is killed without warning, twenty times while it works: all ends well, nothing is twice.

Where it dies is drawn, with a seed: after so many of its calls to AWS, and a moment later. Meanwhile people change
what they want, so that it dies creating, changing, pruning and deleting.
"""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.space import DATABASE, NETWORK, Address, Space, tags
from tests.e2e.stage import Document, until

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.xdist_group("e2e")]

SEED = 20261123
KILLS = 20
CALLS = 45
"""At most so many calls does an operator live; what it reads first are about thirty."""
ACCOUNT = "123456789012"

OPEN: Document = NETWORK | {"publicSubnets": ["10.0.1.0/24", "10.0.2.0/24"], "endpoints": ["s3"]}
MONEY: Document = {
    "monthlyLimitUSD": 50,
    "thresholds": [{"percent": 50, "emails": ["dev@example.com"]}],
    "anomalyDetection": {"minimumImpactUSD": 5, "emails": ["dev@example.com"]},
}


def wishes(space: Space) -> dict[int, Callable[[], object]]:
    """What people want before the kill of this number."""
    return {
        0: lambda: space.stage.apply(
            space.write("Budget", "money", MONEY),
            space.write("Network", "main", OPEN),
            space.write("Database", "data", DATABASE),
        ),
        8: lambda: space.network(**OPEN, nat="One"),
        11: lambda: space.database(backup={"retentionDays": 7}, allowFrom=[{"cidr": "10.0.1.0/24"}], instances=2),
        14: lambda: space.network(**OPEN, nat="None", tags={"team": "platform"}),
        16: lambda: Address(space, "Budget", "money").delete(),
        18: lambda: space.database(backup={"retentionDays": 3}),
    }


def lives_for(space: Space, calls: int, moment: float) -> None:
    """An operator without a lease, since a dead one's would be waited for, makes so many calls and is killed."""
    since = space.stage.mark()
    operator = space.stage.operate("killed", "--no-lease")
    until(lambda: len(space.stage.log(since)) >= calls, lambda: operator.log.read_text())
    time.sleep(moment)
    assert operator.end(signal.SIGKILL) == -signal.SIGKILL


def owned(space: Space) -> Counter[tuple[str, str]]:
    """How often each resource of this namespace's objects stands in AWS, told by its tags."""
    ec2, rds = space.stage.aws("ec2"), space.stage.aws("rds")
    listed: list[list[dict[str, Any]]] = [
        ec2.describe_vpcs()["Vpcs"],
        ec2.describe_subnets()["Subnets"],
        ec2.describe_route_tables()["RouteTables"],
        ec2.describe_internet_gateways()["InternetGateways"],
        ec2.describe_addresses()["Addresses"],
        [n for n in ec2.describe_nat_gateways()["NatGateways"] if n["State"] not in ("deleted", "deleting")],
        ec2.describe_vpc_endpoints()["VpcEndpoints"],
        ec2.describe_security_groups()["SecurityGroups"],
        [c | {"Tags": c["TagList"]} for c in rds.describe_db_clusters()["DBClusters"]],
        [i | {"Tags": i["TagList"]} for i in rds.describe_db_instances()["DBInstances"]],
    ]
    marks = [tags(thing.get("Tags", [])) for things in listed for thing in things]
    mine = [m for m in marks if f"/{space.name}/" in m.get("trueup.dev/owner", "")]
    return Counter((m["trueup.dev/owner"], m["trueup.dev/resource"]) for m in mine)


def budgets(space: Space) -> list[str]:
    """The AWS budgets whose names derive from this namespace's."""
    found = space.stage.aws("budgets").describe_budgets(AccountId=ACCOUNT).get("Budgets", [])
    return [b["BudgetName"] for b in found if space.name[:20] in b["BudgetName"]]


def test_twenty_kills_leave_one_of_everything(space: Space) -> None:
    drawn = random.Random(SEED)  # noqa: S311 (drawn points need a seed, not secrecy)
    space.stage.operator.end()
    wanted = wishes(space)
    try:
        for number in range(KILLS):
            wanted.get(number, lambda: None)()
            lives_for(space, drawn.randint(1, CALLS), drawn.uniform(0, 0.05))
    finally:
        space.stage.operate().ready()
    Address(space, "Budget", "money").gone()
    space.budget("money", **MONEY)
    network, data, money = (
        Address(space, kind, name) for kind, name in (("Network", "main"), ("Database", "data"), ("Budget", "money"))
    )
    for thing in (network, data, money):
        thing.done()
    declared = [
        (thing.owner, resource["name"])
        for thing in (network, data)
        for resource in thing.status["resources"]
        if resource["type"] in TAGGED and resource["name"] != "default"  # AWS makes that group, and nobody tags it
    ]
    assert owned(space) == Counter(declared)
    assert budgets(space) == [money.status["outputs"]["budgetName"]]
    assert [thing.drift() for thing in (network, data, money)] == [[], [], []]


TAGGED = frozenset(
    {
        "AWS::EC2::VPC",
        "AWS::EC2::Subnet",
        "AWS::EC2::RouteTable",
        "AWS::EC2::InternetGateway",
        "AWS::EC2::EIP",
        "AWS::EC2::NatGateway",
        "AWS::EC2::VPCEndpoint",
        "AWS::EC2::SecurityGroup",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
    }
)
"""The types whose documents `owned` counts."""
