"""What the types of S3 share: one list of buckets, and settings that each are a sub-call of a bucket.

A bucket's settings are there as long as it is: AWS makes them with it and deletes them with it, and a setting that
is "deleted" is one with AWS's default. So each is a part of its bucket that is only ever updated, and a bucket that
cannot be deleted, because it holds something, loses none of its protection on the way. What is `NEW` is what S3 gives
every new bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from trueup.core.resource import Attr, Deep, Listing, Ownership, Resource
from trueup.core.values import Json, Mutability, Pseudo

SERVICE: Final = "s3"

BUCKETS: Final = Listing(
    "ListBuckets",
    "Buckets",
    params={"BucketRegion": Pseudo.REGION},
    page={"MaxBuckets": 1000},
    by="Name",
    one={"Prefix": "{}"},
)
"""The account's buckets of one region. S3 answers 10,000 at most for a page; this many come in one second."""

SECURITY_SECONDS: Final = 300
"""How often what exposes or protects is read; the rest by the half hour, and all when a bucket's date moves."""


def read(operation: str, result: str, into: str, *, absent: str = "", every: int = SECURITY_SECONDS) -> Deep:
    """A read of one of a bucket's settings; `absent` is S3's error code for a bucket without it."""
    codes = (absent,) if absent else ()
    return Deep(operation, {"Bucket": "{Name}"}, result, into=into, every=every, absent=codes)


@dataclass(frozen=True, kw_only=True)
class OfBucket(Resource):
    """What all settings of a bucket share."""

    SERVICE: ClassVar[str] = SERVICE
    LISTING: ClassVar[Listing] = BUCKETS
    IDENTITY: ClassVar[tuple[str, ...]] = ("Name",)
    ID: ClassVar[str] = "Name"
    OWNED: ClassVar[Ownership] = Ownership.PARENT
    PARENT: ClassVar[str] = "Name"
    UPDATE_BY: ClassVar[Mapping[str, str]] = {"Bucket": "Name"}

    bucket: Annotated[Json, Attr("", read="Name", mutability=Mutability.REPLACE, update="")]
