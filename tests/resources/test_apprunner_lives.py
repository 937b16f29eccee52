"""App Runner's and IAM's types through a whole life on the engine: made, disturbed, changed and taken down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.resources.pushed import REGISTRY, push
from tests.resources.webservice import ADDRESS, WebHouse

SERVICE = "AWS::AppRunner::Service/service"


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> WebHouse:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIARESOURCES0000000")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "resources")
    house = WebHouse()
    push(house.client("ecr"), "v1")
    return house


@pytest.fixture
def standing(house: WebHouse) -> WebHouse:
    """A service with one variable, at rest."""
    house.service(env={"MODE": "live"})
    house.settle()
    house.clock.advance(40)
    house.sweep()
    house.emulator.clear_calls()
    return house


def words(house: WebHouse) -> tuple[str, str]:
    """The one word for people, and the reason of Ready."""
    status = house.status(ADDRESS)
    return status["summary"], house.condition(ADDRESS, "Ready")["reason"]


def later(house: WebHouse, seconds: int) -> None:
    """Time passes, and the operator looks every 30 seconds."""
    for _ in range(seconds // 30):
        house.clock.advance(30)
        house.sweep()


def network(house: WebHouse) -> tuple[list[str], list[str]]:
    """Two private subnets and two security groups."""
    ec2 = house.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.4.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.4.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")
        for n, zone in enumerate("ab")
    ]
    groups = [ec2.create_security_group(GroupName=n, Description="d", VpcId=vpc) for n in ("one", "two")]
    return [s["Subnet"]["SubnetId"] for s in subnets], [g["GroupId"] for g in groups]


def test_a_service_is_made_with_what_it_needs_and_then_left_alone(house: WebHouse) -> None:
    house.service(env={"MODE": "live"})
    house.settle()
    assert words(house) == ("Ready", "Available")
    assert house.writes() == ["CreateRole", "CreateAutoScalingConfiguration", "PutRolePolicy", "CreateService"]
    shown = house.described()
    assert shown["SourceConfiguration"]["ImageRepository"] == {
        "ImageIdentifier": f"{REGISTRY}/app:v1",
        "ImageRepositoryType": "ECR",
        "ImageConfiguration": {"Port": "9000", "RuntimeEnvironmentVariables": {"MODE": "live"}},
    }
    assert shown["InstanceConfiguration"] == {"Cpu": "256", "Memory": "512"}
    house.clock.advance(40)
    house.sweep()
    house.emulator.clear_calls()
    for _ in range(3):
        house.clock.advance(60)
        house.sweep()
    calls = house.emulator.calls()
    assert {name: count for name, count in calls.items() if count >= 3} == {
        "apprunner.ListAutoScalingConfigurations": 3,
        "apprunner.ListObservabilityConfigurations": 3,
        "apprunner.ListServices": 3,
        "apprunner.ListVpcConnectors": 3,
        "iam.GetAccountAuthorizationDetails": 3,
    }
    assert house.writes() == []


def image(env: Mapping[str, str], name: str = "app:v1") -> dict[str, Any]:
    values = {"Port": "9000", "RuntimeEnvironmentVariables": dict(env)}
    return {"ImageIdentifier": f"{REGISTRY}/{name}", "ImageRepositoryType": "ECR", "ImageConfiguration": values}


_ENV = "Service.SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables"
_HEALTH = {"Protocol": "HTTP", "Path": "/", "Interval": 20, "Timeout": 10, "HealthyThreshold": 1}


@pytest.mark.parametrize(
    ("change", "path", "observed"),
    [
        ({"InstanceConfiguration": {"Cpu": "256", "Memory": "1024"}}, "Service.InstanceConfiguration.Memory", "1024"),
        (
            {"HealthCheckConfiguration": {**_HEALTH, "Interval": 9}},
            "Service.HealthCheckConfiguration.Interval",
            9,
        ),
        (
            {"NetworkConfiguration": {"IngressConfiguration": {"IsPubliclyAccessible": False}}},
            "Service.NetworkConfiguration.IngressConfiguration.IsPubliclyAccessible",
            False,
        ),
        ({"env": {"MODE": "dead"}}, f"{_ENV}.MODE", "dead"),
        ({"env": {"MODE": "live", "DEBUG": "1"}}, f"{_ENV}.DEBUG", "1"),
        ({"env": {}}, f"{_ENV}.MODE", None),
    ],
)
def test_a_changed_field_is_exactly_one_entry_and_goes_back(
    standing: WebHouse, change: dict[str, Any], path: str, observed: Any
) -> None:
    client, before = standing.client("apprunner"), standing.described()
    if "env" in change:
        access = before["SourceConfiguration"]["AuthenticationConfiguration"]
        source = {"ImageRepository": image(change["env"]), "AutoDeploymentsEnabled": False}
        change = {"SourceConfiguration": {**source, "AuthenticationConfiguration": access}}
    client.update_service(ServiceArn=standing.arn, **change)
    standing.clock.advance(60)
    standing.settle()
    drift = standing.status(ADDRESS)["drift"]
    assert drift["fields"] == []
    assert [(e["resource"], e["path"], e["observed"]) for e in drift["recent"]] == [(SERVICE, path, observed)]
    assert {**standing.described(), "UpdatedAt": before["UpdatedAt"]} == before


def test_what_nobody_declares_survives_a_correction(standing: WebHouse) -> None:
    client, change = standing.client("apprunner"), {**_HEALTH, "Interval": 9, "UnhealthyThreshold": 7}
    client.update_service(ServiceArn=standing.arn, HealthCheckConfiguration=change)
    standing.clock.advance(60)
    standing.settle()
    assert standing.described()["HealthCheckConfiguration"] == {**change, "Interval": 20}


def test_a_tag_of_ours_is_put_right(standing: WebHouse) -> None:
    client = standing.client("apprunner")
    client.tag_resource(ResourceArn=standing.arn, Tags=[{"Key": "trueup.dev/resource", "Value": "x"}])
    standing.clock.advance(1900)
    standing.settle()
    tags = client.list_tags_for_resource(ResourceArn=standing.arn)["Tags"]
    assert {"Key": "trueup.dev/resource", "Value": "service"} in tags


def test_another_scaling_is_a_new_revision_and_the_old_one_goes_once_it_is_free(standing: WebHouse) -> None:
    client = standing.client("apprunner")
    standing.emulator.core.delays.set({"apprunner.service.update": 90})
    for most in (4, 5, 6, 7, 8, 9):
        standing.service(env={"MODE": "live"}, most=most)
        standing.settle()
        later(standing, 240)
        assert words(standing) == ("Ready", "Available")
    listed = client.list_auto_scaling_configurations(LatestOnly=False)["AutoScalingConfigurationSummaryList"]
    numbers = [one["AutoScalingConfigurationRevision"] for one in listed if one["IsDefault"] is False]
    assert numbers == [7]
    assert standing.described()["AutoScalingConfigurationSummary"]["AutoScalingConfigurationRevision"] == 7


def test_a_connector_is_exchanged_by_another_one(house: WebHouse) -> None:
    subnets, groups = network(house)
    house.emulator.core.delays.set({"apprunner.connector.release": 0, "apprunner.service.update": 40})
    house.service(subnets=subnets, groups=groups[:1])
    house.settle()
    house.service(subnets=subnets, groups=groups)
    house.settle()
    later(house, 210)
    [left] = house.client("apprunner").list_vpc_connectors()["VpcConnectors"]
    assert (left["Subnets"], left["SecurityGroups"]) == (subnets, groups)
    assert (
        house.described()["NetworkConfiguration"]["EgressConfiguration"]["VpcConnectorArn"] == (left["VpcConnectorArn"])
    )
    house.service()
    house.settle()
    later(house, 210)
    assert house.described()["NetworkConfiguration"]["EgressConfiguration"] == {"EgressType": "DEFAULT"}
    assert house.client("apprunner").list_vpc_connectors()["VpcConnectors"] == []


def test_a_service_is_paused_and_resumed_before_it_is_changed(standing: WebHouse) -> None:
    standing.service(env={"MODE": "live"}, running="PAUSED")
    standing.settle()
    assert standing.described()["Status"] == "PAUSED"
    standing.service(env={"MODE": "calm"}, running="PAUSED")
    standing.settle()
    assert standing.writes()[-1] == "PauseService"
    standing.service(env={"MODE": "calm"}, running="RUNNING")
    standing.settle()
    assert standing.writes()[-2:] == ["ResumeService", "UpdateService"]
    assert standing.described()["SourceConfiguration"]["ImageRepository"] == image({"MODE": "calm"})


def test_a_domain_is_used_once_its_records_are_there(house: WebHouse) -> None:
    route53 = house.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]
    house.service(domain="api.example.com")
    house.settle()
    assert words(house)[0] == "Creating"
    [found] = house.client("apprunner").describe_custom_domains(ServiceArn=house.arn)["CustomDomains"]
    changes = [
        {
            "Action": "CREATE",
            "ResourceRecordSet": {
                "Name": record["Name"],
                "Type": "CNAME",
                "TTL": 60,
                "ResourceRecords": [{"Value": record["Value"]}],
            },
        }
        for record in found["CertificateValidationRecords"]
    ]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    house.clock.advance(400)
    house.settle()
    assert words(house) == ("Ready", "Available")
    house.service()
    house.settle()
    assert house.client("apprunner").describe_custom_domains(ServiceArn=house.arn)["CustomDomains"] == []


def test_a_role_keeps_the_rights_that_were_declared_and_no_others(standing: WebHouse) -> None:
    iam = standing.client("iam")
    [role] = iam.list_roles()["Roles"]
    name = role["RoleName"]
    everything = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
    made = iam.create_policy(PolicyName="theirs", PolicyDocument=everything)["Policy"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="pull", PolicyDocument=everything)
    iam.put_role_policy(RoleName=name, PolicyName="more", PolicyDocument=everything)
    iam.attach_role_policy(RoleName=name, PolicyArn=made)
    trusting = everything.replace(
        '"Action": "*", "Resource": "*"', '"Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"'
    )
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trusting)
    standing.clock.advance(60)
    standing.settle()
    recent = standing.status(ADDRESS)["drift"]["recent"]
    assert {e["severity"] for e in recent} == {"Critical"}
    assert sorted(e["resource"].split("/", 1)[0] for e in recent) == [
        "AWS::IAM::Role", "AWS::IAM::RolePolicy", "AWS::IAM::RolePolicy", "AWS::IAM::RolePolicyAttachment"
    ]  # fmt: skip
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == ["pull"]
    assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
    assert iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"] == role["AssumeRolePolicyDocument"]


def test_a_service_that_could_not_be_made_is_made_again(house: WebHouse) -> None:
    house.emulator.core.delays.set({"apprunner.service.create": 20})
    house.service(image="app:v2")
    house.sweep()
    later(house, 150)
    assert (words(house), house.described()["Status"]) == (("Stalled", "CreateFailed"), "CREATE_FAILED")
    message = house.condition(ADDRESS, "Stalled")["message"]
    assert f"AWS says: Service creation failed. Failed to pull your application image. No image {REGISTRY}/app:v2" in (
        message
    )
    assert house.writes().count("CreateService") == 1
    push(house.client("ecr"), "v2", "b")
    later(house, 300)
    assert (words(house), house.described()["Status"]) == (("Ready", "Available"), "RUNNING")


def rolled_back(house: WebHouse) -> Mapping[str, Any]:
    """A deployment that AWS takes back was tried, and seen while it was; the condition Synced."""
    push(house.client("ecr"), "v2", "b")
    house.emulator.order("failures", [{"image": "*:v2"}])
    house.emulator.core.delays.set({"apprunner.service.update": 40})
    house.service(image="app:v2", env={"MODE": "live"})
    house.sweep()
    later(house, 240)
    return house.condition(ADDRESS, "Synced")


def test_a_deployment_that_was_rolled_back_is_reported_and_not_tried_again(standing: WebHouse) -> None:
    synced = rolled_back(standing)
    client = standing.client("apprunner")
    [failed, *_] = client.list_operations(ServiceArn=standing.arn)["OperationSummaryList"]
    assert (failed["Status"], synced["status"], synced["reason"]) == ("ROLLBACK_SUCCEEDED", "False", "RolledBack")
    assert f"operation {failed['Id']} (UPDATE_SERVICE)" in synced["message"]
    assert "AWS says: Deployment was rolled back. Health check failed. " in synced["message"]
    assert f"It still serves image {REGISTRY}/app:v1." in synced["message"]
    ready = standing.condition(ADDRESS, "Ready")
    assert (ready["status"], ready["reason"], standing.drift(ADDRESS)) == ("True", "Available", [])
    assert standing.condition(ADDRESS, "InSync")["reason"] == "Updating", "it was never so, and nobody's drift"
    standing.start()
    later(standing, 7200)
    assert standing.writes() == ["UpdateService"]


def test_what_was_rolled_back_is_tried_again_when_a_person_asks_or_the_spec_changes(standing: WebHouse) -> None:
    rolled_back(standing)
    standing.annotate(ADDRESS, reconcile="1")
    later(standing, 240)
    assert standing.writes() == ["UpdateService"] * 2
    assert standing.condition(ADDRESS, "Synced")["reason"] == "RolledBack"
    standing.service(image="app:v2", env={"MODE": "calm"})
    later(standing, 240)
    assert standing.writes() == ["UpdateService"] * 3
    standing.service(env={"MODE": "live"})
    later(standing, 240)
    assert (words(standing), standing.writes()) == (("Ready", "Available"), ["UpdateService"] * 3)


def test_a_status_that_is_deleted_does_not_have_it_tried_again(standing: WebHouse) -> None:
    rolled_back(standing)
    standing.cluster.objects[ADDRESS] = replace(standing.cluster.objects[ADDRESS], status={})
    standing.start()
    later(standing, 240)
    assert (standing.writes(), standing.condition(ADDRESS, "Synced")["reason"]) == (["UpdateService"], "RolledBack")


def test_a_paused_service_with_a_changed_spec_waits_and_says_so(standing: WebHouse) -> None:
    standing.client("apprunner").pause_service(ServiceArn=standing.arn)
    later(standing, 60)
    standing.service(env={"MODE": "calm"})
    later(standing, 60)
    synced = standing.condition(ADDRESS, "Synced")
    name = standing.described()["ServiceName"]
    assert (synced["reason"], synced["message"]) == (
        "Waiting",
        f"{SERVICE} waits until service {name} is resumed: App Runner changes no paused service",
    )
    assert (words(standing)[0], standing.writes()) == ("Waiting", [])
    standing.client("apprunner").resume_service(ServiceArn=standing.arn)
    later(standing, 120)
    assert (words(standing), standing.writes()) == (("Ready", "Available"), ["UpdateService"])


def test_maintenance_is_neither_drift_nor_an_error(standing: WebHouse) -> None:
    standing.emulator.order("maintenance", {"seconds": 90})
    standing.clock.advance(60)
    standing.sweep()
    assert (words(standing), standing.drift(ADDRESS), standing.writes()) == (("Updating", "Available"), [], [])
    standing.clock.advance(60)
    standing.settle()
    assert (words(standing), standing.drift(ADDRESS), standing.writes()) == (("Ready", "Available"), [], [])


def test_everything_goes_in_an_order_that_aws_takes(house: WebHouse) -> None:
    subnets, groups = network(house)
    house.service(subnets=subnets, groups=groups, domain="api.example.com")
    house.settle()
    house.emulator.core.delays.set({"apprunner.service.delete": 30, "apprunner.connector.release": 60})
    house.emulator.clear_calls()
    house.delete(ADDRESS)
    later(house, 300)
    assert house.cluster.objects == {}
    client = house.client("apprunner")
    assert [one["Status"] for one in client.list_services()["ServiceSummaryList"]] == ["DELETED"]
    assert client.list_vpc_connectors()["VpcConnectors"] == []
    assert house.client("iam").list_roles()["Roles"] == []
    left = client.list_auto_scaling_configurations(LatestOnly=False)["AutoScalingConfigurationSummaryList"]
    assert [one["AutoScalingConfigurationName"] for one in left] == ["DefaultConfiguration"]


def test_a_restart_writes_nothing(standing: WebHouse) -> None:
    standing.start()
    later(standing, 120)
    assert (words(standing), standing.drift(ADDRESS), standing.writes()) == (("Ready", "Available"), [], [])


MADE = (
    "CreateRole",
    "PutRolePolicy",
    "CreateAutoScalingConfiguration",
    "CreateVpcConnector",
    "CreateService",
    "AssociateCustomDomain",
)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("operation", MADE)
def test_a_create_whose_answer_is_lost_is_found_and_not_made_twice(house: WebHouse, operation: str, when: str) -> None:
    subnets, groups = network(house)
    house.emulator.put_faults([{"operation": operation, "action": "drop", "when": when, "times": 1}])
    house.service(subnets=subnets, groups=groups, domain="api.example.com")
    house.sweep()
    house.start()
    later(house, 240)
    client = house.client("apprunner")
    names = [
        one["AutoScalingConfigurationName"]
        for one in client.list_auto_scaling_configurations(LatestOnly=False)["AutoScalingConfigurationSummaryList"]
    ]
    assert len(names) == 2
    assert len(client.list_vpc_connectors()["VpcConnectors"]) == 1
    assert len(client.list_services()["ServiceSummaryList"]) == 1
    assert len(client.describe_custom_domains(ServiceArn=house.arn)["CustomDomains"]) == 1
    assert len(house.client("iam").list_roles()["Roles"]) == 1
    assert words(house)[0] == "Creating", "only the domain waits, for its records"
