"""The terminal that texts and tables are printed to."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.table import Table

_WIDE: Final = 10_000
"""Columns: a line breaks where the terminal ends, and no name is ever cut to fit."""


def terminal() -> Console:
    """Standard output, in colour where it is a terminal that wants some."""
    return Console(width=_WIDE, soft_wrap=True, highlight=False)


def columns(*names: str) -> Table:
    """An empty table as kubectl draws them: capitals above, no lines."""
    return Table(*names, box=None, pad_edge=False)
