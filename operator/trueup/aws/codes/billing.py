"""Error codes of Budgets and Cost Explorer."""

from __future__ import annotations

from typing import Final

from trueup.aws.codes.entry import AGAIN, CORRECT, WAIT, entry
from trueup.core.faults import Consequence

BILLING: Final = (
    entry(
        Consequence.UNAVAILABLE,
        "BillingViewHealthStatusException DataUnavailableException BillExpirationException",
        "The account's billing data is not ready: new accounts take a day, changed views a few hours.",
        "Nothing to do: it is tried again. In a new account open Cost Explorer once.",
        ("budgets", "ce"),
    ),
    entry(
        Consequence.NOT_FOUND,
        "UnknownMonitorException UnknownSubscriptionException AnalysisNotFoundException",
        "What the call names does not exist (any more).",
        AGAIN,
        ("ce",),
    ),
    entry(
        Consequence.CONFLICT,
        "GenerationExistsException BackfillLimitExceededException",
        "A request of this kind is still being worked on.",
        WAIT,
        ("ce",),
    ),
    entry(
        Consequence.INVALID,
        "UnresolvableUsageUnitException",
        "Cost Explorer cannot add up usage in different units.",
        CORRECT,
        ("ce",),
    ),
)
