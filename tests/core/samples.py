"""Small AWS types that no AWS has, documents as it would show them, and the one object that they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from trueup.core import compare
from trueup.core.cost import Line, PriceBook, fixed
from trueup.core.declaring import Attr, Listing, Ownership
from trueup.core.graph import Graph
from trueup.core.inventory import Inventory
from trueup.core.naming import OWNER_TAG, RESOURCE_TAG, Identity
from trueup.core.observed import Observed, Surroundings
from trueup.core.paths import put
from trueup.core.resource import Resource
from trueup.core.tagging import Tagging
from trueup.core.values import MISSING, Doc, Effect, Json, Mutability, Phase, Pseudo, Ref, Severity

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""A Monday, at noon."""
IDENTITY = Identity("trueup", "Shelf", "staging", "books")
OWNER = IDENTITY.owner
PSEUDO = {Pseudo.ACCOUNT: "123456789012", Pseudo.REGION: "us-east-1", Pseudo.PARTITION: "aws"}

_TAGS = Tagging(read="Tags", create="Tags", add="TagThing", remove="UntagThing", who="Id")
_PHASES = {
    "creating": Phase.CREATING,
    "modifying": Phase.BUSY,
    "failed": Phase.FAILED,
    "deleting": Phase.DELETING,
    "deleted": None,
}


class Sample(Resource):
    """What the samples share: an id, a state that is a word, and calls that name the id."""

    SERVICE: ClassVar[str] = "samples"
    LISTING: ClassVar[Listing] = Listing("ListThings", "Things", by="Id", one={"Ids": ["{}"]})
    ID: ClassVar[str] = "Id"
    STATE: ClassVar[str] = "State"
    CREATE: ClassVar[str] = "CreateThing"
    UPDATE: ClassVar[str] = "UpdateThing"
    UPDATE_BY: ClassVar[Mapping[str, str]] = {"Id": "Id"}
    DELETE: ClassVar[str] = "DeleteThing"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"Id": "Id"}

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        return _PHASES.get(doc.get("State", ""), Phase.READY)


@dataclass(frozen=True, kw_only=True)
class Box(Sample):
    """Found by its tags; a field of every sort."""

    TYPE: ClassVar[str] = "Test::Box"
    TAGGING: ClassVar[Tagging | None] = _TAGS

    size: Annotated[int | None, Attr("Size")] = None
    color: Annotated[str | None, Attr("Color", mutability=Mutability.REPLACE)] = None
    public: Annotated[bool | None, Attr("Public", same=compare.flag, severity=Severity.CRITICAL)] = None
    engine: Annotated[str | None, Attr("Engine", effect=Effect.OUTAGE)] = None
    port: Annotated[int | None, Attr("Port", effect=Effect.RESTART)] = None
    low: Annotated[int | None, Attr("Range.Low")] = None
    high: Annotated[int | None, Attr("Range.High")] = None
    labels: Annotated[Json, Attr("Labels", keyed=True)] = None
    password: Annotated[str | None, Attr("Password", secret=True)] = None

    @classmethod
    def is_leaving(cls, doc: Doc) -> bool:
        return doc.get("State") == "leaving"

    def pending(self, name: str, doc: Doc) -> Json:
        return doc.get("Pending", {}).get(name, MISSING)

    def cost(self, prices: PriceBook) -> tuple[Line, ...]:
        return (fixed("box", prices.usd("box") * (self.size or 0), "full"),)


@dataclass(frozen=True, kw_only=True)
class Link(Sample):
    """Needs a box, of this object or of another one."""

    TYPE: ClassVar[str] = "Test::Link"
    TAGGING: ClassVar[Tagging | None] = _TAGS

    box: Annotated[str | Ref | None, Attr("BoxId")] = None


@dataclass(frozen=True, kw_only=True)
class Vault(Sample):
    """Found by its name; holds data, and AWS can protect it."""

    TYPE: ClassVar[str] = "Test::Vault"
    IDENTITY: ClassVar[tuple[str, ...]] = ("VaultName",)
    TAGGING: ClassVar[Tagging | None] = _TAGS
    HOLDS_DATA: ClassVar[bool] = True
    GUARD: ClassVar[str] = "protected"

    vault_name: Annotated[str, Attr("VaultName", same=compare.ignoring_case)]
    encrypted: Annotated[bool | None, Attr("Encrypted", mutability=Mutability.REPLACE)] = None
    protected: Annotated[bool | None, Attr("Protected", same=compare.flag)] = None
    seal: Annotated[str | None, Attr("Seal", mutability=Mutability.REPLACE, secret=True)] = None

    @classmethod
    def guard(cls, doc: Doc, owner: str) -> str | None:
        return "protection is on; set spec.protected to false" if doc.get("Protected") else None


@dataclass(frozen=True, kw_only=True)
class Rule(Sample):
    """A member of a box's closed collection, told apart by what it allows."""

    TYPE: ClassVar[str] = "Test::Rule"
    IDENTITY: ClassVar[tuple[str, ...]] = ("BoxId", "Allows")
    OWNED: ClassVar[Ownership] = Ownership.PARENT
    PARENT: ClassVar[str] = "BoxId"

    box: Annotated[str | Ref, Attr("BoxId")]
    allows: Annotated[str, Attr("Allows")]

    @classmethod
    def exposure(cls, doc: Doc) -> Severity:
        return Severity.CRITICAL if doc.get("Allows") == "everybody" else Severity.NORMAL


@dataclass(frozen=True, kw_only=True)
class Lid(Sample):
    """Made and removed by AWS together with its box; a failed one is replaced unasked."""

    TYPE: ClassVar[str] = "Test::Lid"
    IDENTITY: ClassVar[tuple[str, ...]] = ("BoxId",)
    OWNED: ClassVar[Ownership] = Ownership.PARENT
    PARENT: ClassVar[str] = "BoxId"
    CREATE: ClassVar[str] = ""
    DELETE: ClassVar[str] = ""
    REPLACE_FAILED: ClassVar[bool] = True

    box: Annotated[str | Ref, Attr("BoxId")]


TYPES: tuple[type[Resource], ...] = (Box, Link, Vault, Rule, Lid)
PRICE = Decimal("2.50")


def graph(*resources: Resource, identity: Identity = IDENTITY, at: Mapping[str, str] | None = None) -> Graph:
    """A graph of these, each field decided by the field of the spec that is called like it."""
    made = Graph(identity)
    for resource in resources:
        made.add(resource, at=at if at is not None else {name: f"/{name}" for name in resource.attrs()})
    return made


def tags(name: str, owner: str = OWNER) -> list[dict[str, str]]:
    """The tags that make a document ours."""
    return [{"Key": OWNER_TAG, "Value": owner}, {"Key": RESOURCE_TAG, "Value": name}]


def shown(resource: Resource, owner: str | None = OWNER, **members: Any) -> dict[str, Any]:
    """The document that AWS shows when everything is as declared, with these members on top."""
    doc: dict[str, Any] = {"Id": f"id-{resource.name}"}
    for name, value in resource.declared().items():
        put(doc, resource.attrs()[name].shown_at, f"id-{value.key.name}" if isinstance(value, Ref) else value)
    if resource.TAGGING is not None and owner is not None:
        doc["Tags"] = tags(resource.name, owner)
    return {**doc, **members}


def inventory(docs: Mapping[type[Resource], Iterable[Doc]]) -> Inventory:
    """What AWS holds, read now."""
    made = Inventory()
    for kind, found in docs.items():
        made.load(kind, found, NOW)
    return made


def look(declared: Graph, docs: Mapping[type[Resource], Iterable[Doc]], **around: Any) -> Observed:
    """What AWS shows of an object; `around` are members of its surroundings."""
    return observe(declared, inventory(docs), **around)


def observe(declared: Graph, held: Inventory, **around: Any) -> Observed:
    """The object's share of an inventory."""
    return Observed(declared, replace(Surroundings(held, PSEUDO, TYPES), **around))


def converged(declared: Graph) -> dict[str, str]:
    """The digests that status remembers when all of it was converged."""
    return {str(node.resource.key): node.resource.digest() for node in declared.ordered()}
