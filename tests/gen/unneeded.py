"""What CloudFormation asks for one of our types and Trueup does without."""

from __future__ import annotations

from collections.abc import Mapping

_KEY = "encrypted with AWS's own keys, whose policies let RDS use them"
_ROLES = "no roles of databases are declared"
_GLOBAL = "no global clusters"
_PUBLISHED = "CloudFormation waits by events; we by states"
_LOOK = "read for fields that we do not declare"
_LATTICE = "endpoints are gateways to AWS's services"
_PRIVATE = "zones are public"
_LOGGED = "queries are not logged"
_GATEWAY = "attachments are those of internet gateways"

_PUBLIC = "certificates are public ones"
_TENANTS = "distributions have no tenants"

_FEATURES = """
    CreateBucketMetadataTableConfiguration DeleteBucketAnalyticsConfiguration DeleteBucketMetadataTableConfiguration
    DeleteBucketMetricsConfiguration DeleteBucketReplication DeleteBucketWebsite GetAccelerateConfiguration
    GetAnalyticsConfiguration GetBucketAbac GetBucketLogging GetBucketMetadataTableConfiguration GetBucketNotification
    GetBucketObjectLockConfiguration GetBucketWebsite GetIntelligentTieringConfiguration GetInventoryConfiguration
    GetMetricsConfiguration GetReplicationConfiguration PutAccelerateConfiguration PutAnalyticsConfiguration
    PutBucketAbac PutBucketLogging PutBucketNotification PutBucketObjectLockConfiguration PutBucketReplication
    PutBucketWebsite PutIntelligentTieringConfiguration PutInventoryConfiguration PutMetricsConfiguration
    PutObjectLockConfiguration PutReplicationConfiguration UpdateBucketMetadataAnnotationTableConfiguration
    UpdateBucketMetadataInventoryTableConfiguration UpdateBucketMetadataJournalTableConfiguration
"""
"""What S3 has beside what we declare of a bucket."""
_TABLES = """
    CreateNamespace CreateTable CreateTableBucket GetTable GetTableMetadataLocation PutTableBucketPolicy
    PutTableEncryption PutTablePolicy UpdateTableMetadataLocation
"""
_REPLACED = "a setting is replaced, never deleted; where it is, the action is another"
_SET = "the tags of a bucket are read and written as a set"
_OBJECTS = "objects are none of ours"

_BOUNDARY = "roles have no boundary of ours"
_OF_ROLES = "shown by GetAccountAuthorizationDetails"
_UNSEEN = "what that does not show is not declared"
_WRITTEN_BY_AWS = "App Runner writes its logs under its own role"
_RULES = "App Runner's own rules on repositories are made under its own role"

_OTHERS_OF_LOGS = "of a log group its retention alone is declared"
_LOG_FEATURES = """
    AssociateKmsKey CreateLogDelivery DeleteDataProtectionPolicy DeleteIndexPolicy DeleteLogGroup DeleteResourcePolicy
    DeleteRetentionPolicy DescribeIndexPolicies DescribeResourcePolicies DisassociateKmsKey GetDataProtectionPolicy
    ListTagsForResource PutBearerTokenAuthentication PutDataProtectionPolicy PutIndexPolicy
    PutLogGroupDeletionProtection PutResourcePolicy TagResource UntagResource
"""

UNNEEDED: Mapping[str, str] = {
    "apprunner:DescribeVpcConnector": "ListVpcConnectors shows them whole",
    "events:PutRule": _RULES,
    "events:PutTargets": _RULES,
    "iam:DeleteRolePermissionsBoundary": _BOUNDARY,
    "iam:GetRolePolicy": _OF_ROLES,
    "iam:ListAttachedRolePolicies": _OF_ROLES,
    "iam:ListRolePolicies": _OF_ROLES,
    "iam:ListRoleTags": _OF_ROLES,
    "iam:PutRolePermissionsBoundary": _BOUNDARY,
    "iam:UpdateRole": _UNSEEN,
    "iam:UpdateRoleDescription": _UNSEEN,
    "logs:CreateLogStream": _WRITTEN_BY_AWS,
    "logs:DescribeLogStreams": _WRITTEN_BY_AWS,
    "logs:PutLogEvents": _WRITTEN_BY_AWS,
    **{f"logs:{name}": _OTHERS_OF_LOGS for name in _LOG_FEATURES.split()},
    "firehose:TagDeliveryStream": _OTHERS_OF_LOGS,
    "s3:REST.PUT.OBJECT": _OTHERS_OF_LOGS,
    **{f"s3:{name}": "not declared" for name in _FEATURES.split()},
    **{f"s3tables:{name}": "not declared" for name in _TABLES.split()},
    "s3:DeleteBucketCors": _REPLACED,
    "s3:DeleteBucketEncryption": _REPLACED,
    "s3:DeleteBucketLifecycle": _REPLACED,
    "s3:DeleteBucketPolicy": _REPLACED,
    "s3:DeleteBucketTagging": _SET,
    "s3:ListBucket": _OBJECTS,
    "s3:ListTagsForResource": _SET,
    "s3:PutObjectAcl": _OBJECTS,
    "s3:UntagResource": _SET,
    "acm-pca:GetCertificate": _PUBLIC,
    "acm-pca:IssueCertificate": _PUBLIC,
    "acm:UpdateCertificateOptions": "not declared",
    "cloudfront:CreateConnectionGroup": _TENANTS,
    "cloudfront:CreateDistributionWithTags": "no action of IAM: CreateDistribution and TagResource are asked for",
    "cloudfront:GetConnectionGroup": _TENANTS,
    "cloudfront:GetDistribution": "its configuration is read, and its state listed",
    "cloudfront:GetVpcOrigin": "origins are buckets",
    "cloudfront:UpdateDistributionWithStagingConfig": "not declared",
    "billing:GetBillingViewData": "only for budgets of a billing view of one's own",
    "ec2:AcceptAddressTransfer": "addresses are allocated, not taken over",
    "ec2:AssociateAddress": "a NAT gateway takes its address when it is made",
    "ec2:AssociateNatGatewayAddress": "a NAT gateway has one address for ever",
    "ec2:AssignPrivateNatGatewayAddress": "a NAT gateway has one address for ever",
    "ec2:AssociateSubnetCidrBlock": "subnets have one range",
    "ec2:AttachVpnGateway": _GATEWAY,
    "ec2:CreateVpcEncryptionControl": "not declared",
    "ec2:DescribeInstances": _LOOK,
    "ec2:DescribeNetworkAcls": _LOOK,
    "ec2:DescribeNetworkInterfaces": "routes lead to gateways",
    "ec2:DescribeTags": "lists show tags",
    "ec2:DescribeVpcEncryptionControls": _LOOK,
    "ec2:DescribeVpnGateways": _GATEWAY,
    "ec2:DetachVpnGateway": _GATEWAY,
    "ec2:DisassociateAddress": "addresses go after the gateways that hold them",
    "ec2:DisassociateNatGatewayAddress": "a NAT gateway has one address for ever",
    "ec2:DisassociateSubnetCidrBlock": "subnets have one range",
    "ec2:ModifyVpcTenancy": "not declared",
    "ec2:UnassignPrivateNatGatewayAddress": "a NAT gateway has one address for ever",
    "iam:GetRole": _ROLES,
    "iam:ListRoles": _ROLES,
    "kms:CreateGrant": _KEY,
    "rds:AddRoleToDBCluster": _ROLES,
    "rds:AddRoleToDBInstance": _ROLES,
    "rds:CreateDBInstanceReadReplica": "members join a cluster",
    "rds:CreateDBSnapshot": "snapshots are of clusters",
    "rds:DescribeDBClusterAutomatedBackups": _LOOK,
    "rds:DescribeDBEngineVersions": _LOOK,
    "rds:DescribeDBInstanceAutomatedBackups": _LOOK,
    "rds:DescribeDBParameterGroups": _LOOK,
    "rds:DescribeDBSnapshots": "snapshots are of clusters",
    "rds:DescribeEngineDefaultClusterParameters": _LOOK,
    "rds:DescribeEvents": _PUBLISHED,
    "rds:DescribeGlobalClusters": _GLOBAL,
    "rds:DisableHttpEndpoint": "not declared",
    "rds:EnableHttpEndpoint": "not declared",
    "rds:PromoteReadReplica": "members join a cluster",
    "rds:RebootDBInstance": "a restart is a person's to make",
    "rds:RemoveFromGlobalCluster": _GLOBAL,
    "rds:RemoveRoleFromDBCluster": _ROLES,
    "rds:RemoveRoleFromDBInstance": _ROLES,
    "rds:RestoreDBInstanceFromDBSnapshot": "snapshots are of clusters",
    "rds:RestoreDBInstanceToPointInTime": "snapshots are of clusters",
    "rds:StartDBInstanceAutomatedBackupsReplication": "not declared",
    "rds:StopDBInstanceAutomatedBackupsReplication": "not declared",
    "route53:AssociateVPCWithHostedZone": _PRIVATE,
    "route53:CreateQueryLoggingConfig": _LOGGED,
    "route53:DeleteQueryLoggingConfig": _LOGGED,
    "route53:DisassociateVPCFromHostedZone": _PRIVATE,
    "route53:GetChange": "a record counts as made when it is listed",
    "route53:GetHostedZone": "lists show what we declare, and records the name servers",
    "route53:ListQueryLoggingConfigs": _LOGGED,
    "route53:UpdateHostedZoneFeatures": "not declared",
    "secretsmanager:GetRandomPassword": "what is drawn is drawn where the call is made",
    "secretsmanager:RemoveRegionsFromReplication": "secrets stay in their region",
    "secretsmanager:ReplicateSecretToRegions": "secrets stay in their region",
    "vpc-lattice:CreateServiceNetworkVpcEndpointAssociation": _LATTICE,
    "vpc-lattice:DescribeServiceNetworkVpcEndpointAssociation": _LATTICE,
    "vpce:AllowMultiRegion": _LATTICE,
}
"""Permissions that CloudFormation asks for one of our types and we never use, each with the reason."""
