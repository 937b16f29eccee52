"""The operator as a whole: put together, run until it is asked to stop, and ended without leaving a call half done."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Event as Flag
from typing import Final

from trueup.cluster.api import Api
from trueup.cluster.census import Census
from trueup.cluster.events import Events
from trueup.cluster.health import Pages
from trueup.cluster.host import Host
from trueup.cluster.journal import Desk, desk_places
from trueup.cluster.lease import Always, Lease, Right
from trueup.cluster.looking import Looker, Workers
from trueup.cluster.metrics import Calls, Metrics
from trueup.cluster.options import Options
from trueup.cluster.queue import Queue
from trueup.cluster.store import Address, Store

log = logging.getLogger(__name__)

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


class Operator:
    """One operator process. `plurals` maps the kinds that it serves to their plural names."""

    def __init__(self, options: Options, looker: Looker, plurals: Mapping[str, str], calls: Calls = dict) -> None:
        self.options = options
        self.store, self.queue = Store(), Queue[Address]()
        connections = options.workers + 6
        self.api = Api(lambda: options.source.load(connections))
        # The lease's renewals never queue behind other calls.
        self._lease_api = Api(lambda: options.source.load(2))
        self.lease = Lease(self._lease_api, options.lease_of(), self._lease_changed) if options.lease else None
        self.right: Right = self.lease or Always()
        self._stopping = Flag()
        self.metrics = Metrics(self.store, lambda: self.queue.depth, lambda: self.right.held, calls)
        self.desk = self._desk(plurals)
        self.workers = Workers(
            looker=looker,
            store=self.store,
            queue=self.queue,
            desk=self.desk,
            interval=options.interval,
            passed=self.metrics.passed,
            count=options.workers,
        )
        begin = self.workers.begin
        self.census = Census(self.api, self.store, self.queue, self.desk.places, options.extent, begin)
        watched = tuple(plurals.values())
        self.host = Host(options.source, options.extent, watched, self.store, self.queue, self.census.soon)
        self.pages = Pages(self.unhealthy, self.unready, self.metrics.text, options.page_host, options.health_port)

    def _desk(self, plurals: Mapping[str, str]) -> Desk:
        return Desk(
            api=self.api,
            store=self.store,
            right=self.right,
            events=Events(self.api, utc_now, self.options.me),
            places=desk_places(plurals),
            clock=utc_now,
            stopping=self._stopping.is_set,
            wrote=self.metrics.wrote,
        )

    def unhealthy(self) -> str | None:
        """Why this process should be started again; None while all of its threads run."""
        parts = {
            "the watch": self.host.alive(),
            "the workers": self.workers.alive,
            "the census": self.census.alive,
            "the lease": self.lease is None or self.lease.alive,
        }
        dead = [name for name, alive in parts.items() if not alive]
        return f"not running: {', '.join(dead)}" if dead else None

    def unready(self) -> str | None:
        """Why this operator cannot do its work now; None when it can. A standby is ready, too."""
        if self._stopping.is_set():
            return "stopping"
        if self.census.trouble is not None:
            return self.census.trouble
        return None if self.census.complete else "the first listing is not complete"

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then end in good order."""
        asked = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, asked.set)
        port = await self.pages.start()
        log.info("Serving /healthz, /readyz and /metrics on port %d.", port)
        self.start()
        await asked.wait()
        await asyncio.to_thread(self.stop)
        await self.pages.stop()

    def start(self) -> None:
        """Watch, count, and look at objects, in threads of their own."""
        if self.lease is not None:
            self.lease.start()
        self.host.start()
        self.census.start()
        self.workers.start()

    def stop(self) -> None:
        """Begin nothing new, let the calls under way finish within the grace, and give the lease up."""
        log.info("Asked to stop: finishing what is under way.")
        self._stopping.set()
        self.queue.close()
        self.census.stop()
        if not self.workers.join(self.options.grace):
            log.warning(
                "A pass was not done within %.0f s; its next look goes on from what it wrote.", self.options.grace
            )
        if self.lease is not None:
            self.lease.stop()
        self.host.stop()
        log.info("Stopped.")

    def _lease_changed(self, held: bool) -> None:
        """Who takes over looks at everything: the one before may have died in the middle of anything."""
        if held:
            for address in self.store.addresses():
                self.queue.add(address, urgent=False, afresh=True)
