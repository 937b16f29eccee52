"""Compares what we remember with what the API server has, so that a lost event loses nothing but time.

A watch that is interrupted never tells of the objects that went meanwhile, and nobody tells that a first listing is
complete. So the objects' metadata is listed at the start and every few minutes: what is missing here is read, what is
gone there is forgotten. The same listing says whether our custom resources are served as we need them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Final

from trueup.app.ports import GROUP, VERSION
from trueup.cluster.api import NAMESPACES, Api, ApiError, Place, Refused
from trueup.cluster.documents import Document
from trueup.cluster.logs import Once
from trueup.cluster.looking import notice
from trueup.cluster.queue import Queue
from trueup.cluster.store import Address, Store

log = logging.getLogger(__name__)

EVERY: Final = 300.0
PATIENCE: Final = 5.0
"""Seconds for which the watch may bring by itself what a listing has already shown."""
RETRY: Final = 2.0


@dataclass(frozen=True, slots=True)
class Extent:
    """What this operator looks after: all namespaces unless some are named, all objects unless a selector picks."""

    namespaces: tuple[str, ...] = ()
    selector: str | None = None

    def paths(self, place: Place) -> Iterator[str]:
        """Where the objects of a kind are listed."""
        yield from (place.path(namespace) for namespace in self.namespaces or (None,))


@dataclass
class Census:
    """Takes the census again and again, in a thread of its own."""

    api: Api
    store: Store
    queue: Queue[Address]
    places: Mapping[str, Place]
    extent: Extent
    counted: Callable[[frozenset[str]], None] = lambda uids: None
    """Told, after each census that went through, the uids that it listed. Their namespaces were read afterwards."""
    complete: bool = False
    """Every object that was there at the first listing is known."""
    trouble: str | None = "The API server has not been asked yet."
    """Why we cannot work, in a sentence; None when we can."""
    _wake: Event = field(default_factory=Event)
    _stopped: bool = False
    _thread: Thread | None = None
    _once: Once = field(default_factory=lambda: Once(log))

    def start(self) -> None:
        """Take the first census now, and go on."""
        self._thread = Thread(target=self._run, name="census", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take no further census."""
        self._stopped = True
        self._wake.set()

    def soon(self) -> None:
        """Take the next census now: the watch was interrupted."""
        self._wake.set()

    @property
    def alive(self) -> bool:
        """The thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopped:
            self._wake.wait(timeout=EVERY if self.take() else RETRY)
            self._wake.clear()

    def take(self) -> bool:
        """One census. False when it could not be taken; then `trouble` says why."""
        uids: frozenset[str] = frozenset()
        try:
            self.trouble = unserved(self.api, self.places)
            if self.trouble is None:
                places = [(k, place, path) for k, place in self.places.items() for path in self.extent.paths(place)]
                uids = frozenset(uid for kind, place, path in places for uid in self._count(kind, place, path))
                self._count_namespaces()
        except ApiError as error:
            self.trouble = _sentence(error)
        if self.trouble is not None:
            self._once.begins(self.trouble)
            return False
        self._once.over("The API server answers, and serves every kind that is needed.")
        if not self.complete:
            self.complete = True
            log.info("All %d objects are known.", len(self.store.addresses()))
        self.counted(uids)
        return True

    def _count(self, kind: str, place: Place, path: str) -> set[str]:
        before = self._known(kind, place, path)
        listed: dict[Address, str] = {}
        uids: set[str] = set()
        for meta in self.api.metadata(path, self.extent.selector):
            address = (kind, str(meta["namespace"]), str(meta["name"]))
            listed[address] = str(meta["resourceVersion"])
            uids.add(str(meta["uid"]))
        for address, uid in before.items():
            if uid not in uids and self.store.remove(address, uid):
                self.queue.drop(address)
        for address in self.store.await_versions(listed, PATIENCE):
            self._fetch(place, address)
        return uids

    def _count_namespaces(self) -> None:
        """After the objects in them: whatever was said of a namespace before they were made is then seen."""
        before, now = self.store.namespaces(), set[str]()
        for meta in self.api.metadata(NAMESPACES.path()):
            now.add(str(meta["name"]))
            if self.store.put_namespace(meta):
                for manifest in self.store.namespaced(str(meta["name"])):
                    self.queue.add(manifest.address, afresh=True)
        for name in before - now:
            self.store.remove_namespace(name)

    def _known(self, kind: str, place: Place, path: str) -> Mapping[Address, str]:
        """The uids of the objects that a listing of the path would show, as far as we know them."""
        held = ((address, self.store.held(address)) for address in self.store.addresses() if address[0] == kind)
        return {a: h.manifest.uid for a, h in held if h is not None and path in (place.path(), place.path(a[1]))}

    def _fetch(self, place: Place, address: Address) -> None:
        if self._stopped:
            return
        try:
            notice(self.store, self.queue, self.api.get(place.path(address[1], address[2])))
        except Refused as error:
            if not error.missing:
                raise


def unserved(api: Api, places: Mapping[str, Place]) -> str | None:
    """Which of our kinds the API server does not serve in the version that we need, in one sentence; None: all do."""
    group = _asked(api, f"/apis/{GROUP}")
    plurals = {place.plural: kind for kind, place in places.items()}
    here = _served(api, VERSION) if group else frozenset[str]()
    missing = sorted(set(plurals) - here)
    if not missing:
        return None
    others = [v["version"] for v in (group or {}).get("versions", ()) if v["version"] != VERSION]
    elsewhere = {version: _served(api, version) & set(missing) for version in others}
    other = sorted({plural for plurals_ in elsewhere.values() for plural in plurals_})
    names = ", ".join(f"{plural}.{GROUP}" for plural in missing)
    if other:
        versions = ", ".join(sorted(version for version, found in elsewhere.items() if found))
        names = ", ".join(f"{plural}.{GROUP}" for plural in other)
        return f"The cluster serves {names} as {versions}, but not as {VERSION}: apply this release's crds/."
    return f"The cluster does not know {names}: apply this release's crds/ (kubectl apply --server-side -f crds/)."


def _served(api: Api, version: str) -> frozenset[str]:
    listed: Sequence[Document] = (_asked(api, f"/apis/{GROUP}/{version}") or {}).get("resources", ())
    return frozenset(str(resource["name"]) for resource in listed)


def _asked(api: Api, path: str) -> Document | None:
    try:
        return api.get(path)
    except Refused as error:
        if error.status == 404:
            return None
        raise


def _sentence(error: ApiError) -> str:
    if isinstance(error, Refused) and error.status in (401, 403):
        return f"The API server refuses us: {error}. Look at the operator's role and its binding."
    if isinstance(error, Refused):
        return f"The API server answers with an error: {error}."
    return f"{str(error)[:1].upper()}{str(error)[1:]}; trying again until it does."
