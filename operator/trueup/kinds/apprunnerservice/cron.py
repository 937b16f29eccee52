"""Cron expressions of five fields, in a time zone: when each last fired, and when it fires next.

Days follow cron's own rule: where both a day of the month and a day of the week are given, either will do. A time that
the clocks skip fires as much later as they were put forward; one that comes twice fires the first time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_HORIZON: Final = 8 * 366 + 1
"""Days in which whatever can fire at all does: from one 29 February to the next, over a year 2100."""
_DAYS: Final = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))}
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1
    )
}


class NoCron(ValueError):
    """A text that is no cron expression; what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Cron:
    """When something is to happen, as local times."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """0 is Sunday."""
    either: bool
    """A day of the month or one of the week is enough."""

    @classmethod
    def read(cls, text: str) -> Cron:
        """The expression. Raises NoCron for a text that is none."""
        fields = text.split()
        if len(fields) != 5:
            raise NoCron(f"it has {len(fields)} fields and needs five: minute, hour, day, month, day of the week")
        minutes, hours, days, months = (
            _field(fields[0], 0, 59, {}),
            _field(fields[1], 0, 23, {}),
            _field(fields[2], 1, 31, {}),
            _field(fields[3], 1, 12, _MONTHS),
        )
        weekdays = frozenset(day % 7 for day in _field(fields[4], 0, 7, _DAYS))
        either = not fields[2].startswith("*") and not fields[4].startswith("*")
        return cls(tuple(sorted(minutes)), tuple(sorted(hours)), days, months, weekdays, either)

    def last(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The newest time it fired at or before `now`, in UTC; None where it never did."""
        today = now.astimezone(zone).date() + timedelta(days=1)
        days = (today - timedelta(days=back) for back in range(_HORIZON))
        found = (max((at for at in self._of(day, zone) if at <= now), default=None) for day in days)
        return next((at for at in found if at is not None), None)

    def following(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The first time it fires after `now`, in UTC; None where it never will."""
        today = now.astimezone(zone).date() - timedelta(days=1)
        days = (today + timedelta(days=ahead) for ahead in range(_HORIZON))
        found = (min((at for at in self._of(day, zone) if at > now), default=None) for day in days)
        return next((at for at in found if at is not None), None)

    def _fires_on(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        of_month, of_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return of_month or of_week if self.either else of_month and of_week

    def _of(self, day: date, zone: ZoneInfo) -> Iterable[datetime]:
        if not self._fires_on(day):
            return ()
        times = (time(hour, minute) for hour in self.hours for minute in self.minutes)
        return [datetime.combine(day, at, zone).astimezone(UTC) for at in times]


def _field(text: str, least: int, most: int, names: Mapping[str, int]) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        every = _number(step, 1, most, {}) if step else 1
        if span == "*":
            first, last = least, most
        else:
            begin, dash, end = span.partition("-")
            first = _number(begin, least, most, names)
            last = _number(end, least, most, names) if dash else (most if step else first)
        if first > last:
            raise NoCron(f"the range {span} runs backwards")
        found.update(range(first, last + 1, every))
    return frozenset(found)


def _number(text: str, least: int, most: int, names: Mapping[str, int]) -> int:
    if text.upper() in names:
        return names[text.upper()]
    if not text.isdecimal() or not least <= int(text) <= most:
        raise NoCron(f"{text or 'nothing'} is no number from {least} to {most}")
    return int(text)
