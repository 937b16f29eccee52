"""Charter: what App Runner knows in one account and region, and how its resources are found by ARN."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.identity import Identity
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call, World

LINGERING = 3600.0
"""Seconds for which what was deleted can still be described. AWS says only that it can, not for how long."""

FIRST_ID = f"{1:032d}"
"""The id of the configurations that every account finds there."""

Tags = dict[str, str]


@dataclass
class Operation:
    """One entry of ListOperations."""

    id: str
    type: str
    status: str
    started: datetime
    updated: datetime
    ended: datetime | None = None

    def settle(self, status: str, now: datetime, *, ended: bool = True) -> None:
        """Give the operation its next status, its last one unless `ended` is false."""
        self.status, self.updated = status, now
        if ended:
            self.ended = now


@dataclass
class Domain:
    """A custom domain: its status, and the records that prove it, each with its status."""

    name: str
    www: bool
    status: str
    records: list[Document] = field(default_factory=list[Document])

    def view(self) -> Document:
        """The domain as the API shows it."""
        records = [dict(record) for record in self.records]
        shown = {"DomainName": self.name, "EnableWWWSubdomain": self.www, "Status": self.status}
        return {**shown, "CertificateValidationRecords": records}


@dataclass
class Service:
    """A service: its present configuration, the one to which a failed change returns, and the image that serves."""

    name: str
    id: str
    arn: str
    url: str
    created: datetime
    updated: datetime
    config: Document
    status: str = "OPERATION_IN_PROGRESS"
    deleted: datetime | None = None
    former: Document | None = None
    digest: str | None = None
    seen: str | None = None
    tags: Tags = field(default_factory=Tags)
    operations: list[Operation] = field(default_factory=list[Operation])
    domains: dict[str, Domain] = field(default_factory=dict[str, Domain])
    connectors: set[str] = field(default_factory=set[str])

    def configurations(self) -> list[Document]:
        """The configuration in force or on its way, and the one that a rollback needs."""
        return [self.config] if self.former is None else [self.config, self.former]


@dataclass
class Revision:
    """A revision of an auto scaling or observability configuration, or a VPC connector."""

    name: str
    number: int
    arn: str
    settings: Document
    created: datetime
    deleted: datetime | None = None
    tags: Tags = field(default_factory=Tags)


@dataclass
class Connection:
    """A connection to a provider of source code."""

    name: str
    arn: str
    provider: str
    created: datetime
    status: str = "PENDING_HANDSHAKE"
    tags: Tags = field(default_factory=Tags)


@dataclass
class Region:
    """App Runner in one account and region."""

    account: str
    name: str
    world: World
    identity: Identity
    services: dict[str, Service] = field(default_factory=dict[str, Service])
    scalings: list[Revision] = field(default_factory=list[Revision])
    observabilities: list[Revision] = field(default_factory=list[Revision])
    connectors: list[Revision] = field(default_factory=list[Revision])
    connections: dict[str, Connection] = field(default_factory=dict[str, Connection])
    default_scaling: str = ""

    def arn(self, kind: str, path: str) -> str:
        """The ARN of a resource of a kind such as `service` or `autoscalingconfiguration`."""
        return f"arn:aws:apprunner:{self.name}:{self.account}:{kind}/{path}"

    def living(self) -> Iterator[Service]:
        """Every service that is not deleted."""
        return (one for one in self.services.values() if one.status != "DELETED")

    def service(self, arn: str) -> Service:
        """A service by its ARN; ResourceNotFoundException if there is none, or none any more."""
        found = self.services.get(arn)
        if found is None:
            raise not_found("Service", arn)
        return found

    def uses(self, test: Callable[[Document], bool]) -> list[Service]:
        """The services with a configuration, present or kept for a rollback, that passes the test."""
        return [one for one in self.living() if any(test(config) for config in one.configurations())]


def invalid(message: str) -> AwsError:
    """The refusal of a request."""
    return AwsError("InvalidRequestException", message)


def not_found(kind: str, arn: str) -> AwsError:
    """The answer to an ARN behind which there is nothing."""
    return AwsError("ResourceNotFoundException", f"{kind} with ARN {arn} does not exist.")


def new_id() -> str:
    """32 hexadecimal digits."""
    return uuid.uuid4().hex


def new_uuid() -> str:
    """The id of an operation."""
    return str(uuid.uuid4())


def tags_of(given: Sequence[Mapping[str, str]] | None) -> Tags:
    """Tags as a map; a resource has at most 50."""
    tags = {str(tag["Key"]): str(tag.get("Value", "")) for tag in given or () if tag.get("Key")}
    if len(tags) > 50:
        raise invalid("A resource can have at most 50 tags.")
    return tags


def page(call: Call, key: str, entries: Sequence[Any], most: int = 1000) -> Document:
    """One page of a listing; without MaxResults it is everything, up to `most`."""
    limit = int(call.get("MaxResults") or most)
    token = str(call.get("NextToken") or "0")
    if not token.isdigit():
        raise invalid("The NextToken is not valid.")
    start = int(token)
    result: Document = {key: list(entries[start : start + limit])}
    if len(entries) > start + limit:
        result["NextToken"] = str(start + limit)
    return result
