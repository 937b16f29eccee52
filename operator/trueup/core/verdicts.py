"""What AWS says of a change after it was accepted, for types whose changes can be taken back or must wait.

Defaults for types where what is accepted is done; others override what they need.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from trueup.core.declaring import Difference
from trueup.core.values import MISSING, Doc, Json


@dataclass(frozen=True, slots=True)
class Refusal:
    """AWS accepted a change, tried it, and took it back or could not do it."""

    reason: str
    """The conditions' reason."""
    message: str
    """What was tried, why it failed, what is so instead, and what to do."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What was tried, as AWS's later answers are held against it."""

    since: str
    """The moment of the document after which it was tried."""
    first: datetime
    """When it was first tried as it is."""
    timed: bool = False
    """It was what the time asked for, not what the spec does."""


class Answering:
    """What a type says of changes that were asked for."""

    JUDGED: ClassVar[bool] = False
    """AWS may take back what it has accepted: what was tried last stands on the object before it is tried."""

    def pending(self, name: str, doc: Doc) -> Json:
        """The value that AWS has accepted for a field and not applied yet, or MISSING."""
        del name, doc
        return MISSING

    def withheld(self, doc: Doc, found: tuple[Difference, ...]) -> str | None:
        """Why AWS takes these changes only after something else has happened that is not ours to do; None: now."""
        del doc, found
        return None

    @classmethod
    def rests(cls, doc: Doc) -> str:
        """By whom it was stopped, where nothing is wrong and it cannot be used; or nothing."""
        del doc
        return ""

    @classmethod
    def meanwhile(cls, doc: Doc) -> str:
        """While it is being created: what else it depends on, for a person to look at if it lasts; or nothing."""
        del doc
        return ""

    @classmethod
    def moment(cls, doc: Doc) -> str:
        """Names the document's newest operation, in one word: what is tried now comes after it."""
        del doc
        return ""

    @classmethod
    def refusal(cls, doc: Doc, trial: Trial, now: datetime) -> Refusal | None:
        """What was tried was taken back, and is not to be tried again as it was, or not yet."""
        del doc, trial, now
        return None

    @classmethod
    def taken_back(cls, doc: Doc) -> Refusal | None:
        """What was tried last without being planned was taken back, and nothing else has held since."""
        del doc
        return None
