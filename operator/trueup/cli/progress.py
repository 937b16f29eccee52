"""What goes on while a command waits, on standard error: a line that changes on a terminal, else one for each step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.status import Status
from rich.text import Text

from trueup.cli.durations import spoken

_PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 3.0)
_STEADY: Final = 5.0
"""Seconds between looks: short at first, so that what is done at once is said at once."""


class Progress:
    """Tells what is waited for, and for how long already."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._status: Status | None = None
        self._told = ""
        self._since = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._status is not None:
            self._status.stop()

    def say(self, what: str) -> None:
        """The reader knows what is waited for now."""
        if self._console.is_terminal:
            text = Text(f"{what} ({spoken(time.monotonic() - self._since)})")
            if self._status is None:
                self._status = self._console.status(text)
                self._status.start()
            self._status.update(text)
        elif what != self._told:
            self._console.print(Text(what))
        self._told = what


def looks(seconds: float, sleep: Callable[[float], None] | None = None) -> Iterator[None]:
    """One look at once and more with growing pauses between them, until so many seconds have passed."""
    end = time.monotonic() + seconds
    yield None
    pauses = iter(_PAUSES)
    while (left := end - time.monotonic()) > 0:
        (sleep or time.sleep)(min(next(pauses, _STEADY), left))
        yield None
