"""How a StaticSite compiles: the bucket and what keeps it private, the certificate, the distribution, its names.

The distribution refers to the bucket and the bucket's policy to the distribution, so that nothing else may read it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from trueup.core.graph import Graph
from trueup.core.values import Joined, Json, Pseudo, Ref
from trueup.kinds.common import names, zones
from trueup.kinds.common.kind import Context
from trueup.kinds.staticsite import edge
from trueup.kinds.staticsite.spec import StaticSiteSpec, hosts, redirected
from trueup.resources.acm import Certificate, proved
from trueup.resources.cloudfront import Distribution, Function, OriginAccessControl
from trueup.resources.cloudfront.base import ALIAS_ZONE
from trueup.resources.route53 import RecordSet
from trueup.resources.s3 import BucketEncryption, ContentBucket, OwnershipControls, PublicAccessBlock, SharedPolicy
from trueup.resources.s3.access import policy_of, tls_only
from trueup.resources.s3.buckets import bucket_arn

BUCKET: Final = names.BUCKET.name
DISTRIBUTION: Final = "distribution"
_LONGEST: Final = 63
_ACCOUNT: Final = len("-123456789012")
_NAMED: Final = 60
_COMMENT: Final = 128
_VALIDATION_SECONDS: Final = 300
_TAKEN: Final = "choose another bucketName, or none, so that one is made"


@dataclass(frozen=True, slots=True)
class _Making:
    """What the steps of composing share."""

    ctx: Context
    spec: StaticSiteSpec
    graph: Graph
    domains: tuple[str, ...]
    """Those that the distribution is to answer to, besides their www."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every name that the distribution answers to."""
        return hosts(self.domains, www=self.spec.www_redirect)

    @property
    def kept(self) -> tuple[str, ...]:
        """Those of the names that have their records in the zone which is named."""
        ref = self.spec.zone_ref
        return hosts(zones.held(self.ctx, ref, self.domains), www=self.spec.www_redirect) if ref else ()

    @property
    def zone(self) -> Ref | None:
        """The zone in which records are kept, where one is named."""
        return zones.id_of(self.ctx, self.spec.zone_ref)


def compose(ctx: Context) -> Graph:
    """The graph of a StaticSite. A domain that its zone does not have is refused, and the site made without it."""
    spec: StaticSiteSpec = ctx.spec
    domains = served(ctx)
    make = _Making(ctx, spec, Graph(ctx.identity, spec.tags), domains)
    zones.refuse_outside(ctx, make.graph, spec.zone_ref, spec.domains)
    name, bucket = _bucket(make)
    certificate = _certificate(make)
    distribution = _distribution(make, bucket, certificate)
    begins = bucket_arn("", ctx.region)
    whole, content = Joined((begins, name)), Joined((begins, name, "/*"))
    statements = (_readable(content, distribution), tls_only(whole, content))
    make.graph.add(SharedPolicy(name="policy", bucket=bucket.output("Name"), document=policy_of(statements)))
    for host in make.kept:
        _aliases(make, host, distribution)
    return make.graph


def served(ctx: Context) -> tuple[str, ...]:
    """The domains of the spec that can be: all, or those of the zone that is named and there.

    Of a zone that has none of them the name is wrong, and no reason to take them off a site that serves.
    """
    spec: StaticSiteSpec = ctx.spec
    return zones.held(ctx, spec.zone_ref, spec.domains) or spec.domains


def certificate_name(spec: StaticSiteSpec, domains: tuple[str, ...]) -> str:
    """The certificate's name in the graph: other names are another certificate, and the old one serves meanwhile."""
    named = " ".join(sorted(hosts(domains, www=spec.www_redirect)))
    return f"certificate-{hashlib.sha256(named.encode()).hexdigest()[:6]}"


def _bucket(make: _Making) -> tuple[Json, ContentBucket]:
    given = make.spec.bucket_name
    name = given or Joined((make.ctx.identity.derived(_LONGEST - _ACCOUNT), "-", Pseudo.ACCOUNT))
    bucket = make.graph.add(
        ContentBucket(name=BUCKET, bucket_name=name, region=make.ctx.region),
        at={"region": "/region", **({"bucket_name": "/bucketName"} if given else {})},
        way=_TAKEN,
    )
    named = bucket.output("Name")
    make.graph.add(PublicAccessBlock(name="public-access", bucket=named))
    make.graph.add(OwnershipControls(name="ownership", bucket=named))
    make.graph.add(BucketEncryption(name="encryption", bucket=named))
    return name, bucket


def _readable(content: Json, distribution: Distribution) -> Mapping[str, Json]:
    """The statement that lets this one distribution read, whoever else CloudFront works for."""
    return {
        "Sid": "OnlyThisDistribution",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": content,
        "Condition": {"StringEquals": {"AWS:SourceArn": distribution.output("ARN")}},
    }


# ---- names ----------------------------------------------------------------------------------------------------------


def _certificate(make: _Making) -> Certificate | None:
    if not make.hosts:
        return None
    certificate = make.graph.add(
        Certificate(
            name=certificate_name(make.spec, make.domains),
            domain=make.hosts[0],
            names=make.hosts,
            proved_by_hand=make.zone is None,
        ),
        at={"": "/domains", "domain": "/domains/0", "names": "/domains"},
    )
    for name in proved(make.kept):
        make.graph.add(
            RecordSet(
                name=f"validation-{name}",
                zone=make.zone or "",
                record_name=certificate.record(name, "Name"),
                type="CNAME",
                ttl=_VALIDATION_SECONDS,
                values=(certificate.record(name, "Value"),),
            ),
            at={"": "/domains", "record_name": "/domains", "values": "/domains", "zone": "/zoneRef/name"},
        )
    return certificate


def _aliases(make: _Making, host: str, distribution: Distribution) -> None:
    called = zones.called(host)
    for type in ("A", "AAAA"):
        make.graph.add(
            RecordSet(
                name=f"{called}-{type.lower()}",
                zone=make.zone or "",
                record_name=host,
                type=type,
                alias_zone=ALIAS_ZONE,
                alias_name=distribution.output("DomainName"),
                alias_health=False,
            ),
            at={"": "/domains", "record_name": "/domains", "zone": "/zoneRef/name"},
        )


# ---- the edge -------------------------------------------------------------------------------------------------------


_AT: Final[Mapping[str, str]] = {
    "behaviors": "/cache",
    "aliases": "/domains",
    "certificate": "/domains",
    "errors": "/spa",
    "price_class": "/priceClass",
    "tls": "/minimumTls",
    "invalidate": "/invalidate",
}


def _distribution(make: _Making, bucket: ContentBucket, certificate: Certificate | None) -> Distribution:
    spec = make.spec
    function = _function(make)
    runs = None if function is None else function.output("FunctionMetadata.FunctionARN", ready=True)
    distribution = Distribution(
        name=DISTRIBUTION,
        origins=(_origin(make, bucket),),
        default_behavior=edge.default(runs),
        behaviors=tuple(edge.ruled(rule, runs) for rule in spec.cache),
        aliases=make.hosts,
        errors=edge.errors(spec),
        root=edge.ROOT,
        price_class=spec.price_class,
        comment=str(make.ctx.identity)[:_COMMENT],
        plain_certificate=certificate is None,
        invalidate=spec.invalidate,
    )
    if certificate is not None:
        issued = certificate.output("CertificateArn", ready=True)
        distribution = replace(distribution, certificate=issued, tls=spec.minimum_tls, sni="sni-only")
    return make.graph.add(distribution, at=_AT)


def _origin(make: _Making, bucket: ContentBucket) -> Mapping[str, Json]:
    """The bucket under its own region's name, which CloudFront reads by signing what it asks for."""
    region = make.ctx.region
    called = make.ctx.identity.derived(_NAMED)
    said = str(make.ctx.identity)[:_COMMENT]
    control = make.graph.add(OriginAccessControl(name="access", control_name=called, description=said))
    ending = f".s3.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
    return {
        "Id": edge.ORIGIN,
        "DomainName": Joined((bucket.output("Name"), ending)),
        "OriginPath": "",
        "OriginAccessControlId": control.output("Id"),
    }


def _function(make: _Making) -> Function | None:
    if not make.spec.www_redirect or not redirected(make.domains):
        return None
    return make.graph.add(
        Function(
            name="www",
            function_name=f"{make.ctx.identity.derived(_NAMED)}-www",
            comment=str(make.ctx.identity)[:_COMMENT],
            code=edge.redirect(make.domains),
        ),
        at={"": "/wwwRedirect", "code": "/domains"},
    )
