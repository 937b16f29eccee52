"""Every object of ours as the API server tells of it, live, and every drift entry that ever stood in a status.

A drift entry may stand open for less than a second, so polling would miss it: a watch sees every status that was
written, in order.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import httpx

from trueup.core.values import Json, as_list, as_map
from trueup.kinds.common.info import API_VERSION, KindInfo
from trueup.sandbox.demo.facts import drift
from trueup.sandbox.readiness import ClientTls

_WATCH_SECONDS = 300
_AGAIN_AFTER_SECONDS = 0.2

Document = Mapping[str, Json]


@dataclass(frozen=True)
class Sighting:
    """A drift entry of the object `who` (`namespace/Kind/name`) when it was first seen, open or closed."""

    who: str
    entry: Document
    closed: bool


class Mirror:
    """Objects by kind and name, kept by one watching thread per kind."""

    def __init__(
        self, server: str, tls: ClientTls, kinds: Iterable[KindInfo], notice: Callable[[Sighting], None]
    ) -> None:
        self._server, self._tls, self._kinds, self._notice = server, tls, tuple(kinds), notice
        self._lock = threading.Lock()
        self._objects: dict[str, Document] = {}
        self._sightings: dict[tuple[str, ...], Sighting] = {}
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin to watch; the threads end with `stop` or the process."""
        for kind in self._kinds:
            threading.Thread(target=self._follow, args=(kind,), daemon=True).start()

    def stop(self) -> None:
        """Watch no more, once the connections end."""
        self._stopped.set()

    def get(self, who: str) -> Document:
        """An object by `namespace/Kind/name`; empty where there is none."""
        with self._lock:
            return self._objects.get(who, {})

    def all(self) -> dict[str, Document]:
        """Every object by `namespace/Kind/name`, in that order."""
        with self._lock:
            return dict(sorted(self._objects.items()))

    def sightings(self) -> tuple[Sighting, ...]:
        """Every opening and closing of a drift entry so far, in the order in which they were seen."""
        with self._lock:
            return tuple(self._sightings.values())

    def take(self, kind: KindInfo, type: str, document: Document) -> None:
        """One event of a watch: the object is as told, and what is new about its drift is noticed."""
        who = _named(kind, document)
        with self._lock:
            if type == "DELETED":
                self._objects.pop(who, None)
                return
            self._objects[who] = document
            new = [seen for seen in _sightings(who, document) if _key(seen) not in self._sightings]
            self._sightings.update((_key(seen), seen) for seen in new)
        for seen in new:
            self._notice(seen)

    def _follow(self, kind: KindInfo) -> None:
        path = f"/apis/{API_VERSION}/{kind.plural}"
        quiet = httpx.Timeout(30, read=_WATCH_SECONDS + 30)
        with httpx.Client(base_url=self._server, verify=self._tls.context(), trust_env=False, timeout=quiet) as client:
            while not self._stopped.is_set():
                try:
                    self._watch(client, path, kind)
                except (httpx.HTTPError, ValueError):
                    self._stopped.wait(_AGAIN_AFTER_SECONDS)

    def _watch(self, client: httpx.Client, path: str, kind: KindInfo) -> None:
        listed = client.get(path).raise_for_status().json()
        self._replace(kind, as_list(listed["items"]) or ())
        query = {"watch": "true", "resourceVersion": listed["metadata"]["resourceVersion"]}
        with client.stream("GET", path, params={**query, "timeoutSeconds": _WATCH_SECONDS}) as answer:
            for line in answer.raise_for_status().iter_lines():
                event = json.loads(line)
                if event["type"] == "ERROR":
                    return
                self.take(kind, event["type"], event["object"])

    def _replace(self, kind: KindInfo, documents: Iterable[Json]) -> None:
        found = {_named(kind, document): document for document in documents}
        with self._lock:
            gone = [who for who in self._objects if who.split("/")[1] == kind.kind and who not in found]
            for who in gone:
                del self._objects[who]
        for document in found.values():
            self.take(kind, "ADDED", document)


def _named(kind: KindInfo, document: Document) -> str:
    metadata = as_map(document.get("metadata")) or {}
    return f"{metadata.get('namespace')}/{kind.kind}/{metadata.get('name')}"


def _sightings(who: str, document: Document) -> list[Sighting]:
    closed = [Sighting(who, entry, closed=True) for entry in drift(document, "recent")]
    return [*(Sighting(who, entry, closed=False) for entry in drift(document)), *closed]


def _key(seen: Sighting) -> tuple[str, ...]:
    entry = seen.entry
    return (seen.who, *(str(entry.get(part)) for part in ("resource", "path", "firstSeen")), str(seen.closed))
