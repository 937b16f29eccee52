"""App Runner's deployments in the emulator: what makes them fail, and how they end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.conftest import code
from tests.emulator.runner import REGISTRY, Runner, through


def lines(runner: Runner, arn: str, stream: str = "events", kind: str = "service") -> list[str]:
    """What a log stream of the service holds."""
    shown, logs = runner.shown(arn), runner.aws.client("logs")
    group = f"/aws/apprunner/{shown['ServiceName']}/{shown['ServiceId']}/{kind}"
    found = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)
    return [event["message"] for event in found["events"]]


def image_of(shown: dict[str, Any]) -> str:
    return shown["SourceConfiguration"]["ImageRepository"]["ImageIdentifier"]


def test_an_update_shows_the_new_configuration_while_the_old_one_serves(runner: Runner) -> None:
    arn = runner.create()
    before = runner.serving(arn)
    after = runner.push("v2", "b")
    runner.aws.delays({"apprunner.service.update": 10})
    runner.client.update_service(ServiceArn=arn, SourceConfiguration=runner.source("app:v2"))
    assert image_of(runner.shown(arn)) == f"{REGISTRY}/app:v2"
    assert runner.serving(arn) == before
    runner.aws.emulator.advance(10)
    assert (runner.status(arn), runner.serving(arn)) == ("RUNNING", after)
    assert runner.operations(arn)[0] == ("UPDATE_SERVICE", "SUCCEEDED")


def test_a_failed_update_rolls_back_and_ends_running(runner: Runner) -> None:
    arn = runner.create()
    before, served = runner.shown(arn), runner.serving(arn)
    runner.aws.delays({"apprunner.service.update": 10, "apprunner.service.rollback": 5})
    runner.client.update_service(ServiceArn=arn, SourceConfiguration=runner.source("app:none"))
    runner.aws.emulator.advance(10)
    assert runner.status(arn) == "OPERATION_IN_PROGRESS"
    assert runner.operations(arn)[0] == ("UPDATE_SERVICE", "ROLLBACK_IN_PROGRESS")
    runner.aws.emulator.advance(5)
    shown = runner.shown(arn)
    assert {**shown, "UpdatedAt": before["UpdatedAt"]} == before
    assert runner.serving(arn) == served
    operation = runner.client.list_operations(ServiceArn=arn)["OperationSummaryList"][0]
    assert (operation["Status"], operation["EndedAt"]) == ("ROLLBACK_SUCCEEDED", shown["UpdatedAt"])
    reason = f"Failed to pull your application image. No image {REGISTRY}/app:none was found."
    assert f"[AppRunner] {reason}" in lines(runner, arn, f"deployment/{operation['Id']}")
    assert f"[AppRunner] Deployment was rolled back. {reason}" in lines(runner, arn)


def test_a_creation_that_fails_stays_and_is_rebuilt_by_an_update(runner: Runner) -> None:
    arn = runner.create(SourceConfiguration=runner.source("app:v9"))
    assert (runner.status(arn), runner.operations(arn)) == ("CREATE_FAILED", [("CREATE_SERVICE", "FAILED")])
    assert code(runner.client.pause_service, ServiceArn=arn) == "InvalidStateException"
    again = {"ServiceArn": arn, "SourceConfiguration": runner.source("app:v9")}
    runner.client.update_service(**again)
    assert (runner.status(arn), runner.operations(arn)[0]) == ("CREATE_FAILED", ("UPDATE_SERVICE", "FAILED"))
    runner.push("v9", "c")
    runner.client.update_service(**again)
    assert (runner.status(arn), runner.operations(arn)[0]) == ("RUNNING", ("UPDATE_SERVICE", "SUCCEEDED"))


def test_a_secret_that_does_not_exist_fails_the_deployment(runner: Runner) -> None:
    instance = {"InstanceRoleArn": runner.role}
    made = runner.aws.client("secretsmanager").create_secret(Name="key", SecretString='{"password": "x"}')["ARN"]
    there = runner.source(RuntimeEnvironmentSecrets={"KEY": f"{made}:password::"})
    arn = runner.create(InstanceConfiguration=instance, SourceConfiguration=there)
    assert runner.status(arn) == "RUNNING"
    gone = runner.source(RuntimeEnvironmentSecrets={"KEY": f"{made}0"})
    runner.client.update_service(ServiceArn=arn, SourceConfiguration=gone)
    assert runner.operations(arn)[0] == ("UPDATE_SERVICE", "ROLLBACK_SUCCEEDED")
    runner.aws.client("secretsmanager").delete_secret(SecretId="key", ForceDeleteWithoutRecovery=True)
    runner.client.start_deployment(ServiceArn=arn)
    assert (runner.status(arn), runner.operations(arn)[0]) == ("RUNNING", ("START_DEPLOYMENT", "ROLLBACK_SUCCEEDED"))


def test_a_parameter_of_the_parameter_store_may_be_named_or_given_by_arn(runner: Runner) -> None:
    runner.aws.client("ssm").put_parameter(Name="/shop/key", Value="x", Type="String")
    arn = "arn:aws:ssm:us-east-1:123456789012:parameter/shop/key"
    source = runner.source(RuntimeEnvironmentSecrets={"BY_ARN": arn, "BY_NAME": "/shop/key"})
    made = runner.create(SourceConfiguration=source, InstanceConfiguration={"InstanceRoleArn": runner.role})
    assert runner.status(made) == "RUNNING"


def test_a_role_that_has_gone_fails_the_next_deployment(runner: Runner) -> None:
    arn = runner.create()
    runner.aws.client("iam").delete_role(RoleName="access")
    runner.client.start_deployment(ServiceArn=arn)
    assert runner.operations(arn)[0] == ("START_DEPLOYMENT", "ROLLBACK_SUCCEEDED")


def test_a_public_subnet_fails_the_creation_and_rolls_an_update_back(runner: Runner) -> None:
    vpc, subnets = runner.private_subnets()
    ec2 = runner.aws.ec2
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[0])
    public = through(runner.connector(subnets))
    assert runner.status(runner.create("open", NetworkConfiguration=public)) == "CREATE_FAILED"
    arn = runner.create()
    runner.client.update_service(ServiceArn=arn, NetworkConfiguration=public)
    assert runner.operations(arn)[0] == ("UPDATE_SERVICE", "ROLLBACK_SUCCEEDED")
    assert runner.shown(arn)["NetworkConfiguration"]["EgressConfiguration"] == {"EgressType": "DEFAULT"}


def test_a_moved_tag_is_deployed_only_where_that_is_automatic(runner: Runner) -> None:
    by_itself = runner.create("shop-1", SourceConfiguration=runner.source(automatic=True))
    by_hand = runner.create("shop-2")
    before = runner.serving(by_hand)
    runner.client.list_services()
    after = runner.push("v1", "b")
    runner.client.list_services()
    assert runner.operations(by_itself) == [("START_DEPLOYMENT", "SUCCEEDED"), ("CREATE_SERVICE", "SUCCEEDED")]
    assert runner.operations(by_hand) == [("CREATE_SERVICE", "SUCCEEDED")]
    assert (runner.serving(by_itself), runner.serving(by_hand)) == (after, before)
    runner.client.start_deployment(ServiceArn=by_hand)
    runner.client.list_services()
    assert runner.serving(by_hand) == after


def test_an_automatic_deployment_that_failed_is_not_tried_again(runner: Runner) -> None:
    arn = runner.create(SourceConfiguration=runner.source(automatic=True))
    before = runner.shown(arn)["ServiceArn"], runner.serving(arn)
    runner.aws.emulator.order("failures", [{"operation": "START_DEPLOYMENT"}])
    runner.push("v1", "b")
    for _ in range(3):
        runner.client.list_services()
    assert runner.operations(arn) == [("START_DEPLOYMENT", "ROLLBACK_SUCCEEDED"), ("CREATE_SERVICE", "SUCCEEDED")]
    assert (arn, runner.serving(arn)) == before


def test_resuming_brings_back_the_image_that_served_before(runner: Runner) -> None:
    arn = runner.create(SourceConfiguration=runner.source(automatic=True))
    before = runner.shown(arn) and runner.serving(arn)
    runner.client.pause_service(ServiceArn=arn)
    assert runner.status(arn) == "PAUSED"
    runner.push("v1", "b")
    runner.client.resume_service(ServiceArn=arn)
    assert (runner.status(arn), runner.serving(arn)) == ("RUNNING", before)
    assert runner.operations(arn)[0] == ("RESUME_SERVICE", "SUCCEEDED")


@pytest.mark.parametrize(
    ("operation", "ends"),
    [
        ("CREATE_SERVICE", ("CREATE_FAILED", "FAILED")),
        ("UPDATE_SERVICE", ("RUNNING", "ROLLBACK_SUCCEEDED")),
        ("START_DEPLOYMENT", ("RUNNING", "ROLLBACK_SUCCEEDED")),
        ("RESUME_SERVICE", ("PAUSED", "FAILED")),
        ("DELETE_SERVICE", ("DELETE_FAILED", "FAILED")),
    ],
)
def test_a_test_can_order_an_operation_to_fail_once(runner: Runner, operation: str, ends: tuple[str, str]) -> None:
    runner.aws.emulator.order("failures", [{"service": "sh*", "operation": operation, "reason": "No.", "times": 1}])
    arn = runner.create()
    if operation == "UPDATE_SERVICE":
        runner.client.list_services()
        runner.client.update_service(ServiceArn=arn, HealthCheckConfiguration={"Interval": 9})
    elif operation == "RESUME_SERVICE":
        runner.client.pause_service(ServiceArn=arn)
        runner.client.resume_service(ServiceArn=arn)
    elif operation != "CREATE_SERVICE":
        {"DELETE_SERVICE": runner.client.delete_service, "START_DEPLOYMENT": runner.client.start_deployment}[operation](
            ServiceArn=arn
        )
    assert (runner.status(arn), runner.operations(arn)[0]) == (ends[0], (operation, ends[1]))
    assert any("No." in line for line in lines(runner, arn))
    assert runner.aws.emulator.core.told("apprunner/failures") == [
        {"service": "sh*", "image": "*", "operation": operation, "reason": "No.", "times": 1, "hits": 1}
    ]


def test_what_could_not_be_deleted_can_only_be_deleted_again(runner: Runner) -> None:
    runner.aws.emulator.order("failures", [{"operation": "DELETE_SERVICE", "times": 1}])
    arn = runner.create()
    runner.client.delete_service(ServiceArn=arn)
    change = {"ServiceArn": arn, "HealthCheckConfiguration": {"Interval": 7}}
    assert code(runner.client.update_service, **change) == "InvalidStateException"
    runner.client.delete_service(ServiceArn=arn)
    assert runner.status(arn) == "DELETED"


def test_maintenance_flips_the_status_without_an_operation(runner: Runner) -> None:
    arn, other = runner.create("shop"), runner.create("stall")
    runner.client.list_services()
    assert runner.aws.emulator.order("maintenance", {"service": "shop", "seconds": 30}) == ["shop"]
    assert (runner.status(arn), runner.status(other)) == ("OPERATION_IN_PROGRESS", "RUNNING")
    assert code(runner.client.pause_service, ServiceArn=arn) == "InvalidStateException"
    runner.aws.emulator.advance(30)
    assert runner.status(arn) == "RUNNING"
    assert runner.operations(arn) == [("CREATE_SERVICE", "SUCCEEDED")]


def test_log_groups_come_with_the_service_and_outlive_it(runner: Runner) -> None:
    arn = runner.create()
    ident = runner.shown(arn)["ServiceId"]
    assert lines(runner, arn) == [
        "[AppRunner] Service status is set to OPERATION_IN_PROGRESS.",
        "[AppRunner] Service creation started.",
        "[AppRunner] Deployment completed successfully.",
        "[AppRunner] Service status is set to RUNNING.",
    ]
    runner.client.delete_service(ServiceArn=arn)
    assert runner.status(arn) == "DELETED"
    groups = runner.aws.client("logs").describe_log_groups(logGroupNamePrefix="/aws/apprunner/")["logGroups"]
    assert [one["logGroupName"] for one in groups] == [
        f"/aws/apprunner/shop/{ident}/application",
        f"/aws/apprunner/shop/{ident}/service",
    ]


def test_events_tell_status_and_operations(runner: Runner) -> None:
    events, sqs = runner.aws.client("events"), runner.aws.client("sqs")
    queue = sqs.create_queue(QueueName="q")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="runner", EventPattern=json.dumps({"source": ["aws.apprunner"]}))
    events.put_targets(Rule="runner", Targets=[{"Id": "q", "Arn": arn}])
    service = runner.create()
    runner.client.list_services()
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    told = [json.loads(one["Body"]) for one in messages]
    assert [one["resources"] for one in told] == [[service]] * 4
    assert [one["detail"].get("operationStatus") or one["detail"]["currentServiceStatus"] for one in told] == [
        "OPERATION_IN_PROGRESS",
        "CreateServiceStarted",
        "CreateServiceCompletedSuccessfully",
        "RUNNING",
    ]
