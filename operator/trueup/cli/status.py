"""`trueup status` and `trueup drift`: every object in a line, and every field that differs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import typer
from rich.table import Table
from rich.text import Text

from trueup.cli.objects import Shown, dollars
from trueup.cli.terminal import columns, terminal
from trueup.core.cost import money
from trueup.core.ledger import parse_time
from trueup.core.values import Json

DRIFT = 2
ALL_OF_IT = "(all of it)"
_COLOURS = {"Ready": "green", "Drifted": "yellow", "Stalled": "red", "Gated": "red", "True": "green", "False": "red"}
_BRIEF = 60


def status(objects: Sequence[Shown], output: str, now: datetime) -> int:
    """Every object has been shown with its state and its money; answers 0."""
    if output == "json":
        sums = {name: money(dollars(objects, name)) for name in ("monthlyUSD", "lowUSD", "highUSD")}
        typer.echo(json.dumps({"objects": [_state(shown) for shown in objects], "cost": sums}, indent=2))
        return 0
    if not objects:
        typer.echo("There is no object of Trueup's here.")
        return 0
    console = terminal()
    console.print(_state_table(objects, now))
    spread = f"from ${money(dollars(objects, 'lowUSD'))} to ${money(dollars(objects, 'highUSD'))}"
    console.print(f"\n${money(dollars(objects, 'monthlyUSD'))} a month at list prices ({spread})")
    for shown in objects:
        if shown.why:
            console.print(Text(f"{shown.title}: {shown.why}"))
    return 0


def _state(shown: Shown) -> dict[str, Json]:
    cost = shown.part("cost")
    return {
        "kind": shown.manifest.kind,
        "namespace": shown.manifest.namespace,
        "name": shown.manifest.name,
        "ready": shown.condition("Ready").get("status", "Unknown"),
        "inSync": shown.condition("InSync").get("status", "Unknown"),
        "drift": shown.drift_count,
        "monthlyUSD": cost.get("monthlyUSD"),
        "summary": shown.summary,
        "reason": shown.condition("Ready").get("reason"),
        "message": shown.why,
        "lastChecked": shown.text("lastChecked") or None,
    }


def _state_table(objects: Sequence[Shown], now: datetime) -> Table:
    table = columns("NAMESPACE", "OBJECT", "READY", "INSYNC", "DRIFT")
    table.add_column("$/MO", justify="right")
    for name in ("STATUS", "AGE"):
        table.add_column(name)
    for shown in objects:
        words = [shown.condition(type).get("status", "Unknown") for type in ("Ready", "InSync")]
        table.add_row(
            shown.manifest.namespace,
            f"{shown.manifest.kind.lower()}/{shown.manifest.name}",
            *(coloured(word) for word in words),
            str(shown.drift_count),
            str(shown.part("cost").get("monthlyUSD", "")),
            coloured(shown.summary),
            shown.age(now),
        )
    return table


def coloured(word: str) -> Text:
    """The word in the colour that says whether it is good."""
    return Text(word, style=_COLOURS.get(word, ""))


def drift(objects: Sequence[Shown], output: str) -> int:
    """Every field that differs has been shown; answers 2 when any does that is not told to be ignored, else 0."""
    found = [shown for shown in objects if shown.drift_count]
    if output == "json":
        typer.echo(
            json.dumps({"count": sum(s.drift_count for s in found), "objects": [_drift(s) for s in found]}, indent=2)
        )
    elif found:
        _print_drift(found)
    else:
        typer.echo("AWS is as declared.")
    for shown in objects:
        if shown.condition("InSync").get("status", "Unknown") == "Unknown":
            typer.echo(f"note: {shown.title}: {shown.condition('InSync').get('message') or shown.why}", err=True)
    return DRIFT if any(shown.drifted for shown in found) else 0


def _drift(shown: Shown) -> dict[str, Json]:
    where = {"kind": shown.manifest.kind, "namespace": shown.manifest.namespace, "name": shown.manifest.name}
    return {**where, "count": shown.drift_count, "fields": list(shown.drift)}


def _print_drift(objects: Sequence[Shown]) -> None:
    console = terminal()
    for shown in objects:
        console.print(Text(shown.title, style="bold"))
        console.print(drift_table(shown))
        hidden = shown.drift_count - len(shown.drift)
        if hidden:
            console.print(f"and {hidden} more, which the status does not list")
        console.print()


def drift_table(shown: Shown) -> Table:
    """The open entries of one object."""
    table = columns("RESOURCE", "FIELD", "DECLARED", "IN AWS", "SINCE", "BY", "ACTION")
    for entry in shown.drift:
        critical = entry.get("severity") == "Critical"
        first = parse_time(entry.get("firstSeen"))
        table.add_row(
            Text(str(entry.get("resource"))),
            Text(str(entry.get("path") or ALL_OF_IT)),
            Text(brief(entry.get("desired"))),
            Text(brief(entry.get("observed")), style="bold red" if critical else "yellow"),
            first.strftime("%Y-%m-%d %H:%M UTC") if first else "",
            Text(str(entry.get("by", "unknown"))),
            Text(f"{entry.get('action')}{' (critical)' if critical else ''}"),
        )
    return table


def brief(value: Json) -> str:
    """A value for a column: JSON, cut at 60 characters; (none) where there is none."""
    if value is None:
        return "(none)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _BRIEF else f"{text[: _BRIEF - 1]}…"
