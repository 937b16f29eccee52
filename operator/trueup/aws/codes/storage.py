"""Error codes of S3."""

from __future__ import annotations

from typing import Final

from trueup.aws.codes.entry import AGAIN, CORRECT, RAISE, WAIT, entry
from trueup.core.faults import Consequence

_S3: Final = ("s3",)

STORAGE: Final = (
    entry(
        Consequence.TAKEN,
        "BucketAlreadyExists",
        "A bucket of this name belongs to another account: names are unique over all accounts.",
        "Choose another `bucketName`, or leave it out: the name then ends with the account's number.",
        _S3,
    ),
    entry(
        Consequence.EXISTS,
        "BucketAlreadyOwnedByYou",
        "The account has a bucket of this name already, just made or in another region.",
        "Nothing, if it was just made; else choose another name, or set `region` to the bucket's own.",
        _S3,
    ),
    entry(
        Consequence.NOT_EMPTY,
        "BucketNotEmpty",
        "The bucket still holds objects, old versions or delete markers, and those are never deleted unasked.",
        "Empty the bucket, or set `deletionPolicy: Retain` to keep it and let the object go.",
        _S3,
    ),
    entry(
        Consequence.NOT_FOUND,
        "NoSuchBucket NoSuchBucketPolicy NoSuchCORSConfiguration NoSuchLifecycleConfiguration "
        "NoSuchPublicAccessBlockConfiguration NoSuchTagSet OwnershipControlsNotFoundError "
        "ServerSideEncryptionConfigurationNotFoundError NoSuchKey NoSuchUpload NoSuchVersion NoSuchAnnotation",
        "The bucket, or the setting of it that the call names, does not exist (any more).",
        AGAIN,
        _S3,
    ),
    entry(
        Consequence.CONFLICT,
        "OperationAborted BucketHasBeenDeletedRecently",
        "Another change of the bucket is under way, or one of its name was deleted a moment ago.",
        WAIT,
        _S3,
    ),
    entry(
        Consequence.QUOTA,
        "TooManyBuckets",
        "The account has as many buckets as its quota allows.",
        RAISE,
        _S3,
    ),
    entry(
        Consequence.INVALID,
        "InvalidBucketName InvalidBucketState IllegalLocationConstraintException InvalidLocationConstraint "
        "IncompatibleLocationConstraintException MalformedXML MalformedPolicy InvalidPolicyDocument "
        "IllegalVersioningConfigurationException InvalidBucketAclWithObjectOwnership "
        "AccessControlListNotSupported InvalidTagError KMS.NotFoundException "
        "InvalidPrefix InvalidWriteOffset TooManyParts UnsupportedMediaType EncryptionTypeMismatch "
        "IdempotencyParameterMismatch InvalidObjectState ObjectAlreadyInActiveTierError "
        "ObjectNotInActiveTierError InvalidAnnotationName AnnotationNameTooLong",
        "S3 refuses a value, or values that do not go together.",
        CORRECT,
        _S3,
    ),
    entry(
        Consequence.QUOTA,
        "AnnotationLimitExceeded",
        "The object carries as many annotations as S3 allows.",
        RAISE,
        _S3,
    ),
    entry(
        Consequence.INVALID,
        "PermanentRedirect TemporaryRedirect AuthorizationHeaderMalformed",
        "The bucket is in another region than the one that was asked.",
        "Set `region` to the bucket's own: create the object anew, as an object's region cannot change.",
        _S3,
    ),
)
