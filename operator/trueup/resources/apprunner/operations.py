"""The operations of a service: whether what was asked for held, and what App Runner says of one that did not.

The status of a service tells nothing of it: after a failed update it is RUNNING, with the configuration from before.
Types and statuses: https://docs.aws.amazon.com/apprunner/latest/api/API_OperationSummary.html; why one failed stands
in the service's log alone: https://docs.aws.amazon.com/apprunner/latest/dg/monitor-cwl.html
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from trueup.core.declaring import Deep
from trueup.core.paths import get
from trueup.core.values import Doc, Json, as_list, as_map
from trueup.core.verdicts import Refusal, Trial

EVENTS: Final = Deep(
    "GetLogEvents",
    {
        "logGroupName": "/aws/apprunner/{ServiceName}/{ServiceId}/service",
        "logStreamName": "events",
        "limit": 30,
        "startFromHead": False,
    },
    "events",
    into="Events",
    service="logs",
    # Without the right to read it, or before its first line, a failure has no reason that we could name.
    absent=("ResourceNotFoundException", "AccessDeniedException"),
)
UNDERWAY: Final = frozenset({"PENDING", "IN_PROGRESS", "ROLLBACK_IN_PROGRESS"})
DEPLOYMENTS: Final = frozenset({"CREATE_SERVICE", "UPDATE_SERVICE", "START_DEPLOYMENT"})
"""Operations that bring something new into service, or fail to."""
TURNS: Final = frozenset({"PAUSE_SERVICE", "RESUME_SERVICE"})
"""Operations that take a service out of use, or put it back."""
_HOLDS: Final = frozenset({"PENDING", "IN_PROGRESS", "SUCCEEDED"})
_SOON, _LATE = timedelta(minutes=5), timedelta(hours=1)
"""What could not be done is tried again as it was after half the time since its first try, between these two."""
_AS_IT_WAS: Final = "annotate trueup.dev/reconcile with a new value to have the same tried again"
_LONGEST: Final = 400


def of(doc: Doc) -> Sequence[Doc]:
    """The operations of a service, the newest first; none while they have not been read."""
    return tuple(one for item in as_list(get(doc, "Operations")) or () if (one := as_map(item)) is not None)


def newest(doc: Doc) -> str:
    """The id of the newest operation, or nothing."""
    found = of(doc)
    return str(found[0]["Id"]) if found else ""


def is_paused(doc: Doc) -> bool:
    """It is paused, also while AWS maintains it: that is no operation, and leaves it as it was last turned."""
    found = of(doc)
    if doc.get("Status") != "OPERATION_IN_PROGRESS" or not found or found[0]["Status"] in UNDERWAY:
        return doc.get("Status") == "PAUSED"
    last = next((one["Type"] for one in found if one["Type"] in TURNS and not failed(one)), "")
    return last == "PAUSE_SERVICE"


def begun_since(doc: Doc, kind: str, moment: datetime) -> bool:
    """An operation of that type began after the moment, and has not failed."""
    alike = (one for one in of(doc) if one["Type"] == kind and not failed(one))
    return any(isinstance(at := one.get("StartedAt"), datetime) and at > moment for one in alike)


def turned_at_most_once_since(doc: Doc, since: str) -> bool:
    """One operation at most has paused or resumed the service since the operation of that id, which is known."""
    known = any(one["Id"] == since for one in of(doc))
    return known and sum(1 for one in _since(doc, since) if one["Type"] in TURNS and not failed(one)) <= 1


def deployed_at(doc: Doc) -> datetime | None:
    """When the newest deployment began that held, or that is on its way; None where none is known."""
    found = (one for one in of(doc) if one["Type"] in DEPLOYMENTS and one["Status"] in _HOLDS)
    at = next((one.get("StartedAt") for one in found), None)
    return at if isinstance(at, datetime) else None


def refusal(doc: Doc, trial: Trial, now: datetime) -> Refusal | None:
    """Every deployment since the trial has failed: what was asked for last does not hold.

    A service that could not be created, or deleted, is tried again later: what it lacked may be there then.
    """
    status = doc.get("Status")
    if status == "DELETE_FAILED":
        return _for_now(doc, _failed_since(doc, trial, ("DELETE_SERVICE",)), trial, now, "DeleteFailed", "deleted")
    last = _failed_since(doc, trial, DEPLOYMENTS)
    if status == "CREATE_FAILED":
        return _for_now(doc, last, trial, now, "CreateFailed", "created")
    if last is None or status not in ("RUNNING", "PAUSED"):
        return None
    again = f"Commit a spec that can be deployed, or {_AS_IT_WAS}."
    return Refusal("RolledBack", f"{_rolled_back(doc, last)} {again}")


def unresumed(doc: Doc, trial: Trial, now: datetime) -> Refusal | None:
    """A paused service could not be resumed, which is tried again later."""
    if doc.get("Status") != "PAUSED":
        return None
    return _for_now(doc, _failed_since(doc, trial, ("RESUME_SERVICE",)), trial, now, "ResumeFailed", "resumed")


def taken_back(doc: Doc) -> Refusal | None:
    """A deployment of what a tag or a branch leads to has failed, and none of any sort has held since.

    Updates carry what a spec asks for: they are judged where that is planned, and one that nothing asks for any more
    has left nothing undone.
    """
    since = takewhile(failed, (one for one in of(doc) if one["Type"] in DEPLOYMENTS))
    last = next((one for one in since if one["Type"] == "START_DEPLOYMENT"), None)
    if last is None:
        return None
    again = "Push what can be deployed, or have the same tried again with trueup deploy."
    return Refusal("RolledBack", f"{_rolled_back(doc, last)} {again}")


def _failed_since(doc: Doc, trial: Trial, kinds: Collection[str]) -> Doc | None:
    """The newest operation of those types since the trial, where every one of them has failed."""
    later = [one for one in _since(doc, trial.since) if one["Type"] in kinds]
    return later[0] if later and all(failed(one) for one in later) else None


def _for_now(doc: Doc, last: Doc | None, trial: Trial, now: datetime, reason: str, did: str) -> Refusal | None:
    if last is None:
        return None
    ended = _ended(last, now)
    if now - ended >= min(max((ended - trial.first) / 2, _SOON), _LATE):
        return None
    what = f"Service {doc.get('ServiceName')} could not be {did} (operation {last['Id']}). {why(doc, last)}"
    return Refusal(reason, f"{what} It is tried again later; mend what it says, or {_AS_IT_WAS}.")


def _since(doc: Doc, since: str) -> list[Doc]:
    found: list[Doc] = []
    for one in of(doc):
        if one["Id"] == since:
            break
        found.append(one)
    return found


def failed(one: Doc) -> bool:
    """The operation has ended, and not as it was asked for: a rollback that went well is a failure, too."""
    return one["Status"] not in UNDERWAY and one["Status"] != "SUCCEEDED"


def _rolled_back(doc: Doc, last: Doc) -> str:
    what = f"operation {last['Id']} ({last['Type']}) of service {doc.get('ServiceName')} ended {last['Status']}"
    return (
        f"The deployment failed and was rolled back: {what}. {why(doc, last)} "
        f"{'Once resumed it serves' if is_paused(doc) else 'It still serves'} {serving(doc)}."
    )


def serving(doc: Doc) -> str:
    """What the service serves, in words: the image, or the branch of its source code."""
    image = get(doc, "Service.SourceConfiguration.ImageRepository.ImageIdentifier")
    if isinstance(image, str):
        return f"image {image}"
    version = get(doc, "Service.SourceConfiguration.CodeRepository.SourceCodeVersion.Value")
    return f"branch {version}" if isinstance(version, str) else "what it served before"


def why(doc: Doc, last: Doc) -> str:
    """What the service's log (`Events`) says of an operation's failure: the last line since it began that tells."""
    begun = last.get("StartedAt")
    start = begun.timestamp() * 1000 if isinstance(begun, datetime) else 0
    lines = [
        str(event.get("message", "")).removeprefix("[AppRunner] ").strip()
        for item in as_list(get(doc, "Events")) or ()
        if (event := as_map(item)) is not None and _number(event.get("timestamp")) >= start - 1000
    ]
    telling = [line for line in lines if "fail" in line.lower() and "status is set" not in line]
    if not telling:
        return "AWS gives no reason; look at the service's deployment logs in CloudWatch."
    said = telling[-1][:_LONGEST]
    return f"AWS says: {said if said.endswith('.') else f'{said}.'}"


def _number(value: Json) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _ended(last: Doc, now: datetime) -> datetime:
    for name in ("EndedAt", "UpdatedAt", "StartedAt"):
        at = last.get(name)
        if isinstance(at, datetime):
            return at
    return now
