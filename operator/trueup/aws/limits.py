"""How fast we call AWS: one token bucket per service, account and kind of call, shared by all threads.

AWS throttles by account and region; staying under its limits leaves room for people and other programs. Published
limits: Route 53, ACM, ECS and Price List in their developer guides; for the services that publish none, modest
defaults. Quotas that two clients share on the wire (DocumentDB is served by the RDS endpoint) share a bucket.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final

from trueup.core.values import Place

READS: Final = ("Describe", "List", "Get", "Search", "Head", "BatchGet", "Lookup")


@dataclass(frozen=True, slots=True)
class Rate:
    """Calls per second in the long run, and how many may come at once."""

    per_second: float
    burst: float

    def times(self, factor: float) -> Rate:
        """So many times as fast; always at least one call at once."""
        return Rate(self.per_second * factor, max(1.0, self.burst * factor))


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one service is asked for: reads and writes have buckets of their own."""

    reads: Rate
    writes: Rate

    def times(self, factor: float) -> Allowance:
        """So many times as much of both."""
        return Allowance(self.reads.times(factor), self.writes.times(factor))


DEFAULT: Final = Allowance(reads=Rate(20, 40), writes=Rate(10, 20))
ALLOWANCES: Final[Mapping[str, Allowance]] = {
    "route53": Allowance(reads=Rate(4, 20), writes=Rate(4, 20)),  # 10/s for the account, all calls together
    "acm": Allowance(reads=Rate(4, 8), writes=Rate(3, 5)),  # ListCertificates 8/s, RequestCertificate 5/s
    "cloudfront": Allowance(reads=Rate(5, 20), writes=Rate(1, 2)),  # no table; invalidations 0.5/s were quoted
    "ecs": Allowance(reads=Rate(10, 50), writes=Rate(4, 20)),  # reads 100/20, service writes 50/5
    "pricing": Allowance(reads=Rate(4, 10), writes=Rate(4, 10)),  # 10/5
    "ce": Allowance(reads=Rate(4, 8), writes=Rate(2, 4)),  # not published; fewer than 10/s is the advice
    "budgets": Allowance(reads=Rate(5, 20), writes=Rate(3, 10)),  # not published
    "apprunner": Allowance(reads=Rate(10, 20), writes=Rate(4, 10)),  # not published
    "s3": Allowance(reads=Rate(30, 100), writes=Rate(10, 30)),  # not published for buckets' own settings
    "rds": Allowance(reads=Rate(20, 60), writes=Rate(20, 60)),  # not published; when it throttles, we drain
    "ec2": Allowance(reads=Rate(15, 50), writes=Rate(5, 50)),  # describes 100/20, most network writes 100/5
}
SHARED: Final[Mapping[str, str]] = {"docdb": "rds", "neptune": "rds"}


class _Bucket:
    """Tokens that refill with time. A call that finds none owes one: it waits until the debt is paid."""

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._tokens = rate.burst
        self._at = now

    def take(self, now: float) -> float:
        """One token is taken; the seconds to wait before using it."""
        self._refill(now)
        self._tokens -= 1
        return max(0.0, -self._tokens / self._rate.per_second)

    def drain(self, now: float) -> None:
        """AWS throttled us: nothing is left, whatever we thought."""
        self._refill(now)
        self._tokens = min(self._tokens, 0.0)

    def _refill(self, now: float) -> None:
        grown = self._tokens + max(0.0, now - self._at) * self._rate.per_second
        self._tokens, self._at = min(self._rate.burst, grown), max(now, self._at)


class Limits:
    """The buckets of one process."""

    def __init__(
        self,
        allowances: Mapping[str, Allowance] = ALLOWANCES,
        default: Allowance | None = DEFAULT,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._allowances = allowances
        self._default = default
        self._clock = clock
        self._sleep = sleep
        self._buckets: dict[tuple[str, bool, Place], _Bucket] = {}
        self._lock = Lock()

    @classmethod
    def unlimited(cls) -> Limits:
        """No limits at all: for tests and for an emulator that has none."""
        return cls({}, None)

    @classmethod
    def times(cls, factor: float) -> Limits:
        """Every allowance so many times as large: for an account whose limits were raised, or that others use too."""
        allowances = {service: allowance.times(factor) for service, allowance in ALLOWANCES.items()}
        return cls(allowances, DEFAULT.times(factor))

    def wait(self, service: str, operation: str, place: Place) -> None:
        """Returns once the call may be made; at once while the bucket holds tokens."""
        with self._lock:
            bucket = self._bucket(service, operation, place)
            delay = bucket.take(self._clock()) if bucket is not None else 0.0
        if delay > 0:
            self._sleep(delay)

    def throttled(self, service: str, operation: str, place: Place) -> None:
        """AWS throttled this call: every thread slows down."""
        with self._lock:
            bucket = self._bucket(service, operation, place)
            if bucket is not None:
                bucket.drain(self._clock())

    def _bucket(self, service: str, operation: str, place: Place) -> _Bucket | None:
        name = SHARED.get(service, service)
        allowance = self._allowances.get(name, self._default)
        if allowance is None:
            return None
        reads = operation.startswith(READS)
        rate = allowance.reads if reads else allowance.writes
        return self._buckets.setdefault((name, reads, place), _Bucket(rate, self._clock()))
