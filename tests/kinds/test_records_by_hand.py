"""Names without a zoneRef: a person is told which records prove them, and all else follows once these are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.house import Address, House

SITE: Address = ("StaticSite", "shop", "web")
SERVICE: Address = ("AppRunnerService", "shop", "api")
PUBLIC = {"image": {"repository": "public.ecr.aws/nginx/nginx", "tag": "1.27"}}


def applied(house: House, address: Address, **spec: Any) -> Mapping[str, Any]:
    """The outputs of an object that is as far as it comes by itself."""
    kind, namespace, name = address
    house.apply({"kind": kind, "metadata": {"name": name, "namespace": namespace}, "spec": spec})
    passed(house)
    outputs: Mapping[str, Any] = house.status(address)["outputs"]
    return outputs


def passed(house: House) -> None:
    """Some minutes have gone by."""
    house.settle()
    for _ in range(4):
        house.clock.advance(95)
        house.sweep()
    house.settle()


def written(house: House, *records: Mapping[str, str]) -> None:
    """Somebody has a zone of example.net, and writes these records into it."""
    dns = house.client("route53")
    zone = dns.create_hosted_zone(Name="example.net", CallerReference="theirs")["HostedZone"]["Id"]
    for one in records:
        made = {"Name": one["name"], "Type": one["type"], "TTL": 300, "ResourceRecords": [{"Value": one["value"]}]}
        batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": made}]}
        dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)


def told(*records: Mapping[str, str]) -> str:
    return "; ".join(f"{one['name']} CNAME {one['value']}" for one in records)


def test_a_site_names_the_record_that_proves_it_and_follows_by_itself(house: House) -> None:
    outputs = applied(house, SITE, domains=["example.net"], wwwRedirect=True)
    assert "aliasRecords" not in outputs
    records = outputs["certificateRecords"]
    stalled = house.condition(SITE, "Stalled")
    assert stalled["reason"] == house.condition(SITE, "Ready")["reason"] == "PersonNeeded"
    assert stalled["message"] == (
        f"Write {told(*records)} into the zone of example.net, www.example.net: AWS waits for this proof, and no "
        "zoneRef names a DnsZone to keep it in. What is to lead there, and is yours to write too, stands in "
        "status.outputs once it is known."
    )
    written(house, *records)
    passed(house)
    outputs = house.status(SITE)["outputs"]
    names = ("example.net", "www.example.net")
    leads = [{"name": name, "type": "CNAME", "value": outputs["domainName"]} for name in names]
    assert (house.status(SITE)["summary"], outputs["aliasRecords"]) == ("Ready", leads)


def test_of_many_records_the_first_are_named_and_those_that_stand_no_more(house: House) -> None:
    outputs = applied(house, SITE, domains=[f"{number}.example.net" for number in range(5)])
    records = outputs["certificateRecords"]
    message = house.condition(SITE, "Stalled")["message"]
    assert f"Write {told(*records[:3])}; and 2 more, which status.outputs lists, into" in message
    written(house, *records[:3])
    passed(house)
    message = house.condition(SITE, "Stalled")["message"]
    assert f"Write {told(*records[3:])} into the zone of 3.example.net, 4.example.net:" in message


def test_a_certificate_that_waits_for_a_person_is_tagged_meanwhile(house: House) -> None:
    arn = applied(house, SITE, domains=["example.net"], tags={"team": "web"})["certificateArn"]
    applied(house, SITE, domains=["example.net"], tags={"team": "shop"})
    tags = house.client("acm").list_tags_for_certificate(CertificateArn=arn)["Tags"]
    assert {"Key": "team", "Value": "shop"} in tags


def test_a_service_names_the_records_that_prove_its_domain(house: House) -> None:
    (domain,) = applied(house, SERVICE, source=PUBLIC, domains=["api.example.net"])["domains"]
    stalled = house.condition(SERVICE, "Stalled")
    assert stalled["reason"] == "PersonNeeded"
    assert f"Write {told(*domain['records'][1:])} into the zone of api.example.net:" in stalled["message"]
    written(house, *domain["records"])
    passed(house)
    assert house.status(SERVICE)["summary"] == "Ready"
