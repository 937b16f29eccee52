"""Clusters of both engines: what differs, which calls put it right, what their states mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.resources.validated import lookup, sent
from trueup.core.resource import Removal
from trueup.core.values import Effect, Key, Mutability, Phase, Ref, Severity
from trueup.resources.rds import Cluster, ClusterSnapshot, DBCluster, DocDBCluster
from trueup.resources.rds.clusters import NO_EXTENDED_SUPPORT

GROUP = Ref(Key("AWS::RDS::DBClusterParameterGroup", "parameters"), "DBClusterParameterGroupName")
FOUND = lookup({GROUP: "shop-orders-aurora-postgresql16"})
TAGS = {"trueup.dev/owner": "main/Database/shop/orders"}

COMMON: dict[str, Any] = {
    "name": "cluster",
    "cluster_id": "shop-orders",
    "subnet_group": "shop-orders",
    "parameter_group": GROUP,
    "security_groups": ("sg-1",),
    "master_username": "dbadmin",
    "managed_password": True,
    "port": 5432,
    "encrypted": True,
    "retention_days": 7,
    "backup_window": "03:00-03:30",
    "maintenance_window": "sun:04:00-sun:05:00",
    "deletion_protection": False,
    "copy_tags": True,
    "min_capacity": 0.0,
    "max_capacity": 1.0,
    "running": "available",
    "tags": TAGS,
}
AURORA = DBCluster(
    **COMMON,
    version="16.9",
    pause_seconds=300,
    database_name="orders",
    support=NO_EXTENDED_SUPPORT,
    performance_insights=True,
    insights_days=7,
)
DOCDB = replace(DocDBCluster(**COMMON, version="5.0.0"), port=27017, min_capacity=0.5)

SEEN: dict[str, Any] = {
    "DBClusterIdentifier": "shop-orders",
    "DBClusterArn": "arn:aws:rds:us-east-1:123456789012:cluster:shop-orders",
    "DbClusterResourceId": "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "Status": "available",
    "Engine": "aurora-postgresql",
    "EngineVersion": "16.9",
    "DBSubnetGroup": "shop-orders",
    "DBClusterParameterGroup": "shop-orders-aurora-postgresql16",
    "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
    "MasterUsername": "dbadmin",
    "MasterUserSecret": {"SecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!cluster-1"},
    "Port": 5432,
    "StorageEncrypted": True,
    "BackupRetentionPeriod": 7,
    "PreferredBackupWindow": "03:00-03:30",
    "PreferredMaintenanceWindow": "sun:04:00-sun:05:00",
    "DeletionProtection": False,
    "CopyTagsToSnapshot": True,
    "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.0, "MaxCapacity": 1.0, "SecondsUntilAutoPause": 300},
    "DatabaseName": "orders",
    "EngineLifecycleSupport": NO_EXTENDED_SUPPORT,
    "PerformanceInsightsEnabled": True,
    "PerformanceInsightsRetentionPeriod": 7,
    "EngineMode": "provisioned",
    "HttpEndpointEnabled": False,
    "TagList": [{"Key": "trueup.dev/owner", "Value": "main/Database/shop/orders"}],
}
MODIFY = {"DBClusterIdentifier": "shop-orders", "ApplyImmediately": True}
SCALING = {"MinCapacity": 0.0, "MaxCapacity": 1.0, "SecondsUntilAutoPause": 300}
OWNER = [{"Key": "trueup.dev/owner", "Value": "main/Database/shop/orders"}]

NEW = {
    "DBClusterIdentifier": "shop-orders",
    "Engine": "aurora-postgresql",
    "EngineVersion": "16.9",
    "DBSubnetGroupName": "shop-orders",
    "DBClusterParameterGroupName": "shop-orders-aurora-postgresql16",
    "VpcSecurityGroupIds": ["sg-1"],
    "MasterUsername": "dbadmin",
    "ManageMasterUserPassword": True,
    "Port": 5432,
    "StorageEncrypted": True,
    "BackupRetentionPeriod": 7,
    "PreferredBackupWindow": "03:00-03:30",
    "PreferredMaintenanceWindow": "sun:04:00-sun:05:00",
    "DeletionProtection": False,
    "CopyTagsToSnapshot": True,
    "ServerlessV2ScalingConfiguration": SCALING,
    "DatabaseName": "orders",
    "EngineLifecycleSupport": NO_EXTENDED_SUPPORT,
    "EnablePerformanceInsights": True,
    "PerformanceInsightsRetentionPeriod": 7,
    "Tags": OWNER,
}


def test_a_new_cluster_is_made_owned_with_all_that_is_declared() -> None:
    assert sent(AURORA.create(FOUND, "token")) == [("CreateDBCluster", NEW)]


def test_what_aws_adds_to_a_cluster_is_no_difference() -> None:
    assert AURORA.differences(SEEN, FOUND) == ()


def without(params: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name not in names}


CREATE_ONLY = (
    "MasterUsername",
    "ManageMasterUserPassword",
    "StorageEncrypted",
    "DatabaseName",
    "PreferredMaintenanceWindow",
)


def test_a_cluster_can_be_made_from_a_snapshot() -> None:
    assert sent(replace(AURORA, snapshot="old-final-12345678").create(FOUND, "t")) == [
        (
            "RestoreDBClusterFromSnapshot",
            {**without(NEW, *CREATE_ONLY), "SnapshotIdentifier": "old-final-12345678"},
        )
    ]


@pytest.mark.parametrize(
    ("when", "params"),
    [
        ("latest", {"UseLatestRestorableTime": True}),
        ("2026-11-20T12:00:00Z", {"RestoreToTime": "2026-11-20T12:00:00Z"}),
    ],
)
def test_a_cluster_can_be_made_from_the_past_of_another(when: str, params: dict[str, Any]) -> None:
    kept = without(NEW, *CREATE_ONLY, "Engine", "EngineVersion")
    assert sent(replace(AURORA, source_cluster="old", restore_time=when).create(FOUND, "t")) == [
        ("RestoreDBClusterToPointInTime", {**kept, "SourceDBClusterIdentifier": "old", **params})
    ]


def test_documentdb_is_made_and_restored_by_its_own_api() -> None:
    (call,) = DOCDB.create(FOUND, "t")
    assert (call.service, call.operation) == ("docdb", "CreateDBCluster")
    ((_, params),) = sent([call])
    assert params["ServerlessV2ScalingConfiguration"] == {"MinCapacity": 0.5, "MaxCapacity": 1.0}
    back = replace(DOCDB, snapshot="old")
    past = replace(DOCDB, source_cluster="old")
    assert [operation for operation, _ in sent([*back.create(FOUND, "t"), *past.create(FOUND, "t")])] == [
        "RestoreDBClusterFromSnapshot",
        "RestoreDBClusterToPointInTime",
    ]


CHANGES: list[tuple[Any, ...]] = [
    ({"BackupRetentionPeriod": 1}, "BackupRetentionPeriod", {"BackupRetentionPeriod": 7}),
    ({"PreferredBackupWindow": "01:00-01:30"}, "PreferredBackupWindow", {"PreferredBackupWindow": "03:00-03:30"}),
    (
        {"PreferredMaintenanceWindow": "mon:04:00-mon:05:00"},
        "PreferredMaintenanceWindow",
        {"PreferredMaintenanceWindow": "sun:04:00-sun:05:00"},
    ),
    ({"DeletionProtection": True}, "DeletionProtection", {"DeletionProtection": False}),
    ({"CopyTagsToSnapshot": False}, "CopyTagsToSnapshot", {"CopyTagsToSnapshot": True}),
    ({"Port": 5433}, "Port", {"Port": 5432}),
    (
        {"DBClusterParameterGroup": "default.aurora-postgresql16"},
        "DBClusterParameterGroup",
        {"DBClusterParameterGroupName": "shop-orders-aurora-postgresql16"},
    ),
    (
        {"VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}, {"VpcSecurityGroupId": "sg-open"}]},
        "VpcSecurityGroups[].VpcSecurityGroupId",
        {"VpcSecurityGroupIds": ["sg-1"]},
    ),
    (
        {"ServerlessV2ScalingConfiguration": {**SCALING, "MaxCapacity": 64.0}},
        "ServerlessV2ScalingConfiguration.MaxCapacity",
        {"ServerlessV2ScalingConfiguration": SCALING},
    ),
    (
        {"ServerlessV2ScalingConfiguration": {**SCALING, "SecondsUntilAutoPause": 86400}},
        "ServerlessV2ScalingConfiguration.SecondsUntilAutoPause",
        {"ServerlessV2ScalingConfiguration": SCALING},
    ),
    ({"MasterUserSecret": None}, "MasterUserSecret", {"ManageMasterUserPassword": True}),
    (
        {"EngineLifecycleSupport": "open-source-rds-extended-support"},
        "EngineLifecycleSupport",
        {"EngineLifecycleSupport": NO_EXTENDED_SUPPORT},
    ),
    ({"PerformanceInsightsEnabled": False}, "PerformanceInsightsEnabled", {"EnablePerformanceInsights": True}),
    (
        {"PerformanceInsightsRetentionPeriod": 731},
        "PerformanceInsightsRetentionPeriod",
        {"PerformanceInsightsRetentionPeriod": 7},
    ),
    ({"EngineVersion": "16.8"}, "EngineVersion", {"EngineVersion": "16.9"}),
]


@pytest.mark.parametrize(("change", "path", "sends"), CHANGES)
def test_each_field_of_a_cluster_is_seen_and_put_right(
    change: dict[str, Any], path: str, sends: dict[str, Any]
) -> None:
    doc = {**SEEN, **change}
    found = AURORA.differences(doc, FOUND)
    assert [d.path for d in found] == [path]
    assert sent(AURORA.update(doc, found, FOUND)) == [("ModifyDBCluster", {**MODIFY, **sends})]


@pytest.mark.parametrize(
    ("change", "path", "severity"),
    [
        ({"StorageEncrypted": False}, "StorageEncrypted", Severity.CRITICAL),
        ({"DBSubnetGroup": "other"}, "DBSubnetGroup", Severity.NORMAL),
        ({"MasterUsername": "other"}, "MasterUsername", Severity.NORMAL),
        ({"DatabaseName": "other"}, "DatabaseName", Severity.NORMAL),
    ],
)
def test_what_aws_cannot_change_would_replace_the_cluster(
    change: dict[str, Any], path: str, severity: Severity
) -> None:
    (found,) = AURORA.differences({**SEEN, **change}, FOUND)
    assert (found.path, found.rule.mutability, found.rule.severity) == (path, Mutability.REPLACE, severity)


def test_what_aws_lower_cases_and_a_shorter_version_are_no_difference() -> None:
    loose = replace(AURORA, cluster_id="Shop-Orders", maintenance_window="Sun:04:00-Sun:05:00", version="16")
    assert loose.differences(SEEN, FOUND) == ()


def test_a_major_upgrade_takes_the_new_familys_group_along_in_one_outage() -> None:
    target = DBCluster(**COMMON, version="17.5")
    found17 = lookup({GROUP: "shop-orders-aurora-postgresql17"})
    found = target.differences(SEEN, found17)
    assert [(d.path, d.rule.effect) for d in found] == [
        ("EngineVersion", Effect.OUTAGE),
        ("DBClusterParameterGroup", Effect.OUTAGE),
    ]
    assert sent(target.update(SEEN, found, found17)) == [
        (
            "ModifyDBCluster",
            {
                **MODIFY,
                "EngineVersion": "17.5",
                "DBClusterParameterGroupName": "shop-orders-aurora-postgresql17",
                "AllowMajorVersionUpgrade": True,
            },
        )
    ]


def test_a_major_upgrade_waits_for_the_new_familys_group() -> None:
    target = DBCluster(**COMMON, version="17.5")
    nothing = lookup({})
    assert target.update(SEEN, target.differences(SEEN, nothing), nothing) == ()


def test_a_version_that_aws_holds_for_the_window_is_pending_and_not_let_loose_by_another_change() -> None:
    doc = {**SEEN, "EngineVersion": "16.8", "PendingModifiedValues": {"EngineVersion": "16.9"}, "Port": 5433}
    version, port = AURORA.differences(doc, FOUND)
    assert (version.path, version.pending, port.path, port.pending) == ("EngineVersion", True, "Port", False)
    assert sent(AURORA.update(doc, (port,), FOUND)) == [
        ("ModifyDBCluster", {**MODIFY, "Port": 5432, "ApplyImmediately": False})
    ]


def test_a_stopped_cluster_is_started_before_anything_else() -> None:
    doc = {**SEEN, "Status": "stopped", "BackupRetentionPeriod": 1}
    found = AURORA.differences(doc, FOUND)
    assert [(d.path, d.want, d.have) for d in found] == [
        ("BackupRetentionPeriod", 7, 1),
        ("Status", "available", "stopped"),
    ]
    assert sent(AURORA.update(doc, found, FOUND)) == [("StartDBCluster", {"DBClusterIdentifier": "shop-orders"})]


def test_a_cluster_goes_with_a_final_snapshot_or_expressly_without() -> None:
    assert sent(
        [
            *DBCluster.delete(SEEN, FOUND, Removal(snapshot=True)),
            *DocDBCluster.delete(SEEN, FOUND, Removal(snapshot=False)),
        ]
    ) == [
        (
            "DeleteDBCluster",
            {
                "DBClusterIdentifier": "shop-orders",
                "FinalDBSnapshotIdentifier": "shop-orders-final-abcdefgh",
                "SkipFinalSnapshot": False,
            },
        ),
        ("DeleteDBCluster", {"DBClusterIdentifier": "shop-orders", "SkipFinalSnapshot": True}),
    ]


def test_deletion_protection_is_told_before_the_first_delete() -> None:
    assert DBCluster.guard(SEEN, "") is None
    assert DBCluster.guard({**SEEN, "DeletionProtection": True}, "") is not None


@pytest.mark.parametrize("kind", [DBCluster, DocDBCluster])
@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("available", Phase.READY),
        ("backing-up", Phase.BUSY),
        ("backtracking", Phase.CREATING),
        ("cloning-failed", Phase.FAILED),
        ("creating", Phase.CREATING),
        ("deleting", Phase.DELETING),
        ("failing-over", Phase.BUSY),
        ("inaccessible-encryption-credentials", Phase.FAILED),
        ("inaccessible-encryption-credentials-recoverable", Phase.FAILED),
        ("maintenance", Phase.BUSY),
        ("migrating", Phase.CREATING),
        ("migration-failed", Phase.FAILED),
        ("modifying", Phase.BUSY),
        ("promoting", Phase.CREATING),
        ("preparing-data-migration", Phase.BUSY),
        ("renaming", Phase.CREATING),
        ("resetting-master-credentials", Phase.BUSY),
        ("starting", Phase.CREATING),
        ("stopped", Phase.READY),
        ("stopping", Phase.CREATING),
        ("storage-optimization", Phase.READY),
        ("update-iam-db-auth", Phase.BUSY),
        ("upgrading", Phase.CREATING),
        ("upgrade-failed", Phase.FAILED),
        ("a-word-of-next-year", Phase.BUSY),
    ],
)
def test_every_status_of_a_cluster_has_a_phase(kind: type[Cluster], status: str, phase: Phase) -> None:
    assert kind.phase({"Status": status}) is phase


def test_one_list_serves_both_engines_and_each_sees_its_own() -> None:
    assert DBCluster.LISTING == DocDBCluster.LISTING
    assert DBCluster.LISTING.service == "rds"
    mongo, neptune = {**SEEN, "Engine": "docdb"}, {**SEEN, "Engine": "neptune"}
    shown = [tuple(kind.members(doc)) for kind in (DBCluster, DocDBCluster) for doc in (SEEN, mongo, neptune)]
    assert shown == [(SEEN,), (), (), (), (mongo,), ()]


def snapshot(name: str, taken: Any, status: str = "available") -> dict[str, Any]:
    return {"DBClusterSnapshotIdentifier": name, "SnapshotCreateTime": taken, "Status": status}


def test_lost_data_names_the_newest_snapshot_that_can_be_restored() -> None:
    old, new = snapshot("old", "2026-11-01T00:00:00Z"), snapshot("new", "2026-11-02T00:00:00Z")
    unfinished = snapshot("unfinished", "2026-11-03T00:00:00Z", "creating")
    assert ClusterSnapshot.restore_hint([]) is None
    assert ClusterSnapshot.restore_hint([unfinished]) is None
    hint = ClusterSnapshot.restore_hint([old, new, unfinished])
    assert hint is not None
    assert hint.startswith("The newest snapshot is new of 2026-11-02T00:00:00Z: to restore it")
    assert hint.endswith("spec.restore.snapshotIdentifier: new.")
    read = snapshot("read", datetime(2026, 11, 2, 1, 2, 3, 4, UTC))
    assert "read of 2026-11-02T01:02:03Z: to" in str(ClusterSnapshot.restore_hint([read]))
