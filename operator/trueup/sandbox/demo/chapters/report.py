"""An object in Report mode says that it differs and is left alone; a `git revert` lets it be put right."""

from __future__ import annotations

from trueup.sandbox.demo.chapters.lost import ask_again
from trueup.sandbox.demo.facts import drift, operations, reason, resource_id
from trueup.sandbox.demo.repository import Commit
from trueup.sandbox.demo.stage import Side, Stage

MONGO = "staging/Database/mongo"
_DRIFTED = 2
_OPEN = (("BackupRetentionPeriod", 7, 3, "Reported"),)


def report(stage: Stage) -> None:
    """The difference stands in status with action Reported, nothing is written; after the revert it is gone."""
    file = "environments/staging/mongo.yaml"
    stage.repository.edit(file, "spec:\n", "spec:\n  driftPolicy: {mode: Report}\n")
    commit = stage.repository.commit("Only watch the documents' database")
    stage.apply(commit)
    stage.good()
    cluster = resource_id(stage.mirror.get(MONGO), "AWS::DocDB::DBCluster", "cluster")
    stage.tell("somebody else: backups for 3 days instead of 7")
    mark = stage.account.mark()
    stage.account.call(
        "rds", "ModifyDBCluster", DBClusterIdentifier=cluster, BackupRetentionPeriod=3, ApplyImmediately=True
    )
    stage.in_cluster(f"open drift of {MONGO}", lambda: _open(stage), _OPEN)
    for time in ("once", "twice"):
        ask_again(stage, MONGO, f"looked-{time}")
    stage.found(Side.API, f"open drift of {MONGO}, looked at twice more", _open(stage), _OPEN)
    stage.in_cluster(f"InSync of {MONGO}", lambda: reason(stage.mirror.get(MONGO), "InSync"), "False/Drifted")
    stage.in_cluster(f"Synced of {MONGO}", lambda: reason(stage.mirror.get(MONGO), "Synced"), "True/ReportOnly")
    stage.found(Side.AWS, "writes of the operator", operations(stage.account.operators_calls(mark)), ())
    stage.found(Side.AWS, "days that backups are kept", _days(stage, cluster), 3)
    code, text = stage.trueup("drift", "-n", "staging")
    for line in text.splitlines():
        stage.tell(f"  {line}", "dim")
    stage.found(Side.API, "exit code of trueup drift", code, _DRIFTED)
    _revert(stage, commit, cluster)


def _revert(stage: Stage, commit: Commit, cluster: str) -> None:
    stage.tell(f"git revert {commit.id}", "cyan")
    stage.apply(stage.repository.revert(commit))
    stage.good(MONGO)
    stage.found(Side.API, f"open drift of {MONGO}", _open(stage), ())
    stage.in_aws("days that backups are kept", lambda: _days(stage, cluster), 7)


def _open(stage: Stage) -> tuple[tuple[str, int, int, str], ...]:
    entries = drift(stage.mirror.get(MONGO))
    return tuple((e["path"], e["desired"], e["observed"], e["action"]) for e in entries)


def _days(stage: Stage, cluster: str) -> int:
    return stage.account.cluster(cluster)["BackupRetentionPeriod"]
