"""Who reaches a bucket: the block on public access, the owner's say over its objects, and its policy.

Each of them keeps a bucket private by itself; that any of them is not as declared is Critical. Where they differ
together, lists of access are cleared first: S3 refuses to switch them off while they name anybody else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from trueup.core import compare
from trueup.core.paths import get
from trueup.core.resource import Attr, Deep, Difference
from trueup.core.values import MISSING, Call, Doc, Json, Lookup, Mutability, Phase, Severity, as_list, as_map
from trueup.resources.s3.base import SERVICE, OfBucket, read

_PAB: Final = "PublicAccessBlockConfiguration"
_SWITCHES: Final = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_ENFORCED: Final = "BucketOwnerEnforced"


def _blocked(member: str) -> Attr:
    return Attr(f"{_PAB}.{member}", same=compare.flag, severity=Severity.CRITICAL)


@dataclass(frozen=True, kw_only=True)
class PublicAccessBlock(OfBucket):
    """What keeps a bucket from the public, whatever its policy and its access lists say. All four are always on."""

    TYPE: ClassVar[str] = "AWS::S3::PublicAccessBlock"
    DEEP: ClassVar[tuple[Deep, ...]] = (
        read("GetPublicAccessBlock", _PAB, _PAB, absent="NoSuchPublicAccessBlockConfiguration"),
    )
    NEW: ClassVar[Doc | None] = {_PAB: dict.fromkeys(_SWITCHES, True)}
    UPDATE: ClassVar[str] = "PutPublicAccessBlock"

    block_acls: Annotated[bool, _blocked("BlockPublicAcls")] = True
    ignore_acls: Annotated[bool, _blocked("IgnorePublicAcls")] = True
    block_policy: Annotated[bool, _blocked("BlockPublicPolicy")] = True
    restrict: Annotated[bool, _blocked("RestrictPublicBuckets")] = True


@dataclass(frozen=True, kw_only=True)
class OwnershipControls(OfBucket):
    """The bucket's owner owns every object in it, and access lists are off; so none may name anybody else."""

    TYPE: ClassVar[str] = "AWS::S3::OwnershipControls"
    DEEP: ClassVar[tuple[Deep, ...]] = (
        read(
            "GetBucketOwnershipControls",
            "OwnershipControls",
            "OwnershipControls",
            absent="OwnershipControlsNotFoundError",
        ),
        read("GetBucketAcl", "", "AccessControlPolicy"),
    )
    NEW: ClassVar[Doc | None] = {"OwnershipControls": {"Rules": [{"ObjectOwnership": _ENFORCED}]}}
    UPDATE: ClassVar[str] = "PutBucketOwnershipControls"
    ALSO: ClassVar[tuple[str, ...]] = ("PutBucketAcl",)

    grants: Annotated[Json, Attr("", read="AccessControlPolicy.Grants", severity=Severity.CRITICAL, update="")] = ()
    """Whom the bucket's access list lets in beside its owner: nobody."""
    ownership: Annotated[str, Attr("OwnershipControls.Rules[0].ObjectOwnership", severity=Severity.CRITICAL)] = (
        _ENFORCED
    )

    def observed(self, name: str, doc: Doc) -> Json:
        """What the document shows; of the access list, what goes beyond the owner's own full control."""
        value = super().observed(name, doc)
        if name != "grants":
            return value
        owner = get(doc, "AccessControlPolicy.Owner.ID")
        return [one for one in as_list(value) or () if get(one, "Grantee.ID") != owner]

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """The access list is cleared where it names anybody, then the owner enforced where that is not so."""
        named = any(d.attr == "grants" for d in found)
        others = tuple(d for d in found if d.attr != "grants")
        cleared = (Call(SERVICE, "PutBucketAcl", {"Bucket": get(doc, "Name"), "ACL": "private"}),) if named else ()
        return cleared + (super().patch(doc, others, lookup) if others else ())


def same_policy(want: Json, have: Json) -> bool:
    """The same version and statements in any order, however AWS writes lists of one; its Id is not ours to say."""
    return _policy(want) == _policy(have)


def _policy(value: Json) -> Json:
    try:
        parsed = as_map(json.loads(value)) if isinstance(value, str) else as_map(value)
    except ValueError:
        return value
    if parsed is None:
        return None
    statements = parsed.get("Statement", ())
    listed = as_list(statements)
    return parsed.get("Version"), sorted(_plain(one) for one in (listed if listed is not None else (statements,)))


def _plain(value: Json) -> str:
    """The value as text, the same for every way in which IAM lets it be written."""
    if (items := as_list(value)) is not None:
        texts = sorted(_plain(item) for item in items)
        return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    if (members := as_map(value)) is not None:
        return f"{{{', '.join(f'{key}: {_plain(members[key])}' for key in sorted(members))}}}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def tls_only(arn: Json, objects: Json) -> Mapping[str, Json]:
    """The statement that lets nobody reach the bucket (its ARN, and that of all in it) without TLS."""
    return {
        "Sid": "OnlyWithTLS",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, objects],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


@dataclass(frozen=True, kw_only=True)
class BucketPolicy(OfBucket):
    """The bucket's policy as a closed collection: statements that nobody declared are drift, and go."""

    TYPE: ClassVar[str] = "AWS::S3::BucketPolicy"
    DEEP: ClassVar[tuple[Deep, ...]] = (read("GetBucketPolicy", "Policy", "Policy", absent="NoSuchBucketPolicy"),)
    NEW: ClassVar[Doc | None] = {}
    UPDATE: ClassVar[str] = "PutBucketPolicy"

    document: Annotated[Json, Attr("Policy", same=same_policy, severity=Severity.CRITICAL)]

    def observed(self, name: str, doc: Doc) -> Json:
        """The policy as a document, where AWS shows it as text; MISSING where there is none."""
        value = super().observed(name, doc)
        if name != "document" or not isinstance(value, str):
            return MISSING if value is None else value
        try:
            return json.loads(value)
        except ValueError:
            return value

    def sent(self, name: str, value: Json) -> Json:
        """The policy as the text that the call takes."""
        return json.dumps(value, sort_keys=True) if name == "document" and value is not MISSING else value


@dataclass(frozen=True, kw_only=True)
class SharedPolicy(BucketPolicy):
    """The policy of a bucket that lets another resource in, which is made after the bucket: until then there is none.

    Whatever policy is there is this one.
    """

    NEW: ClassVar[Doc | None] = None
    CREATE: ClassVar[str] = "PutBucketPolicy"

    bucket: Annotated[Json, Attr("Bucket", read="Name", mutability=Mutability.REPLACE, update="")]

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """It is not there where the bucket is known to have none."""
        return None if doc.get("Policy", MISSING) is None else Phase.READY


def policy_of(statements: Iterable[Mapping[str, Json]]) -> Mapping[str, Json]:
    """A policy of these statements."""
    return {"Version": "2012-10-17", "Statement": [dict(one) for one in statements]}
