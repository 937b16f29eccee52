"""One object's look at AWS: its types observed in bulk, its own documents read in depth, its share cut out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Final, Protocol

from trueup.app.composing import Composed
from trueup.app.deciding import hints
from trueup.core.faults import ObservationFailed
from trueup.core.inventory import Inventory, Item
from trueup.core.observed import Observed, Surroundings
from trueup.core.resource import Resource
from trueup.core.values import MISSING, Doc, Json, Place, Pseudo, resolve

DEEP_TURNS: Final = 2
"""How often a look goes deeper: what one deep read shows may name documents to be read themselves."""


class Observer(Protocol):
    """What reads AWS in bulk. Every method raises `ObservationFailed` rather than mistaking silence for absence."""

    def observe(
        self, place: Place, kinds: Iterable[type[Resource]], max_age: timedelta, at: datetime | None = None
    ) -> Inventory:
        """Every listing of these types was read no longer than `max_age` before `at`, by default before now."""
        ...

    def deepen(
        self,
        place: Place,
        kind: type[Resource],
        items: Iterable[Item],
        now: datetime | None = None,
        *,
        refresh: bool = False,
        lazy: bool = False,
    ) -> bool:
        """These items' deep reads were made, as far as they were due; with `lazy`, first ones only in their turn.

        Answers whether any was made.
        """
        ...

    def reread(self, place: Place, kind: type[Resource], by: str | None, created: Doc | None = None) -> object:
        """One listed document was read again; the whole list where it cannot be read alone.

        `created` is the document out of a create's answer: it stands in while AWS does not list the resource yet.
        """
        ...

    def wrote(self, place: Place, kind: type[Resource], id: str, at: datetime) -> None:
        """A write of ours was made."""
        ...

    def pseudo(self, place: Place) -> Mapping[Pseudo, str]:
        """Account, region and partition of a place."""
        ...

    def reading(self, place: Place) -> AbstractContextManager[Inventory]:
        """The inventory of a place, held still."""
        ...


class Look:
    """Observes one object, as often as its pass needs."""

    def __init__(
        self, observer: Observer, composed: Composed, settle: timedelta, clock: Callable[[], datetime]
    ) -> None:
        self._observer = observer
        self._composed = composed
        self._settle = settle
        self._clock = clock

    def now(
        self, max_age: timedelta, *, at: datetime | None = None, refresh: bool = False, lazy: bool = False
    ) -> Observed:
        """What AWS shows of the object. With `refresh`, its deep reads are made again; with `lazy`, some may wait.

        Those that a first deep read names (a budget's parts) come in a second turn.
        """
        composed = self._composed
        place = composed.place
        types = composed.kind.types
        self._observer.observe(place, (*types, *composed.foreign), max_age, at)
        pseudo = self._observer.pseudo(place)
        turns = DEEP_TURNS
        while True:
            with self._observer.reading(place) as inventory:
                observed = Observed(composed.graph, self._around(inventory, pseudo, lazy))
                items = self._items(inventory, observed)
            if not turns or not self._deepen(items, refresh=refresh, lazy=lazy):
                return observed
            turns, refresh = turns - 1, False

    def _around(self, inventory: Inventory, pseudo: Mapping[Pseudo, str], lazy: bool) -> Surroundings:
        composed = self._composed
        return Surroundings(
            inventory=inventory,
            pseudo=pseudo,
            types=composed.kind.types,
            foreign=composed.foreign,
            hints=hints(composed.manifest),
            settle=self._settle,
            lazy=lazy,
        )

    def _deepen(self, items: Mapping[type[Resource], list[Item]], *, refresh: bool, lazy: bool) -> bool:
        """Deep reads of this object's documents, as far as they are due; whether any was made."""
        place = self._composed.place
        made = [
            # Of what stands within another document nothing is known before that is read: it cannot wait.
            self._observer.deepen(place, kind, found, self._clock(), refresh=refresh, lazy=lazy and not kind.WITHIN)
            for kind, found in items.items()
            if kind.DEEP
        ]
        return any(made)

    def _items(self, inventory: Inventory, observed: Observed) -> dict[type[Resource], list[Item]]:
        """The object's own items: declared, left over, or remembered by status."""
        found: dict[type[Resource], dict[str, Item]] = {}
        for seen in (*observed.seen.values(), *observed.extras):
            item = inventory.with_id(seen.kind, seen.id)
            if item is not None:
                found.setdefault(seen.kind, {})[item.id] = item
        for kind in self._composed.kind.types:
            if kind.tags_are_deep() and not kind.IDENTITY:  # only its tags tell whose a document is
                found.setdefault(kind, {}).update({i.id: i for i in inventory.all(kind) if not i.deep})
            if kind.WITHIN:
                found.setdefault(kind, {}).update(self._holders(kind, inventory, observed))
        for kind, item in self._gone(inventory, observed):
            found.setdefault(kind, {})[item.id] = item
        for kind in self._composed.foreign:
            if kind.tags_are_deep() and self._is_sought(kind, observed):
                found.setdefault(kind, {}).update({i.id: i for i in inventory.all(kind) if not i.deep})
        remembered = hints(self._composed.manifest)
        for kind in self._composed.kind.types if remembered else ():
            for name, id in remembered.items():
                item = inventory.with_id(kind, id) if name.startswith(f"{kind.TYPE}/") else None
                if item is not None:
                    found.setdefault(kind, {})[item.id] = item
        return {kind: list(items.values()) for kind, items in found.items()}

    def _gone(self, inventory: Inventory, observed: Observed) -> Iterable[tuple[type[Resource], Item]]:
        """What is declared and was not there when its document was read: since then it may have been made."""
        for node in self._composed.graph.ordered():
            kind = type(node.resource)
            if node.resource.key not in observed.seen and kind.IDENTITY and kind.DEEP:
                identity = node.resource.identity(observed.lookup)
                item = inventory.with_id(kind, "/".join(identity)) if identity is not None else None
                if item is not None:
                    yield kind, item

    def _is_sought(self, kind: type[Resource], observed: Observed) -> bool:
        """Something of this type is referred to, of which nothing is known yet."""
        refs = (ref for ref in self._composed.graph.foreign() if ref.key.type == kind.TYPE)
        return any(observed.lookup(ref) is MISSING for ref in refs)

    def _holders(self, kind: type[Resource], inventory: Inventory, observed: Observed) -> dict[str, Item]:
        """The documents within which resources of this type are declared, or within which leftovers may stand."""
        composed = self._composed
        nodes = [node.resource for node in composed.graph.ordered() if type(node.resource) is kind]
        ids = {str(value) for value in (_within(resource, observed) for resource in nodes) if value is not MISSING}
        ids |= {seen.id for seen in (*observed.seen.values(), *observed.extras) if seen.owned}
        alike = [other for other in (*composed.kind.types, *composed.foreign) if other.LISTING == kind.LISTING]
        whole = [other for other in alike if not other.WITHIN]
        items = [inventory.with_id(other, id) for other in whole for id in ids]
        return {item.id: item for item in items if item is not None}


def _within(resource: Resource, observed: Observed) -> Json:
    """The id of the document within which a resource is declared; MISSING while that is not known."""
    name = next(name for name, attr in resource.attrs().items() if attr.shown_at == resource.PARENT)
    return resolve(getattr(resource, name), observed.lookup)


def backups(observer: Observer, max_age: timedelta, composed: Composed, resource: Resource) -> list[Doc]:
    """The backups that AWS holds of the resource, or of a former one of its name; none when it cannot be asked now."""
    kind = resource.BACKUP
    identity = resource.identity(lambda ref: MISSING)
    if kind is None or identity is None:
        return []
    try:
        observer.observe(composed.place, (kind,), max_age)
    except ObservationFailed:
        return []
    with observer.reading(composed.place) as inventory:
        return [item.doc for item in inventory.parts(kind, identity[0])]
