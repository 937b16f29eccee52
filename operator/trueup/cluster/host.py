"""kopf, reduced to what it does best: watching, reconnecting, beginning anew.

It runs in a thread and an event loop of its own and calls `noticed` with every state of an object. It writes nothing
to the cluster: no finalizers, no annotations, no Events. When it gives up (no server, no credentials) it is started
again after a while.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import TimeoutError as NoAnswer
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Final

import kopf
from kubernetes.client import Configuration

from trueup.app.ports import GROUP, VERSION
from trueup.cluster.census import Extent
from trueup.cluster.connection import TOKEN, Source
from trueup.cluster.documents import Fields
from trueup.cluster.logs import trace
from trueup.cluster.looking import notice
from trueup.cluster.queue import Queue
from trueup.cluster.store import Address, Store

log = logging.getLogger(__name__)

AGAIN_FIRST: Final = 1.0
AGAIN_LATEST: Final = 30.0
_GONE: Final = "DELETED"
_BEAT_SECONDS: Final = 2.0
_CLOSING_SECONDS: Final = 0.25


@dataclass
class Host:
    """Watches our kinds and the namespaces, and notes what it sees."""

    source: Source
    extent: Extent
    plurals: tuple[str, ...]
    store: Store
    queue: Queue[Address]
    interrupted: Callable[[], None] = lambda: None
    """Told when the watch begins anew, and may have missed something."""
    _stop: Event = field(default_factory=Event)
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: Thread | None = None

    def start(self) -> None:
        """Watch until `stop`."""
        self._thread = Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """Watch no longer; waits at most so many seconds for the end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=seconds)

    def alive(self) -> bool:
        """The thread runs, and its loop answers within two seconds where it is not just being started again."""
        if self._thread is None or not self._thread.is_alive():
            return False
        loop = self._loop
        if loop is None or not loop.is_running():
            return True
        beat = asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop)
        try:
            beat.result(timeout=_BEAT_SECONDS)
        except (NoAnswer, asyncio.CancelledError):
            return False
        return True

    def _run(self) -> None:
        again = AGAIN_FIRST
        while not self._stop.is_set():
            try:
                asyncio.run(self._watch())
            except Exception as error:
                # Whatever ended it, nothing is lost: it begins anew with a listing.
                log.debug("The watch ended, and begins anew in %.0f s.\n%s", again, trace(error))
            self.interrupted()
            self._stop.wait(again)
            again = min(again * 2, AGAIN_LATEST)

    async def _watch(self) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            await kopf.operator(
                registry=self.registry(),
                settings=self.settings(),
                standalone=True,
                clusterwide=not self.extent.namespaces,
                namespaces=list(self.extent.namespaces),
                stop_flag=self._stop,
            )
        finally:
            # aiohttp closes TLS connections in the background, and has nothing that could be awaited for it:
            # https://docs.aiohttp.org/en/stable/client_advanced.html#graceful-shutdown
            await asyncio.sleep(_CLOSING_SECONDS)

    def settings(self) -> kopf.OperatorSettings:
        """How kopf behaves: silent towards the cluster, quick to end, at ease with interruptions."""
        settings = kopf.OperatorSettings()
        settings.posting.enabled = False
        settings.watching.chunk_size = 500
        settings.watching.reconnect_backoff = 0.5
        settings.queueing.exit_timeout = 1.0
        settings.queueing.idle_timeout = 1.0
        settings.networking.request_timeout = 30.0
        settings.networking.error_backoffs = (1, 2, 5)
        settings.process.ultimate_exiting_timeout = None
        if self.extent.selector:
            for plural in self.plurals:
                settings.watching.label_selectors[GROUP, VERSION, plural] = self.extent.selector
        return settings

    def registry(self) -> kopf.OperatorRegistry:
        """What kopf calls: a login, and one handler for the events of each kind and of namespaces."""
        registry = kopf.OperatorRegistry()
        kopf.on.login(registry=registry, backoff=5)(self._login)
        for plural in self.plurals:
            kopf.on.event(GROUP, VERSION, plural, id=plural, registry=registry)(self._noticed)
        kopf.on.event("", "v1", "namespaces", id="namespaces", registry=registry)(self._noticed_namespace)
        return registry

    def _login(self, **_: object) -> kopf.ConnectionInfo:
        return for_watching(self.source.load())

    async def _noticed(self, event: Fields, **_: object) -> None:
        document: Fields = event["object"]
        if event["type"] != _GONE:
            notice(self.store, self.queue, document, listed=event["type"] is None)
            return
        meta = document["metadata"]
        address = (str(document["kind"]), str(meta.get("namespace", "")), str(meta["name"]))
        if self.store.remove(address, str(meta.get("uid", "")), str(meta.get("resourceVersion", ""))):
            self.queue.drop(address)

    async def _noticed_namespace(self, event: Fields, **_: object) -> None:
        meta = event["object"]["metadata"]
        name = str(meta["name"])
        if event["type"] == _GONE:
            self.store.remove_namespace(name)
        elif self.store.put_namespace(meta):
            for manifest in self.store.namespaced(name):
                self.queue.add(manifest.address, afresh=True)


def for_watching(loaded: Configuration) -> kopf.ConnectionInfo:
    """The same address and credentials in the words of the library that watches."""
    header = str(loaded.get_api_key_with_prefix(TOKEN, alias="authorization") or "")
    scheme, _, token = header.rpartition(" ")
    return kopf.ConnectionInfo(
        server=str(loaded.host),
        ca_path=loaded.ssl_ca_cert,
        insecure=not loaded.verify_ssl,
        username=loaded.username or None,
        password=loaded.password or None,
        scheme=scheme or None,
        token=token or None,
        certificate_path=loaded.cert_file,
        private_key_path=loaded.key_file,
    )
