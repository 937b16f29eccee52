"""What the demo compares: short facts taken from Kubernetes' objects and from AWS's answers. All pure.

Facts are strings and tuples, so that "expected" and "seen" of a failure read as sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from trueup.aws.sealing import texts
from trueup.core.conditions import condition
from trueup.core.values import Json, as_list, as_map

GOOD = "Ready and InSync"
GONE = "gone"
_OFFLINE_COST = re.compile(
    r"^Cost \$\S+ → \$(?P<monthly>[\d.]+) a month(?: \(from \$(?P<low>[\d.]+) to \$(?P<high>[\d.]+)\))?"
    r", list prices of (?P<date>\d{4}-\d{2}-\d{2})\.$",
    re.MULTILINE,
)
_COST_LINE = re.compile(r"^\s+(?P<item>\S.*?)\s{2,}\$(?P<usd>[\d.]+)\s+# (?P<assumption>.+)$", re.MULTILINE)
_BEFORE_THE_REASON = re.compile(r"^.* (is invalid|cannot be handled as a \w+): ")
_READS = ("Describe", "List", "Get")


def standing(document: Mapping[str, Json]) -> str:
    """Whether an object's present generation is Ready and InSync with nothing under way; if not, why not.

    What a schedule has paused is as it should be too.
    """
    if not document:
        return GONE
    status = as_map(document.get("status")) or {}
    generation = (as_map(document.get("metadata")) or {}).get("generation")
    if status.get("observedGeneration") != generation:
        return f"generation {generation} not looked at yet"
    for type, good in (("Stalled", "False"), ("Ready", "True"), ("InSync", "True"), ("Reconciling", "False")):
        found = condition(status, type)
        if found.get("status") != good and not _sleeps(document, found):
            return f"{type}={found.get('status')}: {found.get('message')}"
    return GOOD


def _sleeps(document: Mapping[str, Json], found: Mapping[str, Json]) -> bool:
    scheduled = "schedule" in (as_map(document.get("spec")) or {})
    return scheduled and (found.get("type"), found.get("reason")) == ("Ready", "Paused")


def reason(document: Mapping[str, Json], type: str) -> str:
    """A condition as `True/Reason`; empty where it is not there."""
    found = condition(as_map(document.get("status")) or {}, type)
    return f"{found['status']}/{found['reason']}" if found else ""


def message(document: Mapping[str, Json], type: str) -> str:
    """What a condition says to people."""
    return str(condition(as_map(document.get("status")) or {}, type).get("message", ""))


def drift(document: Mapping[str, Json], part: str = "fields") -> tuple[Mapping[str, Json], ...]:
    """The drift entries of an object: the open ones (`fields`) or the closed ones (`recent`)."""
    found = as_map((as_map(document.get("status")) or {}).get("drift")) or {}
    return tuple(entry for item in as_list(found.get(part)) or () if (entry := as_map(item)) is not None)


def resources(document: Mapping[str, Json]) -> tuple[Mapping[str, Json], ...]:
    """The AWS resources that an object says it stands for."""
    found = (as_map(document.get("status")) or {}).get("resources")
    return tuple(entry for item in as_list(found) or () if (entry := as_map(item)) is not None)


def resource_id(document: Mapping[str, Json], type: str, name: str) -> str:
    """The id of one of these resources; empty where there is none."""
    ids = (str(r.get("id", "")) for r in resources(document) if (r.get("type"), r.get("name")) == (type, name))
    return next(ids, "")


def monthly(documents: Iterable[Mapping[str, Json]]) -> str:
    """What the objects say they cost together in a month, such as `35.06`."""
    costs = ((as_map((as_map(doc.get("status")) or {}).get("cost")) or {}).get("monthlyUSD", "0") for doc in documents)
    return str(sum((Decimal(str(cost)) for cost in costs), Decimal(0)).quantize(Decimal("0.01")))


@dataclass(frozen=True)
class Change:
    """One thing that somebody changes in AWS, as the drift entry about it must read."""

    object: str
    resource: str
    """How the entry's resource begins: the rest may be an id."""
    path: str
    desired: Json
    observed: Json
    severity: str = "Normal"

    def is_told_by(self, who: str, entry: Mapping[str, Json]) -> bool:
        """Whether this entry of the object `who` is about this change and says it exactly."""
        told = (who, entry.get("path"), entry.get("desired"), entry.get("observed"), entry.get("severity"))
        mine = (self.object, self.path, self.desired, self.observed, self.severity)
        return told == mine and str(entry.get("resource")).startswith(self.resource)

    def __str__(self) -> str:
        return f"{self.object} {self.resource} {self.path}".rstrip()


def told(entry: Mapping[str, Json]) -> str:
    """A drift entry in one line for people."""
    where = f"{entry.get('resource')} {entry.get('path') or ''}".rstrip()
    return f"{where}: declared {_brief(entry.get('desired'))}, in AWS {_brief(entry.get('observed'))}"


def _brief(value: Json) -> str:
    if (members := as_map(value)) is not None:
        return ", ".join(f"{name} {member}" for name, member in members.items())
    return "nothing" if value is None else str(value)


@dataclass(frozen=True)
class Price:
    """What a plan says that an environment costs in a month, in USD, and on which assumptions."""

    monthly: str
    low: str
    high: str
    date: str
    lines: tuple[tuple[str, str, str], ...]
    """Item, USD, assumption."""


def price(plan: str) -> Price | None:
    """The money in the text of `trueup plan`; None where it says none."""
    found = _OFFLINE_COST.search(plan)
    if found is None:
        return None
    lines = tuple((line["item"], line["usd"], line["assumption"]) for line in _COST_LINE.finditer(plan))
    whole = found["monthly"]
    return Price(whole, found["low"] or whole, found["high"] or whole, found["date"], lines)


def refusal(text: str) -> str:
    """What kubectl says of a manifest that it refuses, without what stands before the field or the sentence."""
    said = text.split(" failed: ", 1)[-1]
    bullets = [line.removeprefix("* ") for line in said.splitlines() if line.startswith("* ")]
    first = bullets[0] if bullets else said
    return _BEFORE_THE_REASON.sub("", first).strip()


def is_read(operation: str) -> bool:
    """Whether an AWS operation only looks."""
    return operation.startswith(_READS)


def operations(log: Iterable[Mapping[str, Json]]) -> tuple[str, ...]:
    """The writing calls of a call log as `service.Operation`, refused ones included."""
    calls = ((str(entry["service"]), str(entry["operation"])) for entry in log)
    return tuple(f"{service}.{operation}" for service, operation in calls if not is_read(operation))


def by_service(counts: Mapping[str, Json]) -> dict[str, tuple[int, int]]:
    """Reads and writes per service, from the emulator's counts by `service.Operation`."""
    found: dict[str, tuple[int, int]] = {}
    for name, count in counts.items():
        service, _, operation = name.partition(".")
        reads, writes = found.get(service, (0, 0))
        looked = is_read(operation)
        found[service] = (reads + (count if looked else 0), writes + (0 if looked else count))
    return found


def final_snapshot(cluster: str, resource: str) -> str:
    """The name of the last snapshot of a cluster: `<id>-final-<8 of the resource id>`."""
    return f"{cluster}-final-{resource.removeprefix('cluster-')[:8].lower()}"


def strings(document: Json) -> frozenset[str]:
    """Every text anywhere in a document."""
    return frozenset(texts(document))
