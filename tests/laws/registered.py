"""Every registered kind and type, and the examples of every kind compiled: what the laws range over.

Nothing here names a kind or a type. A new kind is seen once its folder and its examples are there.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from trueup.app.composing import Composed, Composer
from trueup.app.ports import Manifest
from trueup.app.settings import Settings
from trueup.core.resource import Resource
from trueup.core.values import Json, Pseudo, Ref
from trueup.kinds.registry import kinds

EXAMPLES = Path(__file__).parents[1] / "kinds" / "examples"
NAMESPACE = "shop"
REGION = "us-east-1"
ACCOUNT = "123456789012"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SETTINGS = Settings(region=REGION)
PSEUDO: Mapping[Pseudo, str] = {Pseudo.ACCOUNT: ACCOUNT, Pseudo.REGION: REGION, Pseudo.PARTITION: "aws"}


def types() -> tuple[type[Resource], ...]:
    """Every AWS type that a kind can declare, and the types of backups that these name."""
    found: dict[type[Resource], None] = {}
    for kind in kinds().values():
        for type_ in kind.types:
            found[type_] = None
            if type_.BACKUP is not None:
                found[type_.BACKUP] = None
    return tuple(found)


def name_of(type_: type[Resource]) -> str:
    """The class's name: two classes may share CloudFormation's name of a type."""
    return type_.__name__


@cache
def _documents() -> Mapping[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {
        path.stem: yaml.safe_load(path.read_text()) for path in sorted(EXAMPLES.glob("*.yaml"))
    }
    for document in found.values():
        document["metadata"]["namespace"] = NAMESPACE
    return found


def examples() -> dict[str, dict[str, Any]]:
    """Every example by its file's name, to be changed at will."""
    return copy.deepcopy(dict(_documents()))


def example(kind: str, name: str, spec: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The smallest example of a kind under another name; with `spec`, that in its place."""
    document = copy.deepcopy(_documents()[f"{kind.lower()}-minimal"])
    document["metadata"]["name"] = name
    return document if spec is None else {**document, "spec": copy.deepcopy(dict(spec))}


def manifest(document: Mapping[str, Any]) -> Manifest:
    """A document as the engine takes it."""
    meta = document["metadata"]
    return Manifest(document["kind"], meta.get("namespace", NAMESPACE), meta["name"], document["spec"])


@dataclass
class Beside:
    """A world that holds the smallest example of whatever is referred to, whatever its name."""

    without: frozenset[str] = frozenset()
    """Kinds of which there is no object."""
    others: dict[tuple[str, str, str], Manifest] = field(default_factory=dict[tuple[str, str, str], Manifest])

    def get(self, kind: str, namespace: str, name: str) -> Manifest | None:
        if kind not in kinds() or kind in self.without:
            return None
        return self.others.get((kind, namespace, name)) or manifest(example(kind, name))

    def namespaced(self, namespace: str) -> Iterable[Manifest]:
        return [m for m in self.others.values() if m.namespace == namespace]

    def all(self) -> Iterable[Manifest]:
        return list(self.others.values())

    def namespace_annotation(self, namespace: str, key: str) -> str | None:
        return None


def composed(document: Mapping[str, Any]) -> Composed:
    """The document compiled, with the smallest example of each peer beside it."""
    return Composer(kinds(), SETTINGS, lambda: NOW).compose(manifest(document), Beside())


def resources() -> Iterator[tuple[str, Resource]]:
    """Every resource of every example."""
    for name, document in examples().items():
        for node in composed(document).graph.ordered():
            yield name, node.resource


def standing() -> Callable[[Ref | Pseudo], Json]:
    """References filled with text that tells what they refer to; the account, region and partition of the laws."""

    def find(ref: Ref | Pseudo) -> Json:
        return PSEUDO[ref] if isinstance(ref, Pseudo) else f"id-of-{ref.key.name}-at-{ref.path}".ljust(32, "-")

    return find


def peers(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The smallest example of every object that the document refers to, of the kinds that there are."""
    named = Composer(kinds(), SETTINGS).peers(manifest(document))
    return [example(kind, name) for kind, _, name in named if kind in kinds()]
