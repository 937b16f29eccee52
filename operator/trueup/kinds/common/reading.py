"""A manifest's spec, read: either a value of the kind's model, or sentences that say what to change."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from trueup.kinds.common.spec import BROKEN_RULES, Part, Spec

S = TypeVar("S", bound=Spec)

_SHOWN = 80
"""Characters of a refused value that a sentence shows."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, as a path such as spec.capacity.min, and in a sentence what to do."""

    path: str
    sentence: str

    def __str__(self) -> str:
        """The problem as one line."""
        return f"{self.path}: {self.sentence}"


class InvalidSpec(ValueError):
    """A spec that the API server would refuse; `problems` says why, at least one."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems; the text of the error is one line for each."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def read_spec(model: type[S], document: Mapping[str, object]) -> S:
    """The spec that a manifest's `spec` stands for, defaults filled in. Raises InvalidSpec."""
    try:
        return model.model_validate(dict(document))
    except ValidationError as error:
        details = [detail for detail in error.errors(include_url=False) if not _follows(detail, error)]
        raise InvalidSpec(tuple(p for detail in details for p in _problems(model, detail))) from None


def change_problems(new: Spec, old: Spec) -> tuple[Problem, ...]:
    """Why `new` may not take the place of `old`, a spec of the same kind; empty when it may."""
    broken = (change for change in new.changes() if not change.holds(new, old))
    return tuple(Problem(f"spec{change.at}", change.message) for change in broken)


def _follows(detail: ErrorDetails, error: ValidationError) -> bool:
    """Whether a list is called too short only because of items that have errors of their own."""
    loc = detail["loc"]
    longer = (other["loc"] for other in error.errors(include_url=False) if len(other["loc"]) > len(loc))
    return detail["type"] == "too_short" and any(other[: len(loc)] == loc for other in longer)


def _problems(model: type[Part], detail: ErrorDetails) -> Iterator[Problem]:
    path = "spec" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in detail["loc"])
    if detail["type"] == BROKEN_RULES:
        broken: list[tuple[str, str]] = detail.get("ctx", {})["broken"]
        yield from (Problem(path + at, message) for at, message in broken)
        return
    yield Problem(path, _sentence(model, detail))


def _sentence(model: type[Part], detail: ErrorDetails) -> str:
    *way, last = detail["loc"] or ("",)
    owner = _part_at(model, tuple(way))
    if detail["type"] == "extra_forbidden":
        close = get_close_matches(str(last), _fields(owner), n=1)
        return "There is no such field." + (f" Did you mean {close[0]}?" if close else " Take it out.")
    field = _field_at(owner, last) if owner else None
    meaning = f" {field.description}" if field and field.description else ""
    if detail["type"] == "missing":
        return f"This field is required.{meaning}"
    shown = json.dumps(detail["input"], default=str)[:_SHOWN]
    said = detail["msg"].removeprefix("Value error, ").replace("Input should", "The value should").rstrip(".")
    return f"{said}; it is {shown}.{meaning}"


def _fields(part: type[Part] | None) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in part.model_fields.items()} if part else {}


def _field_at(part: type[Part], step: int | str) -> FieldInfo | None:
    return _fields(part).get(str(step))


def _part_at(model: type[Part], way: tuple[int | str, ...]) -> type[Part] | None:
    """The part that a path leads to; None where it leads to something else."""
    part: type[Part] | None = model
    for step in way:
        if isinstance(step, int):
            continue
        field = _field_at(part, step) if part else None
        part = _part_of(field.annotation) if field else None
    return part


def _part_of(annotation: object) -> type[Part] | None:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    return next((part for arg in get_args(annotation) if (part := _part_of(arg))), None)
