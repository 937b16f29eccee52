"""What a type's documents and calls may hold, as botocore's models say: AWS's own description of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from tests.resources.validated import model
from trueup.core.paths import steps
from trueup.core.resource import Deep, Resource

EXPLODED: Mapping[str, str] = {
    "CustomDomain": "CustomDomains",
    "Notification": "Notifications",
    "RoleAttachment": "AttachedManagedPolicies",
    "RolePolicy": "RolePolicyList",
    "RecordSet": "ResourceRecordSets",
    "InternetGatewayAttachment": "Attachments",
    "Route": "Routes",
    "SubnetRouteTableAssociation": "Associations",
}
"""Class → the list in a listed document whose members are the type's documents."""


def operation(service: str, name: str) -> OperationModel:
    """An operation's model. Raises OperationNotFoundError for one that AWS does not know."""
    return model(service).operation_model(name)


def found(shape: Shape | None, path: str) -> Shape | None:
    """What stands at a dotted path in a shape, or None."""
    for step in steps(path):
        if isinstance(step, str):
            if isinstance(shape, StructureShape):
                shape = shape.members.get(step)
            else:
                shape = shape.value if isinstance(shape, MapShape) else None
        else:
            shape = shape.member if isinstance(shape, ListShape) else None
        if shape is None:
            return None
    return shape


def inputs(service: str, name: str) -> Shape | None:
    """The parameters of an operation."""
    return operation(service, name).input_shape


def outputs(service: str, name: str, path: str) -> Shape | None:
    """What an operation answers at a path."""
    shape = operation(service, name).output_shape
    return found(shape, path) if path else shape


@dataclass(frozen=True)
class Document:
    """The shape of a type's documents: the listed one, its deep reads, and the member it is exploded to."""

    type: type[Resource]

    @property
    def listed(self) -> Shape | None:
        """One item of the list."""
        listing = self.type.LISTING
        shape = outputs(listing.service or self.type.SERVICE, listing.operation, listing.result)
        return shape.member if isinstance(shape, ListShape) else None

    def deep(self, read: Deep) -> Shape | None:
        """What a deep read puts into the document."""
        return outputs(read.service or self.type.SERVICE, read.operation, read.result)

    def at(self, path: str) -> Shape | None:
        """What stands at a path, or None where AWS never shows such a thing."""
        prefix = EXPLODED.get(self.type.__name__)
        return self._at(path) or (self._at(f"{prefix}[].{path}") if prefix else None)

    def _at(self, path: str) -> Shape | None:
        for read in self.type.DEEP:
            if path == read.into:
                return self.deep(read)
            if path.startswith((f"{read.into}.", f"{read.into}[")):
                rest = path.removeprefix(read.into).removeprefix(".")
                return _below(self.deep(read), rest)
        return found(self.listed, path)

    def whole(self) -> dict[str, Any]:
        """A document in which every member has a value, as the list and the deep reads would give it."""
        doc: dict[str, Any] = filled(self.listed)
        for read in self.type.DEEP:
            _fill_in(doc, read.into, filled(self.deep(read)))
        return doc


def _below(shape: Shape | None, rest: str) -> Shape | None:
    if rest.startswith("["):
        member = shape.member if isinstance(shape, ListShape) else None
        tail = rest.split("]", 1)[1].removeprefix(".")
        return found(member, tail) if tail else member
    return found(shape, rest)


def _fill_in(doc: dict[str, Any], into: str, value: Any) -> None:
    holder, _, rest = into.partition("[].")
    if rest:
        for each in doc[holder]:
            each[rest] = value
    else:
        doc[into] = value


def filled(shape: Shape | None, depth: int = 0) -> Any:
    """A value of the shape with every member present; deep recursion is cut."""
    if isinstance(shape, StructureShape):
        if depth > 8:
            return {}
        return {name: filled(member, depth + 1) for name, member in shape.members.items()}
    if isinstance(shape, ListShape):
        return [filled(shape.member, depth + 1)] * max(1, shape.metadata.get("min", 1))
    if isinstance(shape, MapShape):
        return {"a-key-long-enough": filled(shape.value, depth + 1)}
    return _scalar(shape)


def _scalar(shape: Shape | None) -> Any:
    name = shape.type_name if shape is not None else "string"
    if name == "string":
        choices: list[str] = list(getattr(shape, "enum", ()))
        return choices[0] if choices else "arn:aws:a-text-that-is-long-enough-for-aws"
    if name == "timestamp":
        return datetime(2026, 11, 23, tzinfo=UTC)
    return {"boolean": True, "integer": 1, "long": 1, "float": 1.0, "double": 1.0, "blob": b"x"}[name]
