"""Charter: S3. Buckets and their settings are ours, objects moto's, which asks none of our settings about them.

So a bucket's policy lets nobody in and keeps nobody out here, as nothing else of IAM does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.s3 import checks
from trueup.sandbox.emulator.s3.access import ACCESS
from trueup.sandbox.emulator.s3.keeping import KEEPING
from trueup.sandbox.emulator.s3.store import ENFORCED, Bucket, Store, at, granted
from trueup.sandbox.emulator.service import Call, Forward, World

_LACKING = ("IntelligentTiering", "Metrics", "Analytics", "RequestPayment", "Abac", "MetadataTable", "MetadataConfig")
_HOME = "us-east-1"
_PAGE = 10_000
SETTINGS: dict[str, Callable[[Bucket, Call], Document]] = {**ACCESS, **KEEPING}
"""Operation → how it reads or changes one bucket."""
_ALSO_MOTOS = frozenset({"PutBucketVersioning", "PutBucketCors", "DeleteBucketCors"})
"""What objects in moto depend on."""


class S3:
    """S3 of every account and region."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._store = Store()

    def handle(self, call: Call, forward: Forward, /) -> Document | Answer:
        """Answer a call about buckets; let moto answer one about objects."""
        match call.operation:
            case "ListBuckets":
                return self._list(call)
            case "CreateBucket":
                return self._create(call, forward)
            case "DeleteBucket":
                return self._delete(call, forward)
            case operation if operation in SETTINGS:
                answer = SETTINGS[operation](self._store.of(call.get("Bucket", ""), call.account), call)
                if operation in _ALSO_MOTOS:
                    forward()
                return answer
            case operation if any(word in operation for word in _LACKING):
                raise AwsError("MotoNotImplemented", f"s3.{operation} is not there.", 501)
            case _:
                return forward()

    def reset(self) -> None:
        """Forget every bucket."""
        self._store.clear()

    def _list(self, call: Call) -> Document:
        region = call.get("BucketRegion")
        if region is not None and region != call.region:
            raise AwsError("InvalidArgument", "Argument value bucket-region is not the region of this endpoint.")
        begins, after = call.get("Prefix", ""), call.get("ContinuationToken", "")
        found = [b for b in self._store.owned(call.account) if region in (None, b.region) and b.name > after]
        found = [bucket for bucket in found if bucket.name.startswith(begins)]
        page = found[: call.get("MaxBuckets", _PAGE)]
        asked = set(call.params) & {"BucketRegion", "Prefix", "MaxBuckets", "ContinuationToken"}
        shown = [
            {"Name": b.name, "CreationDate": b.created, **({"BucketRegion": b.region} if asked else {})} for b in page
        ]
        more: dict[str, Any] = {"ContinuationToken": page[-1].name} if len(found) > len(page) else {}
        return {"Buckets": shown, "Owner": {"ID": f"{int(call.account):064x}"}, **more}

    def _create(self, call: Call, forward: Forward) -> Document | Answer:
        name = call.get("Bucket", "")
        checks.check_name(name)
        configured = call.get("CreateBucketConfiguration") or {}
        tags = configured.get("Tags", [])
        checks.check_tags(tags)
        found = self._store.find(name)
        if found is not None:
            return self._found(found, call)
        ownership = call.get("ObjectOwnership", ENFORCED)
        grants = granted(call.get("ACL", "private"))
        if grants and ownership == ENFORCED:
            raise AwsError(
                "InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set with this ObjectOwnership"
            )
        have = len(self._store.owned(call.account))
        self._world.quotas.refuse_if_reached(
            "s3.buckets", have, "TooManyBuckets", "You have attempted to create more buckets than allowed"
        )
        answer = forward()
        if answer.status < 300:
            region = configured.get("LocationConstraint") or _HOME
            made = Bucket(name, call.account, region, at(self._world.clock.now()), tags)
            made.ownership, made.grants = ownership, grants
            self._store.add(made)
        return answer

    def _found(self, found: Bucket, call: Call) -> Document:
        """A bucket of the account's own in us-east-1 is made once more without a word, and stays as it is."""
        if found.account != call.account:
            raise AwsError(
                "BucketAlreadyExists",
                "The requested bucket name is not available. The bucket namespace is shared by all users of the "
                "system. Please select a different name and try again.",
                409,
            )
        if found.region != _HOME or call.region != _HOME:
            raise AwsError(
                "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you already own it.",
                409,
            )
        return {"Location": f"/{found.name}"}

    def _delete(self, call: Call, forward: Forward) -> Answer:
        bucket = self._store.of(call.get("Bucket", ""), call.account)
        answer = forward()
        if answer.status < 300:
            self._store.drop(bucket.name)
        return answer
