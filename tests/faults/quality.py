"""The page of figures: how many fault points each story has, as the runs themselves have counted them.

Each trial holds its count against its row, so the page cannot say more than was run; `--update` writes what was.
"""

from __future__ import annotations

import fcntl
from dataclasses import dataclass, fields, replace
from pathlib import Path

from tests.faults.sorts import OVER_HTTP, READS, WRITES

PAGE = Path(__file__).parents[2] / "docs" / "quality.md"
BEGIN, END = "<!-- fault points: begin -->\n", "<!-- fault points: end -->\n"


@dataclass(frozen=True, slots=True)
class Row:
    """One story: at how many of its calls each sort of fault is tried."""

    story: str
    writes: int = 0
    reads: int = 0
    http: int = 0
    """Writes at which faults are tried over HTTP; 0 where they are not."""


def rows() -> dict[str, Row]:
    """The page's rows, by story."""
    found: dict[str, Row] = {}
    for line in _section().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and "/" in cells[0] and cells[1].isdigit():
            story, writes, reads, http = cells
            found[story] = Row(story, int(writes), int(reads), int(http))
    return found


def count(story: str, column: str, points: int, *, update: bool) -> None:
    """The page says that this story has so many points; with `update` it does so from now on.

    Raises AssertionError where it says something else.
    """
    assert column in {field.name for field in fields(Row)}
    if not update:
        said = getattr(rows().get(story, Row(story)), column)
        assert said == points, (
            f"docs/quality.md says {said} {column} of {story}, {points} were tried: run with --update"
        )
        return
    with PAGE.open("r+") as page:
        fcntl.flock(page, fcntl.LOCK_EX)
        known = rows()
        known[story] = replace(known.get(story, Row(story)), **{column: points})
        write(known)


def write(known: dict[str, Row]) -> None:
    """The page's section is written anew from these rows."""
    text = PAGE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}{rendered(known)}{END}{after}")


def rendered(known: dict[str, Row]) -> str:
    """The section: totals by sort of fault, then each story."""
    listed = [known[story] for story in sorted(known)]
    writes, reads, http = (sum(getattr(row, name) for row in listed) for name in ("writes", "reads", "http"))
    total = writes * len(WRITES) + reads + http * len(OVER_HTTP)
    lines = [f"{len(listed)} stories, {total} fault points.", ""]
    lines += ["| at each | fault | points |", "|---|---|---|"]
    lines += [f"| write | {sort} | {writes} |" for sort in WRITES]
    lines += [f"| read | {', '.join(READS)}, in turn | {reads} |"]
    lines += [f"| write, over HTTP | {sort} | {http} |" for sort in OVER_HTTP]
    lines += ["", "| story | writes | reads | over HTTP |", "|---|---|---|---|"]
    lines += [f"| {row.story} | {row.writes} | {row.reads} | {row.http} |" for row in listed]
    return "\n".join(["", *lines, "", ""])


def _section() -> str:
    return PAGE.read_text().split(BEGIN)[1].split(END)[0]
