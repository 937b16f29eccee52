"""Charter: changing clusters: what takes effect at once, what waits for the maintenance window, what shows meanwhile.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document, Record
from trueup.sandbox.emulator.rds import catalogue, checks
from trueup.sandbox.emulator.rds.clusters import (
    attach_secret,
    insights,
    lifecycle_support,
    refuse_unsupported,
    security_groups,
    storage_type,
)
from trueup.sandbox.emulator.rds.parameter_groups import cluster_group_for, default_name, is_default
from trueup.sandbox.emulator.rds.store import Cluster, Region
from trueup.sandbox.emulator.service import Call

_UNSUPPORTED = (
    "NewDBClusterIdentifier", "OptionGroupName", "BacktrackWindow", "ScalingConfiguration", "Domain",
    "DBClusterInstanceClass", "AllocatedStorage", "Iops", "EngineMode",
)  # fmt: skip
_PLAIN = {
    "DeletionProtection": "DeletionProtection",
    "CopyTagsToSnapshot": "CopyTagsToSnapshot",
    "EnableHttpEndpoint": "HttpEndpointEnabled",
    "AutoMinorVersionUpgrade": "AutoMinorVersionUpgrade",
    "MonitoringInterval": "MonitoringInterval",
    "MonitoringRoleArn": "MonitoringRoleArn",
    "NetworkType": "NetworkType",
}
_INSIGHTS = (
    "EnablePerformanceInsights", "PerformanceInsightsRetentionPeriod", "DatabaseInsightsMode",
    "PerformanceInsightsKMSKeyId",
)  # fmt: skip


def modify_db_cluster(region: Region, call: Call) -> Document:
    """ModifyDBCluster. Deferred: engine version and IAM authentication, unless ApplyImmediately.

    ApplyImmediately also applies whatever earlier calls had left pending.
    """
    refuse_unsupported(call, _UNSUPPORTED)
    cluster = region.cluster(call.params["DBClusterIdentifier"])
    refuse_unless_available(cluster)
    changes = _immediate(region, cluster, call.params)
    deferred = _deferred(cluster, call.params)
    _check_password(cluster, call)
    group = call.get("DBClusterParameterGroupName")
    if deferred.get("EngineVersion"):
        _check_upgrade(cluster, deferred["EngineVersion"], call)
    elif group is not None:
        changes["DBClusterParameterGroup"] = cluster_group_for(
            region, str(cluster.doc["Engine"]), str(cluster.doc["EngineVersion"]), group
        )
    before = dict(cluster.doc)
    _change_secret(region, cluster, call)
    cluster.record.put(**changes)
    if changes.get("DBClusterParameterGroup") not in (None, before["DBClusterParameterGroup"]):
        mark_members(cluster, "pending-reboot")
    pending = {**cluster.doc.get("PendingModifiedValues", {}), **deferred}
    status = "modifying"
    if call.get("ApplyImmediately"):
        status = "upgrading" if "EngineVersion" in pending else status
        apply_pending(region, cluster, pending, group)
    else:
        cluster.record.put(PendingModifiedValues=pending or None)
    if dict(cluster.doc) != before:
        busy(region, cluster, status, "rds.cluster.modify")
    return {"DBCluster": cluster.record}


def refuse_unless_available(cluster: Cluster) -> None:
    """Changes are taken only by an available cluster."""
    if cluster.doc["Status"] != "available":
        name = cluster.doc["DBClusterIdentifier"]
        raise AwsError(
            "InvalidDBClusterStateFault",
            f"DB Cluster {name} is not currently in the available state; it is {cluster.doc['Status']}.",
        )


def busy(region: Region, cluster: Cluster, status: str, delay: str, then: str = "available") -> None:
    """Show a status until the delay is over."""
    cluster.record.put(Status=status)

    def done() -> None:
        if cluster.doc["Status"] == status:
            cluster.record.put(Status=then)

    region.world.later(delay, done)


def _immediate(region: Region, cluster: Cluster, params: Mapping[str, Any]) -> Document:
    doc, engine = cluster.doc, str(cluster.doc["Engine"])
    changes: Document = {shown: params[asked] for asked, shown in _PLAIN.items() if asked in params}
    if "BackupRetentionPeriod" in params:
        changes["BackupRetentionPeriod"] = checks.retention(params["BackupRetentionPeriod"])
    if "PreferredBackupWindow" in params:
        changes["PreferredBackupWindow"] = checks.backup_window(params["PreferredBackupWindow"])
    if "PreferredMaintenanceWindow" in params:
        changes["PreferredMaintenanceWindow"] = checks.maintenance_window(params["PreferredMaintenanceWindow"])
    checks.windows_apart(
        str(changes.get("PreferredBackupWindow", doc["PreferredBackupWindow"])),
        str(changes.get("PreferredMaintenanceWindow", doc["PreferredMaintenanceWindow"])),
    )
    if "Port" in params:
        changes["Port"] = checks.port(params["Port"])
    if "EngineLifecycleSupport" in params:
        changes["EngineLifecycleSupport"] = lifecycle_support(params["EngineLifecycleSupport"])
    if params.get("VpcSecurityGroupIds"):
        vpc = str(region.subnet_groups[str(doc["DBSubnetGroup"])].doc["VpcId"])
        changes["VpcSecurityGroups"] = security_groups(region, params["VpcSecurityGroupIds"], vpc)
    if params.get("ServerlessV2ScalingConfiguration"):
        changes["ServerlessV2ScalingConfiguration"] = checks.scaling(
            engine,
            str(doc["EngineVersion"]),
            params["ServerlessV2ScalingConfiguration"],
            doc.get("ServerlessV2ScalingConfiguration", {}),
        )
        changes["ServerlessV2PlatformVersion"] = doc.get("ServerlessV2PlatformVersion", "3")
    if "StorageType" in params:
        changes["StorageType"] = storage_type(engine, params["StorageType"])
    if "CloudwatchLogsExportConfiguration" in params:
        changes["EnabledCloudwatchLogsExports"] = exports(engine, doc, params["CloudwatchLogsExportConfiguration"])
    if engine == catalogue.AURORA and any(name in params for name in _INSIGHTS):
        changes.update(insights(region, params, doc))
    return changes


def exports(engine: str, doc: Mapping[str, Any], change: Mapping[str, Any]) -> list[str] | None:
    """Log exports after switching some on and some off; None where none is left."""
    on = set(doc.get("EnabledCloudwatchLogsExports", [])) | set(change.get("EnableLogTypes", []))
    return checks.log_types(engine, sorted(on - set(change.get("DisableLogTypes", [])))) or None


def _deferred(cluster: Cluster, params: Mapping[str, Any]) -> Document:
    doc, deferred = cluster.doc, Document()
    if params.get("EngineVersion"):
        version = catalogue.resolve_version(str(doc["Engine"]), params["EngineVersion"])
        if version != doc["EngineVersion"]:
            deferred["EngineVersion"] = version
    wanted = params.get("EnableIAMDatabaseAuthentication")
    if wanted is not None and wanted != doc.get("IAMDatabaseAuthenticationEnabled", False):
        deferred["IAMDatabaseAuthenticationEnabled"] = wanted
    return deferred


def _check_upgrade(cluster: Cluster, version: str, call: Call) -> None:
    doc, engine = cluster.doc, str(cluster.doc["Engine"])
    present, group = str(doc["EngineVersion"]), call.get("DBClusterParameterGroupName")
    if version not in catalogue.upgrade_targets(engine, present):
        raise checks.conflict(f"Cannot upgrade {engine} from {present} to {version}.")
    if catalogue.family(engine, version) == catalogue.family(engine, present):
        return
    if not call.get("AllowMajorVersionUpgrade"):
        raise checks.conflict(
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version."
        )
    if group is None and not is_default(str(doc["DBClusterParameterGroup"])):
        raise checks.conflict(
            f"The current DB cluster parameter group {doc['DBClusterParameterGroup']} is custom. You must explicitly "
            "specify a new DB cluster parameter group, either default or custom, for the engine version upgrade."
        )


def apply_pending(region: Region, cluster: Cluster, pending: Mapping[str, Any], group: str | None = None) -> None:
    """Make deferred changes real: what the maintenance window does, or ApplyImmediately."""
    doc, engine = cluster.doc, str(cluster.doc["Engine"])
    changes = dict(pending)
    version = changes.get("EngineVersion")
    if version:
        moved = catalogue.family(engine, version) != catalogue.family(engine, str(doc["EngineVersion"]))
        asked = group or (default_name(engine, version) if moved else str(doc["DBClusterParameterGroup"]))
        changes["DBClusterParameterGroup"] = cluster_group_for(region, engine, version, asked)
        for member in region.members(cluster):
            _upgrade_member(member, engine, version, moved)
    cluster.record.put(**changes, PendingModifiedValues=None)


def _upgrade_member(member: Record, engine: str, version: str, moved: bool) -> None:
    member.put(EngineVersion=version)
    if moved:
        status = {"DBParameterGroupName": default_name(engine, version), "ParameterApplyStatus": "in-sync"}
        member.put(DBParameterGroups=[status])


def mark_members(cluster: Cluster, status: str, only: str | None = None) -> None:
    """Set how far the cluster's parameters have reached its members (or one of them)."""
    members = [
        {**one, "DBClusterParameterGroupStatus": status} if only in (None, one["DBInstanceIdentifier"]) else one
        for one in cluster.doc["DBClusterMembers"]
    ]
    cluster.record.put(DBClusterMembers=members)


def _check_password(cluster: Cluster, call: Call) -> None:
    managed, given = call.get("ManageMasterUserPassword"), call.get("MasterUserPassword")
    held = cluster.secret is not None
    if given is not None:
        checks.password(given)
        if managed or (held and managed is not False):
            raise checks.conflict("You can't specify MasterUserPassword for a cluster whose password is managed.")
    if managed is False and held and given is None:
        raise checks.conflict("MasterUserPassword is needed to end the management of the master password.")
    if call.get("RotateMasterUserPassword"):
        if not held:
            raise checks.conflict("RotateMasterUserPassword needs a managed master password.")
        if not call.get("ApplyImmediately"):
            raise checks.conflict("RotateMasterUserPassword needs ApplyImmediately.")
    if call.get("MasterUserSecretKmsKeyId") and not managed:
        raise checks.conflict("MasterUserSecretKmsKeyId needs ManageMasterUserPassword.")


def _change_secret(region: Region, cluster: Cluster, call: Call) -> None:
    managed = call.get("ManageMasterUserPassword")
    if managed and cluster.secret is None:
        attach_secret(region, cluster, call.get("MasterUserSecretKmsKeyId"))
    elif managed is False and cluster.secret is not None:
        cluster.secret.delete()
        cluster.secret = None
        cluster.record.put(MasterUserSecret=None)
    if call.get("RotateMasterUserPassword") and cluster.secret is not None:
        cluster.secret.rotate()


def run_maintenance(region: Region) -> None:
    """What a maintenance window does: apply everything that is pending."""
    for cluster in region.clusters.values():
        pending = cluster.doc.get("PendingModifiedValues")
        if pending:
            apply_pending(region, cluster, pending)
    for record in region.instances.values():
        waiting = record.doc.get("PendingModifiedValues")
        if waiting:
            record.put(**waiting, PendingModifiedValues={})
