"""Charter: cluster snapshots: taken by hand or as the last act of a deletion, and kept until deleted by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document, Record
from trueup.sandbox.emulator.rds import checks, listing
from trueup.sandbox.emulator.rds.store import Cluster, Region, Snapshot, Tags, bare_name, document, tags_of
from trueup.sandbox.emulator.service import Call


def snapshot(region: Region, identifier: str) -> Snapshot:
    """A snapshot by identifier or ARN; DBClusterSnapshotNotFoundFault if there is none."""
    found = region.snapshots.get(bare_name(identifier))
    if found is None:
        raise AwsError("DBClusterSnapshotNotFoundFault", f"DBClusterSnapshot {identifier} not found.", 404)
    return found


def take(region: Region, cluster: Cluster, identifier: str, tags: Tags | None = None, final: bool = False) -> Record:
    """Begin a snapshot of a cluster as it is now; a final one is there even if the cluster goes first."""
    name = _new_name(region, identifier)
    doc = cluster.doc
    inherited: Tags = doc["TagList"] if doc["CopyTagsToSnapshot"] else []
    vpc = region.subnet_groups[str(doc["DBSubnetGroup"])].doc["VpcId"]
    record = Record(
        document(
            AvailabilityZones=doc["AvailabilityZones"],
            DBClusterSnapshotIdentifier=name,
            DBClusterIdentifier=doc["DBClusterIdentifier"],
            SnapshotCreateTime=region.world.clock.moment(),
            Engine=doc["Engine"],
            EngineMode=doc.get("EngineMode"),
            AllocatedStorage=1,
            Status="creating",
            Port=doc["Port"],
            VpcId=vpc,
            ClusterCreateTime=doc["ClusterCreateTime"],
            MasterUsername=doc["MasterUsername"],
            EngineVersion=doc["EngineVersion"],
            LicenseModel="postgresql-license" if doc["Engine"] != "docdb" else None,
            SnapshotType="manual",
            PercentProgress=0,
            StorageEncrypted=doc["StorageEncrypted"],
            KmsKeyId=doc.get("KmsKeyId"),
            DBClusterSnapshotArn=region.arn("cluster-snapshot", name),
            IAMDatabaseAuthenticationEnabled=doc.get("IAMDatabaseAuthenticationEnabled", False),
            TagList=tags or inherited,
            StorageType=doc.get("StorageType"),
            DbClusterResourceId=doc["DbClusterResourceId"],
        )
    )
    _keep(region, name, Snapshot(record, dict(doc)), "rds.cluster.delete" if final else "rds.snapshot.create")
    return record


def _new_name(region: Region, identifier: str) -> str:
    name = checks.identifier(identifier, "DBClusterSnapshotIdentifier", most=255)
    if name in region.snapshots:
        raise AwsError(
            "DBClusterSnapshotAlreadyExistsFault",
            f"Cannot create the cluster snapshot because one with the identifier {name} already exists.",
        )
    region.world.quotas.refuse_if_reached(
        "rds.manual-cluster-snapshots", len(region.snapshots), "SnapshotQuotaExceeded",
        "The request would exceed the number of manual cluster snapshots.",
    )  # fmt: skip
    return name


def _keep(region: Region, name: str, new: Snapshot, delay: str) -> None:
    region.snapshots[name] = new

    def ready() -> None:
        new.record.put(Status="available", PercentProgress=100)

    region.world.later(delay, ready)


def create_db_cluster_snapshot(region: Region, call: Call) -> Document:
    """CreateDBClusterSnapshot of an available cluster."""
    cluster = region.cluster(call.params["DBClusterIdentifier"])
    if cluster.doc["Status"] != "available":
        raise AwsError(
            "InvalidDBClusterStateFault",
            f"DB Cluster {cluster.doc['DBClusterIdentifier']} is not currently in the available state.",
        )
    return {
        "DBClusterSnapshot": take(
            region, cluster, call.params["DBClusterSnapshotIdentifier"], tags_of(call.params) or None
        )
    }


def copy_db_cluster_snapshot(region: Region, call: Call) -> Document:
    """CopyDBClusterSnapshot within the region."""
    source = snapshot(region, call.params["SourceDBClusterSnapshotIdentifier"])
    _refuse_unless_available(source)
    name = _new_name(region, call.params["TargetDBClusterSnapshotIdentifier"])
    tags = tags_of(call.params) or (source.record.doc["TagList"] if call.get("CopyTags") else [])
    record = Record(
        {
            **source.record.doc,
            "DBClusterSnapshotIdentifier": name,
            "DBClusterSnapshotArn": region.arn("cluster-snapshot", name),
            "SourceDBClusterSnapshotArn": source.record.doc["DBClusterSnapshotArn"],
            "SnapshotCreateTime": region.world.clock.moment(),
            "Status": "copying",
            "PercentProgress": 0,
            "TagList": tags,
        }
    )
    _keep(region, name, Snapshot(record, source.source), "rds.snapshot.create")
    return {"DBClusterSnapshot": record}


def _refuse_unless_available(found: Snapshot) -> None:
    if found.record.doc["Status"] != "available":
        raise AwsError(
            "InvalidDBClusterSnapshotStateFault",
            f"The snapshot {found.record.doc['DBClusterSnapshotIdentifier']} is not available; "
            f"it is {found.record.doc['Status']}.",
        )


def delete_db_cluster_snapshot(region: Region, call: Call) -> Document:
    """DeleteDBClusterSnapshot of an available snapshot; gone at once."""
    found = snapshot(region, call.params["DBClusterSnapshotIdentifier"])
    _refuse_unless_available(found)
    del region.snapshots[str(found.record.doc["DBClusterSnapshotIdentifier"])]
    return {"DBClusterSnapshot": {**found.record.doc, "Status": "deleted"}}


_FILTERS: Mapping[str, listing.Filter] = {
    "db-cluster-id": lambda doc, values: doc["DBClusterIdentifier"] in [bare_name(value) for value in values],
    "db-cluster-snapshot-id": listing.by_name_or_arn("DBClusterSnapshotIdentifier", "DBClusterSnapshotArn"),
    "snapshot-type": listing.by_member("SnapshotType"),
    "engine": listing.by_member("Engine"),
}


def describe_db_cluster_snapshots(region: Region, call: Call) -> Document:
    """DescribeDBClusterSnapshots by cluster, snapshot, type or filters."""
    wanted = listing.wanted(call, _FILTERS)
    cluster, name, kind = (
        call.get("DBClusterIdentifier"), call.get("DBClusterSnapshotIdentifier"), call.get("SnapshotType")
    )  # fmt: skip
    if name:
        snapshot(region, name)
    names = [
        key
        for key, one in region.snapshots.items()
        if (not name or key == bare_name(name))
        and (not cluster or one.record.doc["DBClusterIdentifier"] == bare_name(cluster))
        and (not kind or one.record.doc["SnapshotType"] == kind)
        and wanted(one.record.doc)
    ]
    return listing.page(call, "DBClusterSnapshots", names, lambda key: region.snapshots[key].record)


def stable_zone(name: str, zones: list[str]) -> str:
    """The zone in which something of this name is put: always the same one."""
    return zones[hashlib.sha256(name.encode()).digest()[0] % len(zones)]
