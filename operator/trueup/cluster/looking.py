"""The workers: they take an object from the queue, hand it to the engine, and put it back for its next time.

Whatever goes wrong with one object stays with it: an error of programming is logged, shown in its status and tried
again later, while all others go on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Final, Protocol

from trueup.app.ports import Journal, Manifest, Outcome, Superseded, World
from trueup.cluster.api import NAMESPACES, ApiError
from trueup.cluster.documents import Fields
from trueup.cluster.journal import Desk, Unwritten
from trueup.cluster.logs import Once, trace
from trueup.cluster.queue import Queue
from trueup.cluster.store import Address, Change, Store
from trueup.core.conditions import Verdict, rendered

log = logging.getLogger(__name__)

INTERNAL_ERROR: Final = "InternalError"


class Looker(Protocol):
    """The engine, as a host uses it: one pass over one object, in any thread."""

    def look(self, manifest: Manifest, world: World, journal: Journal) -> Outcome:
        """The object was observed, planned, acted upon and reported, as far as may be now."""
        ...


@dataclass(frozen=True)
class Workers:
    """Serves the queue with a number of threads."""

    looker: Looker
    store: Store
    queue: Queue[Address]
    desk: Desk
    interval: float
    """No object is left alone for longer than so many seconds."""
    passed: Callable[[str, str, float], None] = lambda kind, result, seconds: None
    """Told the kind, how the pass ended, and its seconds."""
    count: int = 4
    _known: Event = field(default_factory=Event)
    _confirmed: set[str] = field(default_factory=set[str])
    _threads: list[Thread] = field(default_factory=list[Thread])
    _trouble: Once = field(default_factory=lambda: Once(log))

    def begin(self, uids: frozenset[str]) -> None:
        """Every object is known, and the namespaces of those with these uids: now looks may begin.

        Before, with half a world, a pass would take the other half for gone.
        """
        self._confirmed.intersection_update(uids)
        self._confirmed.update(uids)
        self._known.set()

    def start(self) -> None:
        """Every worker waits until looks may begin, and for its first object."""
        for number in range(self.count):
            thread = Thread(target=self._serve, name=f"look-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def join(self, seconds: float) -> bool:
        """Wait for the passes that are under way; False when some are not done within `seconds`."""
        self._known.set()
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(timeout=max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def alive(self) -> bool:
        """Every worker runs."""
        return bool(self._threads) and all(thread.is_alive() for thread in self._threads)

    def _serve(self) -> None:
        self._known.wait()
        while (address := self.queue.take()) is not None:
            self.look(address)

    def look(self, address: Address) -> None:
        """One pass over the object that was taken from the queue; afterwards it waits there for its next time."""
        held = self.store.held(address)
        if held is None:
            self._forget(address)
            return
        manifest, began = held.manifest, time.monotonic()
        journal = self.desk.journal(manifest)
        try:
            self._confirm_namespace(manifest)
            outcome = self.looker.look(manifest, self.store, journal)
        except Superseded as error:
            result = self._ended(address, error)
        except Exception as error:
            # The one place where everything is caught: an error in one object must not stop the others.
            result = self._failed(manifest, journal, error)
        else:
            result = "changed" if outcome.wrote else "quiet"
            self._finish(manifest, outcome)
        self.passed(manifest.kind, result, time.monotonic() - began)

    def _confirm_namespace(self, manifest: Manifest) -> None:
        """The namespace is read before the first look at an object in it.

        Its annotation may say whose account it is, and the watch may bring the object before the namespace: a look in
        between would create everything in another account.
        """
        if manifest.uid in self._confirmed:
            return
        try:
            self.store.put_namespace(self.desk.api.get(NAMESPACES.path(name=manifest.namespace))["metadata"])
        except ApiError as error:
            raise Unwritten(f"its namespace cannot be read: {error}") from error
        self._confirmed.add(manifest.uid)

    def _finish(self, manifest: Manifest, outcome: Outcome) -> None:
        for address in outcome.wake:
            if self.store.held(address) is not None:
                self.queue.add(address)
        held = self.store.held(manifest.address)
        if outcome.gone:
            self._confirmed.discard(manifest.uid)
        if held is None or (outcome.gone and held.manifest.uid == manifest.uid):
            # Gone with somebody else's finalizer still on it: the watch will tell when it really goes.
            self._forget(manifest.address)
        else:
            self.queue.done(manifest.address, max(0.0, min(outcome.again_after, self.interval)))
        self._trouble.over("Kubernetes takes what is written again.")

    def _forget(self, address: Address) -> None:
        self.desk.echoes.forget(address)
        self.queue.forget(address)

    def _ended(self, address: Address, error: Superseded) -> str:
        """The pass lost its object or its right."""
        if not self.desk.right.held:
            self.queue.done(address, self.interval)
            return "observed"
        if self.store.held(address) is None:
            self._forget(address)
            return "gone"
        if isinstance(error, Unwritten):
            self._trouble.begins(f"{'/'.join(address)} could not be written: {error}.")
        self.queue.failed(address)
        return "superseded"

    def _failed(self, manifest: Manifest, journal: Journal, error: Exception) -> str:
        """An error of programming: told with its places, without its text, which might hold anything."""
        again = self.queue.failed(manifest.address)
        where = "/".join(manifest.address)
        log.error("The pass over %s failed; again in %.0f s. This is a bug in trueup.\n%s", where, again, trace(error))
        try:
            journal.status(self._with_error(manifest, type(error).__name__))
        except Superseded as lost:
            log.info("The failure of %s is not in its status: %s", where, lost)
        return "failed"

    def _with_error(self, manifest: Manifest, name: str) -> Fields:
        now = self.desk.clock()
        status = dict((self.store.get(*manifest.address) or manifest).status)
        message = f"A bug in trueup ({name}) ended the last pass; it is tried again. The operator's log says where."
        mine = rendered({"Synced": Verdict(False, INTERNAL_ERROR, message)}, status, manifest.generation, now)
        others = [c for c in status.get("conditions") or () if c.get("type") != "Synced"]
        status["conditions"] = [*others, *mine]
        return status


def notice(store: Store, queue: Queue[Address], document: Fields, *, listed: bool = False) -> Change:
    """The object stands as in `document`; whoever changed it is answered at once, what was merely listed in turn."""
    change = store.put(document)
    if change is Change.WANTED:
        meta: Fields = document["metadata"]
        address = (str(document["kind"]), str(meta.get("namespace", "")), str(meta["name"]))
        queue.add(address, urgent=not listed, afresh=True)
    return change
