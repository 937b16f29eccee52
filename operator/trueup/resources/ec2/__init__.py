"""EC2's networking: virtual networks and what is in them, one module per family of types.

Everything is listed at the largest page and told apart by tag, or, for routes, rules and attachments, by content
within a parent of ours. EC2 shows neither deletions at once nor the policies that we leave alone.
"""

from trueup.resources.ec2.endpoints import VpcEndpoint
from trueup.resources.ec2.gateways import (
    ElasticIp,
    InternetGateway,
    InternetGatewayAttachment,
    NatGateway,
)
from trueup.resources.ec2.groups import (
    DefaultSecurityGroup,
    SecurityGroup,
    SecurityGroupEgress,
    SecurityGroupIngress,
)
from trueup.resources.ec2.routes import Route, RouteTable, SubnetRouteTableAssociation
from trueup.resources.ec2.vpc import Subnet, Vpc

__all__ = [
    "DefaultSecurityGroup",
    "ElasticIp",
    "InternetGateway",
    "InternetGatewayAttachment",
    "NatGateway",
    "Route",
    "RouteTable",
    "SecurityGroup",
    "SecurityGroupEgress",
    "SecurityGroupIngress",
    "Subnet",
    "SubnetRouteTableAssociation",
    "Vpc",
    "VpcEndpoint",
]
