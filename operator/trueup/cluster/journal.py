"""How a pass changes its own object in the cluster: finalizer, annotations, status and Events, nothing else.

Every answer goes into the store at once, so that the next look sees what this one wrote, whatever the watch is up to.
Every write names the object's uid or version: another object of the same name is never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Final

from trueup.app.ports import FINALIZER, GROUP, VERSION, Manifest, Superseded
from trueup.cluster.api import (
    APPLY_PATCH,
    JSON_PATCH,
    MERGE_PATCH,
    Api,
    ApiError,
    Place,
    Refused,
    ours,
)
from trueup.cluster.documents import Document, Fields
from trueup.cluster.events import Events
from trueup.cluster.lease import CALL_SECONDS, Right
from trueup.cluster.store import Address, Store
from trueup.core.report import Event, differs

FIELD_MANAGER: Final = "trueup"
_TRIES: Final = 5
_UNPROCESSABLE: Final = 422


class Unwritten(Superseded):
    """Kubernetes did not take a write; the pass ends, and its object is looked at again after a while."""


class Standby(Superseded):
    """Another replica holds the lease: what was seen is not written down here."""


@dataclass(frozen=True)
class Echoes:
    """What the server made of the statuses that we sent, where it is not what we sent (defaults, for one).

    Without this memory such a status would differ for ever, and be written at every look.
    """

    _sent: dict[Address, tuple[Fields, Fields]] = field(default_factory=dict[Address, tuple[Fields, Fields]])
    _lock: Lock = field(default_factory=Lock)

    def note(self, address: Address, sent: Fields, stored: Fields) -> None:
        """This was sent, and that is what stands there now."""
        with self._lock:
            if sent == stored:
                self._sent.pop(address, None)
            else:
                self._sent[address] = (sent, stored)

    def before(self, address: Address, stored: Fields) -> Fields:
        """What we said last, if that still stands there; else what stands there."""
        with self._lock:
            sent, answer = self._sent.get(address, (stored, stored))
        return sent if answer == stored else stored

    def forget(self, address: Address) -> None:
        """The object is gone."""
        with self._lock:
            self._sent.pop(address, None)


@dataclass(frozen=True)
class Desk:
    """What all journals share."""

    api: Api
    store: Store
    right: Right
    events: Events
    places: Mapping[str, Place]
    """Where the objects of a kind are, by the kind's name."""
    clock: Callable[[], datetime]
    stopping: Callable[[], bool] = lambda: False
    wrote: Callable[[str, str], None] = lambda kind, what: None
    """Told the kind and what was written, for the metrics."""
    echoes: Echoes = field(default_factory=Echoes)

    def journal(self, about: Manifest) -> ClusterJournal:
        """The journal of one pass."""
        return ClusterJournal(self, about)


def desk_places(plurals: Mapping[str, str]) -> Mapping[str, Place]:
    """Where the objects of our kinds are, from kind to plural."""
    return {kind: ours(plural) for kind, plural in plurals.items()}


class ClusterJournal:
    """The Journal of one pass over one object (app.ports.Journal)."""

    def __init__(self, desk: Desk, about: Manifest) -> None:
        self._desk, self._about = desk, about
        place = desk.places[about.kind]
        self._path = place.path(about.namespace, about.name)
        self._status_path = place.path(about.namespace, about.name, "status")

    def may_write(self) -> bool:
        """AWS may be written to: the lease outlasts a call, and the operator is not about to stop."""
        return not self._desk.stopping() and self._desk.right.remaining() >= CALL_SECONDS

    def finalizer(self, present: bool) -> None:
        """The cleanup finalizer is on the object, or off it; others' finalizers stay as they are."""
        document: Document | None = None
        for _ in range(_TRIES):
            manifest, version = self._now(document)
            if (FINALIZER in manifest.finalizers) is present:
                return
            if present and manifest.deleting:
                raise Superseded(f"{self._about.name} is being deleted and takes no finalizer any more")
            rest = [name for name in manifest.finalizers if name != FINALIZER]
            wanted = [*rest, FINALIZER] if present else rest
            patch = [
                {"op": "test", "path": "/metadata/resourceVersion", "value": version},
                {"op": "add", "path": "/metadata/finalizers", "value": wanted},
            ]
            try:
                answer = self._send("finalizer", self._path, patch, JSON_PATCH)
            except Refused as error:
                if not (error.conflict or error.status == _UNPROCESSABLE):
                    raise self._consequence(error) from error
                document = self._read()
                continue
            if manifest.deleting and not wanted:
                version = str(answer["metadata"].get("resourceVersion", ""))
                self._desk.store.remove(self._about.address, self._about.uid, version)
                return
            self._desk.store.put(answer)
            return
        raise Unwritten(f"{self._about.name} was changed by others {_TRIES} times in a row")

    def annotate(self, changes: Mapping[str, str | None]) -> None:
        """The annotations have these values; None removes one. Nothing is sent when they have them already."""
        now, _ = self._now(None)
        wanted = {key: value for key, value in changes.items() if now.annotations.get(key) != value}
        if not wanted:
            return
        body = {"metadata": {"uid": self._about.uid, "annotations": wanted}}
        self._desk.store.put(self._checked("annotations", self._path, body, MERGE_PATCH))

    def status(self, status: Fields) -> None:
        """The status stands as given, and holds nothing else; sent only when it differs from what stands there."""
        address, echoes = self._about.address, self._desk.echoes
        document: Document | None = None
        for _ in range(_TRIES):
            now, version = self._now(document)
            before = echoes.before(address, now.status)
            if before and not differs(before, status, self._desk.clock()):
                return
            # The server checks the version of what is applied to a status, but not the uid.
            meta = {"name": now.name, "namespace": now.namespace, "uid": now.uid, "resourceVersion": version}
            body = {"apiVersion": f"{GROUP}/{VERSION}", "kind": now.kind, "metadata": meta, "status": status}
            try:
                answer = self._send("status", self._status_path, body, APPLY_PATCH)
            except Refused as error:
                if not error.conflict:
                    raise self._consequence(error) from error
                document = self._read()
                continue
            echoes.note(address, dict(status), answer.get("status") or {})
            self._desk.store.put(answer)
            return
        raise Unwritten(f"{self._about.name} was changed by others {_TRIES} times in a row")

    def event(self, event: Event) -> None:
        """The event is told, once; when that fails, the pass goes on."""
        if self._desk.right.held and self._desk.events.tell(self._about, event):
            self._desk.wrote(self._about.kind, "event")

    def _now(self, document: Document | None) -> tuple[Manifest, str]:
        """The object as it stands, by our memory or by a fresh reading. Raises Superseded when it is another one."""
        if document is not None:
            self._desk.store.put(document)
        held = self._desk.store.held(self._about.address)
        if held is None or held.manifest.uid != self._about.uid:
            raise Superseded(f"{self._about.kind} {self._about.namespace}/{self._about.name} is gone")
        return held.manifest, held.version

    def _read(self) -> Document:
        try:
            return self._desk.api.get(self._path)
        except ApiError as error:
            raise self._consequence(error) from error

    def _checked(self, what: str, path: str, body: Fields, kind: str) -> Document:
        try:
            return self._send(what, path, body, kind)
        except Refused as error:
            raise self._consequence(error) from error

    def _send(self, what: str, path: str, body: Fields | Sequence[Fields], kind: str) -> Document:
        """The answer to a patch. Raises Refused; Superseded when we may not write or the server is silent."""
        if self._desk.right.remaining() < CALL_SECONDS:
            raise Standby("the lease is held elsewhere")
        query: dict[str, str | int | bool] = {"fieldManager": FIELD_MANAGER}
        if kind == APPLY_PATCH:
            query["force"] = True
        try:
            answer = self._desk.api.patch(path, body, kind, query)
        except Refused:
            raise
        except ApiError as error:
            raise self._consequence(error) from error
        self._desk.wrote(self._about.kind, what)
        return answer

    def _consequence(self, error: ApiError) -> Superseded:
        """Gone or replaced ends the pass for good; anything else is tried again after a while."""
        if isinstance(error, Refused) and error.missing:
            self._desk.store.remove(self._about.address, self._about.uid)
            return Superseded(f"{self._about.name} is gone")
        if isinstance(error, Refused) and error.conflict:
            return Superseded(f"{self._about.name} was replaced by another object of its name")
        return Unwritten(str(error))
