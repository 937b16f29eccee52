"""How a StaticSite compiles, and how it lives in an AWS: made, changed behind our back, renamed, and taken down."""

from __future__ import annotations

from typing import Any

import pytest

from tests.house import Address, House
from trueup.core.naming import Identity
from trueup.core.values import Json, Pseudo, Ref, resolve
from trueup.kinds.common.kind import Context, Peer
from trueup.kinds.dnszone.spec import DnsZoneSpec
from trueup.kinds.staticsite import KIND
from trueup.kinds.staticsite.spec import StaticSiteSpec
from trueup.resources.cloudfront import Distribution, Function
from trueup.resources.route53 import RecordSet
from trueup.resources.s3 import SharedPolicy

SITE: Address = ("StaticSite", "shop", "web")
IDENTITY = Identity("main", "StaticSite", "shop", "web")
ZONE = Peer(Identity("main", "DnsZone", "shop", "home"), DnsZoneSpec(domain="example.com"), "us-east-1")


def context(region: str = "eu-central-1", zone: Peer | None = ZONE, **spec: Any) -> Context:
    return Context(IDENTITY, StaticSiteSpec.model_validate(spec), region, lambda kind, name: zone)


def filled(ref: Ref | Pseudo) -> Json:
    return "123456789012" if isinstance(ref, Pseudo) else f"<{ref.key.name} {ref.path}>"


def part(kind: type[Any], ctx: Context) -> Any:
    return next(node.resource for node in KIND.compose(ctx) if type(node.resource) is kind)


def test_a_site_without_names_is_a_bucket_and_what_serves_it() -> None:
    assert [str(node.resource.key) for node in KIND.compose(context())] == [
        "AWS::S3::Bucket/bucket",
        "AWS::S3::PublicAccessBlock/public-access",
        "AWS::S3::OwnershipControls/ownership",
        "AWS::S3::BucketEncryption/encryption",
        "AWS::CloudFront::OriginAccessControl/access",
        "AWS::CloudFront::Distribution/distribution",
        "AWS::S3::BucketPolicy/policy",
    ]


def test_only_this_distribution_reads_and_nobody_without_tls() -> None:
    policy = part(SharedPolicy, context(bucketName="the-web"))
    reads, tls = resolve(policy.document, filled)["Statement"]
    assert (tls["Sid"], tls["Effect"]) == ("OnlyWithTLS", "Deny")
    assert reads == {
        "Sid": "OnlyThisDistribution",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::the-web/*",
        "Condition": {"StringEquals": {"AWS:SourceArn": "<distribution ARN>"}},
    }


@pytest.mark.parametrize(
    ("region", "domain"),
    [
        ("eu-central-1", "<bucket Name>.s3.eu-central-1.amazonaws.com"),
        ("cn-north-1", "<bucket Name>.s3.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_the_origin_is_the_bucket_in_its_own_region(region: str, domain: str) -> None:
    (origin,) = resolve(part(Distribution, context(region)).origins, filled)
    assert origin["DomainName"] == domain


def test_rules_are_behaviours_in_their_order_and_what_none_names_keeps_its_own_headers_word() -> None:
    rules = [{"pattern": "index.html", "maxAgeSeconds": 0}, {"pattern": "*.js", "maxAgeSeconds": 31536000}]
    made = part(Distribution, context(cache=rules))
    kept = [(one["PathPattern"], one["MinTTL"], one["DefaultTTL"], one["MaxTTL"]) for one in made.behaviors]
    assert kept == [("index.html", 0, 0, 0), ("*.js", 0, 31536000, 31536000)]
    assert [made.default_behavior[name] for name in ("MinTTL", "DefaultTTL", "MaxTTL")] == [0, 0, 31536000]


def test_www_leads_to_each_domain_but_those_that_have_it() -> None:
    names = ["example.com", "www.shop.example.com", "*.example.com"]
    ctx = context(domains=names, wwwRedirect=True, zoneRef={"name": "home"})
    made = part(Distribution, ctx)
    assert made.aliases == ("example.com", "www.shop.example.com", "*.example.com", "www.example.com")
    assert part(Function, ctx).code.splitlines()[0] == 'var domains = {"www.example.com": "example.com"};'


def test_a_domain_outside_the_zone_is_refused_and_the_site_made_without_it() -> None:
    graph = KIND.compose(context(domains=["example.com", "example.org", "notexample.com"], zoneRef={"name": "home"}))
    assert [problem.message.split(":")[0] for problem in graph.problems] == [
        'example.org is not in DnsZone "home", which is example.com',
        'notexample.com is not in DnsZone "home", which is example.com',
    ]
    assert next(n.resource for n in graph if isinstance(n.resource, Distribution)).aliases == ("example.com",)


def test_a_domain_that_reads_as_a_wildcard_has_records_of_its_own() -> None:
    graph = KIND.compose(context(domains=["*.example.com", "wildcard.example.com"], zoneRef={"name": "home"}))
    found = {node.resource.name: node.resource.record_name for node in graph if isinstance(node.resource, RecordSet)}
    assert [found[f"{name}.example.com-a"] for name in ("wildcard", "=wildcard")] == [
        "*.example.com",
        "wildcard.example.com",
    ]


def test_a_zone_that_is_not_there_is_waited_for() -> None:
    graph = KIND.compose(context(zone=None, domains=["example.com"], zoneRef={"name": "home"}))
    assert [wait.message for wait in graph.waits] == ['DnsZone "home" does not exist in namespace shop yet.']


# ---- in an AWS ------------------------------------------------------------------------------------------------------


def put(house: House, kind: str, name: str, **spec: Any) -> None:
    house.apply({"kind": kind, "metadata": {"name": name, "namespace": "shop"}, "spec": spec})


def applied(house: House, **spec: Any) -> None:
    put(house, "DnsZone", "home", domain="example.com")
    put(house, "StaticSite", "web", **spec)
    settled(house)


def settled(house: House) -> None:
    house.settle()
    for _ in range(3):
        house.clock.advance(95)
        house.sweep()
    house.settle()


def config(house: House) -> tuple[dict[str, Any], str, str]:
    id = house.status(SITE)["outputs"]["distributionId"]
    said = house.client("cloudfront").get_distribution_config(Id=id)
    return said["DistributionConfig"], said["ETag"], id


def test_a_name_that_somebody_takes_off_is_put_back_and_what_they_added_stays(house: House) -> None:
    applied(house, domains=["example.com", "app.example.com"], zoneRef={"name": "home"})
    found, tag, id = config(house)
    found["Aliases"] = {"Quantity": 1, "Items": ["example.com"]}
    found["Origins"]["Items"][0]["ConnectionAttempts"] = 2
    found["HttpVersion"] = "http2"
    house.client("cloudfront").update_distribution(Id=id, IfMatch=tag, DistributionConfig=found)
    house.clock.advance(61)
    house.sweep()
    recent = {entry["path"] for entry in house.status(SITE)["drift"]["recent"]}
    assert recent == {"Config.DistributionConfig.Aliases.Items", "Config.DistributionConfig.HttpVersion"}
    after, _, _ = config(house)
    assert sorted(after["Aliases"]["Items"]) == ["app.example.com", "example.com"]
    assert after["Origins"]["Items"][0]["ConnectionAttempts"] == 2


def test_a_new_value_invalidates_everything_once_and_an_old_one_again(house: House) -> None:
    applied(house, invalidate="v1")
    cloudfront = house.client("cloudfront")
    _, _, id = config(house)

    def made() -> list[list[str]]:
        listed = cloudfront.list_invalidations(DistributionId=id)["InvalidationList"].get("Items", [])
        each = [cloudfront.get_invalidation(DistributionId=id, Id=one["Id"])["Invalidation"] for one in listed]
        return [one["InvalidationBatch"]["Paths"]["Items"] for one in each]

    assert made() == []
    for number, value in enumerate(("v2", "v1", "v2"), 1):
        applied(house, invalidate=value)
        assert made() == [["/*"]] * number
    house.start()
    settled(house)
    assert made() == [["/*"]] * 3


def test_other_domains_are_another_certificate_and_the_old_one_goes_last(house: House) -> None:
    applied(house, domains=["example.com"], zoneRef={"name": "home"})
    first = house.status(SITE)["outputs"]["certificateArn"]
    applied(house, domains=["example.com", "app.example.com"], zoneRef={"name": "home"})
    settled(house)
    acm = house.client("acm")
    (listed,) = acm.list_certificates()["CertificateSummaryList"]
    assert listed["CertificateArn"] != first
    assert listed["SubjectAlternativeNameSummaries"] == ["example.com", "app.example.com"]
    assert config(house)[0]["ViewerCertificate"]["ACMCertificateArn"] == listed["CertificateArn"]
    assert (house.status(SITE)["summary"], house.status(SITE)["drift"]["recent"]) == ("Ready", [])


def test_a_certificate_that_expired_in_use_is_replaced_and_goes_when_nothing_serves_with_it(house: House) -> None:
    applied(house, domains=["example.com"], zoneRef={"name": "home"})
    acm, dns = house.client("acm"), house.client("route53")
    zone = dns.list_hosted_zones()["HostedZones"][0]["Id"]
    records = dns.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    gone = [{"Action": "DELETE", "ResourceRecordSet": one} for one in records if one["Type"] == "CNAME"]
    dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": gone})
    house.clock.advance(199 * 86400)
    (old,) = acm.list_certificates()["CertificateSummaryList"]
    assert (old["Status"], old["InUse"]) == ("EXPIRED", True)
    house.emulator.clear_calls()
    settled(house)
    (new,) = acm.list_certificates()["CertificateSummaryList"]
    assert (new["Status"], new["InUse"], house.status(SITE)["summary"]) == ("ISSUED", True, "Ready")
    calls = house.emulator.calls(caller="trueup")
    assert [calls[f"acm.{name}Certificate"] for name in ("Request", "Delete")] == [1, 1]


def test_a_certificate_that_nobody_proved_in_time_is_asked_for_anew(house: House) -> None:
    put(house, "StaticSite", "web", domains=["example.com"])
    settled(house)
    first = house.status(SITE)["outputs"]["certificateArn"]
    house.clock.advance(73 * 3600)
    settled(house)
    (one,) = house.client("acm").list_certificates()["CertificateSummaryList"]
    assert (one["CertificateArn"] == first, one["Status"]) == (False, "PENDING_VALIDATION")
    assert house.condition(SITE, "Stalled")["reason"] == "PersonNeeded"


def test_a_certificate_that_acm_refuses_says_why_and_is_asked_for_again_hours_later_or_when_a_person_asks(
    house: House,
) -> None:
    caa = {"name": "@", "type": "CAA", "values": ['0 issue "letsencrypt.org"']}
    put(house, "DnsZone", "home", domain="example.com", records=[caa])
    put(house, "StaticSite", "web", domains=["example.com"], zoneRef={"name": "home"})
    house.settle()

    def asked(hours: int) -> int:
        for _ in range(hours * 12):
            house.clock.advance(300)
            house.sweep()
        return house.emulator.calls(caller="trueup")["acm.RequestCertificate"]

    assert (asked(5), asked(14)) == (1, 4)
    stalled = house.condition(SITE, "Stalled")
    assert (stalled["status"], stalled["reason"]) == ("True", "CertificateRefused")
    assert stalled["message"].startswith(
        "ACM issues no certificate for example.com (CAA_ERROR): a CAA record at one of them, or above it, lets only "
        'other authorities in: let one there say 0 issue "amazon.com". It is asked for again every 6 hours'
    )
    put(house, "DnsZone", "home", domain="example.com")
    house.sweep()
    house.annotate(SITE, reconcile="1")
    settled(house)
    assert (asked(0), house.status(SITE)["summary"]) == (5, "Ready")


def test_a_redirect_that_is_given_up_takes_its_function_along(house: House) -> None:
    applied(house, domains=["example.com"], wwwRedirect=True, zoneRef={"name": "home"})
    functions = house.client("cloudfront").list_functions(Stage="LIVE")["FunctionList"]
    assert [one["Name"] for one in functions["Items"]] == ["shop-web-cac1f2-www"]
    applied(house, domains=["example.com"], zoneRef={"name": "home"})
    approve = house.status(SITE)["plan"]["id"]  # its records, its certificate and itself are many at once
    house.annotate(SITE, approve=approve)
    settled(house)
    assert house.client("cloudfront").list_functions()["FunctionList"]["Quantity"] == 0
    assert config(house)[0]["Aliases"]["Items"] == ["example.com"]


def test_another_code_is_written_then_published(house: House) -> None:
    applied(house, domains=["example.com"], wwwRedirect=True, zoneRef={"name": "home"})
    cloudfront = house.client("cloudfront")
    name = "shop-web-cac1f2-www"
    draft = cloudfront.describe_function(Name=name)
    theirs = b"function handler(event) { return event.request; }"
    changed = cloudfront.update_function(
        Name=name, IfMatch=draft["ETag"], FunctionConfig=draft["FunctionSummary"]["FunctionConfig"], FunctionCode=theirs
    )
    cloudfront.publish_function(Name=name, IfMatch=changed["ETag"])
    house.clock.advance(61)
    house.sweep()
    settled(house)
    live = cloudfront.get_function(Name=name, Stage="LIVE")["FunctionCode"].read().decode()
    assert live.startswith('var domains = {"www.example.com": "example.com"};')
    assert {entry["path"] for entry in house.status(SITE)["drift"]["recent"]} == {"FunctionCode"}


def test_a_name_that_another_distribution_has_is_said_in_one_sentence(house: House) -> None:
    applied(house, domains=["example.com"], zoneRef={"name": "home"})
    put(house, "StaticSite", "two", domains=["example.com"])
    settled(house)
    stalled = house.condition(("StaticSite", "shop", "two"), "Stalled")
    assert (stalled["status"], stalled["reason"]) == ("True", "NotOwned")
    assert "Take the name out of `domains`" in stalled["message"]


def test_a_bucket_that_is_somebody_elses_is_said_and_not_touched(house: House) -> None:
    s3 = house.client("s3")
    s3.create_bucket(Bucket="theirs")
    s3.put_object(Bucket="theirs", Key="file", Body=b"x")
    applied(house, bucketName="theirs")
    stalled = house.condition(SITE, "Stalled")
    assert (stalled["status"], stalled["reason"]) == ("True", "NotOwned")
    assert "choose another bucketName" in stalled["message"]
    house.delete(SITE)
    settled(house)
    assert [one["Key"] for one in s3.list_objects_v2(Bucket="theirs")["Contents"]] == ["file"]


def test_it_goes_in_three_steps_with_all_that_is_in_its_bucket(house: House) -> None:
    applied(house, bucketName="the-web")
    s3 = house.client("s3")
    for number in range(1005):
        s3.put_object(Bucket="the-web", Key=f"{number:04}", Body=b"x")
    house.emulator.clear_calls()
    house.delete(SITE)
    settled(house)
    calls = house.emulator.calls()
    assert SITE not in house.cluster.objects
    writes = ("UpdateDistribution", "DeleteDistribution", "DeleteOriginAccessControl")
    assert [calls[f"cloudfront.{name}"] for name in writes] == [1, 1, 1]
    assert (calls["s3.DeleteObjects"], calls["s3.DeleteBucket"]) == (2, 1)


def test_it_goes_also_while_it_still_uses_a_certificate_that_is_declared_no_more(house: House) -> None:
    applied(house, domains=["example.com"], wwwRedirect=True, zoneRef={"name": "home"})
    applied(house, domains=["example.net"])
    assert house.condition(SITE, "Stalled")["reason"] == "PersonNeeded"
    house.delete(SITE)
    settled(house)
    assert SITE not in house.cluster.objects
    assert house.client("acm").list_certificates()["CertificateSummaryList"] == []


def test_a_change_that_is_rolled_out_keeps_the_site_ready(house: House) -> None:
    slow = House(delays={"cloudfront.distribution.deploy": 240})
    put(slow, "StaticSite", "web")
    slow.settle()
    assert [slow.condition(SITE, name)["status"] for name in ("Ready", "Reconciling")] == ["False", "True"]
    for _ in range(3):
        slow.clock.advance(120)
        slow.sweep()
    assert slow.status(SITE)["summary"] == "Ready"
    put(slow, "StaticSite", "web", spa=True)
    slow.settle()
    assert [slow.condition(SITE, name)["status"] for name in ("Ready", "Reconciling")] == ["True", "True"]
    assert slow.status(SITE)["summary"] == "Updating"
    for _ in range(3):
        slow.clock.advance(120)
        slow.sweep()
    assert slow.status(SITE)["summary"] == "Ready"
