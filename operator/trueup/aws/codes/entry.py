"""What one entry of the catalogue of error codes says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trueup.core.faults import Consequence

WAIT: Final = "Nothing to do: it is tried again by itself."
AGAIN: Final = "Nothing to do: the next look at AWS plans anew. If it lasts, correct the name or id in the spec."
RAISE: Final = "Ask AWS for a higher quota (Service Quotas), or remove what is no longer needed."
CORRECT: Final = "Correct the spec as the message says."


@dataclass(frozen=True, slots=True)
class Entry:
    """Error codes that mean the same. `services` is empty where they mean it everywhere.

    `says` is a part of AWS's message, where a service gives one code to many meanings: the entry speaks only of errors
    whose message has it, and before the entries without.
    """

    consequence: Consequence
    codes: tuple[str, ...]
    cause: str
    remedy: str
    services: tuple[str, ...] = ()
    says: str = ""


def entry(
    consequence: Consequence,
    codes: str,
    cause: str,
    remedy: str,
    services: tuple[str, ...] = (),
    says: str = "",
) -> Entry:
    """An entry whose codes are written with spaces between them."""
    return Entry(consequence, tuple(codes.split()), cause, remedy, services, says)
