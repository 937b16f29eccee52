"""The graph of desired AWS resources that an object compiles to.

Edges come from references in fields and from `after`. The order is deterministic: declared order, dependencies
first. What an object cannot say yet is a wait; what it says wrongly is a refusal. Both are values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from trueup.core.declaring import Ownership
from trueup.core.naming import DOMAIN, OWNER_TAG, RESOURCE_TAG, TAG_KEYS_TAG, Identity
from trueup.core.resource import Resource
from trueup.core.tagging import tracked
from trueup.core.values import Key, Ref, references

R = TypeVar("R", bound=Resource)

_TAGS: Final = "/tags"
_OUR_TAGS: Final[Mapping[str, str]] = {TAG_KEYS_TAG: _TAGS}
"""The tags of ours that the spec's as a whole ask for. The others follow from the object, and cannot be ignored."""


@dataclass(frozen=True, slots=True)
class Node:
    """One declared resource, what it needs, and which field of the spec decides each of its fields."""

    resource: Resource
    after: tuple[Key, ...] = ()
    """Resources that must be usable first, though no field refers to them."""
    at: Mapping[str, str] = field(default_factory=dict[str, str])
    """Field name → JSON pointer under spec; the empty name stands for the resource as a whole.

    `field.part` has the pointer of a part of a field's value, where the spec says the value in parts.
    """
    adopt: bool = False
    """The spec names this resource for adoption: it is taken over although it carries no owner tag."""
    way: str = ""
    """What the author can do where it exists already and is nobody's, for types that do not say it themselves."""

    @property
    def references(self) -> tuple[Ref, ...]:
        """Every reference in the declared fields."""
        return tuple(ref for value in self.resource.declared().values() for ref in references(value))

    @property
    def needs(self) -> tuple[Key, ...]:
        """The resources of the same object that come first."""
        local = tuple(ref.key for ref in self.references if ref.owner is None)
        return tuple(dict.fromkeys(local + self.after))

    def spec_path(self, attr: str, member: str | None = None) -> str | None:
        """The JSON pointer of the field of the spec that decides a field, or None where the spec does not."""
        pointer, part = self.at.get(attr), self.at.get(f"{attr}.{member}")
        if part is not None:
            return part
        if pointer is None or member is None:
            return pointer
        if attr == "tags" and member.startswith(f"{DOMAIN}/"):
            return _OUR_TAGS.get(member)
        return f"{pointer}/{member.replace('~', '~0').replace('/', '~1')}"


@dataclass(frozen=True, slots=True)
class Wait:
    """Something that is not there yet and is expected: a wait, not an error."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that only a person can put right."""

    reason: str
    message: str
    key: Key | None = None


class Graph:
    """The resources of one object, in the order in which they can be made."""

    def __init__(self, identity: Identity, tags: Mapping[str, str] | None = None) -> None:
        self.identity = identity
        self._tags = dict(tags or {})
        self._nodes: dict[Key, Node] = {}
        self.waits: list[Wait] = []
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def add(
        self,
        resource: R,
        *,
        at: Mapping[str, str] | None = None,
        after: tuple[Resource, ...] = (),
        adopt: bool = False,
        way: str = "",
    ) -> R:
        """The resource is declared, tagged with its owner, the object's tags and its name in the graph.

        What has only a mark instead of tags carries owner and name alone.
        """
        if resource.TAGGING is not None:
            own = {OWNER_TAG: self.identity.owner, RESOURCE_TAG: resource.name}
            others = {} if resource.OWNED is Ownership.MARK else {**resource.tags, **tracked(self._tags)}
            resource = replace(resource, tags={**others, **own})
        if resource.key in self._nodes:
            raise ValueError(f"{resource.key} is declared twice")
        tagged = self._tags and resource.OWNED is not Ownership.MARK
        places = {**({"tags": _TAGS} if tagged else {}), **(at or {})}
        self._nodes[resource.key] = Node(resource, tuple(other.key for other in after), places, adopt, way)
        return resource

    def wait(self, reason: str, message: str) -> None:
        """Something the object needs is not there yet."""
        self.waits.append(Wait(reason, message))

    def refuse(self, reason: str, message: str) -> None:
        """The object asks for something that cannot be; a person must change it."""
        self.problems.append(Problem(reason, message))

    def note(self, message: str) -> None:
        """Something that its author should know; it stops nothing."""
        self.notes.append(message)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.ordered())

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, key: Key) -> bool:
        return key in self._nodes

    def node(self, key: Key) -> Node | None:
        """The node of a key, if declared."""
        return self._nodes.get(key)

    def ordered(self) -> tuple[Node, ...]:
        """Every node, after all that it needs. Raises ValueError on a cycle: a fault of the kind, not of the user."""
        done: dict[Key, Node] = {}
        underway: list[Key] = []

        def visit(key: Key) -> None:
            node = self._nodes.get(key)
            if node is None or key in done:
                return
            if key in underway:
                raise ValueError(f"cycle: {' → '.join(map(str, [*underway, key]))}")
            underway.append(key)
            for needed in node.needs:
                visit(needed)
            underway.pop()
            done[key] = node

        for key in self._nodes:
            visit(key)
        return tuple(done.values())

    def foreign(self) -> tuple[Ref, ...]:
        """Every reference to a resource of another object."""
        return tuple(ref for node in self._nodes.values() for ref in node.references if ref.owner is not None)
