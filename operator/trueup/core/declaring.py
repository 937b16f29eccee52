"""What an AWS type is declared with: how a field stands in AWS, how a type is listed, read in depth and owned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from trueup.core import compare
from trueup.core.compare import Same
from trueup.core.values import Doc, Effect, Json, Mutability, Severity


@dataclass(frozen=True, slots=True)
class Attr:
    """How one field of a type stands in AWS."""

    path: str
    """Where the create call takes it; empty when create does not."""
    read: str | None = None
    """Where the document shows it, when not at `path`; empty when AWS never shows it."""
    same: Same = compare.equal
    """When the declared and the observed value are the same."""
    mutability: Mutability = Mutability.IN_PLACE
    severity: Severity = Severity.NORMAL
    effect: Effect = Effect.NONE
    update: str | None = None
    """Where the update call takes it, when not at `path`."""
    keyed: bool = False
    """The value is a map whose keys are compared one by one; keys that we do not declare are not ours."""
    secret: bool = False
    timed: bool = False
    """What is declared follows from the time, not from the spec alone: it changes, and is judged, apart."""

    @property
    def shown_at(self) -> str:
        """The path that drift entries and plans name."""
        return self.read or self.path


class Ownership(Enum):
    """How AWS tells that a resource is ours: by the owner tag, a mark beside it, its parent, or its exact name."""

    TAG = "tag"
    MARK = "mark"
    """It can carry no tags: what would be its owner tags stands beside it and is written in the same call."""
    PARENT = "parent"
    NAME = "name"

    @property
    def is_said(self) -> bool:
        """AWS shows a word of ours that names the owner."""
        return self in (Ownership.TAG, Ownership.MARK)


@dataclass(frozen=True, slots=True)
class Listing:
    """The paginated list call that shows every resource of a type, and how to read one of them again."""

    operation: str
    result: str
    service: str | None = None
    """The client to list with, when not the type's own (one list then serves two services)."""
    params: Mapping[str, Json] = field(default_factory=dict[str, Json])
    page: Mapping[str, int] = field(default_factory=dict[str, int])
    """The page size parameter, at AWS's maximum."""
    by: str = ""
    """The member of a listed document that tells it from the others."""
    one: Mapping[str, Json] = field(default_factory=dict[str, Json])
    """The parameters that list one document, with `{}` where its `by` goes; empty: the whole list is read."""
    every: int = 0
    """Seconds for which one reading serves, for a list that AWS bills; our own writes and requests end them early."""
    late: int = 0
    """Seconds by which the list may be behind what was done: so long it may leave out what we have just made."""
    prefix: str = ""
    """What AWS puts before the ids in its answers and does not take everywhere: documents are kept without it."""

    def bare(self, doc: Doc) -> Doc:
        """The document with its `by` as every call takes it."""
        said = doc.get(self.by) if self.prefix else None
        if not isinstance(said, str) or not said.startswith(self.prefix):
            return doc
        return {**doc, self.by: said.removeprefix(self.prefix)}


@dataclass(frozen=True, slots=True)
class Deep:
    """A read per resource, beside the list: when the list's fingerprint moved, after our write, or by its clock."""

    operation: str
    params: Mapping[str, Json]
    """Parameters; a string `{Path}` is filled from the listed document."""
    result: str
    into: str
    """The member of the document that the result becomes."""
    every: int = 1800
    """Seconds after which it is read again; 300 at most for what matters to security."""
    service: str | None = None
    page: Mapping[str, int] = field(default_factory=dict[str, int])
    absent: tuple[str, ...] = ()
    """AWS's codes that say "there is none": the document then holds None, which is known, unlike what is unread."""

    given: Callable[[Doc], Doc] | None = None
    """Values that the document shows only within others, for parameters to be filled from; without one that a parameter
    takes, nothing is read."""
    changing: Callable[[Json], bool] | None = None
    """What was read says that AWS is at work on it: it is read again with every sweep until it is not."""

    @property
    def part(self) -> str:
        """Where documents hold what it shows; of a read per member, documents of a type hold the member's part."""
        return self.into.rsplit("[].", 1)[-1]

    def shows(self, path: str) -> bool:
        """The document shows this path by this read."""
        places = {self.into, self.part}
        return any(path == place or path.startswith((f"{place}.", f"{place}[")) for place in places)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose declared and observed values differ."""

    attr: str
    path: str
    want: Json
    have: Json
    rule: Attr
    member: str | None = None
    """The key, for a field that is compared key by key; else which part of the value differs, where the spec says the
    value in parts."""
    pending: bool = False
    """AWS has accepted the declared value and has not applied it yet."""
    follows: bool = False
    """What is declared has moved since: AWS still shows what we wrote last, so that nothing drifted."""


@dataclass(frozen=True, slots=True)
class Removal:
    """How a resource is to go: with a final snapshot of its data, or without."""

    snapshot: bool = False
