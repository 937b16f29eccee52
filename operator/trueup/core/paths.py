"""Dotted paths into AWS documents: `A.B`, `A[].B` (every member), `A[0].B` (one member).

A path is a string, so that it prints in drift entries and can be checked against botocore's models. Keys that
themselves hold dots (tag keys, parameter names) are never part of a path that is parsed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from trueup.core.values import MISSING, Json, as_list, as_map

_STEP = re.compile(r"([^.\[\]]+)((?:\[\d*\])*)")


@lru_cache(maxsize=4096)
def steps(path: str) -> tuple[str | int | None, ...]:
    """The path taken apart: a member name, an index, or None for "every member"."""
    found: list[str | int | None] = []
    for name, brackets in _STEP.findall(path):
        found.append(name)
        found.extend(int(index) if index else None for index in re.findall(r"\[(\d*)\]", brackets))
    return tuple(found)


def get(doc: Json, path: str) -> Json:
    """The value at the path, or MISSING. `[]` gathers the members that have a value into a list."""
    return _get(doc, steps(path))


def _get(value: Json, rest: tuple[str | int | None, ...]) -> Json:
    for position, step in enumerate(rest):
        if isinstance(step, str):
            members = as_map(value)
            value = MISSING if members is None else members.get(step, MISSING)
            continue
        items = as_list(value)
        if items is None:
            return MISSING
        if step is None:
            found = [_get(item, rest[position + 1 :]) for item in items]
            return [item for item in found if item is not MISSING]
        value = items[step] if step < len(items) else MISSING
    return value


def put(doc: dict[str, Json], path: str, value: Json) -> None:
    """The value stands at the path of `doc`, with the maps and lists on the way made. No `[]` in the path."""
    where: Json = doc
    trail = steps(path)
    for here, following in pairwise(trail):
        where = _enter(where, here, [] if isinstance(following, int) else {})
    _set(where, trail[-1], value)


def _enter(where: Json, step: str | int | None, fresh: Json) -> Json:
    if isinstance(step, int):
        while len(where) <= step:
            where.append(type(fresh)())
        return where[step]
    return where.setdefault(step, fresh)


def _set(where: Json, step: str | int | None, value: Json) -> None:
    if isinstance(step, int):
        while len(where) <= step:
            where.append(None)
    where[step] = value


def root(path: str) -> str:
    """The first member name of a path."""
    return str(steps(path)[0])
