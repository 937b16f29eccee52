"""S3: buckets, and each of their settings as a type of its own, because each has calls of its own."""

from trueup.resources.s3.access import BucketPolicy, OwnershipControls, PublicAccessBlock, SharedPolicy
from trueup.resources.s3.buckets import Bucket, ContentBucket
from trueup.resources.s3.settings import BucketEncryption, BucketVersioning, CorsConfiguration, LifecycleConfiguration

__all__ = [
    "Bucket",
    "BucketEncryption",
    "BucketPolicy",
    "BucketVersioning",
    "ContentBucket",
    "CorsConfiguration",
    "LifecycleConfiguration",
    "OwnershipControls",
    "PublicAccessBlock",
    "SharedPolicy",
]
