"""Our objects in a cluster as commands show them: found by what people type, and their statuses read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from trueup.app.ports import Manifest
from trueup.cli.failures import Failure
from trueup.cli.folder import said
from trueup.cluster.reading import Cluster, Stored, Unreadable, connect
from trueup.core.conditions import condition
from trueup.core.values import Json, as_list, as_map
from trueup.kinds.common.info import KindInfo, kind_infos

NOBODY_LOOKS: Final = "no operator has looked at it yet"
_UNITS: Final = (("d", 86_400), ("h", 3_600), ("m", 60))


@dataclass(frozen=True, slots=True)
class Shown:
    """One object with the status that the operator wrote."""

    stored: Stored

    @property
    def manifest(self) -> Manifest:
        """The object."""
        return self.stored.manifest

    @property
    def title(self) -> str:
        """The object as people name it."""
        return said(self.manifest)

    def condition(self, type: str) -> dict[str, str]:
        """The members of a condition as texts; empty while the operator has not written it."""
        return {name: str(value) for name, value in condition(self.manifest.status, type).items()}

    def part(self, name: str) -> dict[str, Json]:
        """A map in the status, empty when it is not there."""
        return dict(as_map(self.manifest.status.get(name)) or {})

    def text(self, name: str) -> str:
        """A text in the status, empty when it is not there."""
        return str(self.manifest.status.get(name) or "")

    @property
    def summary(self) -> str:
        """The state in one word."""
        return self.text("summary") or "Unknown"

    @property
    def why(self) -> str:
        """What a person should read first: what stalls it, gates it, or keeps it from being ready or in sync."""
        for type, bad in (("Stalled", "True"), ("Gated", "True"), ("Ready", "False"), ("InSync", "False")):
            found = self.condition(type)
            if found.get("status") == bad:
                return found.get("message", "")
        return "" if self.manifest.status else NOBODY_LOOKS

    @property
    def drift(self) -> tuple[dict[str, Json], ...]:
        """The open entries that the status lists."""
        return tuple(dict(entry) for item in as_list(self.part("drift").get("fields")) or () if (entry := as_map(item)))

    @property
    def drift_count(self) -> int:
        """How many fields differ, also those that are not listed."""
        return int(self.part("drift").get("count") or 0)

    @property
    def drifted(self) -> bool:
        """Some field differs that the object does not tell us to ignore."""
        listed = self.drift
        return self.drift_count > len(listed) or any(entry.get("action") != "Ignored" for entry in listed)

    def age(self, now: datetime) -> str:
        """How long the object has been there, as kubectl says it."""
        return "" if self.stored.created is None else since(self.stored.created, now)


def since(then: datetime, now: datetime) -> str:
    """The time between, in its largest unit: 3d, 5h, 12m, 40s."""
    seconds = max(int((now - then).total_seconds()), 0)
    return next((f"{seconds // size}{unit}" for unit, size in _UNITS if seconds >= size), f"{seconds}s")


def dollars(objects: Iterable[Shown], member: str) -> Decimal:
    """The sum of a money string in the objects' cost; what is not known counts as nothing."""
    return sum((_decimal(shown.part("cost").get(member)) for shown in objects), Decimal(0))


def _decimal(value: Json) -> Decimal:
    try:
        return Decimal(str(value if value is not None else 0))
    except InvalidOperation:
        return Decimal(0)


def now() -> datetime:
    """The time: commands are the edge at which the clock is read."""
    return datetime.now(UTC)


def everything(namespace: str | None, context: str | None) -> tuple[Shown, ...]:
    """Every object of ours in the cluster, or in one namespace. Raises Failure."""
    try:
        return tuple(Shown(stored) for stored in connect(context).objects(kind_infos(), namespace))
    except Unreadable as why:
        raise Failure(str(why)) from None


def named(words: Sequence[str], namespace: str | None, context: str | None) -> Shown:
    """The object that the words name: `kind/name`, or `kind name`. Raises Failure, saying where it is if elsewhere."""
    info, name = read_name(words)
    try:
        cluster = connect(context)
        return _pick(cluster, info, name, namespace or cluster.namespace)
    except Unreadable as why:
        raise Failure(str(why)) from None


def annotation(namespace: str, key: str, context: str | None) -> str | None:
    """An annotation of the namespace; None where it has none, or where we may not look at namespaces."""
    try:
        return connect(context).namespace_annotation(namespace, key)
    except Unreadable as why:
        raise Failure(str(why)) from None


def _pick(cluster: Cluster, info: KindInfo, name: str, namespace: str) -> Shown:
    here = [s for s in cluster.objects([info], namespace) if s.manifest.name == name]
    if here:
        return Shown(here[0])
    try:
        others = sorted(s.manifest.namespace for s in cluster.objects([info]) if s.manifest.name == name)
    except Unreadable:
        others = []
    way = (
        f"it is in {', '.join(others)}: add -n {others[0]}." if others else f"`kubectl get {info.plural} -A` lists all."
    )
    raise Failure(f"there is no {info.kind} {name} in namespace {namespace}; {way}")


def read_name(words: Sequence[str]) -> tuple[KindInfo, str]:
    """Kind and name out of `db/postgres`, `database postgres` and the like; short names and plurals are kinds too."""
    parts = [part for word in words for part in word.split("/", 1)] if len(words) == 1 else list(words)
    if len(parts) != 2 or not all(parts):
        raise Failure(f"{' '.join(words)!r} names no object: write kind/name, such as db/postgres.")
    kind, name = parts
    for info in kind_infos():
        if kind.lower().split(".")[0] in (info.singular, info.plural, *info.short_names):
            return info, name
    known = ", ".join(f"{info.singular} ({', '.join(info.short_names)})" for info in kind_infos())
    raise Failure(f"{kind!r} is no kind of ours: there are {known}.")
