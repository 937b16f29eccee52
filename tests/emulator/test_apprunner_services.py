"""App Runner's services in the emulator: their states, what each allows, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.config import Config

from tests.emulator.conftest import Aws, code
from tests.emulator.runner import Runner

PAIRS = [
    ("0.25 vCPU", "0.5 GB"), ("0.25 vCPU", "1 GB"), ("0.5 vCPU", "1 GB"), ("1 vCPU", "2 GB"), ("1 vCPU", "3 GB"),
    ("1 vCPU", "4 GB"), ("2 vCPU", "4 GB"), ("2 vCPU", "6 GB"), ("4 vCPU", "8 GB"), ("4 vCPU", "10 GB"),
    ("4 vCPU", "12 GB"),
]  # fmt: skip


def test_a_service_is_in_progress_until_its_creation_has_succeeded(runner: Runner) -> None:
    runner.aws.delays({"apprunner.service.create": 10})
    made = runner.client.create_service(ServiceName="shop", SourceConfiguration=runner.source())
    arn = made["Service"]["ServiceArn"]
    assert runner.status(arn) == "OPERATION_IN_PROGRESS"
    assert runner.operations(arn) == [("CREATE_SERVICE", "IN_PROGRESS")]
    runner.aws.emulator.advance(10)
    assert runner.status(arn) == "RUNNING"
    [operation] = runner.client.list_operations(ServiceArn=arn)["OperationSummaryList"]
    assert (operation["Id"], operation["Status"], operation["TargetArn"]) == (made["OperationId"], "SUCCEEDED", arn)
    assert (operation["EndedAt"] - operation["StartedAt"]).total_seconds() == 10


def test_a_description_has_defaults_and_app_runners_own_spelling(runner: Runner) -> None:
    arn = runner.create(InstanceConfiguration={"Cpu": "0.25 vCPU", "Memory": "0.5 GB"})
    shown = runner.shown(arn)
    scaling = shown["AutoScalingConfigurationSummary"]
    assert shown["InstanceConfiguration"] == {"Cpu": "256", "Memory": "512"}
    assert shown["HealthCheckConfiguration"] == {
        "Protocol": "TCP", "Path": "/", "Interval": 5, "Timeout": 2, "HealthyThreshold": 1, "UnhealthyThreshold": 5,
    }  # fmt: skip
    assert shown["NetworkConfiguration"] == {
        "EgressConfiguration": {"EgressType": "DEFAULT"},
        "IngressConfiguration": {"IsPubliclyAccessible": True},
        "IpAddressType": "IPV4",
    }
    assert shown["ObservabilityConfiguration"] == {"ObservabilityEnabled": False}
    assert shown["SourceConfiguration"]["ImageRepository"]["ImageConfiguration"] == {"Port": "8080"}
    assert (scaling["AutoScalingConfigurationName"], scaling["IsDefault"]) == ("DefaultConfiguration", True)
    assert arn.endswith(f":service/shop/{shown['ServiceId']}")
    assert shown["ServiceUrl"].endswith(".us-east-1.awsapprunner.com")


def test_a_list_is_thin_and_pages(runner: Runner) -> None:
    arns = [runner.create(f"shop-{number}") for number in range(3)]
    first = runner.client.list_services(MaxResults=2)
    second = runner.client.list_services(MaxResults=2, NextToken=first["NextToken"])
    listed = first["ServiceSummaryList"] + second["ServiceSummaryList"]
    assert [one["ServiceArn"] for one in listed] == arns
    assert "NextToken" not in second
    assert set(listed[0]) == {
        "ServiceName", "ServiceId", "ServiceArn", "ServiceUrl", "CreatedAt", "UpdatedAt", "Status"
    }  # fmt: skip
    assert code(runner.client.list_services, MaxResults=21) == "InvalidRequestException"


@pytest.mark.parametrize("call", ["update_service", "pause_service", "resume_service", "delete_service"])
def test_while_an_operation_runs_every_change_is_refused(runner: Runner, call: str) -> None:
    runner.aws.delays({"apprunner.service.create": 10})
    arn = runner.create()
    more: dict[str, Any] = {"HealthCheckConfiguration": {"Interval": 7}} if call == "update_service" else {}
    assert code(getattr(runner.client, call), ServiceArn=arn, **more) == "InvalidStateException"
    assert code(runner.client.start_deployment, ServiceArn=arn) == "InvalidRequestException"
    tag = {"ResourceArn": arn, "Tags": [{"Key": "a", "Value": "b"}]}
    assert code(runner.client.tag_resource, **tag) == "InvalidStateException"
    domain = {"ServiceArn": arn, "DomainName": "api.example.com"}
    assert code(runner.client.associate_custom_domain, **domain) == "InvalidStateException"
    assert runner.operations(arn) == [("CREATE_SERVICE", "IN_PROGRESS")]


def test_a_paused_service_can_only_be_tagged_resumed_and_deleted(runner: Runner) -> None:
    arn = runner.create()
    runner.client.pause_service(ServiceArn=arn)
    assert runner.status(arn) == "PAUSED"
    change = {"ServiceArn": arn, "HealthCheckConfiguration": {"Interval": 7}}
    assert code(runner.client.update_service, **change) == "InvalidStateException"
    assert code(runner.client.pause_service, ServiceArn=arn) == "InvalidStateException"
    assert code(runner.client.start_deployment, ServiceArn=arn) == "InvalidRequestException"
    domain = {"ServiceArn": arn, "DomainName": "api.example.com"}
    assert code(runner.client.associate_custom_domain, **domain) == "InvalidStateException"
    runner.client.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])
    runner.client.resume_service(ServiceArn=arn)
    assert runner.status(arn) == "RUNNING"
    assert code(runner.client.resume_service, ServiceArn=arn) == "InvalidStateException"
    assert [kind for kind, _ in runner.operations(arn)] == ["RESUME_SERVICE", "PAUSE_SERVICE", "CREATE_SERVICE"]


def test_a_deleted_service_lingers_as_deleted_and_gives_its_name_free(runner: Runner) -> None:
    runner.aws.emulator.put_quotas({"apprunner.services": 1})
    arn = runner.create()
    runner.client.delete_service(ServiceArn=arn)
    shown = runner.shown(arn)
    assert (shown["Status"], shown["DeletedAt"]) == ("DELETED", shown["UpdatedAt"])
    again = runner.create()
    listed = runner.client.list_services()["ServiceSummaryList"]
    assert [(one["ServiceArn"], one["Status"]) for one in listed] == [(arn, "DELETED"), (again, "RUNNING")]
    assert code(runner.client.delete_service, ServiceArn=arn) == "InvalidStateException"
    assert code(runner.client.list_tags_for_resource, ResourceArn=arn) == "ResourceNotFoundException"
    runner.aws.emulator.advance(3600)
    assert code(runner.client.describe_service, ServiceArn=arn) == "ResourceNotFoundException"
    assert [one["ServiceArn"] for one in runner.client.list_services()["ServiceSummaryList"]] == [again]


def test_a_name_is_taken_also_by_a_service_that_could_not_be_created(runner: Runner) -> None:
    arn = runner.create(SourceConfiguration=runner.source("app:none"))
    assert runner.status(arn) == "CREATE_FAILED"
    again = {"ServiceName": "shop", "SourceConfiguration": runner.source()}
    assert code(runner.client.create_service, **again) == "InvalidRequestException"


def test_the_quota_counts_what_failed_and_what_is_paused(runner: Runner) -> None:
    runner.aws.emulator.put_quotas({"apprunner.services": 2})
    runner.create("shop-1", SourceConfiguration=runner.source("app:none"))
    paused = runner.create("shop-2")
    runner.client.pause_service(ServiceArn=paused)
    more = {"ServiceName": "shop-3", "SourceConfiguration": runner.source()}
    assert code(runner.client.create_service, **more) == "ServiceQuotaExceededException"


@pytest.mark.parametrize(("cpu", "memory"), PAIRS)
def test_every_pair_of_cpu_and_memory_is_taken(runner: Runner, cpu: str, memory: str) -> None:
    arn = runner.create(InstanceConfiguration={"Cpu": cpu, "Memory": memory})
    assert runner.status(arn) == "RUNNING"


@pytest.mark.parametrize(
    "change",
    [
        {"InstanceConfiguration": {"Cpu": "0.25 vCPU", "Memory": "2 GB"}},
        {"InstanceConfiguration": {"Cpu": "512", "Memory": "512"}},
        {"InstanceConfiguration": {"Cpu": "4096"}},
        {"InstanceConfiguration": {"Cpu": "3 vCPU"}},
        {"HealthCheckConfiguration": {"Interval": 30}},
        {"HealthCheckConfiguration": {"Timeout": 0}},
        {"HealthCheckConfiguration": {"UnhealthyThreshold": 21}},
        {"NetworkConfiguration": {"EgressConfiguration": {"EgressType": "VPC"}}},
        {"AutoScalingConfigurationArn": "arn:aws:apprunner:us-east-1:123456789012:autoscalingconfiguration/none"},
        {"InstanceConfiguration": {"InstanceRoleArn": "arn:aws:iam::123456789012:role/none"}},
    ],
)
def test_what_app_runner_cannot_run_is_refused(runner: Runner, change: dict[str, Any]) -> None:
    loose = runner.aws.emulator.client("apprunner", config=Config(parameter_validation=False))
    given = {"ServiceName": "shop", "SourceConfiguration": runner.source(), **change}
    assert code(loose.create_service, **given) == "InvalidRequestException"
    arn = runner.create()
    assert code(loose.update_service, ServiceArn=arn, **change) == "InvalidRequestException"
    assert runner.operations(arn) == [("CREATE_SERVICE", "SUCCEEDED")]


def test_a_source_is_one_image_or_one_repository_with_access(runner: Runner) -> None:
    def refusal(source: dict[str, Any]) -> str:
        return code(runner.client.create_service, ServiceName="shop", SourceConfiguration=source)

    image, public = runner.source(), "public.ecr.aws/nginx/nginx:stable"
    assert refusal({}) == "InvalidRequestException"
    assert refusal({**image, "AuthenticationConfiguration": {}}) == "InvalidRequestException"
    assert refusal({**image, "AuthenticationConfiguration": {"AccessRoleArn": runner.role}}) == (
        "InvalidRequestException"
    )
    free = {"ImageRepository": {"ImageIdentifier": public, "ImageRepositoryType": "ECR_PUBLIC"}}
    assert refusal({**free, "AutoDeploymentsEnabled": True}) == "InvalidRequestException"
    assert refusal({"ImageRepository": {**free["ImageRepository"], "ImageRepositoryType": "ECR"}}) == (
        "InvalidRequestException"
    )
    arn = runner.create(SourceConfiguration=free)
    assert runner.shown(arn)["SourceConfiguration"]["AutoDeploymentsEnabled"] is False


def test_automatic_deployments_are_the_default_for_an_image_of_the_same_account(runner: Runner) -> None:
    source = runner.source()
    del source["AutoDeploymentsEnabled"]
    arn = runner.create(SourceConfiguration=source)
    assert runner.shown(arn)["SourceConfiguration"]["AutoDeploymentsEnabled"] is True


def test_secrets_need_an_instance_role_and_reserved_names_are_refused(runner: Runner) -> None:
    secret = runner.aws.client("secretsmanager").create_secret(Name="key", SecretString="s")["ARN"]
    source = runner.source(RuntimeEnvironmentSecrets={"KEY": secret})
    given = {"ServiceName": "shop", "SourceConfiguration": source}
    assert code(runner.client.create_service, **given) == "InvalidRequestException"
    for name in ("PORT", "AWSAPPRUNNER_X"):
        reserved = runner.source(RuntimeEnvironmentVariables={name: "1"})
        given = {"ServiceName": "shop", "SourceConfiguration": reserved}
        assert code(runner.client.create_service, **given) == "InvalidRequestException"
    arn = runner.create(SourceConfiguration=source, InstanceConfiguration={"InstanceRoleArn": runner.role})
    assert runner.status(arn) == "RUNNING"


def test_an_update_replaces_whole_structures_and_leaves_the_others(runner: Runner) -> None:
    health = {"Protocol": "HTTP", "Path": "/up", "Interval": 20, "Timeout": 10}
    instance = {"Cpu": "256", "Memory": "512", "InstanceRoleArn": runner.role}
    arn = runner.create(HealthCheckConfiguration=health, InstanceConfiguration=instance)
    runner.client.update_service(ServiceArn=arn, InstanceConfiguration={"Memory": "4 GB"})
    shown = runner.shown(arn)
    assert shown["InstanceConfiguration"] == {"Cpu": "1024", "Memory": "4096"}
    assert shown["HealthCheckConfiguration"] == {**health, "HealthyThreshold": 1, "UnhealthyThreshold": 5}


def test_an_update_of_nothing_is_refused(runner: Runner) -> None:
    arn = runner.create()
    assert code(runner.client.update_service, ServiceArn=arn) == "InvalidRequestException"


def test_an_image_cannot_become_a_code_repository(runner: Runner) -> None:
    arn = runner.create()
    connection = runner.client.create_connection(ConnectionName="hub1", ProviderType="GITHUB")["Connection"]
    runner.aws.emulator.order("handshake", {})
    source = {
        "CodeRepository": {
            "RepositoryUrl": "https://github.com/a/b",
            "SourceCodeVersion": {"Type": "BRANCH", "Value": "main"},
            "CodeConfiguration": {"ConfigurationSource": "REPOSITORY"},
        },
        "AuthenticationConfiguration": {"ConnectionArn": connection["ConnectionArn"]},
    }
    assert code(runner.client.update_service, ServiceArn=arn, SourceConfiguration=source) == "InvalidRequestException"
    other = runner.create("code", SourceConfiguration=source)
    assert runner.status(other) == "RUNNING"
    assert code(runner.client.update_service, ServiceArn=other, SourceConfiguration=runner.source()) == (
        "InvalidRequestException"
    )


def test_tags_are_read_and_written_by_arn(runner: Runner) -> None:
    arn = runner.create(Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    before = runner.shown(arn)["UpdatedAt"]
    runner.aws.emulator.advance(5)
    runner.client.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "3"}, {"Key": "c", "Value": "4"}])
    runner.client.untag_resource(ResourceArn=arn, TagKeys=["a", "none"])
    assert runner.client.list_tags_for_resource(ResourceArn=arn)["Tags"] == [
        {"Key": "b", "Value": "3"},
        {"Key": "c", "Value": "4"},
    ]
    assert runner.shown(arn)["UpdatedAt"] == before
    assert code(runner.client.list_tags_for_resource, ResourceArn=arn + "0") == "ResourceNotFoundException"
    reserved = [{"Key": "aws:x", "Value": "1"}]
    assert code(runner.client.tag_resource, ResourceArn=arn, Tags=reserved) == "InvalidRequestException"


def test_a_new_role_can_be_assumed_after_a_while_only(runner: Runner) -> None:
    runner.aws.delays({"iam.role.spread": 8})
    runner.aws.emulator.advance(8)
    role = runner.made_role("late", "tasks.apprunner.amazonaws.com")
    given = {
        "ServiceName": "shop",
        "SourceConfiguration": runner.source(),
        "InstanceConfiguration": {"InstanceRoleArn": role},
    }
    runner.aws.emulator.advance(7)
    with pytest.raises(runner.client.exceptions.InvalidRequestException, match="Error in assuming instance role"):
        runner.client.create_service(**given)
    runner.aws.emulator.advance(1)
    runner.client.create_service(**given)


@pytest.mark.parametrize(
    "policy", ["{", '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*"}]}']
)
def test_a_role_that_nobody_could_assume_is_refused(aws: Aws, policy: str) -> None:
    create = aws.client("iam").create_role
    assert code(create, RoleName="odd", AssumeRolePolicyDocument=policy) == "MalformedPolicyDocument"


def test_regions_and_accounts_do_not_see_one_another(aws: Aws, runner: Runner) -> None:
    runner.create()
    assert aws.client("apprunner", "eu-west-1").list_services()["ServiceSummaryList"] == []
