"""Charter: the emulator's HTTP door: a threaded HTTP/1.1 server whose connections end the way a fault says."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from trueup.sandbox.emulator.control import PREFIX, control
from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.server import Core, Lost
from trueup.sandbox.emulator.wire import read_request

_HANG_SECONDS = 3600.0
_NO_ANSWER_HEADERS = frozenset({"content-length", "transfer-encoding", "connection", "date", "server"})

StartResponse = Callable[[str, list[tuple[str, str]]], object]


class Handler(WSGIRequestHandler):
    """Keeps connections open, sends small answers at once, and keeps the console quiet."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_expect_100(self) -> bool:
        """Leave `100 Continue` to werkzeug, which sends it too; a second one would be taken for the answer."""
        return True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: the call log is the log."""


class Application:
    """The WSGI application."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._closing = threading.Event()

    def close(self) -> None:
        """Release every connection that a fault keeps hanging."""
        self._closing.set()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one HTTP request."""
        body = _body(environ)
        raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ.get("PATH_INFO", "/"))
        path, _, query = raw.partition("?")
        method = str(environ["REQUEST_METHOD"])
        if path.startswith(PREFIX):
            return _send(control(self._core, method, path, query, body), method, start_response)
        request = read_request(method, path, query, _headers(environ), body)
        try:
            result = self._core.call(request)
        except Lost as lost:
            if lost.action == "hang":
                self._closing.wait(lost.seconds or _HANG_SECONDS)
            _reset_connection(environ)
            raise ConnectionAbortedError("the answer was lost on purpose") from lost
        return _send(result, method, start_response)


def _body(environ: dict[str, Any]) -> bytes:
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        return bytes(stream.read())
    return bytes(stream.read(int(environ.get("CONTENT_LENGTH") or 0)))


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    found = {key[5:].replace("_", "-").lower(): str(value) for key, value in environ.items() if key.startswith("HTTP_")}
    if environ.get("CONTENT_TYPE"):
        found["content-type"] = str(environ["CONTENT_TYPE"])
    return found


def _send(result: Answer, method: str, start_response: StartResponse) -> Iterable[bytes]:
    headers = [(key, value) for key, value in result.headers if key.lower() not in _NO_ANSWER_HEADERS]
    length = next((value for key, value in result.headers if key.lower() == "content-length"), None)
    body = b"" if method == "HEAD" else result.body
    headers.append(("Content-Length", length if method == "HEAD" and length else str(len(body))))
    start_response(f"{result.status} {_phrase(result.status)}", headers)
    return [body]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _reset_connection(environ: dict[str, Any]) -> None:
    connection: socket.socket | None = environ.get("werkzeug.socket")
    if connection is None:
        return
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
        connection.close()


def make_http_server(core: Core, host: str, port: int) -> tuple[BaseWSGIServer, Application]:
    """A bound, not yet serving HTTP server; port 0 takes a free one."""
    application = Application(core)
    server = make_server(host, port, application, threaded=True, request_handler=Handler)
    return server, application
