"""Charter: clusters made from a snapshot or from another cluster's past. They come with data, and without instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.rds import catalogue, checks
from trueup.sandbox.emulator.rds.clusters import (
    admit,
    attach_secret,
    base_document,
    refuse_duplicate,
    refuse_unsupported,
)
from trueup.sandbox.emulator.rds.snapshots import snapshot
from trueup.sandbox.emulator.rds.store import Cluster, Region
from trueup.sandbox.emulator.service import Call

_UNSUPPORTED = (
    "ScalingConfiguration",
    "RdsCustomClusterConfiguration",
    "DBClusterInstanceClass",
    "BacktrackWindow",
    "Domain",
)
_INHERITED = ("BackupRetentionPeriod", "Port", "PreferredBackupWindow", "StorageType")


def restore_db_cluster_from_snapshot(region: Region, call: Call) -> Document:
    """RestoreDBClusterFromSnapshot: engine as in the snapshot, version the same or newer."""
    refuse_unsupported(call, _UNSUPPORTED)
    found = snapshot(region, call.params["SnapshotIdentifier"])
    if found.record.doc["Status"] != "available":
        raise AwsError(
            "InvalidDBClusterSnapshotStateFault",
            f"The snapshot {call.params['SnapshotIdentifier']} is not available.",
        )
    engine = catalogue.known_engine(call.params["Engine"])
    if engine != found.source["Engine"]:
        raise checks.conflict(f"The snapshot is of engine {found.source['Engine']}, not {engine}.")
    present = str(found.source["EngineVersion"])
    version = catalogue.resolve_version(engine, call.get("EngineVersion") or present)
    if version != present and version not in catalogue.upgrade_targets(engine, present):
        raise checks.conflict(f"Cannot restore {engine} {present} as {version}.")
    return {"DBCluster": _restore(region, call, found.source, engine, version).record}


def restore_db_cluster_to_point_in_time(region: Region, call: Call) -> Document:
    """RestoreDBClusterToPointInTime from a living cluster."""
    refuse_unsupported(call, _UNSUPPORTED)
    by_id, by_name = call.get("SourceDbClusterResourceId"), call.get("SourceDBClusterIdentifier")
    if by_name:
        source = region.cluster(by_name)
    else:
        found = [one for one in region.clusters.values() if one.doc["DbClusterResourceId"] == by_id]
        if not found:
            raise AwsError("DBClusterNotFoundFault", f"DBCluster {by_id} not found.", 404)
        source = found[0]
    if bool(call.get("UseLatestRestorableTime")) == (call.get("RestoreToTime") is not None):
        raise checks.conflict("Give either RestoreToTime or UseLatestRestorableTime.")
    engine, version = str(source.doc["Engine"]), str(source.doc["EngineVersion"])
    return {"DBCluster": _restore(region, call, dict(source.doc), engine, version).record}


def _restore(region: Region, call: Call, source: Mapping[str, Any], engine: str, version: str) -> Cluster:
    name = checks.identifier(call.params["DBClusterIdentifier"], "DBClusterIdentifier")
    refuse_duplicate(region, name)
    params = {key: source[key] for key in _INHERITED if key in source}
    params.update(call.params)
    if source["StorageEncrypted"] and "KmsKeyId" not in params:
        params["KmsKeyId"] = source["KmsKeyId"]
    params["StorageEncrypted"] = "KmsKeyId" in params
    new = base_document(region, params, name, engine, version)
    new["MasterUsername"] = source["MasterUsername"]
    if source.get("DatabaseName"):
        new["DatabaseName"] = source["DatabaseName"]
    cluster = admit(region, name, new)
    if call.get("ManageMasterUserPassword"):
        attach_secret(region, cluster, call.get("MasterUserSecretKmsKeyId"))
    return cluster
