"""Subnet groups and parameter groups in the emulator."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import Aws, code

FAMILY = "aurora-postgresql16"


def group(aws: Aws, name: str = "mine", family: str = FAMILY) -> None:
    aws.rds.create_db_cluster_parameter_group(
        DBClusterParameterGroupName=name, DBParameterGroupFamily=family, Description="d"
    )


def parameter(name: str, value: str, method: str = "immediate") -> dict[str, Any]:
    return {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}


def test_a_subnet_group_needs_two_zones_of_one_vpc(aws: Aws) -> None:
    _, subnets = aws.subnets()
    _, others = aws.subnets("10.1")
    new = {"DBSubnetGroupName": "Data", "DBSubnetGroupDescription": "d"}
    create = aws.rds.create_db_subnet_group
    assert code(create, **new, SubnetIds=subnets[:1]) == "DBSubnetGroupDoesNotCoverEnoughAZs"
    assert code(create, **new, SubnetIds=["subnet-0", "subnet-1"]) == "InvalidSubnet"
    assert code(create, **new, SubnetIds=[subnets[0], others[1]]) == "InvalidParameterValue"
    made = create(**new, SubnetIds=subnets[:2])["DBSubnetGroup"]
    assert (made["DBSubnetGroupName"], len(made["Subnets"])) == ("data", 2)
    assert code(create, **new, SubnetIds=subnets) == "DBSubnetGroupAlreadyExists"


def test_a_subnet_group_in_use_stays(aws: Aws) -> None:
    _, subnets = aws.subnets()
    aws.rds.create_db_subnet_group(DBSubnetGroupName="g", DBSubnetGroupDescription="d", SubnetIds=subnets)
    aws.cluster(DBSubnetGroupName="g")
    assert code(aws.rds.delete_db_subnet_group, DBSubnetGroupName="g") == "InvalidDBSubnetGroupStateFault"
    assert code(aws.ec2.delete_subnet, SubnetId=subnets[2]) == "DependencyViolation"
    aws.rds.delete_db_cluster(DBClusterIdentifier="main", SkipFinalSnapshot=True)
    aws.rds.delete_db_subnet_group(DBSubnetGroupName="G")
    aws.ec2.delete_subnet(SubnetId=subnets[2])


def test_a_security_group_of_another_vpc_is_refused_and_one_in_use_stays(aws: Aws) -> None:
    vpc, subnets = aws.subnets()
    other, _ = aws.subnets("10.1")
    aws.rds.create_db_subnet_group(DBSubnetGroupName="g", DBSubnetGroupDescription="d", SubnetIds=subnets)
    near, far = (
        aws.ec2.create_security_group(GroupName="db", Description="d", VpcId=home)["GroupId"] for home in (vpc, other)
    )
    new = {
        "DBClusterIdentifier": "x",
        "Engine": "aurora-postgresql",
        "MasterUsername": "a",
        "MasterUserPassword": "12345678",
    }
    assert (
        code(aws.rds.create_db_cluster, **new, DBSubnetGroupName="g", VpcSecurityGroupIds=[far])
        == "InvalidParameterCombination"
    )
    made = aws.cluster(DBSubnetGroupName="g", VpcSecurityGroupIds=[near])
    assert made["VpcSecurityGroups"] == [{"VpcSecurityGroupId": near, "Status": "active"}]
    assert code(aws.ec2.delete_security_group, GroupId=near) == "DependencyViolation"


def test_the_default_groups_exist_and_stay_as_they_are(aws: Aws) -> None:
    listed = aws.rds.describe_db_cluster_parameter_groups()["DBClusterParameterGroups"]
    names = [one["DBClusterParameterGroupName"] for one in listed]
    assert {"default.aurora-postgresql15", "default.aurora-postgresql16", "default.aurora-postgresql17"} <= set(names)
    assert {"default.docdb5.0", "default.docdb8.0"} <= set(names)
    name = {"DBClusterParameterGroupName": f"default.{FAMILY}"}
    change = {"Parameters": [parameter("log_statement", "ddl")]}
    assert code(aws.rds.modify_db_cluster_parameter_group, **name, **change) == "InvalidDBParameterGroupState"
    assert code(aws.rds.delete_db_cluster_parameter_group, **name) == "InvalidDBParameterGroupState"


def test_a_group_in_use_stays(aws: Aws) -> None:
    group(aws)
    aws.cluster(DBClusterParameterGroupName="mine")
    name = {"DBClusterParameterGroupName": "mine"}
    assert code(aws.rds.delete_db_cluster_parameter_group, **name) == "InvalidDBParameterGroupState"
    aws.rds.delete_db_cluster(DBClusterIdentifier="main", SkipFinalSnapshot=True)
    aws.rds.delete_db_cluster_parameter_group(**name)
    assert code(aws.rds.describe_db_cluster_parameter_groups, **name) == "DBParameterGroupNotFound"


def test_a_second_group_of_a_name_or_a_bogus_family_is_refused(aws: Aws) -> None:
    group(aws)
    create, name = aws.rds.create_db_cluster_parameter_group, {"Description": "d"}
    assert code(create, **name, DBClusterParameterGroupName="MINE", DBParameterGroupFamily=FAMILY) == (
        "DBParameterGroupAlreadyExists"
    )
    assert code(create, **name, DBClusterParameterGroupName="x", DBParameterGroupFamily="mysql8.0") == (
        "InvalidParameterValue"
    )


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (parameter("colour", "red"), "InvalidParameterValue"),
        (parameter("log_statement", "some"), "InvalidParameterValue"),
        (parameter("work_mem", "1"), "InvalidParameterValue"),
        (parameter("fsync", "0"), "InvalidParameterValue"),
        (parameter("max_connections", "500"), "InvalidParameterCombination"),
    ],
)
def test_a_bad_parameter_is_refused(aws: Aws, change: dict[str, Any], refusal: str) -> None:
    group(aws)
    modify = aws.rds.modify_db_cluster_parameter_group
    assert code(modify, DBClusterParameterGroupName="mine", Parameters=[change]) == refusal


def test_parameters_are_the_users_until_reset(aws: Aws) -> None:
    group(aws)
    name = {"DBClusterParameterGroupName": "mine"}
    aws.rds.modify_db_cluster_parameter_group(**name, Parameters=[parameter("log_statement", "ddl")])

    def users() -> list[tuple[str, str, str]]:
        found = aws.rds.describe_db_cluster_parameters(**name, Source="user")["Parameters"]
        return [(one["ParameterName"], one["ParameterValue"], one["ApplyMethod"]) for one in found]

    assert users() == [("log_statement", "ddl", "immediate")]
    everything = aws.rds.describe_db_cluster_parameters(**name)["Parameters"]
    assert len(everything) >= 30
    aws.rds.reset_db_cluster_parameter_group(
        **name, Parameters=[{"ParameterName": "log_statement", "ApplyMethod": "immediate"}]
    )
    assert users() == []


def test_a_static_parameter_waits_for_the_reboot_of_every_member(aws: Aws) -> None:
    group(aws)
    aws.cluster(DBClusterParameterGroupName="mine")
    aws.instance()
    change = [parameter("max_connections", "500", "pending-reboot")]
    aws.rds.modify_db_cluster_parameter_group(DBClusterParameterGroupName="mine", Parameters=change)
    assert aws.shown()["DBClusterMembers"][0]["DBClusterParameterGroupStatus"] == "pending-reboot"
    aws.rds.reboot_db_instance(DBInstanceIdentifier="main-1")
    assert aws.shown()["DBClusterMembers"][0]["DBClusterParameterGroupStatus"] == "in-sync"


def test_groups_have_tags_of_their_own(aws: Aws) -> None:
    group(aws)
    arn = "arn:aws:rds:us-east-1:123456789012:cluster-pg:mine"
    aws.rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "a", "Value": "b"}])
    assert aws.rds.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "a", "Value": "b"}]
    gone = "arn:aws:rds:us-east-1:123456789012:subgrp:none"
    assert code(aws.rds.list_tags_for_resource, ResourceName=gone) == "DBSubnetGroupNotFoundFault"
