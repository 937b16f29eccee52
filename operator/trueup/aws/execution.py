"""Carrying out one planned call: the answer, or a fault. No exception leaves here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from botocore.exceptions import ClientError

from trueup.aws.calling import answer_of, method
from trueup.aws.limits import Limits
from trueup.aws.metering import Meter
from trueup.aws.sessions import Sessions, utc_now
from trueup.core.faults import Consequence, Fault
from trueup.core.values import Call, Doc, Place, as_list, as_map


@dataclass(frozen=True, slots=True)
class Answer:
    """What AWS answered to a call that it carried out, without what is about the transport."""

    doc: Doc
    at: datetime
    """When the answer came."""


class Executor:
    """The one who writes to AWS."""

    def __init__(
        self,
        sessions: Sessions,
        limits: Limits | None = None,
        clock: Callable[[], datetime] = utc_now,
        meter: Meter | None = None,
    ) -> None:
        self._sessions = sessions
        self._limits = limits or Limits()
        self._clock = clock
        self.meter = meter or Meter()

    def execute(self, place: Place, call: Call, region: str | None = None) -> Answer | Fault:
        """The call is made in the place, or in another region of the same account for a global service.

        Every write is sent once, without the SDK's retries: the next pass tries again after a fresh look, and a lease
        that ends meanwhile is noticed. If the answer to a call that AWS could do twice is lost, the fault says so.
        Waits while our own rate limit asks for it. Never raises.
        """
        where = replace(place, region=region or place.region)
        try:
            client = self._sessions.client(call.service, where, retries=False)
            operation = method(client, call.operation)
            self._limits.wait(call.service, call.operation, where)
            self.meter.add(call.service, call.operation)
            answer = answer_of(operation(**call.params))
            _refuse_unsuccessful(answer, call)
            return Answer(answer, self._clock())
        except Exception as error:
            fault = self._sessions.fault(error, call.service, call.operation, params=call.params, retry=call.retry)
            if fault.consequence is Consequence.THROTTLED:
                self._limits.throttled(call.service, call.operation, where)
            return fault


def _refuse_unsuccessful(answer: Doc, call: Call) -> None:
    """Some of EC2's calls answer 200 and list what they did not do: that is an error like any other."""
    failed = as_list(answer.get("Unsuccessful"))
    if failed:
        error = as_map(failed[0].get("Error")) or {}
        code, message = str(error.get("Code", "Unsuccessful")), str(error.get("Message", ""))
        raise ClientError({"Error": {"Code": code, "Message": message}}, call.operation)
