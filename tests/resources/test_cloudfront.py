"""What CloudFront's types and ACM's say of documents, and the calls that follow: whole documents, in their steps."""

from __future__ import annotations

from typing import Any

import pytest

from tests.resources.validated import sent
from trueup.core.resource import Removal
from trueup.core.values import MISSING, Call, Json, Phase, Pseudo, Ref
from trueup.resources.acm import Certificate, proved
from trueup.resources.cloudfront import Distribution, Function
from trueup.resources.cloudfront.distributions import INVALIDATED
from trueup.resources.cloudfront.documents import laid_over, shared

ARN = "arn:aws:cloudfront::123456789012:distribution/E1"
BEHAVIOR: dict[str, Json] = {
    "TargetOriginId": "bucket",
    "AllowedMethods": ["GET", "HEAD"],
    "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
    "FunctionAssociations": [],
}
CONFIG: dict[str, Any] = {
    "CallerReference": "one",
    "Enabled": True,
    "Comment": "",
    "Aliases": {"Quantity": 1, "Items": ["example.com"]},
    "WebACLId": "theirs",
    "DefaultCacheBehavior": {
        "TargetOriginId": "bucket",
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": {
            "Quantity": 2,
            "Items": ["HEAD", "GET"],
            "CachedMethods": {"Quantity": 2, "Items": ["HEAD", "GET"]},
        },
        "CachePolicyId": "theirs",
        "SmoothStreaming": False,
    },
    "Origins": {
        "Quantity": 1,
        "Items": [{"Id": "bucket", "DomainName": "b.s3.amazonaws.com", "OriginPath": "", "ConnectionAttempts": 2}],
    },
}


def nothing(ref: Ref | Pseudo) -> Json:
    return MISSING


def doc(**changes: Any) -> dict[str, Any]:
    listed = {"Id": "E1", "ARN": ARN, "Status": "Deployed", "Enabled": True, "DomainName": "d1.cloudfront.net"}
    return {**listed, "Config": {"ETag": "V1", "DistributionConfig": CONFIG}, "Tags": {"Items": []}, **changes}


def declared(**fields: Any) -> Distribution:
    origin = {"Id": "bucket", "DomainName": "b.s3.amazonaws.com", "OriginPath": ""}
    said: dict[str, Any] = {"origins": (origin,), "default_behavior": BEHAVIOR, **fields}
    return Distribution(name="site", **said)


@pytest.mark.parametrize(
    ("enabled", "status", "phase"),
    [
        (True, "Deployed", Phase.READY),
        (True, "InProgress", Phase.CREATING),
        (False, "InProgress", Phase.DELETING),
        (False, "Deployed", Phase.CREATING),
    ],
)
def test_a_distribution_is_there_once_it_is_everywhere(enabled: bool, status: str, phase: Phase) -> None:
    assert Distribution.phase(doc(Enabled=enabled, Status=status)) is phase


def test_a_distribution_goes_in_its_steps() -> None:
    (off,) = Distribution.delete(doc(), nothing, Removal())
    assert (off.operation, off.params["IfMatch"]) == ("UpdateDistribution", "V1")
    assert off.params["DistributionConfig"] == {**CONFIG, "Enabled": False}
    (gone,) = Distribution.delete(doc(Enabled=False), nothing, Removal())
    assert gone == Call("cloudfront", "DeleteDistribution", {"Id": "E1", "IfMatch": "V1"})


def test_what_differs_is_laid_over_the_document_and_nothing_else_moves() -> None:
    wanted = declared(
        aliases=("example.com", "www.example.com"), certificate="arn:cert", tls="TLSv1.2_2021", sni="sni-only"
    )
    found = tuple(d for d in wanted.differences(doc(), nothing) if d.attr in ("aliases", "certificate"))
    (call,) = wanted.update(doc(), found, nothing)
    assert call.params == {
        "Id": "E1",
        "IfMatch": "V1",
        "DistributionConfig": {
            **CONFIG,
            "Aliases": {"Quantity": 2, "Items": ["example.com", "www.example.com"]},
            "ViewerCertificate": {
                "ACMCertificateArn": "arn:cert",
                "CloudFrontDefaultCertificate": False,
                "MinimumProtocolVersion": "TLSv1.2_2021",
                "SSLSupportMethod": "sni-only",
            },
        },
    }


def test_new_names_wait_for_the_certificate_that_has_them() -> None:
    pending = Certificate(name="certificate", domain="a.example.com", names=("a.example.com",)).output(
        "Arn", ready=True
    )
    wanted = declared(aliases=("a.example.com",), certificate=pending, tls="TLSv1.2_2021", sni="sni-only")
    later = tuple(d for d in wanted.differences(doc(), nothing) if d.follows)
    assert {d.attr for d in later} == {"aliases", "tls", "sni", "certificate", "plain_certificate"}
    assert wanted.update(doc(), later, nothing) == ()


def test_a_behavior_keeps_what_is_not_declared_but_a_cache_policy_beside_ages() -> None:
    whole: dict[str, Json] = {**CONFIG}
    laid_over(whole, "DefaultCacheBehavior", BEHAVIOR)
    assert whole["DefaultCacheBehavior"] == {
        "TargetOriginId": "bucket",
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": {
            "Quantity": 2,
            "Items": ["GET", "HEAD"],
            "CachedMethods": {"Quantity": 2, "Items": ["GET", "HEAD"]},
        },
        "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
        "FunctionAssociations": {"Quantity": 0},
        "SmoothStreaming": False,
    }


def test_items_are_laid_over_those_of_their_key() -> None:
    whole: dict[str, Json] = {"Origins": CONFIG["Origins"]}
    laid_over(whole, "Origins.Items", ({"Id": "bucket", "DomainName": "c.s3.amazonaws.com"}, {"Id": "new"}))
    fresh = {"OriginPath": "", "CustomHeaders": {"Quantity": 0}, "S3OriginConfig": {"OriginAccessIdentity": ""}}
    assert whole["Origins"] == {
        "Quantity": 2,
        "Items": [
            {"Id": "bucket", "DomainName": "c.s3.amazonaws.com", "OriginPath": "", "ConnectionAttempts": 2},
            {"Id": "new", **fresh},
        ],
    }


def test_of_what_is_shown_only_what_we_say_is_compared() -> None:
    assert shared("origins", CONFIG["Origins"]["Items"]) == [
        {"Id": "bucket", "DomainName": "b.s3.amazonaws.com", "OriginPath": ""}
    ]
    assert shared("default_behavior", CONFIG["DefaultCacheBehavior"]) == {
        "TargetOriginId": "bucket",
        "AllowedMethods": ["GET", "HEAD"],
        "CachePolicyId": "theirs",
    }


def test_a_value_makes_one_invalidation_and_a_second_try_the_same() -> None:
    def calls(value: str, mark: str) -> tuple[Call, ...]:
        seen = doc(Tags={"Items": [{"Key": INVALIDATED, "Value": mark}] if mark else []})
        wanted = declared(invalidate=value)
        return wanted.update(
            seen, tuple(d for d in wanted.differences(seen, nothing) if d.attr == "invalidate"), nothing
        )

    first = calls("v1", "")
    assert [call.operation for call in first] == ["CreateInvalidation", "TagResource"]
    assert first == calls("v1", "")
    mark = first[1].params["Tags"]["Items"][0]["Value"]
    assert mark.startswith("v1 ")
    assert calls("v1", mark) == ()
    back = calls("v1", calls("v2", mark)[1].params["Tags"]["Items"][0]["Value"])
    assert (
        back[0].params["InvalidationBatch"]["CallerReference"]
        != first[0].params["InvalidationBatch"]["CallerReference"]
    )
    sent(first)


def test_a_function_is_written_and_then_published() -> None:
    wanted = Function(name="www", function_name="www", code="new")
    seen = {
        "Name": "www",
        "FunctionConfig": {"Comment": "", "Runtime": "cloudfront-js-2.0"},
        "ETag": "V1",
        "Draft": "old",
        "FunctionCode": "old",
        "Tags": {"Items": []},
    }

    def operations(seen: dict[str, Any]) -> list[str]:
        return [call.operation for call in wanted.update(seen, wanted.differences(seen, nothing), nothing)]

    assert operations(seen) == ["UpdateFunction"]
    assert operations({**seen, "Draft": "new"}) == ["PublishFunction"]
    assert operations({**seen, "Draft": "new", "FunctionCode": "new"}) == []
    assert Function.phase({**seen, "FunctionCode": None}) is Phase.CREATING


def test_a_certificate_shows_one_record_for_each_name_that_is_proved_by_itself() -> None:
    def option(name: str, base: str) -> dict[str, Any]:
        return {"DomainName": name, "ResourceRecord": {"Name": f"_x.{base}.", "Type": "CNAME", "Value": f"_y.{base}."}}

    options = [option("b.com", "b.com"), option("*.b.com", "b.com"), option("a.com", "a.com")]
    (shown,) = Certificate.members({"CertificateArn": "arn", "Described": {"DomainValidationOptions": options}})
    assert [record["Name"] for record in shown["Records"]] == ["_x.a.com.", "_x.b.com."]
    assert proved(("b.com", "*.b.com", "A.com")) == ("a.com", "b.com")
    half = [{"DomainName": "a.com"}, option("b.com", "b.com")]
    (early,) = Certificate.members({"CertificateArn": "arn", "Described": {"DomainValidationOptions": half}})
    assert "Records" not in early


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("PENDING_VALIDATION", Phase.CREATING),
        ("ISSUED", Phase.READY),
        ("FAILED", Phase.FAILED),
        ("VALIDATION_TIMED_OUT", Phase.FAILED),
        ("EXPIRED", Phase.FAILED),
    ],
)
def test_a_certificate_is_good_once_it_is_issued(status: str, phase: Phase) -> None:
    assert Certificate.phase({"Status": status}) is phase
