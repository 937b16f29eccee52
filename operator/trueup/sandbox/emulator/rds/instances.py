"""Charter: making, listing and deleting the instances of clusters."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document, Record
from trueup.sandbox.emulator.rds import catalogue, checks, listing
from trueup.sandbox.emulator.rds.cluster_ends import remove_if_empty
from trueup.sandbox.emulator.rds.clusters import insights
from trueup.sandbox.emulator.rds.parameter_groups import instance_group_for
from trueup.sandbox.emulator.rds.snapshots import stable_zone
from trueup.sandbox.emulator.rds.store import Cluster, Region, bare_name, document, tags_of
from trueup.sandbox.emulator.rds.subnet_groups import shown_in_instance
from trueup.sandbox.emulator.service import Call

CLUSTERS_OWN: Mapping[str, str] = {
    "AllocatedStorage": "allocated storage",
    "BackupRetentionPeriod": "backup retention period",
    "DBName": "database name",
    "DBPortNumber": "port",
    "DeletionProtection": "deletion protection",
    "EnableIAMDatabaseAuthentication": "IAM database authentication",
    "KmsKeyId": "KMS key",
    "ManageMasterUserPassword": "master user password management",
    "MasterUserPassword": "master user password",
    "MasterUsername": "master user name",
    "PreferredBackupWindow": "preferred backup window",
    "StorageEncrypted": "storage encryption",
    "StorageType": "storage type",
    "VpcSecurityGroupIds": "vpc security group",
}
"""Settings of the cluster that RDS refuses on its instances."""

_CERTIFICATE = "rds-ca-rsa2048-g1"


def refuse_clusters_own(call: Call) -> None:
    """Say where a setting belongs that a cluster shares among its instances."""
    for name, words in CLUSTERS_OWN.items():
        if call.get(name) is not None:
            raise checks.conflict(
                f"The requested DB Instance will be a member of a DB Cluster. Set {words} for the DB Cluster."
            )


def create_db_instance(region: Region, call: Call) -> Document:
    """CreateDBInstance as a member of a cluster; other instances the emulator has not got."""
    engine = catalogue.known_engine(call.params["Engine"])
    name = checks.identifier(call.params["DBInstanceIdentifier"], "DBInstanceIdentifier")
    if not call.get("DBClusterIdentifier"):
        raise checks.conflict(f"DBClusterIdentifier must be specified for engine {engine}.")
    if name in region.instances:
        raise AwsError("DBInstanceAlreadyExists", "DB instance already exists")
    region.world.quotas.refuse_if_reached(
        "rds.instances", len(region.instances), "InstanceQuotaExceeded", "DB Instance quota exceeded"
    )
    cluster = region.cluster(call.params["DBClusterIdentifier"])
    _check_fit(cluster, call, engine)
    record = Record(_new(region, cluster, call, name))
    region.instances[name] = record
    member = {
        "DBInstanceIdentifier": name,
        "IsClusterWriter": not cluster.doc["DBClusterMembers"],
        "DBClusterParameterGroupStatus": "in-sync",
        "PromotionTier": call.get("PromotionTier", 1),
    }
    cluster.record.put(DBClusterMembers=[*cluster.doc["DBClusterMembers"], member])

    def ready() -> None:
        if record.doc["DBInstanceStatus"] == "creating":
            record.put(DBInstanceStatus="available", Endpoint=_endpoint(cluster, name))
            _spread(cluster, region)

    region.world.later("rds.instance.create", ready)
    return {"DBInstance": record}


def _check_fit(cluster: Cluster, call: Call, engine: str) -> None:
    refuse_clusters_own(call)
    doc = cluster.doc
    if engine != doc["Engine"]:
        raise checks.conflict(
            f"The engine name requested for your DB instance ({engine}) doesn't match the engine name of your DB "
            f"cluster ({doc['Engine']})."
        )
    asked = call.get("EngineVersion")
    if asked is not None and catalogue.resolve_version(engine, asked) != doc["EngineVersion"]:
        raise checks.conflict(
            "The engine version that you requested for your DB instance doesn't match your cluster's."
        )
    if doc["Status"] in ("deleting", "stopped", "stopping"):
        raise AwsError("InvalidDBClusterStateFault", f"DB Cluster {doc['DBClusterIdentifier']} is {doc['Status']}.")
    check_instance_class(cluster, call.params["DBInstanceClass"])
    subnets = call.get("DBSubnetGroupName")
    if subnets is not None and subnets.lower() != doc["DBSubnetGroup"]:
        raise checks.conflict("The DB subnet group of an instance must be its cluster's.")


def check_instance_class(cluster: Cluster, name: str) -> None:
    """Refuse a class that the engine has not got, and a serverless one before the cluster's range is set."""
    catalogue.check_class(str(cluster.doc["Engine"]), str(cluster.doc["EngineVersion"]), name)
    if name == "db.serverless" and "ServerlessV2ScalingConfiguration" not in cluster.doc:
        raise AwsError(
            "InvalidDBClusterStateFault",
            "Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 "
            "DB instance.",
        )


def _new(region: Region, cluster: Cluster, call: Call, name: str) -> Document:
    doc, params, engine = cluster.doc, call.params, str(cluster.doc["Engine"])
    zones = [str(zone) for zone in doc["AvailabilityZones"]]
    zone = params.get("AvailabilityZone") or stable_zone(name, zones)
    if zone not in zones:
        raise checks.invalid(f"Invalid availability zone {zone} for the cluster's subnet group.")
    group = instance_group_for(region, engine, str(doc["EngineVersion"]), params.get("DBParameterGroupName"))
    window = params.get("PreferredMaintenanceWindow")
    shared = (
        "Engine", "EngineVersion", "MasterUsername", "PreferredBackupWindow", "BackupRetentionPeriod",
        "VpcSecurityGroups", "StorageEncrypted", "KmsKeyId", "LatestRestorableTime", "NetworkType",
        "EnabledCloudwatchLogsExports", "IAMDatabaseAuthenticationEnabled", "EngineLifecycleSupport",
    )  # fmt: skip
    new = {key: doc[key] for key in shared if key in doc}
    tier = params.get("PromotionTier", 1)
    if not 0 <= tier <= 15:
        raise checks.invalid(f"Invalid promotion tier: {tier}. Must be between 0 and 15.")
    new.update(_own(region, call.params, name, tier))
    new.update(
        DBName=doc.get("DatabaseName"),
        DBParameterGroups=[{"DBParameterGroupName": group, "ParameterApplyStatus": "in-sync"}],
        AvailabilityZone=zone,
        DBSubnetGroup=shown_in_instance(region.subnet_groups[str(doc["DBSubnetGroup"])]),
        PreferredMaintenanceWindow=checks.maintenance_window(window or str(doc["PreferredMaintenanceWindow"])),
        LicenseModel="postgresql-license" if engine == catalogue.AURORA else None,
        StorageType=str(doc.get("StorageType") or catalogue.STANDARD_STORAGE[engine]),
        DBClusterIdentifier=doc["DBClusterIdentifier"],
    )
    inherited: Mapping[str, Any] = {} if "EnablePerformanceInsights" in params else doc
    new.update(insights(region, params, inherited))
    return document(**new)


def _own(region: Region, params: Mapping[str, Any], name: str, tier: int) -> Document:
    """What a new instance has of its own, apart from its cluster."""
    return {
        "DBInstanceIdentifier": name,
        "DBInstanceClass": params["DBInstanceClass"],
        "DBInstanceStatus": "creating",
        "AllocatedStorage": 1,
        "DBSecurityGroups": [],
        "PendingModifiedValues": {},
        "MultiAZ": False,
        "AutoMinorVersionUpgrade": bool(params.get("AutoMinorVersionUpgrade", True)),
        "ReadReplicaDBInstanceIdentifiers": [],
        "PubliclyAccessible": bool(params.get("PubliclyAccessible", False)),
        "DbInstancePort": 0,
        "DbiResourceId": "db-" + uuid.uuid4().hex.upper()[:26],
        "CACertificateIdentifier": params.get("CACertificateIdentifier", _CERTIFICATE),
        "CopyTagsToSnapshot": bool(params.get("CopyTagsToSnapshot", False)),
        "MonitoringInterval": params.get("MonitoringInterval", 0),
        "MonitoringRoleArn": params.get("MonitoringRoleArn"),
        "PromotionTier": tier,
        "DBInstanceArn": region.arn("db", name),
        "DeletionProtection": False,
        "TagList": tags_of(params),
        "InstanceCreateTime": region.world.clock.moment(),
    }


def _endpoint(cluster: Cluster, name: str) -> Document:
    domain = str(cluster.doc["Endpoint"]).split(".cluster-", 1)[1]
    return {
        "Address": f"{name}.{domain}",
        "Port": cluster.doc["Port"],
        "HostedZoneId": cluster.doc["HostedZoneId"],
    }


def _spread(cluster: Cluster, region: Region) -> None:
    zones = {str(one.doc["AvailabilityZone"]) for one in region.members(cluster)}
    cluster.record.put(MultiAZ=len(zones) > 1)


def delete_db_instance(region: Region, call: Call) -> Document:
    """DeleteDBInstance: the instance is `deleting`, then leaves its cluster; a reader becomes the writer."""
    record = region.instance(call.params["DBInstanceIdentifier"])
    name = str(record.doc["DBInstanceIdentifier"])
    if record.doc["DBInstanceStatus"] == "deleting":
        raise AwsError("InvalidDBInstanceState", f"Instance {name} is already being deleted.")
    if call.get("FinalDBSnapshotIdentifier"):
        raise checks.conflict("FinalDBSnapshotIdentifier can not be specified when deleting a cluster instance.")
    cluster = region.cluster(str(record.doc["DBClusterIdentifier"]))
    record.put(DBInstanceStatus="deleting")

    def gone() -> None:
        if region.instances.get(name) is record:
            del region.instances[name]
            rest = [one for one in cluster.doc["DBClusterMembers"] if one["DBInstanceIdentifier"] != name]
            if rest and not any(one["IsClusterWriter"] for one in rest):
                rest = [{**rest[0], "IsClusterWriter": True}, *rest[1:]]
            cluster.record.put(DBClusterMembers=rest)
            _spread(cluster, region)
            remove_if_empty(region, cluster)

    region.world.later("rds.instance.delete", gone)
    return {"DBInstance": record}


FILTERS: Mapping[str, listing.Filter] = {
    "db-cluster-id": lambda doc, values: doc.get("DBClusterIdentifier") in [bare_name(value) for value in values],
    "db-instance-id": listing.by_name_or_arn("DBInstanceIdentifier", "DBInstanceArn"),
    "dbi-resource-id": listing.by_member("DbiResourceId"),
    "engine": listing.by_member("Engine"),
    "domain": lambda _doc, _values: False,
}


def describe_db_instances(region: Region, call: Call) -> Document:
    """DescribeDBInstances."""
    wanted = listing.wanted(call, FILTERS)
    name = call.get("DBInstanceIdentifier")
    if name:
        region.instance(name)
    names = [key for key, one in region.instances.items() if (not name or key == bare_name(name)) and wanted(one.doc)]
    return listing.page(call, "DBInstances", names, lambda key: region.instances[key])
