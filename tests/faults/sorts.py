"""What can go wrong at one call, each sort done to exactly that call: on the wire, or to the process that makes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.stories.theatre import Theatre
from trueup.aws.execution import Answer
from trueup.aws.sessions import READ_ATTEMPTS
from trueup.core.faults import Fault
from trueup.core.values import Call, Retry

Make = Callable[[], Answer | Fault]
Spoil = Callable[[Theatre, Call, Make], Answer | Fault]


class Killed(BaseException):
    """The process died: nothing of ours catches this."""


def killed_before(theatre: Theatre, call: Call, make: Make) -> Answer | Fault:
    """The process dies when all is ready for the call."""
    raise Killed


def killed_after(theatre: Theatre, call: Call, make: Make) -> Answer | Fault:
    """AWS did it, and the process dies before it knows."""
    make()
    raise Killed


def spoiled(attempts: int | None = None, **rule: Any) -> Spoil:
    """The call meets this rule of the emulator's at each of its attempts, or at the first few."""

    def spoil(theatre: Theatre, call: Call, make: Make) -> Answer | Fault:
        times = attempts or (1 if call.retry is Retry.UNSAFE else READ_ATTEMPTS)
        theatre.emulator.put_faults([{"operation": call.operation, "times": times, **rule}])
        try:
            return make()
        finally:
            theatre.emulator.put_faults([])

    return spoil


WRITES: dict[str, Spoil] = {
    "throttled": spoiled(action="throttle"),
    "denied": spoiled(action="denied"),
    "failed": spoiled(action="error"),
    "timed out before": spoiled(action="hang", seconds=30),
    "done, answer lost": spoiled(1, action="drop", when="after"),
    "killed before": killed_before,
    "killed after": killed_after,
}
"""By name as the quality page has it. An answer is lost once: the SDK's own second try is a part of the trial."""


def over_http(spoil: Spoil) -> Spoil:
    """The same, and from this call on everything goes over HTTP."""

    def switched(theatre: Theatre, call: Call, make: Make) -> Answer | Fault:
        theatre.over_http()
        return spoil(theatre, call, make)

    return switched


OVER_HTTP = ("done, answer lost", "killed after")
"""What is about the transport."""

Answering = Callable[[Theatre, AWSPreparedRequest], AWSResponse]


def answered(**rule: Any) -> Answering:
    """The request meets this rule of the emulator's."""

    def answer(theatre: Theatre, request: AWSPreparedRequest) -> AWSResponse:
        theatre.emulator.put_faults([{"times": 1, **rule}])
        try:
            return sent(theatre, request)
        finally:
            theatre.emulator.put_faults([])

    return answer


def cut(theatre: Theatre, request: AWSPreparedRequest) -> AWSResponse:
    """The answer breaks off in the middle, and nobody on the way says so."""
    response = sent(theatre, request)
    body = response.content
    headers: Any = response.headers
    return AWSResponse(response.url, response.status_code, headers, _Rest(body[: len(body) // 2]))


def sent(theatre: Theatre, request: AWSPreparedRequest) -> AWSResponse:
    """What the emulator answers."""
    return theatre.emulator._send(request)


class _Rest:
    """A body to be read once."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: object) -> Any:
        """The body in one piece."""
        yield self._body


READS: dict[str, Answering] = {
    "throttled": answered(action="throttle"),
    "failed": answered(action="error"),
    "cut off": cut,
}
"""By name. Each meets all attempts that the SDK makes of the request."""
