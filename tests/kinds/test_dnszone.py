"""How a DnsZone compiles, and what it tells."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from trueup.core.inventory import Inventory
from trueup.core.naming import Identity
from trueup.core.observed import Observed, Surroundings
from trueup.core.values import Pseudo
from trueup.kinds.common.kind import Context
from trueup.kinds.dnszone import KIND
from trueup.kinds.dnszone.compose import full_name
from trueup.kinds.dnszone.spec import DnsZoneSpec
from trueup.resources.route53 import RecordSet

IDENTITY = Identity("trueup", "DnsZone", "shop", "home")
NOW = datetime(2026, 11, 20, tzinfo=UTC)
URL = "https://console.aws.amazon.com/route53/v2/hostedzones#ListRecordSets/Z1"


def context(**spec: Any) -> Context:
    given = DnsZoneSpec.model_validate({"domain": "example.com", **spec})
    return Context(IDENTITY, given, "us-east-1", lambda kind, name: None)


def record(name: str, type: str, *values: str) -> dict[str, Any]:
    return {"name": name, "type": type, "values": list(values)}


def test_names_are_within_the_zone_however_they_are_written() -> None:
    written = ("@", "example.com", "www", "www.example.com", "*", "*.apps", "example.com.au", "notexample.com")
    assert [full_name(name, "example.com") for name in written] == [
        "example.com",
        "example.com",
        "www.example.com",
        "www.example.com",
        "*.example.com",
        "*.apps.example.com",
        "example.com.au.example.com",
        "notexample.com.example.com",
    ]


def test_every_record_is_a_record_set_of_its_own_named_after_what_it_is() -> None:
    records = [record("@", "TXT", "a b"), record("*.apps", "CNAME", "x.example.net"), record("www", "A", "192.0.2.1")]
    graph = KIND.compose(context(records=records))
    assert [str(node.resource.key) for node in graph] == [
        "AWS::Route53::HostedZone/zone",
        "AWS::Route53::RecordSet/apex-txt",
        "AWS::Route53::RecordSet/wildcard.apps-cname",
        "AWS::Route53::RecordSet/www-a",
    ]
    _, text, *_ = (node.resource for node in graph)
    assert isinstance(text, RecordSet)
    assert (text.record_name, text.ttl, text.values) == ("example.com", 300, ('"a b"',))
    assert graph.problems == []


def test_names_that_read_as_a_wildcard_or_as_the_zone_itself_are_called_otherwise() -> None:
    names = ("*", "wildcard", "*.apps", "wildcard.apps", "@", "apex")
    graph = KIND.compose(context(records=[record(name, "TXT", "a") for name in names]))
    _, *made = (node.resource.name for node in graph)
    assert made == ["wildcard-txt", "=wildcard-txt", "wildcard.apps-txt", "=wildcard.apps-txt", "apex-txt", "=apex-txt"]


@pytest.mark.parametrize(
    ("records", "said"),
    [
        (
            [record("www", "A", "192.0.2.1"), record("www.example.com", "A", "192.0.2.2")],
            "www.example.com A comes twice in spec.records: put all its values into one record.",
        ),
        (
            [record("example.com", "CNAME", "x.example.net")],
            "example.com is the zone itself, where AWS allows no CNAME of ours: choose another name or type.",
        ),
        (
            [record(".".join(["a" * 31] * 4), "A", "192.0.2.1")],
            None,
        ),
    ],
)
def test_what_shows_only_in_the_whole_name_is_refused(records: list[dict[str, Any]], said: str | None) -> None:
    graph = KIND.compose(context(records=records))
    assert [problem.message for problem in graph.problems] == ([said] if said else [])


def test_a_name_that_leaves_no_room_for_its_mark_is_refused() -> None:
    domain = ".".join(["d" * 31, "e" * 31, "f" * 31, "g" * 30])
    graph = KIND.compose(context(domain=domain, records=[record(".".join(["a" * 31] * 4), "A", "192.0.2.1")]))
    (problem,) = graph.problems
    assert problem.message.endswith("has a name of more than 230 characters: choose a shorter one.")


def observed(ctx: Context, doc: dict[str, Any]) -> Observed:
    inventory = Inventory()
    for kind in KIND.types:
        inventory.load(kind, [doc], NOW)
    return Observed(KIND.compose(ctx), Surroundings(inventory, {Pseudo.PARTITION: "aws-cn"}, KIND.types))


def zone(*records: dict[str, Any], owner: str = IDENTITY.owner) -> dict[str, Any]:
    tags = [{"Key": "trueup.dev/owner", "Value": owner}]
    return {"Id": "Z1", "Name": "example.com.", "Tags": tags, "ResourceRecordSets": list(records)}


def servers(name: str, *values: str) -> dict[str, Any]:
    return {"Name": name, "Type": "NS", "TTL": 1, "ResourceRecords": [{"Value": value} for value in values]}


def test_the_servers_to_delegate_to_are_told_once_they_are_known() -> None:
    ctx = context()
    known = {"zoneId": "Z1", "url": URL, "arn": "arn:aws-cn:route53:::hostedzone/Z1"}
    assert dict(KIND.outputs(ctx, observed(ctx, zone()))) == known
    own = servers("example.com.", "ns-2.x.", "ns-1.x.")
    assert dict(KIND.outputs(ctx, observed(ctx, zone(own, servers("sub.example.com.", "ns-9.x."))))) == {
        **known,
        "nameServers": ["ns-1.x", "ns-2.x"],
        "delegation": "Name these servers for example.com at its registrar, or as NS records in its parent zone.",
    }


def test_of_what_is_anothers_nothing_is_told() -> None:
    ctx = context()
    assert dict(KIND.outputs(ctx, observed(ctx, zone(owner="somebody")))) == {}
