"""Services through their lives: wanted by others, adopted, refused, and left alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.house import House
from tests.kinds.one_service import ADDRESS, NIGHTS, PUBLIC, RUNNING, applied, shown
from tests.resources.pushed import push


def somebodys(house: House, name: str) -> str:
    """The ARN of a service of that name which somebody has made."""
    source = {"ImageRepository": {"ImageIdentifier": "public.ecr.aws/x/y:1", "ImageRepositoryType": "ECR_PUBLIC"}}
    made = house.client("apprunner").create_service(
        ServiceName=name, SourceConfiguration={**source, "AutoDeploymentsEnabled": False}
    )
    return str(made["Service"]["ServiceArn"])


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"schedule": {**NIGHTS, "pause": "0 0 30 2 *"}}, 'schedule.pause "0 0 30 2 *" never fires'),
        ({"schedule": {**NIGHTS, "resume": "0 25 * * *"}}, "is no cron expression: there is no such hour."),
        ({"schedule": {**NIGHTS, "timezone": "Europe/Atlantis"}}, 'There is no time zone "Europe/Atlantis"'),
        ({"region": "sa-east-1"}, "App Runner is not in sa-east-1"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(house: House, spec: dict[str, Any], sentence: str) -> None:
    applied(house, **spec)
    stalled = house.condition(ADDRESS, "Stalled")
    assert (stalled["status"], stalled["reason"], sentence in stalled["message"]) == ("True", "Invalid", True)


def test_a_network_without_private_subnets_is_refused(house: House) -> None:
    public = {"cidr": "10.0.0.0/16", "zones": ["us-east-1a"], "publicSubnets": ["10.0.1.0/24"]}
    house.apply({"kind": "Network", "metadata": {"namespace": "shop", "name": "net"}, "spec": public})
    applied(house, networkRef={"name": "net"})
    stalled = house.condition(ADDRESS, "Stalled")
    assert "App Runner connects to private subnets alone" in stalled["message"]


def test_a_domain_outside_its_zone_is_refused(house: House) -> None:
    house.apply({"kind": "DnsZone", "metadata": {"namespace": "shop", "name": "home"}, "spec": {"domain": "shop.de"}})
    applied(house, domains=["api.shop.com"], zoneRef={"name": "home"})
    assert 'api.shop.com is not in DnsZone "home", which is shop.de' in (house.condition(ADDRESS, "Stalled")["message"])
    arn = house.status(ADDRESS)["outputs"]["serviceArn"]
    assert house.client("apprunner").describe_custom_domains(ServiceArn=arn)["CustomDomains"] == []
    assert "route53.ChangeResourceRecordSets" not in house.emulator.calls(caller="trueup")


def test_a_domain_that_reads_as_a_wildcard_is_one_of_its_own(house: House) -> None:
    house.apply({"kind": "DnsZone", "metadata": {"namespace": "shop", "name": "home"}, "spec": {"domain": "shop.de"}})
    names = ["*.shop.de", "wildcard.shop.de"]
    applied(house, domains=names, zoneRef={"name": "home"})
    for _ in range(2):  # the domains are proved meanwhile
        house.clock.advance(120)
        house.settle()
    arn = house.status(ADDRESS)["outputs"]["serviceArn"]
    found = house.client("apprunner").describe_custom_domains(ServiceArn=arn)["CustomDomains"]
    assert (sorted(one["DomainName"] for one in found), house.status(ADDRESS)["summary"]) == (names, "Ready")


def test_a_service_to_adopt_that_is_not_there_is_not_made(house: House) -> None:
    applied(house, adopt={"name": "legacy"})
    stalled = house.condition(ADDRESS, "Stalled")
    assert (stalled["reason"], "spec.adopt.name is legacy" in stalled["message"]) == ("NothingToAdopt", True)
    assert house.client("apprunner").list_services()["ServiceSummaryList"] == []


def test_a_service_of_another_region_is_not_adopted_and_neither_is_one_here_of_its_name(house: House) -> None:
    arn = somebodys(house, "legacy")
    elsewhere = arn.replace("us-east-1", "eu-west-1")
    applied(house, adopt={"arn": elsewhere})
    stalled = house.condition(ADDRESS, "Stalled")
    assert (stalled["reason"], f"spec.adopt.arn is {elsewhere}" in stalled["message"]) == ("NothingToAdopt", True)
    assert house.client("apprunner").list_tags_for_resource(ResourceArn=arn)["Tags"] == []


def test_a_service_is_adopted_by_its_arn(house: House) -> None:
    arn = somebodys(house, "legacy")
    applied(house, adopt={"arn": arn})
    assert (house.status(ADDRESS)["summary"], house.status(ADDRESS)["outputs"]["serviceArn"]) == ("Ready", arn)


def test_a_name_that_somebody_elses_service_has_is_refused_with_the_ways_out(house: House) -> None:
    somebodys(house, "theirs")
    applied(house, serviceName="theirs")
    stalled = house.condition(ADDRESS, "Stalled")
    assert (stalled["reason"], "or choose another serviceName" in stalled["message"]) == ("NotOwned", True)


def test_an_image_that_is_not_there_is_said_to_be_missing(house: House) -> None:
    push(house.client("ecr"), "v1")
    applied(house, source={"image": {"repository": "app", "tag": "v2"}})
    stalled = house.condition(ADDRESS, "Stalled")
    assert (stalled["reason"], "No image" in stalled["message"]) == ("CreateFailed", True)


def test_an_account_that_may_not_use_app_runner_is_told_what_to_do(house: House) -> None:
    house.emulator.order("account", {"open": False})
    applied(house)
    assert "Use an account that has used App Runner before" in house.condition(ADDRESS, "Stalled")["message"]


CODE = {
    "repository": "https://github.com/example/api",
    "connection": {"name": "github"},
    "runtime": "NODEJS_22",
    "startCommand": "node server.js",
}


def test_a_connection_is_made_and_waits_for_a_person(house: House) -> None:
    applied(house, source={"code": CODE})
    stalled = house.condition(ADDRESS, "Stalled")
    assert (stalled["reason"], "console.aws.amazon.com/apprunner" in stalled["message"]) == ("PersonNeeded", True)
    house.emulator.order("handshake", {})
    house.clock.advance(61)
    house.settle()
    assert shown(house) == RUNNING
    house.delete(ADDRESS)
    house.settle()
    assert house.cluster.objects == {}
    assert [c["ConnectionName"] for c in house.client("apprunner").list_connections()["ConnectionSummaryList"]] == [
        "github"
    ]


@pytest.mark.parametrize("complete", [False, True])
def test_a_connection_of_another_provider_is_told_of_and_neither_used_nor_replaced(
    house: House, complete: bool
) -> None:
    house.client("apprunner").create_connection(ConnectionName="github", ProviderType="BITBUCKET")
    if complete:
        house.emulator.order("handshake", {})
    applied(house, source={"code": CODE})
    stalled = house.condition(ADDRESS, "Stalled")
    assert stalled["reason"] == "PersonNeeded"
    assert stalled["message"] == (
        "Connection github is for BITBUCKET, and the repository needs one for GITHUB: choose another "
        "source.code.connection.name, or give the arn of one that is for GITHUB."
    )
    actions = [change["action"] for change in house.status(ADDRESS)["plan"]["changes"]]
    assert (actions, house.client("apprunner").list_services()["ServiceSummaryList"]) == (["create"], [])
    applied(house, source={"code": {**CODE, "connection": {"name": "github-2"}}})
    house.emulator.order("handshake", {})
    house.clock.advance(61)
    house.settle()
    assert shown(house) == RUNNING


def test_a_repository_that_moves_to_another_provider_does_not_come_over_the_connection_that_is_there(
    house: House,
) -> None:
    applied(house, source={"code": CODE})
    house.emulator.order("handshake", {})
    house.clock.advance(61)
    house.settle()
    house.emulator.clear_calls()
    applied(house, source={"code": {**CODE, "repository": "https://bitbucket.org/example/api"}})
    house.clock.advance(61)
    house.settle()
    assert house.condition(ADDRESS, "Ready")["reason"] == "Available"
    assert "Connection github is for GITHUB" in house.condition(ADDRESS, "Stalled")["message"]
    assert "apprunner.UpdateService" not in house.emulator.calls(caller="trueup")


def test_a_service_and_a_database_that_lets_it_in_do_not_wait_for_each_other(house: House) -> None:
    net = {
        "cidr": "10.0.0.0/16",
        "zones": ["us-east-1a", "us-east-1b"],
        "privateSubnets": ["10.0.1.0/24", "10.0.2.0/24"],
    }
    house.apply({"kind": "Network", "metadata": {"namespace": "shop", "name": "net"}, "spec": net})
    database = {
        "engine": "aurora-postgresql",
        "version": "16.11",
        "capacity": {"min": 0.5, "max": 1},
        "networkRef": {"name": "net"},
        "allowFrom": [{"kind": "AppRunnerService", "name": "api"}],
    }
    house.apply({"kind": "Database", "metadata": {"namespace": "shop", "name": "db"}, "spec": database})
    applied(house, networkRef={"name": "net"})
    house.settle()
    summaries = {address[0]: manifest.status["summary"] for address, manifest in house.cluster.objects.items()}
    assert summaries == {"Network": "Ready", "Database": "Ready", "AppRunnerService": "Ready"}
    [rule] = [
        r
        for r in house.client("ec2").describe_security_group_rules()["SecurityGroupRules"]
        if r.get("ReferencedGroupInfo")
    ]
    group = house.status(ADDRESS)["outputs"]["securityGroupId"]
    assert (rule["ReferencedGroupInfo"]["GroupId"], rule["FromPort"]) == (group, 5432)


def test_a_sweep_describes_only_services_whose_summary_has_moved(house: House) -> None:
    for name in ("a", "b", "c"):
        house.apply(
            {"kind": "AppRunnerService", "metadata": {"namespace": "shop", "name": name}, "spec": {"source": PUBLIC}}
        )
    house.settle()
    house.clock.advance(60)
    house.sweep()
    house.emulator.clear_calls()
    house.clock.advance(60)
    house.sweep()
    calls = house.emulator.calls()
    assert (calls["apprunner.ListServices"], calls.get("apprunner.DescribeService", 0)) == (1, 0)
    arn = house.status(("AppRunnerService", "shop", "b"))["outputs"]["serviceArn"]
    house.client("apprunner").update_service(ServiceArn=arn, InstanceConfiguration={"Cpu": "256", "Memory": "1024"})
    house.emulator.clear_calls()
    house.clock.advance(60)
    house.look(("AppRunnerService", "shop", "a"))
    house.look(("AppRunnerService", "shop", "c"))
    assert house.emulator.calls().get("apprunner.DescribeService", 0) == 0
    house.look(("AppRunnerService", "shop", "b"))
    assert house.emulator.calls()["apprunner.DescribeService"] >= 1


def test_a_service_takes_what_buckets_hold_and_no_more(house: House) -> None:
    house.apply(
        {"kind": "Bucket", "metadata": {"namespace": "shop", "name": "uploads"}, "spec": {"bucketName": "up-1"}}
    )
    applied(house, buckets=[{"name": "uploads"}])
    assert shown(house) == RUNNING
    role = house.status(ADDRESS)["outputs"]["instanceRoleArn"].rsplit("/", 1)[-1]
    [name] = house.client("iam").list_role_policies(RoleName=role)["PolicyNames"]
    document = house.client("iam").get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    assert [one["Resource"] for one in document["Statement"]] == [["arn:aws:s3:::up-1"], ["arn:aws:s3:::up-1/*"]]


def test_a_service_is_deployed_once_for_each_rotation_of_a_secret_that_it_takes(house: House) -> None:
    secret = {"generate": {"length": 40}, "rotation": {"everyDays": 30}}
    house.apply({"kind": "AppSecret", "metadata": {"namespace": "shop", "name": "jwt"}, "spec": secret})
    applied(house, secrets={"JWT_SECRET": {"secretRef": {"name": "jwt"}}})
    assert shown(house) == RUNNING
    house.clock.advance(29 * 86400)
    house.settle()
    house.emulator.clear_calls()
    house.clock.advance(2 * 86400)
    house.settle()
    for _ in range(5):
        house.clock.advance(60)
        house.sweep()
    assert shown(house) == RUNNING
    assert house.emulator.calls()["apprunner.UpdateService"] == 1


def test_a_variable_that_looks_like_a_credential_is_told_of_once_and_stops_nothing(house: House) -> None:
    env = {
        "DB_PASSWORD": "correct-horse",
        "DATABASE": "postgres://me:word@db/app",
        "TOKEN_URL": "https://a/b",
        "N": "1",
    }
    applied(house, env=env)
    for _ in range(3):
        house.clock.advance(60)
        house.sweep()
    assert shown(house) == RUNNING
    notes = house.status(ADDRESS)["notes"]
    assert [note.split(" ")[0] for note in notes] == ["env.DB_PASSWORD", "env.DATABASE"]
    told = [event.message for _, event in house.cluster.events if event.reason == "Noted"]
    assert told == notes
    assert not any("horse" in note or "word@" in note for note in notes)


def test_a_service_that_aws_is_at_work_on_is_deleted_as_soon_as_that_is_done_and_not_asked_for_before(
    house: House,
) -> None:
    applied(house)
    house.emulator.order("maintenance", {"seconds": 600})
    house.clock.advance(60)
    house.delete(ADDRESS)
    house.emulator.clear_calls()
    house.look(ADDRESS)
    synced = house.condition(ADDRESS, "Synced")
    said = "AWS::AppRunner::Service/service is OPERATION_IN_PROGRESS: AWS deletes nothing of it now"
    assert (synced["reason"], synced["message"]) == ("AWSBusy", said)
    for _ in range(12):
        house.clock.advance(60)
        house.settle()
    assert (list(house.cluster.objects), house.emulator.calls()["apprunner.DeleteService"]) == ([], 1)
