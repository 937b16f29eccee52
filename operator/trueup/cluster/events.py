"""Kubernetes Events about our objects: created once for each transition, counted up when it comes again.

An Event's name is a digest of what it says about whom, so that a pass that dies and is repeated tells nothing twice.
Failing to tell never fails a pass.
"""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Final

from trueup.app.ports import GROUP, VERSION, Manifest
from trueup.cluster.api import EVENTS, MERGE_PATCH, Api, ApiError, Refused
from trueup.cluster.documents import Document
from trueup.cluster.logs import Once
from trueup.core.ledger import stamp
from trueup.core.report import Event

log = logging.getLogger(__name__)

LONGEST: Final = 1024
_LONGEST_REASON: Final = 128
_COUNTED: Final = 5_000
COMPONENT: Final = "trueup"


class Events:
    """Tells Events to the API server."""

    def __init__(self, api: Api, clock: Callable[[], datetime], instance: str) -> None:
        self._api, self._clock, self._instance = api, clock, instance
        self._counts: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()
        self._trouble = Once(log)

    def tell(self, about: Manifest, event: Event) -> bool:
        """The event stands beside the object, once, with how often it was told; False when it could not be told."""
        body = self._body(about, event)
        try:
            self._post(about.namespace, body)
        except ApiError as error:
            if not _terminating(error):
                self._trouble.begins(f"Events cannot be told: {error}.")
            return False
        self._trouble.over("Events can be told again.")
        return True

    def _post(self, namespace: str, body: Document) -> None:
        name = body["metadata"]["name"]
        with self._lock:
            before = self._counts.pop(name, 0)
            self._counts[name] = before + 1
            while len(self._counts) > _COUNTED:
                self._counts.popitem(last=False)
        count = before + 1
        if count == 1:
            try:
                self._api.create(EVENTS.path(namespace), body)
                return
            except Refused as error:
                if not error.conflict:
                    raise
            # Told before this process began, nobody knows how often.
            count = 2
            with self._lock:
                self._counts[name] = count
        change = {"count": count, "lastTimestamp": body["lastTimestamp"]}
        try:
            self._api.patch(EVENTS.path(namespace, name), change, MERGE_PATCH)
        except Refused as error:
            if not error.missing:
                raise
            # Events live an hour: this one has gone since.
            self._api.create(EVENTS.path(namespace), body)

    def _body(self, about: Manifest, event: Event) -> Document:
        now = stamp(self._clock())
        message = event.message if len(event.message) <= LONGEST else f"{event.message[: LONGEST - 1]}…"
        said = "\0".join((about.uid, event.type, event.reason, event.message))
        digest = hashlib.sha256(said.encode()).hexdigest()[:16]
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": f"{about.name[:200]}.{digest}", "namespace": about.namespace},
            "involvedObject": {
                "apiVersion": f"{GROUP}/{VERSION}",
                "kind": about.kind,
                "namespace": about.namespace,
                "name": about.name,
                "uid": about.uid,
            },
            "type": event.type,
            "reason": event.reason[:_LONGEST_REASON],
            "message": message,
            "source": {"component": COMPONENT},
            "reportingComponent": COMPONENT,
            "reportingInstance": self._instance,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        }


def _terminating(error: ApiError) -> bool:
    """A namespace that is being deleted takes no new Events; that is no trouble."""
    return isinstance(error, Refused) and (error.missing or "being terminated" in str(error))
