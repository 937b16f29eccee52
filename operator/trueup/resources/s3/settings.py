"""How a bucket keeps what is in it: encryption, versions, how long and in which class, and from which pages it is used.

Each of these calls replaces its whole setting. What is in it and not ours to say goes along as it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar, Final

from trueup.core.cost import Line, PriceBook
from trueup.core.paths import get, put
from trueup.core.resource import Attr, Deep, Difference
from trueup.core.values import MISSING, Call, Doc, Json, Lookup, Severity, as_list, as_map
from trueup.resources.s3.base import SERVICE, OfBucket, read

_SSE: Final = "ServerSideEncryptionConfiguration"
_RULE: Final = f"{_SSE}.Rules[0]"
_DEFAULT: Final = f"{_RULE}.ApplyServerSideEncryptionByDefault"
_SELDOM: Final = 1800
"""Seconds between reads of what neither exposes nor protects."""

ENABLED: Final = "Enabled"
SUSPENDED: Final = "Suspended"

_OBJECTS: Final = (0, 20, 200)
"""Least, expected and most thousands of objects of 128 KB or more, which alone are watched."""


@dataclass(frozen=True, kw_only=True)
class BucketEncryption(OfBucket):
    """How new objects are encrypted of which an upload says nothing: with S3's own keys, or a key of KMS."""

    TYPE: ClassVar[str] = "AWS::S3::BucketEncryption"
    DEEP: ClassVar[tuple[Deep, ...]] = (
        read("GetBucketEncryption", _SSE, _SSE, absent="ServerSideEncryptionConfigurationNotFoundError"),
    )
    NEW: ClassVar[Doc | None] = {
        _SSE: {
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}],
        },
    }
    UPDATE: ClassVar[str] = "PutBucketEncryption"

    algorithm: Annotated[str, Attr(f"{_DEFAULT}.SSEAlgorithm", severity=Severity.CRITICAL)] = "AES256"
    key_id: Annotated[str | None, Attr(f"{_DEFAULT}.KMSMasterKeyID", severity=Severity.CRITICAL)] = None
    bucket_key: Annotated[bool | None, Attr(f"{_RULE}.BucketKeyEnabled")] = None
    """One key for the bucket instead of a call to KMS for each object; it decides the bill, not who can read."""

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """The whole setting, with the ways of encrypting that somebody has barred still barred."""
        (call,) = super().patch(doc, found, lookup)
        barred = get(doc, f"{_RULE}.BlockedEncryptionTypes")
        params: dict[str, Json] = dict(call.params)
        if barred is not MISSING:
            put(params, f"{_RULE}.BlockedEncryptionTypes", barred)
        return (Call(call.service, call.operation, params),)


def same_status(want: Json, have: Json) -> bool:
    """The same word; a bucket that never kept versions says nothing, and is as good as one that stopped."""
    return bool(want == have) or (want == SUSPENDED and (have is MISSING or have is None))


@dataclass(frozen=True, kw_only=True)
class BucketVersioning(OfBucket):
    """Whether deleted and overwritten objects are kept as old versions. What was once on can only be suspended."""

    TYPE: ClassVar[str] = "AWS::S3::BucketVersioning"
    DEEP: ClassVar[tuple[Deep, ...]] = (read("GetBucketVersioning", "", "VersioningConfiguration", every=_SELDOM),)
    NEW: ClassVar[Doc | None] = {}
    UPDATE: ClassVar[str] = "PutBucketVersioning"

    status: Annotated[str, Attr("VersioningConfiguration.Status", same=same_status)] = SUSPENDED


def same_rules(want: Json, have: Json) -> bool:
    """The same rules in any order; an empty filter and one for the empty prefix are the same."""
    return sorted(map(_rule, as_list(want) or ())) == sorted(map(_rule, as_list(have) or ()))


def _rule(rule: Json) -> str:
    members = dict(as_map(rule) or {})
    if "Prefix" in members and "Filter" not in members:  # rules of the time before filters
        members["Filter"] = {"Prefix": members.pop("Prefix")}
    chosen = as_map(members.get("Filter")) or {}
    members["Filter"] = {key: value for key, value in chosen.items() if (key, value) != ("Prefix", "")}
    return json.dumps(members, sort_keys=True, default=str)


@dataclass(frozen=True, kw_only=True)
class LifecycleConfiguration(OfBucket):
    """What becomes of objects with time, as a whole: rules that nobody declared could delete, so they are drift."""

    TYPE: ClassVar[str] = "AWS::S3::LifecycleConfiguration"
    DEEP: ClassVar[tuple[Deep, ...]] = (
        read(
            "GetBucketLifecycleConfiguration",
            "",
            "LifecycleConfiguration",
            absent="NoSuchLifecycleConfiguration",
            every=_SELDOM,
        ),
    )
    NEW: ClassVar[Doc | None] = {}
    UPDATE: ClassVar[str] = "PutBucketLifecycleConfiguration"

    rules: Annotated[Json, Attr("LifecycleConfiguration.Rules", same=same_rules)]
    """At least one."""

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """All rules; from which size on objects move between classes stays as somebody said."""
        (call,) = super().patch(doc, found, lookup)
        size = get(doc, "LifecycleConfiguration.TransitionDefaultMinimumObjectSize")
        kept = {} if size is MISSING else {"TransitionDefaultMinimumObjectSize": size}
        return (Call(call.service, call.operation, {**call.params, **kept}),)

    def cost(self, prices: PriceBook) -> tuple[Line, ...]:
        """Objects that S3 moves between tiers by itself are watched for a fee; what it saves is not counted on."""
        moved = [t for rule in self.rules or () for t in rule.get("Transitions") or ()]
        if not any(t.get("StorageClass") == INTELLIGENT_TIERING for t in moved):
            return ()
        usd = prices.usd("s3-intelligent-tiering-1k")
        low, expected, high = (usd * Decimal(thousands) for thousands in _OBJECTS)
        said = f"{_OBJECTS[1]},000 objects watched at ${usd} for 1,000; at most {_OBJECTS[2]},000"
        return (Line("Intelligent-Tiering", expected, low, high, said),)


INTELLIGENT_TIERING: Final = "INTELLIGENT_TIERING"
_SETS: Final = ("AllowedHeaders", "AllowedMethods", "AllowedOrigins", "ExposeHeaders")


def same_cors(want: Json, have: Json) -> bool:
    """The same rules in the same order, as the first that fits counts; within a rule order says nothing."""
    return [*map(_cors, as_list(want) or ())] == [*map(_cors, as_list(have) or ())]


def _cors(rule: Json) -> Mapping[str, Json]:
    members = as_map(rule) or {}
    sets = {name: sorted(map(str, as_list(members.get(name)) or ())) for name in _SETS}
    return {"ID": members.get("ID"), "MaxAgeSeconds": members.get("MaxAgeSeconds"), **sets}


@dataclass(frozen=True, kw_only=True)
class CorsConfiguration(OfBucket):
    """From which pages browsers may use the bucket; no rule at all means from none."""

    TYPE: ClassVar[str] = "AWS::S3::CorsConfiguration"
    DEEP: ClassVar[tuple[Deep, ...]] = (
        read("GetBucketCors", "", "CORSConfiguration", absent="NoSuchCORSConfiguration", every=_SELDOM),
    )
    NEW: ClassVar[Doc | None] = {}
    UPDATE: ClassVar[str] = "PutBucketCors"
    ALSO: ClassVar[tuple[str, ...]] = ("DeleteBucketCors",)

    rules: Annotated[Json, Attr("CORSConfiguration.CORSRules", same=same_cors)] = ()

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """All rules, or the call that leaves none: S3 takes no empty list."""
        if self.rules:
            return super().patch(doc, found, lookup)
        return (Call(SERVICE, "DeleteBucketCors", {"Bucket": get(doc, "Name")}),)
