"""ACM in the emulator: a certificate is what Route 53 proves it to be, and stays while anything shows it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import START, Aws, code
from tests.emulator.edge import Edge, some


@pytest.fixture
def edge(aws: Aws) -> Edge:
    return Edge.on(aws)


def test_the_records_that_prove_names_come_a_moment_after_the_request(edge: Edge) -> None:
    edge.aws.delays({"acm.certificate.records": 5})
    arn = edge.requested("Example.com", "www.example.com")
    first = edge.shown(arn)
    assert (first["Status"], first["SubjectAlternativeNames"], "DomainValidationOptions" in first) == (
        "PENDING_VALIDATION",
        ["example.com", "www.example.com"],
        False,
    )
    edge.aws.emulator.advance(5)
    options = edge.shown(arn)["DomainValidationOptions"]
    assert [(one["DomainName"], one["ValidationStatus"], one["ValidationMethod"]) for one in options] == [
        ("example.com", "PENDING_VALIDATION", "DNS"),
        ("www.example.com", "PENDING_VALIDATION", "DNS"),
    ]
    assert all(one["ResourceRecord"]["Name"].endswith(f".{one['DomainName']}.") for one in options)
    assert len({one["ResourceRecord"]["Value"] for one in options}) == 2


def test_a_wildcard_and_its_base_and_the_next_certificate_are_proved_by_one_record(edge: Edge) -> None:
    arns = [edge.requested("example.com", "*.example.com"), edge.requested("example.com")]
    options = [one for arn in arns for one in edge.shown(arn)["DomainValidationOptions"]]
    assert [one["DomainName"] for one in options] == ["example.com", "*.example.com", "example.com"]
    assert all(one["ResourceRecord"] == options[0]["ResourceRecord"] for one in options)


def test_it_is_issued_a_while_after_the_last_record_stands_in_the_zone(edge: Edge) -> None:
    zone, arn = edge.zone(), edge.requested("example.com", "www.example.com")
    edge.aws.delays({"acm.certificate.issue": 10})
    first, second = (one["ResourceRecord"] for one in edge.shown(arn)["DomainValidationOptions"])
    edge.write(zone, first["Name"], "CNAME", first["Value"])
    edge.aws.emulator.advance(60)
    shown = edge.shown(arn)
    assert (shown["Status"], [one["ValidationStatus"] for one in shown["DomainValidationOptions"]]) == (
        "PENDING_VALIDATION",
        ["SUCCESS", "PENDING_VALIDATION"],
    )
    edge.write(zone, second["Name"], "CNAME", "elsewhere.acm-validations.aws.")
    edge.aws.emulator.advance(60)
    assert edge.shown(arn)["Status"] == "PENDING_VALIDATION"
    edge.write(zone, second["Name"], "CNAME", second["Value"])
    assert edge.shown(arn)["Status"] == "PENDING_VALIDATION"
    edge.aws.emulator.advance(10)
    shown = edge.shown(arn)
    assert (shown["Status"], (shown["NotAfter"] - shown["NotBefore"]).days) == ("ISSUED", 198)


def test_records_in_a_private_zone_prove_nothing(edge: Edge) -> None:
    vpc, _subnets = edge.aws.subnets()
    zone = edge.zone(VPC={"VPCRegion": "us-east-1", "VPCId": vpc})
    arn = edge.requested("example.com")
    edge.prove(zone, arn)
    edge.aws.emulator.advance(60)
    assert edge.shown(arn)["Status"] == "PENDING_VALIDATION"


def test_a_domain_that_lets_another_authority_only_in_fails(edge: Edge) -> None:
    zone = edge.zone()
    edge.write(zone, "example.com", "CAA", '0 issue "letsencrypt.org"')
    arn = edge.requested("www.example.com")
    edge.prove(zone, arn)
    shown = edge.shown(arn)
    assert (shown["Status"], shown["FailureReason"]) == ("FAILED", "CAA_ERROR")


@pytest.mark.parametrize(("stands", "status"), [(True, "ISSUED"), (False, "EXPIRED")])
def test_what_is_in_use_is_renewed_on_its_last_day_if_its_records_stand(edge: Edge, stands: bool, status: str) -> None:
    zone = edge.zone()
    arn = edge.issued("example.com", zone=zone)
    viewer = {"ACMCertificateArn": arn, "SSLSupportMethod": "sni-only", "MinimumProtocolVersion": "TLSv1.2_2021"}
    edge.create(Aliases=some("example.com"), ViewerCertificate=viewer)
    if not stands:
        (option,) = edge.shown(arn)["DomainValidationOptions"]
        edge.write(zone, option["ResourceRecord"]["Name"], "CNAME", "elsewhere.acm-validations.aws.")
    edge.aws.emulator.advance(199 * 86400)
    assert edge.shown(arn)["Status"] == status


def test_nobody_waits_longer_than_three_days(edge: Edge) -> None:
    arn = edge.requested("example.com")
    edge.aws.emulator.advance(72 * 3600)
    assert edge.shown(arn)["Status"] == "PENDING_VALIDATION"
    edge.aws.emulator.advance(1)
    assert edge.shown(arn)["Status"] == "VALIDATION_TIMED_OUT"


def test_a_token_is_one_certificate_for_an_hour(edge: Edge) -> None:
    first = edge.requested("example.com", IdempotencyToken="site")
    again = edge.requested("example.com", "www.example.com", IdempotencyToken="site")
    edge.aws.emulator.advance(3600)
    later = edge.requested("example.com", IdempotencyToken="site")
    assert (again == first, later == first) == (True, False)


def test_lists_leave_out_keys_that_nobody_asked_for_and_come_in_pages(edge: Edge) -> None:
    plain = [edge.requested(f"{name}.example.com") for name in "ab"]
    curved = edge.requested("c.example.com", KeyAlgorithm="EC_prime256v1")
    first = edge.acm.list_certificates(MaxItems=1)
    rest = edge.acm.list_certificates(MaxItems=1, NextToken=first["NextToken"])
    pages = [[one["CertificateArn"] for one in page["CertificateSummaryList"]] for page in (first, rest)]
    assert (pages, "NextToken" in rest) == ([[plain[0]], [plain[1]]], False)
    both = edge.acm.list_certificates(Includes={"keyTypes": ["RSA_2048", "EC_prime256v1"]})
    assert [one["CertificateArn"] for one in both["CertificateSummaryList"]] == [*plain, curved]
    assert edge.acm.list_certificates(CertificateStatuses=["ISSUED"])["CertificateSummaryList"] == []
    assert edge.aws.client("acm", "eu-west-1").list_certificates()["CertificateSummaryList"] == []


def test_what_a_distribution_shows_cannot_be_deleted(edge: Edge) -> None:
    arn = edge.issued("example.com")
    viewer = {"ACMCertificateArn": arn, "SSLSupportMethod": "sni-only", "MinimumProtocolVersion": "TLSv1.2_2021"}
    id = edge.create(Aliases=some("example.com"), ViewerCertificate=viewer)
    assert edge.shown(arn)["InUseBy"] == [f"arn:aws:cloudfront::123456789012:distribution/{id}"]
    assert code(edge.acm.delete_certificate, CertificateArn=arn) == "ResourceInUseException"
    edge.remove(id)
    edge.acm.delete_certificate(CertificateArn=arn)
    assert code(edge.acm.describe_certificate, CertificateArn=arn) == "ResourceNotFoundException"


def test_tags_are_set_and_taken_away(edge: Edge) -> None:
    arn = edge.requested("example.com", Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    edge.acm.add_tags_to_certificate(CertificateArn=arn, Tags=[{"Key": "b", "Value": "3"}])
    gone = [{"Key": "a"}, {"Key": "b", "Value": "2"}]
    edge.acm.remove_tags_from_certificate(CertificateArn=arn, Tags=gone)
    assert edge.acm.list_tags_for_certificate(CertificateArn=arn)["Tags"] == [{"Key": "b", "Value": "3"}]
    own = [{"Key": "aws:mine", "Value": ""}]
    assert code(edge.acm.add_tags_to_certificate, CertificateArn=arn, Tags=own) == "InvalidTagException"
    many = [{"Key": str(number), "Value": ""} for number in range(50)]
    assert code(edge.acm.add_tags_to_certificate, CertificateArn=arn, Tags=many) == "TooManyTagsException"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"DomainName": "under_score.example.com"}, "ValidationException"),
        ({"DomainName": "example.com", "ValidationMethod": "HTTP"}, "InvalidParameterException"),
        (
            {"DomainName": "example.com", "SubjectAlternativeNames": [f"{n}.example.com" for n in range(10)]},
            "LimitExceededException",
        ),
        ({"DomainName": "example.com", "Tags": [{"Key": "aws:a", "Value": ""}]}, "InvalidTagException"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(edge: Edge, given: dict[str, Any], said: str) -> None:
    assert code(edge.acm.request_certificate, **given) == said
    assert edge.acm.list_certificates()["CertificateSummaryList"] == []


def test_more_than_the_quota_and_what_is_in_another_region_is_refused(edge: Edge) -> None:
    edge.aws.emulator.put_quotas({"acm.certificates": 1})
    arn = edge.requested("example.com", region="eu-west-1")
    far = edge.aws.client("acm", "eu-west-1")
    assert code(far.request_certificate, DomainName="example.com") == "LimitExceededException"
    assert code(edge.acm.describe_certificate, CertificateArn=arn) == "ResourceNotFoundException"
    nothing = "arn:aws:acm:us-east-1:123456789012:elsewhere/1"
    assert code(edge.acm.describe_certificate, CertificateArn=nothing) == "InvalidArnException"


def test_times_are_those_of_the_emulators_clock(edge: Edge) -> None:
    arn = edge.requested("example.com")
    began = START + edge.aws.emulator.core.clock.offset
    assert edge.shown(arn)["CreatedAt"].timestamp() == began
