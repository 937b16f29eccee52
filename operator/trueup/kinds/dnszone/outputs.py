"""What a DnsZone gives to those who use it, and what a person must do with it once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trueup.core.observed import Observed
from trueup.core.paths import get
from trueup.core.values import Doc, Json, as_list
from trueup.kinds.common import names
from trueup.kinds.common.kind import Context
from trueup.kinds.dnszone.spec import DnsZoneSpec
from trueup.resources.route53 import RECORDS, is_of_aws

CONSOLE: Final = "https://console.aws.amazon.com/route53/v2/hostedzones#ListRecordSets/"


def outputs(ctx: Context, observed: Observed) -> Mapping[str, Json]:
    """The zone's `zoneId`, `arn` and page, and its `nameServers`, by its own NS records.

    `delegation` says what a person must do once: until the registrar, or the parent zone, names these servers, nobody
    asks them. Whether that was done is not checked.
    """
    spec: DnsZoneSpec = ctx.spec
    zone = observed.seen.get(names.HOSTED_ZONE)
    if zone is None or not zone.owned:
        return {}
    found: dict[str, Json] = {"zoneId": zone.id, "url": CONSOLE + zone.id}
    arn = zone.kind.full_arn(zone.doc, observed.lookup)
    if arn is not None:
        found["arn"] = arn
    servers = name_servers(zone.doc)
    if servers:
        found["nameServers"] = servers
        found["delegation"] = (
            f"Name these servers for {spec.domain} at its registrar, or as NS records in its parent zone."
        )
    return found


def name_servers(zone: Doc) -> list[str]:
    """The servers that the zone itself names, sorted."""
    records = as_list(get(zone, RECORDS)) or ()
    own = (one for one in records if one["Type"] == "NS" and is_of_aws(one, str(zone["Name"])))
    return sorted(str(value).rstrip(".") for one in own for value in get(one, "ResourceRecords[].Value"))
