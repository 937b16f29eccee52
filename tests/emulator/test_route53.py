"""Route 53 in the emulator: what AWS refuses, how it writes names down, and what takes time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import Aws, code


def zone(aws: Aws, name: str = "example.com", reference: str = "one", **more: Any) -> str:
    made = aws.client("route53").create_hosted_zone(Name=name, CallerReference=reference, **more)
    return str(made["HostedZone"]["Id"])


def record(name: str, type: str, *values: str, ttl: int = 60, **more: Any) -> dict[str, Any]:
    return {"Name": name, "Type": type, "TTL": ttl, "ResourceRecords": [{"Value": v} for v in values], **more}


def change(aws: Aws, id: str, *changes: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": one} for action, one in changes]}
    return aws.client("route53").change_resource_record_sets(HostedZoneId=id, ChangeBatch=batch)["ChangeInfo"]


def refused(aws: Aws, id: str, *changes: tuple[str, dict[str, Any]]) -> str:
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": one} for action, one in changes]}
    return code(aws.client("route53").change_resource_record_sets, HostedZoneId=id, ChangeBatch=batch)


def listed(aws: Aws, id: str) -> list[tuple[str, str]]:
    found = aws.client("route53").list_resource_record_sets(HostedZoneId=id)["ResourceRecordSets"]
    return [(one["Name"], one["Type"]) for one in found]


WWW = record("www.example.com", "A", "192.0.2.1")


def test_a_zone_comes_with_its_own_two_record_sets_and_four_servers(aws: Aws) -> None:
    id = zone(aws, "Example.COM", HostedZoneConfig={"Comment": "ours"})
    found = aws.client("route53").get_hosted_zone(Id=id)
    assert found["HostedZone"] == {
        "Id": id,
        "Name": "example.com.",
        "CallerReference": "one",
        "Config": {"Comment": "ours", "PrivateZone": False},
        "ResourceRecordSetCount": 2,
    }
    assert len(set(found["DelegationSet"]["NameServers"])) == 4
    assert listed(aws, id) == [("example.com.", "NS"), ("example.com.", "SOA")]


def test_a_reference_serves_once_for_ever_and_a_name_as_often_as_one_likes(aws: Aws) -> None:
    route53, id = aws.client("route53"), zone(aws)
    assert zone(aws, reference="two") != id
    assert code(route53.create_hosted_zone, Name="other.com", CallerReference="one") == "HostedZoneAlreadyExists"
    route53.delete_hosted_zone(Id=id)
    assert code(route53.create_hosted_zone, Name="example.com", CallerReference="one") == "HostedZoneAlreadyExists"
    assert code(route53.create_hosted_zone, Name="nodots", CallerReference="three") == "InvalidDomainName"


def test_names_come_back_in_lower_case_with_a_dot_and_octal_codes(aws: Aws) -> None:
    id = zone(aws)
    alias = {"HostedZoneId": "Z2FDTNDATAQYW2", "DNSName": "D1.CloudFront.net", "EvaluateTargetHealth": False}
    change(aws, id, ("CREATE", record("*.Apps.example.com", "A", "192.0.2.1")))
    change(aws, id, ("CREATE", {"Name": "example.com.", "Type": "A", "AliasTarget": alias}))
    found = aws.client("route53").list_resource_record_sets(HostedZoneId=id)["ResourceRecordSets"]
    assert {"Name": "example.com.", "Type": "A", "AliasTarget": {**alias, "DNSName": "d1.cloudfront.net."}} in found
    assert [one["Name"] for one in found] == ["example.com."] * 3 + ["\\052.apps.example.com."]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(("CREATE", WWW), id="what is there is not created again"),
        pytest.param(("CREATE", record("www.example.com", "CNAME", "a.example.net")), id="a CNAME stands alone"),
        pytest.param(
            ("DELETE", record("www.example.com", "A", "192.0.2.1", ttl=61)), id="another TTL is another record"
        ),
        pytest.param(("DELETE", record("www.example.com", "A", "192.0.2.2")), id="another value is another record"),
        pytest.param(("DELETE", record("ghost.example.com", "A", "192.0.2.1")), id="nothing is there"),
        pytest.param(("UPSERT", record("www.example.org", "A", "192.0.2.1")), id="outside of the zone"),
        pytest.param(("UPSERT", record("a.example.com", "A", "www.example.com")), id="no address"),
        pytest.param(("UPSERT", record("a.example.com", "TXT", "unquoted")), id="a text without quotes"),
        pytest.param(("UPSERT", record("a.example.com", "TXT", f'"{"x" * 256}"')), id="a string that is too long"),
        pytest.param(("UPSERT", record("a.example.com", "MX", "mail.example.com")), id="no preference"),
        pytest.param(("UPSERT", record("example.com", "CNAME", "a.example.net")), id="a CNAME at the zone itself"),
        pytest.param(("UPSERT", {"Name": "a.example.com", "Type": "A", "TTL": 60}), id="no value"),
        pytest.param(
            ("CREATE", record("www.example.com", "A", "192.0.2.1", SetIdentifier="a", Weight=1)),
            id="weighted beside plain",
        ),
    ],
)
def test_a_batch_with_one_wrong_change_changes_nothing(aws: Aws, wrong: tuple[str, dict[str, Any]]) -> None:
    id = zone(aws)
    change(aws, id, ("CREATE", WWW))
    before = listed(aws, id)
    assert refused(aws, id, ("UPSERT", record("good.example.com", "A", "192.0.2.9")), wrong) == "InvalidChangeBatch"
    assert listed(aws, id) == before


def test_a_batch_is_judged_as_it_goes_on(aws: Aws) -> None:
    """What a change takes away leaves room for the next."""
    id = zone(aws)
    change(aws, id, ("CREATE", WWW))
    change(aws, id, ("DELETE", WWW), ("CREATE", record("www.example.com", "CNAME", "a.example.net")))
    assert ("www.example.com.", "CNAME") in listed(aws, id)


def test_a_zone_with_records_is_not_deleted_and_its_own_two_cannot_be(aws: Aws) -> None:
    route53, id = aws.client("route53"), zone(aws)
    own = route53.list_resource_record_sets(HostedZoneId=id)["ResourceRecordSets"][0]
    assert refused(aws, id, ("DELETE", own)) == "InvalidChangeBatch"
    change(aws, id, ("CREATE", WWW))
    assert code(route53.delete_hosted_zone, Id=id) == "HostedZoneNotEmpty"
    change(aws, id, ("DELETE", WWW))
    route53.delete_hosted_zone(Id=id)
    assert code(route53.get_hosted_zone, Id=id) == "NoSuchHostedZone"


def test_a_change_reaches_every_server_later(aws: Aws) -> None:
    aws.delays({"route53.change": 30})
    info = change(aws, zone(aws), ("CREATE", WWW))
    route53 = aws.client("route53")
    assert (info["Status"], route53.get_change(Id=info["Id"])["ChangeInfo"]["Status"]) == ("PENDING", "PENDING")
    aws.emulator.advance(31)
    assert route53.get_change(Id=info["Id"])["ChangeInfo"]["Status"] == "INSYNC"
    assert code(route53.get_change, Id="C0") == "NoSuchChange"


def test_lists_are_paged(aws: Aws) -> None:
    route53 = aws.client("route53")
    made = [zone(aws, f"{name}.example", reference=name) for name in ("b", "a", "c")]
    pages = route53.get_paginator("list_hosted_zones").paginate(PaginationConfig={"PageSize": 2})
    assert [[one["Id"] for one in page["HostedZones"]] for page in pages] == [made[:2], made[2:]]
    names = [f"{letter}.b.example" for letter in "abcde"]
    change(aws, made[0], *(("CREATE", record(name, "A", "192.0.2.1")) for name in names))
    records = route53.get_paginator("list_resource_record_sets").paginate(
        HostedZoneId=made[0], PaginationConfig={"PageSize": 3}
    )
    assert [len(page["ResourceRecordSets"]) for page in records] == [3, 3, 1]
    after = route53.list_hosted_zones_by_name(DNSName="b.example")["HostedZones"]
    assert [one["Name"] for one in after] == ["b.example.", "c.example."]


def test_tags_are_of_the_bare_id(aws: Aws) -> None:
    route53, id = aws.client("route53"), zone(aws)
    bare = id.removeprefix("/hostedzone/")
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=bare, AddTags=tags)
    route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=bare, RemoveTagKeys=["a"])
    shown = {"ResourceType": "hostedzone", "ResourceId": bare, "Tags": tags[1:]}
    assert route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=bare)["ResourceTagSet"] == shown
    many = route53.list_tags_for_resources(ResourceType="hostedzone", ResourceIds=[bare])
    assert many["ResourceTagSets"] == [shown]
    assert code(route53.list_tags_for_resource, ResourceType="hostedzone", ResourceId=id) == "InvalidInput"


def test_there_are_only_so_many_zones_and_every_account_has_its_own(aws: Aws) -> None:
    aws.emulator.put_quotas({"route53.hosted-zones": 1})
    zone(aws)
    route53 = aws.client("route53")
    assert code(route53.create_hosted_zone, Name="b.example", CallerReference="b") == "TooManyHostedZones"
    other = aws.client("sts").assume_role(RoleArn="arn:aws:iam::999999999999:role/x", RoleSessionName="other")
    key = other["Credentials"]["AccessKeyId"]
    theirs: Any = aws.emulator.session(access_key=key).client("route53", endpoint_url="http://127.0.0.1")
    assert theirs.list_hosted_zones()["HostedZones"] == []
    assert len(aws.emulator.core.route53.zones("123456789012")) == 1


def test_what_is_not_of_zones_is_left_to_others(aws: Aws) -> None:
    assert aws.client("route53").list_health_checks()["HealthChecks"] == []
