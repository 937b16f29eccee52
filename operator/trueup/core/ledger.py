"""The ledger of drift: which field differs, since when, what we do about it, and what was put right lately.

It is a function of the ledger before, the plan, and the time: nothing else remembers drift. An entry stands in
status before the call that corrects it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import Final, TypeAlias

from trueup.core.plan import Action, Block, Blocker, Cause, FieldChange, Plan, Step
from trueup.core.values import Json, Severity, as_list, as_map, shown

LISTED: Final = 20
KEPT: Final = timedelta(hours=24)


Place: TypeAlias = tuple[str, str]
"""What is drifted: a resource, as `<type>/<name>`, and a path."""


class Response(StrEnum):
    """What we do about a drifted field."""

    CORRECTING = "Correcting"
    REPORTED = "Reported"
    HELD = "Held"
    IGNORED = "Ignored"


@dataclass(frozen=True, slots=True)
class Entry:
    """One drifted field of one resource."""

    resource: str
    path: str
    spec_path: str | None
    desired: Json
    observed: Json
    severity: Severity
    first_seen: datetime
    action: Response
    by: str = "unknown"
    writes: tuple[datetime, ...] = ()
    """The times of our correcting calls."""
    corrected_at: datetime | None = None

    @property
    def place(self) -> Place:
        """What is drifted: the resource and the path."""
        return (self.resource, self.path)

    def to_json(self) -> dict[str, Json]:
        """The entry as status shows it."""
        said: dict[str, Json] = {
            "resource": self.resource,
            "path": self.path,
            "specPath": self.spec_path,
            "desired": self.desired,
            "observed": self.observed,
            "severity": self.severity.value,
            "firstSeen": stamp(self.first_seen),
            "by": self.by,
            "action": self.action.value,
        }
        if self.writes:
            said["writtenAt"] = [stamp(at) for at in self.writes]
        if self.corrected_at is not None:
            said["correctedAt"] = stamp(self.corrected_at)
        return {key: value for key, value in said.items() if value is not None or key in ("desired", "observed")}


@dataclass(frozen=True, slots=True)
class Ledger:
    """Open entries, the ones closed within 24 hours, and the last times."""

    open: tuple[Entry, ...] = ()
    recent: tuple[Entry, ...] = ()
    last_detected: datetime | None = None
    last_corrected: datetime | None = None

    @property
    def counted(self) -> tuple[Entry, ...]:
        """The open entries that keep the object from being in sync."""
        return tuple(entry for entry in self.open if entry.action is not Response.IGNORED)

    def writes(self) -> dict[tuple[str, str], tuple[datetime, ...]]:
        """The times of our writes by (resource, path), over open and recently closed entries."""
        times: dict[tuple[str, str], tuple[datetime, ...]] = {}
        for entry in (*self.open, *self.recent):
            times[entry.place] = times.get(entry.place, ()) + entry.writes
        return times

    def to_json(self) -> dict[str, Json]:
        """The ledger as status shows it: at most 20 open entries listed, all counted."""
        said: dict[str, Json] = {
            "count": len(self.open),
            "fields": [entry.to_json() for entry in self.open[:LISTED]],
            "recent": [entry.to_json() for entry in self.recent],
        }
        if self.last_detected is not None:
            said["lastDetected"] = stamp(self.last_detected)
        if self.last_corrected is not None:
            said["lastCorrected"] = stamp(self.last_corrected)
        return said


def stamp(at: datetime) -> str:
    """The time as Kubernetes writes it: RFC 3339 in UTC, whole seconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: Json) -> datetime | None:
    """The time that an RFC 3339 string names, whose letters may be small ones, too; or None."""
    try:
        at = datetime.fromisoformat(str(text).upper())
    except ValueError:
        return None
    return at if at.tzinfo else None


def advance(before: Ledger, plan: Plan, now: datetime) -> Ledger:
    """The ledger after this look: new drift opened, what is gone closed, the rest kept with its first time."""
    known = {entry.place: entry for entry in before.open}
    found: list[Entry] = []
    for entry in drifted(plan, now, known):
        old = known.get(entry.place)
        found.append(entry if old is None else replace(entry, first_seen=old.first_seen, by=old.by, writes=old.writes))
    found.sort(key=lambda e: (e.severity is not Severity.CRITICAL, e.first_seen))
    places = {entry.place for entry in found}
    closed = [replace(e, corrected_at=now) for e in before.open if e.place not in places]
    recent = [e for e in before.recent if e.corrected_at is None or now - e.corrected_at < KEPT]
    fresh = any(entry.place not in known for entry in found)
    return Ledger(
        open=tuple(found),
        recent=tuple((closed + recent)[:LISTED]),
        last_detected=now if fresh else before.last_detected,
        last_corrected=now if any(e.writes for e in closed) else before.last_corrected,
    )


def drifted(plan: Plan, now: datetime, standing: Collection[Place] = ()) -> Iterable[Entry]:
    """Every field of the plan that AWS moved, as an entry that is new now.

    What is settling is no new drift; what was `standing` before is not gone before AWS shows it so.
    """
    for step in plan.steps:
        if step.cause is not Cause.DRIFT:
            continue
        settling = step.block is not None and step.block.reason == "Settling"
        yield from (entry for entry in _entries(step, now) if not settling or entry.place in standing)


def _entries(step: Step, now: datetime) -> Iterable[Entry]:
    if step.action is Action.CREATE or not step.fields:
        yield _whole(step, "present", None, now)
    elif step.action is Action.DELETE:
        yield _whole(step, None, shown(step.fields[0].before), now)
    else:
        yield from (_entry(step, change, now) for change in step.fields if not change.accepted)


def _whole(step: Step, desired: Json, observed: Json, now: datetime) -> Entry:
    pointers = [change.spec_path for change in step.fields if change.spec_path]
    response = _response(step.block)
    where = step.spec_path or _common(pointers)
    return Entry(str(step.key), "", where, desired, observed, step.severity, now, response)


def _common(pointers: list[str]) -> str | None:
    """The longest pointer under which all of these lie, or None."""
    if not pointers:
        return None
    parts = [pointer.split("/") for pointer in pointers]
    alike = takewhile(lambda names: len(set(names)) == 1, zip(*parts, strict=False))
    return "/".join(names[0] for names in alike) or None


def _entry(step: Step, change: FieldChange, now: datetime) -> Entry:
    return Entry(
        resource=str(step.key),
        path=change.path,
        spec_path=change.spec_path,
        desired=change.after,
        observed=change.before,
        severity=change.severity,
        first_seen=now,
        action=Response.IGNORED if change.ignored else _response(step.block),
    )


def _response(block: Block | None) -> Response:
    if block is None or block.by in (Blocker.TIME, Blocker.PEER):
        return Response.CORRECTING
    return Response.REPORTED if block.reason == "ReportOnly" else Response.HELD


def wrote(ledger: Ledger, step: Step, at: datetime) -> Ledger:
    """The ledger with our write noted in the entries that the step puts right."""
    paths = {""} if step.action is not Action.UPDATE else {f.path for f in step.fields if f.writes}

    def noted(entry: Entry) -> Entry:
        hit = entry.resource == str(step.key) and entry.path in paths
        return replace(entry, writes=(*entry.writes, at)[-5:]) if hit else entry

    return replace(ledger, open=tuple(noted(entry) for entry in ledger.open))


def read(status: Mapping[str, Json]) -> Ledger:
    """The ledger that a status holds. What cannot be read is left out: it is memory, never truth."""
    drift = as_map(status.get("drift")) or {}
    opened = [e for item in as_list(drift.get("fields")) or () if (e := _read_entry(item))]
    recent = [e for item in as_list(drift.get("recent")) or () if (e := _read_entry(item))]
    return Ledger(
        tuple(opened),
        tuple(recent),
        parse_time(drift.get("lastDetected")),
        parse_time(drift.get("lastCorrected")),
    )


def _read_entry(item: Json) -> Entry | None:
    said = as_map(item) or {}
    first = parse_time(said.get("firstSeen"))
    try:
        severity, action = Severity(str(said["severity"])), Response(str(said["action"]))
        resource, path = str(said["resource"]), str(said["path"])
    except (KeyError, ValueError):
        return None
    if first is None:
        return None
    writes = tuple(at for text in as_list(said.get("writtenAt")) or () if (at := parse_time(text)))
    return Entry(
        resource=resource,
        path=path,
        spec_path=said.get("specPath"),
        desired=said.get("desired"),
        observed=said.get("observed"),
        severity=severity,
        first_seen=first,
        action=action,
        by=str(said.get("by", "unknown")),
        writes=writes,
        corrected_at=parse_time(said.get("correctedAt")),
    )
