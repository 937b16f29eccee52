"""The kind StaticSite: a private bucket, and a distribution of CloudFront that answers for it all over the world."""

from trueup.kinds.common.kind import Kind
from trueup.kinds.staticsite.compose import compose
from trueup.kinds.staticsite.outputs import outputs
from trueup.kinds.staticsite.spec import INFO, StaticSiteSpec
from trueup.resources.acm import Certificate
from trueup.resources.cloudfront import Distribution, Function, OriginAccessControl
from trueup.resources.route53 import RecordSet
from trueup.resources.s3 import BucketEncryption, ContentBucket, OwnershipControls, PublicAccessBlock, SharedPolicy


def peers(spec: StaticSiteSpec) -> tuple[tuple[str, str], ...]:
    """The DnsZone, where one is named."""
    return (("DnsZone", spec.zone_ref.name),) if spec.zone_ref else ()


KIND = Kind(
    info=INFO,
    types=(
        ContentBucket,
        PublicAccessBlock,
        OwnershipControls,
        BucketEncryption,
        OriginAccessControl,
        Function,
        Certificate,
        Distribution,
        SharedPolicy,
        RecordSet,
    ),
    compose=compose,
    outputs=outputs,
    peers=peers,
)
"""StaticSite as the engine takes it."""
