"""Charter: the emulator as its users hold it: in process for tests, as an HTTP server for the sandbox."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from trueup.sandbox.emulator.calls import LogEntry
from trueup.sandbox.emulator.clock import Clock
from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.server import Core, Lost, Watcher
from trueup.sandbox.emulator.wire import read_request
from trueup.sandbox.emulator.wsgi import make_http_server

_ENDPOINT = "http://127.0.0.1"


class _RawBody:
    """What urllib3's answer is to botocore: something to read once."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: object) -> Iterator[bytes]:
        """The body in one piece."""
        yield self._body

    def read(self, amount: int | None = None, **_: object) -> bytes:
        """The next `amount` bytes, or the rest."""
        piece, self._body = (self._body, b"") if amount is None else (self._body[:amount], self._body[amount:])
        return piece

    def close(self) -> None:
        """Nothing to close."""


class Emulator:
    """One AWS. State lives in the process: make one per process and `reset` it between tests."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self._server: Any = None
        self._close: Callable[[], None] = lambda: None
        self._sessions: dict[str, boto3.session.Session] = {}
        self.url = ""

    @classmethod
    def in_process(
        cls,
        clock: Callable[[], float] = time.time,
        delays: object = "none",
        sleep: Callable[[float], None] | None = None,
    ) -> Self:
        """An emulator without sockets, emptied. `clock` gives epoch seconds; `sleep` serves delay faults.

        Attach clients or sessions with `attach`, or take them from `client` and `session`.
        """
        core = Core(Clock(clock), delays, sleep)
        core.reset()
        return cls(core)

    @classmethod
    def serve(cls, host: str = "127.0.0.1", port: int = 0, delays: object = "short") -> Self:
        """A serving HTTP emulator with warmed services; `url` says where. Use as a context manager or `stop` it."""
        core = Core(Clock(), delays, managed_policies=True)
        core.warm()
        emulator = cls(core)
        server, application = make_http_server(core, host, port)
        emulator._server, emulator._close = server, application.close
        emulator.url = f"http://{host}:{server.server_port}"
        threading.Thread(target=server.serve_forever, name="emulator", daemon=True).start()
        return emulator

    def stop(self) -> None:
        """Stop serving; hanging connections are released. Harmless when not serving."""
        if self._server is not None:
            self._close()
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # In process ------------------------------------------------------------------------------------------------

    def attach(self, target: object) -> None:
        """Send every AWS request of a boto3 session or client, or of a botocore session, straight into the emulator.

        Clients made from an attached session later are attached too.
        """
        if isinstance(target, boto3.session.Session):
            cast(Any, target).events.register_first("before-send", self._send)
        elif isinstance(target, botocore.session.Session):
            target.get_component("event_emitter").register_first("before-send", self._send)
        else:
            cast(Any, target).meta.events.register_first("before-send", self._send)

    def session(
        self, region: str = "us-east-1", access_key: str = "AKIAEMULATOR00000000", app: str | None = None
    ) -> boto3.session.Session:
        """An attached boto3 session with static credentials; `app` names its calls in the log."""
        core = botocore.session.Session()
        if app is not None:
            core.set_config_variable("user_agent_appid", app)
        session = boto3.session.Session(
            aws_access_key_id=access_key,
            aws_secret_access_key="emulator",  # noqa: S106 (nobody checks it)
            region_name=region,
            botocore_session=core,
        )
        self.attach(session)
        return session

    def client(self, service: str, region: str = "us-east-1", **options: Any) -> Any:
        """An attached boto3 client. SDK retries are off unless a `config` says otherwise."""
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        options["config"] = config.merge(options.get("config") or Config())
        if region not in self._sessions:
            self._sessions[region] = self.session(region)
        make = cast(Any, self._sessions[region]).client
        return make(service, endpoint_url=_ENDPOINT, **options)

    def _send(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        parts = urlsplit(str(request.url))
        body = cast(Any, request.body)
        if body is None:
            body = b""
        elif hasattr(body, "read"):
            body = body.read()
        elif isinstance(body, str):
            body = body.encode()
        headers = {str(key).lower(): _text(value) for key, value in cast(Any, request.headers).items()}
        headers.setdefault("host", parts.netloc)
        wire = read_request(str(request.method), parts.path or "/", parts.query, headers, bytes(body))
        try:
            result = self.core.call(wire)
        except Lost as lost:
            if lost.action == "hang":
                self.core.sleep(lost.seconds)
                raise ReadTimeoutError(endpoint_url=str(request.url)) from lost
            raise ConnectionClosedError(endpoint_url=str(request.url)) from lost
        return _as_response(str(request.url), result)

    # Common ----------------------------------------------------------------------------------------------------

    def reset(self) -> None:
        """Empty AWS, the log, the faults and the quotas."""
        self.core.reset()

    def run_maintenance(self) -> None:
        """Let every database's maintenance window pass: what is pending is applied."""
        self.core.run_maintenance()

    def put_spend(self, budget: str, actual: str, forecast: str | None = None) -> None:
        """Say what a budget (`*`: every one) has spent."""
        with self.core.held():
            self.core.budgets.put_spend({"budget": budget, "actual": actual, "forecast": forecast})

    def order(self, door: str, content: object) -> object:
        """Order something of App Runner as PUT /_trueup/apprunner/<door> does; a KeyError names an unknown door."""
        result = self.core.order(f"apprunner/{door}", content)
        if result is None:
            raise KeyError(door)
        return result

    def advance(self, seconds: float) -> None:
        """Let time pass; what falls due has happened when this returns."""
        self.core.clock.advance(seconds)
        with self.core.held():
            self.core.timeline.settle()

    def put_faults(self, rules: object) -> None:
        """Replace the fault rules; an empty list clears them."""
        self.core.faults.put(rules)

    def put_quotas(self, values: Mapping[str, object]) -> None:
        """Change limits, such as {"rds.clusters": 1000}."""
        self.core.quotas.put(values)

    def calls(self, caller: str | None = None) -> dict[str, int]:
        """Calls counted so far as {"service.Operation": count}."""
        return self.core.calls.counts(caller)

    def clear_calls(self) -> None:
        """Start counting anew."""
        self.core.calls.clear()

    def log(self, limit: int = 100) -> list[LogEntry]:
        """The newest calls, oldest first."""
        return self.core.calls.last(limit)

    @contextmanager
    def watching(self, watcher: Watcher) -> Generator[None]:
        """Show every call to `watcher`, before and after it is carried out. What it raises ends the call."""
        self.core.watchers.append(watcher)
        try:
            yield
        finally:
            self.core.watchers.remove(watcher)


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _as_response(url: str, result: Answer) -> AWSResponse:
    headers = HTTPHeaders()
    for key, value in result.headers:
        headers[key] = value
    return AWSResponse(url, result.status, cast(Any, headers), cast(Any, _RawBody(result.body)))
