"""What one list call showed, and what deep reads added: raw documents, whichever types are made of them.

A source is one paginated list in one place: every type that declares this list shares it. Snapshots are immutable and
replaced as a whole, so that a reader without a lock sees one moment.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from threading import Lock, RLock
from typing import Final

from trueup.core.faults import Fault
from trueup.core.paths import get, put
from trueup.core.resource import Deep, Listing, Resource
from trueup.core.values import MISSING, Doc, Json, Place, as_list, as_map, shown

# Members of listed documents that move although nobody changed anything: not a reason to read deep again.
VOLATILE: Final = frozenset(
    {
        *{"LatestRestorableTime", "EarliestRestorableTime", "AvailableIpAddressCount", "CalculatedSpend"},
        *{"HealthStatus", "LastEvaluatedDate", "LastAccessedDate", "LastUsedDate", "PercentProgress"},
    }
)


STALE: Final = ""
"""The fingerprint of no document: what was read is to be read again."""
STRIPES: Final = 64
MOVES: Final = 512
"""So many changes of single documents are told one by one; whoever missed more looks at all of them."""
REMEMBERED: Final = timedelta(minutes=10)
"""How long a write of ours matters to reads: many times as long as AWS takes to show it everywhere."""
WATCHED: Final = timedelta(minutes=2)
"""So long after our own write a list is read as often as it is asked for, even one that is else read rarely."""


@dataclass(frozen=True, slots=True)
class SourceKey:
    """Which list, where. Types whose keys are equal share one read."""

    place: Place
    service: str
    operation: str
    params: str
    result: str
    by: str

    def __str__(self) -> str:
        return f"{self.service}.{self.operation} in {self.place.region}"


@dataclass(frozen=True, slots=True)
class Listed:
    """One raw document of a list, and when it was read."""

    doc: Doc
    read_at: datetime
    fingerprint: str
    kept_until: datetime | None = None
    """We just made it: until then a list that does not show it yet does not make it absent."""


NOTHING: Final[Mapping[str, Listed]] = dict[str, Listed]()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that a list showed, by raw id."""

    docs: Mapping[str, Listed]
    read_at: datetime
    """When the read of the whole list began."""


@dataclass(frozen=True, slots=True)
class DeepKey:
    """One deep read of one raw document; types that declare the same read share it."""

    raw: str
    read: str


@dataclass(frozen=True, slots=True)
class Slot:
    """What a deep read showed; MISSING where it does not apply to the document."""

    result: Json
    read_at: datetime
    fingerprint: str
    """Of the listed document for which it was read."""
    every: int


@dataclass(eq=False)
class Source:
    """One list in one place: its last snapshot, its deep reads, and the lock under which it is read."""

    key: SourceKey
    listing: Listing
    lock: RLock = field(default_factory=RLock)
    snapshot: Snapshot | None = None
    failed: tuple[datetime, Fault] | None = None
    """When the last failed read began, and what went wrong; None after a good one."""
    deep: dict[DeepKey, Slot] = field(default_factory=dict[DeepKey, Slot])
    written: dict[DeepKey, datetime] = field(default_factory=dict[DeepKey, datetime])
    """When we last wrote what a deep read shows: other reads of the same document are none of that write's business."""
    touched: datetime | None = None
    """When we last wrote to anything that the list shows, or may have."""
    behind: datetime | None = None
    """When we last could not read what came of a write of ours: a snapshot from before serves nobody."""
    version: int = 0
    """Grows with every change of what is shown."""
    _moved: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=MOVES))
    """The versions since the whole list was read last, each with the raw document that it changed."""
    _whole: int = 0
    """The version at which the whole list was read."""
    _mutex: Lock = field(default_factory=Lock)
    _stripes: tuple[Lock, ...] = field(default_factory=lambda: tuple(Lock() for _ in range(STRIPES)))

    @property
    def docs(self) -> Mapping[str, Listed]:
        """The documents of the last snapshot."""
        return self.snapshot.docs if self.snapshot is not None else NOTHING

    @property
    def rest(self) -> timedelta:
        """How long the snapshot serves at least, whoever wants it newer."""
        if self.snapshot is None or (self.touched is not None and self.snapshot.read_at < self.touched + WATCHED):
            return timedelta(0)
        return timedelta(seconds=self.listing.every)

    def replaced(self, docs: Iterable[Doc], read_at: datetime) -> None:
        """A whole list was read: documents that it does not show are gone, but for those that we just made."""
        before = self.docs
        listed = {raw: _listed(doc, read_at, before.get(raw)) for doc in docs for raw in (raw_of(self.listing, doc),)}
        kept = {
            raw: old
            for raw, old in before.items()
            if raw not in listed and old.kept_until is not None and read_at < old.kept_until
        }
        with self._mutex:
            self.snapshot = snapshot = Snapshot({**listed, **kept}, read_at)
            self.failed = None
            self.deep = {key: slot for key, slot in self.deep.items() if key.raw in snapshot.docs}
            self.written = {key: at for key, at in self.written.items() if read_at - at < REMEMBERED}
            self.version += 1
            self._whole = self.version
            self._moved.clear()

    def replaced_one(self, raw: str, doc: Doc | None, read_at: datetime, kept_until: datetime | None = None) -> None:
        """One raw document was read again; None when it is gone."""
        with self._mutex:
            if self.snapshot is None:
                return
            docs = dict(self.snapshot.docs)
            docs.pop(raw, None)
            if doc is not None:
                docs[raw] = replace(_listed(doc, read_at), kept_until=kept_until)
            else:
                self.deep = {key: slot for key, slot in self.deep.items() if key.raw != raw}
            self.snapshot = replace(self.snapshot, docs=docs)
            self._changed(raw)

    def wrote(self, raw: str, at: datetime, reads: Iterable[str]) -> None:
        """We wrote to this document: what these deep reads showed of it holds no longer."""
        with self._mutex:
            self.touched = at
            for key in [DeepKey(raw, read) for read in reads]:
                self.written[key] = at
                slot = self.deep.get(key)
                if slot is not None:
                    self.deep[key] = replace(slot, fingerprint=STALE)
            self._changed(raw)

    def alone(self, raw: str) -> Lock:
        """The lock under which this document is read deep: whoever else wants the same waits and finds it done."""
        return self._stripes[hash(raw) % STRIPES]

    def keep(self, key: DeepKey, slot: Slot) -> None:
        """A deep read was made; if we wrote to the document meanwhile, it is stale already."""
        with self._mutex:
            written = self.written.get(key)
            stale = written is not None and slot.read_at < written
            self.deep[key] = replace(slot, fingerprint=STALE) if stale else slot
            self._changed(key.raw)

    def since(self, version: int | None) -> tuple[int, tuple[str, ...] | None]:
        """The version now, and which raw documents changed after an earlier one; None for them means all, maybe."""
        with self._mutex:
            moved: list[str] = []
            for at, raw in reversed(self._moved):
                if version is not None and at <= version:
                    break
                moved.append(raw)
            known = version is not None and version >= self._whole and len(moved) == self.version - version
            return self.version, tuple(moved) if known else None

    def known(self, raw: str) -> str:
        """The raw id as the list spells it: AWS lower-cases names that calls carry as they were typed."""
        docs = self.docs
        if raw in docs:
            return raw
        return next((spelled for spelled in docs if spelled.casefold() == raw.casefold()), raw)

    def _changed(self, raw: str) -> None:
        self.version += 1
        self._moved.append((self.version, raw))


@cache
def source_key(kind: type[Resource], place: Place) -> SourceKey:
    """The list that shows the resources of a type, for an object in `place`."""
    listing = kind.LISTING
    params = json.dumps(shown(listing.params), sort_keys=True)
    service = listing.service or kind.SERVICE
    return SourceKey(effective(kind, place), service, listing.operation, params, listing.result, listing.by)


def effective(kind: type[Resource], place: Place) -> Place:
    """Where a type lives for an object in `place`: global services have a region of their own."""
    return replace(place, region=kind.REGION) if kind.REGION else place


def raw_of(listing: Listing, doc: Doc) -> str:
    """What tells one listed document from the others; its content where the listing does not say."""
    value = get(doc, listing.by) if listing.by else MISSING
    return f"#{fingerprint(doc)}" if value is MISSING else str(value)


def fingerprint(doc: Doc) -> str:
    """A digest of the document that stays the same while nobody changes anything."""
    steady = {key: value for key, value in doc.items() if key not in VOLATILE}
    text = json.dumps(steady, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _listed(doc: Doc, read_at: datetime, before: Listed | None = None) -> Listed:
    """The document as it was read; one that did not change is kept once, or each sweep would scatter new memory."""
    if before is not None and before.doc == doc:
        return Listed(before.doc, read_at, before.fingerprint)
    return Listed(doc, read_at, fingerprint(doc))


def documents(page: Doc, result: str) -> list[Doc]:
    """The documents at a path of an answer, nested lists flattened."""
    found = get(page, result)
    return list(_flat(found)) if found is not MISSING and found is not None else []


def _flat(value: Json) -> Iterable[Doc]:
    items = as_list(value)
    if items is None:
        members = as_map(value)
        if members is not None:
            yield members
        return
    for item in items:
        yield from _flat(item)


@cache
def deep_reads(kind: type[Resource]) -> tuple[tuple[Deep, str], ...]:
    """The deep reads of a type, each with what tells it from every other read."""
    return tuple((read, _name_of(read, read.service or kind.SERVICE)) for read in kind.DEEP)


def _name_of(read: Deep, service: str) -> str:
    params = json.dumps(shown(read.params), sort_keys=True)
    return f"{service}.{read.operation} {params} {read.result} → {read.into}"


def merged(doc: Doc, reads: Iterable[tuple[Deep, Slot]]) -> Doc:
    """The listed document with the results of deep reads in it. The document itself stays as it is."""
    made = tuple(reads)
    if not made:
        return doc
    whole = dict(doc)
    for read, slot in made:
        if slot.result is MISSING:
            continue
        if read.into.isidentifier():
            whole[read.into] = slot.result
            continue
        whole = copy.deepcopy(whole)
        for where, result in _spread(whole, read.into, slot.result):
            put(whole, where, result)
    return whole


def _spread(doc: Doc, into: str, result: Json) -> Iterable[tuple[str, Json]]:
    """Where results go: a path with `[]` takes a list of results, one for each member."""
    if "[]" not in into:
        return ((into, result),)
    members = as_list(get(doc, into.split("[]", 1)[0])) or ()
    results = as_list(result) or ()
    if len(members) != len(results):
        return ()
    places = (into.replace("[]", f"[{number}]", 1) for number in range(len(members)))
    return tuple((place, one) for place, one in zip(places, results, strict=True) if one is not MISSING)
