"""What a StaticSite tells: where it is found, where its files go, and what to write into a zone that is not ours."""

from __future__ import annotations

from collections.abc import Mapping

from trueup.core.observed import Observed
from trueup.core.paths import get
from trueup.core.values import Json, Key, as_list
from trueup.kinds.common import names
from trueup.kinds.common.kind import Context
from trueup.kinds.staticsite.compose import DISTRIBUTION, certificate_name, served
from trueup.kinds.staticsite.spec import StaticSiteSpec, hosts
from trueup.resources.acm import RECORDS, Certificate
from trueup.resources.cloudfront import Distribution


def outputs(ctx: Context, observed: Observed) -> Mapping[str, Json]:
    """`url`, `distributionId`, `domainName` (CloudFront's own), `bucketName` and `certificateArn`, as they come.

    Where no zone is named, `certificateRecords` and `aliasRecords` list what somebody must write where the domains have
    their zone: what proves them, and what leads them to the site. The top of a zone takes no CNAME, but an alias.
    """
    spec: StaticSiteSpec = ctx.spec
    found: dict[str, Json] = {}
    bucket = observed.seen.get(names.BUCKET)
    if bucket is not None and bucket.owned:
        found["bucketName"] = bucket.id
    distribution = observed.seen.get(Key(Distribution.TYPE, DISTRIBUTION))
    if distribution is not None and distribution.owned:
        own = str(distribution.doc.get("DomainName"))
        names_first = [name for name in served(ctx) if not name.startswith("*.")]
        found |= {"distributionId": distribution.id, "domainName": own}
        found["url"] = f"https://{next(iter(names_first), own)}"
        led = () if spec.zone_ref is not None else hosts(spec.domains, www=spec.www_redirect)
        if led:
            found["aliasRecords"] = [{"name": host, "type": "CNAME", "value": own} for host in led]
    certificate = observed.seen.get(Key(Certificate.TYPE, certificate_name(spec, served(ctx))))
    if certificate is not None and certificate.owned:
        found["certificateArn"] = certificate.id
        records = as_list(get(certificate.doc, RECORDS)) or ()
        if spec.zone_ref is None and records:
            found["certificateRecords"] = [
                {"name": one["Name"], "type": one["Type"], "value": one["Value"]} for one in records
            ]
    return found
