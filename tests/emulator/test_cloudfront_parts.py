"""What distributions in the emulator refer to: access controls, policies, functions; and what they fetch anew."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import Aws, code
from tests.emulator.edge import OPTIMIZED, SECURITY, Edge, some

CODE = b"function handler(event) { return event.request; }"
FUNCTION = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
HEADERS = {
    "Name": "site",
    "SecurityHeadersConfig": {"ContentTypeOptions": {"Override": True}},
    "ServerTimingHeadersConfig": {"Enabled": True, "SamplingRate": 2.5},
}
CACHE = {
    "Name": "week",
    "MinTTL": 0,
    "DefaultTTL": 604800,
    "MaxTTL": 604800,
    "ParametersInCacheKeyAndForwardedToOrigin": {
        "EnableAcceptEncodingGzip": True,
        "EnableAcceptEncodingBrotli": True,
        "HeadersConfig": {"HeaderBehavior": "none"},
        "CookiesConfig": {"CookieBehavior": "none"},
        "QueryStringsConfig": {"QueryStringBehavior": "none"},
    },
}


@pytest.fixture
def edge(aws: Aws) -> Edge:
    return Edge.on(aws)


def behavior(**more: Any) -> dict[str, Any]:
    given = {"TargetOriginId": "bucket", "ViewerProtocolPolicy": "allow-all", "CachePolicyId": OPTIMIZED}
    return {**given, **more}


# ---- access controls ------------------------------------------------------------------------------------------


def test_an_access_control_is_read_changed_listed_and_deleted(edge: Edge) -> None:
    id = edge.control("site")
    read = edge.client.get_origin_access_control_config(Id=id)
    config = {**read["OriginAccessControlConfig"], "Description": "of the site"}
    given = {"Id": id, "OriginAccessControlConfig": config}
    changed = edge.client.update_origin_access_control(IfMatch=read["ETag"], **given)
    listed = edge.client.list_origin_access_controls()["OriginAccessControlList"]
    assert (listed["Items"], listed["IsTruncated"]) == ([{"Id": id, **config}], False)
    update = edge.client.update_origin_access_control
    assert code(update, IfMatch=read["ETag"], **given) == "PreconditionFailed"
    assert code(edge.client.delete_origin_access_control, Id=id) == "InvalidIfMatchVersion"
    edge.client.delete_origin_access_control(Id=id, IfMatch=changed["ETag"])
    assert code(edge.client.get_origin_access_control, Id=id) == "NoSuchOriginAccessControl"


def test_a_name_of_an_access_control_is_taken_once(edge: Edge) -> None:
    edge.control("site")
    assert code(edge.control, name="site") == "OriginAccessControlAlreadyExists"


def test_an_access_control_stays_while_a_distribution_has_it(edge: Edge) -> None:
    control = edge.control()
    origin = {
        "Id": "bucket",
        "DomainName": "site.s3.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
        "OriginAccessControlId": control,
    }
    id = edge.create(Origins=some(origin))
    etag = edge.client.get_origin_access_control(Id=control)["ETag"]
    remove = edge.client.delete_origin_access_control
    assert code(remove, Id=control, IfMatch=etag) == "OriginAccessControlInUse"
    edge.remove(id)
    remove(Id=control, IfMatch=etag)
    assert edge.client.list_origin_access_controls()["OriginAccessControlList"]["Quantity"] == 0


# ---- policies -------------------------------------------------------------------------------------------------


def test_policies_of_awss_own_are_there_for_everybody_and_closed(edge: Edge) -> None:
    cache = edge.client.get_cache_policy(Id=OPTIMIZED)
    config = cache["CachePolicy"]["CachePolicyConfig"]
    assert [config[key] for key in ("Name", "MinTTL", "DefaultTTL", "MaxTTL")] == [
        "Managed-CachingOptimized",
        1,
        86400,
        31536000,
    ]
    assert code(edge.client.delete_cache_policy, Id=OPTIMIZED, IfMatch=cache["ETag"]) == "AccessDenied"
    headers = edge.client.get_response_headers_policy_config(Id=SECURITY)["ResponseHeadersPolicyConfig"]
    assert headers["SecurityHeadersConfig"]["FrameOptions"] == {"Override": False, "FrameOption": "SAMEORIGIN"}
    listed = edge.client.list_origin_request_policies(Type="managed")["OriginRequestPolicyList"]
    assert {one["Type"] for one in listed["Items"]} == {"managed"}
    assert edge.client.list_cache_policies(Type="custom")["CachePolicyList"]["Quantity"] == 0


def test_a_response_headers_policy_lives_beside_them(edge: Edge) -> None:
    made = edge.client.create_response_headers_policy(ResponseHeadersPolicyConfig=HEADERS)
    id = made["ResponseHeadersPolicy"]["Id"]
    [listed] = edge.client.list_response_headers_policies(Type="custom")["ResponseHeadersPolicyList"]["Items"]
    assert listed["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"] == {"Comment": "", **HEADERS}
    again = edge.client.create_response_headers_policy
    assert code(again, ResponseHeadersPolicyConfig=HEADERS) == "ResponseHeadersPolicyAlreadyExists"
    used = edge.create(DefaultCacheBehavior=behavior(ResponseHeadersPolicyId=id))
    remove = edge.client.delete_response_headers_policy
    assert code(remove, Id=id, IfMatch=made["ETag"]) == "ResponseHeadersPolicyInUse"
    config = {**HEADERS, "Comment": "changed"}
    changed = edge.client.update_response_headers_policy(
        Id=id, IfMatch=made["ETag"], ResponseHeadersPolicyConfig=config
    )
    edge.remove(used)
    remove(Id=id, IfMatch=changed["ETag"])
    assert code(edge.client.get_response_headers_policy, Id=id) == "NoSuchResponseHeadersPolicy"


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"Name": "empty"}, "InvalidArgument"),
        (
            {
                "Name": "long",
                "SecurityHeadersConfig": {
                    "ContentSecurityPolicy": {"Override": True, "ContentSecurityPolicy": "a" * 1784}
                },
            },
            "TooLongCSPInResponseHeadersPolicy",
        ),
        (
            {"Name": "miscounted", "CustomHeadersConfig": {"Quantity": 1, "Items": []}},
            "InconsistentQuantities",
        ),
    ],
)
def test_a_headers_policy_that_says_nothing_or_too_much_is_refused(
    edge: Edge, config: dict[str, Any], said: str
) -> None:
    assert code(edge.client.create_response_headers_policy, ResponseHeadersPolicyConfig=config) == said


def test_a_cache_policy_lives_beside_them(edge: Edge) -> None:
    made = edge.client.create_cache_policy(CachePolicyConfig=CACHE)
    id = made["CachePolicy"]["Id"]
    used = edge.create(DefaultCacheBehavior=behavior(CachePolicyId=id))
    remove = edge.client.delete_cache_policy
    assert code(remove, Id=id, IfMatch=made["ETag"]) == "CachePolicyInUse"
    edge.remove(used)
    remove(Id=id, IfMatch=made["ETag"])
    upside_down = {**CACHE, "MinTTL": 604801}
    assert code(edge.client.create_cache_policy, CachePolicyConfig=upside_down) == "InvalidArgument"


def test_more_policies_and_controls_than_the_quotas_are_refused(edge: Edge) -> None:
    names = ("cache-policies", "origin-access-controls", "response-headers-policies")
    edge.aws.emulator.put_quotas({f"cloudfront.{name}": 0 for name in names})
    client = edge.client
    assert code(edge.control) == "TooManyOriginAccessControls"
    assert code(client.create_cache_policy, CachePolicyConfig=CACHE) == "TooManyCachePolicies"
    given = {"ResponseHeadersPolicyConfig": HEADERS}
    assert code(client.create_response_headers_policy, **given) == "TooManyResponseHeadersPolicies"


# ---- functions ------------------------------------------------------------------------------------------------


def test_a_function_is_worked_on_and_published(edge: Edge) -> None:
    made = edge.client.create_function(Name="www", FunctionConfig=FUNCTION, FunctionCode=CODE)
    assert made["FunctionSummary"]["Status"] == "UNPUBLISHED"
    assert code(edge.client.get_function, Name="www", Stage="LIVE") == "NoSuchFunctionExists"
    edge.client.publish_function(Name="www", IfMatch=made["ETag"])
    update = edge.client.update_function
    changed = update(Name="www", IfMatch=made["ETag"], FunctionConfig=FUNCTION, FunctionCode=CODE + b"// b")
    stale = {"Name": "www", "IfMatch": made["ETag"], "FunctionConfig": FUNCTION, "FunctionCode": CODE}
    assert code(update, **stale) == "PreconditionFailed"
    codes = {s: edge.client.get_function(Name="www", Stage=s)["FunctionCode"].read() for s in ("LIVE", "DEVELOPMENT")}
    assert codes == {"LIVE": CODE, "DEVELOPMENT": CODE + b"// b"}
    assert edge.client.describe_function(Name="www")["ETag"] == changed["ETag"]
    stages = edge.client.list_functions()["FunctionList"]["Items"]
    seen = [(one["Name"], one["FunctionMetadata"]["Stage"], one["Status"]) for one in stages]
    assert seen == [("www", "DEVELOPMENT", "UNPUBLISHED"), ("www", "LIVE", "UNASSOCIATED")]


def test_only_what_is_live_is_run_and_what_is_run_stays(edge: Edge) -> None:
    made = edge.client.create_function(Name="www", FunctionConfig=FUNCTION, FunctionCode=CODE)
    arn = made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    uses = behavior(FunctionAssociations=some({"FunctionARN": arn, "EventType": "viewer-request"}))
    assert code(edge.create, DefaultCacheBehavior=uses) == "InvalidFunctionAssociation"
    edge.client.publish_function(Name="www", IfMatch=made["ETag"])
    id = edge.create(DefaultCacheBehavior=uses)
    assert edge.client.describe_function(Name="www", Stage="LIVE")["FunctionSummary"]["Status"] == "DEPLOYED"
    assert code(edge.client.delete_function, Name="www", IfMatch=made["ETag"]) == "FunctionInUse"
    edge.remove(id)
    edge.client.delete_function(Name="www", IfMatch=made["ETag"])
    assert code(edge.client.describe_function, Name="www") == "NoSuchFunctionExists"


def test_a_function_has_tags(edge: Edge) -> None:
    tags = {"Items": [{"Key": "a", "Value": "1"}]}
    made = edge.client.create_function(Name="www", FunctionConfig=FUNCTION, FunctionCode=CODE, Tags=tags)
    arn = made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    edge.client.tag_resource(Resource=arn, Tags={"Items": [{"Key": "b", "Value": "2"}]})
    edge.client.untag_resource(Resource=arn, TagKeys={"Items": ["a"]})
    assert edge.client.list_tags_for_resource(Resource=arn)["Tags"]["Items"] == [{"Key": "b", "Value": "2"}]


def test_a_function_that_cannot_be_is_refused(edge: Edge) -> None:
    create = edge.client.create_function
    create(Name="www", FunctionConfig=FUNCTION, FunctionCode=CODE)
    assert code(create, Name="www", FunctionConfig=FUNCTION, FunctionCode=CODE) == "FunctionAlreadyExists"
    large = CODE + b" " * 10240
    assert code(create, Name="b", FunctionConfig=FUNCTION, FunctionCode=large) == "FunctionSizeLimitExceeded"
    assert code(create, Name="c", FunctionConfig=FUNCTION, FunctionCode=b"1 + 1") == "InvalidArgument"
    edge.aws.emulator.put_quotas({"cloudfront.functions": 1})
    assert code(create, Name="d", FunctionConfig=FUNCTION, FunctionCode=CODE) == "TooManyFunctions"


# ---- invalidations --------------------------------------------------------------------------------------------


def invalidate(edge: Edge, id: str, reference: str, *paths: str) -> dict[str, Any]:
    batch = {"Paths": some(*paths), "CallerReference": reference}
    return edge.client.create_invalidation(DistributionId=id, InvalidationBatch=batch)["Invalidation"]


def test_an_invalidation_takes_a_while_and_is_the_same_by_its_reference(edge: Edge) -> None:
    edge.aws.delays({"cloudfront.invalidation.create": 10})
    id = edge.create()
    first = invalidate(edge, id, "a", "/index.html", "/*")
    assert invalidate(edge, id, "a", "/index.html", "/*") == first
    assert code(lambda: invalidate(edge, id, "a", "/other")) == "InvalidArgument"
    shown = edge.client.get_distribution(Id=id)["Distribution"]
    assert (first["Status"], shown["InProgressInvalidationBatches"]) == ("InProgress", 1)
    edge.aws.emulator.advance(10)
    read = edge.client.get_invalidation(DistributionId=id, Id=first["Id"])["Invalidation"]
    assert read == {**first, "Status": "Completed"}
    invalidate(edge, id, "b", "/*")
    listed = edge.client.list_invalidations(DistributionId=id, MaxItems="1")["InvalidationList"]
    assert ([one["Status"] for one in listed["Items"]], listed["IsTruncated"]) == (["InProgress"], True)


@pytest.mark.parametrize("paths", [(), ("index.html",), ("/a*b",)])
def test_paths_that_are_none_are_refused(edge: Edge, paths: tuple[str, ...]) -> None:
    id = edge.create()
    assert code(lambda: invalidate(edge, id, "a", *paths)) == "InvalidArgument"


def test_no_more_paths_wait_than_the_quota_allows(edge: Edge) -> None:
    edge.aws.delays({"cloudfront.invalidation.create": 10})
    edge.aws.emulator.put_quotas({"cloudfront.invalidated-paths": 2})
    id = edge.create()
    invalidate(edge, id, "a", "/a", "/b")
    assert code(lambda: invalidate(edge, id, "b", "/c")) == "TooManyInvalidationsInProgress"
    assert code(edge.client.get_invalidation, DistributionId=id, Id="I0") == "NoSuchInvalidation"
