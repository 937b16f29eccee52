"""From what was seen and done to the whole status, and to the Events that its transitions deserve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from trueup.core.conditions import Situation, condition, rendered, summary, verdicts
from trueup.core.cost import Estimate, money
from trueup.core.graph import Graph
from trueup.core.ledger import Entry, Ledger, parse_time, stamp
from trueup.core.leftovers import is_on_trial, parent_of
from trueup.core.observed import Observed
from trueup.core.plan import Action, Cause, Plan
from trueup.core.resource import Ownership, Seen
from trueup.core.values import MISSING, Json, Key, Phase, as_list, as_map, brief, shown

CHECKED_EVERY: Final = timedelta(minutes=10)
TOLD: Final = 300
"""Characters of a value that an Event shows: a whole rule of a security group."""
LISTED_IN_ONE: Final = 800
"""Characters of names in one Event, of whose message Kubernetes keeps 1,024."""


@dataclass(frozen=True, slots=True)
class About:
    """What the status says of the object itself."""

    generation: int
    region: str
    handled: str | None
    """The value of the reconcile annotation that this look answers."""
    outputs: Mapping[str, Json] = field(default_factory=dict[str, Json])
    estimate: Estimate | None = None
    notes: tuple[str, ...] = ()
    """What AWS, as it was last seen, gives the author to know."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something worth telling once: `type` is Kubernetes' Normal or Warning."""

    type: str
    reason: str
    message: str


def status_of(graph: Graph, now: Situation, about: About, at: datetime) -> dict[str, Json]:
    """The whole status of an object after a look. Members with nothing to say are left out."""
    found = verdicts(now)
    status: dict[str, Json] = {
        "observedGeneration": about.generation,
        "region": about.region,
        "conditions": rendered(found, now.before, about.generation, at),
        "summary": summary(now, found),
        "drift": now.ledger.to_json(),
        "resources": resources(graph, now),
    }
    checked = stamp(at) if now.observed is not None else now.before.get("lastChecked")
    if checked is not None:
        status["lastChecked"] = checked
    if about.handled is not None:
        status["lastHandledReconcile"] = about.handled
    outputs = about.outputs if now.observed is not None else as_map(now.before.get("outputs")) or {}
    if outputs:
        status["outputs"] = {key: shown(value) for key, value in outputs.items()}
    if about.estimate is not None:
        status["cost"] = cost_json(about.estimate)
    if notes := _notes(graph, now, about):
        status["notes"] = notes
    if (plan := plan_json(now.plan)) is not None:
        status["plan"] = plan
    return status


def _notes(graph: Graph, now: Situation, about: About) -> list[Json]:
    """What the author should know; while AWS cannot be read, also what was so before, and is told of once."""
    before = () if now.observed is not None else as_list(now.before.get("notes")) or ()
    return list(dict.fromkeys((*graph.notes, *now.plan.notes, *about.notes, *before)))


def plan_json(plan: Plan) -> dict[str, Json] | None:
    """The next writes, while there are any or while they wait for somebody; None when there are none."""
    changes = [
        _without_nulls(step.to_json())
        for step in plan.steps
        if not (step.block is not None and step.block.reason == "ReportOnly")
        and (step.writes or any(f.accepted for f in step.fields))
    ]
    return {"id": plan.id, "changes": changes} if changes else None


def _without_nulls(change: dict[str, Json]) -> dict[str, Json]:
    """The change as the API server keeps it: what is not there is left out, not null."""
    fields = [{name: value for name, value in one.items() if value is not None} for one in change["fields"]]
    return {**change, "fields": fields}


def cost_json(estimate: Estimate) -> dict[str, Json]:
    """The estimate as money strings, with its lines, their assumptions and the date of the prices."""
    said: dict[str, Json] = {
        "monthlyUSD": money(estimate.monthly),
        "lowUSD": money(estimate.low),
        "highUSD": money(estimate.high),
        "lines": [
            {
                "item": line.item,
                "usd": "unknown" if line.usd is None else money(line.usd),
                "assumption": line.assumption,
            }
            for line in estimate.lines
        ],
    }
    if estimate.as_of is not None:
        said["asOf"] = estimate.as_of.isoformat()
    return said


def resources(graph: Graph, now: Situation) -> list[dict[str, Json]]:
    """Every AWS resource that the object stands for, declared or left over, with what we last converged."""
    old = remembered(now.before)
    if now.observed is None:
        return [dict(entry) for entry in old.values()]
    unconverged = {*_unconverged(now.plan, now.observed), *(problem.key for problem in now.plan.problems)}
    granting = {step.key for step in now.plan.steps if step.kind.GRANTS and step.cause is Cause.PENDING}
    listed: list[dict[str, Json]] = []
    for node in graph.ordered():
        key = node.resource.key
        seen = now.observed.seen.get(key)
        applied = _applied(old.get(str(key), {}), seen)
        told = all(now.observed.lookup(ref) is not MISSING for ref in node.references)
        settled = told and key not in unconverged
        tried = seen is not None and (is_on_trial(seen) or key in granting)
        if tried and applied != node.resource.digest():
            applied = None  # what stands is of two specs, and neither is drift from the other
        if seen is not None and seen.owned and settled and not tried and seen.phase is not Phase.DELETING:
            applied = node.resource.digest()
        entry = _entry(key)
        if seen is None:
            entry["state"] = "Absent"
            # Named after something that is absent too: what comes will be another one.
            named = node.resource.OWNED is Ownership.NAME and node.resource.identity(now.observed.lookup) is None
            applied = None if named else applied
        elif seen.owned or (node.adopt and seen.owner is None and not now.observed.is_anothers(node)):
            entry.update(_as_seen(seen, now.observed))
        else:
            entry["state"] = "NotOwned"
            if old.get(str(key), {}).get("id") == seen.id:
                entry["id"] = seen.id  # it was ours, and is not made a second time
        entry["applied"] = applied
        listed.append({name: value for name, value in entry.items() if value is not None})
    for seen in now.observed.extras:
        if seen.owned:
            entry = _entry(seen.key)
            applied = old.get(str(seen.key), {}).get("applied")
            entry.update(_as_seen(seen, now.observed), applied=applied)
            listed.append({name: value for name, value in entry.items() if value is not None})
    return listed


def _applied(before: Mapping[str, Json], seen: Seen | None) -> Json:
    """What was converged of this very resource: nothing yet of one that was made in the place of another."""
    if seen is None or before.get("id") == seen.id:
        return before.get("applied")
    made_anew = not seen.kind.IDENTITY or seen.kind.is_another(before.get("id"), seen.id)
    return None if made_anew else before.get("applied")


def _unconverged(plan: Plan, observed: Observed) -> set[Key]:
    """What is not yet as declared: each resource with a step, and each whose undeclared part is still to go.

    Until then what AWS itself puts into a new resource is pending, and nobody's drift.
    """
    steps = [step for step in plan.steps if step.writes or any(f.accepted for f in step.fields)]
    parents = {parent_of(step.seen, observed) for step in steps if step.action is Action.DELETE and step.seen}
    return {step.key for step in steps} | {parent for parent in parents if parent is not None}


def _as_seen(seen: Seen, observed: Observed) -> dict[str, Json]:
    arn = seen.kind.full_arn(seen.doc, observed.lookup)
    return {"id": seen.id, "arn": arn, "state": seen.kind.state_of(seen.doc)}


def _entry(key: Key) -> dict[str, Json]:
    return {"type": key.type, "name": key.name}


def remembered(status: Mapping[str, Json]) -> dict[str, Mapping[str, Json]]:
    """The resources that a status lists, by `<type>/<name>`; of two with one name the declared one, listed first."""
    found: dict[str, Mapping[str, Json]] = {}
    for item in as_list(status.get("resources")) or ():
        entry = as_map(item) or {}
        if "type" in entry and "name" in entry:
            found.setdefault(f"{entry['type']}/{entry['name']}", entry)
    return found


def differs(before: Mapping[str, Json], after: Mapping[str, Json], now: datetime) -> bool:
    """The status is worth writing: something but the time of the look moved, or that did after 10 minutes."""
    rest = {key: value for key, value in before.items() if key != "lastChecked"}
    if rest != {key: value for key, value in after.items() if key != "lastChecked"}:
        return True
    if before.get("lastChecked") == after.get("lastChecked"):
        return False
    checked = parse_time(before.get("lastChecked"))
    return checked is None or now - checked >= CHECKED_EVERY


def transitions(
    before: Mapping[str, Json], after: Mapping[str, Json], ledgers: tuple[Ledger, Ledger]
) -> tuple[Event, ...]:
    """The Events between two statuses: only what changed, drift and its end included."""
    events: list[Event] = []
    for type, word in (("Stalled", "True"), ("Gated", "True"), ("Ready", "True")):
        old, new = condition(before, type), condition(after, type)
        turned = new.get("status") == word and (old.get("status") != word or old.get("reason") != new.get("reason"))
        if turned:
            kind = "Normal" if type == "Ready" else "Warning"
            events.append(Event(kind, str(new.get("reason")), str(new.get("message"))))
    noted = as_list(before.get("notes")) or ()
    events += [Event("Warning", "Noted", str(note)) for note in as_list(after.get("notes")) or () if note not in noted]
    old, new = condition(before, "Ready"), condition(after, "Ready")
    if old.get("status") == "True" and new.get("status") == "False":
        # A person or Git wanted it so.
        asked = after.get("summary") == "Deleting" or new.get("reason") == "Paused"
        reason = str(new.get("reason"))
        events.append(Event("Normal" if asked else "Warning", reason, f"No longer ready: {new.get('message')}"))
    return tuple(events) + _drift_events(*ledgers)


def _drift_events(before: Ledger, after: Ledger) -> tuple[Event, ...]:
    known, standing = {e.place for e in before.open}, {e.place for e in after.open}
    opened = [e for e in after.open if e.place not in known]
    closed = [e for e in before.open if e.place not in standing]
    events = [Event("Warning", "Drifted", f"{told(entry)} ({entry.action.value})") for entry in opened]
    events += [Event("Normal", "DriftGone", f"No longer so: {told(entry)}") for entry in closed]
    return tuple(events)


def told(entry: Entry) -> str:
    """A drift entry in words."""
    if entry.desired is None and not entry.path:
        return f"{entry.resource} is there and not declared: {brief(entry.observed, TOLD)}"
    if entry.observed is None and not entry.path:
        return f"{entry.resource} is absent"
    return f"{entry.resource} {entry.path} is {brief(entry.observed, TOLD)}, declared {brief(entry.desired, TOLD)}"


def released(now: Situation, why: str) -> tuple[Event, ...]:
    """The Events that list all that stays in AWS when the object is let go, in as many as it takes."""
    lists: list[str] = []
    for name in kept(now):
        if lists and len(lists[-1]) + len(name) + 2 <= LISTED_IN_ONE:
            lists[-1] = f"{lists[-1]}, {name}"
        else:
            lists.append(name)
    words = ("Let go because {}. In AWS stay: {}", "Let go because {}. In AWS stay, too: {}")
    return tuple(Event("Normal", "Retained", words[place > 0].format(why, said)) for place, said in enumerate(lists))


def kept(now: Situation) -> tuple[str, ...]:
    """What stays in AWS when the object is let go: every resource of it with its id."""
    seen = [*now.observed.seen.values(), *now.observed.extras] if now.observed else []
    return tuple(f"{s.key} ({s.id})" for s in seen if s.owned)
