"""What IAM asks of a caller for each operation: the actions, on which resources, and how each is limited.

IAM checks an action once for every resource that a call touches, and each check must be allowed. So a call that makes
one thing within another has two grants: the new thing by the tags of the request, the other by the tags it carries.
Which resources an action touches: https://docs.aws.amazon.com/service-authorization/latest/reference/.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trueup.core.resource import Resource
from trueup.gen.grants import (
    NEW,
    NOT_OTHERS,
    OURS,
    UNOWNED,
    Grant,
    Row,
    arn,
    free,
    new,
    ours,
)
from trueup.resources.ec2 import DefaultSecurityGroup

# A table that our subnet or endpoint was given by hand need not be ours: it is the other resource that limits these.
_ANY_TABLE: Final = free("route-table")
_RULES: Final = ours("security-group")

_EC2: Final[Mapping[str, Row]] = {
    "AllocateAddress": new("elastic-ip"),
    "AssociateRouteTable": ours("route-table", "subnet"),
    "AttachInternetGateway": ours("internet-gateway", "vpc"),
    "AuthorizeSecurityGroupEgress": _RULES,
    "AuthorizeSecurityGroupIngress": _RULES,
    "CreateInternetGateway": new("internet-gateway"),
    "CreateNatGateway": new("natgateway") + ours("elastic-ip", "subnet"),
    "CreateRoute": ours("route-table"),
    "CreateRouteTable": new("route-table") + ours("vpc"),
    "CreateSecurityGroup": new("security-group") + ours("vpc"),
    "CreateSubnet": new("subnet") + ours("vpc"),
    "CreateVpc": new("vpc"),
    "CreateVpcEndpoint": new("vpc-endpoint") + ours("route-table", "vpc"),
    "DeleteInternetGateway": ours("internet-gateway"),
    "DeleteNatGateway": ours("natgateway"),
    "DeleteRoute": ours("route-table"),
    "DeleteRouteTable": ours("route-table"),
    "DeleteSecurityGroup": ours("security-group"),
    "DeleteSubnet": ours("subnet"),
    "DeleteVpc": ours("vpc"),
    "DeleteVpcEndpoints": ours("vpc-endpoint"),
    # A gateway of ours is taken off whatever VPC it was attached to by hand.
    "DetachInternetGateway": ours("internet-gateway") + free("vpc"),
    "DisassociateRouteTable": ours("subnet") + _ANY_TABLE,
    "ModifySubnetAttribute": ours("subnet"),
    "ModifyVpcAttribute": ours("vpc"),
    "ModifyVpcEndpoint": ours("vpc-endpoint") + _ANY_TABLE,
    "ReleaseAddress": ours("elastic-ip"),
    "ReplaceRoute": ours("route-table"),
    "ReplaceRouteTableAssociation": ours("subnet") + _ANY_TABLE,
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
_RESTORED: Final = new("cluster") + ours("cluster-pg", "subgrp") + free(_OPTIONS, _CLUSTER_SETTINGS)

_RDS: Final[Mapping[str, Row]] = {
    "CreateDBCluster": _RESTORED,
    "CreateDBClusterParameterGroup": new("cluster-pg"),
    "CreateDBInstance": new("db") + ours("cluster", "subgrp") + free(_OPTIONS, _SETTINGS),
    "CreateDBSubnetGroup": new("subgrp"),
    "DeleteDBCluster": ours("cluster") + free(_FINAL),
    "DeleteDBClusterParameterGroup": ours("cluster-pg"),
    "DeleteDBInstance": ours("db"),
    "DeleteDBSubnetGroup": ours("subgrp"),
    "ModifyDBCluster": ours("cluster", "cluster-pg") + free(_OPTIONS, _CLUSTER_SETTINGS, _SETTINGS),
    "ModifyDBClusterParameterGroup": ours("cluster-pg"),
    "ModifyDBInstance": ours("db") + free(_OPTIONS, _SETTINGS),
    "ModifyDBSubnetGroup": ours("subgrp"),
    "ResetDBClusterParameterGroup": ours("cluster-pg"),
    "RestoreDBClusterFromSnapshot": _RESTORED + free("cluster-snapshot"),
    "RestoreDBClusterToPointInTime": _RESTORED,
    "StartDBCluster": ours("cluster"),
}

_CE: Final[Mapping[str, Row]] = {
    "CreateAnomalyMonitor": new("*"),
    "CreateAnomalySubscription": new("*"),
    "DeleteAnomalyMonitor": ours("anomalymonitor"),
    "DeleteAnomalySubscription": ours("anomalysubscription"),
    "UpdateAnomalyMonitor": ours("anomalymonitor"),
    "UpdateAnomalySubscription": ours("anomalysubscription"),
}

# Route 53 looks at no tags: that only what is ours is written to is the operator's own care.
_ZONES: Final = free("hostedzone")
_ROUTE53: Final[Mapping[str, Row]] = {
    "ChangeResourceRecordSets": _ZONES,
    "CreateHostedZone": free("*"),
    "DeleteHostedZone": _ZONES,
    "UpdateHostedZoneComment": _ZONES,
}

_SECRETSMANAGER: Final[Mapping[str, Row]] = {
    "CreateSecret": new("secret"),
    "DeleteSecret": ours("secret"),
    "PutSecretValue": ours("secret"),
    "RestoreSecret": ours("secret"),
    "UpdateSecret": ours("secret"),
    "UpdateSecretVersionStage": ours("secret"),
}

# A connection is shared and belongs to nobody; what else a service uses is its object's own.
_SERVICES_USE: Final = ours("autoscalingconfiguration", "observabilityconfiguration", "vpcconnector") + free(
    "connection"
)
_APP_RUNNER: Final[Mapping[str, Row]] = {
    "AssociateCustomDomain": ours("service"),
    "CreateAutoScalingConfiguration": new("autoscalingconfiguration"),
    "CreateConnection": free("connection"),
    "CreateObservabilityConfiguration": new("observabilityconfiguration"),
    "CreateService": new("service") + _SERVICES_USE,
    "CreateVpcConnector": new("vpcconnector"),
    "DeleteAutoScalingConfiguration": ours("autoscalingconfiguration"),
    "DeleteObservabilityConfiguration": ours("observabilityconfiguration"),
    "DeleteService": ours("service"),
    "DeleteVpcConnector": ours("vpcconnector"),
    "DisassociateCustomDomain": ours("service"),
    "PauseService": ours("service"),
    "ResumeService": ours("service"),
    "UpdateService": ours("service") + _SERVICES_USE,
}

_OF_ROLES: Final = ours("role")
_IAM: Final[Mapping[str, Row]] = {
    "AttachRolePolicy": _OF_ROLES,
    "CreateRole": new("role"),
    "DeleteRole": _OF_ROLES,
    "DeleteRolePolicy": _OF_ROLES,
    "DetachRolePolicy": _OF_ROLES,
    "PutRolePolicy": _OF_ROLES,
    "UpdateAssumeRolePolicy": _OF_ROLES,
}

_ACM: Final[Mapping[str, Row]] = {
    "DeleteCertificate": ours("certificate"),
    "RequestCertificate": new("*"),
}

# Access controls take no tags: that only what is ours is written to is the operator's own care.
_CONTROL: Final = free("origin-access-control")
_CLOUDFRONT: Final[Mapping[str, Row]] = {
    "CreateFunction": new("*"),
    "CreateInvalidation": ours("distribution"),
    "CreateOriginAccessControl": free("*"),
    "DeleteDistribution": ours("distribution"),
    "DeleteFunction": ours("function"),
    "DeleteOriginAccessControl": _CONTROL,
    "PublishFunction": ours("function"),
    "UpdateDistribution": ours("distribution"),
    "UpdateFunction": ours("function"),
    "UpdateOriginAccessControl": _CONTROL,
}

# App Runner's groups carry no tag of ours: their names are the limit.
_GROUPS_OF_SERVICES: Final = free("log-group:/aws/apprunner/*")
_LOGS: Final[Mapping[str, Row]] = {
    "CreateLogGroup": _GROUPS_OF_SERVICES,
    "PutRetentionPolicy": _GROUPS_OF_SERVICES,
}

ROWS: Final[Mapping[str, Mapping[str, Row]]] = {
    "acm": _ACM,
    "apprunner": _APP_RUNNER,
    "ce": _CE,
    "cloudfront": _CLOUDFRONT,
    "ec2": _EC2,
    "iam": _IAM,
    "logs": _LOGS,
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

SITE_BUCKET: Final = "EXAMPLE-SITE-BUCKET"
"""Stands for the bucket of a site in the template for commands: IAM does not see the tags of buckets by default."""

ADOPTION: Final = (
    Grant("rds:CreateDBInstance", (arn("rds", "cluster"), arn("rds", "subgrp")), UNOWNED),
    Grant("rds:ModifyDBCluster", (arn("rds", "cluster"), arn("rds", "cluster-pg")), UNOWNED),
    Grant("rds:ModifyDBInstance", (arn("rds", "db"),), UNOWNED),
    Grant("rds:StartDBCluster", (arn("rds", "cluster"),), UNOWNED),
)
"""Writes to clusters that exist and carry no owner tag yet, and to those that stand in groups without one."""

_SERVICE: Final = (arn("apprunner", "service"),)
_SITE: Final = (f"arn:aws:s3:::{SITE_BUCKET}",)
_FILES: Final = (f"arn:aws:s3:::{SITE_BUCKET}/*",)
_THEIR_LOGS: Final = ("arn:aws:logs:*:*:log-group:/aws/apprunner/*",)

COMMANDS: Final = (
    *(Grant(f"apprunner:{name}", ("*",)) for name in ("DescribeService", "ListOperations")),
    *(Grant(f"apprunner:{name}", _SERVICE, OURS) for name in ("PauseService", "ResumeService", "StartDeployment")),
    *(Grant(f"logs:{name}", _THEIR_LOGS) for name in ("FilterLogEvents", "GetLogEvents")),
    Grant("s3:ListBucket", _SITE),
    *(Grant(f"s3:{name}", _FILES) for name in ("DeleteObject", "GetObject", "PutObject")),
    Grant("cloudfront:CreateInvalidation", (arn("cloudfront", "distribution"),), OURS),
)
"""What a person or a pipeline needs for the commands that go to AWS by themselves: they read and write no settings."""
