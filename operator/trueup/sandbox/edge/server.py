"""Charter: the edge's door: HTTP and HTTPS on one port of loopback, told apart by a viewer's first byte."""

from __future__ import annotations

import contextlib
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from trueup.core.values import Json
from trueup.sandbox.controlplane import certificates
from trueup.sandbox.edge.answering import answer
from trueup.sandbox.edge.caching import Cache
from trueup.sandbox.edge.messages import Headers, Request, Response, refusal
from trueup.sandbox.edge.reading import Aws, Client
from trueup.sandbox.environment import ACCESS_KEY, REGION, SECRET_KEY
from trueup.sandbox.ports import LOOPBACK

_TLS = b"\x16"
"""The first byte of a TLS handshake; no HTTP method begins with it."""


class Edge:
    """Serves distributions until it is stopped; `port` says where. Use as a context manager or `stop` it."""

    def __init__(self, aws: Aws, port: int = 0, only: str | None = None, now: Callable[[], float] = monotonic) -> None:
        """Listen on a port of loopback, 0 for a free one. `only` is the distribution of names that no other one has."""
        cache = Cache(now)
        self._server = _Server((LOOPBACK, port), lambda request: answer(aws, request, only, cache))
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="edge", daemon=True)
        self._thread.start()

    @classmethod
    def at(cls, endpoint: str, port: int = 0, only: str | None = None) -> Self:
        """An edge of the AWS at an endpoint, such as a sandbox's."""
        return cls(Aws(clients(endpoint)), port, only)

    def stop(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def clients(endpoint: str) -> Client:
    """Clients of the AWS at an endpoint, whose calls are counted as the edge's."""
    core = botocore.session.Session()
    core.set_config_variable("user_agent_appid", "edge")
    session = boto3.session.Session(ACCESS_KEY, SECRET_KEY, region_name=REGION, botocore_session=core)
    config = Config(s3={"addressing_style": "path"})
    make: Callable[..., Json] = session.client
    return lambda service: make(service, endpoint_url=endpoint, config=config)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], serve: Callable[[Request], Response]) -> None:
        self.serve = serve
        self.tls = _context()
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A viewer who goes away, or does not trust the certificate, is no error of ours."""


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        pair = certificates.create(Path(folder), {}).server
        context.load_cert_chain(pair.certificate, pair.key)
    return context


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def _edge(self) -> _Server:
        if not isinstance(self.server, _Server):
            raise TypeError("this handler serves an edge only")
        return self.server

    def setup(self) -> None:
        """Speak TLS where the viewer does."""
        self._secure = self.request.recv(1, socket.MSG_PEEK) == _TLS
        if self._secure:
            self.request = self._edge.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        """Let go of the connection, in whichever way it was spoken."""
        with contextlib.suppress(OSError):
            super().finish()
        self.request.close()

    def answer(self) -> None:
        """Answer one request."""
        path, _, query = self.path.partition("?")
        headers = Headers(self.headers.items())
        request = Request(self.command, headers.get("host", ""), path, query, headers, self._secure)
        try:
            response = self._edge.serve(request)
        except (BotoCoreError, ClientError) as error:
            response = refusal(502, f"AWS did not say what is needed: {error}")
        body = b"" if response.status == 304 else response.body
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


for _method in ("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"):
    setattr(_Handler, f"do_{_method}", _Handler.answer)
