"""Cron expressions of five fields, in a time zone: when each last fired, and when it fires next.

Read and reckoned by cronsim, which does as Debian's cron does: what the clocks skip fires when they have been put
forward, and what comes twice fires once (https://github.com/cuu508/cronsim).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

_FIELDS: Final = 5
_SOME_DAY: Final = datetime(2026, 1, 5, tzinfo=UTC)
_IMPOSSIBLE: Final = "Bad day-of-month"
"""What cronsim says of a day that no month has, where the expression is well written otherwise."""


class NoCron(ValueError):
    """A text that is no cron expression; what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Cron:
    """When something is to happen, as local times."""

    text: str

    @classmethod
    def read(cls, text: str) -> Cron:
        """The expression. Raises NoCron for a text that is none."""
        count = len(text.split())
        if count != _FIELDS:
            raise NoCron(f"it has {count} fields and needs five: minute, hour, day, month, day of the week")
        try:
            CronSim(text, _SOME_DAY)
        except CronSimError as wrong:
            if str(wrong) != _IMPOSSIBLE:
                raise NoCron(f"there is no such {str(wrong).removeprefix('Bad ')}") from None
        return cls(text)

    def last(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The newest time it fired at or before `now`, in UTC; None where it never did."""
        return self._first(now.astimezone(zone) + timedelta(seconds=1), reverse=True)

    def following(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The first time it fires after `now`, in UTC; None where it never will."""
        return self._first(now.astimezone(zone), reverse=False)

    def _first(self, at: datetime, *, reverse: bool) -> datetime | None:
        try:
            found = next(CronSim(self.text, at, reverse=reverse), None)
        except CronSimError:
            return None
        return None if found is None else found.astimezone(UTC)
