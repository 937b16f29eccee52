"""Error codes of RDS and DocumentDB, which share one API."""

from __future__ import annotations

from typing import Final

from trueup.aws.codes.entry import AGAIN, CORRECT, RAISE, WAIT, entry
from trueup.core.faults import Consequence

_RDS = ("rds", "docdb")
DATABASES: Final = (
    entry(
        Consequence.EXISTS,
        "DBClusterAlreadyExistsFault DBInstanceAlreadyExists DBSubnetGroupAlreadyExists "
        "DBParameterGroupAlreadyExists DBClusterSnapshotAlreadyExistsFault DBSnapshotAlreadyExists "
        "DBClusterEndpointAlreadyExistsFault DBProxyAlreadyExistsFault DBProxyEndpointAlreadyExistsFault "
        "DBProxyTargetAlreadyRegisteredFault DBSecurityGroupAlreadyExists DBShardGroupAlreadyExists "
        "BlueGreenDeploymentAlreadyExistsFault CustomDBEngineVersionAlreadyExistsFault "
        "GlobalClusterAlreadyExistsFault IntegrationAlreadyExistsFault OptionGroupAlreadyExistsFault "
        "ExportTaskAlreadyExists TenantDatabaseAlreadyExists ReservedDBInstanceAlreadyExists "
        "SubscriptionAlreadyExist AuthorizationAlreadyExists DBClusterRoleAlreadyExists "
        "DBInstanceRoleAlreadyExists DBCapacityReservationAlreadyExists",
        "Something of that name exists already in the account and region.",
        "Choose another name, or take it over with `adopt`.",
        _RDS,
    ),
    entry(
        Consequence.NOT_FOUND,
        "DBClusterNotFoundFault DBClusterNotFound DBInstanceNotFound DBInstanceNotFoundFault "
        "DBSubnetGroupNotFoundFault DBClusterParameterGroupNotFound DBParameterGroupNotFound "
        "DBClusterSnapshotNotFoundFault DBSnapshotNotFound DBSnapshotNotFoundFault DBProxyNotFoundFault "
        "DBProxyEndpointNotFoundFault DBProxyTargetGroupNotFoundFault DBProxyTargetNotFoundFault "
        "DBSecurityGroupNotFound DBShardGroupNotFound DBClusterEndpointNotFoundFault "
        "DBClusterBacktrackNotFoundFault DBClusterAutomatedBackupNotFoundFault "
        "DBInstanceAutomatedBackupNotFound DBClusterRoleNotFound DBInstanceRoleNotFound "
        "DBSnapshotTenantDatabaseNotFoundFault TenantDatabaseNotFound GlobalClusterNotFoundFault "
        "BlueGreenDeploymentNotFoundFault CustomDBEngineVersionNotFoundFault "
        "CustomAvailabilityZoneNotFound CustomAvailabilityZoneNotFoundFault "
        "IntegrationNotFoundFault OptionGroupNotFoundFault "
        "ExportTaskNotFound ReservedDBInstanceNotFound ReservedDBInstancesOfferingNotFound "
        "SubscriptionNotFound SubscriptionCategoryNotFound SourceNotFound AuthorizationNotFound "
        "CertificateNotFound DBLogFileNotFoundFault BackupPolicyNotFoundFault DBCapacityReservationNotFound",
        "What the call names does not exist (any more).",
        AGAIN,
        _RDS,
    ),
    entry(
        Consequence.INVALID,
        "DomainNotFoundFault IamRoleNotFound SNSTopicArnNotFound SNSInvalidTopic SNSNoAuthorization "
        "IamRoleMissingPermissions InvalidS3BucketFault Ec2ImagePropertiesNotSupportedFault "
        "KMSKeyNotAccessibleFault",
        "Something outside of RDS that the spec names is missing or may not be used by RDS.",
        "Create it, or give RDS access to it, or correct the spec.",
        _RDS,
    ),
    entry(
        Consequence.CONFLICT,
        "InvalidDBClusterStateFault InvalidDBInstanceState InvalidDBInstanceStateFault "
        "InvalidDBClusterSnapshotStateFault InvalidDBSnapshotState InvalidDBSubnetStateFault "
        "InvalidDBClusterEndpointStateFault InvalidDBProxyStateFault InvalidDBProxyEndpointStateFault "
        "InvalidDBShardGroupState InvalidDBSecurityGroupState InvalidDBClusterAutomatedBackupStateFault "
        "InvalidDBInstanceAutomatedBackupState InvalidGlobalClusterStateFault "
        "InvalidBlueGreenDeploymentStateFault InvalidCustomDBEngineVersionStateFault "
        "InvalidEventSubscriptionState InvalidExportSourceState InvalidExportTaskStateFault "
        "InvalidIntegrationStateFault InvalidResourceStateFault InvalidDBCapacityReservationState "
        "IntegrationConflictOperationFault DBInstanceNotReady InvalidVPCNetworkStateFault",
        "The database, or something of it, is in a state that does not allow this: AWS is changing it.",
        WAIT,
        _RDS,
    ),
    entry(
        Consequence.DEPENDENCY,
        "InvalidDBSubnetGroupStateFault InvalidDBParameterGroupState InvalidOptionGroupStateFault "
        "SubnetAlreadyInUse DBUpgradeDependencyFailure",
        "A database still uses it.",
        "Nothing to do: it goes once the database that uses it is gone. If it lasts, remove that database.",
        _RDS,
    ),
    entry(
        Consequence.QUOTA,
        "DBClusterQuotaExceededFault InstanceQuotaExceeded DBSubnetGroupQuotaExceeded "
        "DBSubnetQuotaExceededFault DBParameterGroupQuotaExceeded SnapshotQuotaExceeded "
        "SharedSnapshotQuotaExceeded StorageQuotaExceeded DBClusterAutomatedBackupQuotaExceededFault "
        "DBInstanceAutomatedBackupQuotaExceeded DBClusterEndpointQuotaExceededFault DBClusterRoleQuotaExceeded "
        "DBInstanceRoleQuotaExceeded DBProxyQuotaExceededFault DBProxyEndpointQuotaExceededFault "
        "QuotaExceeded.DBSecurityGroup AuthorizationQuotaExceeded MaxDBShardGroupLimitReached "
        "GlobalClusterQuotaExceededFault CustomDBEngineVersionQuotaExceededFault "
        "EventSubscriptionQuotaExceeded IntegrationQuotaExceededFault OptionGroupQuotaExceededFault "
        "ReservedDBInstanceQuotaExceeded TenantDatabaseQuotaExceeded",
        "A quota of the account is used up.",
        RAISE,
        _RDS,
    ),
    entry(
        Consequence.QUOTA,
        "InsufficientDBClusterCapacityFault InsufficientDBInstanceCapacity InsufficientStorageClusterCapacity "
        "InsufficientAvailableIPsInSubnetFault ProvisionedIopsNotAvailableInAZFault",
        "The zone has no capacity of this kind, or the subnets have no free address.",
        "Wait, or choose another instance class, other zones or larger subnets.",
        _RDS,
    ),
    entry(
        Consequence.INVALID,
        "DBSubnetGroupDoesNotCoverEnoughAZs InvalidSubnet InvalidDBSubnetGroupFault "
        "DBSubnetGroupNotAllowedFault NetworkTypeNotSupported VpcEncryptionControlViolationException",
        "The subnets do not fit: fewer than two zones, another network, or a network type without support.",
        "Give the Network private subnets in at least two zones, or refer to another Network.",
        _RDS,
    ),
    entry(
        Consequence.INVALID,
        "InvalidDBClusterCapacityFault StorageTypeNotAvailableFault StorageTypeNotSupported "
        "UnsupportedDBEngineVersion DBSecurityGroupNotSupported SourceClusterNotSupportedFault "
        "SourceDatabaseNotSupportedFault CreateCustomDBEngineVersionFault InvalidRestoreFault "
        "InvalidExportOnly PointInTimeRestoreNotEnabled DBCapacityReservationUnsupported "
        "InvalidDBClusterIdentifier InvalidDBInstanceIdentifier",
        "AWS does not offer this combination of engine, version, class, capacity or storage.",
        CORRECT,
        _RDS,
    ),
)
