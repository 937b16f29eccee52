"""The words that everything else is said in: keys, references, calls, phases.

All values are frozen. `Json` is what AWS documents and plans are made of; a `Ref` stands for a value that AWS
assigns and that is known only after a write.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, Final, TypeAlias, cast

SECRET: Final = "(secret)"
"""What a secret's value reads, wherever one would stand."""
BRIEF: Final = 60
"""Characters of a value that a sentence shows."""

Json: TypeAlias = Any
"""A JSON value as AWS sends it or as a plan shows it; members may be `Ref`, `Pseudo` or `Joined` before resolution."""

Doc: TypeAlias = Mapping[str, Any]
"""A document as AWS describes it, read through checked paths."""


class Missing(Enum):
    """The mark of a value that is not there; unlike None, which AWS may send."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing.MISSING


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """One AWS resource of one object: CloudFormation's type name, and a name unique within the object."""

    type: str
    name: str

    def __str__(self) -> str:
        return f"{self.type}/{self.name}"


@dataclass(frozen=True, slots=True)
class Ref:
    """The value at `path` of the document of another resource, once that resource exists.

    `owner` is the owner string of the object that the other resource belongs to; None means the same object.
    With `ready`, the other resource must also have reached a usable phase.
    """

    key: Key
    path: str
    owner: str | None = None
    ready: bool = False

    def __str__(self) -> str:
        where = f"{self.owner.split('/', 1)[1]}:" if self.owner else ""
        return f"${{{where}{self.key}.{self.path}}}"


class Pseudo(Enum):
    """A value that belongs to the account and region in which an object lives."""

    ACCOUNT = "AccountId"
    REGION = "Region"
    PARTITION = "Partition"

    def __str__(self) -> str:
        return f"${{{self.value}}}"


@dataclass(frozen=True, slots=True)
class Joined:
    """Text put together of parts, some of which AWS assigns: an ARN, a name that ends with the account."""

    parts: tuple[Json, ...]

    def __str__(self) -> str:
        return "".join(str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Text that is drawn at random when the call is made."""

    length: int
    alphabet: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A member of the JSON that a version of a secret holds, read when the call is made and encoded for a URL."""

    secret: Json
    version: Json
    member: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """Text that the call alone carries: whoever makes it puts the text together, and nobody else ever sees it."""

    parts: tuple[Json, ...]
    """Text, references, `Drawn` and `Kept`."""

    def __str__(self) -> str:
        return SECRET


@dataclass(frozen=True, slots=True)
class Place:
    """Where calls go: a region, under the operator's own credentials or under a role."""

    region: str
    role_arn: str | None = None


class Phase(StrEnum):
    """What AWS says of a resource, in five words."""

    CREATING = "Creating"
    """It exists and cannot be used yet."""
    READY = "Ready"
    BUSY = "Busy"
    """It can be used, and AWS is changing it: it takes no other change now."""
    FAILED = "Failed"
    DELETING = "Deleting"

    @property
    def usable(self) -> bool:
        """Others may use the resource now."""
        return self in (Phase.READY, Phase.BUSY)


class Severity(StrEnum):
    """How bad a difference in a field is; Critical means exposed to the public or a protection gone."""

    NORMAL = "Normal"
    CRITICAL = "Critical"


class Mutability(Enum):
    """What may be done about a difference in a field: update in place, or only by replacing the resource."""

    IN_PLACE = "in place"
    REPLACE = "replace"


class Effect(StrEnum):
    """What writing a field does to those who use the resource."""

    NONE = ""
    RESTART = "restart"
    OUTAGE = "outage"


class Retry(Enum):
    """How AWS keeps a create from happening twice.

    `UNIQUE`: by a name; `TOKEN`: by a client token; `UNSAFE`: by nothing, so that an intent is recorded first
    and the SDK does not retry.
    """

    UNIQUE = "unique name"
    TOKEN = "client token"
    UNSAFE = "neither"


@dataclass(frozen=True, slots=True)
class Each:
    """What a call is made for: all that a list shows at that moment, as many members at once as a page has."""

    operation: str
    params: Mapping[str, Json]
    results: tuple[str, ...]
    """Where a page holds what it lists."""
    members: tuple[str, ...]
    """What of each one the call is told."""
    into: str
    """Where the call takes them."""


@dataclass(frozen=True, slots=True)
class Call:
    """One AWS API call as data. `params` may hold references until it is resolved."""

    service: str
    operation: str
    params: Mapping[str, Json] = field(default_factory=dict[str, Json])
    retry: Retry = Retry.UNIQUE
    each: Each | None = None
    """Made again for each page of a list; not at all where the list shows nothing."""

    def __str__(self) -> str:
        return f"{self.service}.{self.operation}"


Lookup: TypeAlias = Callable[[Ref | Pseudo], Json]
"""Gives the value of a reference, or MISSING while it has none."""


def as_map(value: Json) -> Mapping[str, Json] | None:
    """The value if it is a map, else None."""
    return cast("Mapping[str, Json]", value) if isinstance(value, Mapping) else None


def as_list(value: Json) -> Sequence[Json] | None:
    """The value if it is a list or a tuple, else None."""
    return cast("Sequence[Json]", value) if isinstance(value, (list, tuple)) else None


def resolve(value: Json, lookup: Lookup) -> Json:
    """The value with every reference in it filled; MISSING when any of them has no value yet."""
    if isinstance(value, (Ref, Pseudo)):
        return lookup(value)
    if isinstance(value, Joined):
        texts = [resolve(part, lookup) for part in value.parts]
        return MISSING if any(text is MISSING for text in texts) else "".join(map(str, texts))
    if isinstance(value, (Sealed, Kept)):
        return _resolved_secret(value, lookup)
    if (items := as_map(value)) is not None:
        filled = {key: resolve(member, lookup) for key, member in items.items()}
        return MISSING if any(member is MISSING for member in filled.values()) else filled
    if (members := as_list(value)) is not None:
        found = [resolve(member, lookup) for member in members]
        return MISSING if any(member is MISSING for member in found) else found
    return value


def _resolved_secret(value: Sealed | Kept, lookup: Lookup) -> Json:
    if isinstance(value, Kept):
        secret, version = resolve(value.secret, lookup), resolve(value.version, lookup)
        return MISSING if MISSING in (secret, version) else Kept(secret, version, value.member)
    parts = tuple(resolve(part, lookup) for part in value.parts)
    return MISSING if MISSING in parts else Sealed(parts)


def shown(value: Json) -> Json:
    """The value as a plan shows it: references as `${…}`, tuples as lists, only what JSON knows."""
    if isinstance(value, (Ref, Pseudo)):
        return str(value)
    if (items := as_map(value)) is not None:
        return {str(key): shown(member) for key, member in items.items()}
    if (members := as_list(value)) is not None:
        return [shown(member) for member in members]
    if value is MISSING:
        return None
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    return str(value)


def brief(value: Json, longest: int = BRIEF) -> str:
    """The value within a sentence, cut beyond `longest` characters: text as it is, else JSON, None as absent."""
    plain = shown(value)
    if plain is None:
        return "absent"
    text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    return text if len(text) <= longest else f"{text[: longest - 3]}…"


def references(value: Json) -> tuple[Ref, ...]:
    """Every reference in a value, in order."""
    if isinstance(value, Ref):
        return (value,)
    if isinstance(value, (Joined, Sealed)):
        return references(value.parts)
    if isinstance(value, Kept):
        return references((value.secret, value.version))
    if (items := as_map(value)) is not None:
        return tuple(ref for member in items.values() for ref in references(member))
    if (members := as_list(value)) is not None:
        return tuple(ref for member in members for ref in references(member))
    return ()
