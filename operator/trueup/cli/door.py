"""AWS where an object lives, for the person at the command: one call at a time, and a sentence for each refusal."""

from __future__ import annotations

import time
from typing import Final

from trueup.aws.execution import Executor
from trueup.aws.limits import READS
from trueup.aws.sessions import Sessions
from trueup.cli.failures import Failure
from trueup.core.faults import Consequence, Fault, ObservationFailed
from trueup.core.values import Call, Doc, Json, Place

_PASSING: Final = frozenset({Consequence.THROTTLED, Consequence.UNAVAILABLE, Consequence.UNREACHABLE})
_AGAIN_AFTER: Final = (1.0, 3.0)
"""Seconds before a read that failed in passing is tried again."""


class Refused(Failure):
    """AWS did not do what was asked; the text says why, and what to do."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{str(fault).rstrip('. ')}. {_remedy(fault)}")
        self.fault = fault


class Door:
    """Calls in one place, with the credentials of whoever runs the command, or under the role that is named."""

    def __init__(self, place: Place) -> None:
        self._sessions = Sessions()
        self._executor = Executor(self._sessions)
        self._place = place

    @property
    def account(self) -> str:
        """The number of the account that the credentials are for. Raises Refused."""
        try:
            return self._sessions.account(self._place).id
        except ObservationFailed as failed:
            raise Refused(failed.fault) from None

    def ask(self, service: str, operation: str, **params: Json) -> Doc:
        """AWS's answer. Raises Refused; a read is tried again before that, where trying again may help."""
        waits = iter(_AGAIN_AFTER if operation.startswith((*READS, "Filter")) else ())
        while True:
            answer = self._executor.execute(self._place, Call(service, operation, params))
            if not isinstance(answer, Fault):
                return answer.doc
            pause = next(waits, None)
            if pause is None or answer.consequence not in _PASSING:
                raise Refused(answer)
            time.sleep(pause)


def _remedy(fault: Fault) -> str:
    match fault.consequence:
        case Consequence.DENIED:
            return f"Ask for the right to {fault.service}:{fault.operation}; docs/iam.md lists what commands need."
        case Consequence.CREDENTIALS:
            return (
                "Log in to AWS again, or set AWS_PROFILE; --own-credentials leaves out the role that the object names."
            )
        case _:
            return fault.remedy
