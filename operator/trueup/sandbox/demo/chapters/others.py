"""The further kinds, changed behind the operator's back: each change is seen, told, and put right."""

from __future__ import annotations

from collections.abc import Mapping

from trueup.core.values import SECRET, Json, as_list, as_map
from trueup.sandbox.demo.chapters.drift import corrected
from trueup.sandbox.demo.chapters.lost import ask_again
from trueup.sandbox.demo.facts import Change, resource_id
from trueup.sandbox.demo.stage import Stage

API, EMAIL, SITE = "staging/AppRunnerService/api", "staging/AppSecret/email-api-key", "staging/StaticSite/web"
UPLOADS = "staging/Bucket/uploads"
_NAME = "api.staging.example.com"
_PUBLIC = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


def others(stage: Stage) -> None:
    """Five changes by another identity: each stands open in a status, then closed, and AWS is as declared again."""
    before = len(stage.mirror.sightings())
    value = _value(stage)
    zone = resource_id(stage.mirror.get("staging/DnsZone/home"), "AWS::Route53::HostedZone", "zone")
    alias = _alias(stage, zone)
    stage.tell("somebody else: a secret overwritten, the bucket opened to the public, the site on every continent,")
    stage.tell("               the API's name pointed elsewhere, and its health check blunted")
    changes = (*_storage(stage), *_serving(stage, zone))
    # A bucket's settings are in no list, so that its own turn comes seldom: it is asked for.
    ask_again(stage, UPLOADS, "opened-to-the-public")
    corrected(stage, before, changes)
    stage.in_aws("the secret is what it was", lambda: _value(stage) == value, True)
    stage.in_aws("the bucket's public access block", lambda: _access(stage), _PUBLIC)
    stage.in_aws("the site's price class", lambda: _distribution(stage)["PriceClass"], "PriceClass_100")
    stage.in_aws(f"where {_NAME} points", lambda: _alias(stage, zone), alias)
    stage.in_aws(
        "the service's health check", lambda: service(stage)["HealthCheckConfiguration"]["UnhealthyThreshold"], 3
    )
    stage.good()


def _storage(stage: Stage) -> tuple[Change, ...]:
    call = stage.account.call
    call("secretsmanager", "PutSecretValue", SecretId=_secret(stage), SecretString="known-to-somebody-else")
    call(
        "s3",
        "PutPublicAccessBlock",
        Bucket=_bucket(stage),
        PublicAccessBlockConfiguration={**_PUBLIC, "BlockPublicPolicy": False},
    )
    blocked = "AWS::S3::PublicAccessBlock/public-access"
    return (
        Change(EMAIL, "AWS::SecretsManager::Secret/secret", "SecretVersionsToStages", SECRET, SECRET),
        Change(UPLOADS, blocked, "PublicAccessBlockConfiguration.BlockPublicPolicy", True, False, "Critical"),
    )


def _serving(stage: Stage, zone: str) -> tuple[Change, ...]:
    call = stage.account.call
    distribution = resource_id(stage.mirror.get(SITE), "AWS::CloudFront::Distribution", "distribution")
    shown = call("cloudfront", "GetDistribution", Id=distribution)
    config = {**shown["Distribution"]["DistributionConfig"], "PriceClass": "PriceClass_All"}
    call("cloudfront", "UpdateDistribution", Id=distribution, IfMatch=shown["ETag"], DistributionConfig=config)
    record = _record(stage, zone)
    elsewhere = {**record, "AliasTarget": {**record["AliasTarget"], "DNSName": "elsewhere.example.net."}}
    change: Json = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": elsewhere}]}
    call("route53", "ChangeResourceRecordSets", HostedZoneId=zone, ChangeBatch=change)
    health = {**service(stage)["HealthCheckConfiguration"], "UnhealthyThreshold": 20}
    call("apprunner", "UpdateService", ServiceArn=arn(stage), HealthCheckConfiguration=health)
    site, name, run = "AWS::CloudFront::Distribution/distribution", f"AWS::Route53::RecordSet/{_NAME}-a", SERVICE
    target = str(record["AliasTarget"]["DNSName"]).removesuffix(".")
    return (
        Change(SITE, site, "Config.DistributionConfig.PriceClass", "PriceClass_100", "PriceClass_All"),
        Change(API, name, "AliasTarget.DNSName", target, "elsewhere.example.net."),
        Change(API, run, "Service.HealthCheckConfiguration.UnhealthyThreshold", 3, 20),
    )


SERVICE = "AWS::AppRunner::Service/service"


def arn(stage: Stage) -> str:
    """The ARN of the API's service."""
    return resource_id(stage.mirror.get(API), "AWS::AppRunner::Service", "service")


def service(stage: Stage) -> Mapping[str, Json]:
    """The API's service as AWS describes it."""
    return stage.account.call("apprunner", "DescribeService", ServiceArn=arn(stage))["Service"]


def _secret(stage: Stage) -> str:
    return resource_id(stage.mirror.get(EMAIL), "AWS::SecretsManager::Secret", "secret")


def _value(stage: Stage) -> Json:
    return stage.account.call("secretsmanager", "GetSecretValue", SecretId=_secret(stage))["SecretString"]


def _bucket(stage: Stage) -> str:
    return resource_id(stage.mirror.get(UPLOADS), "AWS::S3::Bucket", "bucket")


def _access(stage: Stage) -> Json:
    return stage.account.call("s3", "GetPublicAccessBlock", Bucket=_bucket(stage))["PublicAccessBlockConfiguration"]


def _distribution(stage: Stage) -> Mapping[str, Json]:
    id = resource_id(stage.mirror.get(SITE), "AWS::CloudFront::Distribution", "distribution")
    return stage.account.call("cloudfront", "GetDistribution", Id=id)["Distribution"]["DistributionConfig"]


def _record(stage: Stage, zone: str) -> Mapping[str, Json]:
    found = stage.account.call("route53", "ListResourceRecordSets", HostedZoneId=zone)["ResourceRecordSets"]
    mine = [as_map(r) or {} for r in as_list(found) or () if (r["Name"], r["Type"]) == (f"{_NAME}.", "A")]
    return mine[0]


def _alias(stage: Stage, zone: str) -> Json:
    return _record(stage, zone)["AliasTarget"]["DNSName"]
