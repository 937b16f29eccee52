"""`trueup explain OBJECT`: one object's story, from what is wrong to what it is made of and costs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from trueup.cli.objects import NOBODY_LOOKS, Shown
from trueup.cli.status import ALL_OF_IT, brief, coloured, drift_table
from trueup.cli.terminal import columns, terminal
from trueup.core.values import Json, as_list, as_map


def explain(shown: Shown, output: str) -> int:
    """The object has been explained; answers 0."""
    if output == "json":
        where = {"kind": shown.manifest.kind, "namespace": shown.manifest.namespace, "name": shown.manifest.name}
        typer.echo(json.dumps({**where, **shown.manifest.status}, indent=2, ensure_ascii=False))
        return 0
    console = terminal()
    head = Text(f"{shown.title}: ", style="bold")
    console.print(head.append_text(coloured(shown.summary)))
    if not shown.manifest.status:
        console.print(f"{NOBODY_LOOKS.capitalize()}: is one running, and does it watch this namespace?")
        return 0
    if shown.why:
        console.print(Text(shown.why))
    sections: tuple[tuple[str, Callable[[Shown], RenderableType | None]], ...] = (
        ("Notes", _notes),
        ("Conditions", _conditions),
        ("Drift", lambda s: drift_table(s) if s.drift else None),
        ("Put right within the last day", _recent),
        ("Next writes", _plan),
        ("Resources", _resources),
        ("Outputs", _outputs),
        ("Cost a month", _cost),
    )
    for title, table in sections:
        shown_table = table(shown)
        if shown_table is not None:
            console.print()
            console.print(Text(title, style="bold"))
            console.print(shown_table)
    checked = shown.text("lastChecked")
    console.print(f"\nRegion {shown.text('region')}, generation {shown.manifest.generation}, checked {checked}")
    return 0


def _maps(value: Json) -> Iterator[dict[str, Json]]:
    for item in as_list(value) or ():
        members = as_map(item)
        if members is not None:
            yield dict(members)


def _conditions(shown: Shown) -> Table:
    table = columns("CONDITION", "STATUS", "REASON", "SINCE", "MESSAGE")
    for entry in _maps(shown.manifest.status.get("conditions")):
        words = [str(entry.get(name, "")) for name in ("type", "status", "reason", "lastTransitionTime", "message")]
        table.add_row(*(Text(word) for word in words))
    return table


def _notes(shown: Shown) -> RenderableType | None:
    notes = as_list(shown.manifest.status.get("notes"))
    return Text("\n".join(map(str, notes))) if notes else None


def _recent(shown: Shown) -> Table | None:
    table = columns("RESOURCE", "FIELD", "WAS", "FROM", "TO")
    for entry in _maps(shown.part("drift").get("recent")):
        times = (str(entry.get("firstSeen", "")), str(entry.get("correctedAt", "")))
        table.add_row(
            Text(str(entry["resource"])),
            Text(str(entry["path"] or ALL_OF_IT)),
            Text(brief(entry.get("observed"))),
            *times,
        )
    return table if table.row_count else None


def _plan(shown: Shown) -> Table | None:
    plan = shown.part("plan")
    table = columns("ACTION", "RESOURCE", "FIELD", "FROM", "TO", "EFFECT")
    for change in _maps(plan.get("changes")):
        first = (str(change.get("action", "")), str(change.get("resource", "")))
        fields = list(_maps(change.get("fields"))) if change.get("action") == "update" else []
        for field in fields or [{}]:
            values = (brief(field.get("from")), brief(field.get("to"))) if field else ("", "")
            table.add_row(
                *first, Text(str(field.get("path", ""))), *(Text(v) for v in values), str(change.get("effect", ""))
            )
            first = ("", "")
        blocked = as_map(change.get("blocked"))
        if blocked:
            table.add_row("", Text(f"{blocked.get('reason')}: {blocked.get('message')}"))
    return table if table.row_count else None


def _resources(shown: Shown) -> Table | None:
    table = columns("TYPE", "NAME", "STATE", "ID")
    for entry in _maps(shown.manifest.status.get("resources")):
        table.add_row(*(Text(str(entry.get(name, ""))) for name in ("type", "name", "state", "id")))
    return table if table.row_count else None


def _outputs(shown: Shown) -> Table | None:
    table = columns("NAME", "VALUE")
    for name, value in sorted(shown.part("outputs").items()):
        table.add_row(name, Text(value if isinstance(value, str) else json.dumps(value)))
    return table if table.row_count else None


def _cost(shown: Shown) -> Table | None:
    cost = shown.part("cost")
    if not cost:
        return None
    table = columns("ITEM")
    table.add_column("USD", justify="right")
    table.add_column("ASSUMPTION")
    for line in _maps(cost.get("lines")):
        table.add_row(*(Text(str(line.get(name, ""))) for name in ("item", "usd", "assumption")))
    dated = f", list prices of {cost['asOf']}" if "asOf" in cost else ""
    spread = f"from {cost.get('lowUSD')} to {cost.get('highUSD')}{dated}"
    table.add_row("together", str(cost.get("monthlyUSD", "")), spread)
    return table
