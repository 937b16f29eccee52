"""A cluster is deleted outright: it is not replaced by an empty one, and a person restores it."""

from __future__ import annotations

from botocore.exceptions import ClientError

from trueup.core.values import as_list, as_map
from trueup.sandbox.demo.account import code
from trueup.sandbox.demo.chapters.drift import POSTGRES
from trueup.sandbox.demo.facts import GONE, message, operations, reason, resource_id, standing
from trueup.sandbox.demo.stage import Side, Stage

_SNAPSHOT = "before-the-accident"
_FILE = "environments/staging/postgres.yaml"
_MAKES_EMPTY = ("rds.CreateDBCluster", "rds.CreateDBInstance", "rds.RestoreDBClusterFromSnapshot")


def lost(stage: Stage) -> None:
    """Stalled with DataMissing, and no call that would make an empty cluster; then the data is back."""
    cluster = resource_id(stage.mirror.get(POSTGRES), "AWS::RDS::DBCluster", "cluster")
    mark = _accident(stage, cluster)
    stage.in_cluster(
        f"Stalled of {POSTGRES}", lambda: reason(stage.mirror.get(POSTGRES), "Stalled"), "True/DataMissing"
    )
    stage.in_cluster(f"Ready of {POSTGRES}", lambda: reason(stage.mirror.get(POSTGRES), "Ready"), "False/DataMissing")
    said = message(stage.mirror.get(POSTGRES), "Stalled")
    stage.tell(said, "yellow")
    way_out = f"spec.restore.snapshotIdentifier: {_SNAPSHOT}"
    stage.found(Side.API, "the way out in the message of Stalled", way_out if way_out in said else said, way_out)
    ask_again(stage, POSTGRES, "after-the-accident")
    stage.found(Side.AWS, "calls that would make an empty cluster", _creations(stage, mark), ())
    stage.found(Side.AWS, "the cluster", stage.account.cluster(cluster), {})
    stage.tell("looked at again: still Stalled, and no cluster was created")
    _restore(stage, cluster)


def _accident(stage: Stage, cluster: str) -> int:
    """A snapshot is taken, then the cluster is deleted without one; the log's mark in between."""
    call = stage.account.call
    call("rds", "CreateDBClusterSnapshot", DBClusterSnapshotIdentifier=_SNAPSHOT, DBClusterIdentifier=cluster)
    stage.in_aws(f"snapshot {_SNAPSHOT}", lambda: stage.account.snapshot(_SNAPSHOT).get("Status"), "available")
    mark = stage.account.mark()
    stage.tell(f"somebody else: deletes {cluster} with its instance, without a final snapshot")
    for member in as_list(stage.account.cluster(cluster)["DBClusterMembers"]) or ():
        call("rds", "DeleteDBInstance", DBInstanceIdentifier=member["DBInstanceIdentifier"])
    stage.in_aws("deleting the cluster", lambda: _delete(stage, cluster), "accepted")
    return mark


def _delete(stage: Stage, cluster: str) -> str:
    try:
        stage.account.call("rds", "DeleteDBCluster", DBClusterIdentifier=cluster, SkipFinalSnapshot=True)
    except ClientError as refused:
        return code(refused)
    return "accepted"


def _creations(stage: Stage, mark: int) -> tuple[str, ...]:
    return tuple(call for call in operations(stage.account.operators_calls(mark)) if call in _MAKES_EMPTY)


def ask_again(stage: Stage, who: str, word: str) -> None:
    """The operator has looked at an object anew, having been asked to by annotation."""
    namespace, kind, name = who.split("/")
    stage.kubectl.run("annotate", kind, name, f"--namespace={namespace}", f"trueup.dev/reconcile={word}", "--overwrite")
    stage.in_cluster(f"lastHandledReconcile of {who}", lambda: _handled(stage, who), word)


def _handled(stage: Stage, who: str) -> str:
    return str((as_map(stage.mirror.get(who).get("status")) or {}).get("lastHandledReconcile", ""))


def _restore(stage: Stage, cluster: str) -> None:
    """As the condition says: the object is deleted and created again with the snapshot to restore."""
    stage.tell("kubectl delete database postgres    # nothing of its data is in AWS but snapshots", "cyan")
    stage.kubectl.run("delete", "database", "postgres", "--namespace=staging", "--wait=false")
    stage.in_cluster(POSTGRES, lambda: standing(stage.mirror.get(POSTGRES)), GONE)
    mark = stage.account.mark()
    stage.repository.edit(_FILE, "spec:\n", f"spec:\n  restore: {{snapshotIdentifier: {_SNAPSHOT}}}\n")
    stage.apply(stage.repository.commit("Restore the database from its snapshot"))
    stage.good(POSTGRES)
    stage.in_aws("the restored cluster", lambda: stage.account.cluster(cluster).get("Status"), "available")
    made = ("rds.RestoreDBClusterFromSnapshot", "rds.CreateDBInstance")
    stage.found(Side.AWS, "calls that made it", _creations(stage, mark), made)
    stage.tell(f"{cluster} is back, restored from {_SNAPSHOT}")
