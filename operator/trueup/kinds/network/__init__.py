"""Network: a VPC with its subnets over zones, and its ways out."""

from trueup.core.values import Json
from trueup.kinds.common.kind import Kind
from trueup.kinds.network.compose import compose
from trueup.kinds.network.outputs import outputs
from trueup.kinds.network.spec import INFO
from trueup.resources.ec2 import (
    DefaultSecurityGroup,
    ElasticIp,
    InternetGateway,
    InternetGatewayAttachment,
    NatGateway,
    Route,
    RouteTable,
    SecurityGroupEgress,
    SecurityGroupIngress,
    Subnet,
    SubnetRouteTableAssociation,
    Vpc,
    VpcEndpoint,
)


def _refers_to_nothing(spec: Json) -> tuple[tuple[str, str], ...]:
    del spec
    return ()


KIND = Kind(
    info=INFO,
    types=(
        Vpc,
        DefaultSecurityGroup,
        SecurityGroupIngress,
        SecurityGroupEgress,
        InternetGateway,
        InternetGatewayAttachment,
        Subnet,
        RouteTable,
        SubnetRouteTableAssociation,
        ElasticIp,
        NatGateway,
        Route,
        VpcEndpoint,
    ),
    compose=compose,
    outputs=outputs,
    peers=_refers_to_nothing,
)

__all__ = ["INFO", "KIND"]
