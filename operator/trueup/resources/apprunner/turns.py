"""What a schedule leaves on a service when it pauses or resumes it, in tags that one call sets right before.

By it, what a schedule did is told from what somebody did, and what a service costs from what it is to cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from trueup.core.declaring import Attr, Difference
from trueup.core.values import Doc
from trueup.resources.apprunner import operations
from trueup.resources.apprunner.base import TAGS

TURN_TAG: Final = "trueup.dev/turned-after"
"""The tag with the id of the operation that was the newest one when a schedule last had the service paused or resumed:
by it what a schedule did is told from what somebody did."""
HOURS_TAG: Final = "trueup.dev/hours-a-month"
"""The tag with the hours of a month in which the service has been running by its schedules."""


def by_schedule(doc: Doc) -> bool:
    """A schedule, this one or one before it, was the last to have it paused or resumed, or has yet to do so.

    Its mark comes before the call, which may never be made, or fail: then the schedule's word holds still.
    """
    mark = TAGS.read_from(doc).get(TURN_TAG)
    return mark is not None and operations.turned_at_most_once_since(doc, mark)


def hours(doc: Doc) -> int | None:
    """The hours of a month in which it has been running by its schedules; None where none has turned it yet."""
    said = TAGS.read_from(doc).get(HOURS_TAG, "")
    return int(said) if said.isdecimal() else None


def marks(doc: Doc, declared: int, *, for_good: bool) -> Mapping[str, str]:
    """The tags for a turn. More hours than there were come in by a change of their own, or when it turns for good."""
    known = hours(doc)
    least = declared if known is None or for_good else min(known, declared)
    return {TURN_TAG: operations.newest(doc), HOURS_TAG: str(least)}


def longer(doc: Doc, declared: int) -> Iterable[Difference]:
    """More hours are declared than there were: a change that costs, and that plans, budgets and people are to see."""
    known = hours(doc)
    if known is not None and known < declared:
        rule = Attr("Tags", keyed=True)
        yield Difference("tags", f"Tags.{HOURS_TAG}", str(declared), str(known), rule, HOURS_TAG, follows=True)
