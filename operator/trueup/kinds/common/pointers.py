"""Which JSON pointers name a field of a spec: read off the model, as a regular expression that CEL knows, too."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import get_args, get_origin

from pydantic import BaseModel

from trueup.kinds.common.rules import Rule

_ANY = "/[^/]+"
_PLACE = "/[0-9]+"


@cache
def known_fields(model: type[BaseModel]) -> Rule:
    """`driftPolicy.ignore` names fields that the model has: a pointer that leads nowhere would ignore nothing."""
    pattern = f"^{_below(model)}$"
    return Rule(
        cel=f"self.driftPolicy.ignore.all(p, p.matches('{pattern}'))",
        message="driftPolicy.ignore names a field that this spec does not have, and so would ignore nothing. "
        'Write JSON pointers below spec, such as "/tags".',
        holds=lambda spec: all(re.search(pattern, pointer) for pointer in spec.drift_policy.ignore),
        at=".driftPolicy.ignore",
    )


def _below(model: type[BaseModel]) -> str:
    """The pointers that lead from the model to a field of it, at any depth."""
    ways = (f"{field.alias or name}{_optional(field.annotation)}" for name, field in model.model_fields.items())
    return f"/({'|'.join(ways)})"


def _optional(annotation: object) -> str:
    """What may follow a pointer to a value of this type; nothing for a plain one."""
    ways = list(dict.fromkeys(_onward(annotation)))
    return f"({'|'.join(ways)})?" if ways else ""


def _onward(annotation: object) -> Iterator[str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield _below(annotation)
        return
    origin, inner = get_origin(annotation), get_args(annotation)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        yield _ANY + _optional(inner[1])
    elif isinstance(origin, type) and issubclass(origin, Sequence):
        yield _PLACE + _optional(inner[0])
    else:
        for member in inner:
            yield from _onward(member)
