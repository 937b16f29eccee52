"""Error codes of App Runner, which gives one code to many meanings: only its message tells them apart.

The sentences are those that AWS was seen to answer, in public issues and in the code of other tools.
"""

from __future__ import annotations

from typing import Final

from trueup.aws.codes.entry import WAIT, entry
from trueup.core.faults import Consequence

_INVALID: Final = "InvalidRequestException"

APP_RUNNER: Final = (
    entry(
        Consequence.DENIED,
        "SubscriptionRequiredException OptInRequired",
        "App Runner takes no new customers since 30 April 2026, and this account was none.",
        "Use an account that has used App Runner before, or take the object out of the spec.",
        ("apprunner",),
    ),
    entry(
        Consequence.EXISTS,
        _INVALID,
        "A service, connector or connection of that name exists already.",
        "Choose another name, or delete the other one.",
        ("apprunner",),
        says="already exists",
    ),
    entry(
        Consequence.DEPENDENCY,
        _INVALID,
        "App Runner may not assume the role yet: a new role or trust policy is known everywhere after some minutes.",
        "Nothing: it is tried again. If it lasts, let the role's trust policy name App Runner.",
        ("apprunner",),
        says="Error in assuming",
    ),
    entry(
        Consequence.INVALID,
        _INVALID,
        "The connection to the source code does not exist, or waits for its handshake, which only a person can do.",
        "Open App Runner's page of connections in the AWS console and complete it there; then name it in the spec.",
        ("apprunner",),
        says="handshake",
    ),
    entry(
        Consequence.DEPENDENCY,
        _INVALID,
        "A service still uses it, or used it until a moment ago.",
        WAIT,
        ("apprunner",),
        says="used by",
    ),
)
