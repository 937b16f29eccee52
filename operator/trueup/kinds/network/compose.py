"""From a Network to its AWS resources: a VPC, subnets over zones, and the ways out that the spec asks for.

Public subnets share a route table to the internet gateway, private ones a table that leads out through NAT or
nowhere. What the spec does not say is closed: the default security group allows nothing, and the tables hold no route
but these.
"""

from __future__ import annotations

from dataclasses import dataclass

from trueup.core.graph import Graph
from trueup.kinds.common import names
from trueup.kinds.common.kind import Context
from trueup.kinds.network.spec import NetworkSpec
from trueup.resources.ec2 import (
    DefaultSecurityGroup,
    ElasticIp,
    InternetGateway,
    InternetGatewayAttachment,
    NatGateway,
    Route,
    RouteTable,
    Subnet,
    SubnetRouteTableAssociation,
    Vpc,
    VpcEndpoint,
)

EVERYWHERE = "0.0.0.0/0"
PUBLIC = "/publicSubnets"
PRIVATE = "/privateSubnets"


@dataclass(frozen=True, slots=True)
class _Side:
    """The subnets of one sort, public or private, and the table that they follow."""

    subnets: tuple[Subnet, ...]
    table: RouteTable


def compose(ctx: Context) -> Graph:
    """The graph of a Network. Zones of another region than the object's are a refusal."""
    spec: NetworkSpec = ctx.spec
    graph = Graph(ctx.identity, spec.tags)
    elsewhere = [zone for zone in spec.zones if zone[:-1] != ctx.region]
    if elsewhere:
        graph.refuse(
            "WrongRegion",
            f"Zone {elsewhere[0]} is not in {ctx.region}, where this Network lives: set spec.region to "
            f"{elsewhere[0][:-1]} in a new Network, or name zones of {ctx.region}.",
        )
        return graph
    vpc = graph.add(
        Vpc(name=names.VPC.name, cidr=spec.cidr, dns_support=True, dns_hostnames=True), at={"cidr": "/cidr"}
    )
    graph.add(DefaultSecurityGroup(name=names.DEFAULT_GROUP.name, vpc=vpc.output("VpcId")))
    public = _side(graph, vpc, spec, public=True)
    private = _side(graph, vpc, spec, public=False)
    if public is not None:
        attachment = _internet(graph, vpc, public)
        if private is not None and spec.nat == "One":
            _nat(graph, public, private, attachment)
    tables = tuple(side.table for side in (public, private) if side is not None)
    _endpoints(graph, vpc, spec, ctx.region, tables)
    return graph


def _side(graph: Graph, vpc: Vpc, spec: NetworkSpec, *, public: bool) -> _Side | None:
    """One route table, and a subnet for each zone that follows it; None where the spec asks for no such subnets."""
    cidrs, pointer = (spec.public_subnets, PUBLIC) if public else (spec.private_subnets, PRIVATE)
    key = names.public_subnet if public else names.private_subnet
    if not cidrs:
        return None
    vpc_id = vpc.output("VpcId")
    table = graph.add(RouteTable(name="public" if public else "private", vpc=vpc_id), at={"": pointer})
    subnets: list[Subnet] = []
    for place, (cidr, zone) in enumerate(zip(cidrs, spec.zones, strict=True)):
        here = f"{pointer}/{place}"
        subnet = Subnet(name=key(place).name, vpc=vpc_id, cidr=cidr, zone=zone, public_addresses=public)
        subnets.append(graph.add(subnet, at={"": here, "cidr": here, "zone": f"/zones/{place}"}))
        follows = SubnetRouteTableAssociation(
            name=subnet.name, subnet=subnet.output("SubnetId"), table=table.output("RouteTableId")
        )
        graph.add(follows, at={"": here})
    return _Side(tuple(subnets), table)


def _internet(graph: Graph, vpc: Vpc, public: _Side) -> InternetGatewayAttachment:
    """The internet gateway, attached, with the public table's way out."""
    at = {"": PUBLIC}
    gateway = graph.add(InternetGateway(name=names.INTERNET_GATEWAY.name), at=at)
    gateway_id = gateway.output("InternetGatewayId")
    attachment = graph.add(
        InternetGatewayAttachment(name=gateway.name, gateway=gateway_id, vpc=vpc.output("VpcId")), at=at
    )
    route = Route(
        name="public-internet",
        table=public.table.output("RouteTableId"),
        destination=EVERYWHERE,
        gateway=gateway_id,
    )
    graph.add(route, at=at, after=(attachment,))
    return attachment


def _nat(graph: Graph, public: _Side, private: _Side, attachment: InternetGatewayAttachment) -> None:
    """A NAT gateway in the first public subnet, with the private table's way out.

    It comes after the internet gateway's attachment and so goes before it: AWS makes no NAT gateway in a VPC without
    one, and detaches none while public addresses are mapped.
    """
    at = {"": "/nat"}
    address = graph.add(ElasticIp(name=names.nat_address(0).name), at=at, after=(attachment,))
    gateway = graph.add(
        NatGateway(
            name=names.nat_gateway(0).name,
            subnet=public.subnets[0].output("SubnetId"),
            allocation=address.output("AllocationId"),
        ),
        at=at,
        after=(attachment,),
    )
    route = Route(
        name="private-nat",
        table=private.table.output("RouteTableId"),
        destination=EVERYWHERE,
        nat=gateway.output("NatGatewayId", ready=True),
    )
    graph.add(route, at=at)


def _endpoints(graph: Graph, vpc: Vpc, spec: NetworkSpec, region: str, tables: tuple[RouteTable, ...]) -> None:
    """A gateway endpoint for each service that is asked for, in every route table."""
    for place, service in enumerate(spec.endpoints):
        here = f"/endpoints/{place}"
        endpoint = VpcEndpoint(
            name=service,
            vpc=vpc.output("VpcId"),
            service=f"com.amazonaws.{region}.{service}",
            route_tables=tuple(table.output("RouteTableId") for table in tables),
        )
        graph.add(endpoint, at={"": here, "service": here, "route_tables": here})
