"""A plan as lines for people: marks, colours and columns. The text and the Markdown are made of the same lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import unified_diff
from typing import Final

import yaml

from trueup.cli.outlook import Outlook, Planned, is_free
from trueup.core.cost import Estimate, Line, money
from trueup.core.plan import Action, Block, Blocker, FieldChange, Step
from trueup.core.values import Effect, Json, shown

MARKS: Final = {"create": "+", "update": "~", "restart": "↻", "replace": "!", "delete": "-"}
"""What is done to a resource, in the order in which it is counted, with the sign that its lines begin with."""
STYLES: Final = {"+": "green", "~": "yellow", "↻": "bold yellow", "-": "red", "!": "bold red", " ": ""}
_REPORTED: Final = {Action.CREATE: "is absent", Action.DELETE: "is not declared"}
_SOMEBODY: Final = (Blocker.PERSON, Blocker.POLICY, Blocker.GATE)
_WIDEST_PATH: Final = 56
_LONGEST_VALUE: Final = 88
_WIDEST_LINE: Final = 100
_ABSENT: Final = "(none)"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line: a mark (or a blank) that also says its colour, how deep it stands, and what it says."""

    mark: str
    depth: int
    text: str
    aside: str = ""
    """What follows in a quieter colour."""


def object_lines(planned: Planned) -> Iterator[PlanLine]:
    """What happens to one object: its steps field by field, what it waits for, and its money.

    References within its namespace leave that out, as `…Ref` fields do: plans of two environments then differ less.
    """
    near = re.compile(rf"\$\{{(\w+)/{re.escape(planned.manifest.namespace)}/")
    return (replace(line, text=near.sub(r"${\1/", line.text)) for line in _whole_lines(planned))


def _whole_lines(planned: Planned) -> Iterator[PlanLine]:
    for step in planned.steps:
        yield from _step_lines(step)
    for step in planned.reported:
        how = _REPORTED.get(step.action, "differs")
        yield PlanLine("!", 1, f"{step.key} {how}", "only reported: driftPolicy.mode is Report")
    for wait in planned.preview.plan.waits:
        yield PlanLine("!", 1, f"waits: {wait.message}")
    for trouble in planned.preview.plan.problems:
        yield PlanLine("!", 1, f"{trouble.reason}: {trouble.message}")
    for note in planned.preview.plan.notes:
        yield PlanLine("!", 1, f"note: {note}")
    if planned.preview.invalid:
        yield PlanLine("!", 1, f"Invalid: {planned.preview.invalid}")
    if not (planned.steps or planned.reported or planned.troubles or planned.preview.plan.waits):
        yield PlanLine(" ", 1, "nothing to do")
    yield from _cost_lines(planned.preview.before, planned.preview.after)


def _step_lines(step: Step) -> Iterator[PlanLine]:
    yield PlanLine(MARKS[step.verb], 1, f"{step.verb} {step.key}", _aside(step))
    if step.block is not None and _is_news(step.block, step.action):
        why = "" if step.block.by is Blocker.PEER else f"{step.block.reason}: "
        yield PlanLine("!", 2, f"{why}{step.block.message}")
    width = min(max((len(field.path) for field in step.fields), default=0), _WIDEST_PATH)
    for field in step.fields:
        yield from _field_lines(step.verb, field, width)


def _is_news(block: Block, action: Action) -> bool:
    """Why the step waits is worth a line: somebody must act first. What is made waits for its peers as a rule."""
    return block.by in _SOMEBODY or (block.by is Blocker.PEER and action is Action.UPDATE)


def _field_lines(verb: str, field: FieldChange, width: int) -> Iterator[PlanLine]:
    """One line; what would be a long one is unfolded below the field's name, and where it changes, as a diff."""
    note = next((word for word, holds in _notes(field) if holds), "")
    aside = ", ".join(part for part in (field.spec_path or "", note) if part)
    values = _values(verb, field)
    if not any(_unfolds(value) for value in (field.before, field.after)) or len(values) <= _LONGEST_VALUE:
        yield PlanLine(" ", 2, f"{field.path.ljust(width)}  {values}", aside)
        return
    if field.path or aside:  # a whole resource has neither
        yield PlanLine(" ", 2, field.path, aside)
    for mark, text in _unfolded(verb, field):
        yield PlanLine(mark, 3, text)


def _unfolds(value: Json) -> bool:
    """The value has parts, or lines, that can stand below each other."""
    return isinstance(value, list | dict | tuple) or (isinstance(value, str) and "\n" in value)


def _unfolded(verb: str, field: FieldChange) -> Iterator[tuple[str, str]]:
    if verb in (Action.CREATE, Action.DELETE):
        value = field.after if verb == Action.CREATE else field.before
        yield from ((" ", line) for line in _lines(value))
        return
    changed = unified_diff(_lines(field.before), _lines(field.after), lineterm="", n=2)
    for line in changed:
        if not line.startswith(("---", "+++", "@@")):
            yield line[0], line[1:]


def _lines(value: Json) -> list[str]:
    """A value as YAML, a line for each of its members."""
    if value is None:
        return [_ABSENT]
    if isinstance(value, str):
        return value.splitlines()
    # The innermost maps and lists keep to one line.
    dumped: str = yaml.safe_dump(
        shown(value), sort_keys=False, allow_unicode=True, width=_WIDEST_LINE, default_flow_style=None
    )
    return dumped.rstrip().splitlines()


def _aside(step: Step) -> str:
    """What the step's verb leaves open."""
    if step.verb == Effect.RESTART.value:
        return "updated in place, takes effect with a restart"
    return "" if step.effect in ("", step.verb) else f"causes: {step.effect}"


def _notes(field: FieldChange) -> tuple[tuple[str, bool], ...]:
    return (
        ("ignored, as driftPolicy says", field.ignored),
        ("accepted by AWS, not applied yet", field.accepted),
        (f"causes: {field.effect.value}", bool(field.effect.value)),
    )


def _values(verb: str, field: FieldChange) -> str:
    if verb == Action.CREATE:
        return _shown(field.after)
    if verb == Action.DELETE:
        return _shown(field.before)
    return f"{_shown(field.before)} → {_shown(field.after)}"


def _shown(value: Json) -> str:
    return _ABSENT if value is None else json.dumps(value, ensure_ascii=False)


def _cost_lines(before: Estimate, after: Estimate) -> Iterator[PlanLine]:
    if is_free(before) and is_free(after) and not after.lines:
        return
    yield PlanLine(" ", 1, price(before, after))
    lines = after.lines
    width = max((len(line.item) for line in lines), default=0)
    sums = [_amount(line) for line in lines]
    wide = max((len(amount) for amount in sums), default=0)
    for line, amount in zip(lines, sums, strict=True):
        yield PlanLine(" ", 2, f"{line.item.ljust(width)}  {amount.rjust(wide)}", line.assumption)


def _amount(line: Line) -> str:
    return "unknown" if line.usd is None else f"${money(line.usd)}"


def price(before: Estimate, after: Estimate) -> str:
    """The money before and after, its bounds, and what no price is known for."""
    spread = "" if after.low == after.high else f" (from ${money(after.low)} to ${money(after.high)})"
    missing = f", and what is unknown: {', '.join(after.unknown)}" if after.unknown else ""
    return f"${money(before.monthly)} → ${money(after.monthly)} a month{spread}{missing}"


def counted(outlook: Outlook) -> str:
    """How much there is to do, in a phrase."""
    words = [f"{outlook.counts[verb]} to {verb}" for verb in MARKS if outlook.counts[verb]]
    words += [f"{count} with {effect}" for effect, count in sorted(outlook.effects.items())]
    words += [f"{len(outlook.troubles)} for a person to put right"] if outlook.troubles else []
    return ", ".join(words) or "nothing to do"


def dated(estimate: Estimate) -> str:
    """Of which day the prices are."""
    return f"list prices of {estimate.as_of.isoformat()}" if estimate.as_of else "list prices"
