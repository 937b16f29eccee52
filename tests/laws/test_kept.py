"""What is never lost and never made twice: whatever becomes of tags, and of a spec that nobody can read any more."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.house import SETTINGS, House
from trueup.app.engine import Engine
from trueup.app.ports import ROLE_ARN
from trueup.core.graph import Graph
from trueup.core.ledger import stamp
from trueup.kinds.common.kind import Context
from trueup.kinds.registry import kinds

NETWORK = ("Network", "default", "main")
OURS = "trueup/Network/default/main"


def network(**more: Any) -> dict[str, Any]:
    spec = {"cidr": "10.0.0.0/16", "zones": ["us-east-1a"], "privateSubnets": ["10.0.10.0/24"], "nat": "None"}
    return {"kind": "Network", "metadata": {"name": "main"}, "spec": {**spec, **more}}


def stood(**more: Any) -> House:
    house = House()
    house.apply(network(**more))
    house.settle()
    house.clock.advance(60)
    return house


def twice(ctx: Context) -> Graph:
    """What the kind makes of the object, and one of it a second time, as no kind should."""
    graph = kinds()["Network"].compose(ctx)
    graph.add(graph.ordered()[0].resource)
    return graph


def owners(house: House) -> list[str | None]:
    """Of each VPC that somebody made: whose it says it is."""
    made = [vpc for vpc in house.client("ec2").describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]
    return [next((t["Value"] for t in vpc["Tags"] if t["Key"] == "trueup.dev/owner"), None) for vpc in made]


def vpc_of(house: House) -> str:
    return next(r["id"] for r in house.status(NETWORK)["resources"] if r["type"] == "AWS::EC2::VPC")


@pytest.mark.parametrize("value", [None, "another"])
def test_the_name_of_a_part_is_put_back_and_the_part_is_not_made_again(value: str | None) -> None:
    house = stood()
    ec2, vpc = house.client("ec2"), vpc_of(house)
    if value is None:
        ec2.delete_tags(Resources=[vpc], Tags=[{"Key": "trueup.dev/resource"}])
    else:
        ec2.create_tags(Resources=[vpc], Tags=[{"Key": "trueup.dev/resource", "Value": value}])
    house.settle()
    recent = [(e["resource"], e["path"]) for e in house.status(NETWORK)["drift"]["recent"]]
    assert (owners(house), vpc_of(house)) == ([OURS], vpc)
    assert recent == [("AWS::EC2::VPC/vpc", "Tags.trueup.dev/resource")]


def test_what_somebody_else_claims_is_left_to_a_person_and_not_made_again() -> None:
    house = stood()
    vpc, tag = vpc_of(house), {"Key": "trueup.dev/owner", "Value": "somebody"}
    house.client("ec2").create_tags(Resources=[vpc], Tags=[tag])
    for _ in range(4):
        house.sweep()
        house.clock.advance(60)
    stalled = house.condition(NETWORK, "Stalled")
    assert (owners(house), stalled["reason"]) == (["somebody"], "NotOwned")
    assert f"set its tag trueup.dev/owner back to {OURS}" in stalled["message"]
    house.client("ec2").create_tags(Resources=[vpc], Tags=[{**tag, "Value": OURS}])
    house.settle()
    assert (owners(house), vpc_of(house), house.status(NETWORK)["summary"]) == ([OURS], vpc, "Ready")


@pytest.mark.parametrize(
    ("spec", "kept"),
    [
        ({"deletionPolicy": "Retain"}, True),
        ({"driftPolicy": {"mode": "Report"}}, True),
        ({"deletionPolicy": "KeepForever"}, True),
        ({"deletionPolicy": "Delete"}, False),
        ({}, False),
    ],
)
def test_a_spec_that_cannot_be_read_still_says_what_its_deletion_keeps(spec: dict[str, Any], kept: bool) -> None:
    house = stood()
    manifest = house.cluster.objects[NETWORK]
    unreadable = {**manifest.spec, **spec, "fieldOfALaterVersion": 1}
    house.cluster.objects[NETWORK] = replace(manifest, spec=unreadable, generation=2)
    house.delete(NETWORK)
    for _ in range(6):
        house.sweep()
        house.clock.advance(60)
    assert (list(house.cluster.objects), owners(house)) == ([], [OURS] if kept else [])


def test_an_object_that_its_kind_cannot_compile_is_deleted_all_the_same() -> None:
    house = stood()
    house.engine = Engine(
        {**kinds(), "Network": replace(kinds()["Network"], compose=twice)},
        house.settings,
        house.observer,
        house.executor,
        house.clock,
    )
    with pytest.raises(ValueError, match="is declared twice"):
        house.look(NETWORK)
    house.delete(NETWORK)
    for _ in range(6):
        house.sweep()
        house.clock.advance(60)
    assert (list(house.cluster.objects), owners(house)) == ([], [])


def test_an_operator_without_a_region_keeps_what_is_to_be_retained() -> None:
    house = stood(deletionPolicy="Retain")
    house.settings = replace(SETTINGS, region=None)
    house.start()
    house.delete(NETWORK)
    house.sweep()
    assert (list(house.cluster.objects), owners(house)) == ([], [OURS])


def test_a_create_whose_answer_is_lost_is_searched_for_from_its_end() -> None:
    house = House()
    house.apply(network())
    hangs = {"operation": "CreateVpc", "action": "hang", "seconds": 10, "times": 1}
    house.emulator.put_faults([hangs])
    began = house.clock()
    house.look(NETWORK)
    intents = json.loads(house.cluster.objects[NETWORK].annotations["trueup.dev/intents"])
    assert intents == {"AWS::EC2::VPC/vpc": stamp(began + timedelta(seconds=10))}


def test_an_object_is_not_let_go_while_what_it_may_have_made_is_searched_for() -> None:
    house = House()
    house.apply(network())
    house.emulator.put_faults([{"operation": "CreateVpc", "action": "drop", "times": 1}])
    house.look(NETWORK)
    house.emulator.put_faults([])
    house.delete(NETWORK)
    assert (house.look(NETWORK).again_after <= 60, NETWORK in house.cluster.objects) == (True, True)
    tags = [{"Key": "trueup.dev/owner", "Value": OURS}, {"Key": "trueup.dev/resource", "Value": "vpc"}]
    tagged = {"ResourceType": "vpc", "Tags": tags}
    house.client("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[tagged])  # as AWS does, late
    for _ in range(4):
        house.clock.advance(30)
        house.sweep()
    assert (list(house.cluster.objects), owners(house)) == ([], [])


def test_a_copy_with_the_same_tags_never_takes_the_place_of_the_first() -> None:
    house = stood()
    ec2, vpc = house.client("ec2"), vpc_of(house)
    (first,) = [found for found in ec2.describe_vpcs()["Vpcs"] if found["VpcId"] == vpc]
    for _ in range(2):  # of two ids, either may sort first
        tagged = {"ResourceType": "vpc", "Tags": first["Tags"]}
        ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[tagged])
        for _ in range(3):
            house.sweep()
            assert vpc_of(house) == vpc
            house.clock.advance(60)
    assert vpc in [found["VpcId"] for found in ec2.describe_vpcs()["Vpcs"]]


def test_an_object_whose_spec_cannot_be_read_keeps_its_cost() -> None:
    house = stood(nat="One", publicSubnets=["10.0.1.0/24"])
    manifest = house.cluster.objects[NETWORK]
    cost = manifest.status["cost"]
    house.cluster.objects[NETWORK] = replace(manifest, spec={**manifest.spec, "nonsense": 1}, generation=2)
    house.sweep()
    stalled = house.condition(NETWORK, "Stalled")["reason"]
    assert (stalled, house.status(NETWORK)["cost"]) == ("Invalid", cost)


def test_a_namespace_that_names_no_role_is_said_where_people_look_and_changes_nothing() -> None:
    house = stood()
    before = owners(house)
    house.cluster.annotations["default"] = {ROLE_ARN: "nonsense"}
    house.sweep()
    stalled = house.condition(NETWORK, "Stalled")
    sentence = (
        "The annotation trueup.dev/role-arn of namespace default is 'nonsense': write the ARN of an IAM role, such as "
        "arn:aws:iam::123456789012:role/name, or take the annotation off."
    )
    assert (stalled["reason"], stalled["message"]) == ("Invalid", sentence)
    assert (house.condition(NETWORK, "Ready")["status"], owners(house)) == ("True", before)


def test_a_new_process_knows_how_much_was_removed_of_late() -> None:
    """Three removals are let go, a fourth within 10 minutes asks, whoever makes it."""
    public = {"zones": ["us-east-1a"], "publicSubnets": ["10.0.1.0/24"], "privateSubnets": ["10.0.10.0/24"]}
    house = stood(**public, nat="One", endpoints=["s3"])
    house.apply(network(**public, endpoints=["s3"]))
    house.settle()
    house.start()
    house.apply(network(**public))
    house.sweep()
    assert house.condition(NETWORK, "Stalled")["reason"] == "ApprovalNeeded"
    assert house.condition(NETWORK, "Stalled")["message"].startswith("4 resources would be removed or replaced")
    house.clock.advance(600)
    house.settle()
    assert house.status(NETWORK)["summary"] == "Ready"
    assert list(json.loads(house.cluster.objects[NETWORK].annotations["trueup.dev/removed"])) == [
        "AWS::EC2::VPCEndpoint/s3"
    ]


def test_a_tag_that_somebody_set_since_the_last_read_survives_a_change_of_ours() -> None:
    house = House()
    uploads = {"kind": "Bucket", "metadata": {"name": "uploads"}, "spec": {"tags": {"team": "web"}}}
    house.apply(uploads)
    house.settle()
    house.clock.advance(40)
    house.sweep()
    s3 = house.client("s3")
    name = house.status(("Bucket", "default", "uploads"))["outputs"]["bucketName"]
    tags = s3.get_bucket_tagging(Bucket=name)["TagSet"]
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [*tags, {"Key": "theirs", "Value": "1"}]})
    house.apply({**uploads, "spec": {"tags": {"team": "api"}}})
    house.settle()
    kept = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=name)["TagSet"]}
    assert (kept["theirs"], kept["team"]) == ("1", "api")
