"""DocumentDB in the emulator: the same API and store as RDS, with an engine and rules of its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import Aws, code

NEW: dict[str, Any] = {
    "DBClusterIdentifier": "docs",
    "Engine": "docdb",
    "MasterUsername": "app",
    "MasterUserPassword": "correct-horse",
}


def test_the_newest_version_is_the_default_and_the_port_is_27017(aws: Aws) -> None:
    docdb = aws.client("docdb")
    docdb.create_db_cluster(**NEW)
    [made] = docdb.describe_db_clusters()["DBClusters"]
    assert (made["EngineVersion"], made["Port"], made["DBClusterParameterGroup"]) == (
        "8.0.0",
        27017,
        "default.docdb8.0",
    )
    assert made["Endpoint"].endswith(".us-east-1.docdb.amazonaws.com")
    assert "PendingModifiedValues" not in aws.rds.describe_db_clusters()["DBClusters"][0]


def test_serverless_starts_at_half_a_unit_and_needs_version_5(aws: Aws) -> None:
    docdb = aws.client("docdb")
    zero = {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0, "MaxCapacity": 4}}
    half = {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 4}}
    assert code(docdb.create_db_cluster, **NEW, **zero) == "InvalidParameterValue"
    assert code(docdb.create_db_cluster, **NEW, **half, EngineVersion="4.0.0") == "InvalidParameterCombination"
    docdb.create_db_cluster(**NEW, **half, EngineVersion="5.0.0")
    docdb.create_db_instance(
        DBInstanceIdentifier="docs-1", DBClusterIdentifier="docs", Engine="docdb", DBInstanceClass="db.serverless"
    )
    [member] = docdb.describe_db_instances()["DBInstances"]
    assert (member["DBInstanceStatus"], member["Endpoint"]["Port"]) == ("available", 27017)


def test_a_serverless_instance_waits_for_the_clusters_range(aws: Aws) -> None:
    docdb = aws.client("docdb")
    docdb.create_db_cluster(**NEW)
    new = {"DBInstanceIdentifier": "docs-1", "DBClusterIdentifier": "docs", "Engine": "docdb"}
    assert code(docdb.create_db_instance, **new, DBInstanceClass="db.serverless") == "InvalidDBClusterStateFault"
    assert code(docdb.create_db_instance, **new, DBInstanceClass="db.r7g.large") == "InvalidParameterCombination"
    docdb.create_db_instance(**new, DBInstanceClass="db.t4g.medium")


@pytest.mark.parametrize("family", ["docdb5.0", "docdb8.0"])
def test_parameters_of_a_family(aws: Aws, family: str) -> None:
    docdb = aws.client("docdb")
    name = {"DBClusterParameterGroupName": "mine"}
    docdb.create_db_cluster_parameter_group(**name, DBParameterGroupFamily=family, Description="d")
    tls = {"ParameterName": "tls", "ParameterValue": "disabled", "ApplyMethod": "immediate"}
    assert code(docdb.modify_db_cluster_parameter_group, **name, Parameters=[tls]) == "InvalidParameterCombination"
    docdb.modify_db_cluster_parameter_group(**name, Parameters=[tls | {"ApplyMethod": "pending-reboot"}])
    found = docdb.describe_db_cluster_parameters(**name, Source="user")["Parameters"]
    assert [(one["ParameterName"], one["ParameterValue"]) for one in found] == [("tls", "disabled")]


def test_logs_and_storage_have_the_engines_own_names(aws: Aws) -> None:
    docdb = aws.client("docdb")
    assert code(docdb.create_db_cluster, **NEW, EnableCloudwatchLogsExports=["postgresql"]) == (
        "InvalidParameterCombination"
    )
    docdb.create_db_cluster(**NEW, EnableCloudwatchLogsExports=["audit"], StorageType="iopt1")
    [made] = docdb.describe_db_clusters()["DBClusters"]
    assert (made["EnabledCloudwatchLogsExports"], made["StorageType"]) == (["audit"], "iopt1")


def test_instances_go_first_and_the_final_snapshot_stays(aws: Aws) -> None:
    docdb = aws.client("docdb")
    docdb.create_db_cluster(**NEW)
    docdb.create_db_instance(
        DBInstanceIdentifier="docs-1", DBClusterIdentifier="docs", Engine="docdb", DBInstanceClass="db.r6g.large"
    )
    delete = {"DBClusterIdentifier": "docs", "FinalDBSnapshotIdentifier": "docs-final"}
    assert code(docdb.delete_db_cluster, **delete) == "InvalidDBClusterStateFault"
    docdb.delete_db_instance(DBInstanceIdentifier="docs-1")
    docdb.delete_db_cluster(**delete)
    assert docdb.describe_db_clusters()["DBClusters"] == []
    [kept] = docdb.describe_db_cluster_snapshots()["DBClusterSnapshots"]
    assert (kept["DBClusterSnapshotIdentifier"], kept["Engine"]) == ("docs-final", "docdb")
