"""Charter: what CloudFront keeps of each account, how its versions are told apart, and how its lists are paged.

Sources: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html,
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListDistributions.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call, World

VERSION = "2020-05-31"
PAGE = 100
MOST_TAGS = 50

Tags = dict[str, str]


@dataclass(eq=False)
class Entry:
    """Something with an id and a configuration that is replaced whole; every version has an ETag of its own."""

    id: str
    config: Document
    modified: datetime
    version: int = 1
    tags: Tags = field(default_factory=Tags)

    @property
    def etag(self) -> str:
        """The ETag of the present version."""
        return self._etag(self.version)

    def _etag(self, version: int) -> str:
        return f"E{letters(f'{self.id} {version}', 13)}"

    def replace(self, config: Document, now: datetime) -> None:
        """The configuration is another one, and so is the ETag."""
        self.config, self.modified, self.version = config, now, self.version + 1

    def hold(self, given: str | None) -> None:
        """Raise unless If-Match names the present version: PreconditionFailed for a former one."""
        if given == self.etag:
            return
        if given in [self._etag(version) for version in range(1, self.version)]:
            raise AwsError(
                "PreconditionFailed",
                "The request failed because it didn't meet the preconditions in one or more request-header fields.",
            )
        raise AwsError("InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource.")


@dataclass(eq=False)
class Invalidation:
    """What a distribution was told to fetch anew."""

    id: str
    batch: Document
    created: datetime
    status: str = "InProgress"

    def view(self) -> Document:
        """The invalidation as its description shows it."""
        return {"Id": self.id, "Status": self.status, "CreateTime": self.created, "InvalidationBatch": self.batch}


@dataclass(eq=False)
class Distribution(Entry):
    """A distribution; `Deployed` once every edge has its present version."""

    arn: str = ""
    domain: str = ""
    status: str = "InProgress"
    invalidations: list[Invalidation] = field(default_factory=list[Invalidation])

    @property
    def names(self) -> Sequence[str]:
        """Its alternate domain names."""
        return [str(name) for name in items(self.config["Aliases"])]

    def behaviors(self) -> Iterator[Document]:
        """Its cache behaviours, the default one last."""
        yield from items(self.config["CacheBehaviors"])
        yield self.config["DefaultCacheBehavior"]


@dataclass(eq=False)
class Function:
    """A function: what is worked on and what is live, each with its code and its version."""

    name: str
    arn: str
    development: Stage
    created: datetime
    live: Stage | None = None
    version: int = 1
    tags: Tags = field(default_factory=Tags)

    def stage(self, name: str) -> Stage:
        """One stage of it; NoSuchFunctionExists where it was never published."""
        found = self.development if name == "DEVELOPMENT" else self.live
        if found is None:
            raise AwsError("NoSuchFunctionExists", f"The function {self.name} has no {name} stage.")
        return found


@dataclass(frozen=True, eq=False)
class Stage:
    """What one stage of a function holds."""

    config: Document
    code: bytes
    modified: datetime
    etag: str


@dataclass
class Account:
    """CloudFront in one account."""

    id: str
    world: World
    distributions: dict[str, Distribution] = field(default_factory=dict[str, Distribution])
    functions: dict[str, Function] = field(default_factory=dict[str, Function])
    named: dict[str, dict[str, Entry]] = field(default_factory=dict[str, dict[str, Entry]])
    """Policies and access controls by their kind and id."""
    used: set[str] = field(default_factory=set[str])
    """Every caller reference that a distribution was ever made with."""
    made: int = 0

    def new_text(self, size: int) -> str:
        """Capitals and digits that this account never had."""
        self.made += 1
        return letters(f"{self.id} {self.made}", size)

    def arn(self, kind: str, name: str) -> str:
        """The ARN of a thing of a kind such as `distribution`."""
        return f"arn:aws:cloudfront::{self.id}:{kind}/{name}"

    def distribution(self, id: object) -> Distribution:
        """The distribution of the id; NoSuchDistribution where there is none."""
        found = self.distributions.get(str(id))
        if found is None:
            raise AwsError("NoSuchDistribution", "The specified distribution does not exist.")
        return found

    def function(self, name: object) -> Function:
        """The function of the name; NoSuchFunctionExists where there is none."""
        found = self.functions.get(str(name))
        if found is None:
            raise AwsError("NoSuchFunctionExists", f"The function {name} does not exist.")
        return found


class Accounts:
    """CloudFront of every account."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_id: dict[str, Account] = {}

    def of(self, id: str) -> Account:
        """What an account has."""
        if id not in self._by_id:
            self._by_id[id] = Account(id, self._world)
        return self._by_id[id]

    def distributions(self) -> Iterator[Distribution]:
        """Every distribution of every account."""
        return (one for account in self._by_id.values() for one in account.distributions.values())

    def clear(self) -> None:
        """Forget everything."""
        self._by_id.clear()


def letters(text: str, size: int) -> str:
    """Capitals and digits that follow from a text."""
    number = int(hashlib.sha256(text.encode()).hexdigest(), 16)
    return "".join("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number // 36**place % 36] for place in range(size))


def items(listed: Mapping[str, Any] | None) -> list[Document]:
    """What a list with a quantity holds."""
    return (listed or {}).get("Items") or []


def listed(values: Sequence[object]) -> Document:
    """A list with its quantity, as CloudFront shows it: without items where there are none."""
    return {"Quantity": len(values), **({"Items": list(values)} if values else {})}


def location(path: str) -> str:
    """Where something new is found."""
    return f"https://cloudfront.amazonaws.com/{VERSION}/{path}"


def page(call: Call, found: Mapping[str, Document], *, marked: bool = True) -> Document:
    """One page of a listing by id, from after the marker on."""
    asked = str(call.get("MaxItems", PAGE))
    if not asked.isdigit() or int(asked) == 0:
        raise AwsError("InvalidArgument", f"The MaxItems {asked} is not valid.")
    most, marker = min(int(asked), PAGE), str(call.get("Marker", ""))
    ids = list(found)
    if marker and marker not in ids:
        raise AwsError("InvalidArgument", f"The Marker {marker} is not valid.")
    rest = ids[ids.index(marker) + 1 :] if marker else ids
    answer: Document = {"MaxItems": most, **listed([found[id] for id in rest[:most]])}
    if len(rest) > most:
        answer["NextMarker"] = rest[most - 1]
    return answer | ({"Marker": marker, "IsTruncated": len(rest) > most} if marked else {})


def tags_of(have: Mapping[str, str], given: Sequence[Mapping[str, str]]) -> Tags:
    """The tags that there are with those that are given; InvalidTagging for too many, or for AWS's own among them."""
    more = {str(tag["Key"]): str(tag.get("Value", "")) for tag in given}
    if any(key.lower().startswith("aws:") for key in more):
        raise AwsError("InvalidTagging", "Tag keys that begin with aws: are AWS's own.")
    tags = {**have, **more}
    if len(tags) > MOST_TAGS:
        raise AwsError("InvalidTagging", f"A resource can have at most {MOST_TAGS} tags.")
    return tags
