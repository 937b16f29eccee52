"""The kind Bucket: a private bucket for the files of services."""

from trueup.kinds.bucket.compose import compose
from trueup.kinds.bucket.outputs import outputs
from trueup.kinds.bucket.spec import INFO
from trueup.kinds.common.kind import Kind
from trueup.resources.s3 import (
    Bucket,
    BucketEncryption,
    BucketPolicy,
    BucketVersioning,
    CorsConfiguration,
    LifecycleConfiguration,
    OwnershipControls,
    PublicAccessBlock,
)

KIND = Kind(
    info=INFO,
    types=(
        Bucket,
        PublicAccessBlock,
        OwnershipControls,
        BucketPolicy,
        BucketEncryption,
        BucketVersioning,
        LifecycleConfiguration,
        CorsConfiguration,
    ),
    compose=compose,
    outputs=outputs,
    peers=lambda spec: (),
)
"""Bucket as the engine takes it."""
