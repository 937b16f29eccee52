"""What a Bucket tells: its name and ARN, and where it answers."""

from __future__ import annotations

from collections.abc import Mapping

from trueup.core.observed import Observed
from trueup.core.values import Json, Key
from trueup.kinds.bucket.compose import BUCKET
from trueup.kinds.common.kind import Context
from trueup.resources.s3 import Bucket
from trueup.resources.s3.buckets import bucket_arn


def outputs(ctx: Context, observed: Observed) -> Mapping[str, Json]:
    """The bucket's `bucketName`, `arn`, `domain` and `url` (of the region's own endpoint) once it is there and ours."""
    bucket = observed.seen.get(Key(Bucket.TYPE, BUCKET))
    if bucket is None or not bucket.owned:
        return {}
    domain = f"{bucket.id}.s3.{ctx.region}.amazonaws.com{'.cn' if ctx.region.startswith('cn-') else ''}"
    return {
        "bucketName": bucket.id,
        "arn": bucket_arn(bucket.id, ctx.region),
        "domain": domain,
        "url": f"https://{domain}",
    }
