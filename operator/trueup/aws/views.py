"""The inventory of one place, filled from sources: what objects of that place see.

An object in eu-central-1 also sees its budget, which lives in us-east-1: sources stand where types live, views where
objects look from. A view changes under its lock only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from threading import RLock

from trueup.aws.sources import DeepKey, Listed, Slot, Source, deep_reads, merged
from trueup.core.inventory import Inventory, item_of
from trueup.core.resource import Resource
from trueup.core.values import Place


@dataclass(frozen=True, slots=True)
class _Placed:
    """What the items of one raw document were made of."""

    listed: Listed
    slots: tuple[Slot | None, ...]

    def still(self, other: _Placed) -> bool:
        """Whether the same reads would make the same items."""
        return (
            self.listed is other.listed
            and len(self.slots) == len(other.slots)
            and all(a is b for a, b in zip(self.slots, other.slots, strict=True))
        )


class View:
    """One place's inventory and the sources that fill it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.inventory = Inventory()
        self.lock = RLock()
        self._sources: dict[type[Resource], Source] = {}
        self._placed: dict[type[Resource], dict[str, _Placed]] = {}
        self._versions: dict[type[Resource], int] = {}

    def kinds_of(self, source: Source) -> tuple[type[Resource], ...]:
        """The types that this view shows from a source."""
        with self.lock:
            return tuple(kind for kind, known in self._sources.items() if known is source)

    def show(self, kind: type[Resource], source: Source) -> None:
        """The inventory holds what the source shows now, and nothing else of this type."""
        with self.lock:
            known = self._versions.get(kind) if self._sources.get(kind) is source else None
            if known == source.version:
                return
            # Read before what it counts: a change meanwhile is then shown once more, never missed.
            version, moved = source.since(known)
            self._sources[kind] = source
            placed = self._placed.setdefault(kind, {})
            docs = source.docs
            # What is gone goes first: what came in its place may have the same id.
            for raw in (*(gone for gone in placed if gone not in docs), *docs) if moved is None else moved:
                if raw in docs:
                    self._show_one(kind, source, raw, docs[raw], placed)
                elif raw in placed:
                    self.inventory.drop(kind, raw)
                    del placed[raw]
            self._versions[kind] = version

    def wrote(self, kind: type[Resource], id: str, at: datetime) -> None:
        """A write of ours to a resource was made."""
        with self.lock:
            self.inventory.wrote(kind, id, at)

    def _show_one(
        self, kind: type[Resource], source: Source, raw: str, listed: Listed, placed: dict[str, _Placed]
    ) -> None:
        reads = deep_reads(kind)
        slots = tuple(source.deep.get(DeepKey(raw, read)) for _, read in reads)
        now = _Placed(listed, slots)
        before = placed.get(raw)
        if before is not None and before.still(now):
            return
        made = [(read, slot) for (read, _), slot in zip(reads, slots, strict=True) if slot is not None]
        doc = merged(listed.doc, made)
        deep = all(slot is not None and slot.fingerprint == listed.fingerprint for slot in slots)
        items = tuple(item_of(kind, member, listed.read_at, deep=deep) for member in kind.members(doc))
        self.inventory.put(kind, raw, items)
        placed[raw] = now
