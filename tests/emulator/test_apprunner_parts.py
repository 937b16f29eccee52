"""What App Runner's services refer to, in the emulator: revisions, VPC connectors, connections."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import code
from tests.emulator.runner import Runner, through


def scaling(runner: Runner, name: str = "busy", **more: Any) -> dict[str, Any]:
    made = runner.client.create_auto_scaling_configuration(AutoScalingConfigurationName=name, **more)
    return made["AutoScalingConfiguration"]


def listed(runner: Runner, **filters: Any) -> list[tuple[str, int]]:
    found = runner.client.list_auto_scaling_configurations(**filters)["AutoScalingConfigurationSummaryList"]
    return [(one["AutoScalingConfigurationName"], one["AutoScalingConfigurationRevision"]) for one in found]


def test_every_account_has_a_default_scaling(runner: Runner) -> None:
    arn = "arn:aws:apprunner:us-east-1:123456789012:autoscalingconfiguration/DefaultConfiguration"
    shown = runner.client.describe_auto_scaling_configuration(AutoScalingConfigurationArn=arn)
    found = shown["AutoScalingConfiguration"]
    assert (found["MaxConcurrency"], found["MinSize"], found["MaxSize"]) == (100, 1, 25)
    assert (found["IsDefault"], found["Latest"], found["HasAssociatedService"]) == (True, True, False)
    delete = runner.client.delete_auto_scaling_configuration
    assert code(delete, AutoScalingConfigurationArn=arn) == "InvalidRequestException"


def test_each_creation_under_a_name_is_its_next_revision(runner: Runner) -> None:
    first, second = scaling(runner, MaxSize=3), scaling(runner, MaxSize=3)
    assert [one["AutoScalingConfigurationRevision"] for one in (first, second)] == [1, 2]
    assert (first["Latest"], second["Latest"]) == (True, True)
    describe = runner.client.describe_auto_scaling_configuration
    arn = first["AutoScalingConfigurationArn"]
    assert describe(AutoScalingConfigurationArn=arn)["AutoScalingConfiguration"]["Latest"] is False
    for partial, number in (("busy", 2), ("busy/1", 1)):
        found = describe(AutoScalingConfigurationArn=arn.split("/")[0] + "/" + partial)["AutoScalingConfiguration"]
        assert found["AutoScalingConfigurationRevision"] == number
    assert listed(runner) == [("DefaultConfiguration", 1), ("busy", 2)]
    assert listed(runner, AutoScalingConfigurationName="busy", LatestOnly=False) == [("busy", 1), ("busy", 2)]


def test_a_name_has_five_revisions_and_an_account_ten_names(runner: Runner) -> None:
    made = [scaling(runner) for _ in range(5)]
    create = runner.client.create_auto_scaling_configuration
    assert code(create, AutoScalingConfigurationName="busy") == "ServiceQuotaExceededException"
    delete = runner.client.delete_auto_scaling_configuration
    gone = delete(AutoScalingConfigurationArn=made[4]["AutoScalingConfigurationArn"])["AutoScalingConfiguration"]
    assert (gone["Status"], "DeletedAt" in gone) == ("INACTIVE", True)
    assert scaling(runner)["AutoScalingConfigurationRevision"] == 6
    for number in range(9):
        scaling(runner, f"name-{number}")
    assert code(create, AutoScalingConfigurationName="name-9") == "ServiceQuotaExceededException"


def test_a_revision_in_use_stays_also_one_to_which_an_update_would_return(runner: Runner) -> None:
    first = scaling(runner)["AutoScalingConfigurationArn"]
    second = scaling(runner, MinSize=2)["AutoScalingConfigurationArn"]
    arn = runner.create(AutoScalingConfigurationArn=first)
    runner.client.list_services()
    runner.aws.delays({"apprunner.service.update": 10})
    runner.client.update_service(ServiceArn=arn, AutoScalingConfigurationArn=second)
    delete = runner.client.delete_auto_scaling_configuration
    for used in (first, second):
        assert code(delete, AutoScalingConfigurationArn=used) == "InvalidRequestException"
    using = runner.client.list_services_for_auto_scaling_configuration
    assert using(AutoScalingConfigurationArn=second)["ServiceArnList"] == [arn]
    runner.aws.emulator.advance(10)
    delete(AutoScalingConfigurationArn=first)
    assert code(delete, AutoScalingConfigurationArn=first) == "ResourceNotFoundException"
    again = {"ServiceArn": arn, "AutoScalingConfigurationArn": first}
    assert code(runner.client.update_service, **again) == "InvalidRequestException"


def test_all_revisions_of_a_name_go_at_once_by_the_names_arn(runner: Runner) -> None:
    made = [scaling(runner) for _ in range(3)]
    delete, whole = runner.client.delete_auto_scaling_configuration, made[0]["AutoScalingConfigurationArn"]
    name = whole.rsplit("/", 2)[0]
    assert code(delete, AutoScalingConfigurationArn=whole, DeleteAllRevisions=True) == "InvalidRequestException"
    delete(AutoScalingConfigurationArn=name, DeleteAllRevisions=True)
    assert listed(runner, LatestOnly=False) == [("DefaultConfiguration", 1)]


@pytest.mark.parametrize("sizes", [{"MinSize": 26}, {"MaxConcurrency": 201}, {"MinSize": 5, "MaxSize": 4}])
def test_sizes_that_app_runner_has_not_got_are_refused(runner: Runner, sizes: dict[str, int]) -> None:
    create = runner.client.create_auto_scaling_configuration
    assert code(create, AutoScalingConfigurationName="busy", **sizes) == "InvalidRequestException"


def test_another_configuration_can_be_the_default(runner: Runner) -> None:
    arn = scaling(runner)["AutoScalingConfigurationArn"]
    runner.client.update_default_auto_scaling_configuration(AutoScalingConfigurationArn=arn)
    shown = runner.shown(runner.create())["AutoScalingConfigurationSummary"]
    assert (shown["AutoScalingConfigurationArn"], shown["IsDefault"]) == (arn, True)


def test_tracing_is_a_configuration_in_revisions_too(runner: Runner) -> None:
    create = runner.client.create_observability_configuration
    trace = {"TraceConfiguration": {"Vendor": "AWSXRAY"}}
    made = create(ObservabilityConfigurationName="xray", **trace)["ObservabilityConfiguration"]
    assert (made["Latest"], made["TraceConfiguration"]) == (True, {"Vendor": "AWSXRAY"})
    assert code(create, ObservabilityConfigurationName="DefaultConfiguration") == "InvalidRequestException"
    arn = made["ObservabilityConfigurationArn"]
    with_tracing = {"ObservabilityEnabled": True, "ObservabilityConfigurationArn": arn.rsplit("/", 2)[0]}
    shown = runner.shown(runner.create(ObservabilityConfiguration=with_tracing))
    assert shown["ObservabilityConfiguration"] == {"ObservabilityEnabled": True, "ObservabilityConfigurationArn": arn}
    delete = runner.client.delete_observability_configuration
    assert code(delete, ObservabilityConfigurationArn=arn) == "InvalidRequestException"
    found = runner.client.list_observability_configurations(ObservabilityConfigurationName="xray")
    assert [one["ObservabilityConfigurationArn"] for one in found["ObservabilityConfigurationSummaryList"]] == [arn]


# VPC connectors ------------------------------------------------------------------------------------------------


def test_a_connector_has_the_default_group_where_none_is_given(runner: Runner) -> None:
    vpc, subnets = runner.private_subnets()
    [group] = runner.aws.ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    )["SecurityGroups"]
    arn = runner.connector(subnets)
    [shown] = runner.client.list_vpc_connectors()["VpcConnectors"]
    assert (shown["VpcConnectorArn"], shown["VpcConnectorRevision"], shown["Status"]) == (arn, 1, "ACTIVE")
    assert (shown["Subnets"], shown["SecurityGroups"]) == (subnets, [group["GroupId"]])


def test_a_connectors_parts_are_of_one_vpc_and_its_name_is_its_own(runner: Runner) -> None:
    _, subnets = runner.private_subnets()
    other, others = runner.private_subnets("10.8")
    create = runner.client.create_vpc_connector
    far = runner.aws.ec2.create_security_group(GroupName="far", Description="d", VpcId=other)["GroupId"]
    unsupported = runner.aws.ec2.create_subnet(
        VpcId=other, CidrBlock="10.8.9.0/24", AvailabilityZone="us-east-1e"
    )["Subnet"]["SubnetId"]  # fmt: skip
    for given in (
        {"Subnets": []},
        {"Subnets": ["subnet-0"]},
        {"Subnets": [subnets[0], others[0]]},
        {"Subnets": [unsupported]},
        {"Subnets": subnets, "SecurityGroups": [far]},
    ):
        assert code(create, VpcConnectorName="egress", **given) == "InvalidRequestException"
    runner.connector(subnets)
    assert code(create, VpcConnectorName="egress", Subnets=subnets) == "InvalidRequestException"
    runner.aws.emulator.put_quotas({"apprunner.vpc-connectors": 1})
    assert code(create, VpcConnectorName="other", Subnets=subnets) == "ServiceQuotaExceededException"


def test_a_connector_is_held_by_its_services_and_for_a_while_after(runner: Runner) -> None:
    vpc, subnets = runner.private_subnets()
    group = runner.aws.ec2.create_security_group(GroupName="app", Description="d", VpcId=vpc)["GroupId"]
    connector = runner.connector(subnets, SecurityGroups=[group])
    arn = runner.create(NetworkConfiguration=through(connector))
    runner.aws.delays({"apprunner.connector.release": 60})
    delete = runner.client.delete_vpc_connector
    assert code(delete, VpcConnectorArn=connector) == "InvalidRequestException"
    runner.client.delete_service(ServiceArn=arn)
    assert runner.status(arn) == "DELETED"
    assert code(delete, VpcConnectorArn=connector) == "InvalidRequestException"
    assert code(runner.aws.ec2.delete_security_group, GroupId=group) == "DependencyViolation"
    assert code(runner.aws.ec2.delete_subnet, SubnetId=subnets[0]) == "DependencyViolation"
    runner.aws.emulator.advance(60)
    assert delete(VpcConnectorArn=connector)["VpcConnector"]["Status"] == "INACTIVE"
    assert code(delete, VpcConnectorArn=connector) == "ResourceNotFoundException"
    runner.aws.ec2.delete_security_group(GroupId=group)
    runner.aws.ec2.delete_subnet(SubnetId=subnets[0])
    given = {"ServiceName": "late", "SourceConfiguration": runner.source(), "NetworkConfiguration": through(connector)}
    assert code(runner.client.create_service, **given) == "InvalidRequestException"


# Connections ---------------------------------------------------------------------------------------------------


def code_source(connection: str) -> dict[str, Any]:
    values = {"Runtime": "NODEJS_22", "BuildCommand": "npm ci", "StartCommand": "node .", "Port": "9000"}
    return {
        "CodeRepository": {
            "RepositoryUrl": "https://github.com/a/b",
            "SourceCodeVersion": {"Type": "BRANCH", "Value": "main"},
            "CodeConfiguration": {"ConfigurationSource": "API", "CodeConfigurationValues": values},
        },
        "AuthenticationConfiguration": {"ConnectionArn": connection},
    }


def test_a_connection_waits_for_a_person(runner: Runner) -> None:
    made = runner.client.create_connection(ConnectionName="hub1", ProviderType="GITHUB")["Connection"]
    arn, again = made["ConnectionArn"], {"ConnectionName": "hub1", "ProviderType": "GITHUB"}
    assert made["Status"] == "PENDING_HANDSHAKE"
    assert code(runner.client.create_connection, **again) == "InvalidRequestException"
    given = {"ServiceName": "code", "SourceConfiguration": code_source(arn)}
    assert code(runner.client.create_service, **given) == "InvalidRequestException"
    assert runner.aws.emulator.order("handshake", {"connection": "hub1"}) == ["hub1"]
    [listed] = runner.client.list_connections(ConnectionName="hub1")["ConnectionSummaryList"]
    assert listed["Status"] == "AVAILABLE"
    service = runner.create("code", SourceConfiguration=code_source(arn))
    assert runner.status(service) == "RUNNING"
    assert code(runner.client.delete_connection, ConnectionArn=arn) == "InvalidRequestException"
    runner.client.delete_service(ServiceArn=service)
    assert runner.status(service) == "DELETED"
    assert runner.client.delete_connection(ConnectionArn=arn)["Connection"]["Status"] == "DELETED"
    assert runner.client.list_connections()["ConnectionSummaryList"] == []


def test_everything_that_has_an_arn_has_tags(runner: Runner) -> None:
    tags = [{"Key": "a", "Value": "b"}]
    _, subnets = runner.private_subnets()
    xray = runner.client.create_observability_configuration(ObservabilityConfigurationName="xray", Tags=tags)
    hub = runner.client.create_connection(ConnectionName="hub1", ProviderType="GITHUB", Tags=tags)
    arns = [
        scaling(runner, Tags=tags)["AutoScalingConfigurationArn"],
        runner.connector(subnets, Tags=tags),
        xray["ObservabilityConfiguration"]["ObservabilityConfigurationArn"],
        hub["Connection"]["ConnectionArn"],
    ]
    read = runner.client.list_tags_for_resource
    assert [read(ResourceArn=arn)["Tags"] for arn in arns] == [tags] * 4
