"""When a declared value and what AWS shows are the same.

Every comparison is a total, pure function `(want, have) -> bool`, with `same(x, x)` true. What AWS normalises
(case, order, trailing zeros, shortened versions) is known here by name and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from trueup.core.values import MISSING, Json, as_list, as_map

Same: TypeAlias = Callable[[Json, Json], bool]


def equal(want: Json, have: Json) -> bool:
    """Equal as JSON: 1 is 1.0, a tuple is a list, and an absent list or map is an empty one, on either side."""
    if as_list(want) is not None or as_list(have) is not None:
        items, others = (() if _is_absent(side) else as_list(side) for side in (want, have))
        return (
            items is not None
            and others is not None
            and len(items) == len(others)
            and all(equal(item, other) for item, other in zip(items, others, strict=True))
        )
    if as_map(want) is not None or as_map(have) is not None:
        members, seen = (dict[str, Json]() if _is_absent(side) else as_map(side) for side in (want, have))
        return (
            members is not None
            and seen is not None
            and members.keys() == seen.keys()
            and all(equal(member, seen[key]) for key, member in members.items())
        )
    if isinstance(want, bool) or isinstance(have, bool):
        return want is have
    return bool(want == have)


def _is_absent(value: Json) -> bool:
    return value is MISSING or value is None


def flag(want: Json, have: Json) -> bool:
    """Equal as a switch: a switch that AWS does not show is off."""
    return bool(want) == bool(False if have is MISSING else have)


def text(want: Json, have: Json) -> bool:
    """Equal as text: an empty text is one that AWS does not show."""
    return (want or "") == ("" if have is MISSING or have is None else have)


def number(want: Json, have: Json) -> bool:
    """Equal as a decimal number, however it is written: "50", 50 and "50.0"."""
    try:
        return Decimal(str(want)) == Decimal(str(have))
    except InvalidOperation:
        return want == have


def ignoring_case(want: Json, have: Json) -> bool:
    """Equal but for upper and lower case: AWS lower-cases identifiers and days of the week."""
    return str(want).casefold() == str(have).casefold()


def same_set(want: Json, have: Json) -> bool:
    """The same members in any order; an absent collection is an empty one."""
    wanted, seen = _bag(want), _bag(have)
    return equal(want, have) if wanted is None or seen is None else wanted == seen


def _bag(value: Json) -> list[str] | None:
    """The members in one order; None for what is no collection."""
    members = () if _is_absent(value) else as_list(value)
    if members is None:
        return None
    return sorted(json.dumps(member, sort_keys=True, default=str) for member in members)


def version_prefix(want: Json, have: Json) -> bool:
    """The declared version is the observed one or a prefix of it in whole parts: "16" covers "16.9"."""
    if have is MISSING or have is None:
        return False
    wanted, seen = str(want).split("."), str(have).split(".")
    return seen[: len(wanted)] == wanted


def same_json(want: Json, have: Json) -> bool:
    """The same JSON document, whether written as text or as a value, whatever the order of its keys."""
    return parsed(want) == parsed(have)


def parsed(value: Json) -> Json:
    """The value of JSON text; what is none, as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
