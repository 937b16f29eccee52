"""Instances of clusters in the emulator."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import Aws, code

NEW: dict[str, Any] = {
    "DBInstanceIdentifier": "main-9",
    "DBClusterIdentifier": "main",
    "DBInstanceClass": "db.r6g.large",
    "Engine": "aurora-postgresql",
}


def test_the_first_is_the_writer_and_its_endpoint_comes_with_availability(aws: Aws) -> None:
    aws.cluster()
    aws.delays({"rds.instance.create": 300})
    assert "Endpoint" not in aws.instance()
    aws.emulator.advance(300)
    made = aws.rds.describe_db_instances()["DBInstances"][0]
    assert (made["DBInstanceStatus"], made["Endpoint"]["Port"]) == ("available", 5432)
    aws.instance("main-2", PromotionTier=5)
    assert aws.shown()["DBClusterMembers"] == [
        {
            "DBInstanceIdentifier": "main-1",
            "IsClusterWriter": True,
            "DBClusterParameterGroupStatus": "in-sync",
            "PromotionTier": 1,
        },
        {
            "DBInstanceIdentifier": "main-2",
            "IsClusterWriter": False,
            "DBClusterParameterGroupStatus": "in-sync",
            "PromotionTier": 5,
        },
    ]


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"DBClusterIdentifier": "nowhere"}, "DBClusterNotFoundFault"),
        ({"DBInstanceClass": "big"}, "InvalidParameterValue"),
        ({"DBInstanceClass": "db.m5.large"}, "InvalidParameterCombination"),
        ({"DBInstanceClass": "db.serverless"}, "InvalidDBClusterStateFault"),
        ({"Engine": "docdb"}, "InvalidParameterCombination"),
        ({"DBParameterGroupName": "none"}, "DBParameterGroupNotFound"),
        ({"BackupRetentionPeriod": 3}, "InvalidParameterCombination"),
        ({"MasterUsername": "me"}, "InvalidParameterCombination"),
        ({"PromotionTier": 16}, "InvalidParameterValue"),
        ({"DBInstanceIdentifier": "main-1"}, "DBInstanceAlreadyExists"),
    ],
)
def test_a_bad_create_is_refused(aws: Aws, more: dict[str, Any], refusal: str) -> None:
    aws.cluster()
    aws.instance()
    assert code(aws.rds.create_db_instance, **NEW | more) == refusal
    assert len(aws.rds.describe_db_instances()["DBInstances"]) == 1


def test_serverless_needs_the_range_on_the_cluster_first(aws: Aws) -> None:
    aws.cluster(ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 2})
    assert aws.instance(DBInstanceClass="db.serverless")["DBInstanceClass"] == "db.serverless"


def test_a_class_waits_for_the_window_unless_applied_immediately(aws: Aws) -> None:
    aws.cluster()
    aws.instance()
    change = {"DBInstanceIdentifier": "main-1", "DBInstanceClass": "db.r6g.xlarge"}
    waiting = aws.rds.modify_db_instance(**change)["DBInstance"]
    assert waiting["DBInstanceClass"] == "db.r6g.large"
    assert waiting["PendingModifiedValues"] == {"DBInstanceClass": "db.r6g.xlarge"}
    aws.delays({"rds.instance.modify": 60})
    aws.rds.modify_db_instance(**change, ApplyImmediately=True)
    shown = aws.rds.describe_db_instances()["DBInstances"][0]
    assert (shown["DBInstanceStatus"], shown["PendingModifiedValues"]) == ("modifying", {})
    assert code(aws.rds.modify_db_instance, **change) == "InvalidDBInstanceState"
    aws.emulator.advance(60)
    shown = aws.rds.describe_db_instances()["DBInstances"][0]
    assert (shown["DBInstanceStatus"], shown["DBInstanceClass"]) == ("available", "db.r6g.xlarge")


def test_what_needs_no_restart_is_there_at_once(aws: Aws) -> None:
    aws.cluster()
    aws.instance()
    aws.rds.modify_db_instance(
        DBInstanceIdentifier="main-1",
        PromotionTier=0,
        AutoMinorVersionUpgrade=False,
        PreferredMaintenanceWindow="Mon:01:00-Mon:02:00",
        EnablePerformanceInsights=True,
    )
    shown = aws.rds.describe_db_instances()["DBInstances"][0]
    assert (shown["PromotionTier"], shown["AutoMinorVersionUpgrade"]) == (0, False)
    assert shown["PreferredMaintenanceWindow"] == "mon:01:00-mon:02:00"
    assert (shown["PerformanceInsightsEnabled"], shown["PerformanceInsightsRetentionPeriod"]) == (True, 7)
    assert aws.shown()["DBClusterMembers"][0]["PromotionTier"] == 0


def test_a_deleted_writer_is_followed_by_a_reader(aws: Aws) -> None:
    aws.cluster()
    aws.instance()
    aws.instance("main-2")
    aws.delays({"rds.instance.delete": 120})
    deleted = aws.rds.delete_db_instance(DBInstanceIdentifier="main-1")["DBInstance"]
    assert deleted["DBInstanceStatus"] == "deleting"
    assert code(aws.rds.delete_db_instance, DBInstanceIdentifier="main-1") == "InvalidDBInstanceState"
    aws.emulator.advance(120)
    assert code(aws.rds.describe_db_instances, DBInstanceIdentifier="main-1") == "DBInstanceNotFound"
    assert [(one["DBInstanceIdentifier"], one["IsClusterWriter"]) for one in aws.shown()["DBClusterMembers"]] == [
        ("main-2", True)
    ]


def test_a_new_parameter_group_waits_for_a_reboot(aws: Aws) -> None:
    aws.cluster()
    aws.instance()
    group = {"DBParameterGroupName": "mine", "DBParameterGroupFamily": "aurora-postgresql16", "Description": "d"}
    aws.rds.create_db_parameter_group(**group)
    aws.rds.modify_db_instance(DBInstanceIdentifier="main-1", DBParameterGroupName="mine")

    def status() -> list[dict[str, str]]:
        return aws.rds.describe_db_instances()["DBInstances"][0]["DBParameterGroups"]

    assert status() == [{"DBParameterGroupName": "mine", "ParameterApplyStatus": "pending-reboot"}]
    assert code(aws.rds.delete_db_parameter_group, DBParameterGroupName="mine") == "InvalidDBParameterGroupState"
    aws.rds.reboot_db_instance(DBInstanceIdentifier="main-1")
    assert status() == [{"DBParameterGroupName": "mine", "ParameterApplyStatus": "in-sync"}]
