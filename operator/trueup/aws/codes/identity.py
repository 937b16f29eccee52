"""Error codes of STS."""

from __future__ import annotations

from typing import Final

from trueup.aws.codes.entry import entry
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
)
