"""Charter: what S3 keeps of each bucket beside its objects, and who may see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document

ENFORCED = "BucketOwnerEnforced"
GROUPS = {
    "all": "http://acs.amazonaws.com/groups/global/AllUsers",
    "authenticated": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
    "logs": "http://acs.amazonaws.com/groups/s3/LogDelivery",
}
CANNED = {
    "private": (),
    "public-read": (("all", "READ"),),
    "public-read-write": (("all", "READ"), ("all", "WRITE")),
    "authenticated-read": (("authenticated", "READ"),),
    "log-delivery-write": (("logs", "WRITE"), ("logs", "READ_ACP")),
}


def _blocked() -> Document | None:
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return dict.fromkeys(names, True)


def by_default() -> Document:
    """How S3 encrypts where nobody says anything: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html."""
    return {
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}],
    }


@dataclass
class Bucket:
    """One bucket. What is None is not set."""

    name: str
    account: str
    region: str
    created: datetime
    tags: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    block: Document | None = field(default_factory=_blocked)
    ownership: str | None = ENFORCED
    grants: list[Document] = field(default_factory=list[Document])
    """What the access list says beside the owner's own full control."""
    policy: str | None = None
    encryption: Document = field(default_factory=by_default)
    versioning: str | None = None
    lifecycle: Document | None = None
    cors: list[Document] | None = None

    @property
    def owner(self) -> Document:
        """The owner as access lists name it."""
        return {"ID": f"{int(self.account):064x}"}

    def blocks(self, what: str) -> bool:
        """A switch of the block on public access is on."""
        return bool(self.block and self.block.get(what))


def granted(canned: str) -> list[Document]:
    """The grants that a canned access list stands for, without the owner's own."""
    if canned not in CANNED:
        raise AwsError("InvalidArgument", f"{canned} is no canned access list.")
    return [
        {"Grantee": {"Type": "Group", "URI": GROUPS[group]}, "Permission": permission}
        for group, permission in CANNED[canned]
    ]


class Store:
    """Every bucket of every account: names are unique over all of them."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}

    def add(self, bucket: Bucket) -> None:
        """The bucket is there."""
        self._buckets[bucket.name] = bucket

    def drop(self, name: str) -> None:
        """The bucket is gone, and its settings with it."""
        self._buckets.pop(name, None)

    def find(self, name: str) -> Bucket | None:
        """The bucket of this name, whosever it is."""
        return self._buckets.get(name)

    def of(self, name: str, account: str) -> Bucket:
        """The account's bucket. Raise NoSuchBucket where there is none, AccessDenied where it is another's."""
        found = self._buckets.get(name)
        if found is None:
            raise AwsError("NoSuchBucket", "The specified bucket does not exist", 404)
        if found.account != account:
            raise AwsError("AccessDenied", "Access Denied", 403)
        return found

    def owned(self, account: str) -> list[Bucket]:
        """The account's buckets by name."""
        return sorted((b for b in self._buckets.values() if b.account == account), key=lambda b: b.name)

    def clear(self) -> None:
        """There are no buckets."""
        self._buckets.clear()


def at(seconds: float) -> datetime:
    """A time of the emulator's clock, in the whole seconds that S3 shows."""
    return datetime.fromtimestamp(int(seconds), UTC)
