"""What EC2's documents mean: members, identities, phases, differences, exposure, and what things cost."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.resources.ec2_samples import (
    ADDRESS,
    ATTACHMENT,
    BY_PEER,
    DEFAULT,
    ENDPOINT,
    NAT,
    TO_INTERNET,
    TO_NAT,
    VPC,
    known,
    unknown,
)
from trueup.core.cost import Line, fixed
from trueup.core.resource import Difference, Removal, Resource
from trueup.core.values import MISSING, Json, Phase, Pseudo, Ref, Severity
from trueup.resources import ec2
from trueup.resources.prices import book_of


def difference(resource: Resource, name: str, want: Json, have: Json) -> Difference:
    rule = resource.attrs()[name]
    return Difference(name, rule.shown_at, want, have, rule)


def test_the_default_group_is_neither_made_nor_deleted() -> None:
    doc = {"GroupId": "sg-0", "GroupName": "default", "VpcId": "vpc-1"}
    assert (DEFAULT.CREATE, DEFAULT.delete(doc, known, Removal())) == ("", ())
    assert DEFAULT.identity(known) == ec2.DefaultSecurityGroup.identity_of(doc) == ("vpc-1", "default")
    assert (tuple(ec2.DefaultSecurityGroup.members(doc)), tuple(ec2.SecurityGroup.members(doc))) == ((doc,), ())


TABLE_DOC: dict[str, Json] = {
    "RouteTableId": "rtb-1",
    "VpcId": "vpc-1",
    "Routes": [
        {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "Origin": "CreateRouteTable"},
        {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "Origin": "CreateRoute", "State": "active"},
        {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "Origin": "CreateRoute", "State": "active"},
        {"DestinationCidrBlock": "10.9.0.0/16", "GatewayId": "vgw-1", "Origin": "EnableVgwRoutePropagation"},
        {"DestinationCidrBlock": "10.8.0.0/16", "GatewayId": "vpce-2", "Origin": "CreateRoute"},
    ],
    "Associations": [
        {"Main": True, "RouteTableAssociationId": "rtbassoc-0", "RouteTableId": "rtb-1"},
        {"RouteTableAssociationId": "rtbassoc-1", "RouteTableId": "rtb-1", "SubnetId": "subnet-1"},
        {"RouteTableAssociationId": "rtbassoc-2", "RouteTableId": "rtb-1", "GatewayId": "igw-1"},
    ],
}


def test_a_tables_routes_are_those_that_somebody_made() -> None:
    routes = tuple(ec2.Route.members(TABLE_DOC))
    assert routes == (
        {**TABLE_DOC["Routes"][1], "RouteTableId": "rtb-1"},
        {**TABLE_DOC["Routes"][4], "RouteTableId": "rtb-1"},
    )
    assert [ec2.Route.id_of(route) for route in routes] == ["rtb-1|0.0.0.0/0", "rtb-1|10.8.0.0/16"]


def test_a_tables_associations_are_those_with_subnets() -> None:
    assert tuple(ec2.SubnetRouteTableAssociation.members(TABLE_DOC)) == (TABLE_DOC["Associations"][1],)


def test_a_gateways_attachments_carry_its_id() -> None:
    doc = {"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1", "State": "available"}]}
    (attachment,) = ec2.InternetGatewayAttachment.members(doc)
    assert attachment == {"InternetGatewayId": "igw-1", "VpcId": "vpc-1", "State": "available"}
    assert ATTACHMENT.identity(known) == ec2.InternetGatewayAttachment.identity_of(attachment)
    assert ec2.InternetGatewayAttachment.id_of(attachment) == "igw-1/vpc-1"


HOLE = {"RouteTableId": "rtb-1", "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-9", "State": "blackhole"}


def test_a_black_hole_is_a_difference_of_state_until_its_target_is_back() -> None:
    def without_nat(ref: Ref | Pseudo) -> Json:
        return MISSING if isinstance(ref, Ref) and ref.path == "NatGatewayId" else known(ref)

    found = TO_NAT.differences(HOLE, without_nat)
    assert found == (difference(TO_NAT, "state", "active", "blackhole"),)
    assert TO_NAT.update(HOLE, found, without_nat) == ()
    assert TO_NAT.differences(HOLE, known) == (difference(TO_NAT, "nat", "nat-1", "nat-9"),)


def test_a_private_route_that_leads_to_the_internet_is_critical() -> None:
    doc = {"RouteTableId": "rtb-1", "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}
    rule = replace(TO_NAT.attrs()["nat"], severity=Severity.CRITICAL)
    assert TO_NAT.differences(doc, known) == (Difference("nat", "NatGatewayId", "nat-1", MISSING, rule),)
    assert TO_INTERNET.differences(doc, known) == ()


def test_an_endpoint_whose_tables_are_not_there_yet_is_left_alone() -> None:
    doc = {"VpcEndpointId": "vpce-1", "RouteTableIds": ["rtb-9"]}
    assert ENDPOINT.patch(doc, (), unknown) == ()


STATES: dict[str, tuple[type[Resource], dict[str, Phase | None]]] = {
    "vpc": (ec2.Vpc, {"pending": Phase.CREATING, "available": Phase.READY}),
    "subnet": (
        ec2.Subnet,
        {"pending": Phase.CREATING, "available": Phase.READY, "failed-insufficient-capacity": Phase.BUSY},
    ),
    "NAT": (
        ec2.NatGateway,
        {
            "pending": Phase.CREATING,
            "available": Phase.READY,
            "failed": Phase.FAILED,
            "deleting": Phase.DELETING,
            "deleted": None,
        },
    ),
    "attachment": (
        ec2.InternetGatewayAttachment,
        {
            "attaching": Phase.CREATING,
            "available": Phase.READY,
            "attached": Phase.READY,
            "detaching": Phase.DELETING,
            "detached": None,
        },
    ),
    "endpoint": (
        ec2.VpcEndpoint,
        {
            "Pending": Phase.CREATING,
            "pendingAcceptance": Phase.CREATING,
            "Available": Phase.READY,
            "available": Phase.READY,
            "Partial": Phase.BUSY,
            "Deleting": Phase.DELETING,
            "deleted": None,
            "Rejected": Phase.FAILED,
            "Failed": Phase.FAILED,
            "Expired": Phase.FAILED,
        },
    ),
}


@pytest.mark.parametrize(("kind", "words"), STATES.values(), ids=STATES)
def test_states_are_phases(kind: type[Resource], words: dict[str, Phase | None]) -> None:
    assert {word: kind.phase({"State": word}) for word in words} == words


def test_the_primary_address_of_a_nat_gateway_counts() -> None:
    doc = {
        "NatGatewayAddresses": [
            {"AllocationId": "eipalloc-2", "IsPrimary": False},
            {"AllocationId": "eipalloc-1", "IsPrimary": True},
        ]
    }
    assert NAT.observed("allocation", doc) == "eipalloc-1"
    assert NAT.observed("allocation", {"NatGatewayAddresses": [{"AllocationId": "eipalloc-3"}]}) == "eipalloc-3"
    assert NAT.observed("allocation", {}) is MISSING


INGRESS = {
    "0.0.0.0/0": Severity.CRITICAL,
    "::/0": Severity.CRITICAL,
    "128.0.0.0/1": Severity.CRITICAL,
    "8.8.8.8/32": Severity.CRITICAL,
    "10.0.0.0/8": Severity.NORMAL,
    "10.0.0.0/7": Severity.CRITICAL,
    "192.168.3.4/32": Severity.NORMAL,
    "fd12::/16": Severity.NORMAL,
    "2600::/16": Severity.CRITICAL,
}


@pytest.mark.parametrize("cidr", INGRESS)
def test_who_is_let_in_says_how_bad_a_rule_is(cidr: str) -> None:
    doc = {"CidrIpv6" if ":" in cidr else "CidrIpv4": cidr}
    assert (ec2.SecurityGroupIngress.exposure(doc), ec2.SecurityGroupEgress.exposure(doc)) == (
        INGRESS[cidr],
        Severity.NORMAL,
    )


def test_a_rule_belongs_to_one_direction() -> None:
    inward, outward = {"IsEgress": False}, {"IsEgress": True}
    assert [tuple(ec2.SecurityGroupIngress.members(doc)) for doc in (inward, outward)] == [(inward,), ()]
    assert [tuple(ec2.SecurityGroupEgress.members(doc)) for doc in (inward, outward)] == [(), (outward,)]


def test_a_peers_rule_is_recognised_by_what_it_allows() -> None:
    doc = {
        "SecurityGroupRuleId": "sgr-1",
        "GroupId": "sg-1",
        "IsEgress": False,
        "IpProtocol": "tcp",
        "FromPort": 5432,
        "ToPort": 5432,
        "ReferencedGroupInfo": {"GroupId": "sg-2", "UserId": "1"},
        "Description": "The API.",
    }
    assert BY_PEER.identity(known) == ec2.SecurityGroupIngress.identity_of(doc)
    assert BY_PEER.differences(doc, known) == ()
    assert ec2.SecurityGroupIngress.summary(doc) == {
        "IpProtocol": "tcp",
        "FromPort": 5432,
        "ToPort": 5432,
        "ReferencedGroupInfo.GroupId": "sg-2",
        "Description": "The API.",
    }


def test_a_nat_gateway_and_its_address_cost_what_the_list_says() -> None:
    book = book_of("us-east-1")
    assert (*NAT.cost(book), *ADDRESS.cost(book)) == (
        fixed("NAT gateway", Decimal("32.850"), "730 h at $0.045"),
        Line("NAT gateway data", Decimal("0.450"), Decimal(0), Decimal("4.500"), "10 GB at $0.045; 0 to 100 GB"),
        Line(
            "Public IPv4 address",
            Decimal("3.650"),
            Decimal("3.650"),
            Decimal("3.650"),
            "730 h at $0.005, in use or not",
        ),
    )
    assert (VPC.cost(book), ENDPOINT.cost(book)) == ((), ())
