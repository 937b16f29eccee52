"""Who is looked at next: each object at most once at a time, people's changes before sweeps, failures ever later.

Nothing here knows Kubernetes or threads beyond one lock; time and chance are handed in, so that its laws are tested
without waiting.
"""

from __future__ import annotations

import heapq
import random
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import count
from threading import Condition
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)

BACK_OFF_FIRST: Final = 1.0
BACK_OFF_LONGEST: Final = 300.0
JITTER: Final = 0.1
LATEST: Final = 3.0
"""No jitter is longer than so many seconds."""
IN_A_ROW: Final = 8
"""So many urgent ones are served before one that is due by the clock: a flood of edits cannot stop the sweeps."""


@dataclass
class _Entry:
    """Where one key stands."""

    ticket: int = 0
    """The only valid place in a line; another number in a line is left over and skipped."""
    lined: bool = False
    urgent: bool = False
    active: bool = False
    again: bool = False
    """Asked for while it was active: to be lined up as soon as it is done."""
    dropped: bool = False
    """Dropped while it was active: to be forgotten as soon as it is done."""
    failures: int = 0


class Queue(Generic[K]):
    """Keys to be served, deduplicated, never the same one twice at a time."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, chance: Callable[[], float] = random.random
    ) -> None:
        self._clock, self._chance = clock, chance
        self._entries: dict[K, _Entry] = {}
        self._urgent: deque[tuple[K, int]] = deque()
        self._calm: deque[tuple[K, int]] = deque()
        self._due: list[tuple[float, int, K]] = []
        self._tickets = count(1)
        self._row = 0
        self._closed = False
        self._turn = Condition()

    def add(self, key: K, *, urgent: bool = True, afresh: bool = False) -> None:
        """The key is served as soon as may be; `afresh` forgets its failures, as after somebody's change."""
        with self._turn:
            entry = self._entries.setdefault(key, _Entry())
            if afresh:
                entry.failures = 0
            entry.dropped = False
            if entry.active:
                entry.again, entry.urgent = True, entry.urgent or urgent
            elif not entry.lined or (urgent and not entry.urgent):
                self._line_up(key, entry, urgent)

    def take(self, wait: bool = True) -> K | None:
        """The next key, which is then ours until `done`; None when there is none now, or for good once closed."""
        with self._turn:
            while not self._closed:
                self._promote()
                key = self._next()
                if key is not None:
                    entry = self._entries[key]
                    entry.lined, entry.urgent, entry.again, entry.active = False, False, False, True
                    return key
                if not wait:
                    return None
                self._turn.wait(timeout=max(0.0, self._due[0][0] - self._clock()) if self._due else None)
            return None

    def done(self, key: K, again_after: float) -> None:
        """It was served well, and is served again after so many seconds, or at once if asked for meanwhile."""
        with self._turn:
            entry = self._entries.get(key)
            if entry is not None:
                entry.failures = 0
                self._release(key, entry, again_after + min(again_after * JITTER, LATEST) * self._chance())

    def failed(self, key: K) -> float:
        """It was served in vain: it comes again after 1, 2, 4 … 300 s, ±10 %. Answers the seconds."""
        with self._turn:
            entry = self._entries.get(key)
            if entry is None:
                return 0.0
            entry.failures += 1
            after = min(BACK_OFF_FIRST * 2.0 ** min(entry.failures - 1, 16), BACK_OFF_LONGEST)
            after *= 1 + JITTER * (2 * self._chance() - 1)
            self._release(key, entry, after)
            return after

    def forget(self, key: K) -> None:
        """Whoever serves the key says that it is no more; unless it was asked for again meanwhile."""
        with self._turn:
            entry = self._entries.get(key)
            if entry is not None:
                entry.failures, entry.dropped = 0, not entry.again
                self._release(key, entry, 0)

    def drop(self, key: K) -> None:
        """Somebody else says that the key is no more; while it is being served, it still is not served twice."""
        with self._turn:
            entry = self._entries.get(key)
            if entry is None:
                return
            entry.again, entry.dropped = False, True
            if not entry.active:
                del self._entries[key]

    def close(self) -> None:
        """Nobody gets a key any more; who waits for one is released."""
        with self._turn:
            self._closed = True
            self._turn.notify_all()

    @property
    def depth(self) -> int:
        """How many wait to be served now, those not counted that are only due later."""
        with self._turn:
            self._promote()
            return sum(1 for line in (self._urgent, self._calm) for key, ticket in line if self._valid(key, ticket))

    @property
    def active(self) -> int:
        """How many are being served."""
        with self._turn:
            return sum(1 for entry in self._entries.values() if entry.active)

    def __len__(self) -> int:
        with self._turn:
            return len(self._entries)

    def _release(self, key: K, entry: _Entry, after: float) -> None:
        entry.active = False
        if entry.dropped:
            del self._entries[key]
            return
        if entry.again:
            self._line_up(key, entry, entry.urgent)
            return
        entry.urgent, entry.lined = False, False
        entry.ticket = next(self._tickets)
        heapq.heappush(self._due, (self._clock() + after, entry.ticket, key))
        self._turn.notify_all()

    def _line_up(self, key: K, entry: _Entry, urgent: bool) -> None:
        entry.ticket, entry.lined, entry.urgent, entry.again = next(self._tickets), True, urgent, False
        (self._urgent if urgent else self._calm).append((key, entry.ticket))
        self._turn.notify_all()

    def _promote(self) -> None:
        now = self._clock()
        while self._due and (self._due[0][0] <= now or not self._valid(self._due[0][2], self._due[0][1])):
            _, ticket, key = heapq.heappop(self._due)
            if self._valid(key, ticket):
                self._line_up(key, self._entries[key], urgent=False)

    def _next(self) -> K | None:
        first, second = (self._calm, self._urgent) if self._row >= IN_A_ROW else (self._urgent, self._calm)
        for line in (first, second):
            while line:
                key, ticket = line.popleft()
                if self._valid(key, ticket):
                    self._row = self._row + 1 if line is self._urgent else 0
                    return key
        return None

    def _valid(self, key: K, ticket: int) -> bool:
        entry = self._entries.get(key)
        return entry is not None and entry.ticket == ticket and not entry.active
