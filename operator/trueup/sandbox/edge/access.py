"""Charter: whether a bucket's policy lets a distribution read a key, as S3 decides it.

Sources: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trueup.core.values import Doc, Json

_CLOUDFRONT = "cloudfront.amazonaws.com"


@dataclass(frozen=True)
class Asker:
    """Who asks S3: a distribution that signs its requests, or anybody."""

    distribution: str
    """Its ARN."""
    signed: bool

    def context(self) -> Mapping[str, str]:
        """What conditions can ask about."""
        named = {"aws:sourcearn": self.distribution, "aws:sourceaccount": self.distribution.split(":")[4]}
        return {"aws:securetransport": "true", **(named if self.signed else {})}


def allows(policy: str | None, asker: Asker, action: str, arn: str) -> bool:
    """Whether some statement allows the action on the resource, and none denies it."""
    if policy is None:
        return False
    statements = _several(json.loads(policy)["Statement"])
    decided = [one["Effect"] for one in statements if _speaks_of(one, asker, action, arn)]
    return "Allow" in decided and "Deny" not in decided


def _speaks_of(statement: Doc, asker: Asker, action: str, arn: str) -> bool:
    return (
        _principal(statement.get("Principal"), asker)
        and any(_like(pattern, action) for pattern in _several(statement.get("Action")))
        and any(_like(pattern, arn) for pattern in _several(statement.get("Resource")))
        and _conditions(statement, asker.context())
    )


def _principal(given: Json, asker: Asker) -> bool:
    if given == "*" or (isinstance(given, Mapping) and "*" in _several(given.get("AWS"))):
        return True
    return asker.signed and isinstance(given, Mapping) and _CLOUDFRONT in _several(given.get("Service"))


def _conditions(statement: Doc, context: Mapping[str, str]) -> bool:
    """Whether every condition holds; one that is not known holds for a denial and not for a permission."""
    unknown = statement["Effect"] == "Deny"
    for operator, keys in (statement.get("Condition") or {}).items():
        for key, wanted in keys.items():
            held = _holds(operator, context.get(key.lower()), _several(wanted))
            if not (unknown if held is None else held):
                return False
    return True


def _holds(operator: str, value: str | None, wanted: Sequence[Json]) -> bool | None:
    texts = [str(one).lower() if isinstance(one, bool) else str(one) for one in wanted]
    match operator:
        case "StringEquals" | "Bool":
            return value in texts
        case "StringNotEquals":
            return value not in texts
        case "StringLike" | "ArnLike" | "ArnEquals":
            return value is not None and any(_like(one, value) for one in texts)
        case _:
            return None


def _several(value: Json) -> list[Json]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _like(pattern: str, text: str) -> bool:
    parts = (".*" if one == "*" else "." if one == "?" else re.escape(one) for one in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None
