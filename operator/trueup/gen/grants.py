"""The words in which permissions are said: one action, on which ARNs, and how it is limited to what is ours.

The keys that limit an action by tags: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from trueup.core.naming import OWNER_TAG

Condition: TypeAlias = tuple[tuple[str, str, tuple[str, ...]], ...]
"""Operator, key and values of each part; all parts must hold."""

SCOPE: Final = "{scope}"
"""Stands in a condition's values for the operator's `--scope`."""
_OWNERS: Final = (f"{SCOPE}/*",)
_CARRIED: Final = f"aws:ResourceTag/{OWNER_TAG}"
_ASKED: Final = f"aws:RequestTag/{OWNER_TAG}"

OURS: Final[Condition] = (("StringLike", _CARRIED, _OWNERS),)
"""The resource carries an owner tag of our scope."""
NEW: Final[Condition] = (("StringLike", _ASKED, _OWNERS),)
"""The request gives the resource an owner tag of our scope."""
NOT_OTHERS: Final[Condition] = (("StringLikeIfExists", _CARRIED, _OWNERS),)
"""The resource is ours or nobody's: the limit where AWS looks at no tags of the request."""
CLAIMED: Final[Condition] = (*NEW, *NOT_OTHERS)
"""The request gives our owner tag to what is ours or nobody's: tags on creation, for services that check them alone."""
KEPT: Final[Condition] = (*OURS, ("StringLikeIfExists", _ASKED, _OWNERS))
"""The resource is ours, and the request does not give it to another scope."""
UNOWNED: Final[Condition] = (("Null", _CARRIED, ("true",)),)
"""The resource carries no owner tag."""
FREE: Final[Condition] = ()
"""No condition: the resource's ARN is the only limit."""

LIMITS: Final[Mapping[Condition, str]] = {
    OURS: "of ours",
    NEW: "created with our owner tag",
    NOT_OTHERS: "not of another scope",
    CLAIMED: "given our owner tag, not of another scope",
    KEPT: "of ours, owner tag kept",
    UNOWNED: "without an owner tag",
    FREE: "",
}
"""Each limit in words, for people."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One action on some resources, under one condition."""

    action: str
    resources: tuple[str, ...]
    """ARN patterns."""
    when: Condition = FREE


PREFIX: Final[Mapping[str, str]] = {"docdb": "rds"}
"""Client → prefix of its actions, where they differ."""

_ARN: Final[Mapping[str, str]] = {
    "acm": "arn:aws:acm:*:*:{}/*",
    "apprunner": "arn:aws:apprunner:*:*:{}/*",
    "budgets": "arn:aws:budgets::*:{}/*",
    "ce": "arn:aws:ce::*:{}/*",
    "cloudfront": "arn:aws:cloudfront::*:{}/*",
    "ec2": "arn:aws:ec2:*:*:{}/*",
    "iam": "arn:aws:iam::*:{}/trueup/*",
    "logs": "arn:aws:logs:*:*:{}:*",
    "rds": "arn:aws:rds:*:*:{}:*",
    "route53": "arn:aws:route53:::{}/*",
    "s3": "arn:aws:s3:::{}",
    "secretsmanager": "arn:aws:secretsmanager:*:*:{}:*",
}
ARN_TYPE: Final[Mapping[str, str]] = {
    "AWS::AppRunner::AutoScalingConfiguration": "autoscalingconfiguration",
    "AWS::AppRunner::ObservabilityConfiguration": "observabilityconfiguration",
    "AWS::AppRunner::Service": "service",
    "AWS::AppRunner::VpcConnector": "vpcconnector",
    "AWS::Budgets::Budget": "budget",
    "AWS::CE::AnomalyMonitor": "anomalymonitor",
    "AWS::CE::AnomalySubscription": "anomalysubscription",
    "AWS::CertificateManager::Certificate": "certificate",
    "AWS::CloudFront::Distribution": "distribution",
    "AWS::CloudFront::Function": "function",
    "AWS::DocDB::DBCluster": "cluster",
    "AWS::DocDB::DBClusterParameterGroup": "cluster-pg",
    "AWS::DocDB::DBInstance": "db",
    "AWS::IAM::Role": "role",
    "AWS::RDS::DBCluster": "cluster",
    "AWS::RDS::DBClusterParameterGroup": "cluster-pg",
    "AWS::RDS::DBInstance": "db",
    "AWS::RDS::DBSubnetGroup": "subgrp",
    "AWS::Route53::HostedZone": "hostedzone",
    "AWS::S3::Bucket": "*",
    "AWS::SecretsManager::Secret": "secret",
}
"""CloudFormation's name of a tagged type → its word in ARNs. EC2's is the one in its tag specifications."""

TAGLESS: Final = frozenset({"route53"})
"""Services whose permissions look at no tags, neither of what is there nor of the request."""

Row: TypeAlias = tuple[tuple[Condition, tuple[str, ...]], ...]
"""The resources of one action, by how each is limited."""


def arn(service: str, kind: str) -> str:
    """The pattern of all ARNs of a type; a type that names its resources itself, as `type:name*`, stays so."""
    if ":" in kind:
        return _ARN[service].split("{}", maxsplit=1)[0] + kind
    return _ARN[service].format(kind)


def ours(*kinds: str) -> Row:
    """Resources of these types that carry our owner tag."""
    return ((OURS, kinds),)


def new(*kinds: str) -> Row:
    """Resources of these types that the call makes, with our owner tag."""
    return ((NEW, kinds),)


def free(*kinds: str) -> Row:
    """Resources of these types, whosever they are."""
    return ((FREE, kinds),)
