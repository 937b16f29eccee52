"""Our objects as the cluster has them, in memory: the world that a pass sees beside its own object.

Filled by the watch, by our own writes' answers and by the census, in any order: an older state of an object never
replaces a newer one, and what is gone does not come back.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from threading import Condition
from typing import Final

from trueup.app.ports import CREATED, INTENTS, REMOVED, ROLE_ARN, TRIED, Manifest
from trueup.cluster.documents import Fields
from trueup.core.values import Json, as_list, as_map

Address = tuple[str, str, str]
"""Kind, namespace and name."""

_OURS: Final = frozenset({CREATED, INTENTS, REMOVED, TRIED})
_REMEMBERED: Final = 10_000
# Long, written by the client that applied the object, and of use to nobody here.
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"


class Change(Enum):
    """What a new state of an object means to us."""

    STALE = auto()
    """Older than what is known, or of an object that is gone."""
    QUIET = auto()
    """Nothing that a person or another controller asked for has moved: status, finalizers, our own annotations."""
    WANTED = auto()
    """New, or changed by somebody: to be looked at now."""


@dataclass(frozen=True, slots=True)
class Held:
    """An object with what orders its states."""

    manifest: Manifest
    version: str

    @property
    def asks(self) -> tuple[object, ...]:
        """What somebody may want of us by changing it. A spec's change is a new generation."""
        it = self.manifest
        said = {key: value for key, value in it.annotations.items() if key not in _OURS}
        return (it.uid, it.generation, it.deleting, said, it.labels)


def manifest_of(document: Fields) -> Manifest:
    """The object that a document of the API server describes."""
    meta: Fields = document["metadata"]
    annotations: Mapping[str, str] = meta.get("annotations") or {}
    return Manifest(
        kind=document["kind"],
        namespace=meta.get("namespace", ""),
        name=meta["name"],
        spec=_pooled(document.get("spec") or {}),
        generation=int(meta.get("generation", 1)),
        uid=meta.get("uid", ""),
        status=_pooled(document.get("status") or {}),
        annotations={key: value for key, value in annotations.items() if key != _LAST_APPLIED},
        labels=dict(meta.get("labels") or {}),
        deleting="deletionTimestamp" in meta,
        finalizers=tuple(meta.get("finalizers") or ()),
    )


def _pooled(value: Json) -> Json:
    """The same value, its strings shared with all other objects: statuses repeat most of what they say."""
    if isinstance(value, str):
        return sys.intern(value)
    members, items = as_map(value), as_list(value)
    if members is not None:
        return {sys.intern(key): _pooled(member) for key, member in members.items()}
    return value if items is None else [_pooled(item) for item in items]


def newer(one: str, other: str) -> bool:
    """A state is newer than another of the same resource type, by resourceVersion.

    Ordered as Kubernetes promises since 1.35 (KEP-5504); where they are no numbers, what came last is taken as newer.
    """
    return int(one) > int(other) if one.isdigit() and other.isdigit() else one != other


class Store:
    """The World that every pass sees. Safe to be used from many threads; what it answers is never changed."""

    def __init__(self) -> None:
        self._held: dict[str, dict[Address, Held]] = {}
        self._namespaces: dict[str, tuple[str, str | None]] = {}
        # By uid, the version at which it went. Bounded: only what may still arrive late must be remembered.
        self._gone: OrderedDict[str, str] = OrderedDict()
        self._moved = Condition()

    def put(self, document: Fields) -> Change:
        """The object stands as in `document`, unless something newer is known; says what that means to us."""
        held = Held(manifest_of(document), str(document["metadata"].get("resourceVersion", "")))
        with self._moved:
            gone = self._gone.get(held.manifest.uid)
            if gone is not None and not newer(held.version, gone):
                return Change.STALE
            # It went out of sight only: a label was taken off, and is on again.
            self._gone.pop(held.manifest.uid, None)
            known = self._held.get(held.manifest.namespace, {}).get(held.manifest.address)
            if known is not None and not newer(held.version, known.version):
                return Change.STALE
            self._held.setdefault(held.manifest.namespace, {})[held.manifest.address] = held
            self._moved.notify_all()
        return Change.QUIET if known is not None and known.asks == held.asks else Change.WANTED

    def remove(self, address: Address, uid: str, version: str = "") -> bool:
        """The object with this uid is gone, as of a version or of what is known; False when it was not there."""
        with self._moved:
            members = self._held.get(address[1], {})
            known = members.get(address)
            same = known is not None and known.manifest.uid == uid
            last = version or (known.version if known is not None and same else "")
            if last:
                self._gone[uid] = last
                while len(self._gone) > _REMEMBERED:
                    self._gone.popitem(last=False)
            if not same:
                return False
            del members[address]
            if not members:
                del self._held[address[1]]
            self._moved.notify_all()
            return True

    def held(self, address: Address) -> Held | None:
        """The object with its version."""
        with self._moved:
            return self._held.get(address[1], {}).get(address)

    def addresses(self) -> tuple[Address, ...]:
        """Where every object is."""
        with self._moved:
            return tuple(address for members in self._held.values() for address in members)

    def await_versions(self, wanted: Mapping[Address, str], seconds: float) -> tuple[Address, ...]:
        """Wait until every address is known at its version or a newer one; what is still missing after `seconds`."""

        def missing() -> tuple[Address, ...]:
            return tuple(a for a, version in wanted.items() if not self._knows(a, version))

        with self._moved:
            self._moved.wait_for(lambda: not missing(), timeout=seconds)
            return missing()

    def _knows(self, address: Address, version: str) -> bool:
        known = self._held.get(address[1], {}).get(address)
        return known is not None and not newer(version, known.version)

    def put_namespace(self, metadata: Fields) -> bool:
        """The namespace stands as its metadata says; True when an annotation that we read has changed."""
        name, version = str(metadata["name"]), str(metadata.get("resourceVersion", ""))
        role = (metadata.get("annotations") or {}).get(ROLE_ARN)
        with self._moved:
            known = self._namespaces.get(name)
            if known is not None and not newer(version, known[0]):
                return False
            self._namespaces[name] = (version, role)
            return known is not None and known[1] != role

    def remove_namespace(self, name: str) -> None:
        """The namespace is gone."""
        with self._moved:
            self._namespaces.pop(name, None)

    def namespaces(self) -> frozenset[str]:
        """The namespaces that are known."""
        with self._moved:
            return frozenset(self._namespaces)

    # What a pass asks (app.ports.World).

    def get(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """The object, or None while there is none."""
        known = self.held((kind, namespace, name))
        return known.manifest if known else None

    def namespaced(self, namespace: str) -> Iterable[Manifest]:
        """Every object of ours in a namespace."""
        with self._moved:
            return tuple(known.manifest for known in self._held.get(namespace, {}).values())

    def all(self) -> Iterable[Manifest]:
        """Every object of ours."""
        with self._moved:
            return tuple(known.manifest for members in self._held.values() for known in members.values())

    def namespace_annotation(self, namespace: str, key: str) -> str | None:
        """An annotation of the namespace itself; of ours only the role is kept."""
        with self._moved:
            return self._namespaces.get(namespace, ("", None))[1] if key == ROLE_ARN else None
