"""Charter: deleting, stopping, starting and failing over clusters.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html
"""

from __future__ import annotations

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.rds import checks
from trueup.sandbox.emulator.rds.cluster_changes import busy, refuse_unless_available
from trueup.sandbox.emulator.rds.snapshots import take
from trueup.sandbox.emulator.rds.store import Cluster, Region
from trueup.sandbox.emulator.service import Call


def delete_db_cluster(region: Region, call: Call) -> Document:
    """DeleteDBCluster: unprotected, with or expressly without a final snapshot, and no instance that is to live."""
    cluster = region.cluster(call.params["DBClusterIdentifier"])
    skip, final = bool(call.get("SkipFinalSnapshot")), call.get("FinalDBSnapshotIdentifier")
    if skip and final:
        raise checks.conflict("FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is enabled.")
    if not skip and not final:
        raise checks.conflict("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")
    if cluster.doc["DeletionProtection"]:
        raise checks.conflict("Cannot delete protected Cluster, please disable deletion protection and try again.")
    if cluster.doc["Status"] == "deleting":
        raise AwsError(
            "InvalidDBClusterStateFault",
            f"DB Cluster {cluster.doc['DBClusterIdentifier']} is already being deleted.",
        )
    refuse_unless_available(cluster)
    if any(member.doc["DBInstanceStatus"] != "deleting" for member in region.members(cluster)):
        raise AwsError(
            "InvalidDBClusterStateFault",
            "Cluster cannot be deleted, it still contains DB instances in non-deleting state.",
        )
    if final:
        take(region, cluster, final, final=True)
    cluster.record.put(Status="deleting")

    def due() -> None:
        cluster.leaving = True
        remove_if_empty(region, cluster)

    region.world.later("rds.cluster.delete", due)
    return {"DBCluster": cluster.record}


def remove_if_empty(region: Region, cluster: Cluster) -> None:
    """Let a cluster go whose deletion is due and whose last instance has gone, and its secret with it."""
    if cluster.leaving and not cluster.doc["DBClusterMembers"]:
        name = str(cluster.doc["DBClusterIdentifier"])
        if region.clusters.get(name) is cluster:
            del region.clusters[name]
            if cluster.secret is not None:
                cluster.secret.delete()


def stop_db_cluster(region: Region, call: Call) -> Document:
    """StopDBCluster."""
    cluster = region.cluster(call.params["DBClusterIdentifier"])
    refuse_unless_available(cluster)
    _with_members(region, cluster, "stopping", "stopped")
    return {"DBCluster": cluster.record}


def start_db_cluster(region: Region, call: Call) -> Document:
    """StartDBCluster."""
    cluster = region.cluster(call.params["DBClusterIdentifier"])
    if cluster.doc["Status"] != "stopped":
        raise AwsError("InvalidDBClusterStateFault", f"DbCluster {cluster.doc['DBClusterIdentifier']} is not stopped.")
    _with_members(region, cluster, "starting", "available")
    return {"DBCluster": cluster.record}


def _with_members(region: Region, cluster: Cluster, during: str, then: str) -> None:
    busy(region, cluster, during, "rds.cluster.modify", then)
    for member in region.members(cluster):
        member.put(DBInstanceStatus=during)

    def done() -> None:
        for member in region.members(cluster):
            if member.doc["DBInstanceStatus"] == during:
                member.put(DBInstanceStatus=then)

    region.world.later("rds.cluster.modify", done)


def failover_db_cluster(region: Region, call: Call) -> Document:
    """FailoverDBCluster: a reader, the one asked for or the first, becomes the writer."""
    cluster = region.cluster(call.params["DBClusterIdentifier"])
    refuse_unless_available(cluster)
    members = list(cluster.doc["DBClusterMembers"])
    readers = [str(one["DBInstanceIdentifier"]) for one in members if not one["IsClusterWriter"]]
    target = str(call.get("TargetDBInstanceIdentifier") or (readers[0] if readers else "")).lower()
    if target not in readers:
        raise AwsError("InvalidDBClusterStateFault", "There is no reader in the cluster to fail over to.")
    cluster.record.put(
        DBClusterMembers=[{**one, "IsClusterWriter": one["DBInstanceIdentifier"] == target} for one in members]
    )
    busy(region, cluster, "failing-over", "rds.cluster.modify")
    return {"DBCluster": cluster.record}
