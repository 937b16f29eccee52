"""One object's share of what AWS holds: its declared resources as seen, its leftovers, and values for references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from trueup.core.graph import Graph, Node
from trueup.core.inventory import Inventory, Item
from trueup.core.paths import get
from trueup.core.resource import Ownership, Resource, Seen
from trueup.core.values import MISSING, Doc, Json, Key, Pseudo, Ref, references

SETTLE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an object is observed in: the inventory, the pseudo values, the other kinds' types, and hints."""

    inventory: Inventory
    pseudo: Mapping[Pseudo, str]
    types: tuple[type[Resource], ...]
    """The types that the object's kind can make: where its leftovers are looked for."""
    foreign: tuple[type[Resource], ...] = ()
    """The types that references to other objects lead to."""
    hints: Mapping[str, str] = field(default_factory=dict[str, str])
    """Resource → id as status remembers them. Never truth: used only to recognise a resource without its tag."""
    settle: timedelta = SETTLE
    lazy: bool = False
    """Deep reads may be missing: where a tag is not read yet, the owner is who status remembers."""


class Observed:
    """What AWS shows of one object."""

    def __init__(self, graph: Graph, around: Surroundings) -> None:
        self._around = around
        self._graph = graph
        self._owner = graph.identity.owner
        self.seen: dict[Key, Seen] = {}
        for node in graph.ordered():
            found = self._find(node)
            if found is not None:
                self.seen[node.resource.key] = found
        self.extras: tuple[Seen, ...] = tuple(self._leftovers())

    @property
    def types(self) -> tuple[type[Resource], ...]:
        """The types that the object's kind can make, what is used before what uses it."""
        return self._around.types

    def lookup(self, ref: Ref | Pseudo) -> Json:
        """The value that a reference stands for, or MISSING."""
        if isinstance(ref, Pseudo):
            return self._around.pseudo.get(ref, MISSING)
        if ref.owner is None:
            seen = self.seen.get(ref.key)
            if seen is None or (ref.ready and not self._is_usable(seen)):
                return MISSING
            return get(seen.doc, ref.path)
        return self._foreign(ref, ref.owner)

    def _is_usable(self, seen: Seen) -> bool:
        """It can be used for what is declared: no person must do anything first."""
        node = self._graph.node(seen.key)
        return seen.kind.is_usable(seen.doc) and (node is None or node.resource.asks(seen.doc) is None)

    def is_anothers(self, node: Node) -> bool:
        """It stands within something of this object's graph that is neither ours nor to be taken over."""
        kind = type(node.resource)
        if not kind.PARENT:
            return False
        places = [name for name, attr in kind.attrs().items() if attr.shown_at == kind.PARENT]
        refs = [ref for name in places for ref in references(getattr(node.resource, name)) if ref.owner is None]
        return any(self.is_refused(ref.key) for ref in refs)

    def is_refused(self, key: Key) -> bool:
        """It is there, and neither ours nor to be taken over."""
        seen, node = self.seen.get(key), self._graph.node(key)
        if seen is None or seen.owned:
            return False
        return not (node is not None and node.adopt and seen.owner is None)

    def _foreign(self, ref: Ref, owner: str) -> Json:
        for kind in self._around.foreign:
            if ref.key.type != kind.TYPE:
                continue
            for item in self._around.inventory.owned(kind, owner):
                phase = kind.phase(item.doc)
                if item.logical == ref.key.name and phase is not None and (kind.is_usable(item.doc) or not ref.ready):
                    return get(item.doc, ref.path)
        return MISSING

    def _find(self, node: Node) -> Seen | None:
        resource = node.resource
        kind = type(resource)
        inventory = self._around.inventory
        item: Item | None = None
        if kind.IDENTITY:
            identity = resource.identity(self.lookup)
            item = self._named(resource, identity) if identity is not None else self._marked(resource)
        else:
            hinted = self._hinted(resource)
            mine = [i for i in inventory.owned(kind, self._owner) if i.logical == resource.name]
            mine = [i for i in mine if _may_serve(i)]
            item = next((i for i in mine if i is hinted), mine[0] if mine else hinted)
        seen = self._seen(resource.key, item) if item is not None else None
        return replace(seen, owned=False) if seen is not None and self.is_anothers(node) else seen

    def _named(self, resource: Resource, identity: tuple[str, ...]) -> Item | None:
        """The resource of this identity; where AWS lets several have it, ours before what nobody claims."""
        alike = self._around.inventory.named(type(resource), identity)
        fitting = [item for item in alike if resource.fits(item.doc)]
        ours = (item for item in fitting if self._is_ours(resource.key, item))
        free = (item for item in fitting if item.owner is None)
        return next(ours, None) or next(free, None) or next(iter(fitting), None)

    def _marked(self, resource: Resource) -> Item | None:
        """What carries the name of a resource whose identity is not known yet, by its mark: it stands until it is."""
        if resource.OWNED is not Ownership.MARK:
            return None
        mine = self._around.inventory.owned(type(resource), self._owner)
        return next((item for item in mine if item.logical == resource.name), None)

    def _hinted(self, resource: Resource) -> Item | None:
        """The resource that status remembers, whatever became of its tags: it is never made a second time.

        If its owner tag now names somebody else, it is seen as not ours. What is spent is nothing to remember.
        """
        id = self._around.hints.get(str(resource.key))
        item = self._around.inventory.with_id(type(resource), id) if id else None
        return item if item is not None and _may_serve(item) else None

    def _seen(self, key: Key, item: Item) -> Seen | None:
        phase = item.kind.phase(item.doc)
        if phase is None:
            return None
        written = self._around.inventory.written(item.kind, item.id)
        return Seen(
            key=key,
            kind=item.kind,
            doc=item.doc,
            phase=phase,
            owned=self._is_ours(key, item),
            owner=item.owner,
            settling=written is not None and item.read_at - written < self._around.settle,
            deep=item.deep,
        )

    def _is_ours(self, key: Key, item: Item) -> bool:
        if not item.kind.OWNED.is_said:
            return True
        if item.owner is None:
            remembered = (item.deep or self._around.lazy) and self._around.hints.get(str(key)) == item.id
            return remembered or item.kind.claims(item.doc, self._owner)
        return item.owner == self._owner

    def _leftovers(self) -> Iterable[Seen]:
        """What is ours by tag or by parent and is not declared (any more)."""
        known = {(seen.kind, seen.id) for seen in self.seen.values()}
        found: list[Seen] = []
        for kind in self._around.types:
            if kind.OWNED is Ownership.PARENT:
                parents = [s.id for s in (*self.seen.values(), *found) if s.owned]
                items = [i for parent in parents for i in self._around.inventory.parts(kind, parent)]
            else:
                items = list(self._around.inventory.owned(kind, self._owner))
            for item in items:
                if (kind, item.id) not in known:
                    known.add((kind, item.id))
                    seen = self._seen(self._remembered(item) or leftover_key(item), item)
                    if seen is not None:
                        found.append(seen)
        return found

    def _remembered(self, item: Item) -> Key | None:
        """The name under which status lists a resource that carries none itself: it was declared, nobody added it."""
        if item.logical:
            return None
        begins = f"{item.kind.TYPE}/"
        for name, id in self._around.hints.items():
            key = Key(item.kind.TYPE, name.removeprefix(begins))
            if id == item.id and name.startswith(begins) and key not in self.seen:
                return key
        return None


def _may_serve(item: Item) -> bool:
    return item.kind.phase(item.doc) is not None and not item.kind.is_spent(item.doc)


def leftover_key(item: Item) -> Key:
    """The key of a resource that nothing declares: by its name in the graph, else by what it is."""
    return Key(item.kind.TYPE, item.logical) if item.logical else content_key(item.kind, item.doc)


def content_key(kind: type[Resource], doc: Doc) -> Key:
    """The key of a resource without a name in the graph: by what tells it from others of its type, else by its id."""
    return Key(kind.TYPE, "/".join(part for part in kind.identity_of(doc) if part) or kind.id_of(doc))
