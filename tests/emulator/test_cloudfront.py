"""CloudFront's distributions in the emulator: slow, guarded by ETags, complete, and refused for what AWS refuses."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from tests.emulator.conftest import Aws, code
from tests.emulator.edge import OPTIMIZED, SECURITY, Edge, some

UNKNOWN = "00000000-0000-0000-0000-000000000000"


COMPLETE: dict[str, Any] = {
    "CallerReference": "one",
    "Aliases": {"Quantity": 0},
    "DefaultRootObject": "",
    "Origins": some(
        {
            "Id": "bucket",
            "DomainName": "example-site.s3.us-east-1.amazonaws.com",
            "OriginPath": "",
            "CustomHeaders": {"Quantity": 0},
            "S3OriginConfig": {"OriginAccessIdentity": "", "OriginReadTimeout": 30},
            "ConnectionAttempts": 3,
            "ConnectionTimeout": 10,
            "OriginShield": {"Enabled": False},
            "OriginAccessControlId": "",
        }
    ),
    "OriginGroups": {"Quantity": 0},
    "DefaultCacheBehavior": {
        "TargetOriginId": "bucket",
        "TrustedSigners": {"Enabled": False, "Quantity": 0},
        "TrustedKeyGroups": {"Enabled": False, "Quantity": 0},
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": {**some("HEAD", "GET"), "CachedMethods": some("HEAD", "GET")},
        "SmoothStreaming": False,
        "Compress": False,
        "LambdaFunctionAssociations": {"Quantity": 0},
        "FunctionAssociations": {"Quantity": 0},
        "FieldLevelEncryptionId": "",
        "CachePolicyId": OPTIMIZED,
        "GrpcConfig": {"Enabled": False},
    },
    "CacheBehaviors": {"Quantity": 0},
    "CustomErrorResponses": {"Quantity": 0},
    "Comment": "",
    "Logging": {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""},
    "PriceClass": "PriceClass_All",
    "Enabled": True,
    "ViewerCertificate": {
        "CloudFrontDefaultCertificate": True,
        "SSLSupportMethod": "vip",
        "MinimumProtocolVersion": "TLSv1",
        "CertificateSource": "cloudfront",
    },
    "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
    "WebACLId": "",
    "HttpVersion": "http2",
    "IsIPV6Enabled": False,
    "ContinuousDeploymentPolicyId": "",
    "Staging": False,
}


@pytest.fixture
def edge(aws: Aws) -> Edge:
    return Edge.on(aws)


def abroad(edge: Edge) -> Any:
    """CloudFront of another account."""
    sts = edge.aws.client("sts")
    role = sts.assume_role(RoleArn="arn:aws:iam::999999999999:role/x", RoleSessionName="stranger")["Credentials"]
    session = boto3.session.Session(role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"], "us-east-1")
    edge.aws.emulator.attach(session)
    return session.client("cloudfront", endpoint_url="http://127.0.0.1")


def test_a_distribution_and_each_change_of_it_take_a_while_to_be_everywhere(edge: Edge) -> None:
    edge.aws.delays({"cloudfront.distribution.deploy": 10})
    id = edge.create()
    seen = [edge.status(id)]
    edge.aws.emulator.advance(10)
    seen.append(edge.status(id))
    edge.change(id, Comment="a")
    edge.aws.emulator.advance(6)
    edge.change(id, Comment="b")
    edge.aws.emulator.advance(6)
    seen.append(edge.status(id))
    edge.aws.emulator.advance(4)
    seen.append(edge.status(id))
    assert seen == ["InProgress", "Deployed", "InProgress", "Deployed"]


def test_what_nobody_said_is_shown_with_awss_defaults(edge: Edge) -> None:
    id = edge.create()
    config = edge.client.get_distribution_config(Id=id)["DistributionConfig"]
    assert config == COMPLETE


def test_every_field_is_kept_as_it_was_sent(edge: Edge) -> None:
    errors = some(
        {"ErrorCode": 403, "ResponsePagePath": "/index.html", "ResponseCode": "200", "ErrorCachingMinTTL": 0},
        {"ErrorCode": 404, "ResponsePagePath": "/index.html", "ResponseCode": "200", "ErrorCachingMinTTL": 60},
    )
    behavior = {
        "PathPattern": "*.js",
        "TargetOriginId": "bucket",
        "ViewerProtocolPolicy": "https-only",
        "Compress": True,
        "CachePolicyId": OPTIMIZED,
        "ResponseHeadersPolicyId": SECURITY,
        "AllowedMethods": {**some("GET", "HEAD", "OPTIONS"), "CachedMethods": some("GET", "HEAD")},
    }
    given: dict[str, Any] = {
        "DefaultRootObject": "index.html",
        "CustomErrorResponses": errors,
        "PriceClass": "PriceClass_100",
        "HttpVersion": "http2and3",
        "IsIPV6Enabled": True,
        "Comment": "the site",
    }
    id = edge.create(CacheBehaviors=some(behavior), **given)
    config = edge.client.get_distribution_config(Id=id)["DistributionConfig"]
    assert {name: config[name] for name in given} == given
    [kept] = config["CacheBehaviors"]["Items"]
    assert {**kept, **behavior, "AllowedMethods": kept["AllowedMethods"]} == kept
    assert kept["AllowedMethods"]["Items"] == ["HEAD", "GET", "OPTIONS"]


def test_a_caller_reference_is_good_for_one_distribution(edge: Edge) -> None:
    id = edge.create()
    assert code(edge.create) == "DistributionAlreadyExists"
    edge.remove(id)
    assert code(edge.create) == "DistributionAlreadyExists"
    assert code(edge.client.get_distribution, Id=id) == "NoSuchDistribution"


def test_an_update_must_know_the_present_version(edge: Edge) -> None:
    id = edge.create()
    first = edge.client.get_distribution_config(Id=id)
    config = first["DistributionConfig"]
    second = edge.change(id, Comment="changed")
    update, remove = edge.client.update_distribution, edge.client.delete_distribution
    assert second["ETag"] not in ("", first["ETag"])
    assert code(update, Id=id, IfMatch=first["ETag"], DistributionConfig=config) == "PreconditionFailed"
    assert code(update, Id=id, IfMatch="E000", DistributionConfig=config) == "InvalidIfMatchVersion"
    assert code(update, Id=id, DistributionConfig=config) == "InvalidIfMatchVersion"
    assert code(remove, Id=id, IfMatch=first["ETag"]) == "PreconditionFailed"
    assert code(remove, Id=id) == "InvalidIfMatchVersion"
    assert edge.client.get_distribution_config(Id=id)["DistributionConfig"]["Comment"] == "changed"


@pytest.mark.parametrize(
    "name", ["Aliases", "CacheBehaviors", "CustomErrorResponses", "DefaultRootObject", "HttpVersion", "Logging"]
)
def test_an_update_says_everything_again(edge: Edge, name: str) -> None:
    id = edge.create()
    read = edge.client.get_distribution_config(Id=id)
    config = {key: value for key, value in read["DistributionConfig"].items() if key != name}
    given = {"Id": id, "IfMatch": read["ETag"], "DistributionConfig": config}
    assert code(edge.client.update_distribution, **given) == "InvalidArgument"


def test_a_caller_reference_never_changes(edge: Edge) -> None:
    assert code(edge.change, id=edge.create(), CallerReference="two") == "IllegalUpdate"


def test_only_what_is_disabled_everywhere_can_be_deleted(edge: Edge) -> None:
    edge.aws.delays({"cloudfront.distribution.deploy": 10})
    id = edge.create()
    edge.aws.emulator.advance(10)
    etag = edge.client.get_distribution(Id=id)["ETag"]
    assert code(edge.client.delete_distribution, Id=id, IfMatch=etag) == "DistributionNotDisabled"
    etag = edge.change(id, Enabled=False)["ETag"]
    assert code(edge.client.delete_distribution, Id=id, IfMatch=etag) == "DistributionNotDisabled"
    edge.aws.emulator.advance(10)
    edge.client.delete_distribution(Id=id, IfMatch=etag)
    assert edge.client.list_distributions()["DistributionList"]["Quantity"] == 0


def test_lists_come_in_pages(edge: Edge) -> None:
    ids = [edge.create(reference) for reference in "abc"]
    first = edge.client.list_distributions(MaxItems="2")["DistributionList"]
    rest = edge.client.list_distributions(MaxItems="2", Marker=first["NextMarker"])["DistributionList"]
    pages = [([one["Id"] for one in page["Items"]], page["IsTruncated"]) for page in (first, rest)]
    assert pages == [(ids[:2], True), (ids[2:], False)]
    whole = edge.client.get_distribution(Id=ids[0])
    shown = {**whole["Distribution"]["DistributionConfig"], **whole["Distribution"], "ETag": whole["ETag"]}
    assert {key: shown[key] for key in first["Items"][0]} == first["Items"][0]
    assert code(edge.client.list_distributions, Marker="E000") == "InvalidArgument"


def test_tags_come_with_it_and_change_without_a_new_version(edge: Edge) -> None:
    given = {"DistributionConfig": edge.config(), "Tags": {"Items": [{"Key": "a", "Value": "1"}]}}
    made = edge.client.create_distribution_with_tags(DistributionConfigWithTags=given)
    arn = made["Distribution"]["ARN"]
    edge.client.tag_resource(Resource=arn, Tags={"Items": [{"Key": "b", "Value": "2"}]})
    edge.client.untag_resource(Resource=arn, TagKeys={"Items": ["a", "c"]})
    read = edge.client.list_tags_for_resource(Resource=arn)["Tags"]["Items"]
    assert (read, edge.client.get_distribution(Id=made["Distribution"]["Id"])["ETag"]) == (
        [{"Key": "b", "Value": "2"}],
        made["ETag"],
    )
    own = {"Items": [{"Key": "aws:x", "Value": ""}]}
    assert code(edge.client.tag_resource, Resource=arn, Tags=own) == "InvalidTagging"
    assert code(edge.client.list_tags_for_resource, Resource=f"{arn}x") == "NoSuchResource"


# ---- names and certificates -----------------------------------------------------------------------------------


def named(edge: Edge, arn: str, *names: str) -> dict[str, Any]:
    """The parts of a configuration that give it names of its own."""
    viewer = {"ACMCertificateArn": arn, "SSLSupportMethod": "sni-only", "MinimumProtocolVersion": "TLSv1.2_2021"}
    return {"Aliases": some(*names), "ViewerCertificate": viewer}


def test_a_certificate_is_shown_with_where_it_comes_from(edge: Edge) -> None:
    arn = edge.issued("example.com", "*.example.com")
    id = edge.create(**named(edge, arn, "example.com", "www.example.com"))
    shown = edge.client.get_distribution(Id=id)["Distribution"]
    assert shown["DistributionConfig"]["ViewerCertificate"] == {
        "CloudFrontDefaultCertificate": False,
        "ACMCertificateArn": arn,
        "SSLSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "Certificate": arn,
        "CertificateSource": "acm",
    }
    assert [one["CNAME"] for one in shown["AliasICPRecordals"]] == ["example.com", "www.example.com"]


def test_a_name_belongs_to_one_distribution_in_the_world(edge: Edge) -> None:
    arn = edge.issued("example.com", "www.example.com")
    edge.create("one", **named(edge, arn, "example.com", "www.example.com"))
    other = edge.create("two")
    assert code(edge.create, reference="three", **named(edge, arn, "www.example.com")) == "CNAMEAlreadyExists"
    assert code(edge.change, id=other, **named(edge, arn, "www.example.com")) == "CNAMEAlreadyExists"


def test_a_certificate_must_be_issued_here_and_cover_every_name(edge: Edge) -> None:
    zone = edge.zone()
    good = edge.issued("example.com", "*.example.com", zone=zone)
    far = edge.issued("example.com", zone=zone, region="eu-west-1")
    pending = edge.requested("www.example.com")
    cases = {
        "not covered": named(edge, good, "a.b.example.com"),
        "another region": named(edge, far, "example.com"),
        "not issued": named(edge, pending, "www.example.com"),
        "none at all": {"Aliases": some("example.com")},
        "unknown": named(edge, f"{good}0", "example.com"),
    }
    said = {what: code(edge.create, reference=what, **given) for what, given in cases.items()}
    assert said == dict.fromkeys(cases, "InvalidViewerCertificate")
    stranger = abroad(edge)
    config = edge.config(**named(edge, good, "example.com"))
    assert code(stranger.create_distribution, DistributionConfig=config) == "InvalidViewerCertificate"


# ---- refusals -------------------------------------------------------------------------------------------------


def behavior(**more: Any) -> dict[str, Any]:
    given = {"TargetOriginId": "bucket", "ViewerProtocolPolicy": "allow-all", "CachePolicyId": OPTIMIZED}
    return {**given, **more}


def origin(**more: Any) -> dict[str, Any]:
    given = {"Id": "bucket", "DomainName": "site.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    return some({**given, **more})


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"DefaultCacheBehavior": behavior(TargetOriginId="elsewhere")}, "NoSuchOrigin"),
    ({"DefaultCacheBehavior": behavior(CachePolicyId=UNKNOWN)}, "NoSuchCachePolicy"),
    ({"DefaultCacheBehavior": behavior(ResponseHeadersPolicyId=UNKNOWN)}, "NoSuchResponseHeadersPolicy"),
    ({"DefaultCacheBehavior": behavior(OriginRequestPolicyId=UNKNOWN)}, "NoSuchOriginRequestPolicy"),
    (
        {"DefaultCacheBehavior": {"TargetOriginId": "bucket", "ViewerProtocolPolicy": "allow-all"}},
        "InvalidArgument",
    ),
    ({"DefaultCacheBehavior": behavior(ViewerProtocolPolicy="http")}, "MalformedXML"),
    ({"CacheBehaviors": some(behavior(PathPattern="*.js"), behavior(PathPattern="*.js"))}, "InvalidArgument"),
    ({"DefaultCacheBehavior": behavior(AllowedMethods=some("GET", "PUT"))}, "InvalidArgument"),
    ({"Origins": origin(OriginAccessControlId="E0000000000000")}, "InvalidOriginAccessControl"),
    ({"Origins": origin(DomainName="example.com")}, "InvalidArgument"),
    ({"Origins": origin(OriginPath="web")}, "InvalidArgument"),
    ({"Origins": {**origin(), "Quantity": 2}}, "InconsistentQuantities"),
    ({"DefaultRootObject": "/index.html"}, "InvalidDefaultRootObject"),
    ({"CustomErrorResponses": some({"ErrorCode": 402})}, "InvalidErrorCode"),
    ({"CustomErrorResponses": some({"ErrorCode": 404, "ResponsePagePath": "/a"})}, "InvalidResponseCode"),
    (
        {"CustomErrorResponses": some({"ErrorCode": 404, "ResponsePagePath": "a", "ResponseCode": "200"})},
        "InvalidRelativePath",
    ),
]


@pytest.mark.parametrize(("given", "said"), REFUSED)
def test_what_cannot_be_is_refused(edge: Edge, given: dict[str, Any], said: str) -> None:
    assert code(edge.create, **given) == said
    assert edge.client.list_distributions()["DistributionList"]["Quantity"] == 0


def test_more_than_the_quotas_is_refused(edge: Edge) -> None:
    edge.aws.emulator.put_quotas(
        {
            "cloudfront.distributions": 2,
            "cloudfront.distributions-per-access-control": 1,
            "cloudfront.cache-behaviors": 1,
            "cloudfront.names": 1,
        }
    )
    control = edge.control()
    edge.create("one", Origins=origin(OriginAccessControlId=control))
    shared = "TooManyDistributionsAssociatedToOriginAccessControl"
    assert code(edge.create, reference="two", Origins=origin(OriginAccessControlId=control)) == shared
    many = some(behavior(PathPattern="*.js"), behavior(PathPattern="*.css"))
    assert code(edge.create, reference="two", CacheBehaviors=many) == "TooManyCacheBehaviors"
    names = some("a.example.com", "b.example.com")
    assert code(edge.create, reference="two", Aliases=names) == "TooManyDistributionCNAMEs"
    edge.create("two")
    assert code(edge.create, reference="three") == "TooManyDistributions"


def test_what_is_not_there_says_so(edge: Edge) -> None:
    given = {"CloudFrontOriginAccessIdentityConfig": {"CallerReference": "a", "Comment": ""}}
    assert code(edge.client.create_cloud_front_origin_access_identity, **given) == "MotoNotImplemented"
