"""Which of several replicas may write: it holds a Lease (coordination.k8s.io), and falling silent loses it.

Time is measured here, never compared with another machine's: a lease is taken as dead once its record has not moved
for its duration by our own clock, and as ours until its duration after we *sent* the renewal that went through.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Lock, Thread
from typing import Final, Protocol

from trueup.cluster.api import LEASES, Api, ApiError, Refused
from trueup.cluster.documents import Document, Fields
from trueup.cluster.logs import Once

log = logging.getLogger(__name__)

DURATION: Final = 15
RENEW_EVERY: Final = 4.0
ASK_EVERY: Final = 2.0
CALL_SECONDS: Final = 9.0
"""A write to AWS or Kubernetes begins only while the lease is ours for at least so long."""


class Right(Protocol):
    """Whether this process may write, and for how long."""

    @property
    def held(self) -> bool:
        """It may write at all."""
        ...

    def remaining(self) -> float:
        """Seconds for which that is certain."""
        ...


class Always:
    """The right of an operator that runs alone."""

    held = True

    def remaining(self) -> float:
        """Without end."""
        return float("inf")


@dataclass(frozen=True, slots=True)
class LeaseName:
    """Which Lease it is, and who asks."""

    namespace: str
    name: str
    identity: str

    @property
    def path(self) -> str:
        """The path of the Lease itself."""
        return LEASES.path(self.namespace, self.name)


class Lease:
    """One candidate for the lease; `run` keeps trying and renewing until `stop`."""

    def __init__(
        self,
        api: Api,
        who: LeaseName,
        changed: Callable[[bool], None] = lambda held: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api, self._who, self._changed, self._clock = api, who, changed, clock
        self._until = float("-inf")
        self._document: Document = {}
        self._seen: tuple[str, float] = ("", 0.0)
        self._held = False
        self._lock = Lock()
        self._stop = Event()
        self._trouble = Once(log)
        self._thread: Thread | None = None

    @property
    def held(self) -> bool:
        """The lease is ours now."""
        return self.remaining() > 0

    def remaining(self) -> float:
        """Seconds until the lease may be somebody else's; never negative."""
        return max(0.0, self._until - self._clock())

    @property
    def alive(self) -> bool:
        """The thread that renews runs."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Try and renew in a thread of its own until `stop`."""
        self._thread = Thread(target=self._run, name="lease", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Give the lease up, so that another replica takes it at once; nothing is written under it afterwards."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        with self._lock:
            was, self._until = self.held, float("-inf")
        if was:
            self._release()

    def _run(self) -> None:
        while True:
            self.attempt()
            if self._stop.wait(RENEW_EVERY if self.held else ASK_EVERY):
                return

    def attempt(self) -> bool:
        """Renew or take the lease if it is ours, free or dead. Whether it is ours now."""
        sent = self._clock()
        try:
            ours = self._claim()
            self._trouble.over("The API server answers again; the lease goes on.")
        except ApiError as error:
            self._trouble.begins(f"The lease {self._who.namespace}/{self._who.name} cannot be renewed: {error}.")
            ours = None
        with self._lock:
            if ours and not self._stop.is_set():
                self._until = sent + DURATION
            elif ours is False:
                self._until = float("-inf")
        self._tell()
        return self.held

    def _tell(self) -> None:
        held = self.held
        if held != self._held:
            self._held = held
            where = f"{self._who.namespace}/{self._who.name}"
            log.info("Holding the lease %s." if held else "Not holding the lease %s: observing only.", where)
            self._changed(held)

    def _claim(self) -> bool:
        """Whether the lease is ours after this; raises ApiError when the server does not say."""
        if not self._document:
            try:
                self._document = self._api.get(self._who.path)
            except Refused as error:
                if not error.missing:
                    raise
                return self._write(create=True)
        if self._is_ours(self._document):
            return self._write()
        # Another's: what it says now counts, not what we remember.
        self._document = self._api.get(self._who.path)
        return self._write() if self._is_ours(self._document) or self._is_free() else False

    def _is_ours(self, document: Fields) -> bool:
        return (document.get("spec") or {}).get("holderIdentity") == self._who.identity

    def _is_free(self) -> bool:
        spec: Fields = self._document.get("spec") or {}
        version = str(self._document["metadata"].get("resourceVersion"))
        if not spec.get("holderIdentity"):
            return True
        if self._seen[0] != version:
            self._seen = (version, self._clock())
        return self._clock() - self._seen[1] > float(spec.get("leaseDurationSeconds") or DURATION)

    def _write(self, *, create: bool = False) -> bool:
        before: Fields = self._document.get("spec") or {}
        body = self._body(before)
        try:
            if create:
                self._document = self._api.create(LEASES.path(self._who.namespace), body)
            else:
                self._document = self._api.update(self._who.path, body)
        except Refused as error:
            self._document = {}
            if error.conflict or (error.missing and not create):
                return False
            raise
        return True

    def _body(self, before: Fields) -> Document:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        mine = before.get("holderIdentity") == self._who.identity
        metadata = {"name": self._who.name, "namespace": self._who.namespace}
        if self._document:
            metadata["resourceVersion"] = self._document["metadata"]["resourceVersion"]
        return {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": metadata,
            "spec": {
                "holderIdentity": self._who.identity,
                "leaseDurationSeconds": DURATION,
                "acquireTime": before.get("acquireTime", now) if mine else now,
                "renewTime": now,
                "leaseTransitions": int(before.get("leaseTransitions") or 0) + (0 if mine else 1),
            },
        }

    def _release(self) -> None:
        try:
            body = self._body(self._document.get("spec") or {})
            body["spec"] |= {"holderIdentity": "", "leaseDurationSeconds": 1}
            self._api.update(self._who.path, body)
            log.info("Released the lease %s/%s.", self._who.namespace, self._who.name)
        except ApiError as error:
            log.warning("The lease could not be released (%s); it ends by itself in %d s.", error, DURATION)
