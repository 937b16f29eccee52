"""The calls that EC2's declarations lead to are whole and fit the service's model."""

import pytest

from tests.resources.ec2_samples import (
    ALL,
    BY_CIDR,
    BY_CIDR_V6,
    BY_LIST,
    BY_PEER,
    ENDPOINT,
    FOLLOWS,
    NAT,
    SUBNET,
    TAGS,
    TO_NAT,
    VPC,
    faults,
    known,
)
from trueup.core.resource import Difference, Removal, Resource
from trueup.core.values import Call, Doc, Json
from trueup.resources import ec2


@pytest.mark.parametrize("resource", ALL, ids=lambda r: f"{r.key}")
def test_creates_fit_the_model(resource: Resource) -> None:
    assert [faults(call) for call in resource.create(known, "token")] == [""]


def tagged(kind: str) -> list[Json]:
    pairs = [{"Key": key, "Value": value} for key, value in TAGS.items()]
    return [{"ResourceType": kind, "Tags": pairs}]


def ports(**source: Json) -> Json:
    return {"GroupId": "sg-1", "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, **source}]}


CREATES: dict[str, tuple[Resource, str, Json]] = {
    "vpc": (VPC, "CreateVpc", {"CidrBlock": "10.0.0.0/16", "TagSpecifications": tagged("vpc")}),
    "nat": (
        NAT,
        "CreateNatGateway",
        {
            "SubnetId": "subnet-1",
            "AllocationId": "eipalloc-1",
            "ConnectivityType": "public",
            "ClientToken": "token",
            "TagSpecifications": tagged("natgateway"),
        },
    ),
    "route": (
        TO_NAT,
        "CreateRoute",
        {"RouteTableId": "rtb-1", "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"},
    ),
    "by address": (BY_CIDR, "AuthorizeSecurityGroupIngress", ports(IpRanges=[{"CidrIp": "10.0.1.0/24"}])),
    "by IPv6 address": (
        BY_CIDR_V6,
        "AuthorizeSecurityGroupIngress",
        ports(Ipv6Ranges=[{"CidrIpv6": "fd00::/8", "Description": "Inside."}]),
    ),
    "by peer": (
        BY_PEER,
        "AuthorizeSecurityGroupIngress",
        ports(UserIdGroupPairs=[{"GroupId": "sg-2", "Description": "The API."}]),
    ),
    "by prefix list": (
        BY_LIST,
        "AuthorizeSecurityGroupEgress",
        {
            "GroupId": "sg-1",
            "IpPermissions": [
                {
                    "IpProtocol": "-1",
                    "FromPort": -1,
                    "ToPort": -1,
                    "PrefixListIds": [{"PrefixListId": "pl-1", "Description": "To S3."}],
                }
            ],
        },
    ),
    "endpoint": (
        ENDPOINT,
        "CreateVpcEndpoint",
        {
            "VpcId": "vpc-1",
            "ServiceName": "com.amazonaws.us-east-1.s3",
            "VpcEndpointType": "Gateway",
            "RouteTableIds": ["rtb-1", "rtb-2"],
            "ClientToken": "token",
            "TagSpecifications": tagged("vpc-endpoint"),
        },
    ),
}


@pytest.mark.parametrize(("resource", "operation", "params"), CREATES.values(), ids=CREATES)
def test_creates_carry_what_is_declared(resource: Resource, operation: str, params: Json) -> None:
    assert resource.create(known, "token") == (Call("ec2", operation, params, resource.RETRY),)


UPDATES: dict[str, tuple[Resource, Doc, list[tuple[str, Json]]]] = {
    "DNS switches one at a time": (
        VPC,
        {"VpcId": "vpc-1", "EnableDnsSupport": {"Value": False}, "EnableDnsHostnames": {"Value": False}},
        [
            ("ModifyVpcAttribute", {"VpcId": "vpc-1", "EnableDnsSupport": {"Value": True}}),
            ("ModifyVpcAttribute", {"VpcId": "vpc-1", "EnableDnsHostnames": {"Value": True}}),
        ],
    ),
    "public addresses": (
        SUBNET,
        {"SubnetId": "subnet-1", "MapPublicIpOnLaunch": False},
        [("ModifySubnetAttribute", {"SubnetId": "subnet-1", "MapPublicIpOnLaunch": {"Value": True}})],
    ),
    "a subnet's table": (
        FOLLOWS,
        {"RouteTableAssociationId": "rtbassoc-1", "SubnetId": "subnet-1", "RouteTableId": "rtb-9"},
        [("ReplaceRouteTableAssociation", {"AssociationId": "rtbassoc-1", "RouteTableId": "rtb-1"})],
    ),
    "an endpoint's tables": (
        ENDPOINT,
        {"VpcEndpointId": "vpce-1", "RouteTableIds": ["rtb-2", "rtb-9"]},
        [
            (
                "ModifyVpcEndpoint",
                {"VpcEndpointId": "vpce-1", "AddRouteTableIds": ["rtb-1"], "RemoveRouteTableIds": ["rtb-9"]},
            )
        ],
    ),
    "a route's target": (
        TO_NAT,
        {"RouteTableId": "rtb-1", "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-9", "State": "blackhole"},
        [
            (
                "ReplaceRoute",
                {"RouteTableId": "rtb-1", "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"},
            )
        ],
    ),
    "a rule's description": (
        BY_PEER,
        {"GroupId": "sg-1", "SecurityGroupRuleId": "sgr-1", "Description": "Anyone."},
        [
            (
                "UpdateSecurityGroupRuleDescriptionsIngress",
                {
                    "GroupId": "sg-1",
                    "SecurityGroupRuleDescriptions": [{"SecurityGroupRuleId": "sgr-1", "Description": "The API."}],
                },
            )
        ],
    ),
}


def in_place(resource: Resource, doc: Doc) -> tuple[Difference, ...]:
    """The differences but for tags and for what the short document of a case leaves out."""
    return tuple(
        d for d in resource.differences(doc, known) if d.attr != "tags" and d.rule.mutability.value == "in place"
    )


@pytest.mark.parametrize(("resource", "doc", "wanted"), UPDATES.values(), ids=UPDATES)
def test_updates_put_right_what_differs(resource: Resource, doc: Doc, wanted: list[tuple[str, Json]]) -> None:
    calls = resource.update(doc, in_place(resource, doc), known)
    assert calls == tuple(Call("ec2", operation, params) for operation, params in wanted)
    assert [faults(call) for call in calls] == ["" for _ in wanted]


def test_tags_are_set_by_id_even_where_an_arn_is_shown() -> None:
    pairs = [{"Key": key, "Value": value} for key, value in TAGS.items()]
    doc = {
        "SubnetId": "subnet-1",
        "SubnetArn": "arn:aws:ec2:us-east-1:1:subnet/subnet-1",
        "VpcId": "vpc-1",
        "CidrBlock": "10.0.1.0/24",
        "AvailabilityZone": "us-east-1a",
        "MapPublicIpOnLaunch": True,
        "Tags": [*pairs[:1], {"Key": "trueup.dev/tag-keys", "Value": "team"}, {"Key": "team", "Value": "a"}],
    }
    calls = SUBNET.update(doc, SUBNET.differences(doc, known), known)
    assert calls == (
        Call(
            "ec2",
            "DeleteTags",
            {"Resources": ["subnet-1"], "Tags": [{"Key": "team"}, {"Key": "trueup.dev/tag-keys"}]},
        ),
        Call("ec2", "CreateTags", {"Resources": ["subnet-1"], "Tags": pairs[1:]}),
    )
    assert [faults(call) for call in calls] == ["", ""]


DELETES: dict[str, tuple[type[Resource], Doc, str, Json]] = {
    "vpc": (ec2.Vpc, {"VpcId": "vpc-1"}, "DeleteVpc", {"VpcId": "vpc-1"}),
    "subnet": (ec2.Subnet, {"SubnetId": "subnet-1"}, "DeleteSubnet", {"SubnetId": "subnet-1"}),
    "attachment": (
        ec2.InternetGatewayAttachment,
        {"InternetGatewayId": "igw-1", "VpcId": "vpc-1", "State": "available"},
        "DetachInternetGateway",
        {"InternetGatewayId": "igw-1", "VpcId": "vpc-1"},
    ),
    "gateway": (
        ec2.InternetGateway,
        {"InternetGatewayId": "igw-1"},
        "DeleteInternetGateway",
        {"InternetGatewayId": "igw-1"},
    ),
    "address": (
        ec2.ElasticIp,
        {"AllocationId": "eipalloc-1"},
        "ReleaseAddress",
        {"AllocationId": "eipalloc-1"},
    ),
    "NAT": (ec2.NatGateway, {"NatGatewayId": "nat-1"}, "DeleteNatGateway", {"NatGatewayId": "nat-1"}),
    "table": (ec2.RouteTable, {"RouteTableId": "rtb-1"}, "DeleteRouteTable", {"RouteTableId": "rtb-1"}),
    "route": (
        ec2.Route,
        {"RouteTableId": "rtb-1", "DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1"},
        "DeleteRoute",
        {"RouteTableId": "rtb-1", "DestinationIpv6CidrBlock": "::/0"},
    ),
    "association": (
        ec2.SubnetRouteTableAssociation,
        {"RouteTableAssociationId": "rtbassoc-1"},
        "DisassociateRouteTable",
        {"AssociationId": "rtbassoc-1"},
    ),
    "group": (ec2.SecurityGroup, {"GroupId": "sg-1"}, "DeleteSecurityGroup", {"GroupId": "sg-1"}),
    "ingress": (
        ec2.SecurityGroupIngress,
        {"GroupId": "sg-1", "SecurityGroupRuleId": "sgr-1"},
        "RevokeSecurityGroupIngress",
        {"GroupId": "sg-1", "SecurityGroupRuleIds": ["sgr-1"]},
    ),
    "egress": (
        ec2.SecurityGroupEgress,
        {"GroupId": "sg-1", "SecurityGroupRuleId": "sgr-1"},
        "RevokeSecurityGroupEgress",
        {"GroupId": "sg-1", "SecurityGroupRuleIds": ["sgr-1"]},
    ),
    "endpoint": (
        ec2.VpcEndpoint,
        {"VpcEndpointId": "vpce-1"},
        "DeleteVpcEndpoints",
        {"VpcEndpointIds": ["vpce-1"]},
    ),
}


@pytest.mark.parametrize(("kind", "doc", "operation", "params"), DELETES.values(), ids=DELETES)
def test_deletes_name_what_goes(kind: type[Resource], doc: Doc, operation: str, params: Json) -> None:
    calls = kind.delete(doc, known, Removal())
    assert calls == (Call("ec2", operation, params),)
    assert [faults(call) for call in calls] == [""]
