"""A Network on moto: made, at rest, every field changed behind our back seen and put right, and taken down."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from moto import mock_aws

from tests.kinds.network_world import IDENTITY, PLATFORM, World, composed, context
from trueup.core.graph import Graph
from trueup.core.plan import Action, Cause, Plan
from trueup.core.values import Json, Severity
from trueup.kinds.network import KIND


@pytest.fixture(scope="module")
def credentials() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="module")
def graph() -> Graph:
    return composed()


@pytest.fixture(scope="module")
def shared(credentials: None, graph: Graph) -> Iterator[World]:
    """A network that is made once; every test that changes it sees it put right."""
    with mock_aws():
        world = World()
        world.converge(graph)
        yield world


@pytest.fixture
def made(shared: World) -> World:
    shared.calls.clear()
    return shared


def said(plan: Plan) -> list[Json]:
    """What a plan is about: each step, and each field with its pointer and how bad it is."""
    return [
        (str(step.key).removeprefix("AWS::EC2::"), step.action, step.cause, f.path, f.spec_path, f.severity)
        for step in plan.steps
        for f in step.fields
    ]


def test_a_network_is_made_and_then_at_rest(made: World, graph: Graph) -> None:
    assert (said(made.plan(graph)), made.plan(graph).converged) == ([], True)
    assert set(made.observed(graph).seen) == {node.resource.key for node in graph.ordered()}
    assert made.observed(graph).extras == ()


def test_outputs_name_what_aws_made(made: World, graph: Graph) -> None:
    subnets = [made.doc(graph, f"Subnet/{name}")["SubnetId"] for name in ("public-0", "public-1")]
    private = [made.doc(graph, f"Subnet/{name}")["SubnetId"] for name in ("private-0", "private-1")]
    assert KIND.outputs(context(PLATFORM), made.observed(graph)) == {
        "vpcId": made.doc(graph, "VPC/vpc")["VpcId"],
        "publicSubnetIds": subnets,
        "privateSubnetIds": private,
        "availabilityZones": ["us-east-1a", "us-east-1b"],
        "natPublicIps": [made.doc(graph, "EIP/nat-0")["PublicIp"]],
        "s3EndpointId": made.doc(graph, "VPCEndpoint/s3")["VpcEndpointId"],
    }


def test_the_default_group_is_closed(made: World, graph: Graph) -> None:
    group = made.doc(graph, "SecurityGroup/default")["GroupId"]
    rules = made.client.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    assert rules["SecurityGroupRules"] == []


Change = Callable[[World, Graph], Any]


def _id(world: World, graph: Graph, key: str, member: str) -> str:
    return world.doc(graph, key)[member]


def dns(name: str) -> Change:
    return lambda w, g: w.client.modify_vpc_attribute(VpcId=_id(w, g, "VPC/vpc", "VpcId"), **{name: {"Value": False}})


def addresses(subnet: str, *, value: bool) -> Change:
    return lambda w, g: w.client.modify_subnet_attribute(
        SubnetId=_id(w, g, f"Subnet/{subnet}", "SubnetId"), MapPublicIpOnLaunch={"Value": value}
    )


def retag(key: str, member: str) -> Change:
    return lambda w, g: w.client.create_tags(Resources=[_id(w, g, key, member)], Tags=[{"Key": "team", "Value": "x"}])


def follow_public(w: World, g: Graph) -> None:
    w.client.replace_route_table_association(
        AssociationId=_id(w, g, "SubnetRouteTableAssociation/private-0", "RouteTableAssociationId"),
        RouteTableId=_id(w, g, "RouteTable/public", "RouteTableId"),
    )


def divert(w: World, g: Graph) -> None:
    w.client.replace_route(
        RouteTableId=_id(w, g, "RouteTable/private", "RouteTableId"),
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=_id(w, g, "InternetGateway/internet", "InternetGatewayId"),
    )


def detour(w: World, g: Graph) -> None:
    w.client.replace_route(
        RouteTableId=_id(w, g, "RouteTable/public", "RouteTableId"),
        DestinationCidrBlock="0.0.0.0/0",
        NatGatewayId=_id(w, g, "NatGateway/nat-0", "NatGatewayId"),
    )


def drop_route(w: World, g: Graph) -> None:
    w.client.delete_route(RouteTableId=_id(w, g, "RouteTable/public", "RouteTableId"), DestinationCidrBlock="0.0.0.0/0")


def expose(w: World, g: Graph) -> None:
    w.client.create_route(
        RouteTableId=_id(w, g, "RouteTable/private", "RouteTableId"),
        DestinationCidrBlock="198.51.100.0/24",
        GatewayId=_id(w, g, "InternetGateway/internet", "InternetGatewayId"),
    )


def forget_table(w: World, g: Graph) -> None:
    w.client.modify_vpc_endpoint(
        VpcEndpointId=_id(w, g, "VPCEndpoint/s3", "VpcEndpointId"),
        RemoveRouteTableIds=[_id(w, g, "RouteTable/private", "RouteTableId")],
    )


def add_table(w: World, g: Graph) -> None:
    other = w.client.create_route_table(VpcId=_id(w, g, "VPC/vpc", "VpcId"))["RouteTable"]["RouteTableId"]
    w.client.modify_vpc_endpoint(VpcEndpointId=_id(w, g, "VPCEndpoint/s3", "VpcEndpointId"), AddRouteTableIds=[other])


def open_group(direction: str) -> Change:
    permission = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    return lambda w, g: getattr(w.client, f"authorize_security_group_{direction}")(
        GroupId=_id(w, g, "SecurityGroup/default", "GroupId"), IpPermissions=[permission]
    )


def detach(w: World, g: Graph) -> None:
    gateway = _id(w, g, "InternetGateway/internet", "InternetGatewayId")
    w.client.detach_internet_gateway(InternetGatewayId=gateway, VpcId=_id(w, g, "VPC/vpc", "VpcId"))


CRITICAL, NORMAL = Severity.CRITICAL, Severity.NORMAL
TAGGED = {
    "VPC/vpc": "VpcId",
    "Subnet/public-0": "SubnetId",
    "InternetGateway/internet": "InternetGatewayId",
    "EIP/nat-0": "AllocationId",
    "NatGateway/nat-0": "NatGatewayId",
    "RouteTable/private": "RouteTableId",
    "VPCEndpoint/s3": "VpcEndpointId",
}
FIELDS: dict[str, tuple[Change, str, str, str | None, Severity]] = {
    "DNS": (dns("EnableDnsSupport"), "VPC/vpc", "EnableDnsSupport.Value", None, NORMAL),
    "host names": (dns("EnableDnsHostnames"), "VPC/vpc", "EnableDnsHostnames.Value", None, NORMAL),
    "no public addresses": (
        addresses("public-0", value=False),
        "Subnet/public-0",
        "MapPublicIpOnLaunch",
        None,
        NORMAL,
    ),
    "public addresses": (addresses("private-1", value=True), "Subnet/private-1", "MapPublicIpOnLaunch", None, NORMAL),
    "another table": (
        follow_public,
        "SubnetRouteTableAssociation/private-0",
        "RouteTableId",
        None,
        CRITICAL,
    ),
    "out past NAT": (divert, "Route/private-nat", "NatGatewayId", None, CRITICAL),
    "NAT for the public": (detour, "Route/public-internet", "GatewayId", None, NORMAL),
    "a table less": (forget_table, "VPCEndpoint/s3", "RouteTableIds", "/endpoints/0", NORMAL),
    "a table more": (add_table, "VPCEndpoint/s3", "RouteTableIds", "/endpoints/0", NORMAL),
    **{f"tag of {key}": (retag(key, member), key, "Tags.team", "/tags/team", NORMAL) for key, member in TAGGED.items()},
}


@pytest.mark.parametrize(("change", "key", "path", "pointer", "severity"), FIELDS.values(), ids=FIELDS)
def test_a_changed_field_is_one_entry_and_is_put_right(
    made: World, graph: Graph, change: Change, key: str, path: str, pointer: str | None, severity: Severity
) -> None:
    change(made, graph)
    assert said(made.plan(graph)) == [(key, Action.UPDATE, Cause.DRIFT, path, pointer, severity)]
    made.converge(graph)
    assert (len(made.calls), said(made.plan(graph))) == (1, [])


ADDED: dict[str, tuple[Change, str, Severity]] = {
    "a route": (expose, "Route/", CRITICAL),
    "a way in": (open_group("ingress"), "SecurityGroupIngress/", CRITICAL),
    "a way out": (open_group("egress"), "SecurityGroupEgress/", NORMAL),
}


@pytest.mark.parametrize(("change", "key", "severity"), ADDED.values(), ids=ADDED)
def test_what_somebody_added_is_drift_and_goes(
    made: World, graph: Graph, change: Change, key: str, severity: Severity
) -> None:
    change(made, graph)
    (entry,) = said(made.plan(graph))
    assert entry[0].startswith(key)
    assert entry[1:] == (Action.DELETE, Cause.DRIFT, "", None, severity)
    made.converge(graph)
    assert (len(made.calls), said(made.plan(graph))) == (1, [])


def drop_endpoint(w: World, g: Graph) -> None:
    w.client.delete_vpc_endpoints(VpcEndpointIds=[_id(w, g, "VPCEndpoint/s3", "VpcEndpointId")])


GONE: dict[str, tuple[Change, str, str]] = {
    "a route": (drop_route, "Route/public-internet", "CreateRoute"),
    "the attachment": (detach, "VPCGatewayAttachment/internet", "AttachInternetGateway"),
    "the endpoint": (drop_endpoint, "VPCEndpoint/s3", "CreateVpcEndpoint"),
}


@pytest.mark.parametrize(("change", "key", "operation"), GONE.values(), ids=GONE)
def test_what_is_gone_is_made_again(made: World, graph: Graph, change: Change, key: str, operation: str) -> None:
    change(made, graph)
    found = {entry[:3] for entry in said(made.plan(graph))}
    # A route whose gateway is off shows as a black hole, where the emulator's repairs of moto are in this process.
    beside = (
        {("Route/public-internet", Action.UPDATE, Cause.DRIFT)} if key.startswith("VPCGatewayAttachment") else set()
    )
    assert found - beside == {(key, Action.CREATE, Cause.DRIFT)}
    made.converge(graph)
    called = [call.operation for call in made.calls]
    assert (called[0], set(called[1:]) <= {"ReplaceRoute"}, said(made.plan(graph))) == (operation, True, [])


def test_a_nat_gateway_that_is_gone_comes_back_with_its_route(made: World, graph: Graph) -> None:
    made.client.delete_nat_gateway(NatGatewayId=_id(made, graph, "NatGateway/nat-0", "NatGatewayId"))
    made.client.disassociate_address(AssociationId=_id(made, graph, "EIP/nat-0", "AssociationId"))  # as AWS does
    made.converge(graph)
    assert [call.operation for call in made.calls] == ["CreateNatGateway", "ReplaceRoute"]
    assert said(made.plan(graph)) == []


def test_a_group_under_another_name_is_untouched(made: World, graph: Graph) -> None:
    vpc = _id(made, graph, "VPC/vpc", "VpcId")
    made.client.create_security_group(GroupName="theirs", Description="Not ours.", VpcId=vpc)
    assert said(made.plan(graph)) == []


def test_a_smaller_network_loses_only_what_it_no_longer_asks_for(made: World, graph: Graph) -> None:
    smaller = composed({**PLATFORM, "nat": "None", "endpoints": []})
    made.converge(smaller)
    assert sorted(call.operation for call in made.calls) == [
        "DeleteNatGateway",
        "DeleteRoute",
        "DeleteVpcEndpoints",
        "ReleaseAddress",
    ]
    assert said(made.plan(smaller)) == []
    made.converge(graph)
    assert said(made.plan(graph)) == []


def test_removal_takes_everything_in_an_order_that_aws_accepts(shared: World) -> None:
    world, graph = shared, composed(identity=replace(IDENTITY, name="other"))
    world.converge(graph)
    done = world.remove(graph)
    assert sorted(done) == sorted(
        [
            *["DeleteVpcEndpoints", "DeleteNatGateway", "ReleaseAddress", "DetachInternetGateway"],
            *["DeleteInternetGateway", "DeleteVpc", *["DeleteRoute"] * 2, *["DisassociateRouteTable"] * 4],
            *[*["DeleteRouteTable"] * 2, *["DeleteSubnet"] * 4],
        ]
    )
    order = {name: place for place, name in enumerate(done)}
    assert order["DeleteNatGateway"] < order["ReleaseAddress"] < order["DetachInternetGateway"]
    assert order["DetachInternetGateway"] < order["DeleteInternetGateway"]
    assert done[-1] == "DeleteVpc"
    assert (world.observed(graph).seen, world.observed(graph).extras) == ({}, ())
