"""What an operator or a command is told once, when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Settings:
    """How the engine works. Times are the longest that a thing may take to be seen or done."""

    scope: str = "trueup"
    """The first part of every owner tag: two operators with different scopes never touch each other's resources."""
    region: str | None = None
    """For objects whose spec names none."""
    interval: timedelta = timedelta(seconds=60)
    """One sweep: how often every object is looked at."""
    poll: timedelta = timedelta(seconds=10)
    """How often what AWS is changing is looked at."""
    settle: timedelta = timedelta(seconds=30)
    """How long after our own write AWS may still show the old state."""
    search: timedelta = timedelta(seconds=60)
    """How long a create with an unknown outcome is searched for before a second try."""
    rounds: int = 16
    """How many times a pass may look again after its own writes."""

    def sweep_began(self, now: datetime) -> datetime:
        """When the sweep that `now` lies in began; one read serves every object of a sweep."""
        return _floor(now, self.interval)

    def poll_began(self, now: datetime) -> datetime:
        """When the poll that `now` lies in began; one read serves every object that polls."""
        return _floor(now, min(self.poll, self.interval))

    def until_next_sweep(self, now: datetime) -> float:
        """Seconds until the next sweep begins."""
        return (self.sweep_began(now) + self.interval - now).total_seconds()

    def until_next_poll(self, now: datetime) -> float:
        """Seconds until the next poll begins."""
        return (self.poll_began(now) + min(self.poll, self.interval) - now).total_seconds()


def _floor(now: datetime, step: timedelta) -> datetime:
    seconds = step.total_seconds()
    return now - timedelta(seconds=now.timestamp() % seconds if seconds else 0)


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)
