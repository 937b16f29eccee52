"""What a figure is, and how figures are printed: as a table for people, as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

import psutil
from rich.console import Console
from rich.table import Table

Detail = Mapping[str, float | int | str]

MIB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Figure:
    """One promise and how it was kept: `measured` and `goal` are in `unit`, and the least is the best."""

    name: str
    what: str
    goal: float
    measured: float
    unit: str
    detail: Detail = field(default_factory=dict[str, float | int | str])
    """What the measurement is made of, or was taken beside it."""

    @property
    def kept(self) -> bool:
        """The goal was reached."""
        return self.measured <= self.goal


def machine() -> dict[str, float | int | str]:
    """On what the figures were measured, and how busy it was with other things."""
    return {
        "cores": os.cpu_count() or 0,
        "memoryGiB": round(psutil.virtual_memory().total / 2**30),
        "python": platform.python_version(),
        "loadBefore": round(os.getloadavg()[0], 1),
    }


def show(figures: Iterable[Figure], about: Detail) -> None:
    """The figures as a table on stdout."""
    table = Table(title=", ".join(f"{key} {value}" for key, value in about.items()), title_justify="left")
    for column, right in (("FIGURE", False), ("WHAT", False), ("GOAL", True), ("MEASURED", True), ("VERDICT", False)):
        table.add_column(column, justify="right" if right else "left", overflow="fold")
    for figure in figures:
        verdict = "[green]kept[/green]" if figure.kept else "[red]missed[/red]"
        detail = "\n".join(f"[dim]{key}: {value}[/dim]" for key, value in figure.detail.items())
        said = f"{figure.what}\n{detail}" if detail else figure.what
        table.add_row(
            figure.name, said, f"≤ {_number(figure.goal, figure.unit)}", _number(figure.measured, figure.unit), verdict
        )
    Console().print(table)


def dumped(figures: Iterable[Figure], about: Detail) -> str:
    """The figures as JSON."""
    rows = [{**asdict(figure), "kept": figure.kept} for figure in figures]
    return json.dumps({"machine": dict(about), "figures": rows}, indent=2)


def _number(value: float, unit: str) -> str:
    return f"{value:g} {unit}".strip() if value == int(value) else f"{value:.1f} {unit}".strip()
