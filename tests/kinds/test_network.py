"""What a Network compiles to: which resources, in which order, decided by which field of the spec, at which price."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.kinds.network_world import IDENTITY, PLATFORM, REGION, composed
from trueup.core.cost import Estimate
from trueup.core.graph import Graph, Problem
from trueup.core.inventory import Inventory
from trueup.core.observed import Observed, Surroundings
from trueup.core.plan import Action
from trueup.core.planning import History, plan
from trueup.core.values import Json
from trueup.kinds.common import names
from trueup.kinds.network import KIND
from trueup.resources.ec2 import NatGateway
from trueup.resources.prices import BOOKS, assumption_of, book_of


def outline(graph: Graph) -> dict[str, list[str]]:
    """Every resource with what it needs, in the order in which they are made."""
    return {_short(node.resource.key): [_short(key) for key in node.needs] for node in graph.ordered()}


def _short(key: object) -> str:
    return str(key).removeprefix("AWS::EC2::")


def test_the_platforms_network() -> None:
    follows = "SubnetRouteTableAssociation"
    graph = composed()
    assert (graph.problems, graph.waits) == ([], [])
    assert outline(graph) == {
        "VPC/vpc": [],
        "SecurityGroup/default": ["VPC/vpc"],
        "RouteTable/public": ["VPC/vpc"],
        "Subnet/public-0": ["VPC/vpc"],
        f"{follows}/public-0": ["Subnet/public-0", "RouteTable/public"],
        "Subnet/public-1": ["VPC/vpc"],
        f"{follows}/public-1": ["Subnet/public-1", "RouteTable/public"],
        "RouteTable/private": ["VPC/vpc"],
        "Subnet/private-0": ["VPC/vpc"],
        f"{follows}/private-0": ["Subnet/private-0", "RouteTable/private"],
        "Subnet/private-1": ["VPC/vpc"],
        f"{follows}/private-1": ["Subnet/private-1", "RouteTable/private"],
        "InternetGateway/internet": [],
        "VPCGatewayAttachment/internet": ["InternetGateway/internet", "VPC/vpc"],
        "Route/public-internet": [
            "RouteTable/public",
            "InternetGateway/internet",
            "VPCGatewayAttachment/internet",
        ],
        "EIP/nat-0": ["VPCGatewayAttachment/internet"],
        "NatGateway/nat-0": ["Subnet/public-0", "EIP/nat-0", "VPCGatewayAttachment/internet"],
        "Route/private-nat": ["RouteTable/private", "NatGateway/nat-0"],
        "VPCEndpoint/s3": ["VPC/vpc", "RouteTable/public", "RouteTable/private"],
    }


def test_private_subnets_alone_have_no_way_out() -> None:
    spec = {"cidr": "10.0.0.0/16", "zones": ["us-east-1a"], "privateSubnets": ["10.0.10.0/24"]}
    assert list(outline(composed(spec))) == [
        "VPC/vpc",
        "SecurityGroup/default",
        "RouteTable/private",
        "Subnet/private-0",
        "SubnetRouteTableAssociation/private-0",
    ]


def test_a_network_may_be_a_vpc_alone() -> None:
    assert list(outline(composed({"cidr": "10.0.0.0/16", "zones": ["us-east-1a"]}))) == [
        "VPC/vpc",
        "SecurityGroup/default",
    ]


def test_zones_of_another_region_are_refused() -> None:
    graph = composed(region="eu-west-1")
    assert graph.problems == [
        Problem(
            "WrongRegion",
            "Zone us-east-1a is not in eu-west-1, where this Network lives: set spec.region to us-east-1 in a new "
            "Network, or name zones of eu-west-1.",
        )
    ]
    assert len(graph) == 0


def fields(graph: Graph) -> dict[tuple[str, str], tuple[Json, str | None]]:
    """Every declared field, and every resource as a whole under the empty name: its value and its pointer."""
    found: dict[tuple[str, str], tuple[Json, str | None]] = {}
    for node in graph:
        key = _short(node.resource.key)
        found[key, ""] = (True, node.spec_path(""))
        for name, value in node.resource.declared().items():
            found[key, name] = (value, node.spec_path(name))
        for tag, value in node.resource.tags.items():
            if not tag.startswith("trueup.dev/"):
                found[key, f"tags.{tag}"] = (value, node.spec_path("tags", tag))
    return found


LEAVES: dict[str, tuple[dict[str, Json], set[tuple[str, str]]]] = {
    "/cidr": ({"cidr": "10.0.0.0/17"}, {("VPC/vpc", "cidr")}),
    "/zones/1": (
        {"zones": ["us-east-1a", "us-east-1c"]},
        {("Subnet/public-1", "zone"), ("Subnet/private-1", "zone")},
    ),
    "/publicSubnets/0": ({"publicSubnets": ["10.0.3.0/24", "10.0.2.0/24"]}, {("Subnet/public-0", "cidr")}),
    "/privateSubnets/1": ({"privateSubnets": ["10.0.10.0/24", "10.0.12.0/24"]}, {("Subnet/private-1", "cidr")}),
    "/nat": (
        {"nat": "None"},
        {
            (key, name)
            for key, declared in {
                "EIP/nat-0": ("", "domain"),
                "NatGateway/nat-0": ("", "subnet", "allocation", "connectivity"),
                "Route/private-nat": ("", "table", "destination", "nat", "state"),
            }.items()
            for name in (*declared, "tags.team")
            if not (key.startswith("Route/") and name == "tags.team")
        },
    ),
    "/endpoints/0": (
        {"endpoints": []},
        {("VPCEndpoint/s3", name) for name in ("", "vpc", "service", "endpoint_type", "route_tables", "tags.team")},
    ),
    "/tags/team": ({"tags": {"team": "api"}}, set()),
}


@pytest.mark.parametrize("pointer", LEAVES)
def test_every_field_knows_what_decides_it(pointer: str) -> None:
    change, expected = LEAVES[pointer]
    before, after = fields(composed()), fields(composed({**PLATFORM, **change}))
    changed = {at for at in {**before, **after} if before.get(at, (None,))[0] != after.get(at, (None,))[0]}
    if pointer.startswith("/tags/"):
        expected = {at for at in before if at[1] == "tags.team"}
    assert changed == expected
    whole = {key for key, name in changed if name == ""}
    pointers = {before[at][1] for at in changed if at[0] not in whole or at[1] == ""}
    assert pointers == {pointer}


def test_references_from_other_kinds_find_what_a_network_declares() -> None:
    graph = composed()
    owner = IDENTITY.owner
    refs = [names.vpc_of(owner), *names.private_subnets_of(owner, 2)]
    assert [(ref.key in graph, ref.path, ref.owner) for ref in refs] == [
        (True, "VpcId", owner),
        (True, "SubnetId", owner),
        (True, "SubnetId", owner),
    ]
    assert all(key in graph for key in (names.INTERNET_GATEWAY, names.DEFAULT_GROUP, names.S3_ENDPOINT))


def test_every_declared_type_is_one_of_the_kinds() -> None:
    assert {type(node.resource) for node in composed()} <= set(KIND.types)


def price(spec: dict[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
    book = book_of(REGION)
    lines = tuple(line for node in composed(spec) for line in node.resource.cost(book))
    found = Estimate(lines, book.as_of)
    return found.low, found.monthly, found.high


def test_nat_is_what_a_network_costs() -> None:
    assert price(dict(PLATFORM)) == (Decimal("36.50"), Decimal("36.95"), Decimal("41.00"))
    assert price({**PLATFORM, "nat": "None"}) == (0, 0, 0)


def test_prices_of_a_region_without_a_book_are_borrowed_and_say_so() -> None:
    assert (book_of("eu-west-1"), assumption_of("eu-west-1")) == (
        BOOKS["us-east-1"],
        "prices of us-east-1: those of eu-west-1 are not in the table",
    )
    assert assumption_of("us-east-1") is None


NAT_TAGS = [
    {"Key": "trueup.dev/owner", "Value": IDENTITY.owner},
    {"Key": "trueup.dev/resource", "Value": "nat-0"},
]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("failed", [("NatGateway/nat-0", Action.REPLACE, ("DeleteNatGateway",), None)]),
        ("deleted", [("NatGateway/nat-0", Action.CREATE, (), "Waiting")]),
    ],
)
def test_a_nat_gateway_that_failed_is_replaced_and_one_that_is_gone_is_made_again(
    state: str, expected: list[tuple[str, Action, tuple[str, ...], str | None]]
) -> None:
    inventory = Inventory()
    doc = {"NatGatewayId": "nat-1", "State": state, "ConnectivityType": "public", "Tags": NAT_TAGS}
    inventory.load(NatGateway, [doc], datetime(2026, 11, 23, tzinfo=UTC))
    graph = composed({**PLATFORM, "tags": {}})
    found = plan(graph, Observed(graph, Surroundings(inventory, {}, KIND.types)), History())
    assert [
        (_short(step.key), step.action, tuple(c.operation for c in step.calls), step.block and step.block.reason)
        for step in found.steps
        if step.kind is NatGateway
    ] == expected
