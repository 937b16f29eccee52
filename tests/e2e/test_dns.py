"""A zone as its author declares it: made, found out when somebody changes it, refused, and removed."""

from typing import Any

import pytest

from tests.e2e.aws import settled
from tests.e2e.space import Address, Space
from tests.e2e.stage import Document, until

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]


def answers(zone: Address) -> dict[tuple[str, str], list[str]]:
    """What the zone holds, by name and type; nothing of what an alias answers."""
    route53: Any = zone.space.stage.aws("route53")
    found: list[Document] = route53.list_resource_record_sets(HostedZoneId=zone.status["outputs"]["zoneId"])[
        "ResourceRecordSets"
    ]
    return {(r["Name"], r["Type"]): [v["Value"] for v in r.get("ResourceRecords", [])] for r in found}


def change(zone: Address, *changes: tuple[str, str, str, str]) -> None:
    """Somebody changes records: action, name, type and value of each."""
    batch = [
        {"Action": a, "ResourceRecordSet": {"Name": n, "Type": t, "TTL": 300, "ResourceRecords": [{"Value": v}]}}
        for a, n, t, v in changes
    ]
    zone.space.stage.aws("route53").change_resource_record_sets(
        HostedZoneId=zone.status["outputs"]["zoneId"], ChangeBatch={"Changes": batch}
    )


def test_a_zone_is_made_kept_true_and_removed_once_nothing_of_others_is_in_it(space: Space) -> None:
    domain = f"{space.name}.example.com"
    www, theirs = f"www.{domain}.", ("mail." + domain, "A", "192.0.2.25")
    records = [{"name": "www", "type": "A", "values": ["192.0.2.1"]}]
    zone = space.apply("DnsZone", "home", {"domain": domain, "records": records, "deletionPolicy": "Delete"})
    made = settled(zone).now()["status"]
    assert (len(made["outputs"]["nameServers"]), made["cost"]["monthlyUSD"]) == (4, "0.50")
    assert answers(zone)[www, "A"] == ["192.0.2.1"]
    change(zone, ("UPSERT", www, "A", "198.51.100.7"), ("CREATE", *theirs))
    zone.until(lambda thing: thing["status"]["drift"]["recent"])
    (closed,) = settled(zone).status["drift"]["recent"]
    assert [closed[name] for name in ("path", "desired", "observed")] == [
        "ResourceRecords[].Value",
        ["192.0.2.1"],
        ["198.51.100.7"],
    ]
    until(lambda: answers(zone)[www, "A"] == ["192.0.2.1"], "the record leads elsewhere")
    assert answers(zone)[f"{theirs[0]}.", "A"] == [theirs[2]]
    zone.delete()
    refused = zone.reason("Stalled", "True", "DeletionProtected")["message"]
    assert f"these are not this object's: {theirs[0]}. A. Delete them" in refused
    assert answers(zone)[www, "A"] == ["192.0.2.1"], "nothing is taken away before all of it can go"
    change(zone, ("DELETE", *theirs))
    zone.gone()
    names = [z["Name"] for z in space.stage.aws("route53").list_hosted_zones()["HostedZones"]]
    assert f"{domain}." not in names
