"""Records that another kind keeps in a DnsZone: found, made, marked, and in the way of the zone's deletion."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import pytest

from tests.house import House
from trueup.app.engine import Engine
from trueup.core.graph import Graph
from trueup.kinds.common.info import KindInfo
from trueup.kinds.common.kind import Context, Kind
from trueup.kinds.common.names import zone_of
from trueup.kinds.common.spec import Criticality, Spec
from trueup.kinds.registry import kinds
from trueup.resources.route53 import RecordSet

ZONE, PAGE = ("DnsZone", "default", "home"), ("Page", "default", "front")


class PageSpec(Spec, frozen=True):
    """What a kind with an alias in somebody's zone is made of."""

    deletion_policy: Literal["Delete", "Retain"] = "Delete"
    criticality: Criticality = "NonCritical"


def compose(ctx: Context) -> Graph:
    graph = Graph(ctx.identity)
    alias = RecordSet(
        name="www",
        zone=zone_of(replace(ctx.identity, kind="DnsZone", name="home").owner),
        record_name="www.example.com",
        type="A",
        alias_zone="Z2FDTNDATAQYW2",
        alias_name="d1.cloudfront.net",
    )
    graph.add(alias)
    return graph


KIND = Kind(
    info=KindInfo("Page", "pages", "page", ("page",), PageSpec, "", "A page."),
    types=(RecordSet,),
    compose=compose,
    outputs=lambda ctx, observed: {},
    peers=lambda spec: (("DnsZone", "home"),),
)


@pytest.fixture
def house() -> House:
    made = House()
    made.engine = Engine({**kinds(), "Page": KIND}, made.settings, made.observer, made.executor, made.clock)
    made.apply({"kind": "Page", "metadata": {"name": "front"}, "spec": {}})
    return made


def apply_zone(house: House, **spec: Any) -> None:
    house.apply({"kind": "DnsZone", "metadata": {"name": "home"}, "spec": {"domain": "example.com", **spec}})


def answers(house: House) -> dict[tuple[str, str], Any]:
    route53 = house.client("route53")
    (zone,) = route53.list_hosted_zones()["HostedZones"]
    found = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    return {(r["Name"], r["Type"]): r.get("AliasTarget", r.get("ResourceRecords")) for r in found}


def test_a_record_waits_for_its_zone_and_is_no_business_of_the_zones(house: House) -> None:
    house.settle()
    assert house.status(PAGE)["summary"] == "Waiting"
    apply_zone(house, records=[{"name": "api", "type": "A", "values": ["192.0.2.1"]}], deletionPolicy="Delete")
    house.settle()
    assert {house.status(address)["summary"] for address in (ZONE, PAGE)} == {"Ready"}
    assert answers(house)["www.example.com.", "A"]["DNSName"] == "d1.cloudfront.net."
    house.emulator.clear_calls()
    house.clock.advance(61)
    house.sweep()
    assert house.emulator.calls() == {"route53.ListHostedZones": 1}
    house.delete(ZONE)
    house.settle()
    stalled = house.condition(ZONE, "Stalled")
    assert stalled["reason"] == "DeletionProtected"
    assert "www.example.com. A. Delete them or the objects that keep them" in stalled["message"]
    house.delete(PAGE)
    house.settle()
    assert (house.cluster.objects, house.client("route53").list_hosted_zones()["HostedZones"]) == ({}, [])


def test_what_somebody_has_at_the_name_is_never_written_over(house: House) -> None:
    apply_zone(house)
    house.look(ZONE)
    route53 = house.client("route53")
    (zone,) = route53.list_hosted_zones()["HostedZones"]
    theirs = {"Name": "www.example.com", "Type": "A", "TTL": 5, "ResourceRecords": [{"Value": "192.0.2.7"}]}
    batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": theirs}]}
    route53.change_resource_record_sets(HostedZoneId=zone["Id"], ChangeBatch=batch)
    house.settle()
    assert house.condition(PAGE, "Stalled")["reason"] == "NotOwned"
    assert answers(house)["www.example.com.", "A"] == [{"Value": "192.0.2.7"}]


def test_a_record_that_another_object_gave_up_is_adopted_once_its_mark_is_gone(house: House) -> None:
    record = {"name": "www", "type": "A", "values": ["192.0.2.7"], "adopt": True}
    house.apply({"kind": "Page", "metadata": {"name": "front"}, "spec": {"deletionPolicy": "Retain"}})
    apply_zone(house)
    house.settle()
    apply_zone(house, records=[record])
    house.settle()
    assert house.condition(ZONE, "Stalled")["message"] == (
        "AWS::Route53::RecordSet Z38342550897005/www.example.com./A exists already and it belongs to "
        "trueup/Page/default/front: give that object up first (deletionPolicy: Retain), then delete the TXT record "
        "_trueup-a.www.example.com. beside it and adopt it, or choose another name."
    )
    house.delete(PAGE)
    house.settle()
    route53 = house.client("route53")
    (zone,) = route53.list_hosted_zones()["HostedZones"]
    found = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    gone = [{"Action": "DELETE", "ResourceRecordSet": one} for one in found if one["Name"].startswith("_trueup-a.")]
    route53.change_resource_record_sets(HostedZoneId=zone["Id"], ChangeBatch={"Changes": gone})
    house.annotate(ZONE, reconcile="1")
    house.settle()
    assert (house.status(ZONE)["summary"], answers(house)["www.example.com.", "A"]) == (
        "Ready",
        [{"Value": "192.0.2.7"}],
    )


def test_records_that_change_their_type_all_wait_together_where_they_are_many(house: House) -> None:
    del house.cluster.objects[PAGE]
    names = [f"n{number}" for number in range(5)]

    def zone(type: str, value: str) -> dict[str, Any]:
        records = [{"name": name, "type": type, "ttl": 60, "values": [value]} for name in names]
        spec = {"domain": "example.com", "records": records}
        return {"kind": "DnsZone", "metadata": {"name": "home"}, "spec": spec}

    house.apply(zone("CNAME", "d1.example.org"))
    house.settle()
    house.clock.advance(60)
    house.apply(zone("A", "192.0.2.1"))
    house.settle()
    stalled = house.condition(ZONE, "Stalled")
    steps = house.status(ZONE)["plan"]["changes"]
    assert (stalled["reason"], {step["action"] for step in steps}) == ("ApprovalNeeded", {"create", "delete"})
    assert {step["blocked"]["reason"] for step in steps if step["resource"].count("/") == 1} == {"ApprovalNeeded"}
    house.annotate(ZONE, approve=house.status(ZONE)["plan"]["id"])
    house.settle()
    assert house.status(ZONE)["summary"] == "Ready"


def test_a_zone_that_came_since_the_list_was_read_is_not_made_a_second_time(house: House) -> None:
    house.clock.advance(3)
    house.sweep()
    house.client("route53").create_hosted_zone(Name="example.com", CallerReference="theirs")
    apply_zone(house)
    house.look(ZONE)
    stalled = house.condition(ZONE, "Stalled")
    assert (stalled["status"], stalled["reason"]) == ("True", "NotOwned")
    assert len(house.client("route53").list_hosted_zones()["HostedZones"]) == 1


def test_a_zone_goes_with_its_own_records_though_somebody_took_its_tags_away(house: House) -> None:
    del house.cluster.objects[PAGE]
    apply_zone(house, records=[{"name": "api", "type": "A", "values": ["192.0.2.1"]}], deletionPolicy="Delete")
    house.settle()
    route53 = house.client("route53")
    (zone,) = route53.list_hosted_zones()["HostedZones"]
    id = zone["Id"].removeprefix("/hostedzone/")
    tags = route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=id)["ResourceTagSet"]["Tags"]
    route53.change_tags_for_resource(
        ResourceType="hostedzone", ResourceId=id, RemoveTagKeys=[tag["Key"] for tag in tags]
    )
    house.start()
    house.delete(ZONE)
    house.settle()
    assert (house.cluster.objects, route53.list_hosted_zones()["HostedZones"]) == ({}, [])
