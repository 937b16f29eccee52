"""Whether a policy allows a request: as much of IAM as the generated policies use, and an error for anything else.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any


@dataclass(frozen=True)
class Request:
    """One check: an action on one resource, with the keys that AWS knows of it."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict[str, str])


def allows(policy: Mapping[str, Any], request: Request) -> bool:
    """Some statement allows the request; the generated policies hold no Deny."""
    return any(_applies(statement, request) for statement in policy["Statement"])


def actions(policy: Mapping[str, Any]) -> set[str]:
    """Every action that the policy names."""
    return {action for statement in policy["Statement"] for action in listed(statement["Action"])}


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def like(pattern: str, text: str) -> bool:
    """IAM's own wildcards: `*` for any characters and `?` for one."""
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL)


def _applies(statement: Mapping[str, Any], request: Request) -> bool:
    if statement["Effect"] != "Allow":
        raise NotImplementedError(statement["Effect"])
    return (
        any(like(action.lower(), request.action.lower()) for action in listed(statement["Action"]))
        and any(like(resource, request.resource) for resource in listed(statement["Resource"]))
        and all(
            _holds(operator, request.context.get(key), listed(values))
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _holds(operator: str, value: str | None, wanted: list[str]) -> bool:
    if operator == "Null":
        return wanted == ["true" if value is None else "false"]
    if operator.endswith("IfExists") and value is None:
        return True
    match operator.removesuffix("IfExists"):
        case "StringLike":
            return value is not None and any(like(pattern, value) for pattern in wanted)
        case "StringEquals":
            return value in wanted
        case _:
            raise NotImplementedError(operator)
