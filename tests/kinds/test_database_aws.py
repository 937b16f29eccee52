"""A Database and a Budget against the emulator: made, at rest, changed behind our back, put right, taken down."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kinds.emulated_world import World
from tests.kinds.test_budget import FULL as BUDGET
from tests.kinds.test_database import FULL, IDENTITY, MINIMAL, MONGO, NAME, NETWORK, PEERS, composed
from trueup.core.graph import Graph
from trueup.kinds.budget import KIND as BUDGET_KIND
from trueup.kinds.database import KIND
from trueup.resources.ec2 import Subnet, Vpc
from trueup.sandbox.emulator import Emulator

CLIENTS: dict[tuple[str, str], Any] = {}
"""Made once: a client takes longer to make than all its calls of a test."""


@pytest.fixture(scope="module")
def emulator() -> Emulator:
    return Emulator.in_process(clock=lambda: 1_800_000_000.0, sleep=lambda seconds: None)


@pytest.fixture
def world(emulator: Emulator) -> World:
    emulator.reset()
    emulator.core.delays.set("none")
    return World(emulator, KIND, (Vpc, Subnet), clients=CLIENTS)


def tags(kind: str, name: str) -> list[dict[str, Any]]:
    owned = {"trueup.dev/owner": NETWORK.owner, "trueup.dev/resource": name}
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in owned.items()]}]


def network(world: World) -> str:
    """The VPC and private subnets that a Network of the name in the spec would make."""
    vpc = world.ask("ec2", "CreateVpc", {"CidrBlock": "10.0.0.0/16", "TagSpecifications": tags("vpc", "vpc")})
    for place, zone in enumerate("ab"):
        params = {
            "VpcId": vpc["Vpc"]["VpcId"],
            "CidrBlock": f"10.0.1{place}.0/24",
            "AvailabilityZone": f"us-east-1{zone}",
            "TagSpecifications": tags("subnet", f"private-{place}"),
        }
        world.ask("ec2", "CreateSubnet", params)
    return str(vpc["Vpc"]["VpcId"])


def graph_of(spec: dict[str, Any]) -> Graph:
    """The graph without the peer rule: the other database does not exist in AWS."""
    return composed(spec, {key: peer for key, peer in PEERS.items() if key[0] == "Network"})


@pytest.mark.parametrize("spec", [MINIMAL, FULL, MONGO], ids=["minimal", "full", "documentdb"])
def test_a_database_is_made_comes_to_rest_and_goes(world: World, spec: dict[str, Any]) -> None:
    network(world)
    graph = graph_of({**spec, "deletionProtection": False})
    made = world.converge(graph)
    assert "CreateDBCluster" in made
    assert [step.fields for step in world.plan(graph).steps] == []
    gone = world.remove(graph, snapshot=True)
    assert gone.index("DeleteDBInstance") < gone.index("DeleteDBCluster") < gone.index("DeleteDBSubnetGroup")
    snapshots = world.ask("rds", "DescribeDBClusterSnapshots", {"SnapshotType": "manual"})
    (name,) = [one["DBClusterSnapshotIdentifier"] for one in snapshots["DBClusterSnapshots"]]
    assert name.startswith(f"{NAME}-final-")


BEHIND: list[tuple[str, dict[str, Any], str]] = [
    ("ModifyDBCluster", {"BackupRetentionPeriod": 1}, "BackupRetentionPeriod"),
    (
        "ModifyDBCluster",
        {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 64}},
        "ServerlessV2ScalingConfiguration.MaxCapacity",
    ),
    ("ModifyDBCluster", {"DeletionProtection": True}, "DeletionProtection"),
    ("StopDBCluster", {}, "Status"),
]


@pytest.mark.parametrize(("operation", "params", "path"), BEHIND)
def test_a_change_behind_our_back_is_seen_and_put_right(
    world: World, operation: str, params: dict[str, Any], path: str
) -> None:
    network(world)
    graph = graph_of(MINIMAL)
    world.converge(graph)
    world.ask("rds", operation, {"DBClusterIdentifier": NAME, **params})
    changes = [change.path for step in world.plan(graph).steps for change in step.fields]
    assert changes == [path]
    assert world.converge(graph) == ["StartDBCluster" if path == "Status" else "ModifyDBCluster"]
    assert world.plan(graph).steps == ()


def test_a_major_upgrade_leaves_no_group_of_the_old_family(world: World) -> None:
    network(world)
    world.converge(graph_of({**MINIMAL, "version": "16.9"}))
    assert world.converge(graph_of({**MINIMAL, "version": "17.5"})) == [
        "CreateDBClusterParameterGroup",
        "ModifyDBCluster",
        "DeleteDBClusterParameterGroup",
    ]


def test_a_database_is_restored_from_its_final_snapshot(world: World) -> None:
    network(world)
    graph = graph_of(MINIMAL)
    world.converge(graph)
    world.remove(graph, snapshot=True)
    snapshots = world.ask("rds", "DescribeDBClusterSnapshots", {"SnapshotType": "manual"})
    name = snapshots["DBClusterSnapshots"][0]["DBClusterSnapshotIdentifier"]
    back = graph_of({**MINIMAL, "restore": {"snapshotIdentifier": name}})
    made = world.converge(back)
    assert ("RestoreDBClusterFromSnapshot" in made, "CreateDBCluster" in made) == (True, False)
    assert world.plan(back).steps == ()
    assert IDENTITY.owner in str(world.ask("rds", "DescribeDBClusters", {})["DBClusters"][0]["TagList"])


def test_a_budget_is_made_put_right_and_goes(emulator: Emulator) -> None:
    emulator.reset()
    emulator.core.delays.set("none")
    world = World(emulator, BUDGET_KIND, clients=CLIENTS)
    graph = BUDGET_KIND.compose(BUDGET)
    assert world.converge(graph) == [
        "CreateBudget",
        "CreateAnomalyMonitor",
        "CreateNotification",
        "CreateNotification",
        "CreateAnomalySubscription",
    ]
    assert world.plan(graph).steps == ()
    name = BUDGET.identity.derived(100)
    new = {
        "BudgetName": name,
        "BudgetLimit": {"Amount": "500", "Unit": "USD"},
        "TimeUnit": "MONTHLY",
        "BudgetType": "COST",
    }
    world.ask("budgets", "UpdateBudget", {"AccountId": "123456789012", "NewBudget": new})
    alert = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 10.0}
    audience = [{"SubscriptionType": "EMAIL", "Address": "x@example.com"}]
    extra = {"AccountId": "123456789012", "BudgetName": name, "Notification": alert, "Subscribers": audience}
    world.ask("budgets", "CreateNotification", extra)
    changes = {change.path for step in world.plan(graph).steps for change in step.fields}
    assert changes >= {"BudgetLimit.Amount", "CostTypes.IncludeCredit", "CostTypes.IncludeRefund", ""}
    assert world.converge(graph) == ["UpdateBudget", "DeleteNotification"]
    assert set(world.remove(graph, snapshot=False)) == {
        "DeleteNotification",
        "DeleteBudget",
        "DeleteAnomalySubscription",
        "DeleteAnomalyMonitor",
    }
