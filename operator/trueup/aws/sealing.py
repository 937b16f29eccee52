"""Putting together what only a call may carry: values drawn at random, and values that other secrets hold.

What comes out of here goes into the call and nowhere else; whoever tells of the call tells of what went in.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from typing import TypeAlias
from urllib.parse import quote

from trueup.core.values import Drawn, Json, Kept, Sealed, as_list, as_map

Fetch: TypeAlias = Callable[[Kept], str]
"""Reads the text of a version of a secret."""


def is_sealed(value: Json) -> bool:
    """Something in the value is still to be put together."""
    if (members := as_map(value)) is not None:
        return any(is_sealed(member) for member in members.values())
    if (items := as_list(value)) is not None:
        return any(is_sealed(item) for item in items)
    return isinstance(value, Sealed)


def opened(value: Json, fetch: Fetch) -> Json:
    """The value with every sealed text in it put together. Raises what `fetch` raises."""
    if isinstance(value, Sealed):
        return "".join(_text(part, fetch) for part in value.parts)
    if (members := as_map(value)) is not None:
        return {key: opened(member, fetch) for key, member in members.items()}
    if (items := as_list(value)) is not None:
        return [opened(item, fetch) for item in items]
    return value


def _text(part: Json, fetch: Fetch) -> str:
    if isinstance(part, Drawn):
        return "".join(secrets.choice(part.alphabet) for _ in range(part.length))
    if isinstance(part, Kept):
        return quote(str(json.loads(fetch(part))[part.member]), safe="")
    return str(part)


def texts(value: Json) -> Iterator[str]:
    """Every text in a JSON value: what a secret is made of, to be kept out of messages."""
    if isinstance(value, str):
        yield value
    for member in (as_map(value) or {}).values():
        yield from texts(member)
    for item in as_list(value) or ():
        yield from texts(item)
