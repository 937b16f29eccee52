"""Virtual networks and their subnets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from trueup.core import compare
from trueup.core.resource import Attr, Deep, Difference, Listing
from trueup.core.tagging import Tagging
from trueup.core.values import Call, Doc, Lookup, Mutability, Phase, Ref, Retry
from trueup.resources.ec2.base import PAGE, TaggedResource, phase_by, tagging

_STATES: Final = {"pending": Phase.CREATING, "available": Phase.READY}


@dataclass(frozen=True, kw_only=True)
class Vpc(TaggedResource):
    """A virtual network. Its DNS switches show only in reads of their own and change one at a time."""

    TYPE: ClassVar[str] = "AWS::EC2::VPC"
    LISTING: ClassVar[Listing] = Listing("DescribeVpcs", "Vpcs", page=PAGE, by="VpcId", one={"VpcIds": ["{}"]})
    DEEP: ClassVar[tuple[Deep, ...]] = (
        Deep(
            "DescribeVpcAttribute",
            {"VpcId": "{VpcId}", "Attribute": "enableDnsSupport"},
            "EnableDnsSupport",
            "EnableDnsSupport",
        ),
        Deep(
            "DescribeVpcAttribute",
            {"VpcId": "{VpcId}", "Attribute": "enableDnsHostnames"},
            "EnableDnsHostnames",
            "EnableDnsHostnames",
        ),
    )
    ID: ClassVar[str] = "VpcId"
    STATE: ClassVar[str] = "State"
    CREATE: ClassVar[str] = "CreateVpc"
    ANSWER: ClassVar[str] = "Vpc"
    RETRY: ClassVar[Retry] = Retry.UNSAFE
    UPDATE: ClassVar[str] = "ModifyVpcAttribute"
    UPDATE_BY: ClassVar[dict[str, str]] = {"VpcId": "VpcId"}
    DELETE: ClassVar[str] = "DeleteVpc"
    DELETE_BY: ClassVar[dict[str, str]] = {"VpcId": "VpcId"}
    TAGGING: ClassVar[Tagging | None] = tagging("vpc")

    cidr: Annotated[str, Attr("CidrBlock", mutability=Mutability.REPLACE)]
    dns_support: Annotated[bool | None, Attr("", read="EnableDnsSupport.Value", update="EnableDnsSupport.Value")] = None
    dns_hostnames: Annotated[
        bool | None, Attr("", read="EnableDnsHostnames.Value", update="EnableDnsHostnames.Value")
    ] = None

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """`pending`, then `available`; a deleted VPC is no longer listed."""
        return phase_by(doc, "State", _STATES)

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """One call per switch, support first: AWS takes one at a time, and host names need support.

        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html
        """
        return tuple(call for d in found for call in super(Vpc, self).patch(doc, (d,), lookup))


@dataclass(frozen=True, kw_only=True)
class Subnet(TaggedResource):
    """A range of a VPC's addresses in one availability zone."""

    TYPE: ClassVar[str] = "AWS::EC2::Subnet"
    LISTING: ClassVar[Listing] = Listing(
        "DescribeSubnets", "Subnets", page=PAGE, by="SubnetId", one={"SubnetIds": ["{}"]}
    )
    ID: ClassVar[str] = "SubnetId"
    ARN: ClassVar[str] = "SubnetArn"
    STATE: ClassVar[str] = "State"
    CREATE: ClassVar[str] = "CreateSubnet"
    ANSWER: ClassVar[str] = "Subnet"
    RETRY: ClassVar[Retry] = Retry.UNSAFE
    UPDATE: ClassVar[str] = "ModifySubnetAttribute"
    UPDATE_BY: ClassVar[dict[str, str]] = {"SubnetId": "SubnetId"}
    DELETE: ClassVar[str] = "DeleteSubnet"
    DELETE_BY: ClassVar[dict[str, str]] = {"SubnetId": "SubnetId"}
    TAGGING: ClassVar[Tagging | None] = tagging("subnet")
    USES: ClassVar[tuple[str, ...]] = ("VpcId",)

    vpc: Annotated[str | Ref, Attr("VpcId", mutability=Mutability.REPLACE)]
    cidr: Annotated[str, Attr("CidrBlock", mutability=Mutability.REPLACE)]
    zone: Annotated[str, Attr("AvailabilityZone", mutability=Mutability.REPLACE)]
    public_addresses: Annotated[
        bool | None,
        Attr("", read="MapPublicIpOnLaunch", update="MapPublicIpOnLaunch.Value", same=compare.flag),
    ] = None
    """Whether network interfaces that are launched here get a public address."""

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """`pending`, then `available`; a deleted subnet is no longer listed."""
        return phase_by(doc, "State", _STATES)
