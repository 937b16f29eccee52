"""What a StaticSite tells: where it is found, where its files go, and what to write into a zone that is not ours."""

from __future__ import annotations

from collections.abc import Mapping

from trueup.core.observed import Observed
from trueup.core.paths import get
from trueup.core.values import Json, Key, as_list
from trueup.kinds.common import names
from trueup.kinds.common.kind import Context
from trueup.kinds.staticsite.compose import DISTRIBUTION, certificate_name, served
from trueup.kinds.staticsite.spec import StaticSiteSpec
from trueup.resources.acm import RECORDS, Certificate
from trueup.resources.cloudfront import Distribution


def outputs(ctx: Context, observed: Observed) -> Mapping[str, Json]:
    """`url`, `distributionId`, `domainName` (CloudFront's own), `bucketName` and `certificateArn`, as they come.

    Where no zone is named, `certificateRecords` lists the records that prove the domains, which somebody must write
    where these have their zone; CNAMEs of the domains lead to `domainName`.
    """
    spec: StaticSiteSpec = ctx.spec
    found: dict[str, Json] = {}
    bucket = observed.seen.get(names.BUCKET)
    if bucket is not None and bucket.owned:
        found["bucketName"] = bucket.id
    distribution = observed.seen.get(Key(Distribution.TYPE, DISTRIBUTION))
    if distribution is not None and distribution.owned:
        own = str(distribution.doc.get("DomainName"))
        names_first = [name for name in spec.domains if not name.startswith("*.")]
        found |= {"distributionId": distribution.id, "domainName": own}
        found["url"] = f"https://{next(iter(names_first), own)}"
    certificate = observed.seen.get(Key(Certificate.TYPE, certificate_name(spec, served(ctx))))
    if certificate is not None and certificate.owned:
        found["certificateArn"] = certificate.id
        records = as_list(get(certificate.doc, RECORDS)) or ()
        if spec.zone_ref is None and records:
            found["certificateRecords"] = [
                {"name": one["Name"], "type": one["Type"], "value": one["Value"]} for one in records
            ]
    return found
