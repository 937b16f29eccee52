"""App Runner's types: held against AWS's models, what differs, with which calls it is put right, what it costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.laws import test_declarations as declared
from tests.laws.shapes import Document
from tests.resources.apprunner_samples import ARN, FILLED, document, operation, put_right, service
from tests.resources.validated import lookup, sent
from trueup.core.resource import Removal, Resource
from trueup.core.values import Key, Phase, Ref
from trueup.resources.apprunner import (
    AutoScalingConfiguration,
    CustomDomain,
    ObservabilityConfiguration,
    Service,
    VpcConnector,
)
from trueup.resources.iam import Role, RoleAttachment, RolePolicy
from trueup.resources.prices import book_of

TYPES: tuple[type[Resource], ...] = (
    AutoScalingConfiguration,
    CustomDomain,
    ObservabilityConfiguration,
    Role,
    RoleAttachment,
    RolePolicy,
    Service,
    VpcConnector,
)
NOWHERE = lookup({})


@pytest.mark.parametrize(
    "law",
    [
        declared.test_every_field_has_its_place_in_the_create_call,
        declared.test_every_field_has_its_place_in_the_update_call,
        declared.test_every_list_is_one_that_aws_answers,
        declared.test_every_deep_read_is_one_that_aws_answers,
        declared.test_every_answer_to_a_create_leads_back_to_the_document,
        declared.test_every_delete_is_one_that_aws_takes,
        declared.test_tags_are_set_and_taken_away_by_calls_that_aws_takes,
        declared.test_a_create_that_nothing_keeps_single_carries_its_owner,
        declared.test_every_judgement_of_a_type_bears_every_document,
    ],
    ids=lambda law: str(law.__name__),
)
@pytest.mark.parametrize("type_", TYPES, ids=lambda type_: str(type_.__name__))
def test_every_declaration_fits_awss_models(type_: type[Resource], law: Any) -> None:
    law(type_)


@pytest.mark.parametrize("type_", TYPES, ids=lambda type_: str(type_.__name__))
def test_every_field_has_its_place_in_what_aws_shows(type_: type[Resource]) -> None:
    document = Document(type_)
    wanted = [attr.shown_at for attr in type_.attrs().values()]
    wanted += [*type_.IDENTITY, *type_.USES, *type_.UPDATE_BY.values(), *type_.DELETE_BY.values()]
    wanted += [path for path in (type_.PARENT, type_.STATE, type_.ARN, type_.ID) if path]
    assert [path for path in wanted if document.at(path) is None] == []


def test_what_aws_shows_of_a_service_as_declared_is_no_difference() -> None:
    assert service().differences(document(), FILLED) == ()


def test_a_structure_travels_whole_with_what_nobody_declares() -> None:
    doc = document(HealthCheckConfiguration={"Protocol": "TCP", "Path": "/", "Interval": 5, "UnhealthyThreshold": 7})
    health = {"Protocol": "HTTP", "Path": "/", "Interval": 20, "UnhealthyThreshold": 7}
    assert put_right(service(check_protocol="HTTP", check_interval=20), doc) == [
        ("UpdateService", {"ServiceArn": ARN, "HealthCheckConfiguration": health})
    ]


def test_variables_that_nobody_declared_are_taken_away() -> None:
    doc = document()
    repository = doc["Service"]["SourceConfiguration"]["ImageRepository"]
    repository["ImageConfiguration"]["RuntimeEnvironmentVariables"] = {"MODE": "live", "DEBUG": "1"}
    [found] = service().differences(doc, FILLED)
    assert (found.path.rsplit(".", 1)[-1], found.have, found.member) == ("DEBUG", "1", "DEBUG")
    [(operation, params)] = put_right(service(), doc)
    written = params["SourceConfiguration"]["ImageRepository"]["ImageConfiguration"]
    assert (operation, written["RuntimeEnvironmentVariables"]) == ("UpdateService", {"MODE": "live"})
    assert service(image_env=None).differences(doc, FILLED) == ()


def test_what_a_switch_hides_is_not_named_beside_it() -> None:
    arn = "arn:aws:apprunner:us-east-1:123456789012:observabilityconfiguration/shop/1/0"
    wanted = service(traced=True, tracing=arn)
    [found] = wanted.differences(document(), FILLED)
    assert found.path == "Service.ObservabilityConfiguration.ObservabilityEnabled"
    assert put_right(wanted, document()) == [
        (
            "UpdateService",
            {
                "ServiceArn": ARN,
                "ObservabilityConfiguration": {"ObservabilityEnabled": True, "ObservabilityConfigurationArn": arn},
            },
        )
    ]


def test_leaving_a_vpc_takes_the_connector_off() -> None:
    connector = "arn:aws:apprunner:us-east-1:123456789012:vpcconnector/shop/1/0"
    network = {
        "EgressConfiguration": {"EgressType": "VPC", "VpcConnectorArn": connector},
        "IngressConfiguration": {"IsPubliclyAccessible": True},
        "IpAddressType": "IPV4",
    }
    assert put_right(service(), document(NetworkConfiguration=network)) == [
        (
            "UpdateService",
            {
                "ServiceArn": ARN,
                "NetworkConfiguration": {
                    "EgressConfiguration": {"EgressType": "DEFAULT"},
                    "IngressConfiguration": {"IsPubliclyAccessible": True},
                    "IpAddressType": "IPV4",
                },
            },
        )
    ]


@pytest.mark.parametrize(
    ("status", "running", "memory", "calls"),
    [
        ("PAUSED", None, "512", []),
        ("PAUSED", None, "1024", []),
        ("PAUSED", "PAUSED", "1024", []),
        ("PAUSED", "RUNNING", "512", ["TagResource", "ResumeService"]),
        ("PAUSED", "RUNNING", "1024", ["TagResource", "ResumeService"]),
        ("RUNNING", "RUNNING", "512", []),
        ("RUNNING", "PAUSED", "512", ["TagResource", "PauseService"]),
        ("RUNNING", "PAUSED", "1024", ["UpdateService"]),
    ],
)
def test_a_paused_service_takes_one_change_and_one_to_be_paused_is_changed_first(
    status: str, running: str | None, memory: str, calls: list[str]
) -> None:
    doc = {**document(), "Status": status}
    assert [operation for operation, _ in put_right(service(running=running, memory=memory), doc)] == calls


CREATED = operation("CREATE_SERVICE", "SUCCEEDED", "1")
PAUSED = operation("PAUSE_SERVICE", "SUCCEEDED", "2")


@pytest.mark.parametrize(
    ("mark", "operations", "calls"),
    [
        ("1", [PAUSED, CREATED], ["TagResource", "ResumeService"]),
        # Killed after the mark of the resumption, or refused by AWS: it has yet to be done.
        ("2", [PAUSED, CREATED], ["TagResource", "ResumeService"]),
        ("2", [operation("RESUME_SERVICE", "FAILED", "3"), PAUSED, CREATED], ["TagResource", "ResumeService"]),
        ("1", [PAUSED, operation("RESUME_SERVICE", "SUCCEEDED", "3"), CREATED], []),
        ("long ago", [PAUSED, CREATED], []),
    ],
)
def test_without_a_schedule_what_one_has_paused_is_resumed_and_what_somebody_has_stays(
    mark: str, operations: list[dict[str, Any]], calls: list[str]
) -> None:
    doc = {**document(), "Status": "PAUSED", "Operations": operations}
    doc["Tags"] = [{"Key": "trueup.dev/turned-after", "Value": mark}]
    assert [operation for operation, _ in put_right(service(unscheduled=True), doc)] == calls


@pytest.mark.parametrize(
    ("status", "operations", "phase"),
    [
        ("RUNNING", [], Phase.READY),
        ("PAUSED", [], Phase.READY),
        ("CREATE_FAILED", [], Phase.FAILED),
        ("DELETE_FAILED", [], Phase.FAILED),
        ("DELETED", [], None),
        ("OPERATION_IN_PROGRESS", [], Phase.CREATING),
        ("OPERATION_IN_PROGRESS", [operation("CREATE_SERVICE", "IN_PROGRESS")], Phase.CREATING),
        ("OPERATION_IN_PROGRESS", [operation("DELETE_SERVICE", "PENDING")], Phase.DELETING),
        (
            "OPERATION_IN_PROGRESS",
            [operation("UPDATE_SERVICE", "ROLLBACK_IN_PROGRESS"), operation("CREATE_SERVICE", "SUCCEEDED")],
            Phase.BUSY,
        ),
        (
            "OPERATION_IN_PROGRESS",
            [operation("UPDATE_SERVICE", "IN_PROGRESS"), operation("CREATE_SERVICE", "FAILED")],
            Phase.CREATING,
        ),
        (
            "OPERATION_IN_PROGRESS",
            [operation("RESUME_SERVICE", "IN_PROGRESS"), operation("CREATE_SERVICE", "SUCCEEDED")],
            Phase.CREATING,
        ),
        ("OPERATION_IN_PROGRESS", [operation("CREATE_SERVICE", "SUCCEEDED")], Phase.BUSY),
    ],
)
def test_a_phase_follows_status_and_operations(status: str, operations: list[Any], phase: Phase | None) -> None:
    assert Service.phase({"Status": status, "Operations": operations}) is phase


def test_domains_are_parts_of_their_service() -> None:
    record = {"Name": "_a.api.example.com.", "Type": "CNAME", "Value": "_b.acm-validations.aws.", "Status": "SUCCESS"}
    shown = {"DomainName": "api.example.com", "Status": "ACTIVE", "CertificateValidationRecords": [record]}
    listed = {"ServiceArn": ARN, "ServiceUrl": "x.us-east-1.awsapprunner.com", "Status": "RUNNING"}
    [doc] = CustomDomain.members({**listed, "CustomDomains": [shown]})
    assert (CustomDomain.phase(doc), doc["ServiceUrl"]) == (Phase.READY, listed["ServiceUrl"])
    assert CustomDomain.records_of(doc) == (record,)
    assert sent(CustomDomain.delete(doc, NOWHERE, Removal())) == [
        ("DisassociateCustomDomain", {"ServiceArn": ARN, "DomainName": "api.example.com"})
    ]
    assert [*CustomDomain.members(listed)] == []


def test_policies_travel_as_text_and_wait_for_what_they_name() -> None:
    bucket = Ref(Key("AWS::S3::Bucket", "uploads"), "Arn")
    policy = RolePolicy(name="p", role="r", policy_name="p", document={"Resource": [bucket]})
    assert sent(policy.create(lookup({bucket: "arn:aws:s3:::uploads"}), "")) == [
        (
            "PutRolePolicy",
            {"RoleName": "r", "PolicyName": "p", "PolicyDocument": '{"Resource": ["arn:aws:s3:::uploads"]}'},
        )
    ]


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        (service(instances=(1, 1)), {"memory": ("2.555", "2.555"), "CPU and further instances": ("0.96", "11.68")}),
        (
            service(instances=(0, 2), hours=300, automatic=True),
            {
                "memory": ("0", "0"),
                "CPU and further instances": ("0.96", "11.7"),
                "automatic deployments": ("1", "1"),
                "pauses by schedule": ("0", "0"),
            },
        ),
    ],
)
def test_a_service_costs_memory_always_and_cpu_while_it_serves(
    wanted: Service, lines: dict[str, tuple[str, str]]
) -> None:
    found = {line.item: (line.usd, line.high) for line in wanted.cost(book_of("us-east-1"))}
    assert found == {item: (Decimal(usd), Decimal(high)) for item, (usd, high) in lines.items()}


def test_a_service_of_unknown_size_costs_nobody_knows_what() -> None:
    [line] = service(cpu="many").cost(book_of("us-east-1"))
    assert line.usd is None
