"""The spec of a Bucket: what it is called, how it keeps what is in it, and from which pages it is used.

What keeps it private is no choice and stands in no field: the block on public access, the owner's say over every
object, encryption, and a policy that refuses whoever comes without TLS.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from trueup.kinds.common.fields import BucketName, Shape
from trueup.kinds.common.info import KindInfo
from trueup.kinds.common.rules import Change, Rule, immutable_optional, keeps_adopted, not_both, unique
from trueup.kinds.common.spec import Criticality, Part, Spec

_RESERVED = r"^(xn--|sthree-|amzn-s3-demo-).*$|^.*(-s3alias|--ol-s3|--x-s3|--table-s3|-an)$"
_TWICE = "{} comes twice. Name each once."

ExistingName = Annotated[
    str,
    Field(max_length=63),
    Shape("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", "This is not the name of a bucket. Give it as the console shows it."),
]
BucketArn = Annotated[
    str,
    Field(max_length=83),
    Shape(
        "^arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        "This is not the ARN of a bucket. It looks like arn:aws:s3:::name.",
    ),
]
KeyArn = Annotated[
    str,
    Field(max_length=256),
    Shape(
        "^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$",
        "This is not the ARN of a KMS key. It looks like arn:aws:kms:us-east-1:123456789012:key/id.",
    ),
]
Origin = Annotated[
    str,
    Field(max_length=253),
    Shape(
        r"^([*]|https?://[A-Za-z0-9.-]*[*]?[A-Za-z0-9.-]*(:[0-9]{1,5})?)$",
        "This is not an origin: write scheme and host as browsers send them, such as https://www.example.com, "
        "with at most one *, and no path.",
    ),
]
Header = Annotated[
    str,
    Field(max_length=128),
    Shape("^[A-Za-z0-9-]*[*]?[A-Za-z0-9-]*$", "This is not the name of a header. It may have at most one *."),
]


class Encryption(Part, frozen=True):
    """With which keys S3 encrypts."""

    kms_key_arn: KeyArn | None = Field(
        default=None, description="Key of KMS. Default: S3's own keys, which cost nothing and need no rights."
    )


class CorsRule(Part, frozen=True):
    """Pages that browsers may use the bucket from, and how."""

    allowed_origins: tuple[Origin, ...] = Field(
        min_length=1, max_length=20, strict=False, description="Origins, such as https://www.example.com."
    )
    allowed_methods: tuple[Literal["GET", "PUT", "POST", "DELETE", "HEAD"], ...] = Field(
        min_length=1, max_length=5, strict=False, description="What pages of these origins may do."
    )
    allowed_headers: tuple[Header, ...] = Field(
        default=(), max_length=20, strict=False, description="Headers that requests may carry; * for all."
    )
    expose_headers: tuple[Header, ...] = Field(
        default=(), max_length=20, strict=False, description="Headers of answers that pages may read, such as ETag."
    )
    max_age_seconds: int = Field(
        default=3600, ge=0, le=86400, description="How long browsers may remember the permission."
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="self.allowedOrigins.all(x, self.allowedOrigins.exists_one(y, y == x))",
            message=_TWICE.format("An origin"),
            holds=lambda rule: len(set(rule.allowed_origins)) == len(rule.allowed_origins),
            at=".allowedOrigins",
        ),
        Rule(
            cel="self.allowedMethods.all(x, self.allowedMethods.exists_one(y, y == x))",
            message=_TWICE.format("A method"),
            holds=lambda rule: len(set(rule.allowed_methods)) == len(rule.allowed_methods),
            at=".allowedMethods",
        ),
        unique("allowed_headers", _TWICE.format("A header")),
        unique("expose_headers", _TWICE.format("A header")),
    )


class Lifecycle(Part, frozen=True):
    """What becomes of objects with time."""

    delete_after_days: int | None = Field(
        default=None, ge=1, le=36500, description="Days after which objects are deleted. Default: never."
    )
    delete_old_versions_after_days: int | None = Field(
        default=None,
        ge=1,
        le=36500,
        description="Days after which what versioning has kept of deleted and overwritten objects is gone. "
        "Default: never.",
    )
    abort_uploads_after_days: int = Field(
        default=7, ge=1, le=365, description="Days after which unfinished uploads, which cost as much, are given up."
    )
    intelligent_tiering: bool = Field(
        default=False,
        description="Whether S3 moves objects of 128 KB or more to cheaper tiers while nobody reads them.",
    )


class AdoptBucket(Part, frozen=True):
    """A bucket that exists already, in the object's own region."""

    name: ExistingName | None = Field(default=None, description="Name of the bucket. Once given it stays.")
    arn: BucketArn | None = Field(default=None, description="ARN of the bucket, in place of its name.")

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="has(self.name) != has(self.arn)",
            message="adopt takes either the name of a bucket or its ARN, one of the two.",
            holds=lambda adopt: (adopt.name is None) != (adopt.arn is None),
        ),
    )

    @property
    def bucket(self) -> str:
        """The bucket's name, whichever way it was given."""
        return self.name or str(self.arn).rsplit(":", 1)[-1]


def _is_free(name: str | None) -> bool:
    if name is None:
        return True
    begins, ends = ("xn--", "sthree-", "amzn-s3-demo-"), ("-s3alias", "--ol-s3", "--x-s3", "--table-s3", "-an")
    return not name.startswith(begins) and not name.endswith(ends)


class BucketSpec(Spec, frozen=True):
    """A private bucket for the files of services."""

    bucket_name: BucketName | None = Field(
        default=None,
        description="Name of the bucket, which nobody else in the world may have. Default: made of namespace, "
        "name and the account's number. Cannot change.",
    )
    encryption: Encryption = Field(default=Encryption(), description="How what is stored is encrypted.")
    versioning: bool = Field(
        default=False,
        description="Whether deleted and overwritten objects are kept as old versions. Switched off again, S3 keeps "
        "those that there are.",
    )
    lifecycle: Lifecycle = Field(default=Lifecycle(), description="What becomes of objects with time.")
    cors: tuple[CorsRule, ...] = Field(
        default=(),
        max_length=20,
        strict=False,
        description="Pages that browsers may use the bucket from; the first rule that fits counts. Default: none.",
    )
    adopt: AdoptBucket | None = Field(default=None, description="Take over a bucket that exists in AWS.")
    deletion_policy: Literal["Retain", "Delete"] = Field(
        default="Retain",
        description="What happens to the bucket when this object is deleted. Delete waits until somebody has "
        "emptied it: objects are never deleted unasked.",
    )
    criticality: Criticality = Field(default="NonCritical", description="Whether a budget's gate may stop it.")

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel=f"!has(self.bucketName) || !self.bucketName.matches(r'{_RESERVED}')",
            message="bucketName begins or ends like names that S3 keeps for itself. Choose another.",
            holds=lambda spec: _is_free(spec.bucket_name),
        ),
        not_both(
            "bucket_name",
            "adopt",
            "bucketName names a new bucket and adopt one that exists. Give one of them.",
        ),
    )
    CHANGES: ClassVar[tuple[Change, ...]] = (
        immutable_optional(
            "bucket_name",
            "bucketName cannot be set, changed or removed later: a bucket keeps its name. Create a new Bucket and "
            "copy the objects.",
        ),
        keeps_adopted(
            "adopt cannot be changed or removed: this object stands for that bucket. Create a new Bucket for "
            "another one."
        ),
    )

    @property
    def adopted_name(self) -> str | None:
        """The name of the bucket that this object takes over."""
        return self.adopt.bucket if self.adopt else None


INFO = KindInfo(
    kind="Bucket",
    plural="buckets",
    singular="bucket",
    short_names=("bkt",),
    spec=BucketSpec,
    url_path=".status.outputs.url",
    description="A private S3 bucket: encrypted, closed to the public, reached over TLS alone, with rules for what "
    "becomes of objects with time.",
)
