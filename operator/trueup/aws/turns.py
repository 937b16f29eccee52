"""Whose turn it is to be read only because time has passed: the oldest first, some in every sweep.

What one reads at start would otherwise come due all at once. A read may come due from three quarters of its time on;
in each sweep as many are let through as a budget says, or as many as it takes for all to be in time.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

EARLY: Final = 0.75
"""The part of its time after which a read may be made again."""
PATIENCE: Final = 2
"""In how many sweeps nobody must have asked for a read before it no longer counts."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    read_at: datetime
    every: timedelta
    sweep: int


class Turns:
    """The budget of reads by age."""

    def __init__(self, budget: int, sweep: timedelta) -> None:
        self._budget = budget
        self._sweep = sweep
        self._number = 0
        self._ends: datetime | None = None
        self._known: dict[Hashable, _Waiting] = {}
        self._turn: frozenset[Hashable] = frozenset()
        self._lock = Lock()

    def comes(self, key: Hashable, read_at: datetime, every: timedelta, now: datetime) -> bool:
        """Whether it is the turn of this read, last made at `read_at` and due `every` so often."""
        with self._lock:
            if self._ends is None or now >= self._ends:
                self._begin(now)
            self._known[key] = _Waiting(read_at, every, self._number)
            return key in self._turn and self._is_due(self._known[key], now)

    def made(self, key: Hashable, read_at: datetime) -> None:
        """The read was made, for whatever cause."""
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known[key] = replace(known, read_at=read_at)

    def _begin(self, now: datetime) -> None:
        self._number += 1
        self._ends = now + self._sweep
        self._known = {key: w for key, w in self._known.items() if w.sweep >= self._number - PATIENCE}
        due = [(waiting.read_at, key) for key, waiting in self._known.items() if self._is_due(waiting, now)]
        due.sort(key=lambda pair: pair[0])
        self._turn = frozenset(key for _, key in due[: self._allowed()])

    def _allowed(self) -> int:
        needed = sum(self._sweep / (waiting.every * (1 - EARLY)) for waiting in self._known.values())
        return max(self._budget, math.ceil(needed))

    @staticmethod
    def _is_due(waiting: _Waiting, now: datetime) -> bool:
        return now - waiting.read_at >= waiting.every * EARLY


@dataclass(frozen=True, slots=True)
class _New:
    asked: datetime
    every: timedelta
    reads: int
    sweep: int

    @property
    def due(self) -> datetime:
        return self.asked + self.every


class FirstTurns:
    """Whose turn it is to be read for the first time, of all that a restart finds and nobody waits for.

    So many are let through in each sweep that every one is read before its time is over, those with the shortest time
    first; as first reads come spread, those by age that follow do so, too.
    """

    def __init__(self, budget: int, sweep: timedelta) -> None:
        self._budget = budget
        self._sweep = sweep
        self._number = 0
        self._ends: datetime | None = None
        self._left = 0
        self._known: dict[Hashable, _New] = {}
        self._turn: set[Hashable] = set()
        self._lock = Lock()

    def comes(self, key: Hashable, reads: int, every: timedelta, now: datetime) -> bool:
        """Whether it is the turn of this document, which needs so many reads and is due within `every`."""
        with self._lock:
            if self._ends is None or now >= self._ends:
                self._begin(now)
            known = self._known.get(key)
            self._known[key] = _New(known.asked if known else now, every, reads, self._number)
            if key not in self._turn and known is None and reads <= self._left:
                self._left -= reads  # few of them need not wait for the next sweep
                self._turn.add(key)
            return key in self._turn

    def made(self, key: Hashable) -> None:
        """The reads were made, for whatever cause."""
        with self._lock:
            self._known.pop(key, None)

    def _begin(self, now: datetime) -> None:
        self._number += 1
        self._ends = now + self._sweep
        self._known = {key: new for key, new in self._known.items() if new.sweep >= self._number - PATIENCE}
        left = self._allowed(now)
        self._turn = set()
        for key, new in sorted(self._known.items(), key=lambda pair: pair[1].due):
            if left <= 0:
                break
            left -= new.reads
            self._turn.add(key)
        self._left = max(0, left)

    def _allowed(self, now: datetime) -> int:
        """Enough for each to be read within the early part of its time, counted from when it was first asked for."""
        needed = 0.0
        for new in self._known.values():
            rest = max(new.asked + new.every * EARLY - now, self._sweep)
            needed += new.reads * (self._sweep / rest)
        return max(self._budget, math.ceil(needed))
