"""Changes that AWS may take back: what was tried stands on the object, and is not tried again as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from trueup.core.ledger import parse_time, stamp
from trueup.core.observed import Observed
from trueup.core.plan import TIMED, Block, Blocker, Plan, Policy, Step, block_where
from trueup.core.resource import Seen
from trueup.core.values import Phase
from trueup.core.verdicts import Refusal, Trial


def written(step: Step, before: str | None, now: datetime) -> str:
    """The record of a try that is made now; what is tried again as it was keeps the time of its first try."""
    attempt, _, first = _read(before)
    began = first if attempt == step.attempt and first is not None else now
    moment = step.kind.moment(step.seen.doc) if step.seen is not None else ""
    return f"{step.attempt} {moment} {stamp(began)}"


def _read(record: str | None) -> tuple[str, str, datetime | None]:
    attempt, since, first = (*(record or "").split(" "), "", "")[:3]
    return attempt, since, parse_time(first)


def _held_against(record: str | None, seen: Seen, now: datetime, *, timed: bool = False) -> Refusal | None:
    """What AWS says by now of the try that the record is of."""
    _, since, first = _read(record)
    return seen.kind.refusal(seen.doc, Trial(since, first or now, timed), now)


def refused(step: Step, tried: Mapping[str, str], now: datetime) -> Refusal | None:
    """Why the step is not to be tried again: just that was tried, and AWS took it back."""
    record = tried.get(step.tried_as)
    attempt, _, _ = _read(record)
    if step.seen is None or not attempt or attempt != step.attempt:
        return None
    return _held_against(record, step.seen, now, timed=step.timed)


def not_again(tried: Mapping[str, str], now: datetime) -> Policy:
    """What AWS accepted, tried and took back is not tried again as it was; `tried` holds the records, by step."""

    def policy(plan: Plan) -> Plan:
        found = {step.tried_as: no for step in plan.steps if (no := refused(step, tried, now)) is not None}
        return block_where(
            plan,
            lambda step: step.tried_as in found,
            lambda step: Block(Blocker.PERSON, found[step.tried_as].reason, found[step.tried_as].message),
        )

    return policy


def moot(tried: Mapping[str, str], plan: Plan, observed: Observed, now: datetime) -> Iterable[str]:
    """The records of what AWS took back and nothing asks for any more: asked for later, it is a new try.

    And those of what is declared no more, and gone.
    """
    asked = {step.tried_as for step in plan.steps if step.writes}
    there = {*plan.digests, *(str(step.key) for step in plan.steps)}
    yield from (name for name in tried if name.removesuffix(TIMED) not in there)
    for key, seen in observed.seen.items():
        known = str(key) in tried and str(key) not in asked and seen.phase is Phase.READY
        if known and _held_against(tried[str(key)], seen, now) is not None:
            yield str(key)
