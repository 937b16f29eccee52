"""Zones and records: the calls that they make, and how what AWS shows is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.resources.validated import lookup, sent
from trueup.core.inventory import item_of
from trueup.core.naming import OWNER_TAG, RESOURCE_TAG
from trueup.core.resource import Removal
from trueup.core.values import MISSING, Ref
from trueup.resources import prices
from trueup.resources.route53 import (
    HostedZone,
    RecordSet,
    canonical,
    mark_name,
    quoted,
    same_name,
    same_values,
    unquoted,
)

OWNER = "trueup/DnsZone/shop/home"
TAGS = {OWNER_TAG: OWNER, RESOURCE_TAG: "www-a"}
ZONE = HostedZone(name="zone", domain="example.com", comment="ours", tags={OWNER_TAG: OWNER, RESOURCE_TAG: "zone"})
HERE = lookup({Ref(ZONE.key, "Id"): "Z1"})
WWW = RecordSet(
    name="www-a",
    zone=ZONE.output("Id"),
    record_name="www.example.com",
    type="A",
    ttl=60,
    values=("192.0.2.1", "192.0.2.2"),
    tags=TAGS,
)
ALIAS = replace(WWW, ttl=None, values=None, alias_zone="Z2FDTNDATAQYW2", alias_name="d1.cloudfront.net")


def record(name: str, type: str, *values: str, ttl: int = 60, **more: Any) -> dict[str, Any]:
    return {"Name": name, "Type": type, "TTL": ttl, "ResourceRecords": [{"Value": v} for v in values], **more}


def mark(name: str, logical: str = "www-a", owner: str = OWNER) -> dict[str, Any]:
    return record(name, "TXT", f'"{OWNER_TAG}={owner}"', f'"{RESOURCE_TAG}={logical}"', ttl=300)


SHOWN = record("www.example.com.", "A", "192.0.2.2", "192.0.2.1")
MARK = mark("_trueup-a.www.example.com.")
OF_AWS = (record("example.com.", "NS", "ns-1.awsdns-01.org."), record("example.com.", "SOA", "x"))


def zone(*records: dict[str, Any], **more: Any) -> dict[str, Any]:
    doc = {"Id": "Z1", "Name": "example.com.", "Config": {"Comment": "ours", "PrivateZone": False}}
    tags = [{"Key": key, "Value": value} for key, value in ZONE.tags.items()]
    return {**doc, "CallerReference": "by-hand", "Tags": tags, "ResourceRecordSets": [*OF_AWS, *records], **more}


def batch(*changes: tuple[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    found = [{"Action": action, "ResourceRecordSet": one} for action, one in changes]
    return [("ChangeResourceRecordSets", {"HostedZoneId": "Z1", "ChangeBatch": {"Changes": found}})]


# ---- names and values ---------------------------------------------------------------------------------------------


def test_names_are_written_as_aws_shows_them() -> None:
    assert [canonical(name) for name in ("WWW.Example.com", "*.example.com.", "_a-b.example.com", "a@b.c")] == [
        "www.example.com.",
        "\\052.example.com.",
        "_a-b.example.com.",
        "a\\100b.c.",
    ]
    assert canonical(canonical("*.x.org")) == canonical("*.x.org")
    assert same_name("*.Example.com", "\\052.example.com.")
    assert not same_name("a.example.com", MISSING)


@pytest.mark.parametrize(
    ("want", "have", "same"),
    [
        (("192.0.2.1", "192.0.2.2"), ["192.0.2.2", "192.0.2.1"], True),
        (("192.0.2.1",), ["192.0.2.1", "192.0.2.2"], False),
        (("Www.Example.net.",), ["www.example.net"], True),
        (("2001:db8::1",), ["2001:0DB8:0:0:0:0:0:1"], True),
        (('"Text"',), ['"text"'], False),
        (('"Text"',), ['"Text"'], True),
        (("a",), MISSING, False),
        ((), MISSING, True),
    ],
)
def test_values_are_the_same_however_names_and_addresses_are_written(want: Any, have: Any, same: bool) -> None:
    assert same_values(want, have) is same


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=700))
def test_a_text_comes_back_from_its_strings(text: str) -> None:
    value = quoted(text)
    assert unquoted(value) == text
    assert same_values((value,), [value])


def test_a_long_text_is_several_strings() -> None:
    assert quoted("x" * 300) == f'"{"x" * 255}" "{"x" * 45}"'


def test_marks_stand_below_their_names_and_apart_by_type() -> None:
    assert [mark_name(name, type) for name, type in (("a.b", "A"), ("a.b.", "AAAA"), ("*.b", "A"), ("b", "TXT"))] == [
        "_trueup-a.a.b.",
        "_trueup-aaaa.a.b.",
        "_trueup-wildcard-a.b.",
        "_trueup-txt.b.",
    ]


# ---- zones --------------------------------------------------------------------------------------------------------


def test_a_zone_is_made_with_a_reference_that_tells_its_owner() -> None:
    ((operation, params),) = sent(ZONE.create(HERE, "0" * 32))
    reference = params["CallerReference"]
    assert (operation, {**params, "CallerReference": "…"}) == (
        "CreateHostedZone",
        {"Name": "example.com", "HostedZoneConfig": {"Comment": "ours"}, "CallerReference": "…"},
    )
    assert reference.startswith("trueup-")
    assert len(reference) <= 128
    assert HostedZone.claims(zone(CallerReference=reference), OWNER)
    assert not HostedZone.claims(zone(CallerReference=reference), "trueup/DnsZone/shop/home-too")
    assert not HostedZone.claims(zone(), OWNER)


def test_private_zones_are_not_seen() -> None:
    assert list(HostedZone.members(zone(Config={"PrivateZone": True}))) == []
    assert [doc["Id"] for doc in HostedZone.members(zone())] == ["Z1"]


def test_a_zone_is_found_by_its_name_and_chosen_by_its_id() -> None:
    assert HostedZone.identity_of(zone()) == ZONE.identity(HERE) == ("example.com.",)
    assert (ZONE.fits(zone()), replace(ZONE, zone_id="Z2").fits(zone())) == (True, False)
    assert replace(ZONE, zone_id="Z2").sought() == "spec.adopt.id is Z2 and spec.domain is example.com"
    assert ZONE.sought() == "spec.adopt.name is example.com"


def test_comment_and_tags_are_put_right_each_in_one_call() -> None:
    changed = replace(ZONE, comment="still ours", tags={**ZONE.tags, "team": "x"})
    doc = zone(Tags=[*zone()["Tags"], {"Key": "trueup.dev/tag-keys", "Value": "old"}, {"Key": "old", "Value": "1"}])
    calls = sent(changed.update(doc, changed.differences(doc, HERE), HERE))
    assert calls == [
        ("UpdateHostedZoneComment", {"Id": "Z1", "Comment": "still ours"}),
        (
            "ChangeTagsForResource",
            {
                "ResourceType": "hostedzone",
                "ResourceId": "Z1",
                "AddTags": [{"Key": "team", "Value": "x"}],
                "RemoveTagKeys": ["old", "trueup.dev/tag-keys"],
            },
        ),
    ]
    assert ZONE.differences(zone(), HERE) == ()


def test_a_zone_with_records_of_others_says_why_it_stays() -> None:
    assert HostedZone.guard(zone(SHOWN, MARK), OWNER) is None
    theirs = [record(f"{name}.example.com.", "MX", "10 x") for name in "abcd"]
    assert HostedZone.guard(zone(SHOWN, MARK, *theirs), OWNER) == (
        "AWS deletes no zone with records in it, and these are not this object's: a.example.com. MX, "
        "b.example.com. MX, c.example.com. MX and 1 more. Delete them or the objects that keep them, or set "
        "spec.deletionPolicy to Retain."
    )
    other = mark("_trueup-a.www.example.com.", owner="trueup/AppRunnerService/shop/api")
    assert "www.example.com. A" in str(HostedZone.guard(zone(SHOWN, other), OWNER))
    assert HostedZone.guard(zone(SHOWN, MARK, Tags=[]), OWNER) is None, "its own records are its own without its tag"


def test_a_zone_costs_half_a_dollar_and_records_nothing() -> None:
    book = prices.book_of("us-east-1")
    assert [line.usd for line in ZONE.cost(book)] == [Decimal("0.50")]
    assert WWW.cost(book) == ()


# ---- records ------------------------------------------------------------------------------------------------------


def only(*records: dict[str, Any]) -> dict[str, Any]:
    """The one document among these that is not AWS's own."""
    (found,) = [doc for doc in RecordSet.members(zone(*records)) if doc["Type"] not in ("NS", "SOA")]
    return dict(found)


def test_a_record_is_made_together_with_its_mark_and_never_over_another() -> None:
    made = record("www.example.com.", "A", "192.0.2.1", "192.0.2.2")
    assert sent(WWW.create(HERE, "")) == batch(("CREATE", made), ("UPSERT", MARK))
    target = {"HostedZoneId": "Z2FDTNDATAQYW2", "DNSName": "d1.cloudfront.net", "EvaluateTargetHealth": False}
    alias = {"Name": "www.example.com.", "Type": "A", "AliasTarget": target}
    assert sent(ALIAS.create(HERE, "")) == batch(("CREATE", alias), ("UPSERT", MARK))


def test_what_differs_of_a_record_is_put_right_in_one_batch() -> None:
    declared = record("www.example.com.", "A", "192.0.2.1", "192.0.2.2")
    for doc in (only(record("www.example.com.", "A", "6.6.6.6"), MARK), only(SHOWN)):
        found = WWW.differences(doc, HERE)
        assert sent(WWW.update(doc, found, HERE)) == batch(("UPSERT", declared), ("UPSERT", MARK))
    assert WWW.differences(only(SHOWN, MARK), HERE) == ()
    assert [d.path for d in WWW.differences(only(SHOWN), HERE)] == [f"Tags.{OWNER_TAG}", f"Tags.{RESOURCE_TAG}"]


def test_an_alias_is_compared_with_what_it_stands_for() -> None:
    target = {"HostedZoneId": "Z2FDTNDATAQYW2", "DNSName": "D1.cloudfront.net.", "EvaluateTargetHealth": False}
    doc = only({"Name": "www.example.com.", "Type": "A", "AliasTarget": target}, MARK)
    assert ALIAS.differences(doc, HERE) == ()
    assert [d.path for d in replace(ALIAS, alias_health=True).differences(doc, HERE)] == [
        "AliasTarget.EvaluateTargetHealth"
    ]
    assert [d.path for d in ALIAS.differences(only(SHOWN, MARK), HERE)] == [
        "AliasTarget.HostedZoneId",
        "AliasTarget.DNSName",
    ]
    assert RecordSet.summary(doc) == {"Name": "www.example.com.", "Type": "A", "Alias": "D1.cloudfront.net."}


def test_a_record_goes_together_with_its_mark_exactly_as_they_are() -> None:
    gone = RecordSet.delete(only(SHOWN, MARK), HERE, Removal())
    assert sent(gone) == batch(("DELETE", SHOWN), ("DELETE", MARK))
    assert sent(RecordSet.delete(only(MARK), HERE, Removal())) == batch(("DELETE", MARK))


def test_whose_a_record_is_follows_from_its_mark_alone() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)

    def told(*records: dict[str, Any]) -> tuple[str | None, str | None]:
        item = item_of(RecordSet, only(*records), now)
        return item.owner, item.logical

    assert told(SHOWN, MARK) == (OWNER, "www-a")
    assert told(SHOWN) == (None, None)
    assert told(MARK) == (OWNER, None), "a mark without its record stands for nothing that is declared"
    assert told(record("www.example.com.", "A", "192.0.2.1", SetIdentifier="eu", Weight=1)) == (None, None)
    far = "trueup/DnsZone/" + "n" * 240
    assert told(SHOWN, record(MARK["Name"], "TXT", quoted(f"{OWNER_TAG}={far}")))[0] == far


def test_records_of_a_routing_policy_are_never_taken_for_ours() -> None:
    weighted = record("www.example.com.", "A", "192.0.2.1", SetIdentifier="eu", Weight=1)
    docs = [doc for doc in RecordSet.members(zone(weighted, MARK)) if doc["Type"] not in ("NS", "SOA")]
    assert WWW.identity(HERE) not in [RecordSet.identity_of(doc) for doc in docs]
    assert [RecordSet.tags_of(doc).get(OWNER_TAG) for doc in docs] == [None, OWNER]


def test_a_record_is_not_looked_for_before_its_zone_is_there() -> None:
    assert WWW.identity(lookup({})) is None
    assert WWW.identity(HERE) == RecordSet.identity_of(only(SHOWN)) == ("Z1", "www.example.com.", "A", "")
    assert RecordSet.id_of(only(SHOWN)) == "Z1/www.example.com./A"


def test_an_alias_by_name_makes_room_for_addresses_and_the_other_way_round() -> None:
    cname = replace(WWW, name="www-cname", type="CNAME", values=("x.example.net",))
    there = only(record("www.example.com.", "CNAME", "x.example.net"))
    assert (WWW.ousts(there, HERE), cname.ousts(there, HERE), cname.ousts(only(SHOWN), HERE)) == (True, False, True)
    assert not replace(WWW, record_name="a.example.com").ousts(there, HERE)
    assert (WWW.covers(only(MARK), HERE), WWW.covers(only(SHOWN), HERE)) == (True, False)
