"""Carrying out one planned call: the answer, or a fault. No exception leaves here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from trueup.aws.calling import answer_of, method
from trueup.aws.errors import fault_of
from trueup.aws.limits import Limits
from trueup.aws.metering import Meter
from trueup.aws.sessions import Sessions, utc_now
from trueup.core.faults import Consequence, Fault
from trueup.core.values import Call, Doc, Place, Retry


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

        A call that AWS could do twice is sent once, without the SDK's retries; if its answer is lost, the fault says
        that the outcome is unknown. Waits while our own rate limit asks for it. Never raises.
        """
        where = replace(place, region=region or place.region)
        try:
            client = self._sessions.client(call.service, where, retries=call.retry is not Retry.UNSAFE)
            operation = method(client, call.operation)
            self._limits.wait(call.service, call.operation, where)
            self.meter.add(call.service, call.operation)
            return Answer(answer_of(operation(**call.params)), self._clock())
        except Exception as error:
            fault = fault_of(error, call.service, call.operation, params=call.params, retry=call.retry)
            if fault.consequence is Consequence.THROTTLED:
                self._limits.throttled(call.service, call.operation, where)
            return fault
