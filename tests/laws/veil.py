"""Another AWS, as far as we do not look: whatever a document holds that its type does not declare is different.

Drawn from botocore's output shapes of a type's list and deep reads: each member that no declaration names has another
value, or is there where it was not; each list is in another order; each resource carries a tag of somebody's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from botocore.client import BaseClient
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from tests.house import House
from tests.laws.registered import types
from tests.laws.shapes import EXPLODED, filled
from trueup.core import compare
from trueup.core.compare import Same
from trueup.core.resource import Deep, Ownership, Resource
from trueup.resources.cloudfront.documents import same_in_order
from trueup.resources.s3.settings import same_cors

READ_OTHERWISE: Mapping[str, str] = {
    "OwnershipControls.AccessControlPolicy.Owner.ID": "whoever owns the bucket is nobody that its access list lets in",
    "Budget.CalculatedSpend": "what was spent stands in outputs, and opens and shuts gates",
    "HostedZone.CallerReference": "tells whose a zone is until it has its tags",
    "HostedZone.Config.PrivateZone": "private zones are not seen",
    "CustomDomain.CertificateValidationRecords": "the records that prove its names are written into a zone",
    "CustomDomain.CertificateValidationRecords[].Name": "the same",
    "CustomDomain.CertificateValidationRecords[].Value": "the same",
    "Certificate.Described.DomainValidationOptions": "the records that prove its names are written into a zone",
    "Distribution.DomainName": "aliases lead there",
    "Distribution.Enabled": "says with the status whether it serves",
    "Function.Draft": "what is worked on tells whether to write or to publish",
    "Function.FunctionMetadata.FunctionARN": "behaviours name it",
    "Route.Origin": "routes that AWS itself put into a table are not members of it",
    "OfSecrets.Described": "the same as the list shows, and newer",
    "OfSecrets.OwningService": "tells whose a secret is to keep",
    "Secret.Versions": "of those that we made, the newest counts, until it is too old",
    "Service.Pushed[0].imageDigest": "stands in outputs where it is not deployed",
    "Service.Pushed[0].imagePushedAt": "tells whether it is deployed",
    "Service.ServiceUrl": "aliases lead there",
    "SecurityGroupIngress.IsEgress": "one list shows two types of rules",
}
"""`<class or base>.<path>` that no field declares and that a type reads all the same, each with the reason."""

NORMALISED: Mapping[Same, Callable[[Any], Any]] = {
    compare.ignoring_case: lambda value: value.title() if isinstance(value, str) else value,
    compare.number: lambda value: f"{value}.0" if isinstance(value, str) and "." not in value else value,
    compare.same_json: lambda value: json.dumps(json.loads(value), indent=3) if isinstance(value, str) else value,
    same_in_order: lambda value: value,  # the first pattern that fits counts: CloudFront keeps the order
    same_cors: lambda value: [_reversed(rule) for rule in value],  # the first rule that fits counts: S3 keeps the order
}
"""How AWS may show a declared value otherwise than it was given, by how it is compared; order is changed of all."""

FOREIGN = {"Key": "somebody-elses", "Value": "mark"}


@dataclass(frozen=True)
class Reading:
    """One way in which documents are read: where an answer holds them, and at what they stand in the document."""

    result: str
    at: str
    type: type[Resource]


@cache
def readings(service: str, operation: str) -> tuple[Reading, ...]:
    """What an operation's answer is read as, by every type that reads it."""
    found: list[Reading] = []
    for type_ in types():
        listing = type_.LISTING
        if (listing.service or type_.SERVICE, listing.operation) == (service, operation):
            found.append(Reading(f"{listing.result}[]", "", type_))
        deep = [read for read in type_.DEEP if (read.service or type_.SERVICE, read.operation) == (service, operation)]
        found += [Reading(read.result, read.into, type_) for read in deep]
    return tuple(found)


@cache
def declared(type_: type[Resource]) -> frozenset[str]:
    """Every path of a type's documents that its declaration names, or that is listed as read by its methods."""
    found = {attr.shown_at for attr in type_.attrs().values()} | {attr.path for attr in type_.attrs().values()}
    found |= {type_.ID, type_.ARN, type_.STATE, type_.PARENT, type_.LISTING.by, *type_.IDENTITY, *type_.USES}
    found |= {*type_.UPDATE_BY.values(), *type_.DELETE_BY.values()}
    found |= {path for read in type_.DEEP for path in parameters(read)}
    rows = [row.split(".", 1) for row in READ_OTHERWISE]
    found |= {path for name, path in rows if name in {base.__name__ for base in type_.__mro__}}
    within = EXPLODED.get(type_.__name__)
    below = {f"{within}[].{path}" for path in found if path} if within else set[str]()
    whole = {re.sub(r"\[\d+\]", "[]", path) for path in found}  # of a list that has one member ever
    return frozenset(path for path in (*found, *whole, *below) if path)


def normalised(type_: type[Resource]) -> Mapping[str, Callable[[Any], Any]]:
    """The paths of declared values that AWS may write otherwise; identifiers apart, which it writes in one way."""
    within = EXPLODED.get(type_.__name__)
    found = {a.shown_at: NORMALISED[a.same] for a in type_.attrs().values() if a.same in NORMALISED and a.shown_at}
    plain = {path: how for path, how in found.items() if path not in (type_.ID, *type_.IDENTITY)}
    return plain | ({f"{within}[].{path}": how for path, how in plain.items()} if within else {})


def parameters(read: Deep) -> Iterator[str]:
    """The paths from which a deep read takes its parameters."""

    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        for member in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
            yield from texts(member)

    for text in texts(read.params):
        yield from re.findall(r"\{([^{}]+)\}", text)


@dataclass
class Veil:
    """Lies between AWS and the operator's clients; changes what they read once it is drawn."""

    drawn: bool = False
    changed: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """Each type with the paths of its documents at which something else is shown than AWS holds."""

    def put_on(self, client: BaseClient) -> None:
        """The client reads through the veil."""

        def read(parsed: dict[str, Any], model: OperationModel, **_: object) -> None:
            if self.drawn and "Error" not in parsed:
                self.alter(parsed, model)

        client.meta.events.register("after-call", read)

    def alter(self, answer: dict[str, Any], model: OperationModel) -> None:
        """The answer, with everything in it that nobody declares made different."""
        known = readings(model.service_model.service_name, model.name)
        for result in {reading.result for reading in known}:
            here = [reading for reading in known if reading.result == result]
            ours = {path for reading in here for path in declared(reading.type)}
            ways = {path: way for reading in here for path, way in normalised(reading.type).items()}
            tags = {r.type.TAGGING.read for r in here if r.type.TAGGING and r.type.OWNED is not Ownership.MARK}
            change = _Change(frozenset(ours), frozenset(tags), ways, here[0].at)
            _at(answer, model.output_shape, result, change)
            self.changed |= {(r.type.__name__, path) for r in here for path in change.changed}


@dataclass
class _Change:
    """How one answer's documents are changed."""

    ours: frozenset[str]
    tags: frozenset[str]
    ways: Mapping[str, Callable[[Any], Any]]
    at: str
    changed: set[str] = field(default_factory=set[str])

    def value(self, value: Any, shape: Shape | None, path: str) -> Any:
        """The value at this path of a document, with what is not declared of it changed."""
        if path in self.tags:
            return [*reversed(value), FOREIGN] if isinstance(value, list) else {**value, FOREIGN["Key"]: "mark"}
        if any(covers(one, path) for one in self.ours):
            return self.ways.get(path, _reversed)(value)
        if path and not any(covers(path, one) for one in self.ours):
            self.changed.add(path)
            return other(value, shape)
        if isinstance(shape, StructureShape) and isinstance(value, dict):
            return self.members(value, shape, path)
        if isinstance(shape, ListShape) and isinstance(value, list):
            return [self.value(item, shape.member, f"{path}[]") for item in reversed(value)]
        return value

    def members(self, value: dict[str, Any], shape: StructureShape, path: str) -> dict[str, Any]:
        """The structure, with each member that is not declared changed, or there where it was not."""
        found: dict[str, Any] = {}
        for name, member in shape.members.items():
            below = f"{path}.{name}" if path else name
            near = any(covers(one, below) or covers(below, one) for one in (*self.ours, *self.tags))
            if name in value:
                found[name] = self.value(value[name], member, below)
            elif not near:
                self.changed.add(below)
                found[name] = filled(member)
        return found


def _at(answer: Any, shape: Shape | None, result: str, change: _Change) -> None:
    """What stands at the result's path of an answer is changed in place."""
    name, _, rest = result.partition(".")
    many = name.endswith("[]")
    name = name.removesuffix("[]")
    if not name:
        answer.update(change.value(dict(answer), shape, change.at))
        return
    below = shape.members[name] if isinstance(shape, StructureShape) and name in shape.members else None
    if name not in answer:
        return
    if rest:
        _at(answer[name], below, rest, change)
    elif many and isinstance(below, ListShape):
        answer[name] = [change.value(item, below.member, change.at) for item in reversed(answer[name])]
    else:
        answer[name] = change.value(answer[name], below, change.at)


def covers(path: str, other: str) -> bool:
    """The path is the other one, or something that holds it."""
    return other == path or other.startswith((f"{path}.", f"{path}["))


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(member) for key, member in reversed(value.items())}
    return [_reversed(item) for item in reversed(value)] if isinstance(value, list) else value


def other(value: Any, shape: Shape | None) -> Any:
    """Another value of the same shape."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, datetime):
        return value + timedelta(hours=1)
    if isinstance(value, str):
        choices = [choice for choice in getattr(shape, "enum", ()) if choice != value]
        return choices[0] if choices else f"{value}-else"
    if isinstance(value, list):
        more = filled(shape.member) if isinstance(shape, ListShape) else None
        return [*reversed(value), *([more] if more is not None else [])]
    if isinstance(shape, MapShape):
        return {**value, **filled(shape)}
    if isinstance(shape, StructureShape):
        return {n: other(value[n], m) if n in value else filled(m) for n, m in shape.members.items()}
    return value


class VeiledHouse(House):
    """A house whose operator reads AWS through a veil."""

    def __init__(self) -> None:
        self.veil = Veil()
        super().__init__()

    def attach(self, client: BaseClient) -> None:
        """A client of the operator's reaches AWS, through the veil."""
        super().attach(client)
        self.veil.put_on(client)
