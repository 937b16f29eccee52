"""A house whose every AWS write is heard, whose clients outlive its operator, and whose reads run one after another.

Making clients is what costs most, and it is no state of the product: a restarted operator gets the same ones. Reading
in order makes every run of a story the same, call for call.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import botocore.endpoint
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient

from tests.house import SETTINGS, House
from trueup.app.engine import Engine
from trueup.app.settings import Settings
from trueup.aws.execution import Answer, Executor
from trueup.aws.limits import Limits
from trueup.aws.observation import Observer
from trueup.aws.sessions import Sessions
from trueup.core.faults import Fault
from trueup.core.values import Call, Place
from trueup.kinds.registry import kinds
from trueup.sandbox.emulator.wsgi import make_http_server
from trueup.sandbox.ports import LOOPBACK

HERE = Place("us-east-1")
NOWHERE = "aws.emulator.invalid"
"""The host that the clients are made for; no request ever goes there."""
A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Write:
    """One call of ours that changes AWS, and what came of it."""

    call: Call
    answer: Answer | Fault


Heard = Callable[[Call, Callable[[], Answer | Fault]], Answer | Fault]
"""What stands between the engine and its executor: it is given the call and the way to make it."""


class Door:
    """The executor, with somebody listening at it."""

    def __init__(self, behind: Executor, theatre: Theatre) -> None:
        self._behind = behind
        self._theatre = theatre

    def execute(self, place: Place, call: Call, region: str | None = None) -> Answer | Fault:
        """The call is made as the real executor makes it, unless the listener keeps it from being made."""
        heard = self._theatre.heard
        answer = heard(call, lambda: self._behind.execute(place, call, region))
        if not isinstance(answer, Fault) or answer.operation == call.operation:  # else a read that it needs has failed
            self._theatre.writes.append(Write(call, answer))
        return answer


class InOrder:
    """A pool of threads that has none: what is handed in is done at once."""

    def map(self, function: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        """Each result, in order."""
        return map(function, items)

    def shutdown(self, **_: object) -> None:
        """Nothing to let go."""


Overheard = Callable[[str, AWSPreparedRequest], AWSResponse | None]
"""What is told of every request before it is sent, `Operation` and request; it may answer in AWS's place."""


def straight(call: Call, make: Callable[[], Answer | Fault]) -> Answer | Fault:
    """The listener that lets everything through."""
    del call
    return make()


def unmoved(operation: str, request: AWSPreparedRequest) -> AWSResponse | None:
    """The listener that leaves every request to AWS."""
    del operation, request


class Theatre(House):
    """Where stories are played."""

    def __init__(self, settings: Settings = SETTINGS, delays: object = "none") -> None:
        self.shared: Sessions | None = None
        self.heard: Heard = straight
        self.overheard: Overheard = unmoved
        self.writes: list[Write] = []
        self.address = ""
        os.environ.setdefault("AWS_ACCESS_KEY_ID", "AKIATRUEUP0000000000")
        os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "nobody-checks-it")
        super().__init__(settings, delays)

    def start(self) -> None:
        """A fresh operator process: nothing is remembered but how to reach AWS."""
        if self.shared is None:
            self.shared = Sessions(endpoint=f"http://{NOWHERE}", install=self._install, clock=self.clock)
        self.sessions = self.shared
        self.observer = self.watcher()
        self.executor = Executor(self.sessions, Limits.unlimited(), self.clock)
        self.engine = Engine(kinds(), self.settings, self.observer, Door(self.executor, self), self.clock)

    def _install(self, client: BaseClient) -> None:
        events: Any = client.meta.events
        events.register_first("before-send", self._overhear)

    def _overhear(self, request: AWSPreparedRequest, event_name: str, **_: object) -> AWSResponse | None:
        answer = self.overheard(event_name.rsplit(".", 1)[1], request)
        if answer is not None:
            return answer
        if not self.address:
            return self.emulator._send(request)
        request.url = str(request.url).replace(NOWHERE, self.address, 1)
        return None  # the SDK sends it

    def watcher(self) -> Observer:
        """An observer that knows nothing yet."""
        assert self.shared is not None
        observer = Observer(
            self.shared,
            self.clock,
            limits=Limits.unlimited(),
            sweep=self.settings.interval,
            settle=self.settings.settle,
        )
        observer.close()
        inside: Any = observer
        inside._pool = InOrder()
        return observer

    def warm(self) -> None:
        """Every client is made and every service of the emulator has answered once: forks of this process are fast."""
        self.sleepless()
        assert self.shared is not None
        self.shared.account(HERE)
        types = {kind for known in kinds().values() for kind in known.types}
        self.watcher().observe(HERE, types, self.settings.interval)
        for service in {kind.SERVICE for kind in types}:
            for retries in (True, False):
                self.shared.client(service, HERE, retries=retries)
        self.emulator.clear_calls()

    def over_http(self) -> None:
        """From now on every call of ours goes over HTTP, to the same AWS in the same state. For copies only."""
        server, _ = make_http_server(self.emulator.core, LOOPBACK, 0)
        threading.Thread(target=server.serve_forever, name="emulator", daemon=True).start()
        self.address = f"{LOOPBACK}:{server.server_port}"

    def sleepless(self) -> None:
        """What the SDK waits between its tries passes on our clock."""
        endpoint: Any = botocore.endpoint
        endpoint.time = _Passing(self.clock.advance)

    def marks(self) -> dict[str, Any]:
        """Each object's annotations of ours, as values where they are JSON."""
        found: dict[str, Any] = {}
        for address, manifest in self.cluster.objects.items():
            found["/".join(address)] = {key: _value(text) for key, text in sorted(manifest.annotations.items())}
        return found


@dataclass(frozen=True, slots=True)
class _Passing:
    """What botocore's endpoint uses of the module `time`."""

    sleep: Callable[[float], None]


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
