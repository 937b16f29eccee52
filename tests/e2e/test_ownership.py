"""Whose a resource is: tags, what is not ours, what is taken over, and data that is gone."""

import signal

import pytest

from tests.e2e.aws import ACCOUNT, aws_budget, cluster, clusters, delete_cluster, settled
from tests.e2e.space import Address, Space, tags
from tests.e2e.stage import Document
from trueup.core.naming import Identity

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]


def foreign_budget(space: Space, name: str, amount: str) -> None:
    limit = {"Amount": amount, "Unit": "USD"}
    space.stage.aws("budgets").create_budget(
        AccountId=ACCOUNT,
        Budget={"BudgetName": name, "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": limit},
    )


def foreign_cluster(space: Space, name: str) -> Document:
    """A cluster that somebody made by hand in the Network's subnets."""
    network = Address(space, "Network", "main")
    subnets = [r["id"] for r in network.status["resources"] if r["type"] == "AWS::EC2::Subnet"]
    rds = space.stage.aws("rds")
    rds.create_db_subnet_group(
        DBSubnetGroupName=f"{name}-subnets", DBSubnetGroupDescription="by hand", SubnetIds=subnets
    )
    made = rds.create_db_cluster(
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        EngineVersion="16.11",
        MasterUsername="boss",
        ManageMasterUserPassword=True,
        DBSubnetGroupName=f"{name}-subnets",
        ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 4},
        StorageEncrypted=True,
    )
    return made["DBCluster"]


def test_every_resource_carries_the_owner_tag(space: Space) -> None:
    data = space.database_on_network()
    assert tags(cluster(data)["TagList"])["trueup.dev/owner"] == f"trueup/Database/{space.name}/data"
    ec2 = space.stage.aws("ec2")
    listed = ec2.describe_tags(Filters=[{"Name": "value", "Values": [f"trueup/Network/{space.name}/main"]}])["Tags"]
    ids = {r["id"] for r in Address(space, "Network", "main").status["resources"] if r["type"] == "AWS::EC2::Subnet"}
    assert ids <= {tag["ResourceId"] for tag in listed}
    assert {tag["Key"] for tag in listed} == {"trueup.dev/owner"}


def test_a_budget_that_is_not_ours_is_not_touched_until_it_is_adopted(space: Space) -> None:
    name = Identity("trueup", "Budget", space.name, "money").derived()
    foreign_budget(space, name, "900")
    mark = space.stage.mark()
    budget = space.budget()
    message = budget.reason("Stalled", "True", "NotOwned")["message"]
    assert name in message
    assert "spec.adopt" in message
    assert budget.condition("Ready")["status"] == "False"
    assert space.writes(mark) == []
    budget.patch(adopt={"name": name})
    budget.done()
    assert aws_budget(budget)["BudgetLimit"]["Amount"] == "50.0"
    assert [w for w in space.writes(mark) if "CreateBudget" in w] == []


def test_a_database_that_is_not_ours_is_not_touched_until_it_is_adopted(space: Space) -> None:
    space.network().done()
    name = Identity("trueup", "Database", space.name, "data").derived()
    resource = foreign_cluster(space, name)["DbClusterResourceId"]
    data = space.database()
    message = data.reason("Stalled", "True", "NotOwned")["message"]
    assert name in message
    assert "spec.adopt" in message
    found = space.stage.aws("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
    assert "trueup.dev/owner" not in tags(found["TagList"])
    assert found["ServerlessV2ScalingConfiguration"]["MaxCapacity"] == 4
    data.patch(adopt={"name": name})
    data.done()
    found = cluster(data)
    assert (found["DbClusterResourceId"], found["MasterUsername"]) == (resource, "boss")
    assert tags(found["TagList"])["trueup.dev/owner"] == data.owner
    assert found["ServerlessV2ScalingConfiguration"]["MaxCapacity"] == 1


def test_what_somebody_else_owns_is_not_adopted(space: Space) -> None:
    one = space.database_on_network()
    other = space.database("other", adopt={"name": cluster(one)["DBClusterIdentifier"]})
    message = other.reason("Stalled", "True", "NotOwned")["message"]
    assert one.owner in message
    assert tags(cluster(one)["TagList"])["trueup.dev/owner"] == one.owner


def test_lost_data_is_never_made_again_by_itself(space: Space) -> None:
    data = settled(space.database_on_network())
    name = cluster(data)["DBClusterIdentifier"]
    space.stage.aws("rds").create_db_cluster_snapshot(
        DBClusterIdentifier=name, DBClusterSnapshotIdentifier=f"{name}-before"
    )
    mark = space.stage.mark()
    delete_cluster(data)
    message = data.reason("Stalled", "True", "DataMissing")["message"]
    assert f"{name}-before" in message
    assert "restore" in message
    assert data.status["summary"] == "Stalled"
    assert data.condition("Ready")["status"] == "False"

    data.forget_status()
    data.reason("Stalled", "True", "DataMissing")
    space.stage.restart(signal.SIGKILL)
    data.looked()
    assert f"{name}-before" in data.reason("Stalled", "True", "DataMissing")["message"]
    assert (clusters(space), [w for w in space.writes(mark) if "CreateDB" in w]) == ([], [])

    data.annotate(approve=data.status["plan"]["id"])
    data.done()
    assert clusters(space) == [name]
