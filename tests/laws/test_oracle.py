"""What AWS says of itself for CloudFormation, as an independent oracle: what can change, and what it never shows.

The schemas come with cfn-lint and know nothing of ours. Where we differ from them, the reason is listed, and a
difference that is gone must leave the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError

from tests.laws.registered import name_of, types
from trueup.core.paths import steps
from trueup.core.resource import Attr, Resource
from trueup.core.values import Mutability

REGION = "us-east-1"

CALLED: Mapping[str, str] = {
    "AnomalySubscription.impact": "ThresholdExpression",
    "AnomalySubscription.impact_key": "ThresholdExpression",
    "AnomalySubscription.impact_match": "ThresholdExpression",
    "Bucket.bucket_name": "BucketName",
    "BucketPolicy.bucket": "Bucket",
    "SharedPolicy.document": "PolicyDocument",
    "BucketPolicy.document": "PolicyDocument",
    "DBCluster.restore_time": "RestoreToTime",
    "DBCluster.snapshot": "SnapshotIdentifier",
    "DBCluster.source_cluster": "SourceDBClusterIdentifier",
    "DBCluster.insights_days": "PerformanceInsightsRetentionPeriod",
    "DBCluster.performance_insights": "PerformanceInsightsEnabled",
    "DBClusterParameterGroup.family": "Family",
    "DBInstance.performance_insights": "EnablePerformanceInsights",
    "DefaultSecurityGroup.group_name": "GroupName",
    "DocDBCluster.restore_time": "RestoreToTime",
    "DocDBCluster.snapshot": "SnapshotIdentifier",
    "DocDBCluster.source_cluster": "SourceDBClusterIdentifier",
    "DocDBClusterParameterGroup.family": "Family",
    "DocDBClusterParameterGroup.group_name": "Name",
    "ManagedSecret.secret_arn": "Id",
    "ContentBucket.bucket_name": "BucketName",
    **{
        f"Distribution.{name}": f"DistributionConfig.{called}"
        for name, called in {
            "aliases": "Aliases",
            "behaviors": "CacheBehaviors",
            "certificate": "ViewerCertificate.AcmCertificateArn",
            "comment": "Comment",
            "default_behavior": "DefaultCacheBehavior",
            "enabled": "Enabled",
            "errors": "CustomErrorResponses",
            "http": "HttpVersion",
            "ipv6": "IPV6Enabled",
            "origins": "Origins",
            "plain_certificate": "ViewerCertificate.CloudFrontDefaultCertificate",
            "price_class": "PriceClass",
            "root": "DefaultRootObject",
            "sni": "ViewerCertificate.SslSupportMethod",
            "tls": "ViewerCertificate.MinimumProtocolVersion",
            "viewer_protocol": "DefaultCacheBehavior.ViewerProtocolPolicy",
        }.items()
    },
    "LogGroup.group_name": "LogGroupName",
    "LogGroup.retention": "RetentionInDays",
    "RecordSet.values": "ResourceRecords",
    "SecurityGroup.description": "GroupDescription",
    "SecurityGroupEgress.peer": "DestinationSecurityGroupId",
    "SecurityGroupEgress.prefix_list": "DestinationPrefixListId",
    "SecurityGroupIngress.peer": "SourceSecurityGroupId",
    "SecurityGroupIngress.prefix_list": "SourcePrefixListId",
    "Vpc.dns_hostnames": "EnableDnsHostnames",
    "Vpc.dns_support": "EnableDnsSupport",
}
"""Fields that CloudFormation calls otherwise than the API."""

UNKNOWN: Mapping[str, str] = {
    "ContentBucket.region": "a bucket stands in the region of its stack there",
    "Distribution.invalidate": "what is kept at the edges is nothing that a template declares",
    "Bucket.region": "a bucket stands in the region of its stack there",
    "DBCluster.running": "whether a cluster is stopped is a state there, which no template declares",
    "DocDBCluster.engine": "the type says the engine there; the API takes it as a parameter",
    "DocDBCluster.running": "whether a cluster is stopped is a state there, which no template declares",
    "DocDBInstance.engine": "the type says the engine there; the API takes it as a parameter",
    "DocDBInstance.promotion_tier": "the API has it, the resource schema does not",
    "Route.state": "a state there: a route whose target is gone",
    "Secret.deletion": "a deletion that is to come is a state there, which no template declares",
    "Secret.recipe": "what a value is made of is known to us alone; its versions are not declared there",
}
"""Fields of which CloudFormation knows nothing, each with the reason."""

_OF_BUCKET = "a property of the bucket there, with calls of its own in the API"

UNKNOWN_TYPES: Mapping[str, str] = {
    "CustomDomain": "the console and the API have it, templates do not",
    "Connection": "made once and completed by a person: no template has it",
    "BucketEncryption": _OF_BUCKET,
    "BucketVersioning": _OF_BUCKET,
    "ClusterSnapshot": "looked at only",
    "CorsConfiguration": _OF_BUCKET,
    "DocDBClusterSnapshot": "looked at only",
    "LifecycleConfiguration": _OF_BUCKET,
    "OwnershipControls": _OF_BUCKET,
    "PublicAccessBlock": _OF_BUCKET,
    "RoleAttachment": "a property of the role there, with calls of its own in the API",
    "Notification": "a property of the budget there, with calls of its own in the API",
}

_ONCE = "decides how the cluster is made; never shown, so never compared, and the CRD refuses a change"

MUTABILITY: Mapping[str, str] = {
    "Certificate.validation": "the template takes a change without doing anything; the API has no call for it",
    "OriginAccessControl.control_name": "the template renames; ours is told by its name, and another is another one",
    "DBCluster.restore_time": _ONCE,
    "DBCluster.snapshot": _ONCE,
    "DBCluster.source_cluster": _ONCE,
    "DBInstance.auto_minor_upgrade": "fixed only for a replica outside Aurora; ModifyDBInstance takes it",
    "DBInstance.maintenance_window": "fixed only in the same case; ModifyDBInstance takes it",
    "DocDBCluster.snapshot": _ONCE,
    "DocDBCluster.source_cluster": _ONCE,
    "ElasticIp.domain": "the template replaces nothing, and the API has no call that changes it",
    "InternetGatewayAttachment.gateway": "the template detaches and attaches; so do we, as a replacement",
    "ManagedSecret.secret_arn": "which secret is looked at is told by its ARN",
    "RecordSet.record_name": "the template changes the name in one record; under another name it is another record",
    "RecordSet.type": "the template changes the type in one record; of another type it is another record",
    "SubnetRouteTableAssociation.table": "the template replaces; the API changes it by ReplaceRouteTableAssociation",
}
"""Fields that we say can change where CloudFormation says not, or the other way round, each with the reason."""

ECHO: Mapping[str, str] = {
    "Service.scaling": "DescribeService shows it, as a summary of the configuration",
    "DocDBCluster.restore_time": "DescribeDBClusters has no such member, whatever the resource schema says",
    "DocDBCluster.snapshot": "DescribeDBClusters has no such member, whatever the resource schema says",
    "DocDBCluster.source_cluster": "DescribeDBClusters has no such member, whatever the resource schema says",
}
"""Fields that we say AWS shows where CloudFormation says not, or the other way round, each with the reason."""


@cache
def schema(type_: type[Resource]) -> Mapping[str, Any] | None:
    """AWS's schema of the resource, or None where CloudFormation has no such type."""
    try:
        return PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, type_.TYPE).schema
    except ResourceNotFoundError:
        return None


def pointer(type_: type[Resource], name: str, attr: Attr) -> str | None:
    """The property's pointer in the schema, such as `/properties/Budget/BudgetName`; None where there is none."""
    called = CALLED.get(f"{name_of(type_)}.{name}")
    for path in [called] if called else [attr.path, attr.shown_at, _tail(attr.path), _tail(attr.shown_at)]:
        names = [step for step in steps(path or "") if isinstance(step, str)]
        if names and _exists(schema(type_) or {}, names):
            return "/properties/" + "/".join(names)
    return None


def _tail(path: str) -> str:
    return path.rsplit(".", 1)[-1]


def _exists(whole: Mapping[str, Any], names: list[str]) -> bool:
    here: Mapping[str, Any] = whole
    for name in names:
        here = _resolved(whole, here)
        here = _resolved(whole, here.get("items", here))
        if name not in here.get("properties", {}):
            return bool(here.get("type") in ("object", ["object", "string"]) and not here.get("properties"))
        here = here["properties"][name]
    return True


def _resolved(whole: Mapping[str, Any], here: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in here:
        target: Any = whole
        for part in str(here["$ref"]).removeprefix("#/").split("/"):
            target = target[part]
        here = target
    return here


def fields() -> Iterator[tuple[str, Attr, str | None, Mapping[str, Any]]]:
    """Every field of every type that CloudFormation knows: its name, rule, pointer, and the schema."""
    for type_ in types():
        known = schema(type_)
        for name, attr in type_.attrs().items() if known is not None else ():
            yield f"{name_of(type_)}.{name}", attr, pointer(type_, name, attr), known or {}


def _says(known: Mapping[str, Any], key: str, where: str) -> bool:
    """The schema lists the property, or something that it lies within, under a key."""
    listed = set(known.get(key, ()))
    parts = where.split("/")
    return any("/".join(parts[:end]) in listed for end in range(3, len(parts) + 1))


def fixed(known: Mapping[str, Any], where: str) -> bool:
    """AWS replaces the resource when the property changes, always or in some cases."""
    return _says(known, "createOnlyProperties", where) or _says(known, "conditionalCreateOnlyProperties", where)


def test_the_oracle_knows_the_types() -> None:
    assert {name_of(t) for t in types() if schema(t) is None} == set(UNKNOWN_TYPES)


def test_the_oracle_knows_the_fields() -> None:
    assert {field for field, _, where, _ in fields() if where is None} == set(UNKNOWN)


def test_what_is_called_otherwise_is_a_field_of_ours() -> None:
    assert set(CALLED) <= {field for field, *_ in fields()}


def test_what_cannot_change_is_what_aws_says_cannot_change() -> None:
    differing = {
        field
        for field, attr, where, known in fields()
        if where is not None and (attr.mutability is Mutability.REPLACE) != fixed(known, where)
    }
    assert differing == set(MUTABILITY)


def test_what_is_never_shown_is_what_aws_says_it_never_shows() -> None:
    differing = {
        field
        for field, attr, where, known in fields()
        if where is not None and (attr.read == "") != _says(known, "writeOnlyProperties", where)
    }
    assert differing == set(ECHO)
