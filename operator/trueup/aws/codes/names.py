"""Error codes of Route 53."""

from __future__ import annotations

from typing import Final

from trueup.aws.codes.entry import AGAIN, CORRECT, RAISE, WAIT, entry
from trueup.core.faults import Consequence

_DNS = ("route53",)
NAMES: Final = (
    entry(
        Consequence.NOT_FOUND,
        "NoSuchHostedZone NoSuchChange NoSuchDelegationSet NoSuchHealthCheck NoSuchGeoLocation NoSuchTrafficPolicy "
        "NoSuchTrafficPolicyInstance NoSuchQueryLoggingConfig NoSuchKeySigningKey NoSuchCidrCollectionException "
        "NoSuchCidrLocationException HostedZoneNotFound NoSuchCloudWatchLogsLogGroup "
        "VPCAssociationNotFound VPCAssociationAuthorizationNotFound DNSSECNotFound",
        "What the call names does not exist (any more).",
        AGAIN,
        _DNS,
    ),
    entry(
        Consequence.EXISTS,
        "HostedZoneAlreadyExists HealthCheckAlreadyExists DelegationSetAlreadyCreated DelegationSetAlreadyReusable "
        "TrafficPolicyAlreadyExists TrafficPolicyInstanceAlreadyExists QueryLoggingConfigAlreadyExists "
        "KeySigningKeyAlreadyExists CidrCollectionAlreadyExistsException CidrBlockInUseException "
        "ProtectionAlreadyExists",
        "It was made already, or its reference was used before, if only by something that is gone.",
        "Nothing: the next look finds what was made, or takes another reference.",
        _DNS,
    ),
    entry(
        Consequence.DEPENDENCY,
        "HostedZoneNotEmpty HealthCheckInUse DelegationSetInUse TrafficPolicyInUse CidrCollectionInUseException "
        "LastVPCAssociation KeySigningKeyInUse KeySigningKeyInParentDSRecord HostedZonePartiallyDelegated",
        "The zone still holds records, or something still uses what is to go.",
        "Delete the records that are not Trueup's, or set `deletionPolicy` to Retain.",
        _DNS,
    ),
    entry(
        Consequence.INVALID,
        "InvalidChangeBatch",
        "AWS refuses the records: a value does not fit its type, the name lies outside the zone, or another record "
        "stands in the way (a CNAME stands alone at its name).",
        "Correct the record as the message says, or remove the other one.",
        _DNS,
    ),
    entry(
        Consequence.INVALID,
        "InvalidDomainName InvalidVPCId InvalidPaginationToken InvalidTrafficPolicyDocument InvalidSigningStatus "
        "InvalidKMSArn InvalidKeySigningKeyName InvalidKeySigningKeyStatus InvalidArgument IncompatibleVersion "
        "PublicZoneVPCAssociation DelegationSetNotReusable HealthCheckVersionMismatch NotAuthorizedException "
        "InsufficientCloudWatchLogsResourcePolicy KeySigningKeyWithActiveStatusNotFound "
        "CidrCollectionVersionMismatchException InvalidResourceRecordSetProtectionBatch",
        "AWS refuses a name, an id or a combination as it is written.",
        CORRECT,
        _DNS,
    ),
    entry(
        Consequence.CONFLICT,
        "ConcurrentModification ConflictingTypes ConflictingDomainExists HostedZoneNotPrivate",
        "Somebody changes the same thing at the same time, or has a conflicting domain.",
        WAIT,
        _DNS,
    ),
    entry(
        Consequence.QUOTA,
        "TooManyHostedZones TooManyHealthChecks TooManyTrafficPolicies TooManyTrafficPolicyInstances "
        "TooManyTrafficPolicyVersionsForCurrentPolicy TooManyVPCAssociationAuthorizations TooManyKeySigningKeys "
        "LimitsExceeded DelegationSetNotAvailable",
        "A quota of the account or of the zone is used up.",
        RAISE,
        _DNS,
    ),
)
