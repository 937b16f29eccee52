"""Whether what an object declares has come true, as its status tells: yes, no, or not known yet.

Conditions mean here what they mean to kstatus; a person's absence (Stalled), a budget (Gated) and a hold are a no,
because waiting does not change them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trueup.core.conditions import condition
from trueup.core.values import Json


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of an object's present spec, or what is still awaited."""

    good: bool | None
    """None while it is not known."""
    reason: str
    message: str


def settled(status: Mapping[str, Json], generation: int, *, deleting: bool = False) -> Settled:
    """What came of this generation of the spec."""
    if deleting:
        return Settled(False, "Deleting", "The object is being deleted.")
    if not status:
        return Settled(None, "NotObserved", "No operator has looked at it yet.")
    if int(status.get("observedGeneration") or 0) < generation:
        return Settled(None, "NotObserved", f"The operator has not looked at generation {generation} yet.")
    for type in ("Stalled", "Gated"):
        if _is(status, type, "True"):
            return _because(status, type, False)
    paused = condition(status, "Ready").get("reason") == "Paused"
    written = _is(status, "Synced", "True") and _is(status, "InSync", "True") and _is(status, "Reconciling", "False")
    if written and (paused or _is(status, "Ready", "True")):
        return _because(status, "Ready", True)
    if paused and condition(status, "Synced").get("reason") == "Waiting":
        return Settled(False, "Paused", _said(status, "Synced"))
    if status.get("summary") == "Held":
        return Settled(False, "Held", f"The object is held, so that nothing is written. {_said(status, 'Synced')}")
    if condition(status, "Synced").get("reason") == "ReportOnly":
        return Settled(False, "ReportOnly", f"Nothing is written in Report mode. {_said(status, 'InSync')}")
    unfinished = next((type for type in ("Reconciling",) if _is(status, type, "True")), None)
    short = next((type for type in ("Synced", "Ready", "InSync") if not _is(status, type, "True")), "Ready")
    return _because(status, unfinished or short, None)


def _is(status: Mapping[str, Json], type: str, word: str) -> bool:
    return condition(status, type).get("status") == word


def _because(status: Mapping[str, Json], type: str, good: bool | None) -> Settled:
    return Settled(good, str(condition(status, type).get("reason", "Unknown")), _said(status, type))


def _said(status: Mapping[str, Json], type: str) -> str:
    return str(condition(status, type).get("message", ""))
