"""Lengths of time and moments as people type them: 90s, 15m, 1h30m, 2d; or a time with its zone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from trueup.cli.failures import Failure
from trueup.core.ledger import parse_time

_UNITS: Final = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_WHOLE: Final = re.compile(r"(\d+[dhms])+")
_PART: Final = re.compile(r"(\d+)([dhms])")
_LONGEST: Final = 9
"""Digits of a number: more would be centuries."""


def duration(text: str, option: str) -> timedelta:
    """The length of time that the text names. Raises Failure, naming the option that took it."""
    if _WHOLE.fullmatch(text) and len(text) <= _LONGEST:
        return sum((timedelta(**{_UNITS[unit]: int(count)}) for count, unit in _PART.findall(text)), timedelta(0))
    raise Failure(f"{option} {text!r} is no length of time: write a number with s, m, h or d, such as 15m or 1h30m.")


def moment(text: str, option: str, now: datetime) -> datetime:
    """The time that long ago, or the time itself where the text is one. Raises Failure, naming the option."""
    return parse_time(text) or now - duration(text, option)


def spoken(seconds: float) -> str:
    """A length of time in words of two units at most: 42 s, 3 min 5 s, 1 h 2 min."""
    whole = max(round(seconds), 0)
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {whole % 60} s" if minutes else f"{whole} s"
