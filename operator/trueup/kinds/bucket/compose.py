"""How a Bucket compiles: the bucket, and each of its settings; first what keeps it private."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from trueup.core.graph import Graph
from trueup.core.values import Joined, Json, Pseudo
from trueup.kinds.bucket.spec import BucketSpec, CorsRule, Lifecycle
from trueup.kinds.common import names
from trueup.kinds.common.kind import Context
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
from trueup.resources.s3.access import policy_of, tls_only
from trueup.resources.s3.buckets import bucket_arn
from trueup.resources.s3.settings import ENABLED, INTELLIGENT_TIERING, SUSPENDED

BUCKET: Final = names.BUCKET.name
_LONGEST: Final = 63
_ACCOUNT: Final = len("-123456789012")


def compose(ctx: Context) -> Graph:
    """The graph of a Bucket."""
    spec: BucketSpec = ctx.spec
    graph = Graph(ctx.identity, spec.tags)
    name, at = _name(ctx, spec)
    bucket = graph.add(
        Bucket(name=BUCKET, bucket_name=name, region=ctx.region),
        at={"region": "/region", **({"bucket_name": at} if at else {})},
        adopt=spec.adopt is not None,
    )
    named = bucket.output("Name")
    graph.add(PublicAccessBlock(name="public-access", bucket=named))
    graph.add(OwnershipControls(name="ownership", bucket=named))
    begins = bucket_arn("", ctx.region)
    statements = (tls_only(Joined((begins, name)), Joined((begins, name, "/*"))),)
    graph.add(BucketPolicy(name="policy", bucket=named, document=policy_of(statements)))
    _encryption(graph, spec, named)
    graph.add(
        BucketVersioning(name="versioning", bucket=named, status=ENABLED if spec.versioning else SUSPENDED),
        at={"status": "/versioning"},
    )
    graph.add(
        LifecycleConfiguration(name="lifecycle", bucket=named, rules=(_rule(spec.lifecycle),)),
        at={"rules": "/lifecycle"},
    )
    graph.add(CorsConfiguration(name="cors", bucket=named, rules=tuple(_cors(spec.cors))), at={"rules": "/cors"})
    return graph


def _name(ctx: Context, spec: BucketSpec) -> tuple[Json, str]:
    """The bucket's name, and the field that says it; no two accounts derive the same."""
    if spec.adopt is not None:
        return spec.adopt.bucket, "/adopt/name" if spec.adopt.name else "/adopt/arn"
    if spec.bucket_name is not None:
        return spec.bucket_name, "/bucketName"
    return Joined((ctx.identity.derived(_LONGEST - _ACCOUNT), "-", Pseudo.ACCOUNT)), ""


def _encryption(graph: Graph, spec: BucketSpec, bucket: Json) -> None:
    key = spec.encryption.kms_key_arn
    at = "/encryption/kmsKeyArn"
    graph.add(
        BucketEncryption(
            name="encryption",
            bucket=bucket,
            algorithm="aws:kms" if key else "AES256",
            key_id=key,
            bucket_key=True if key else None,
        ),
        at={"algorithm": at, "key_id": at, "bucket_key": at},
    )


def _rule(wanted: Lifecycle) -> Mapping[str, Json]:
    """One rule for all objects: S3 takes every action in one, as long as deletion comes after the change of class."""
    rule: dict[str, Json] = {
        "ID": "trueup",
        "Status": ENABLED,
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": wanted.abort_uploads_after_days},
    }
    if wanted.delete_after_days is not None:
        rule["Expiration"] = {"Days": wanted.delete_after_days}
    if wanted.delete_old_versions_after_days is not None:
        rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": wanted.delete_old_versions_after_days}
    if wanted.intelligent_tiering:
        rule["Transitions"] = [{"Days": 0, "StorageClass": INTELLIGENT_TIERING}]
    return rule


def _cors(rules: Iterable[CorsRule]) -> Iterable[Mapping[str, Json]]:
    for rule in rules:
        said: dict[str, Json] = {
            "AllowedOrigins": list(rule.allowed_origins),
            "AllowedMethods": list(rule.allowed_methods),
            "AllowedHeaders": list(rule.allowed_headers),
            "ExposeHeaders": list(rule.expose_headers),
            "MaxAgeSeconds": rule.max_age_seconds,
        }
        yield {name: value for name, value in said.items() if value != []}
