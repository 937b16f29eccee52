"""Deletions, snapshots and restores in the emulator."""

from __future__ import annotations

from tests.emulator.conftest import Aws, code


def test_a_final_snapshot_is_asked_for_or_declined(aws: Aws) -> None:
    aws.cluster()
    name = {"DBClusterIdentifier": "main"}
    assert code(aws.rds.delete_db_cluster, **name) == "InvalidParameterCombination"
    both = name | {"SkipFinalSnapshot": True, "FinalDBSnapshotIdentifier": "last"}
    assert code(aws.rds.delete_db_cluster, **both) == "InvalidParameterCombination"
    aws.rds.delete_db_cluster(**name, FinalDBSnapshotIdentifier="Last")
    assert code(aws.rds.describe_db_clusters, **name) == "DBClusterNotFoundFault"
    [kept] = aws.rds.describe_db_cluster_snapshots(**name)["DBClusterSnapshots"]
    assert (kept["DBClusterSnapshotIdentifier"], kept["Status"], kept["SnapshotType"]) == (
        "last",
        "available",
        "manual",
    )


def test_protection_holds(aws: Aws) -> None:
    aws.cluster(DeletionProtection=True)
    delete = {"DBClusterIdentifier": "main", "SkipFinalSnapshot": True}
    assert code(aws.rds.delete_db_cluster, **delete) == "InvalidParameterCombination"
    aws.rds.modify_db_cluster(DBClusterIdentifier="main", DeletionProtection=False)
    aws.rds.delete_db_cluster(**delete)
    assert aws.rds.describe_db_clusters()["DBClusters"] == []


def test_instances_go_first_but_need_not_be_gone(aws: Aws) -> None:
    aws.cluster()
    aws.instance()
    delete = {"DBClusterIdentifier": "main", "SkipFinalSnapshot": True}
    assert code(aws.rds.delete_db_cluster, **delete) == "InvalidDBClusterStateFault"
    aws.delays({"rds.instance.delete": 100, "rds.cluster.delete": 10})
    aws.rds.delete_db_instance(DBInstanceIdentifier="main-1")
    assert aws.rds.delete_db_cluster(**delete)["DBCluster"]["Status"] == "deleting"
    assert code(aws.rds.delete_db_cluster, **delete) == "InvalidDBClusterStateFault"
    aws.emulator.advance(50)
    assert aws.shown()["Status"] == "deleting"
    aws.emulator.advance(50)
    assert aws.rds.describe_db_clusters()["DBClusters"] == []


def test_a_snapshot_name_is_unique_and_refuses_the_deletion(aws: Aws) -> None:
    aws.cluster()
    aws.rds.create_db_cluster_snapshot(DBClusterIdentifier="main", DBClusterSnapshotIdentifier="s")
    delete = {"DBClusterIdentifier": "main", "FinalDBSnapshotIdentifier": "s"}
    assert code(aws.rds.delete_db_cluster, **delete) == "DBClusterSnapshotAlreadyExistsFault"
    assert aws.shown()["Status"] == "available"


def test_a_snapshot_takes_time_and_is_deleted_by_hand(aws: Aws) -> None:
    aws.cluster(Tags=[{"Key": "a", "Value": "b"}], CopyTagsToSnapshot=True)
    aws.delays({"rds.snapshot.create": 40})
    made = aws.rds.create_db_cluster_snapshot(DBClusterIdentifier="main", DBClusterSnapshotIdentifier="s")
    assert (made["DBClusterSnapshot"]["Status"], made["DBClusterSnapshot"]["TagList"]) == (
        "creating",
        [{"Key": "a", "Value": "b"}],
    )
    name = {"DBClusterSnapshotIdentifier": "s"}
    assert code(aws.rds.delete_db_cluster_snapshot, **name) == "InvalidDBClusterSnapshotStateFault"
    aws.emulator.advance(40)
    aws.rds.delete_db_cluster_snapshot(**name)
    assert code(aws.rds.describe_db_cluster_snapshots, **name) == "DBClusterSnapshotNotFoundFault"


def test_a_restore_brings_data_back_under_a_new_cluster(aws: Aws) -> None:
    old = aws.cluster(DatabaseName="shop", DeletionProtection=True)
    aws.rds.create_db_cluster_snapshot(DBClusterIdentifier="main", DBClusterSnapshotIdentifier="s")
    restore = {"DBClusterIdentifier": "again", "SnapshotIdentifier": "s", "Engine": "aurora-postgresql"}
    assert code(aws.rds.restore_db_cluster_from_snapshot, **restore | {"Engine": "docdb"}) == (
        "InvalidParameterCombination"
    )
    aws.rds.restore_db_cluster_from_snapshot(**restore, DeletionProtection=False)
    new = aws.shown("again")
    assert (new["DatabaseName"], new["MasterUsername"], new["DeletionProtection"]) == ("shop", "app", False)
    assert new["DbClusterResourceId"] != old["DbClusterResourceId"]
    assert code(aws.rds.restore_db_cluster_from_snapshot, **restore) == "DBClusterAlreadyExistsFault"


def test_a_point_in_time_restore_needs_exactly_one_time(aws: Aws) -> None:
    aws.cluster()
    restore = {"DBClusterIdentifier": "again", "SourceDBClusterIdentifier": "main"}
    assert code(aws.rds.restore_db_cluster_to_point_in_time, **restore) == "InvalidParameterCombination"
    aws.rds.restore_db_cluster_to_point_in_time(**restore, UseLatestRestorableTime=True)
    assert aws.shown("again")["EngineVersion"] == "16.6"


def test_a_stopped_cluster_takes_no_change(aws: Aws) -> None:
    aws.cluster()
    aws.rds.stop_db_cluster(DBClusterIdentifier="main")
    assert aws.shown()["Status"] == "stopped"
    change = {"DBClusterIdentifier": "main", "BackupRetentionPeriod": 3}
    assert code(aws.rds.modify_db_cluster, **change) == "InvalidDBClusterStateFault"
    aws.rds.start_db_cluster(DBClusterIdentifier="main")
    aws.rds.modify_db_cluster(**change)
    assert aws.shown()["BackupRetentionPeriod"] == 3
