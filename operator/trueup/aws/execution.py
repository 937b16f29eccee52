"""Carrying out one planned call: the answer, or a fault. No exception leaves here."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from botocore.exceptions import ClientError

from trueup.aws.calling import answer_of, method, pages
from trueup.aws.limits import Limits
from trueup.aws.metering import Meter
from trueup.aws.sealing import is_sealed, opened, texts
from trueup.aws.sessions import Sessions, utc_now
from trueup.aws.sources import documents
from trueup.core.faults import Consequence, Fault
from trueup.core.paths import put
from trueup.core.values import Call, Doc, Kept, Place, as_list, as_map

_SECRETS: Final = "secretsmanager"


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
        fetched: list[str] = []
        asked, made = call, call

        def fetch(kept: Kept) -> str:
            nonlocal asked
            asked = Call(_SECRETS, "GetSecretValue", {"SecretId": kept.secret, "VersionId": kept.version})
            fetched.append(str(self._send(where, asked, retries=True)["SecretString"]))
            asked = call
            return fetched[-1]

        try:
            if is_sealed(call.params):
                made = replace(call, params=opened(call.params, fetch))
            if made.each is not None:
                asked = Call(made.service, made.each.operation, made.each.params)
            calls, asked = self._batches(where, made), call
            answer: Doc = {}
            for one in calls:
                answer = self._send(where, one)
                _refuse_unsuccessful(answer, call)
            return Answer(answer, self._clock())
        except Exception as error:
            said = {"call": made.params, "password": [text for one in fetched for text in _inside(one)]}
            fault = self._sessions.fault(error, asked.service, asked.operation, params=said, retry=asked.retry)
            if fault.consequence is Consequence.THROTTLED:
                self._limits.throttled(asked.service, asked.operation, where)
            return fault

    def _send(self, where: Place, call: Call, *, retries: bool = False) -> Doc:
        client = self._sessions.client(call.service, where, retries=retries)
        operation = method(client, call.operation)
        self._limits.wait(call.service, call.operation, where)
        self.meter.add(call.service, call.operation)
        return answer_of(operation(**call.params))

    def _batches(self, where: Place, call: Call) -> list[Call]:
        """Each call to make: one, or one for each page of what the call is made for. The whole list comes first.

        For a call may take away what the list goes on from.
        """
        each = call.each
        if each is None:
            return [call]

        def before() -> None:
            self._limits.wait(call.service, each.operation, where)
            self.meter.add(call.service, each.operation)

        client = self._sessions.client(call.service, where)
        pagination = self._sessions.pagination(call.service, where, each.operation)
        found: list[Call] = []
        for page in pages(client, each.operation, each.params, before, pagination):
            listed = [one for path in each.results for one in documents(page, path)]
            if listed:
                params = copy.deepcopy(dict(call.params))
                put(params, each.into, [{name: one[name] for name in each.members if name in one} for one in listed])
                found.append(replace(call, params=params))
        return found


def _inside(secret: str) -> list[str]:
    """What a secret holds: all of it, and each text of its JSON."""
    try:
        return [secret, *texts(json.loads(secret))]
    except ValueError:
        return [secret]


def _refuse_unsuccessful(answer: Doc, call: Call) -> None:
    """Some calls of EC2 and S3 answer 200 and list what they did not do: that is an error like any other."""
    failed = as_list(answer.get("Unsuccessful")) or as_list(answer.get("Errors"))
    if failed:
        error = as_map(failed[0].get("Error", failed[0])) or {}
        code, message = str(error.get("Code", "Unsuccessful")), str(error.get("Message", ""))
        raise ClientError({"Error": {"Code": code, "Message": message}}, call.operation)
