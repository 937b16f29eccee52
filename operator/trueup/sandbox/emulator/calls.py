"""Charter: the record of what was asked of AWS, by whom and with what outcome."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass

LOG_LENGTH = 20_000
"""Entries kept for /_trueup/log; counters never forget until cleared."""


@dataclass(frozen=True)
class LogEntry:
    """One call as it came over the wire. `fault` names the rule's action when one was injected."""

    number: int
    at: float
    service: str
    operation: str
    caller: str
    region: str
    status: int
    ms: float
    fault: str | None
    attempt: int
    error: str | None
    params: Mapping[str, str]

    def view(self) -> dict[str, object]:
        """The entry as JSON shows it."""
        return asdict(self)


class CallLog:
    """Counts and last entries; safe to use from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._entries: deque[LogEntry] = deque(maxlen=LOG_LENGTH)
        self._number = 0

    def record(self, entry: LogEntry) -> None:
        """Count one answered (or lost) call."""
        with self._lock:
            self._counts[entry.caller, f"{entry.service}.{entry.operation}"] += 1
            self._entries.append(entry)

    def next_number(self) -> int:
        """A number that rises with every call."""
        with self._lock:
            self._number += 1
            return self._number

    def counts(self, caller: str | None = None) -> dict[str, int]:
        """Calls by `service.Operation`, of one caller or of all."""
        with self._lock:
            found: Counter[str] = Counter()
            for (who, call), count in self._counts.items():
                if caller is None or who == caller:
                    found[call] += count
        return dict(sorted(found.items()))

    def last(self, limit: int, caller: str | None = None) -> list[LogEntry]:
        """The newest `limit` entries, oldest first."""
        with self._lock:
            entries = [entry for entry in self._entries if caller in (None, entry.caller)]
        return entries[-limit:] if limit > 0 else []

    def clear(self) -> None:
        """Forget counts and entries."""
        with self._lock:
            self._counts.clear()
            self._entries.clear()
