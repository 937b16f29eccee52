"""What can go wrong with an AWS call, by consequence: what follows for the object, not what AWS called it.

The mapping from AWS's error codes to consequences is made where the calls are made; here stands what each consequence
means: when to try again, whether a person must act, and what the object's conditions and events say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Consequence(StrEnum):
    """What follows from an error."""

    THROTTLED = "Throttled"
    CONFLICT = "Conflict"
    DEPENDENCY = "Dependency"
    DENIED = "Denied"
    CREDENTIALS = "Credentials"
    INVALID = "Invalid"
    QUOTA = "Quota"
    NOT_FOUND = "NotFound"
    EXISTS = "Exists"
    TAKEN = "Taken"
    NOT_EMPTY = "NotEmpty"
    UNAVAILABLE = "Unavailable"
    UNREACHABLE = "Unreachable"
    UNKNOWN_OUTCOME = "UnknownOutcome"
    UNIMPLEMENTED = "Unimplemented"
    UNEXPECTED = "Unexpected"


@dataclass(frozen=True, slots=True)
class Fault:
    """An AWS call that failed: what follows, what AWS said, and what to do. Holds no secret value."""

    consequence: Consequence
    code: str
    """AWS's error code, or the name of the client's own error where no answer with a code came."""
    message: str
    service: str
    operation: str
    remedy: str
    """One sentence: what to do."""
    outcome_unknown: bool = False
    """The call may have been carried out, and nothing (name or token) keeps a second one from doing it twice."""

    def __str__(self) -> str:
        said = f": {self.message}" if self.message else ""
        return f"{self.service}.{self.operation} failed with {self.code}{said}"

    @property
    def sentences(self) -> str:
        """What AWS said, and what to do."""
        return f"{str(self).rstrip('. ')}. {self.remedy}"


@dataclass(frozen=True, slots=True)
class Treatment:
    """How a consequence is treated."""

    meaning: str
    """One sentence for people: what this consequence says."""
    curve: tuple[int, ...]
    """Seconds to wait after the first failure, the second …; the last one holds for all that follow."""
    reason: str
    """The reason of the condition that reports it, CamelCase."""
    patience: int | None = None
    """After how many failures in a row a person must act: 1 at once, None never."""
    event: bool = False
    """Whether its first occurrence is worth an Event."""

    @property
    def person(self) -> bool:
        """Whether only a person can put it right, at once or after some patience."""
        return self.patience is not None


TREATMENTS: Final[Mapping[Consequence, Treatment]] = {
    Consequence.THROTTLED: Treatment("AWS asks for fewer calls; nothing was done.", (2, 4, 8, 15, 30, 60), "Throttled"),
    Consequence.CONFLICT: Treatment(
        "AWS is still busy with the resource; the call is made again when it is done.",
        (5, 10, 15, 20, 30),
        "ResourceBusy",
    ),
    Consequence.DEPENDENCY: Treatment(
        "Another resource still uses this one, or one that it needs is not ready.",
        (5, 10, 15, 20, 30, 60),
        "InUse",
        patience=20,
        event=True,
    ),
    Consequence.DENIED: Treatment(
        "The credentials are good, but they may not do this.",
        (30, 60, 120, 300),
        "AccessDenied",
        patience=1,
        event=True,
    ),
    Consequence.CREDENTIALS: Treatment(
        "There are no credentials, or AWS does not accept them.",
        (10, 20, 30, 60),
        "CredentialsInvalid",
        patience=2,
        event=True,
    ),
    Consequence.INVALID: Treatment(
        "AWS refuses the request as it is written.", (60, 300, 900, 1800), "Refused", patience=1, event=True
    ),
    Consequence.QUOTA: Treatment(
        "A quota of the account or the capacity of the zone is used up.",
        (60, 300, 900, 1800),
        "QuotaExceeded",
        patience=1,
        event=True,
    ),
    Consequence.NOT_FOUND: Treatment(
        "Something that the call names does not exist.", (2, 5, 10, 20, 30), "NotFound", patience=10
    ),
    Consequence.EXISTS: Treatment(
        "What the call would make exists already.", (2, 5, 10, 20, 30), "AlreadyExists", patience=10
    ),
    Consequence.TAKEN: Treatment(
        "Somebody else has what the call asks for, out of sight of this account.",
        (60, 300, 900, 1800),
        "NotOwned",
        patience=1,
        event=True,
    ),
    Consequence.NOT_EMPTY: Treatment(
        "It still holds what would be lost with it.", (30, 60, 120, 300), "NotEmpty", patience=1, event=True
    ),
    Consequence.UNAVAILABLE: Treatment(
        "AWS failed to answer for reasons of its own.",
        (2, 4, 8, 15, 30, 60),
        "AWSUnavailable",
        patience=20,
        event=True,
    ),
    Consequence.UNREACHABLE: Treatment(
        "AWS's endpoint cannot be reached: DNS, network, TLS or proxy.",
        (3, 5, 10, 20, 30, 60),
        "AWSUnreachable",
        patience=10,
        event=True,
    ),
    Consequence.UNKNOWN_OUTCOME: Treatment(
        "The answer was lost: AWS may or may not have done it; it is looked up before a second try.",
        (5, 10, 15, 30),
        "OutcomeUnknown",
    ),
    Consequence.UNIMPLEMENTED: Treatment(
        "This endpoint does not know the operation.",
        (300, 900, 1800),
        "NotImplemented",
        patience=1,
        event=True,
    ),
    Consequence.UNEXPECTED: Treatment(
        "AWS answered in a way that Trueup does not know.",
        (10, 30, 60, 120, 300),
        "UnexpectedError",
        patience=3,
        event=True,
    ),
}


def treatment(fault: Fault) -> Treatment:
    """How the fault is treated."""
    return TREATMENTS[fault.consequence]


def retry_after(fault: Fault, attempts: int) -> int:
    """Seconds until the next try after `attempts` failures in a row (1 for the first)."""
    curve = TREATMENTS[fault.consequence].curve
    return curve[min(max(attempts, 1), len(curve)) - 1]


def needs_person(fault: Fault, attempts: int) -> bool:
    """Whether, after `attempts` failures in a row, a person must act: the object is Stalled, and still retried."""
    patience = TREATMENTS[fault.consequence].patience
    return patience is not None and attempts >= patience


class ObservationFailed(Exception):
    """AWS could not be read; what was known before still stands, and nothing may be taken for absent."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault
