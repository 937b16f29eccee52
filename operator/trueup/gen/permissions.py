"""What IAM asks of a caller for each operation: the actions, on which resources, and how each is limited.

IAM checks an action once for every resource that a call touches, and each check must be allowed. So a call that makes
one thing within another has two grants: the new thing by the tags of the request, the other by the tags it carries.
Which resources an action touches: https://docs.aws.amazon.com/service-authorization/latest/reference/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from trueup.core.naming import OWNER_TAG
from trueup.core.resource import Resource
from trueup.resources.ec2 import DefaultSecurityGroup

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

_Row: TypeAlias = tuple[tuple[Condition, tuple[str, ...]], ...]


def arn(service: str, kind: str) -> str:
    """The pattern of all ARNs of a type; a type that names its resources itself, as `type:name*`, stays so."""
    if ":" in kind:
        return _ARN[service].split("{}", maxsplit=1)[0] + kind
    return _ARN[service].format(kind)


def _ours(*kinds: str) -> _Row:
    return ((OURS, kinds),)


def _new(*kinds: str) -> _Row:
    return ((NEW, kinds),)


def _free(*kinds: str) -> _Row:
    return ((FREE, kinds),)


# A table that our subnet or endpoint was given by hand need not be ours: it is the other resource that limits these.
_ANY_TABLE: Final = _free("route-table")
_RULES: Final = _ours("security-group")

_EC2: Final[Mapping[str, _Row]] = {
    "AllocateAddress": _new("elastic-ip"),
    "AssociateRouteTable": _ours("route-table", "subnet"),
    "AttachInternetGateway": _ours("internet-gateway", "vpc"),
    "AuthorizeSecurityGroupEgress": _RULES,
    "AuthorizeSecurityGroupIngress": _RULES,
    "CreateInternetGateway": _new("internet-gateway"),
    "CreateNatGateway": _new("natgateway") + _ours("elastic-ip", "subnet"),
    "CreateRoute": _ours("route-table"),
    "CreateRouteTable": _new("route-table") + _ours("vpc"),
    "CreateSecurityGroup": _new("security-group") + _ours("vpc"),
    "CreateSubnet": _new("subnet") + _ours("vpc"),
    "CreateVpc": _new("vpc"),
    "CreateVpcEndpoint": _new("vpc-endpoint") + _ours("route-table", "vpc"),
    "DeleteInternetGateway": _ours("internet-gateway"),
    "DeleteNatGateway": _ours("natgateway"),
    "DeleteRoute": _ours("route-table"),
    "DeleteRouteTable": _ours("route-table"),
    "DeleteSecurityGroup": _ours("security-group"),
    "DeleteSubnet": _ours("subnet"),
    "DeleteVpc": _ours("vpc"),
    "DeleteVpcEndpoints": _ours("vpc-endpoint"),
    # A gateway of ours is taken off whatever VPC it was attached to by hand.
    "DetachInternetGateway": _ours("internet-gateway") + _free("vpc"),
    "DisassociateRouteTable": _ours("subnet") + _ANY_TABLE,
    "ModifySubnetAttribute": _ours("subnet"),
    "ModifyVpcAttribute": _ours("vpc"),
    "ModifyVpcEndpoint": _ours("vpc-endpoint") + _ANY_TABLE,
    "ReleaseAddress": _ours("elastic-ip"),
    "ReplaceRoute": _ours("route-table"),
    "ReplaceRouteTableAssociation": _ours("subnet") + _ANY_TABLE,
    "RevokeSecurityGroupEgress": _RULES,
    "RevokeSecurityGroupIngress": _RULES,
    "UpdateSecurityGroupRuleDescriptionsEgress": _RULES,
    "UpdateSecurityGroupRuleDescriptionsIngress": _RULES,
}

# What AWS falls back on where a call names no group; nobody can change or delete these.
_OPTIONS: Final = "og:default*"
_SETTINGS: Final = "pg:default*"
_CLUSTER_SETTINGS: Final = "cluster-pg:default*"
_FINAL: Final = "cluster-snapshot:*-final-*"
_RESTORED: Final = _new("cluster") + _ours("cluster-pg", "subgrp") + _free(_OPTIONS, _CLUSTER_SETTINGS)

_RDS: Final[Mapping[str, _Row]] = {
    "CreateDBCluster": _RESTORED,
    "CreateDBClusterParameterGroup": _new("cluster-pg"),
    "CreateDBInstance": _new("db") + _ours("cluster", "subgrp") + _free(_OPTIONS, _SETTINGS),
    "CreateDBSubnetGroup": _new("subgrp"),
    "DeleteDBCluster": _ours("cluster") + _free(_FINAL),
    "DeleteDBClusterParameterGroup": _ours("cluster-pg"),
    "DeleteDBInstance": _ours("db"),
    "DeleteDBSubnetGroup": _ours("subgrp"),
    "ModifyDBCluster": _ours("cluster", "cluster-pg") + _free(_OPTIONS, _CLUSTER_SETTINGS, _SETTINGS),
    "ModifyDBClusterParameterGroup": _ours("cluster-pg"),
    "ModifyDBInstance": _ours("db") + _free(_OPTIONS, _SETTINGS),
    "ModifyDBSubnetGroup": _ours("subgrp"),
    "ResetDBClusterParameterGroup": _ours("cluster-pg"),
    "RestoreDBClusterFromSnapshot": _RESTORED + _free("cluster-snapshot"),
    "RestoreDBClusterToPointInTime": _RESTORED,
    "StartDBCluster": _ours("cluster"),
}

_CE: Final[Mapping[str, _Row]] = {
    "CreateAnomalyMonitor": _new("*"),
    "CreateAnomalySubscription": _new("*"),
    "DeleteAnomalyMonitor": _ours("anomalymonitor"),
    "DeleteAnomalySubscription": _ours("anomalysubscription"),
    "UpdateAnomalyMonitor": _ours("anomalymonitor"),
    "UpdateAnomalySubscription": _ours("anomalysubscription"),
}

# Route 53 looks at no tags: that only what is ours is written to is the operator's own care.
_ZONES: Final = _free("hostedzone")
_ROUTE53: Final[Mapping[str, _Row]] = {
    "ChangeResourceRecordSets": _ZONES,
    "CreateHostedZone": _free("*"),
    "DeleteHostedZone": _ZONES,
    "UpdateHostedZoneComment": _ZONES,
}

_SECRETSMANAGER: Final[Mapping[str, _Row]] = {
    "CreateSecret": _new("secret"),
    "DeleteSecret": _ours("secret"),
    "PutSecretValue": _ours("secret"),
    "RestoreSecret": _ours("secret"),
    "UpdateSecret": _ours("secret"),
    "UpdateSecretVersionStage": _ours("secret"),
}

# A connection is shared and belongs to nobody; what else a service uses is its object's own.
_SERVICES_USE: Final = _ours("autoscalingconfiguration", "observabilityconfiguration", "vpcconnector") + _free(
    "connection"
)
_APP_RUNNER: Final[Mapping[str, _Row]] = {
    "AssociateCustomDomain": _ours("service"),
    "CreateAutoScalingConfiguration": _new("autoscalingconfiguration"),
    "CreateConnection": _free("connection"),
    "CreateObservabilityConfiguration": _new("observabilityconfiguration"),
    "CreateService": _new("service") + _SERVICES_USE,
    "CreateVpcConnector": _new("vpcconnector"),
    "DeleteAutoScalingConfiguration": _ours("autoscalingconfiguration"),
    "DeleteObservabilityConfiguration": _ours("observabilityconfiguration"),
    "DeleteService": _ours("service"),
    "DeleteVpcConnector": _ours("vpcconnector"),
    "DisassociateCustomDomain": _ours("service"),
    "PauseService": _ours("service"),
    "ResumeService": _ours("service"),
    "UpdateService": _ours("service") + _SERVICES_USE,
}

_OF_ROLES: Final = _ours("role")
_IAM: Final[Mapping[str, _Row]] = {
    "AttachRolePolicy": _OF_ROLES,
    "CreateRole": _new("role"),
    "DeleteRole": _OF_ROLES,
    "DeleteRolePolicy": _OF_ROLES,
    "DetachRolePolicy": _OF_ROLES,
    "PutRolePolicy": _OF_ROLES,
    "UpdateAssumeRolePolicy": _OF_ROLES,
}

_ACM: Final[Mapping[str, _Row]] = {
    "DeleteCertificate": _ours("certificate"),
    "RequestCertificate": _new("*"),
}

# Access controls take no tags: that only what is ours is written to is the operator's own care.
_CONTROL: Final = _free("origin-access-control")
_CLOUDFRONT: Final[Mapping[str, _Row]] = {
    "CreateFunction": _new("*"),
    "CreateInvalidation": _ours("distribution"),
    "CreateOriginAccessControl": _free("*"),
    "DeleteDistribution": _ours("distribution"),
    "DeleteFunction": _ours("function"),
    "DeleteOriginAccessControl": _CONTROL,
    "PublishFunction": _ours("function"),
    "UpdateDistribution": _ours("distribution"),
    "UpdateFunction": _ours("function"),
    "UpdateOriginAccessControl": _CONTROL,
}

ROWS: Final[Mapping[str, Mapping[str, _Row]]] = {
    "acm": _ACM,
    "apprunner": _APP_RUNNER,
    "ce": _CE,
    "cloudfront": _CLOUDFRONT,
    "ec2": _EC2,
    "iam": _IAM,
    "rds": _RDS,
    "route53": _ROUTE53,
    "secretsmanager": _SECRETSMANAGER,
}

_VIEW: Final = (Grant("budgets:ViewBudget", ("*",)),)
# The same action makes a budget, when there is no tag yet, and changes one.
_MODIFY: Final = (Grant("budgets:ModifyBudget", (arn("budgets", "budget"),), NOT_OTHERS),)

_BUCKETS: Final = (arn("s3", "*"),)


def _reads(action: str) -> tuple[Grant, ...]:
    return (Grant(f"s3:{action}", ("*",)),)


def _writes(action: str) -> tuple[Grant, ...]:
    # IAM sees a bucket's tags only where access by tags is switched on for it; where it does, others' are out of reach.
    return (Grant(f"s3:{action}", _BUCKETS, NOT_OTHERS),)


_S3: Final[Mapping[str, tuple[Grant, ...]]] = {
    "s3.CreateBucket": (Grant("s3:CreateBucket", _BUCKETS, NEW), Grant("s3:TagResource", _BUCKETS, NEW)),
    "s3.DeleteBucket": _writes("DeleteBucket"),
    "s3.DeleteBucketCors": _writes("PutBucketCORS"),
    "s3.DeleteObjects": (
        Grant("s3:DeleteObject", (arn("s3", "*/*"),)),
        Grant("s3:DeleteObjectVersion", (arn("s3", "*/*"),)),
    ),
    "s3.GetBucketAcl": _reads("GetBucketAcl"),
    "s3.GetBucketCors": _reads("GetBucketCORS"),
    "s3.GetBucketEncryption": _reads("GetEncryptionConfiguration"),
    "s3.GetBucketLifecycleConfiguration": _reads("GetLifecycleConfiguration"),
    "s3.GetPublicAccessBlock": _reads("GetBucketPublicAccessBlock"),
    "s3.ListBuckets": _reads("ListAllMyBuckets"),
    "s3.ListObjectVersions": _reads("ListBucketVersions"),
    "s3.PutBucketAcl": _writes("PutBucketAcl"),
    "s3.PutBucketCors": _writes("PutBucketCORS"),
    "s3.PutBucketEncryption": _writes("PutEncryptionConfiguration"),
    "s3.PutBucketLifecycleConfiguration": _writes("PutLifecycleConfiguration"),
    "s3.PutBucketOwnershipControls": _writes("PutBucketOwnershipControls"),
    "s3.PutBucketPolicy": _writes("PutBucketPolicy"),
    "s3.PutBucketVersioning": _writes("PutBucketVersioning"),
    "s3.PutPublicAccessBlock": _writes("PutBucketPublicAccessBlock"),
}

RETAGGED: Final[Mapping[str, tuple[Grant, ...]]] = {"AWS::S3::Bucket": _writes("PutBucketTagging")}
"""What later changes of the tags of a type need, where IAM does not look at the tags that a resource carries."""

_PASSWORDS: Final = ("arn:aws:secretsmanager:*:*:secret:rds!cluster-*",)
"""The passwords that AWS keeps for databases."""

OTHERWISE: Final[Mapping[str, tuple[Grant, ...]]] = {
    **_S3,
    "budgets.CreateBudget": _MODIFY,
    "budgets.CreateNotification": _MODIFY,
    "budgets.CreateSubscriber": _MODIFY,
    "budgets.DeleteBudget": _MODIFY,
    "budgets.DeleteNotification": _MODIFY,
    "budgets.DeleteSubscriber": _MODIFY,
    "budgets.DescribeBudgetNotificationsForAccount": _VIEW,
    "budgets.DescribeBudgets": _VIEW,
    "budgets.DescribeSubscribersForNotification": _VIEW,
    "budgets.UpdateBudget": _MODIFY,
    "budgets.UpdateSubscriber": _MODIFY,
    "cloudfront.CreateDistributionWithTags": (Grant("cloudfront:CreateDistribution", ("*",), NEW),),
    # No value is read but a database's own, for its connection string.
    "secretsmanager.GetSecretValue": (Grant("secretsmanager:GetSecretValue", _PASSWORDS),),
}
"""Operations that are no IAM actions by that name, and reads that are limited."""

# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
_PASSWORD: Final = (
    Grant("kms:DescribeKey", ("*",)),
    Grant("secretsmanager:CreateSecret", _PASSWORDS),
    Grant("secretsmanager:TagResource", _PASSWORDS),
)
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAM.ServiceLinkedRoles.html
_ROLE: Final = (
    Grant(
        "iam:CreateServiceLinkedRole",
        ("arn:aws:iam::*:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS",),
        (("StringLike", "iam:AWSServiceName", ("rds.amazonaws.com",)),),
    ),
)
# RDS looks at the network in its caller's name, as AWS's own policies for RDS and DocumentDB allow.
_NETWORK: Final = tuple(
    Grant(f"ec2:{name}", ("*",))
    for name in (
        "DescribeAccountAttributes",
        "DescribeAvailabilityZones",
        "DescribeInternetGateways",
        "DescribeSecurityGroups",
        "DescribeSubnets",
        "DescribeVpcAttribute",
        "DescribeVpcs",
    )
)
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBCluster.html: a final snapshot is checked as if
# it were asked for by itself, and the tags that it copies too.
_SNAPSHOT: Final = (
    Grant("rds:CreateDBClusterSnapshot", (arn("rds", "cluster"),), OURS),
    Grant("rds:CreateDBClusterSnapshot", (arn("rds", _FINAL),)),
    Grant("rds:AddTagsToResource", (arn("rds", _FINAL),)),
)

# What App Runner is handed is a role of ours, for its builds or its instances; IAM's tags are no reliable limit here:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
_PASSED: Final = (
    Grant(
        "iam:PassRole",
        (arn("iam", "role"),),
        (("StringEquals", "iam:PassedToService", ("build.apprunner.amazonaws.com", "tasks.apprunner.amazonaws.com")),),
    ),
)


def _linked(service: str, name: str) -> tuple[Grant, ...]:
    """The role that AWS makes for one of its services in an account that has none yet."""
    return (
        Grant(
            "iam:CreateServiceLinkedRole",
            (f"arn:aws:iam::*:role/aws-service-role/{service}/{name}",),
            (("StringLike", "iam:AWSServiceName", (service,)),),
        ),
    )


# https://docs.aws.amazon.com/apprunner/latest/dg/security_iam_service-with-iam.html
_RUNS: Final = _PASSED + _linked("apprunner.amazonaws.com", "AWSServiceRoleForAppRunner")
_CONNECTS: Final = (
    *_linked("networking.apprunner.amazonaws.com", "AWSServiceRoleForAppRunnerNetworking"),
    *(Grant(f"ec2:{name}", ("*",)) for name in ("DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs")),
)

BESIDE: Final[Mapping[str, tuple[Grant, ...]]] = {
    "apprunner.CreateService": _RUNS,
    "apprunner.CreateVpcConnector": _CONNECTS,
    "apprunner.UpdateService": _PASSED,
    "rds.CreateDBCluster": _PASSWORD + _ROLE + _NETWORK,
    "rds.CreateDBInstance": _ROLE + _NETWORK,
    "rds.CreateDBSubnetGroup": _ROLE + _NETWORK,
    "rds.DeleteDBCluster": _SNAPSHOT,
    "rds.ModifyDBCluster": _PASSWORD + _NETWORK,
    "rds.ModifyDBInstance": _NETWORK,
    "rds.RestoreDBClusterFromSnapshot": _ROLE + _NETWORK,
    "rds.RestoreDBClusterToPointInTime": _ROLE + _NETWORK,
}
"""What an operation needs beside its own action, because AWS does more than its name says."""

# The group that comes with a VPC carries no tag of ours. Taking rules away is all that is done to it.
_GROUPS: Final = (arn("ec2", "security-group"),)
OF_TYPES: Final[Mapping[type[Resource], tuple[Grant, ...]]] = {
    DefaultSecurityGroup: (
        Grant("ec2:RevokeSecurityGroupEgress", _GROUPS, UNOWNED),
        Grant("ec2:RevokeSecurityGroupIngress", _GROUPS, UNOWNED),
    ),
}
"""What a type needs beyond its operations, because of what it is."""

ADOPTION: Final = (
    Grant("rds:CreateDBInstance", (arn("rds", "cluster"), arn("rds", "subgrp")), UNOWNED),
    Grant("rds:ModifyDBCluster", (arn("rds", "cluster"), arn("rds", "cluster-pg")), UNOWNED),
    Grant("rds:ModifyDBInstance", (arn("rds", "db"),), UNOWNED),
    Grant("rds:StartDBCluster", (arn("rds", "cluster"),), UNOWNED),
)
"""Writes to clusters that exist and carry no owner tag yet, and to those that stand in groups without one."""
