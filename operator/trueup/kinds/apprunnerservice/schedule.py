"""When a service is to serve: what its schedule says now, until when, and how much of a month that is.

Nothing is remembered: what holds now follows from the last time that either expression fired, however long ago.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from trueup.core.graph import Graph
from trueup.kinds.apprunnerservice.cron import Cron, NoCron
from trueup.kinds.apprunnerservice.spec_parts import Schedule
from trueup.resources.apprunner.services import PAUSED, RUNNING

MONTH: Final = 730
TOO_SHORT: Final = timedelta(minutes=2)
"""Nothing is paused or resumed for less: the change alone takes longer."""
_SOME_MONDAY: Final = datetime(2026, 1, 5, tzinfo=UTC)
_SAMPLE: Final = timedelta(weeks=52)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a schedule says at one moment."""

    status: str | None
    """The status that the service is to have; None: it is about to change, and left as it is."""
    since: datetime
    """When that last event was."""
    until: str
    """When it next changes, for people; empty where it never does."""
    hours: int
    """Hours of a month in which it runs."""


@dataclass(frozen=True, slots=True)
class Times:
    """A schedule, read."""

    zone: ZoneInfo
    pause: Cron
    resume: Cron

    def at(self, now: datetime) -> tuple[bool, datetime] | None:
        """Whether it is to serve, and since when; None where neither expression ever fired."""
        events = [
            (at, runs)
            for cron, runs in ((self.pause, False), (self.resume, True))
            if (at := cron.last(now, self.zone)) is not None
        ]
        return (max(events)[1], max(events)[0]) if events else None


def standing(graph: Graph, schedule: Schedule | None, now: datetime) -> Standing | None:
    """What the schedule says now; None where there is none. One that cannot be is refused in the graph."""
    if schedule is None:
        return None
    times = _read(graph, schedule)
    if times is None or (said := times.at(now)) is None:
        return None
    running, since = said
    turn = (times.pause if running else times.resume).following(now, times.zone)
    if turn is None:
        return None
    local = turn.astimezone(times.zone)
    soon = turn - now < TOO_SHORT
    until = f"{local:%Y-%m-%d %H:%M} ({schedule.timezone})"
    status = RUNNING if running else PAUSED
    return Standing(None if soon else status, since, until, hours_of(times))


def _read(graph: Graph, schedule: Schedule) -> Times | None:
    try:
        zone = ZoneInfo(schedule.timezone)
    except (KeyError, ValueError, OSError):
        graph.refuse(
            "Invalid",
            f'There is no time zone "{schedule.timezone}": set schedule.timezone to one such as Europe/Berlin or UTC.',
        )
        return None
    found: list[Cron] = []
    for name, text in (("pause", schedule.pause), ("resume", schedule.resume)):
        try:
            cron = Cron.read(text)
        except NoCron as wrong:
            graph.refuse("Invalid", f'schedule.{name} "{text}" is no cron expression: {wrong}.')
            return None
        if cron.following(_SOME_MONDAY, zone) is None:
            graph.refuse("Invalid", f'schedule.{name} "{text}" never fires: no such day comes. Choose one that does.')
            return None
        found.append(cron)
    return Times(zone, found[0], found[1])


@lru_cache(maxsize=256)
def hours_of(times: Times) -> int:
    """Hours of a month in which the service runs, by a year of the schedule."""
    now, end, awake = _SOME_MONDAY, _SOME_MONDAY + _SAMPLE, timedelta(0)
    said = times.at(now)
    running = said is None or said[0]
    while now < end:
        turn = (times.pause if running else times.resume).following(now, times.zone) or end
        turn = min(turn, end)
        awake += turn - now if running else timedelta(0)
        said = times.at(turn)  # where both fire at once, it goes on running
        now, running = turn, said is None or said[0]
    return round(MONTH * (awake / _SAMPLE))
