"""Charter: changing and rebooting instances. The class waits for the maintenance window unless told otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document, Record
from trueup.sandbox.emulator.rds import catalogue, checks
from trueup.sandbox.emulator.rds.cluster_changes import mark_members
from trueup.sandbox.emulator.rds.clusters import insights, refuse_unsupported
from trueup.sandbox.emulator.rds.instances import check_instance_class, refuse_clusters_own
from trueup.sandbox.emulator.rds.parameter_groups import instance_group_for
from trueup.sandbox.emulator.rds.store import Cluster, Region
from trueup.sandbox.emulator.service import Call

_UNSUPPORTED = ("NewDBInstanceIdentifier", "DBSubnetGroupName", "OptionGroupName", "Domain", "MultiAZ")
_PLAIN = (
    "AutoMinorVersionUpgrade", "CopyTagsToSnapshot", "MonitoringInterval", "MonitoringRoleArn", "PubliclyAccessible",
)  # fmt: skip
_INSIGHTS = ("EnablePerformanceInsights", "PerformanceInsightsRetentionPeriod", "PerformanceInsightsKMSKeyId")


def modify_db_instance(region: Region, call: Call) -> Document:
    """ModifyDBInstance of a cluster's member. Deferred: class and certificate, unless ApplyImmediately."""
    refuse_unsupported(call, _UNSUPPORTED)
    refuse_clusters_own(call)
    record = region.instance(call.params["DBInstanceIdentifier"])
    _refuse_unless_available(record)
    cluster = region.cluster(str(record.doc["DBClusterIdentifier"]))
    if call.get("EngineVersion"):
        raise checks.conflict("The engine version of a cluster's member is changed on the DB Cluster.")
    changes = _immediate(region, cluster, record, call.params)
    before = dict(record.doc)
    record.put(**changes)
    if "PromotionTier" in call.params:
        _set_tier(cluster, record, call.params["PromotionTier"])
    pending = {**record.doc.get("PendingModifiedValues", {}), **_deferred(cluster, record, call.params)}
    if call.get("ApplyImmediately"):
        record.put(**pending, PendingModifiedValues={})
    else:
        record.put(PendingModifiedValues=pending)
    if dict(record.doc) != before:
        busy(region, record, "modifying", "rds.instance.modify")
    return {"DBInstance": record}


def _refuse_unless_available(record: Record) -> None:
    if record.doc["DBInstanceStatus"] != "available":
        raise AwsError(
            "InvalidDBInstanceState",
            f"Database instance is not in available state: {record.doc['DBInstanceIdentifier']} is "
            f"{record.doc['DBInstanceStatus']}.",
        )


def busy(region: Region, record: Record, status: str, delay: str) -> None:
    """Show a status until the delay is over."""
    record.put(DBInstanceStatus=status)

    def done() -> None:
        if record.doc["DBInstanceStatus"] == status:
            record.put(DBInstanceStatus="available")

    region.world.later(delay, done)


def _immediate(region: Region, cluster: Cluster, record: Record, params: Mapping[str, Any]) -> Document:
    changes: Document = {name: params[name] for name in _PLAIN if name in params}
    if "PreferredMaintenanceWindow" in params:
        changes["PreferredMaintenanceWindow"] = checks.maintenance_window(params["PreferredMaintenanceWindow"])
    if "DBParameterGroupName" in params:
        engine, version = str(cluster.doc["Engine"]), str(cluster.doc["EngineVersion"])
        name = instance_group_for(region, engine, version, params["DBParameterGroupName"])
        if name != record.doc["DBParameterGroups"][0]["DBParameterGroupName"]:
            changes["DBParameterGroups"] = [{"DBParameterGroupName": name, "ParameterApplyStatus": "pending-reboot"}]
    if "PromotionTier" in params and not 0 <= params["PromotionTier"] <= 15:
        raise checks.invalid(f"Invalid promotion tier: {params['PromotionTier']}. Must be between 0 and 15.")
    if "DatabaseInsightsMode" in params and params["DatabaseInsightsMode"] != record.doc.get("DatabaseInsightsMode"):
        raise checks.conflict("Set the Database Insights mode for the DB Cluster.")
    if any(name in params for name in _INSIGHTS) and cluster.doc["Engine"] == catalogue.AURORA:
        changes.update(insights(region, {**params, "DatabaseInsightsMode": "standard"}, record.doc))
        changes.pop("DatabaseInsightsMode")
    elif any(name in params for name in _INSIGHTS):
        enabled = bool(params.get("EnablePerformanceInsights", record.doc.get("PerformanceInsightsEnabled")))
        changes["PerformanceInsightsEnabled"] = enabled
    return changes


def _deferred(cluster: Cluster, record: Record, params: Mapping[str, Any]) -> Document:
    deferred = Document()
    kind = params.get("DBInstanceClass")
    if kind is not None and kind != record.doc["DBInstanceClass"]:
        check_instance_class(cluster, kind)
        deferred["DBInstanceClass"] = kind
    certificate = params.get("CACertificateIdentifier")
    if certificate is not None and certificate != record.doc["CACertificateIdentifier"]:
        deferred["CACertificateIdentifier"] = certificate
    return deferred


def _set_tier(cluster: Cluster, record: Record, tier: int) -> None:
    name = record.doc["DBInstanceIdentifier"]
    record.put(PromotionTier=tier)
    cluster.record.put(
        DBClusterMembers=[
            {**one, "PromotionTier": tier} if one["DBInstanceIdentifier"] == name else one
            for one in cluster.doc["DBClusterMembers"]
        ]
    )


def reboot_db_instance(region: Region, call: Call) -> Document:
    """RebootDBInstance: parameters that waited for it are in force afterwards."""
    record = region.instance(call.params["DBInstanceIdentifier"])
    _refuse_unless_available(record)
    cluster = region.cluster(str(record.doc["DBClusterIdentifier"]))
    busy(region, record, "rebooting", "rds.instance.reboot")

    def done() -> None:
        name = str(record.doc["DBInstanceIdentifier"])
        if name in region.instances:
            record.put(
                DBParameterGroups=[
                    {**one, "ParameterApplyStatus": "in-sync"} for one in record.doc["DBParameterGroups"]
                ]
            )
            mark_members(cluster, "in-sync", only=name)

    region.world.later("rds.instance.reboot", done)
    return {"DBInstance": record}
