"""Aurora PostgreSQL in the emulator against what AWS documents."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import Aws, code

NEW: dict[str, Any] = {
    "DBClusterIdentifier": "other",
    "Engine": "aurora-postgresql",
    "MasterUsername": "app",
    "MasterUserPassword": "correct-horse",
}


def test_a_cluster_is_created_then_available(aws: Aws) -> None:
    aws.delays({"rds.cluster.create": 600})
    assert aws.cluster()["Status"] == "creating"
    aws.emulator.advance(599)
    assert aws.shown()["Status"] == "creating"
    aws.emulator.advance(1)
    assert aws.shown()["Status"] == "available"


def test_an_identifier_is_kept_in_lower_case_and_found_in_any(aws: Aws) -> None:
    assert aws.cluster("Main")["DBClusterIdentifier"] == "main"
    assert aws.shown("MAIN")["DBClusterArn"] == "arn:aws:rds:us-east-1:123456789012:cluster:main"
    assert aws.shown("arn:aws:rds:us-east-1:123456789012:cluster:main")["DBClusterIdentifier"] == "main"


def test_a_second_create_is_refused_and_changes_nothing(aws: Aws) -> None:
    first = aws.cluster(BackupRetentionPeriod=7)
    assert code(aws.rds.create_db_cluster, **NEW | {"DBClusterIdentifier": "MAIN"}) == "DBClusterAlreadyExistsFault"
    assert aws.shown() == first


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"DBClusterIdentifier": "9lives"}, "InvalidParameterValue"),
        ({"DBClusterIdentifier": "a--b"}, "InvalidParameterValue"),
        ({"Engine": "oracle"}, "InvalidParameterValue"),
        ({"EngineVersion": "99.1"}, "InvalidParameterCombination"),
        ({"DBSubnetGroupName": "nowhere"}, "DBSubnetGroupNotFoundFault"),
        ({"VpcSecurityGroupIds": ["sg-00000000"]}, "InvalidParameterValue"),
        ({"DBClusterParameterGroupName": "none"}, "DBClusterParameterGroupNotFound"),
        ({"DBClusterParameterGroupName": "default.aurora-postgresql15"}, "InvalidParameterCombination"),
        ({"BackupRetentionPeriod": 0}, "InvalidParameterValue"),
        ({"BackupRetentionPeriod": 36}, "InvalidParameterValue"),
        ({"PreferredBackupWindow": "03:00-03:10"}, "InvalidParameterValue"),
        ({"PreferredMaintenanceWindow": "sunday"}, "InvalidParameterValue"),
        (
            {"PreferredBackupWindow": "04:00-05:00", "PreferredMaintenanceWindow": "sun:04:30-sun:05:30"},
            "InvalidParameterCombination",
        ),
        ({"MasterUserPassword": "short"}, "InvalidParameterValue"),
        ({"MasterUsername": "admin"}, "InvalidParameterValue"),
        ({"ManageMasterUserPassword": True}, "InvalidParameterCombination"),
        ({"EnableCloudwatchLogsExports": ["audit"]}, "InvalidParameterCombination"),
        ({"StorageType": "gp3"}, "InvalidParameterValue"),
        ({"Port": 80}, "InvalidParameterValue"),
        ({"DatabaseInsightsMode": "advanced"}, "InvalidParameterCombination"),
        ({"EngineLifecycleSupport": "for-ever"}, "InvalidParameterValue"),
        ({"KmsKeyId": "alias/mine"}, "InvalidParameterCombination"),
    ],
)
def test_a_bad_create_is_refused(aws: Aws, more: dict[str, Any], refusal: str) -> None:
    assert code(aws.rds.create_db_cluster, **NEW | more) == refusal
    assert aws.rds.describe_db_clusters()["DBClusters"] == []


def test_a_password_is_needed(aws: Aws) -> None:
    given = {key: value for key, value in NEW.items() if key != "MasterUserPassword"}
    assert code(aws.rds.create_db_cluster, **given) == "InvalidParameterValue"


@pytest.mark.parametrize(
    ("version", "scaling"),
    [
        ("16.6", {"MinCapacity": 4, "MaxCapacity": 2}),
        ("16.6", {"MinCapacity": 0.3, "MaxCapacity": 2}),
        ("16.2", {"MinCapacity": 0, "MaxCapacity": 2}),
        ("15.6", {"MinCapacity": 0, "MaxCapacity": 2}),
        ("16.6", {"MinCapacity": 0.5, "MaxCapacity": 0.5}),
        ("16.6", {"MinCapacity": 0.5, "MaxCapacity": 300}),
        ("16.6", {"MinCapacity": 0, "MaxCapacity": 2, "SecondsUntilAutoPause": 60}),
        ("16.6", {"MinCapacity": 1}),
    ],
)
def test_a_bad_serverless_range_is_refused(aws: Aws, version: str, scaling: dict[str, Any]) -> None:
    given = NEW | {"EngineVersion": version, "ServerlessV2ScalingConfiguration": scaling}
    assert code(aws.rds.create_db_cluster, **given) == "InvalidParameterValue"


def test_the_pause_is_shown_only_where_the_least_capacity_is_zero(aws: Aws) -> None:
    made = aws.cluster(ServerlessV2ScalingConfiguration={"MinCapacity": 0, "MaxCapacity": 2})
    assert made["ServerlessV2ScalingConfiguration"] == {
        "MinCapacity": 0.0,
        "MaxCapacity": 2.0,
        "SecondsUntilAutoPause": 300,
    }
    aws.rds.modify_db_cluster(DBClusterIdentifier="main", ServerlessV2ScalingConfiguration={"MinCapacity": 0.5})
    assert aws.shown()["ServerlessV2ScalingConfiguration"] == {"MinCapacity": 0.5, "MaxCapacity": 2.0}


def test_a_managed_password_is_a_secret_that_dies_with_the_cluster(aws: Aws) -> None:
    secret = aws.cluster(ManageMasterUserPassword=True)["MasterUserSecret"]
    assert secret["SecretStatus"] == "active"
    assert secret["SecretArn"].startswith("arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!cluster-")
    manager = aws.client("secretsmanager")
    held = manager.get_secret_value(SecretId=secret["SecretArn"])["SecretString"]
    assert '"username": "app"' in held
    assert code(manager.delete_secret, SecretId=secret["SecretArn"]) == "InvalidRequestException"
    aws.rds.modify_db_cluster(DBClusterIdentifier="main", RotateMasterUserPassword=True, ApplyImmediately=True)
    assert manager.get_secret_value(SecretId=secret["SecretArn"])["SecretString"] != held
    aws.rds.delete_db_cluster(DBClusterIdentifier="main", SkipFinalSnapshot=True)
    assert code(manager.get_secret_value, SecretId=secret["SecretArn"]) == "ResourceNotFoundException"


def test_days_come_back_in_lower_case_and_the_standard_storage_not_at_all(aws: Aws) -> None:
    made = aws.cluster(PreferredMaintenanceWindow="Sun:05:00-Sun:06:00", StorageType="aurora")
    assert made["PreferredMaintenanceWindow"] == "sun:05:00-sun:06:00"
    assert "StorageType" not in made
    aws.rds.modify_db_cluster(DBClusterIdentifier="main", StorageType="aurora-iopt1")
    assert aws.shown()["StorageType"] == "aurora-iopt1"


def test_insights_are_kept_and_completed(aws: Aws) -> None:
    made = aws.cluster(
        EnablePerformanceInsights=True, PerformanceInsightsRetentionPeriod=465, DatabaseInsightsMode="advanced"
    )
    assert (made["PerformanceInsightsEnabled"], made["PerformanceInsightsRetentionPeriod"]) == (True, 465)
    assert made["DatabaseInsightsMode"] == "advanced"
    assert made["PerformanceInsightsKMSKeyId"].startswith("arn:aws:kms:")
    member = aws.instance()
    assert (member["PerformanceInsightsEnabled"], member["DatabaseInsightsMode"]) == (True, "advanced")


def test_a_change_takes_its_time_and_others_must_wait(aws: Aws) -> None:
    aws.cluster()
    aws.delays({"rds.cluster.modify": 30})
    aws.rds.modify_db_cluster(DBClusterIdentifier="main", BackupRetentionPeriod=9)
    assert (aws.shown()["Status"], aws.shown()["BackupRetentionPeriod"]) == ("modifying", 9)
    again = {"DBClusterIdentifier": "main", "BackupRetentionPeriod": 10}
    assert code(aws.rds.modify_db_cluster, **again) == "InvalidDBClusterStateFault"
    aws.emulator.advance(30)
    aws.rds.modify_db_cluster(DBClusterIdentifier="main", BackupRetentionPeriod=9)
    assert aws.shown()["Status"] == "available"  # nothing changed, so nothing happens


def test_a_version_waits_for_the_window_and_apply_immediately_takes_it_along(aws: Aws) -> None:
    aws.cluster()
    aws.instance()
    aws.rds.modify_db_cluster(DBClusterIdentifier="main", EngineVersion="16.8")
    assert aws.shown()["EngineVersion"] == "16.6"
    assert aws.shown()["PendingModifiedValues"] == {"EngineVersion": "16.8"}
    aws.rds.modify_db_cluster(DBClusterIdentifier="main", BackupRetentionPeriod=3, ApplyImmediately=True)
    assert aws.shown()["EngineVersion"] == "16.8"
    assert "PendingModifiedValues" not in aws.shown()
    assert aws.rds.describe_db_instances()["DBInstances"][0]["EngineVersion"] == "16.8"


def test_a_maintenance_window_applies_what_is_pending(aws: Aws) -> None:
    aws.cluster()
    aws.instance()
    aws.rds.modify_db_cluster(DBClusterIdentifier="main", EngineVersion="16.8")
    aws.rds.modify_db_instance(DBInstanceIdentifier="main-1", DBInstanceClass="db.r6g.xlarge")
    aws.emulator.run_maintenance()
    assert aws.shown()["EngineVersion"] == "16.8"
    assert aws.rds.describe_db_instances()["DBInstances"][0]["DBInstanceClass"] == "db.r6g.xlarge"


def test_a_major_upgrade_must_be_allowed_and_never_goes_down(aws: Aws) -> None:
    aws.cluster()
    change = {"DBClusterIdentifier": "main", "EngineVersion": "17.5", "ApplyImmediately": True}
    assert code(aws.rds.modify_db_cluster, **change) == "InvalidParameterCombination"
    assert code(aws.rds.modify_db_cluster, **change | {"EngineVersion": "15.15"}) == "InvalidParameterCombination"
    aws.rds.modify_db_cluster(**change, AllowMajorVersionUpgrade=True)
    shown = aws.shown()
    assert (shown["EngineVersion"], shown["DBClusterParameterGroup"]) == ("17.5", "default.aurora-postgresql17")


def test_logs_are_switched_on_and_off(aws: Aws) -> None:
    aws.cluster(EnableCloudwatchLogsExports=["postgresql"])
    aws.rds.modify_db_cluster(
        DBClusterIdentifier="main",
        CloudwatchLogsExportConfiguration={"EnableLogTypes": ["instance"], "DisableLogTypes": ["postgresql"]},
    )
    assert aws.shown()["EnabledCloudwatchLogsExports"] == ["instance"]


def test_missing_things_have_their_own_codes(aws: Aws) -> None:
    rds = aws.rds
    assert code(rds.describe_db_clusters, DBClusterIdentifier="x") == "DBClusterNotFoundFault"
    assert code(rds.modify_db_cluster, DBClusterIdentifier="x") == "DBClusterNotFoundFault"
    assert code(rds.describe_db_instances, DBInstanceIdentifier="x") == "DBInstanceNotFound"
    assert code(rds.describe_db_subnet_groups, DBSubnetGroupName="x") == "DBSubnetGroupNotFoundFault"
    group = {"DBClusterParameterGroupName": "x"}
    assert code(rds.describe_db_cluster_parameter_groups, **group) == "DBParameterGroupNotFound"
    assert code(rds.describe_db_cluster_parameters, **group) == "DBParameterGroupNotFound"
    snapshot = {"DBClusterSnapshotIdentifier": "x"}
    assert code(rds.describe_db_cluster_snapshots, **snapshot) == "DBClusterSnapshotNotFoundFault"
    arn = "arn:aws:rds:us-east-1:123456789012:cluster:x"
    assert code(rds.list_tags_for_resource, ResourceName=arn) == "DBClusterNotFoundFault"


def test_lists_come_in_pages_of_20_to_100(aws: Aws) -> None:
    aws.emulator.put_quotas({"rds.clusters": 300})
    for number in range(125):
        aws.rds.create_db_cluster(**NEW | {"DBClusterIdentifier": f"c{number:03d}"})
    first = aws.rds.describe_db_clusters()
    assert len(first["DBClusters"]) == 100
    rest = aws.rds.describe_db_clusters(Marker=first["Marker"])
    assert [one["DBClusterIdentifier"] for one in rest["DBClusters"]] == [f"c{n}" for n in range(100, 125)]
    assert "Marker" not in rest
    assert code(aws.rds.describe_db_clusters, MaxRecords=19) == "InvalidParameterValue"
    assert code(aws.rds.describe_db_clusters, MaxRecords=101) == "InvalidParameterValue"


def test_filters_by_engine_and_cluster(aws: Aws) -> None:
    aws.cluster()
    aws.client("docdb").create_db_cluster(**NEW | {"Engine": "docdb"})
    aws.instance()

    def listed(**filters: str) -> list[str]:
        given = [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]
        return [one["DBClusterIdentifier"] for one in aws.rds.describe_db_clusters(Filters=given)["DBClusters"]]

    assert listed(engine="docdb") == ["other"]
    assert listed(engine="aurora-postgresql") == ["main"]
    assert listed(db_cluster_id="MAIN") == ["main"]
    assert (
        code(aws.rds.describe_db_clusters, Filters=[{"Name": "colour", "Values": ["red"]}]) == "InvalidParameterValue"
    )
    members = aws.rds.describe_db_instances(Filters=[{"Name": "db-cluster-id", "Values": ["other"]}])
    assert members["DBInstances"] == []


def test_the_quota_of_clusters(aws: Aws) -> None:
    aws.emulator.put_quotas({"rds.clusters": 1})
    aws.cluster()
    assert code(aws.rds.create_db_cluster, **NEW) == "DBClusterQuotaExceededFault"


def test_tags_are_set_replaced_and_removed(aws: Aws) -> None:
    arn = aws.cluster(Tags=[{"Key": "team", "Value": "a"}])["DBClusterArn"]
    aws.rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "team", "Value": "b"}, {"Key": "x", "Value": ""}])
    assert aws.shown()["TagList"] == [{"Key": "team", "Value": "b"}, {"Key": "x", "Value": ""}]
    aws.rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["x", "y"])
    assert aws.rds.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "team", "Value": "b"}]
    reserved = [{"Key": "aws:x", "Value": "y"}]
    assert code(aws.rds.add_tags_to_resource, ResourceName=arn, Tags=reserved) == "InvalidParameterValue"


def test_regions_do_not_see_each_other(aws: Aws) -> None:
    aws.cluster()
    assert aws.client("rds", "eu-west-1").describe_db_clusters()["DBClusters"] == []


def test_engine_versions_say_what_serverless_can_do(aws: Aws) -> None:
    def least(version: str) -> float:
        found = aws.rds.describe_db_engine_versions(Engine="aurora-postgresql", EngineVersion=version)
        return found["DBEngineVersions"][0]["ServerlessV2FeaturesSupport"]["MinCapacity"]

    assert [least(version) for version in ("16.2", "16.3", "15.6", "15.7", "14.11", "14.12", "17.4")] == [
        0.5, 0.0, 0.5, 0.0, 0.5, 0.0, 0.0,
    ]  # fmt: skip
