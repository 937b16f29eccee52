"""Charter: the rules of AWS Budgets for amounts, alerts, subscribers, tags and pages."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call

_MOST_EMAILS = 10
_MOST_TAGS = 200

COST_TYPES = {
    "IncludeTax": True,
    "IncludeSubscription": True,
    "UseBlended": False,
    "IncludeRefund": True,
    "IncludeCredit": True,
    "IncludeUpfront": True,
    "IncludeRecurring": True,
    "IncludeOtherSubscription": True,
    "IncludeSupport": True,
    "IncludeDiscount": True,
    "UseAmortized": False,
}
"""The cost types of a budget that names none."""


def invalid(message: str) -> AwsError:
    """The refusal of a parameter."""
    return AwsError("InvalidParameterException", message)


def amount(value: str) -> str:
    """An amount as AWS gives it back: `50` becomes `50.0`."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise invalid(f"Amount {value!r} is not a number.") from None
    text = format(number.normalize(), "f")
    return text if "." in text else text + ".0"


def alert(given: Mapping[str, Any]) -> Document:
    """An alert as it is kept: its threshold a number, its type said."""
    spec = {key: value for key, value in given.items() if key != "NotificationState"}
    spec.setdefault("ThresholdType", "PERCENTAGE")
    threshold = float(spec["Threshold"])
    if threshold <= 0 or (spec["ThresholdType"] == "PERCENTAGE" and threshold > 1_000_000_000):
        raise invalid(f"Threshold {threshold} is not valid.")
    return {**spec, "Threshold": threshold}


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two alerts are one to AWS."""
    keys = ("NotificationType", "ComparisonOperator", "Threshold", "ThresholdType")
    return all(one[key] == other[key] for key in keys)


def audience(given: Sequence[Document]) -> list[Document]:
    """Subscribers, if there are some, not too many, and each with a fitting address."""
    kinds = [one["SubscriptionType"] for one in given]
    if not given:
        raise invalid("A notification needs at least one subscriber.")
    if kinds.count("SNS") > 1 or kinds.count("EMAIL") > _MOST_EMAILS:
        raise AwsError(
            "CreationLimitExceededException",
            f"A notification has at most one SNS topic and {_MOST_EMAILS} e-mail addresses.",
        )
    for one in given:
        address = str(one["Address"])
        if one["SubscriptionType"] == "EMAIL" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
            raise invalid(f"Address {address!r} is not an e-mail address.")
        if one["SubscriptionType"] == "SNS" and not address.startswith("arn:aws:sns:"):
            raise invalid(f"Address {address!r} is not the ARN of an SNS topic.")
    addresses = [(one["SubscriptionType"], one["Address"]) for one in given]
    if len(set(addresses)) != len(addresses):
        raise AwsError("DuplicateRecordException", "The same subscriber is there twice.")
    return [dict(one) for one in given]


def tagged(present: Mapping[str, str], more: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Tags with more of them set; later values win."""
    tags = dict(present)
    for tag in more:
        if tag["Key"].lower().startswith("aws:"):
            raise invalid(f"Tag key {tag['Key']} is reserved.")
        tags[tag["Key"]] = tag["Value"]
    if len(tags) > _MOST_TAGS:
        raise AwsError("ServiceQuotaExceededException", f"A budget has at most {_MOST_TAGS} tags.")
    return tags


def page(call: Call, key: str, names: Sequence[str], show: Callable[[str], Document]) -> Document:
    """One page by MaxResults and NextToken in the order of names; without MaxResults, 100."""
    limit = int(call.get("MaxResults") or 100)
    after = _token(call)
    ordered = sorted(name for name in names if after is None or name > after)
    result: Document = {key: [show(name) for name in ordered[:limit]]}
    if len(ordered) > limit:
        result["NextToken"] = base64.urlsafe_b64encode(ordered[limit - 1].encode()).decode()
    return result


def page_in_order(call: Call, key: str, items: Sequence[Document]) -> Document:
    """One page by MaxResults and NextToken in the order given."""
    limit, start = int(call.get("MaxResults") or 100), int(_token(call) or "0")
    result: Document = {key: list(items[start : start + limit])}
    if len(items) > start + limit:
        result["NextToken"] = base64.urlsafe_b64encode(str(start + limit).encode()).decode()
    return result


def _token(call: Call) -> str | None:
    token = call.get("NextToken") or call.get("NextPageToken")
    if not token:
        return None
    try:
        return base64.urlsafe_b64decode(str(token).encode()).decode()
    except ValueError:
        raise AwsError("InvalidNextTokenException", "The pagination token is not valid.") from None
