"""What a person sees of the demo: a live table of objects and chapters on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from trueup.core.conditions import condition
from trueup.core.values import Json, as_map
from trueup.sandbox.demo.mirror import Document
from trueup.sandbox.progress import elapsed

_REFRESH_PER_SECOND = 2
_MARKS = {"waiting": ("·", "dim"), "running": ("▸", "bold cyan"), "done": ("✔", "green"), "failed": ("✘", "bold red")}
_COLOURS = {"True": "green", "False": "red", "Ready": "green", "Drifted": "yellow", "Stalled": "red", "Gated": "red"}


@dataclass
class Chapter:
    """A chapter's title and how it went: waiting, running, done or failed."""

    title: str
    state: str = "waiting"
    began: float = 0.0
    seconds: float = 0.0

    def so_far(self) -> float:
        """Seconds that it took, or has taken until now."""
        return time.monotonic() - self.began if self.state == "running" else self.seconds


class Board:
    """The one place where the demo prints. Safe to use from every thread."""

    def __init__(self, titles: list[str], console: Console | None = None) -> None:
        self.chapters = [Chapter(title) for title in titles]
        self.objects: Callable[[], Mapping[str, Document]] = dict
        self.waits_for = ""
        self._console = console or Console(highlight=False, soft_wrap=True)

    @property
    def is_live(self) -> bool:
        """A person watches a terminal, and nothing records it as a log."""
        return self._console.is_terminal and sys.stdout.isatty() and not os.environ.get("CI")

    @contextmanager
    def shown(self) -> Generator[None]:
        """The table is live until the block ends, if there is a terminal to show it on."""
        if not self.is_live:
            yield
            return
        live = Live(
            get_renderable=self._picture,
            console=self._console,
            refresh_per_second=_REFRESH_PER_SECOND,
            transient=True,
            vertical_overflow="crop",
        )
        with live:
            yield

    @contextmanager
    def chapter(self, number: int, began: float | None = None) -> Generator[None]:
        """The chapter runs, since `began` or from now on, until the block ends; it failed if the block raises."""
        chapter = self.chapters[number]
        chapter.state, chapter.began = "running", time.monotonic() if began is None else began
        self._console.print(Text(f"{number + 1:2}. {chapter.title}", style="bold"))
        outcome = "failed"
        try:
            yield
            outcome = "done"
        finally:
            chapter.seconds, chapter.state = chapter.so_far(), outcome
            self.waits_for = ""
            mark, style = _MARKS[outcome]
            self._console.print(Text(f"  {mark} {outcome} after {elapsed(chapter.seconds)}", style=style))

    def tell(self, text: str, style: str = "") -> None:
        """One line of the story."""
        self._console.print(Text(f"      {text}", style=style))

    def print(self, *what: Table | Text) -> None:
        """Something that is no line of a chapter."""
        self._console.print(*what)

    def _picture(self) -> Group:
        doing = Text(f"  waiting for {self.waits_for}" if self.waits_for else "", style="dim")
        return Group(Text(), objects_table(self.objects()), Text(), self.chapters_table(), doing)

    def chapters_table(self) -> Table:
        """Every chapter with its mark and its seconds."""
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(justify="right")
        table.add_column()
        table.add_column(justify="right")
        for chapter in self.chapters:
            mark, style = _MARKS[chapter.state]
            seconds = "" if chapter.state == "waiting" else elapsed(chapter.so_far())
            table.add_row(Text(mark, style), Text(chapter.title, style if chapter.state != "done" else ""), seconds)
        return table


def objects_table(objects: Mapping[str, Document]) -> Table:
    """Objects with the columns that `kubectl get trueup` prints."""
    table = Table("OBJECT", "READY", "INSYNC", "DRIFT", box=None, pad_edge=False)
    table.add_column("$/MO", justify="right")
    table.add_column("STATUS")
    for who, document in objects.items():
        status = as_map(document.get("status")) or {}
        words = [str(condition(status, type).get("status", "")) for type in ("Ready", "InSync")]
        count = _member(status, "drift", "count")
        cells = [*words, count, _member(status, "cost", "monthlyUSD"), str(status.get("summary", ""))]
        table.add_row(who, *(Text(cell, _colour(cell)) for cell in cells))
    return table


def _member(status: Mapping[str, Json], part: str, name: str) -> str:
    return str((as_map(status.get(part)) or {}).get(name, ""))


def _colour(cell: str) -> str:
    return _COLOURS.get(cell, "")
