"""Charter: which calls are to go wrong, and how. Rules are data; carrying them out is the server's part."""

from __future__ import annotations

import threading
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.wire import WireRequest

Action = Literal["throttle", "denied", "error", "unavailable", "delay", "hang", "drop"]


class FaultRule(BaseModel):
    """One rule. Of the calls that match, the first `skip` pass, then every `every`-th is hit, `times` times in all.

    `when: after` carries the call out and then spoils its answer. `seconds` is for delay and hang.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: str = "*"
    operation: str = "*"
    caller: str = "*"
    action: Action
    code: str | None = None
    message: str | None = None
    status: int | None = Field(default=None, ge=400, le=599)
    seconds: float = Field(default=0.0, ge=0, le=3600)
    times: int | None = Field(default=None, ge=1)
    skip: int = Field(default=0, ge=0)
    every: int = Field(default=1, ge=1)
    when: Literal["before", "after"] = "before"

    def matches(self, request: WireRequest) -> bool:
        """Whether the rule speaks of this call."""
        return (
            fnmatchcase(request.service, self.service)
            and fnmatchcase(request.operation, self.operation)
            and fnmatchcase(request.caller, self.caller)
        )


_RULES = TypeAdapter(list[FaultRule])


class Faults:
    """The rules in force with their hit counts; safe to use from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[FaultRule] = []
        self._matched: list[int] = []
        self._fired: list[int] = []

    def put(self, rules: object) -> None:
        """Replace all rules; counts start anew. Raises pydantic's ValidationError on nonsense."""
        parsed = _RULES.validate_python(rules)
        with self._lock:
            self._rules, self._matched, self._fired = parsed, [0] * len(parsed), [0] * len(parsed)

    def view(self) -> list[dict[str, object]]:
        """The rules as given, with how many calls matched and how many were hit."""
        with self._lock:
            return [
                dict[str, object](rule.model_dump()) | {"matched": self._matched[index], "hits": self._fired[index]}
                for index, rule in enumerate(self._rules)
            ]

    def pick(self, request: WireRequest) -> FaultRule | None:
        """The first rule that hits this call, counting it; None if the call goes well."""
        with self._lock:
            for index, rule in enumerate(self._rules):
                if not rule.matches(request):
                    continue
                self._matched[index] += 1
                position = self._matched[index] - rule.skip - 1
                spent = rule.times is not None and self._fired[index] >= rule.times
                if position < 0 or position % rule.every or spent:
                    continue
                self._fired[index] += 1
                return rule
        return None


_THROTTLES: dict[str, tuple[str, int]] = {
    "ec2": ("RequestLimitExceeded", 503),
    "s3": ("SlowDown", 503),
    "sqs": ("RequestThrottled", 403),
    "sns": ("Throttled", 429),
    "guardduty": ("TooManyRequestsException", 429),
    "dynamodb": ("ThrottlingException", 400),
}
_THROTTLE_BY_PROTOCOL: dict[str, tuple[str, int]] = {
    "query": ("Throttling", 400),
    "ec2": ("RequestLimitExceeded", 503),
    "json": ("ThrottlingException", 400),
    "smithy-rpc-v2-cbor": ("ThrottlingException", 400),
    "rest-json": ("TooManyRequestsException", 429),
    "rest-xml": ("Throttling", 400),
}
_DENIALS: dict[str, tuple[str, int]] = {
    "ec2": ("UnauthorizedOperation", 403),
    "query": ("AccessDenied", 403),
    "rest-xml": ("AccessDenied", 403),
    "rest-json": ("AccessDeniedException", 403),
    "json": ("AccessDeniedException", 400),
    "smithy-rpc-v2-cbor": ("AccessDeniedException", 400),
}
_FAILURES: dict[str, tuple[str, int]] = {
    "ec2": ("InternalError", 500),
    "s3": ("InternalError", 500),
    "budgets": ("InternalErrorException", 500),
    "secretsmanager": ("InternalServiceError", 500),
    "apprunner": ("InternalServiceErrorException", 500),
}


def fault_error(rule: FaultRule, request: WireRequest) -> AwsError:
    """The AWS error by which this rule's throttle, denial or failure shows itself in the call's service."""
    if rule.action == "throttle":
        code, status = _THROTTLES.get(request.service) or _THROTTLE_BY_PROTOCOL[request.protocol]
        message = "Rate exceeded"
    elif rule.action == "denied":
        code, status = _DENIALS[request.protocol]
        message = (
            f"User: arn:aws:iam::{request.account}:user/{request.caller} is not authorized to perform: "
            f"{request.service}:{request.operation} because no identity-based policy allows the "
            f"{request.service}:{request.operation} action"
        )
    else:
        code, status = _FAILURES.get(request.service, ("InternalFailure", 500))
        message = "The request processing has failed because of an unknown error, exception or failure."
    return AwsError(rule.code or code, rule.message or message, rule.status or status)
