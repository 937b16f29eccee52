"""Until when a process of the sandbox serves: until somebody tells it to stop."""

from __future__ import annotations

import signal
import time
from types import FrameType
from typing import Final

LOOK_UP: Final = 0.1
"""Seconds after which a waiting thread looks up: a signal that another thread of the process got wakes nobody."""


class Stop:
    """Somebody will say so, by a signal."""

    def __init__(self) -> None:
        self._said = False  # no lock: a handler runs in the thread that waits

    def say(self, _number: int, _frame: FrameType | None) -> None:
        """What a signal does."""
        self._said = True

    def wait(self) -> None:
        """Return once it was said, at once if it was before."""
        while not self._said:
            time.sleep(LOOK_UP)


def told_to_stop() -> Stop:
    """What SIGTERM or SIGINT say from now on. Only the main thread may ask for it."""
    stop = Stop()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop.say)
    return stop
