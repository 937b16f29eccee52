"""What is so at the end of a story: everything in AWS, and every object, without what no two runs have in common.

AWS's own ids read as the names of what they stand for, so that a second VPC of the same owner is seen as a second
VPC, and times, addresses and tokens read as words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from tests.stories.theatre import HERE, Theatre
from trueup.app.ports import REMOVED
from trueup.core.inventory import Item
from trueup.core.resource import Resource
from trueup.kinds.registry import kinds

_UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_WORDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r"\bv1:[0-9a-f]{16}(?= )"), "<attempt>"),  # in the record of a try, which names what AWS assigned
    (_UUID, "<uuid>"),
    (re.compile(r"\b([a-z]+(?:-[a-z]+)*)-[0-9a-f]{8,17}\b"), r"\1-*"),
    (re.compile(r"\b(cluster|db)-[A-Z0-9]{26}\b"), r"\1-*"),
    (re.compile(r"(secret:[\w!/<>:.-]+)-[A-Za-z0-9]{6}\b"), r"\1-*"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "<token>"),
    (re.compile(r"\b_[0-9a-f]{32}\b"), "_<token>"),
    (re.compile(r"\.[0-9a-f]{26}\."), ".<token>."),
    (re.compile(r"\b[0-9a-f]{10}(\.[a-z0-9-]+\.awsapprunner\.com)"), r"<host>\1"),
    (re.compile(r"\.[0-9a-f]{10}(\.acm-validations)"), r".<token>\1"),
)
_VARYING = frozenset(
    {
        "PublicIp",
        "PrivateIpAddress",
        "PrivateIp",
        "natPublicIps",
        "Pushed",  # images, with when
        "ClientToken",
        "ETag",
        "Events",  # what a service wrote into its log, with when
        "RoleId",
        "creationTime",
        "storedBytes",
        "IsClusterWriter",  # the first instance that is there; AWS moves it as it likes
        "AvailableIpAddressCount",
    }
)
_OFTEN = frozenset({"lastChecked", "lastDetected", "lastCorrected", "writtenAt", "asOf"})
"""Members of a status that say when, and how often, but not what."""


def types(of: Iterable[str]) -> tuple[type[Resource], ...]:
    """Every AWS type that one of these kinds can make, and the backups of those that hold data."""
    made = dict.fromkeys(kind for name in sorted(of) for kind in kinds()[name].types)
    backups = dict.fromkeys(kind.BACKUP for kind in made if kind.BACKUP is not None)
    return (*made, *backups)


class Names:
    """Which id of AWS's stands for what; it learns as a story goes on and forgets nothing."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None

    def learn(self, id: str | None, owner: str, resource: str) -> None:
        """The id reads as this resource of this object from now on, and as the object where it names several."""
        if not id or len(id) < 6 or id.isalpha():
            return
        name = f"<{owner} {resource}>"
        known = self._known.get(id, name)
        if known != name and known.startswith(f"<{owner}"):
            name = f"<{owner}>"
        if self._known.get(id) != name and (id not in self._known or name == f"<{owner}>"):
            self._known[id] = name
            self._pattern = None

    def learn_statuses(self, theatre: Theatre) -> None:
        """What the objects' statuses list."""
        for (kind, _, name), manifest in theatre.cluster.objects.items():
            for entry in manifest.status.get("resources", ()):
                short = entry["type"].rsplit("::", 1)[1]
                self.learn(entry.get("id"), f"{kind}/{name}", f"{short}/{entry['name']}")

    def replaced(self, text: str) -> str:
        """The text with every known id as its name, and what varies as a word."""
        if self._pattern is None and self._known:
            longest = sorted(self._known, key=len, reverse=True)
            self._pattern = re.compile("|".join(re.escape(id) for id in longest))
        if self._pattern is not None:
            text = self._pattern.sub(lambda found: self._known[found.group()], text)
        for pattern, word in _WORDS:
            text = pattern.sub(word, text)
        return text

    def plain(self, value: Any) -> Any:
        """The value without what varies; lists of structures in an order that does not depend on ids."""
        text = json.dumps(_steady(value), sort_keys=True, default=str)
        return _sorted(json.loads(self.replaced(text)))


def _steady(value: Any) -> Any:
    if isinstance(value, Mapping):
        if value and all(_UUID.fullmatch(str(k)) for k in value):  # two keys that read the same would be one
            return [_steady(v) for v in value.values()]
        return {str(k): "<varies>" if k in _VARYING else _steady(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_steady(member) for member in value]
    return value


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(member) for key, member in value.items()}
    if isinstance(value, list):
        members = [_sorted(member) for member in value]
        return sorted(members, key=lambda m: json.dumps(m, sort_keys=True))
    return value


def aws(theatre: Theatre, names: Names, of: Iterable[str]) -> dict[str, list[Any]]:
    """Every document of every type of these kinds, read afresh by an observer that knows nothing, by type."""
    observer = theatre.watcher()
    known = types(of)
    inventory = observer.observe(HERE, known, timedelta(0))
    for _ in range(2):  # what a first deep read names (a budget's parts) is there for the second
        for kind in known:
            if kind.DEEP:
                observer.deepen(HERE, kind, list(inventory.all(kind)))
    items = {kind: [i for i in inventory.all(kind) if kind.phase(i.doc) is not None] for kind in known}
    _name(names, (item for found in items.values() for item in found))
    return {kind.TYPE: names.plain([item.doc for item in found]) for kind, found in items.items()}


def _name(names: Names, items: Iterable[Item]) -> None:
    for item in items:
        short = item.kind.TYPE.rsplit("::", 1)[1]
        if item.owner and item.logical:
            _, kind, _, name = (*item.owner.split("/"), "", "", "")[:4]
            names.learn(item.id, f"{kind}/{name}", f"{short}/{item.logical}")


def duplicates(found: Mapping[str, list[Any]]) -> list[str]:
    """What stands twice in AWS for one resource of one object, by the tags that say whose it is."""
    twice: list[str] = []
    for type, docs in found.items():
        marks = [mark for doc in docs if (mark := _mark(doc)) is not None]
        twice += sorted({f"{type} {owner} {name}" for owner, name in marks if marks.count((owner, name)) > 1})
    return twice


def _mark(doc: Mapping[str, Any]) -> tuple[str, str] | None:
    """Whose a document is and what it stands for there, by its tags."""
    pairs = next((v for k, v in doc.items() if k in ("Tags", "TagList", "ResourceTags") and isinstance(v, list)), [])
    tags = {pair.get("Key"): pair.get("Value") for pair in pairs}
    owner, name = tags.get("trueup.dev/owner"), tags.get("trueup.dev/resource")
    return (owner, name) if owner and name else None


def objects(theatre: Theatre, names: Names) -> dict[str, Any]:
    """Every object: its status, its marks and its finalizers, without times, and what only was so of late."""
    names.learn_statuses(theatre)
    found: dict[str, Any] = {}
    for address, manifest in theatre.cluster.objects.items():
        found["/".join(address)] = {
            "status": _timeless(manifest.status),
            "finalizers": list(manifest.finalizers),
            "deleting": manifest.deleting,
        }
    marks = {address: {k: v for k, v in held.items() if k != REMOVED} for address, held in theatre.marks().items()}
    return names.plain({"objects": found, "marks": marks})


def _timeless(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _timeless(v) for k, v in value.items() if k not in _OFTEN}
    if isinstance(value, (list, tuple)):
        return [_timeless(member) for member in value]
    return value
