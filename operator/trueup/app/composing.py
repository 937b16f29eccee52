"""From a manifest to its graph: the spec read, its peers found, its parts declared. Pure but for the world's memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from trueup.app.ports import ROLE_ARN, Manifest, World
from trueup.app.settings import Settings, utc_now
from trueup.core.graph import Graph
from trueup.core.ignoring import ignoring_nothing
from trueup.core.naming import Identity
from trueup.core.resource import Resource
from trueup.core.values import Json, Place, as_map
from trueup.kinds.common import reading
from trueup.kinds.common.fields import is_role_arn
from trueup.kinds.common.kind import Context, GateTerms, Kind, Peer
from trueup.kinds.common.spec import DeletionPolicy, DriftPolicy, Spec


class Invalid(Exception):
    """A manifest that cannot be read; its text is a sentence for its author."""


@dataclass(frozen=True, slots=True)
class Composed:
    """An object, compiled."""

    manifest: Manifest
    kind: Kind
    identity: Identity
    spec: Spec
    place: Place
    context: Context
    graph: Graph
    foreign: tuple[type[Resource], ...]
    """The types of other kinds that references lead to."""


class Composer:
    """Compiles manifests to graphs."""

    def __init__(self, kinds: Mapping[str, Kind], settings: Settings, clock: Callable[[], datetime] = utc_now) -> None:
        self._kinds = kinds
        self._settings = settings
        self._clock = clock
        self._specs: dict[tuple[str, str, str], tuple[tuple[str, int], Spec]] = {}

    def compose(self, manifest: Manifest, world: World) -> Composed:
        """The object's graph. Raises Invalid when its spec cannot be read or its region is not known."""
        kind = self._kind(manifest)
        identity = self.identity(manifest)
        spec = self.spec(kind, manifest)
        place = self.place(manifest, spec, world)
        context = Context(identity, spec, place.region, lambda k, n: self._peer(manifest, world, k, n), self._clock())
        graph = kind.compose(context)
        for sentence in ignoring_nothing(graph, spec.drift_policy.ignore):
            graph.note(sentence)
        return Composed(manifest, kind, identity, spec, place, context, graph, self._foreign(graph))

    def bare(self, manifest: Manifest, world: World) -> Composed:
        """The object without its parts, for the removal of one whose spec cannot be read any more.

        What the spec says of removals still holds, as far as it can be read by itself.
        """
        kind = self._kind(manifest)
        identity = self.identity(manifest)
        spec = _last_will(kind.info.spec, manifest.spec)
        region = str(manifest.status.get("region") or manifest.spec.get("region") or self._settings.region or "")
        role = manifest.spec.get("roleArn") or world.namespace_annotation(manifest.namespace, ROLE_ARN)
        context = Context(identity, spec, region, lambda k, n: None, self._clock())
        return Composed(manifest, kind, identity, spec, Place(region, role), context, Graph(identity), ())

    def spec(self, kind: Kind, manifest: Manifest) -> Spec:
        """The object's spec, read once for each generation. Raises Invalid."""
        version = (manifest.uid, manifest.generation)
        known = self._specs.get(manifest.address)
        if known is not None and known[0] == version:
            return known[1]
        found = read_spec(kind, manifest)
        self._specs[manifest.address] = (version, found)
        return found

    def forget(self, address: tuple[str, str, str]) -> None:
        """The object is no more."""
        self._specs.pop(address, None)

    def identity(self, manifest: Manifest) -> Identity:
        """Who the object is to AWS."""
        return Identity(self._settings.scope, manifest.kind, manifest.namespace, manifest.name)

    def peers(self, manifest: Manifest) -> tuple[tuple[str, str, str], ...]:
        """The addresses of the objects that this one refers to; none when its spec cannot be read."""
        kind = self._kinds.get(manifest.kind)
        if kind is None:
            return ()
        try:
            named = kind.peers(self.spec(kind, manifest))
        except Invalid:
            return ()
        return tuple((other, manifest.namespace, name) for other, name in named)

    def gate(self, manifest: Manifest) -> GateTerms | None:
        """The gate that an object closes on others, if it is of a kind that has one and can be read."""
        kind = self._kinds.get(manifest.kind)
        if kind is None:
            return None
        try:
            return kind.gate(self.spec(kind, manifest))
        except Invalid:
            return None

    def _kind(self, manifest: Manifest) -> Kind:
        kind = self._kinds.get(manifest.kind)
        if kind is None:
            raise Invalid(f"{manifest.kind} is not a kind of trueup.dev; there are {', '.join(self._kinds)}.")
        return kind

    def place(self, manifest: Manifest, spec: Spec, world: World) -> Place:
        """Where the object lives: its own region or the operator's, its own role, its namespace's, or none.

        Raises Invalid where there is no region, or the namespace names no role.
        """
        region = spec.region or self._settings.region
        if not region:
            raise Invalid("No region is known: set spec.region, or start the operator or the command with --region.")
        return Place(region, spec.role_arn or _namespace_role(manifest.namespace, world))

    def _peer(self, manifest: Manifest, world: World, kind_name: str, name: str) -> Peer | None:
        other = world.get(kind_name, manifest.namespace, name)
        kind = self._kinds.get(kind_name)
        if other is None or kind is None:
            return None
        try:
            spec = self.spec(kind, other)
            region = self.place(other, spec, world).region
        except Invalid:
            return None
        return Peer(self.identity(other), spec, region, other.deleting)

    def _foreign(self, graph: Graph) -> tuple[type[Resource], ...]:
        found: dict[type[Resource], None] = {}
        for ref in graph.foreign():
            kind = self._kinds.get(str(ref.owner).split("/")[1])
            for type_ in kind.types if kind else ():
                if ref.key.type == type_.TYPE:
                    found[type_] = None
        return tuple(found)


def _namespace_role(namespace: str, world: World) -> str | None:
    """The role that the namespace's annotation names. Raises Invalid when it is none."""
    role = world.namespace_annotation(namespace, ROLE_ARN)
    if not role:
        return None
    if not is_role_arn(role):
        raise Invalid(
            f"The annotation {ROLE_ARN} of namespace {namespace} is {role!r}: write the ARN of an IAM role, such as "
            "arn:aws:iam::123456789012:role/name, or take the annotation off."
        )
    return role


def read_spec(kind: Kind, manifest: Manifest) -> Spec:
    """The manifest's spec, checked. Raises Invalid with one sentence that names each field at fault."""
    try:
        return reading.read_spec(kind.info.spec, manifest.spec)
    except reading.InvalidSpec as wrong:
        raise Invalid(" ".join(str(problem) for problem in wrong.problems)) from None


def _last_will(kind: type[Spec], given: Mapping[str, Json]) -> Spec:
    """A spec with nothing but defaults and what the given one says of removals."""
    spec = kind.model_construct()
    policy, drift = given.get("deletionPolicy"), as_map(given.get("driftPolicy")) or {}
    said: dict[str, object] = {}
    if policy is not None:  # what is no policy keeps everything
        said["deletion_policy"] = policy if policy in get_args(DeletionPolicy) else "Retain"
    if drift.get("mode") == "Report":
        said["drift_policy"] = DriftPolicy(mode="Report")
    return spec.model_copy(update=said)
