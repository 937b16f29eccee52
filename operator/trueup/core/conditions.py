"""Conditions as Kubernetes knows them, and the one place where a plan and its troubles become conditions.

kstatus-compatible (https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus): Ready, Reconciling and
Stalled mean there what they mean here. Transition times move only on transitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from trueup.core.ledger import Entry, Ledger, stamp
from trueup.core.observed import Observed
from trueup.core.plan import Action, Blocker, Cause, Plan, Step
from trueup.core.resource import Ownership, Seen
from trueup.core.values import Json, Phase, as_list, as_map, brief

NAMED = 3


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that went wrong with a call or a read: for `Synced`, and for `Stalled` where a person is needed."""

    reason: str
    message: str
    person: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """One condition, before times."""

    status: bool | None
    """None is Unknown."""
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Situation:
    """All that conditions may look at, after a look and whatever was done."""

    plan: Plan
    ledger: Ledger
    observed: Observed | None
    """None when AWS could not be read."""
    troubles: tuple[Trouble, ...] = ()
    report_only: bool = False
    held: bool = False
    deleting: bool = False
    makes_things: bool = True
    """Budgets can gate it."""
    before: Mapping[str, Json] = field(default_factory=dict[str, Json])
    """The status as it stood."""

    @property
    def changing(self) -> tuple[str, ...]:
        """The resources that AWS is changing right now, each with its state."""
        seen = self.observed.seen.values() if self.observed else ()
        return tuple(f"{s.key} is {s.kind.state_of(s.doc)}" for s in seen if s.phase not in (Phase.READY, Phase.FAILED))


def verdicts(now: Situation) -> dict[str, Verdict]:
    """Every condition of an object, by type, in the order in which people read them."""
    found = {
        "Ready": ready(now),
        "Reconciling": reconciling(now),
        "Synced": synced(now),
        "InSync": in_sync(now),
        "Stalled": stalled(now),
    }
    if now.makes_things:
        found["Gated"] = gated(now)
    return found


def stall(now: Situation) -> Verdict | None:
    """What only a person can put right, if anything: problems, then steps, then refused calls, then what AWS undid."""
    for problem in now.plan.problems:
        return Verdict(True, problem.reason, problem.message)
    for step in now.plan.blocked(Blocker.PERSON):
        if step.block is not None:
            return Verdict(True, step.block.reason, step.block.message)
    for trouble in now.troubles:
        if trouble.person:
            return Verdict(True, trouble.reason, trouble.message)
    return _taken_back(now)


def _taken_back(now: Situation) -> Verdict | None:
    """What AWS tried and took back though nobody planned it; where a change is planned, that is judged instead."""
    planned = {step.key for step in now.plan.steps if step.writes and not step.timed}
    seen = () if now.observed is None or now.deleting else now.observed.seen.values()
    standing = (s for s in seen if s.owned and s.phase.usable and s.key not in planned)
    no = next((no for s in standing if (no := s.kind.taken_back(s.doc)) is not None), None)
    return None if no is None else Verdict(True, no.reason, no.message)


def awaited(now: Situation) -> Verdict | None:
    """What the object waits for that another object brings, if anything."""
    for wait in now.plan.waits:
        return Verdict(False, wait.reason, wait.message)
    for step in now.plan.blocked(Blocker.PEER):
        if step.block is not None:
            return Verdict(False, step.block.reason, f"{step.key} {step.block.message}")
    return None


def stalled(now: Situation) -> Verdict:
    """Stalled: a person must act."""
    return stall(now) or Verdict(False, "NothingToDo", "No person is needed.")


def gated(now: Situation) -> Verdict:
    """Gated: a budget stops it."""
    for step in now.plan.blocked(Blocker.GATE):
        if step.block is not None:
            return Verdict(True, step.block.reason, step.block.message)
    return Verdict(False, "WithinBudget", "No budget stops this object.")


def ready(now: Situation) -> Verdict:
    """Ready: the thing can be used now."""
    if now.deleting:
        return Verdict(False, "Deleting", "The object is being deleted.")
    if now.observed is None:
        return _unread(now)
    missing = _missing(now)
    broken = [s for s in now.observed.seen.values() if s.phase in (Phase.FAILED, Phase.DELETING)]
    usable = (Phase.READY, Phase.BUSY)
    unready = [
        s
        for s in now.observed.seen.values()
        if s.phase is Phase.CREATING or (s.phase in usable and not s.kind.is_usable(s.doc))
    ]
    unready = [s for s in unready if not _served(now, s)]
    nothing = not now.observed.seen and not now.plan.steps
    if not (missing or broken or unready or nothing):
        if any(problem.reason == "NotOwned" for problem in now.plan.problems):
            return _because(now, "NotReady", "The object stands for nothing of its own yet.")
        return _at_rest(now, now.observed) or Verdict(True, "Available", "Every resource can be used.")
    if now.report_only and missing:
        return Verdict(False, "ReportOnly", f"{_names(missing)} absent, and nothing is created in Report mode.")
    hold = next((step.block for step in missing if step.block and step.block.by is Blocker.POLICY), None)
    if hold is not None:
        return _because(now, hold.reason, f"{_names(missing)} absent, and nothing is created: {hold.message}.")
    if broken and not missing:
        first = broken[0]
        return _because(now, first.phase.value, f"{first.key} is {first.kind.state_of(first.doc)}.")
    leaving = next((s for s in unready if s.kind.is_leaving(s.doc)), None)
    if leaving is not None and not missing:
        return _because(now, "Leaving", _leaving(leaving))
    states = [f"{s.key} is {s.kind.state_of(s.doc)}" for s in (*broken, *unready)] or list(now.changing)
    what = _names(missing) if missing else "; ".join(states[:NAMED])
    hint = next((f" {hint}" for s in unready if (hint := s.kind.meanwhile(s.doc))), "")
    return _because(now, "Creating", f"Not all is there yet: {what}.{hint}")


def _at_rest(now: Situation, observed: Observed) -> Verdict | None:
    """What is there cannot be used for now, though nothing is wrong with it, or it cannot be woken."""
    resting = next((s for s in observed.seen.values() if s.owned and s.kind.rests(s.doc)), None)
    if resting is None:
        return None
    for step in now.plan.blocked(Blocker.PERSON):
        if step.timed and step.block is not None:
            return Verdict(False, step.block.reason, step.block.message)
    return Verdict(
        False, "Paused", f"{resting.key} is {resting.kind.state_of(resting.doc)} {resting.kind.rests(resting.doc)}."
    )


def _leaving(seen: Seen) -> str:
    state = seen.kind.state_of(seen.doc)
    return f"{seen.key} is {state}: nobody can use it, and AWS deletes it unless it is had back."


def _served(now: Situation, seen: Seen) -> bool:
    """It could be used before, and a change that is still being carried out takes nothing of that."""
    if condition(now.before, "Ready").get("status") != "True" or not seen.kind.serves_meanwhile(seen.doc):
        return False
    known = (as_map(one) or {} for one in as_list(now.before.get("resources")) or ())
    return any((one.get("type"), one.get("name"), one.get("id")) == (*_named(seen), seen.id) for one in known)


def _named(seen: Seen) -> tuple[str, str]:
    return seen.key.type, seen.key.name


def _because(now: Situation, reason: str, message: str) -> Verdict:
    """Not ready: for the graver reason, if there is one."""
    shut = gated(now)
    if shut.status:
        return Verdict(False, "Gated", shut.message)
    why = stall(now) or awaited(now)
    return Verdict(False, why.reason, why.message) if why else Verdict(False, reason, message)


def _unread(now: Situation) -> Verdict:
    """AWS could not be read: what was true stays as it was, said as such."""
    old = condition(now.before, "Ready")
    why = now.troubles[0].message if now.troubles else "AWS could not be read."
    if old.get("status") in ("True", "False"):
        return Verdict(old["status"] == "True", str(old.get("reason") or "NotObserved"), str(old.get("message") or ""))
    stopped = stall(now)
    return Verdict(False, stopped.reason, stopped.message) if stopped else Verdict(None, "NotObserved", why)


def _missing(now: Situation) -> list[Step]:
    """What must be there for the object to be usable and is not.

    A lost member of a collection is only drift, and where the former one stands, it serves until there is the new one.
    """
    former = {seen.kind for seen in now.observed.extras if seen.owned and seen.kind.REMADE} if now.observed else ()
    return [
        step
        for step in now.plan.steps
        if step.action is Action.CREATE
        and step.kind not in former
        and not (step.cause is Cause.DRIFT and step.kind.OWNED is Ownership.PARENT)
    ]


def _names(steps: list[Step]) -> str:
    more = f" and {len(steps) - NAMED} more" if len(steps) > NAMED else ""
    return ", ".join(str(step.key) for step in steps[:NAMED]) + more


def reconciling(now: Situation) -> Verdict:
    """Reconciling: a generation is unfinished, or AWS is still changing."""
    if now.deleting:
        return Verdict(True, "Deleting", "Resources are being removed.")
    open_steps = [step for step in now.plan.steps if _is_unfinished(step)]
    if open_steps:
        first = open_steps[0]
        why = f": {first.block.message}" if first.block else ""
        return Verdict(True, "InProgress", f"{len(open_steps)} to go, next {first.action.value} {first.key}{why}")
    if now.changing:
        return Verdict(True, "AWSBusy", "; ".join(now.changing[:NAMED]))
    if (wait := awaited(now)) is not None:
        return Verdict(True, wait.reason, wait.message)
    if now.observed is None and not any(trouble.person for trouble in now.troubles):
        return Verdict(True, "NotObserved", now.troubles[0].message if now.troubles else "AWS was not read yet.")
    return Verdict(False, "Done", "Nothing is under way.")


def _is_unfinished(step: Step) -> bool:
    """The step goes by itself, or is of a changed spec and will once a hold ends or a gate opens.

    Drift that is held is of no generation, and what a person must free is Stalled: neither is under way.
    """
    if not step.writes:
        return False
    by = step.block.by if step.block is not None else Blocker.TIME
    return by in (Blocker.TIME, Blocker.PEER) or (by is not Blocker.PERSON and step.cause is Cause.PENDING)


def synced(now: Situation) -> Verdict:
    """Synced: the last write was accepted, and nothing waits to be written."""
    if now.troubles:
        return Verdict(False, now.troubles[0].reason, now.troubles[0].message)
    if now.report_only:
        return Verdict(True, "ReportOnly", "Nothing is to be written in Report mode.")
    why = stall(now) or awaited(now)
    if why is not None:
        return Verdict(False, why.reason, why.message)
    waiting = [step for step in now.plan.steps if step.writes]
    if waiting:
        block = waiting[0].block
        reason, message = (block.reason, block.message) if block else ("Writing", f"{waiting[0].key} is next.")
        return Verdict(False, reason, message)
    return Verdict(True, "Written", "AWS has accepted everything that is declared.")


def in_sync(now: Situation) -> Verdict:
    """InSync: what we last saw in AWS is what the spec says."""
    if now.observed is None:
        return Verdict(None, "NotObserved", now.troubles[0].message if now.troubles else "AWS was not read yet.")
    drifted = now.ledger.counted
    if drifted:
        more = f" and {len(drifted) - NAMED} more" if len(drifted) > NAMED else ""
        listed = "; ".join(_said(entry) for entry in drifted[:NAMED])
        return Verdict(False, "Drifted", f"{listed}{more}")
    steps = [s for s in now.plan.steps if s.writes or any(f.accepted for f in s.fields)]
    creating = all(step.action is Action.CREATE for step in steps)
    why = stall(now) or awaited(now)
    if why is not None and (now.plan.problems or now.plan.waits or (steps and creating)):
        return Verdict(False, why.reason, why.message)
    if steps:
        names = ", ".join(f"{s.action.value} {s.key}" for s in steps[:NAMED])
        return Verdict(False, "Creating" if creating else "Updating", f"Pending: {names}")
    return Verdict(True, "AsDeclared", "AWS is as declared.")


def _said(entry: Entry) -> str:
    where = f" {entry.path}" if entry.path else ""
    return f"{entry.resource}{where} is {brief(entry.observed)}, declared {brief(entry.desired)} ({entry.action.value})"


def summary(now: Situation, found: Mapping[str, Verdict]) -> str:
    """One word for people."""
    if now.deleting:
        return "Deleting"
    if now.held:
        return "Held"
    if (shut := found.get("Gated")) is not None and shut.status:
        return "Gated"
    if found["Stalled"].status:
        return "Stalled"
    if now.plan.waits or (awaited(now) is not None and not now.ledger.counted):
        return "Waiting"
    if found["InSync"].reason == "Drifted":
        return "Drifted"
    if found["Ready"].reason == "Paused":
        return "Waiting"
    if not found["Ready"].status:
        return "Creating"
    busy = found["Reconciling"].status or found["InSync"].status is False
    return "Updating" if busy else "Ready"


def condition(status: Mapping[str, Json], type: str) -> Mapping[str, Json]:
    """The condition of a type in a status; empty when there is none."""
    for item in as_list(status.get("conditions")) or ():
        found = as_map(item) or {}
        if found.get("type") == type:
            return found
    return {}


def rendered(
    found: Mapping[str, Verdict], before: Mapping[str, Json], generation: int, now: datetime
) -> list[dict[str, Json]]:
    """The conditions as status holds them; a transition time moves only when the status word does."""
    listed: list[dict[str, Json]] = []
    for type, verdict in found.items():
        status = "Unknown" if verdict.status is None else str(verdict.status)
        old = condition(before, type)
        same = old.get("status") == status and old.get("lastTransitionTime")
        listed.append(
            {
                "type": type,
                "status": status,
                "reason": verdict.reason,
                "message": verdict.message[:1024],
                "observedGeneration": generation,
                "lastTransitionTime": old["lastTransitionTime"] if same else stamp(now),
            }
        )
    return listed
