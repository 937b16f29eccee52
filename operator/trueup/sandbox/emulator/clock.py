"""Charter: time in the emulator. What AWS does later is put on a timeline and happens when the clock has passed it."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

SHORT_DELAYS: Mapping[str, float] = {
    "acm.certificate.issue": 1.0,
    "acm.certificate.records": 0.5,
    "cloudfront.distribution.deploy": 3.0,
    "cloudfront.invalidation.create": 1.5,
    "rds.cluster.create": 2.0,
    "rds.cluster.modify": 1.0,
    "rds.cluster.delete": 1.5,
    "rds.instance.create": 2.5,
    "rds.instance.modify": 1.5,
    "rds.instance.reboot": 1.0,
    "rds.instance.delete": 1.5,
    "rds.snapshot.create": 1.0,
    "ec2.nat.create": 2.0,
    "ec2.nat.delete": 1.5,
    "ec2.endpoint.create": 1.0,
    "ec2.endpoint.delete": 1.0,
    "apprunner.service.create": 3.0,
    "apprunner.service.update": 2.5,
    "apprunner.service.deploy": 2.5,
    "apprunner.service.rollback": 1.5,
    "apprunner.service.pause": 1.5,
    "apprunner.service.resume": 2.0,
    "apprunner.service.delete": 2.0,
    "apprunner.connector.release": 1.0,
    "apprunner.domain.create": 0.5,
    "apprunner.domain.bind": 1.0,
    "apprunner.domain.delete": 1.0,
    "iam.role.spread": 1.5,
    "route53.change": 1.0,
}
"""Seconds that each kind of change takes in the sandbox: long enough to be seen, short enough to wait for."""


class Clock:
    """Seconds since the epoch, from a source that a test may hand in, plus what was advanced by hand."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self.offset = 0.0

    def now(self) -> float:
        """The emulator's time as epoch seconds."""
        return self._source() + self.offset

    def moment(self) -> datetime:
        """The emulator's time as an aware datetime, to the millisecond as AWS shows it."""
        return datetime.fromtimestamp(round(self.now(), 3), UTC)

    def advance(self, seconds: float) -> None:
        """Move the emulator's time forward; what falls due happens at the next call."""
        if seconds < 0:
            raise ValueError(f"the clock only goes forward, not by {seconds} seconds")
        self.offset += seconds


class Delays:
    """How long each kind of change takes. Kinds are named like `rds.cluster.create`."""

    def __init__(self, spec: object = "none") -> None:
        self._all = 0.0
        self._by_kind: dict[str, float] = {}
        self.set(spec)

    def set(self, spec: object) -> None:
        """Take `none`, `short`, a number of seconds for everything, or a mapping of kinds to seconds.

        A mapping changes only the kinds it names. Anything else is a ValueError.
        """
        if isinstance(spec, Mapping):
            named: Mapping[object, object] = spec  # pyright: ignore[reportUnknownVariableType]
            for kind, seconds in named.items():
                if str(kind) not in SHORT_DELAYS:
                    raise ValueError(f"unknown delay {kind!r}; known: {', '.join(sorted(SHORT_DELAYS))}")
                self._by_kind[str(kind)] = _seconds(seconds)
        elif spec == "short":
            self._all, self._by_kind = 0.0, dict(SHORT_DELAYS)
        else:
            self._all, self._by_kind = (0.0 if spec == "none" else _seconds(spec)), {}

    def of(self, kind: str) -> float:
        """Seconds for one kind of change."""
        return self._by_kind.get(kind, self._all)

    def view(self) -> dict[str, float]:
        """Every kind with its present delay."""
        return {kind: self.of(kind) for kind in sorted(SHORT_DELAYS)}


def _seconds(value: object) -> float:
    try:
        seconds = float(str(value))
    except ValueError:
        raise ValueError(f"a delay is `none`, `short` or a number of seconds, not {value!r}") from None
    if not 0 <= seconds <= 86400:
        raise ValueError(f"a delay lies between 0 and 86400 seconds, not {seconds}")
    return seconds


class Timeline:
    """Changes that AWS has promised and that come true once the clock has passed them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def after(self, seconds: float, change: Callable[[], None]) -> None:
        """Let `change` happen at the first call that comes `seconds` or more from now."""
        heapq.heappush(self._queue, (self._clock.now() + seconds, next(self._order), change))

    def settle(self) -> None:
        """Make every change happen that is due, in the order in which they fell due."""
        now = self._clock.now()
        while self._queue and self._queue[0][0] <= now:
            heapq.heappop(self._queue)[2]()

    def clear(self) -> None:
        """Forget all promises."""
        self._queue.clear()
