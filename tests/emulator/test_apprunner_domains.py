"""Custom domains of App Runner in the emulator: they become active as Route 53 proves them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import code
from tests.emulator.runner import Runner


def zone(runner: Runner, name: str = "example.com", **more: Any) -> str:
    made = runner.aws.client("route53").create_hosted_zone(Name=name, CallerReference=name, **more)
    return made["HostedZone"]["Id"]


def write(runner: Runner, where: str, name: str, kind: str, value: str) -> None:
    record = {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}]}
    change = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    runner.aws.client("route53").change_resource_record_sets(HostedZoneId=where, ChangeBatch=change)


def domain(runner: Runner, arn: str) -> dict[str, Any]:
    [found] = runner.client.describe_custom_domains(ServiceArn=arn)["CustomDomains"]
    return found


def associated(runner: Runner, name: str = "api.example.com", **more: Any) -> str:
    arn = runner.create()
    runner.client.associate_custom_domain(ServiceArn=arn, DomainName=name, **more)
    return arn


def test_validation_records_come_after_the_association(runner: Runner) -> None:
    runner.aws.delays({"apprunner.domain.create": 5})
    arn = runner.create()
    answer = runner.client.associate_custom_domain(ServiceArn=arn, DomainName="api.example.com")
    assert answer["CustomDomain"] == {
        "DomainName": "api.example.com",
        "EnableWWWSubdomain": True,
        "Status": "CREATING",
        "CertificateValidationRecords": [],
    }
    assert answer["DNSTarget"] == runner.shown(arn)["ServiceUrl"]
    runner.aws.emulator.advance(5)
    found = domain(runner, arn)
    assert found["Status"] == "PENDING_CERTIFICATE_DNS_VALIDATION"
    records = found["CertificateValidationRecords"]
    assert [(one["Type"], one["Status"]) for one in records] == [("CNAME", "PENDING_VALIDATION")] * 3
    assert all(one["Name"].endswith("api.example.com.") for one in records)
    assert all(one["Value"].endswith(".acm-validations.aws.") for one in records)
    assert len({one["Name"] for one in records}) == 3


def test_a_domain_is_active_once_every_record_is_in_the_zone(runner: Runner) -> None:
    where, arn = zone(runner), associated(runner, EnableWWWSubdomain=False)
    runner.aws.delays({"apprunner.domain.bind": 5})
    first, second = domain(runner, arn)["CertificateValidationRecords"]
    write(runner, where, first["Name"], "CNAME", first["Value"])
    write(runner, where, second["Name"], "CNAME", "_wrong.acm-validations.aws.")
    found = domain(runner, arn)
    assert [one["Status"] for one in found["CertificateValidationRecords"]] == ["SUCCESS", "PENDING_VALIDATION"]
    assert found["Status"] == "PENDING_CERTIFICATE_DNS_VALIDATION"
    write(runner, where, second["Name"], "CNAME", second["Value"].rstrip("."))
    assert domain(runner, arn)["Status"] == "BINDING_CERTIFICATE"
    runner.aws.emulator.advance(5)
    assert domain(runner, arn)["Status"] == "ACTIVE"


def test_a_private_zone_proves_nothing(runner: Runner) -> None:
    vpc, _ = runner.private_subnets()
    where = zone(runner, VPC={"VPCRegion": "us-east-1", "VPCId": vpc}, HostedZoneConfig={"PrivateZone": True})
    arn = associated(runner, EnableWWWSubdomain=False)
    for record in domain(runner, arn)["CertificateValidationRecords"]:
        write(runner, where, record["Name"], "CNAME", record["Value"])
    assert domain(runner, arn)["Status"] == "PENDING_CERTIFICATE_DNS_VALIDATION"


def test_a_zone_that_allows_other_authorities_only_fails_the_domain(runner: Runner) -> None:
    write(runner, zone(runner), "example.com", "CAA", '0 issue "letsencrypt.org"')
    found = domain(runner, associated(runner))
    assert found["Status"] == "CREATE_FAILED"
    assert {one["Status"] for one in found["CertificateValidationRecords"]} == {"FAILED"}


def test_a_service_has_at_most_five_domains_and_a_domain_one_service(runner: Runner) -> None:
    arn, other = runner.create(), runner.create("other")
    runner.client.list_services()
    associate = runner.client.associate_custom_domain
    for number in range(5):
        associate(ServiceArn=arn, DomainName=f"d{number}.example.com", EnableWWWSubdomain=False)
    assert code(associate, ServiceArn=arn, DomainName="d5.example.com") == "InvalidRequestException"
    assert code(associate, ServiceArn=other, DomainName="d0.example.com") == "InvalidRequestException"
    first = runner.client.describe_custom_domains(ServiceArn=arn, MaxResults=3)
    second = runner.client.describe_custom_domains(ServiceArn=arn, MaxResults=3, NextToken=first["NextToken"])
    assert [len(one["CustomDomains"]) for one in (first, second)] == [3, 2]


@pytest.mark.parametrize(
    ("name", "www"),
    [("localhost", False), ("a..example.com", False), ("a.*.example.com", False), ("*.example.com", True)],
)
def test_a_name_that_cannot_be_a_domain_is_refused(runner: Runner, name: str, www: bool) -> None:
    given = {"ServiceArn": runner.create(), "DomainName": name, "EnableWWWSubdomain": www}
    runner.client.list_services()
    assert code(runner.client.associate_custom_domain, **given) == "InvalidRequestException"


def test_a_wildcard_is_proved_by_its_base(runner: Runner) -> None:
    records = domain(runner, associated(runner, "*.example.com", EnableWWWSubdomain=False))
    assert all("*" not in one["Name"] for one in records["CertificateValidationRecords"])


def test_a_domain_is_deleting_before_it_has_gone(runner: Runner) -> None:
    arn = associated(runner)
    runner.aws.delays({"apprunner.domain.delete": 5})
    disassociate, given = runner.client.disassociate_custom_domain, {"ServiceArn": arn, "DomainName": "api.example.com"}
    assert disassociate(**given)["CustomDomain"]["Status"] == "DELETING"
    assert domain(runner, arn)["Status"] == "DELETING"
    runner.aws.emulator.advance(5)
    assert runner.client.describe_custom_domains(ServiceArn=arn)["CustomDomains"] == []
    assert code(disassociate, **given) == "ResourceNotFoundException"


def test_a_service_that_is_not_there_is_an_invalid_request_of_an_association(runner: Runner) -> None:
    arn = "arn:aws:apprunner:us-east-1:123456789012:service/none/0"
    associate, describe = runner.client.associate_custom_domain, runner.client.describe_custom_domains
    assert code(associate, ServiceArn=arn, DomainName="api.example.com") == "InvalidRequestException"
    assert code(describe, ServiceArn=arn) == "ResourceNotFoundException"


def test_a_deleted_services_domains_are_free_again(runner: Runner) -> None:
    arn = associated(runner)
    runner.client.delete_service(ServiceArn=arn)
    other = runner.create("other")
    runner.client.list_services()
    runner.client.associate_custom_domain(ServiceArn=other, DomainName="api.example.com")
    assert domain(runner, other)["DomainName"] == "api.example.com"
