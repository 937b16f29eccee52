"""Error codes of STS and IAM."""

from __future__ import annotations

from typing import Final

from trueup.aws.codes.entry import AGAIN, CORRECT, RAISE, WAIT, entry
from trueup.core.faults import Consequence

IDENTITY: Final = (
    entry(
        Consequence.DENIED,
        "RegionDisabledException",
        "The region is not enabled for this account.",
        "Enable the region in the account's settings, or choose another `region`.",
        ("sts",),
    ),
    entry(
        Consequence.CREDENTIALS,
        "IDPCommunicationError IDPRejectedClaim InvalidIdentityToken InvalidAuthorizationMessageException "
        "ExpiredTradeInTokenException SessionDurationEscalationException "
        "OutboundWebIdentityFederationDisabledException JWTPayloadSizeExceededException",
        "The identity provider or the token that it gave is not accepted.",
        "Check the cluster's OIDC provider in IAM, the role's trust policy and the service account's annotation.",
        ("sts",),
    ),
    entry(
        Consequence.INVALID,
        "PackedPolicyTooLarge",
        "The session's policies and tags are too large together.",
        "Take tags off the role's session.",
        ("sts",),
    ),
    entry(
        Consequence.CONFLICT,
        "ConcurrentModification EntityTemporarilyUnmodifiable RoleModified ReportInProgress",
        "Another change of the role, policy or report is under way.",
        WAIT,
        ("iam",),
    ),
    entry(
        Consequence.DEPENDENCY,
        "DeleteConflict",
        "Something is still attached to what is to be deleted.",
        "Nothing: what is ours is taken off first. If it lasts, detach in the console what the message names.",
        ("iam",),
    ),
    entry(
        Consequence.DENIED,
        "UnmodifiableEntity NotSupportedService RoleTemplateDisabled FeatureDisabled FeatureEnabled "
        "ServiceAccessNotEnabledException CallerIsNotManagementAccountException "
        "AccountNotManagementOrDelegatedAdministratorException OrganizationNotInAllFeaturesModeException",
        "What the call names belongs to an AWS service or to the organization, or is switched off there.",
        "Leave it to its owner: name a role of your own in the spec.",
        ("iam",),
    ),
    entry(
        Consequence.EXISTS,
        "NameConflict DuplicateCertificate DuplicateSSHPublicKey",
        "Something of that name or content exists already.",
        "Choose another name.",
        ("iam",),
    ),
    entry(
        Consequence.INVALID,
        "PolicyNotAttachable PolicyEvaluation InvalidUserType InvalidAuthenticationCode InvalidCertificate "
        "MalformedCertificate KeyPairMismatch InvalidPublicKey UnrecognizedPublicKeyEncoding PasswordPolicyViolation",
        "IAM refuses a policy, key, certificate or password.",
        CORRECT,
        ("iam",),
    ),
    entry(
        Consequence.NOT_FOUND,
        "OrganizationNotFoundException",
        "The account is in no organization.",
        AGAIN,
        ("iam",),
    ),
    entry(
        Consequence.QUOTA,
        "ReportGenerationLimitExceeded",
        "Too many reports were asked for.",
        RAISE,
        ("iam",),
    ),
    entry(
        Consequence.UNAVAILABLE,
        "OpenIdIdpCommunicationError ReportExpired ReportNotPresent",
        "IAM has not got the report, or could not reach the identity provider.",
        WAIT,
        ("iam",),
    ),
)
