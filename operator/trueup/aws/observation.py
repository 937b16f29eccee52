"""Bulk observation: one paginated list serves every object of a type, account and region; deep reads only on cause.

Nothing here is ever taken for absent because a read failed: the old snapshot stands, and the failure is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import RLock
from typing import Final

from trueup.aws.limits import Limits
from trueup.aws.metering import Meter
from trueup.aws.reading import Reader
from trueup.aws.sessions import Sessions, utc_now
from trueup.aws.sources import (
    DeepKey,
    Listed,
    Slot,
    Source,
    SourceKey,
    deep_reads,
    merged,
    raw_of,
    source_key,
)
from trueup.aws.turns import FirstTurns, Turns
from trueup.aws.views import View
from trueup.core.faults import Consequence, Fault, ObservationFailed
from trueup.core.inventory import Inventory, Item
from trueup.core.observed import SETTLE
from trueup.core.resource import Deep, Resource, Seen
from trueup.core.values import Doc, Place, Pseudo

__all__ = ["ObservationFailed", "Observer"]

NOW_AND_NOT_BEFORE: Final = timedelta(0)
MEMORY_OF_FAILURE: Final = timedelta(seconds=2)
"""A list that just failed is not read again within this time: every object would ask at once."""
AT_WORK: Final = 15
"""Seconds after which what AWS is at work on is read again."""


class Observer:
    """What AWS holds, by place. Safe to use from many threads."""

    def __init__(
        self,
        sessions: Sessions,
        clock: Callable[[], datetime] = utc_now,
        *,
        limits: Limits | None = None,
        meter: Meter | None = None,
        deep_budget: int = 50,
        sweep: timedelta = timedelta(seconds=60),
        settle: timedelta = SETTLE,
        readers: int = 4,
    ) -> None:
        self.meter = meter or Meter()
        self._clock = clock
        self._sessions = sessions
        self._reader = Reader(sessions, limits or Limits(), self.meter)
        self._deep_budget = deep_budget
        self._sweep = sweep
        self._settle = settle
        self._pool = ThreadPoolExecutor(readers, thread_name_prefix="trueup-read")
        self._lock = RLock()
        self._sources: dict[SourceKey, Source] = {}
        self._views: dict[Place, View] = {}
        self._turns = Turns(deep_budget, sweep)
        self._firsts = FirstTurns(deep_budget, sweep)

    # ---- lists ------------------------------------------------------------------------------------------------

    def observe(
        self, place: Place, kinds: Iterable[type[Resource]], max_age: timedelta, at: datetime | None = None
    ) -> Inventory:
        """The place's inventory, in which every list of these types was read no longer than `max_age` ago.

        `at` is the moment from which the age counts: whoever was held up since then does not ask for newer lists.
        A `max_age` of zero or less reads anew; else a list that is declared to be read rarely may be older. Raises
        ObservationFailed when a list could not be read; the lists that could be are in the inventory, the others stand
        as they were.
        """
        asked = at or self._clock()
        sources = {kind: self._source(kind, place) for kind in dict.fromkeys(kinds)}
        stale = [source for source in dict.fromkeys(sources.values()) if not _is_fresh(source, asked, max_age)]
        faults = self._refreshed(stale, asked, max_age)
        view = self._view(place)
        for kind, source in sources.items():
            if source.snapshot is not None:
                view.show(kind, source)
        for source in stale:
            self._publish(source)
        if faults:
            raise ObservationFailed(faults[0])
        return view.inventory

    def pseudo(self, place: Place) -> Mapping[Pseudo, str]:
        """The account, region and partition of the place. Raises ObservationFailed when AWS does not say them."""
        return self._sessions.pseudo(place)

    @contextmanager
    def reading(self, place: Place) -> Generator[Inventory]:
        """The place's inventory, which no other thread changes meanwhile. Make no calls in here: others wait."""
        view = self._view(place)
        with view.lock:
            yield view.inventory

    def read_at(self, place: Place, kind: type[Resource]) -> datetime | None:
        """When the last good read of a type's whole list began; None while there was none."""
        snapshot = self._source(kind, place).snapshot
        return snapshot.read_at if snapshot else None

    def reread(self, place: Place, kind: type[Resource], by: str | None, created: Doc | None = None) -> Inventory:
        """After our own write: one listed document, told by its raw id, is read again for all types made of it.

        Without `by`, or where the list cannot show one document alone, the whole list is read. `created` is the
        document out of the answer of our create call: while AWS does not list the resource yet, for 30 s or as long as
        its list may be late, it stands in, so that what was made is never taken for absent. Deep reads that were made
        of the document are made again. Raises ObservationFailed.
        """
        source = self._source(kind, place)
        source.touched = self._clock()
        alone = kind.LISTING.one and source.listing.one  # types that share a list need not agree on it
        try:
            if by is None or not alone or source.snapshot is None:
                self.observe(place, [kind], NOW_AND_NOT_BEFORE)
            else:
                self._read_one(source, by)
        except ObservationFailed:
            source.behind = self._clock()
            raise
        if by is not None and created is not None:
            self._stand_in(source, by, created)
        fault = self._deepened_again(source, kind, source.known(by)) if by is not None else None
        view = self._view(place)
        view.show(kind, source)
        self._publish(source)
        if fault is not None:
            raise ObservationFailed(fault)
        return view.inventory

    def _read_one(self, source: Source, by: str) -> None:
        with source.lock:
            began = self._clock()
            doc = self._reader.one(source, by)
            raw = source.known(by) if doc is None else raw_of(source.listing, doc)
            source.replaced_one(raw, doc, began)

    def wrote(self, place: Place, kind: type[Resource], id: str, at: datetime) -> None:
        """We wrote to this resource: it is settling, and its deep reads are made again."""
        source = self._source(kind, place)
        view = self._view(place)
        with view.lock:
            item = view.inventory.with_id(kind, id)
        raw = source.known(raw_of(source.listing, item.doc) if item else id)
        source.wrote(raw, at, [name for _, name in deep_reads(kind)])
        view.wrote(kind, id, at)
        for other in self._all_views():
            if other is not view and kind in other.kinds_of(source):
                other.wrote(kind, id, at)
        self._publish(source)

    def forget(self) -> None:
        """Everything that was read and written is forgotten, as after a restart."""
        with self._lock:
            self._sources.clear()
            self._views.clear()
            self._turns = Turns(self._deep_budget, self._sweep)
            self._firsts = FirstTurns(self._deep_budget, self._sweep)

    def close(self) -> None:
        """The threads that read are let go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _refreshed(self, stale: list[Source], asked: datetime, max_age: timedelta) -> list[Fault]:
        def refresh(source: Source) -> Fault | None:
            return self._refresh(source, asked, max_age)

        found = list(map(refresh, stale) if len(stale) < 2 else self._pool.map(refresh, stale))
        return [fault for fault in found if fault is not None]

    def _refresh(self, source: Source, asked: datetime, max_age: timedelta) -> Fault | None:
        with source.lock:  # whoever waits here for another's read finds it done
            if _is_fresh(source, asked, max_age):
                return None
            if source.failed is not None and asked - source.failed[0] < MEMORY_OF_FAILURE:
                return source.failed[1]
            began = self._clock()
            try:
                source.replaced(self._reader.list(source), began)
            except ObservationFailed as failure:
                source.failed = (began, failure.fault)
                return failure.fault
            return None

    def _stand_in(self, source: Source, by: str, created: Doc) -> None:
        with source.lock:
            now = self._clock()
            raw = source.known(by)
            listed = source.docs.get(raw)
            if listed is None and source.listing.by.isidentifier():
                created = {source.listing.by: by, **created}
            doc = listed.doc if listed is not None else created
            late = max(self._settle, timedelta(seconds=source.listing.late))
            source.replaced_one(raw, doc, listed.read_at if listed else now, now + late)

    # ---- deep reads -------------------------------------------------------------------------------------------

    def deepen(
        self,
        place: Place,
        kind: type[Resource],
        items: Iterable[Item | Seen],
        now: datetime | None = None,
        *,
        refresh: bool = False,
        lazy: bool = False,
    ) -> bool:
        """The given resources are read deep, where there is cause: never read, list moved, written, asked for, age.

        Reads by age are budgeted, the oldest first; with `lazy`, so are first reads. Afterwards the inventory holds the
        items anew, `deep` where every read was made. Answers whether anything was read. Raises ObservationFailed if a
        read failed; a resource that is gone meanwhile is just not deep.
        """
        source = self._source(kind, place)
        view = self._view(place)
        moment = now or self._clock()
        raws = dict.fromkeys(source.known(raw_of(source.listing, item.doc)) for item in items) if kind.DEEP else ()
        version = source.version
        due = [raw for raw in raws if not (lazy and not refresh and self._may_wait(source, kind, raw, moment))]
        faults = [self._deepened(source, kind, raw, moment, refresh) for raw in due]
        view.show(kind, source)
        self._publish(source)
        for fault in faults:
            if fault is not None:
                raise ObservationFailed(fault)
        return source.version != version

    def _may_wait(self, source: Source, kind: type[Resource], raw: str, now: datetime) -> bool:
        """A document was never read deep, and others come before it."""
        unread = [read.every for read, name in deep_reads(kind) if DeepKey(raw, name) not in source.deep]
        if not unread:
            return False
        return not self._firsts.comes((source.key, raw), len(unread), timedelta(seconds=min(unread)), now)

    def _deepened(self, source: Source, kind: type[Resource], raw: str, now: datetime, refresh: bool) -> Fault | None:
        listed = source.docs.get(raw)
        if listed is None:
            return None
        with source.alone(raw):
            return self._read_where_due(source, kind, raw, listed, now, refresh)

    def _read_where_due(
        self, source: Source, kind: type[Resource], raw: str, listed: Listed, now: datetime, refresh: bool
    ) -> Fault | None:
        done: list[tuple[Deep, Slot]] = []
        moved = refresh
        for read, name in deep_reads(kind):
            key = DeepKey(raw, name)
            slot = source.deep.get(key)
            if slot is None or moved or self._is_due(source, key, slot, listed, now):
                before = slot
                try:
                    slot = self._read_deep(source, kind, read, listed, done)
                except ObservationFailed as failure:
                    gone = failure.fault.consequence is Consequence.NOT_FOUND
                    return None if gone else failure.fault
                source.keep(key, slot)
                self._turns.made((source.key, key), slot.read_at)
                # A later read may take its parameters from what an earlier one showed.
                moved = moved or (before is not None and before.result != slot.result)
            done.append((read, slot))
        self._firsts.made((source.key, raw))
        return None

    def _read_deep(
        self,
        source: Source,
        kind: type[Resource],
        read: Deep,
        listed: Listed,
        done: list[tuple[Deep, Slot]],
    ) -> Slot:
        began = self._clock()
        service = read.service or kind.SERVICE
        result = self._reader.deep(source, service, read, merged(listed.doc, done))
        every = min(read.every, AT_WORK) if read.changing is not None and read.changing(result) else read.every
        return Slot(result, began, listed.fingerprint, every)

    def _is_due(self, source: Source, key: DeepKey, slot: Slot, listed: Listed, now: datetime) -> bool:
        every = timedelta(seconds=slot.every)
        turn = self._turns.comes((source.key, key), slot.read_at, every, now)
        if slot.fingerprint != listed.fingerprint:
            return True
        written = source.written.get(key)
        if written is not None and slot.read_at < written + self._settle <= now:
            return True  # it was read while AWS might still have shown the old state
        return turn

    def _deepened_again(self, source: Source, kind: type[Resource], raw: str) -> Fault | None:
        now = self._clock()
        for view in self._all_views():
            for other in view.kinds_of(source):
                read_before = any(DeepKey(raw, name) in source.deep for _, name in deep_reads(other))
                if read_before:
                    fault = self._deepened(source, other, raw, now, refresh=other is kind)
                    if fault is not None:
                        return fault
        return None

    # ---- what is known ----------------------------------------------------------------------------------------

    def _source(self, kind: type[Resource], place: Place) -> Source:
        key = source_key(kind, place)
        source = self._sources.get(key)
        if source is not None:
            return source
        with self._lock:
            return self._sources.setdefault(key, Source(key, kind.LISTING))

    def _view(self, place: Place) -> View:
        view = self._views.get(place)
        if view is not None:
            return view
        with self._lock:
            return self._views.setdefault(place, View(place))

    def _all_views(self) -> tuple[View, ...]:
        with self._lock:
            return tuple(self._views.values())

    def _publish(self, source: Source) -> None:
        """Every view shows what the source shows now, for every type made of it."""
        for view in self._all_views():
            for kind in view.kinds_of(source):
                view.show(kind, source)


def _is_fresh(source: Source, asked: datetime, max_age: timedelta) -> bool:
    if source.snapshot is None:
        return False
    if source.behind is not None and source.snapshot.read_at <= source.behind:
        return False
    if max_age <= NOW_AND_NOT_BEFORE:
        return source.snapshot.read_at > asked
    return source.snapshot.read_at >= asked - max(max_age, source.rest)
