"""A folder's plan as text with colours, as JSON, or as Markdown for a pull request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import typer
from rich.text import Text

from trueup.cli.outlook import Outlook
from trueup.cli.plan_lines import STYLES, PlanLine, counted, dated, object_lines, price
from trueup.cli.terminal import terminal

MARKDOWN_LIMIT: Final = 60_000
"""Characters; GitHub takes 65,536 in a comment."""


def show(outlook: Outlook, output: str) -> None:
    """The plan is on stdout in the form asked for: text, json or markdown."""
    if output == "json":
        typer.echo(json.dumps(outlook.to_json(), indent=2, ensure_ascii=False))
    elif output == "markdown":
        typer.echo("\n".join(_markdown(outlook)))
    else:
        _text(outlook)


def _text(outlook: Outlook) -> None:
    console = terminal()
    for planned in outlook.objects:
        console.print(Text(planned.title, style="bold"))
        for line in object_lines(planned):
            console.print(_styled(line))
        console.print()
    console.print(Text(f"Plan {outlook.id}: {counted(outlook)}.", style="bold"))
    cost, when = price(outlook.before, outlook.after), dated(outlook.before + outlook.after)
    console.print(Text(f"Cost {cost}, {when}.", style="bold"))


def _styled(line: PlanLine) -> Text:
    text = Text("  " * (2 * line.depth - 1))
    text.append(f"{line.mark} {line.text}", style=STYLES[line.mark])
    if line.aside:
        text.append(f"  # {line.aside}", style="dim")
    return text


def _markdown(outlook: Outlook) -> Iterator[str]:
    yield f"### Trueup plan `{outlook.id}`: {counted(outlook)}"
    yield ""
    yield f"**{price(outlook.before, outlook.after)}**, {dated(outlook.before + outlook.after)}"
    used = 0
    for planned in outlook.objects:
        block = list(_block(planned.title, tuple(object_lines(planned)), bool(planned.steps)))
        used += sum(len(line) + 1 for line in block)
        if used > MARKDOWN_LIMIT:
            yield ""
            yield "The rest does not fit a comment: run `trueup plan` to see it."
            return
        yield from block


def _block(title: str, lines: tuple[PlanLine, ...], opened: bool) -> Iterator[str]:
    """The object's lines as a diff, which GitHub colours by the marks at the beginning."""
    yield ""
    yield f"<details{' open' if opened else ''}><summary><b>{title}</b></summary>"
    yield ""
    yield "```diff"
    for line in lines:
        aside = f"  # {line.aside}" if line.aside else ""
        yield f"{line.mark} {'    ' * (line.depth - 1)}{line.text}{aside}".rstrip()
    yield "```"
    yield "</details>"
