"""A commit changes what is declared, and `git revert` takes it back: AWS follows both."""

from __future__ import annotations

from trueup.sandbox.demo.chapters.drift import POSTGRES, max_capacity
from trueup.sandbox.demo.facts import operations, resource_id
from trueup.sandbox.demo.stage import Side, Stage

_FILE = "environments/staging/postgres.yaml"


def revert(stage: Stage) -> None:
    """The cluster's most capacity is doubled and halved again, each time with one write to RDS."""
    cluster = resource_id(stage.mirror.get(POSTGRES), "AWS::RDS::DBCluster", "cluster")
    stage.repository.edit(_FILE, "max: 1", "max: 2")
    commit = stage.repository.commit("Let the database scale to 2 ACU")
    stage.good()
    mark = stage.account.mark()
    stage.apply(commit)
    stage.good(POSTGRES)
    stage.in_aws("most capacity of the cluster", lambda: max_capacity(stage, cluster), 2)
    stage.tell("the cluster scales to 2 ACU")
    stage.tell(f"git revert {commit.id}", "cyan")
    stage.apply(stage.repository.revert(commit))
    stage.good(POSTGRES)
    stage.in_aws("most capacity of the cluster", lambda: max_capacity(stage, cluster), 1)
    stage.tell("the cluster scales to 1 ACU")
    writes = tuple(w for w in operations(stage.account.operators_calls(mark)) if w.startswith("rds."))
    stage.found(Side.AWS, "writes of the operator to RDS", writes, ("rds.ModifyDBCluster", "rds.ModifyDBCluster"))
