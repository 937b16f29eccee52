"""What AWS holds in one place, indexed so that each object finds its own without a scan.

The reading is done elsewhere; here stand documents as they were read, and when. One inventory serves every
object of an account and region. Not thread-safe by itself: the reader that fills it guards it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from trueup.core.naming import OWNER_TAG, RESOURCE_TAG
from trueup.core.paths import get
from trueup.core.resource import Resource
from trueup.core.values import MISSING, Doc


@dataclass(frozen=True, slots=True)
class Item:
    """One document of one type, with what the indexes need."""

    kind: type[Resource]
    doc: Doc
    id: str
    identity: tuple[str, ...]
    tags: Mapping[str, str]
    parent: str | None
    read_at: datetime
    deep: bool = True
    """Every deep read that the type declares is in the document."""

    @property
    def owner(self) -> str | None:
        """The owner tag's value, if the document carries one."""
        return self.tags.get(OWNER_TAG)

    @property
    def logical(self) -> str | None:
        """The name of the resource in its object's graph."""
        return self.tags.get(RESOURCE_TAG)


def item_of(kind: type[Resource], doc: Doc, read_at: datetime, *, deep: bool = True) -> Item:
    """The document as an item of its type."""
    parent = get(doc, kind.PARENT) if kind.PARENT else MISSING
    return Item(
        kind=kind,
        doc=doc,
        id=kind.id_of(doc),
        identity=kind.identity_of(doc) if kind.IDENTITY else (),
        tags=kind.tags_of(doc),
        parent=None if parent is MISSING else str(parent),
        read_at=read_at,
        deep=deep,
    )


class _Index:
    """The items of one type, by raw document, id, identity, owner and parent."""

    def __init__(self) -> None:
        self.by_raw: dict[str, tuple[Item, ...]] = {}
        self.by_id: dict[str, Item] = {}
        self.by_identity: defaultdict[tuple[str, ...], dict[str, Item]] = defaultdict(dict)
        self.by_owner: defaultdict[str, dict[str, Item]] = defaultdict(dict)
        self.by_parent: defaultdict[str, dict[str, Item]] = defaultdict(dict)

    def add(self, raw: str, items: tuple[Item, ...]) -> None:
        self.by_raw[raw] = items
        for item in items:
            self.by_id[item.id] = item
            if item.identity and item.kind.phase(item.doc) is not None:
                self.by_identity[item.identity][item.id] = item
            if item.owner:
                self.by_owner[item.owner][item.id] = item
            if item.parent:
                self.by_parent[item.parent][item.id] = item

    def drop(self, raw: str) -> None:
        for item in self.by_raw.pop(raw, ()):
            self.by_id.pop(item.id, None)
            alike = self.by_identity.get(item.identity, {})
            if alike.get(item.id) is item:
                del alike[item.id]
                if not alike:
                    del self.by_identity[item.identity]
            if item.owner:
                self.by_owner[item.owner].pop(item.id, None)
            if item.parent:
                self.by_parent[item.parent].pop(item.id, None)


class Inventory:
    """Every document that was read in one place, by type."""

    def __init__(self) -> None:
        self._types: defaultdict[type[Resource], _Index] = defaultdict(_Index)
        self._written: dict[tuple[type[Resource], str], datetime] = {}

    def put(self, kind: type[Resource], raw: str, items: Iterable[Item]) -> None:
        """The items of one listed document stand in place of what it held before."""
        index = self._types[kind]
        index.drop(raw)
        index.add(raw, tuple(items))

    def drop(self, kind: type[Resource], raw: str) -> None:
        """The listed document is gone, and its items with it."""
        self._types[kind].drop(raw)

    def raws(self, kind: type[Resource]) -> tuple[str, ...]:
        """The listed documents that hold items of a type."""
        return tuple(self._types[kind].by_raw)

    def load(self, kind: type[Resource], docs: Iterable[Doc], read_at: datetime) -> None:
        """Every document of a type at once, each standing for itself; for tests and offline worlds."""
        for number, doc in enumerate(docs):
            items = tuple(item_of(kind, member, read_at) for member in kind.members(doc))
            self.put(kind, f"{number}", items)

    def named(self, kind: type[Resource], identity: tuple[str, ...]) -> tuple[Item, ...]:
        """The items of this identity that are not gone, in order of id: one, where AWS keeps names unique."""
        found = self._types[kind].by_identity.get(identity, {})
        return tuple(found[id] for id in sorted(found))

    def with_id(self, kind: type[Resource], id: str) -> Item | None:
        """The item of this id."""
        return self._types[kind].by_id.get(id)

    def owned(self, kind: type[Resource], owner: str) -> tuple[Item, ...]:
        """The items that carry this owner tag, in order of id."""
        found = self._types[kind].by_owner.get(owner, {})
        return tuple(found[id] for id in sorted(found))

    def parts(self, kind: type[Resource], parent: str) -> tuple[Item, ...]:
        """The items that are a part of the resource with this id, in order of id."""
        found = self._types[kind].by_parent.get(parent, {})
        return tuple(found[id] for id in sorted(found))

    def all(self, kind: type[Resource]) -> Iterator[Item]:
        """Every item of a type."""
        for items in tuple(self._types[kind].by_raw.values()):
            yield from items

    def wrote(self, kind: type[Resource], id: str, at: datetime) -> None:
        """A write of ours to this resource was made."""
        self._written[kind, id] = at

    def written(self, kind: type[Resource], id: str) -> datetime | None:
        """When we last wrote to this resource, as far as memory goes."""
        return self._written.get((kind, id))
