"""AWS as somebody sees and changes it who is not the operator."""

from __future__ import annotations

import time
from typing import Any

from tests.e2e.space import Address, Space
from tests.e2e.stage import SETTLE, Document

ACCOUNT = "123456789012"


def settled(thing: Address) -> Address:
    """The object at rest, and AWS past the time in which it may still show what was before our own write."""
    thing.done()
    time.sleep(SETTLE)
    return thing


def aws_budget(budget: Address) -> Document:
    """The AWS budget of a Budget."""
    client = budget.space.stage.aws("budgets")
    found: Document = client.describe_budget(AccountId=ACCOUNT, BudgetName=budget.status["outputs"]["budgetName"])
    return found["Budget"]


def set_limit(budget: Address, amount: str) -> None:
    """Somebody sets the limit of the AWS budget."""
    kept = {k: v for k, v in aws_budget(budget).items() if k not in ("CalculatedSpend", "LastUpdatedTime")}
    kept["BudgetLimit"] = {"Amount": amount, "Unit": "USD"}
    budget.space.stage.aws("budgets").update_budget(AccountId=ACCOUNT, NewBudget=kept)


def limit(budget: Address) -> float:
    """The limit of the AWS budget."""
    return float(aws_budget(budget)["BudgetLimit"]["Amount"])


def cluster(data: Address) -> Document:
    """The cluster of a Database."""
    rds = data.space.stage.aws("rds")
    found: list[Document] = rds.describe_db_clusters(DBClusterIdentifier=data.resource("cluster")["id"])["DBClusters"]
    return found[0]


def clusters(space: Space) -> list[str]:
    """The clusters whose names tell that they are of this namespace."""
    found = space.stage.aws("rds").describe_db_clusters()["DBClusters"]
    return [c["DBClusterIdentifier"] for c in found if c["DBClusterIdentifier"].startswith(space.name[:20])]


def snapshots(cluster_id: str, space: Space) -> list[Document]:
    """The snapshots of a cluster."""
    found: list[Document] = space.stage.aws("rds").describe_db_cluster_snapshots(DBClusterIdentifier=cluster_id)[
        "DBClusterSnapshots"
    ]
    return found


def delete_cluster(data: Address) -> None:
    """Somebody deletes a Database's cluster outright, with its instances."""
    rds: Any = data.space.stage.aws("rds")
    found = cluster(data)
    for member in found["DBClusterMembers"]:
        rds.delete_db_instance(DBInstanceIdentifier=member["DBInstanceIdentifier"])
    rds.delete_db_cluster(DBClusterIdentifier=found["DBClusterIdentifier"], SkipFinalSnapshot=True)
