"""How many calls were made, by service and operation: for metrics and for tests that count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from threading import Lock


class Meter:
    """A count per `service.Operation`, safe to raise from any thread. SDK retries of one call count once."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def add(self, service: str, operation: str) -> None:
        """One more call was made."""
        with self._lock:
            self._counts[f"{service}.{operation}"] += 1

    def counts(self) -> Mapping[str, int]:
        """The counts so far, as a copy."""
        with self._lock:
            return dict(self._counts)

    def total(self) -> int:
        """The calls so far."""
        with self._lock:
            return sum(self._counts.values())
