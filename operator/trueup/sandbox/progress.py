"""Progress of things that take long, on stderr: a live line in a terminal, else a plain line every 15 seconds.

Stdout stays free for what a shell evaluates.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console

PLAIN_EVERY_SECONDS = 15.0
_LIVE_EVERY_SECONDS = 0.5


def say(text: str) -> None:
    """One line for the person who waits."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(title: str, detail: Callable[[], str] = str) -> Generator[None]:
    """Show `title`, the elapsed time and what `detail()` says until the block ends, then one closing line."""
    began = time.monotonic()
    done = threading.Event()
    show = _show_live if sys.stderr.isatty() else _show_plain
    shower = threading.Thread(target=show, args=(title, detail, began, done), daemon=True)
    shower.start()
    outcome = "stopped"
    try:
        yield
        outcome = "done"
    finally:
        done.set()
        shower.join()
        say(f"{title}: {outcome} after {elapsed(time.monotonic() - began)}")


def elapsed(seconds: float) -> str:
    """A duration as people say it: `3.2 s`, `4 min 05 s`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def _line(title: str, detail: Callable[[], str], began: float) -> str:
    more = detail()
    return f"{title}: {elapsed(time.monotonic() - began)}" + (f", {more}" if more else "")


def _show_plain(title: str, detail: Callable[[], str], began: float, done: threading.Event) -> None:
    say(f"{title} …")
    while not done.wait(PLAIN_EVERY_SECONDS):
        say(_line(title, detail, began))


def _show_live(title: str, detail: Callable[[], str], began: float, done: threading.Event) -> None:
    with Console(stderr=True).status(f"{title} …") as status:
        while not done.wait(_LIVE_EVERY_SECONDS):
            status.update(_line(title, detail, began))
