"""The three pages that others ask: /healthz (are we alive), /readyz (can we work), /metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

Verdict = Callable[[], str | None]
"""What is wrong, in a sentence; None when nothing is."""


@dataclass
class Pages:
    """The server of the pages, in the event loop that starts it. Port 0 takes any free one."""

    healthy: Verdict
    ready: Verdict
    metrics: Callable[[], bytes]
    host: str | None
    port: int
    _runner: web.AppRunner | None = None

    async def start(self) -> int:
        """Serve; answers the port."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/healthz", self._page(self.healthy)),
                web.get("/readyz", self._page(self.ready)),
                web.get("/metrics", self._metrics),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port).start()
        self.port = int(self._runner.addresses[0][1])
        return self.port

    async def stop(self) -> None:
        """Serve no longer."""
        if self._runner is not None:
            await self._runner.cleanup()

    def _page(self, verdict: Verdict) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def page(request: web.Request) -> web.Response:
            del request
            # A verdict may wait for a thread's answer: not in the loop that answers everybody.
            wrong = await asyncio.to_thread(verdict)
            return web.Response(text=f"{wrong or 'ok'}\n", status=503 if wrong else 200)

        return page

    async def _metrics(self, request: web.Request) -> web.Response:
        del request
        body = await asyncio.to_thread(self.metrics)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})
