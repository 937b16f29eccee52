"""One declaration of every EC2 type, what their references stand for, and a check of calls against EC2's model."""

from dataclasses import replace

import botocore.session
from botocore.validate import ParamValidator

from trueup.core.naming import Identity
from trueup.core.resource import Resource
from trueup.core.values import MISSING, Call, Json, Pseudo, Ref
from trueup.resources import ec2

MODEL = botocore.session.get_session().get_service_model("ec2")
OWNER = Identity("default", "Network", "shop", "main").owner
TAGS = {"trueup.dev/owner": OWNER, "trueup.dev/resource": "x"}

VALUES = {
    "VpcId": "vpc-1",
    "SubnetId": "subnet-1",
    "InternetGatewayId": "igw-1",
    "AllocationId": "eipalloc-1",
    "NatGatewayId": "nat-1",
    "RouteTableId": "rtb-1",
    "GroupId": "sg-1",
}


def known(ref: Ref | Pseudo) -> Json:
    return VALUES[ref.path] if isinstance(ref, Ref) else "111122223333"


def unknown(ref: Ref | Pseudo) -> Json:
    return MISSING


VPC = ec2.Vpc(name="vpc", cidr="10.0.0.0/16", dns_support=True, dns_hostnames=True, tags=TAGS)
SUBNET = ec2.Subnet(
    name="public-0", vpc=VPC.output("VpcId"), cidr="10.0.1.0/24", zone="us-east-1a", public_addresses=True, tags=TAGS
)
GATEWAY = ec2.InternetGateway(name="internet", tags=TAGS)
ATTACHMENT = ec2.InternetGatewayAttachment(
    name="internet", gateway=GATEWAY.output("InternetGatewayId"), vpc=VPC.output("VpcId")
)
ADDRESS = ec2.ElasticIp(name="nat-0", tags=TAGS)
NAT = ec2.NatGateway(
    name="nat-0", subnet=SUBNET.output("SubnetId"), allocation=ADDRESS.output("AllocationId"), tags=TAGS
)
TABLE = ec2.RouteTable(name="private", vpc=VPC.output("VpcId"), tags=TAGS)
TO_INTERNET = ec2.Route(
    name="public-internet",
    table=TABLE.output("RouteTableId"),
    destination="0.0.0.0/0",
    gateway=GATEWAY.output("InternetGatewayId"),
)
TO_NAT = ec2.Route(
    name="private-nat",
    table=TABLE.output("RouteTableId"),
    destination="0.0.0.0/0",
    nat=NAT.output("NatGatewayId", ready=True),
)
FOLLOWS = ec2.SubnetRouteTableAssociation(
    name="public-0", subnet=SUBNET.output("SubnetId"), table=TABLE.output("RouteTableId")
)
GROUP = ec2.SecurityGroup(
    name="access", vpc=VPC.output("VpcId"), group_name="shop-db", description="Who may connect.", tags=TAGS
)
DEFAULT = ec2.DefaultSecurityGroup(name="default", vpc=VPC.output("VpcId"))
BY_CIDR = ec2.SecurityGroupIngress(
    name="0", group=GROUP.output("GroupId"), protocol="tcp", from_port=5432, to_port=5432, cidr="10.0.1.0/24"
)
BY_CIDR_V6 = replace(BY_CIDR, cidr=None, cidr_v6="fd00::/8", description="Inside.")
BY_PEER = replace(BY_CIDR, cidr=None, peer="sg-2", description="The API.")
BY_LIST = ec2.SecurityGroupEgress(name="1", group="sg-1", protocol="-1", prefix_list="pl-1", description="To S3.")
ENDPOINT = ec2.VpcEndpoint(
    name="s3",
    vpc=VPC.output("VpcId"),
    service="com.amazonaws.us-east-1.s3",
    route_tables=(TABLE.output("RouteTableId"), "rtb-2"),
    tags=TAGS,
)
ALL: tuple[Resource, ...] = (
    *(VPC, SUBNET, GATEWAY, ATTACHMENT, ADDRESS, NAT, TABLE, TO_INTERNET, TO_NAT, FOLLOWS, GROUP),
    *(BY_CIDR, BY_CIDR_V6, BY_PEER, BY_LIST, ENDPOINT),
)


def faults(call: Call) -> str:
    shape = MODEL.operation_model(call.operation).input_shape
    assert shape is not None
    return str(ParamValidator().validate(dict(call.params), shape).generate_report())
