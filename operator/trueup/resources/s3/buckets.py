"""A bucket itself: its name, its region and its tags.

Names are unique over all accounts. A bucket that is not empty cannot be deleted, and nothing here empties one. What
the calls do: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar, Final, TypeAlias

from trueup.core.cost import Line, PriceBook
from trueup.core.paths import get
from trueup.core.resource import Attr, Deep, Difference, Listing, Removal, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import MISSING, Call, Doc, Each, Json, Lookup, Mutability
from trueup.resources.s3.base import BUCKETS, SERVICE, read

HOME: Final = "us-east-1"
"""The region that CreateBucket takes for granted, and refuses to be told."""
_SYSTEM: Final = "aws:"
"""Tags of AWS's own begin so; S3 takes them back unchanged."""

_Amounts: TypeAlias = tuple[tuple[int, int, int], tuple[int, int, int], tuple[int, int, int]]


def bucket_arn(name: str, region: str) -> str:
    """The ARN of a bucket, which names neither account nor region; the partition follows from the region."""
    partition = "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
    return f"arn:{partition}:s3:::{name}"


def _same_region(want: Json, have: Json) -> bool:
    """Equal, or not shown: a bucket that was made a moment ago stands where it was made before lists say so."""
    return have is MISSING or bool(want == have)


@dataclass(frozen=True, kw_only=True)
class Bucket(Resource):
    """A bucket, private from the first moment on: AWS makes new ones closed to the public."""

    TYPE: ClassVar[str] = "AWS::S3::Bucket"
    SERVICE: ClassVar[str] = SERVICE
    ADOPTED_BY: ClassVar[str] = "spec.adopt.name"
    LISTING: ClassVar[Listing] = BUCKETS
    DEEP: ClassVar[tuple[Deep, ...]] = (read("GetBucketTagging", "TagSet", "TagSet", absent="NoSuchTagSet"),)
    IDENTITY: ClassVar[tuple[str, ...]] = ("Name",)
    ID: ClassVar[str] = "Name"
    CREATE: ClassVar[str] = "CreateBucket"
    DELETE: ClassVar[str] = "DeleteBucket"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"Bucket": "Name"}
    TAGGING: ClassVar[Tagging | None] = Tagging(
        read="TagSet",
        create="CreateBucketConfiguration.Tags",
        add="PutBucketTagging",
        remove="PutBucketTagging",
        who="Bucket",
        tags="Tagging.TagSet",
        keys="Tagging.TagSet",
    )
    HOLDS_DATA: ClassVar[bool] = True
    AMOUNTS: ClassVar[_Amounts] = ((0, 20, 200), (0, 10, 100), (0, 100, 1000))
    """Least, expected and most: gigabytes, and thousands of writes and of reads a month, for the estimate."""
    NO_BACKUP: ClassVar[str] = "A bucket has no snapshots: what was in it is where it was copied to, if anywhere."

    bucket_name: Annotated[Json, Attr("Bucket", read="Name", mutability=Mutability.REPLACE)]
    region: Annotated[
        str,
        Attr(
            "CreateBucketConfiguration.LocationConstraint",
            read="BucketRegion",
            same=_same_region,
            mutability=Mutability.REPLACE,
        ),
    ]

    @classmethod
    def arn_of(cls, doc: Doc) -> str | None:
        """The ARN, which no list shows."""
        return bucket_arn(str(doc["Name"]), str(doc.get("BucketRegion", HOME)))

    def create(self, lookup: Lookup, token: str) -> tuple[Call, ...]:
        """The call that makes it, tagged; us-east-1 is where buckets stand of which no place is said."""
        (call,) = super().create(lookup, token)
        configured = {k: v for k, v in call.params["CreateBucketConfiguration"].items() if v != HOME}
        return (Call(call.service, call.operation, {**call.params, "CreateBucketConfiguration": configured}),)

    def retag(self, doc: Doc, found: tuple[Difference, ...]) -> tuple[Call, ...]:
        """One call with all tags: S3 replaces the whole set, so that those of others go along as they are."""
        if not found:
            return ()
        tags = {**self.tags_of(doc), **{d.member or "": str(d.want) for d in found if d.want is not MISSING}}
        gone = {d.member for d in found if d.want is MISSING}
        kept: Json = [{"Key": key, "Value": value} for key, value in sorted(tags.items()) if key not in gone]
        return (Call(SERVICE, "PutBucketTagging", {"Bucket": get(doc, "Name"), "Tagging": {"TagSet": kept}}),)

    def cost(self, prices: PriceBook) -> tuple[Line, ...]:
        """What is stored and asked for, at a guess: a bucket that nobody uses costs nothing."""
        stored, puts, gets = self.AMOUNTS
        gb, put, got = (prices.usd(f"s3-{item}") for item in ("standard-gb-month", "put-1k", "get-1k"))
        return (
            _guessed("storage", gb, stored, f"{stored[1]} GB at ${gb}; at most {stored[2]} GB"),
            _guessed("uploads", put, puts, f"{puts[1]},000 a month at ${put} for 1,000; at most {puts[2]},000"),
            _guessed("downloads", got, gets, f"{gets[1]},000 a month at ${got} for 1,000, without traffic"),
        )


def _guessed(item: str, usd: Decimal, amounts: tuple[int, int, int], assumption: str) -> Line:
    low, expected, high = (usd * amount for amount in amounts)
    return Line(item, expected, low, high, assumption)


@dataclass(frozen=True, kw_only=True)
class ContentBucket(Bucket):
    """A bucket whose content is made elsewhere and can be made again: when it is to go, it is emptied first.

    Nothing else empties it: one that nobody declares holds data as any other does, and waits for a person.
    """

    ADOPTED_BY: ClassVar[str] = ""
    AMOUNTS: ClassVar[_Amounts] = ((0, 1, 10), (0, 1, 20), (0, 100, 2000))
    ALSO: ClassVar[tuple[str, ...]] = ("DeleteObjects", "ListObjectVersions")
    NO_BACKUP: ClassVar[str] = "What was in it is built again: approve, then synchronise the site anew."

    @classmethod
    def delete(cls, doc: Doc, lookup: Lookup, removal: Removal) -> tuple[Call, ...]:
        """Every object goes, in all its versions, and then the bucket."""
        bucket = {"Bucket": get(doc, "Name")}
        every = Each(
            "ListObjectVersions", bucket, ("Versions", "DeleteMarkers"), ("Key", "VersionId"), "Delete.Objects"
        )
        emptied = Call(SERVICE, "DeleteObjects", {**bucket, "Delete": {"Objects": [], "Quiet": True}}, each=every)
        return (emptied, *super().delete(doc, lookup, removal))
