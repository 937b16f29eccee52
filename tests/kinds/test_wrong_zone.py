"""A zoneRef that is wrong for a while takes no name off what serves under it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.house import House
from tests.kinds.one_service import PUBLIC

SERVICE = {"source": PUBLIC, "domains": ["www.shop.de"]}
SITE = {"domains": ["www.shop.de"]}


def applied(house: House, kind: str, **spec: Any) -> None:
    house.apply({"kind": kind, "metadata": {"namespace": "shop", "name": "it"}, "spec": spec})
    for _ in range(3):  # what waits for another object is looked at again a while later
        house.settle()
        house.clock.advance(120)


def names(house: House) -> tuple[list[str], list[str], list[str]]:
    """The domains of services, the names of distributions, and the addresses in the first zone."""
    runner, edge, dns = house.client("apprunner"), house.client("cloudfront"), house.client("route53")
    services = [one["ServiceArn"] for one in runner.list_services()["ServiceSummaryList"]]
    found = [runner.describe_custom_domains(ServiceArn=arn)["CustomDomains"] for arn in services]
    sites = edge.list_distributions()["DistributionList"].get("Items", [])
    zones = dns.list_hosted_zones()["HostedZones"]
    zone = next(one["Id"] for one in zones if one["Name"] == "shop.de.")
    records = dns.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return (
        [one["DomainName"] for listed in found for one in listed],
        [name for site in sites for name in site["Aliases"].get("Items", [])],
        [record["Name"] for record in records if record["Type"] == "A"],
    )


@pytest.mark.parametrize(("kind", "spec"), [("AppRunnerService", SERVICE), ("StaticSite", SITE)])
def test_nothing_is_taken_off_until_the_spec_can_be(house: House, kind: str, spec: dict[str, Any]) -> None:
    for name, domain in (("home", "shop.de"), ("other", "elsewhere.org")):
        zone = {"kind": "DnsZone", "metadata": {"namespace": "shop", "name": name}, "spec": {"domain": domain}}
        house.apply(zone)
    applied(house, kind, **spec, zoneRef={"name": "home"})
    serving = names(house)
    assert (serving[0] or serving[1], serving[2]) == (["www.shop.de"], ["www.shop.de."])
    applied(house, kind, **spec, zoneRef={"name": "other"})
    stalled = house.condition((kind, "shop", "it"), "Stalled")
    assert stalled["message"].startswith('www.shop.de is not in DnsZone "other", which is elsewhere.org')
    assert names(house) == serving
    applied(house, kind, **spec, zoneRef={"name": "home"})
    assert (house.status((kind, "shop", "it"))["summary"], names(house)) == ("Ready", serving)
