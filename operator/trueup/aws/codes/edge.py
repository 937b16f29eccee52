"""Error codes of CloudFront and of ACM."""

from __future__ import annotations

from typing import Final

from trueup.aws.codes.entry import AGAIN, CORRECT, RAISE, WAIT, entry
from trueup.core.faults import Consequence

_EDGE: Final = ("cloudfront",)
_CERTIFICATES: Final = ("acm",)

EDGE: Final = (
    entry(
        Consequence.TAKEN,
        "CNAMEAlreadyExists",
        "Another distribution, of this account or of another one, answers to one of the names already.",
        "Take the name out of `domains`, or off the other distribution: to move one without an outage, see AWS's "
        "guide to alternate domain names.",
        _EDGE,
    ),
    entry(
        Consequence.CONFLICT,
        "PreconditionFailed InvalidIfMatchVersion",
        "Somebody changed it since it was read: nothing was written over.",
        WAIT,
        _EDGE,
    ),
    entry(
        Consequence.DEPENDENCY,
        "DistributionNotDisabled StreamingDistributionNotDisabled ResourceNotDisabled",
        "It must be disabled everywhere before it goes, which takes minutes.",
        WAIT,
        _EDGE,
    ),
    entry(
        Consequence.THROTTLED,
        "TooManyInvalidationsInProgress",
        "As many invalidations are under way as CloudFront takes at once.",
        WAIT,
        _EDGE,
    ),
    entry(
        Consequence.INVALID,
        "InvalidViewerCertificate",
        "The certificate is not issued, not in us-east-1, or does not have every name of the distribution.",
        "Nothing, if it was just issued; else let `domains` be what the certificate has.",
        _EDGE,
    ),
    entry(
        Consequence.EXISTS,
        "CachePolicyAlreadyExists CloudFrontOriginAccessIdentityAlreadyExists "
        "ContinuousDeploymentPolicyAlreadyExists DistributionAlreadyExists "
        "FieldLevelEncryptionConfigAlreadyExists FieldLevelEncryptionProfileAlreadyExists FunctionAlreadyExists "
        "KeyGroupAlreadyExists MonitoringSubscriptionAlreadyExists OriginAccessControlAlreadyExists "
        "OriginRequestPolicyAlreadyExists PublicKeyAlreadyExists RealtimeLogConfigAlreadyExists "
        "ResponseHeadersPolicyAlreadyExists StreamingDistributionAlreadyExists",
        "It was made already: a name or a reference that is used once only.",
        "Nothing: the next look finds what was made. If it lasts, somebody else has the name.",
        _EDGE,
    ),
    entry(
        Consequence.DEPENDENCY,
        "CachePolicyInUse CannotDeleteEntityWhileInUse CannotUpdateEntityWhileInUse "
        "CloudFrontOriginAccessIdentityInUse ContinuousDeploymentPolicyInUse FieldLevelEncryptionConfigInUse "
        "FieldLevelEncryptionProfileInUse FunctionInUse OriginAccessControlInUse OriginRequestPolicyInUse "
        "PublicKeyInUse RealtimeLogConfigInUse ResourceInUse ResponseHeadersPolicyInUse StagingDistributionInUse",
        "Something still uses what is to go or to change.",
        WAIT,
        _EDGE,
    ),
    entry(
        Consequence.NOT_FOUND,
        "EntityNotFound NoSuchCachePolicy NoSuchCloudFrontOriginAccessIdentity NoSuchContinuousDeploymentPolicy "
        "NoSuchDistribution NoSuchFieldLevelEncryptionConfig NoSuchFieldLevelEncryptionProfile "
        "NoSuchFunctionExists NoSuchInvalidation NoSuchMonitoringSubscription NoSuchOrigin "
        "NoSuchOriginAccessControl NoSuchOriginRequestPolicy NoSuchPublicKey NoSuchRealtimeLogConfig "
        "NoSuchResource NoSuchResponseHeadersPolicy NoSuchStreamingDistribution",
        "What the call names does not exist (any more).",
        AGAIN,
        _EDGE,
    ),
    entry(
        Consequence.QUOTA,
        "BatchTooLarge EntityLimitExceeded EntitySizeLimitExceeded FieldLevelEncryptionProfileSizeExceeded "
        "FunctionSizeLimitExceeded TooLongCSPInResponseHeadersPolicy TooManyCacheBehaviors TooManyCachePolicies "
        "TooManyCertificates TooManyCloudFrontOriginAccessIdentities TooManyContinuousDeploymentPolicies "
        "TooManyCookieNamesInWhiteList TooManyCookiesInCachePolicy TooManyCookiesInOriginRequestPolicy "
        "TooManyCustomHeadersInResponseHeadersPolicy TooManyDistributionCNAMEs TooManyDistributions "
        "TooManyDistributionsAssociatedToCachePolicy TooManyDistributionsAssociatedToFieldLevelEncryptionConfig "
        "TooManyDistributionsAssociatedToKeyGroup TooManyDistributionsAssociatedToOriginAccessControl "
        "TooManyDistributionsAssociatedToOriginRequestPolicy "
        "TooManyDistributionsAssociatedToResponseHeadersPolicy TooManyDistributionsWithFunctionAssociations "
        "TooManyDistributionsWithLambdaAssociations TooManyDistributionsWithSingleFunctionARN "
        "TooManyFieldLevelEncryptionConfigs TooManyFieldLevelEncryptionContentTypeProfiles "
        "TooManyFieldLevelEncryptionEncryptionEntities TooManyFieldLevelEncryptionFieldPatterns "
        "TooManyFieldLevelEncryptionProfiles TooManyFieldLevelEncryptionQueryArgProfiles "
        "TooManyFunctionAssociations TooManyFunctions TooManyHeadersInCachePolicy TooManyHeadersInForwardedValues "
        "TooManyHeadersInOriginRequestPolicy TooManyKeyGroups TooManyKeyGroupsAssociatedToDistribution "
        "TooManyLambdaFunctionAssociations TooManyOriginAccessControls TooManyOriginCustomHeaders "
        "TooManyOriginGroupsPerDistribution TooManyOriginRequestPolicies TooManyOrigins TooManyPublicKeys "
        "TooManyPublicKeysInKeyGroup TooManyQueryStringParameters TooManyQueryStringsInCachePolicy "
        "TooManyQueryStringsInOriginRequestPolicy TooManyRealtimeLogConfigs "
        "TooManyRemoveHeadersInResponseHeadersPolicy TooManyResponseHeadersPolicies "
        "TooManyStreamingDistributionCNAMEs TooManyStreamingDistributions TooManyTrustedSigners",
        "A quota of the account, or of one distribution, policy or function is used up.",
        RAISE,
        _EDGE,
    ),
    entry(
        Consequence.INVALID,
        "CannotChangeImmutablePublicKeyFields IllegalDelete "
        "IllegalFieldLevelEncryptionConfigAssociationWithCacheBehavior IllegalOriginAccessConfiguration "
        "IllegalUpdate InconsistentQuantities InvalidAssociation InvalidDefaultRootObject "
        "InvalidDomainNameForOriginAccessControl InvalidErrorCode InvalidForwardCookies "
        "InvalidFunctionAssociation InvalidGeoRestrictionParameter InvalidHeadersForS3Origin "
        "InvalidLambdaFunctionAssociation InvalidLocationCode InvalidMinimumProtocolVersion InvalidOrigin "
        "InvalidOriginAccessControl InvalidOriginAccessIdentity InvalidOriginKeepaliveTimeout "
        "InvalidOriginReadTimeout InvalidProtocolSettings InvalidQueryStringParameters InvalidRelativePath "
        "InvalidRequiredProtocol InvalidResponseCode InvalidTTLOrder InvalidTagging InvalidWebACLId MissingBody "
        "QueryArgProfileEmpty RealtimeLogConfigOwnerMismatch TestFunctionFailed TrustedKeyGroupDoesNotExist "
        "TrustedSignerDoesNotExist",
        "CloudFront refuses a value, or values that do not go together.",
        CORRECT,
        _EDGE,
    ),
    entry(
        Consequence.CONFLICT,
        "RequestInProgressException",
        "The certificate is not issued yet.",
        WAIT,
        _CERTIFICATES,
    ),
    entry(
        Consequence.INVALID,
        "InvalidArgsException InvalidArnException InvalidDomainValidationOptionsException InvalidTagException "
        "InvalidParameterException",
        "ACM refuses a name, an ARN or a tag as it is written.",
        CORRECT,
        _CERTIFICATES,
    ),
    entry(
        Consequence.UNAVAILABLE,
        "InternalServerException",
        "ACM failed to answer for reasons of its own.",
        WAIT,
        _CERTIFICATES,
    ),
    entry(
        Consequence.QUOTA,
        "LimitExceededException",
        "The account asked for as many certificates as its quota allows, this year or at once, or one has too "
        "many names.",
        RAISE,
        _CERTIFICATES,
    ),
)
