"""Ways out of a VPC: the internet gateway and its attachment, public addresses, NAT gateways."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar, Final

from trueup.core.cost import HOURS, Line, PriceBook, fixed
from trueup.core.paths import get
from trueup.core.resource import Attr, Listing, Ownership, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import Doc, Json, Mutability, Phase, Ref, Retry, Severity, as_list
from trueup.resources.ec2.base import PAGE, TaggedResource, phase_by, tagging

_GATEWAYS: Final = Listing(
    "DescribeInternetGateways",
    "InternetGateways",
    page=PAGE,
    by="InternetGatewayId",
    one={"InternetGatewayIds": ["{}"]},
)
_NAT_GB: Final = (Decimal(0), Decimal(10), Decimal(100))
"""Least, expected and most GB a month that a small platform sends through a NAT gateway."""


@dataclass(frozen=True, kw_only=True)
class InternetGateway(TaggedResource):
    """A way between a VPC and the internet. It has no state of its own: its attachments have."""

    TYPE: ClassVar[str] = "AWS::EC2::InternetGateway"
    LISTING: ClassVar[Listing] = _GATEWAYS
    ID: ClassVar[str] = "InternetGatewayId"
    CREATE: ClassVar[str] = "CreateInternetGateway"
    ANSWER: ClassVar[str] = "InternetGateway"
    RETRY: ClassVar[Retry] = Retry.UNSAFE
    DELETE: ClassVar[str] = "DeleteInternetGateway"
    DELETE_BY: ClassVar[dict[str, str]] = {"InternetGatewayId": "InternetGatewayId"}
    TAGGING: ClassVar[Tagging | None] = tagging("internet-gateway")


@dataclass(frozen=True, kw_only=True)
class InternetGatewayAttachment(Resource):
    """An internet gateway's attachment to a VPC. One of our gateway to any other VPC is taken off."""

    TYPE: ClassVar[str] = "AWS::EC2::VPCGatewayAttachment"
    SERVICE: ClassVar[str] = "ec2"
    LISTING: ClassVar[Listing] = _GATEWAYS
    IDENTITY: ClassVar[tuple[str, ...]] = ("InternetGatewayId", "VpcId")
    ID: ClassVar[str] = "AttachmentId"
    """Nowhere shown: AWS gives attachments no id, and their identity stands for it."""
    STATE: ClassVar[str] = "State"
    OWNED: ClassVar[Ownership] = Ownership.PARENT
    PARENT: ClassVar[str] = "InternetGatewayId"
    CREATE: ClassVar[str] = "AttachInternetGateway"
    DELETE: ClassVar[str] = "DetachInternetGateway"
    DELETE_BY: ClassVar[dict[str, str]] = {"InternetGatewayId": "InternetGatewayId", "VpcId": "VpcId"}
    USES: ClassVar[tuple[str, ...]] = ("InternetGatewayId", "VpcId")

    gateway: Annotated[str | Ref, Attr("InternetGatewayId", mutability=Mutability.REPLACE)]
    vpc: Annotated[str | Ref, Attr("VpcId", mutability=Mutability.REPLACE)]

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The attachments of a gateway, each with the gateway's id."""
        found = as_list(get(doc, "Attachments")) or ()
        return tuple({**each, "InternetGatewayId": doc["InternetGatewayId"]} for each in found)

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """`available` is EC2's word for an internet gateway that is attached."""
        words = {
            "attaching": Phase.CREATING,
            "attached": Phase.READY,
            "available": Phase.READY,
            "detaching": Phase.DELETING,
            "detached": None,
        }
        return phase_by(doc, "State", words)

    @classmethod
    def exposure(cls, doc: Doc) -> Severity:
        """Critical: it opens a VPC that did not ask for it, and keeps the gateway from ours."""
        del doc
        return Severity.CRITICAL


@dataclass(frozen=True, kw_only=True)
class ElasticIp(TaggedResource):
    """A public IPv4 address that stays ours until it is released."""

    TYPE: ClassVar[str] = "AWS::EC2::EIP"
    LISTING: ClassVar[Listing] = Listing(
        "DescribeAddresses", "Addresses", by="AllocationId", one={"AllocationIds": ["{}"]}
    )
    ID: ClassVar[str] = "AllocationId"
    CREATE: ClassVar[str] = "AllocateAddress"
    RETRY: ClassVar[Retry] = Retry.UNSAFE
    DELETE: ClassVar[str] = "ReleaseAddress"
    DELETE_BY: ClassVar[dict[str, str]] = {"AllocationId": "AllocationId"}
    TAGGING: ClassVar[Tagging | None] = tagging("elastic-ip")

    domain: Annotated[str, Attr("Domain", mutability=Mutability.REPLACE)] = "vpc"

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The address, if it has an allocation: addresses of AWS's pool are listed without one."""
        return (doc,) if "AllocationId" in doc else ()

    def cost(self, prices: PriceBook) -> tuple[Line, ...]:
        """Every public IPv4 address is charged by the hour, in use or not."""
        hour = prices.usd("public-ipv4-hour")
        return (fixed("Public IPv4 address", hour * HOURS, f"730 h at ${hour}, in use or not"),)


@dataclass(frozen=True, kw_only=True)
class NatGateway(TaggedResource):
    """A gateway through which private subnets reach the internet. One that failed serves nothing and is replaced."""

    TYPE: ClassVar[str] = "AWS::EC2::NatGateway"
    LISTING: ClassVar[Listing] = Listing(
        "DescribeNatGateways", "NatGateways", page=PAGE, by="NatGatewayId", one={"NatGatewayIds": ["{}"]}
    )
    ID: ClassVar[str] = "NatGatewayId"
    STATE: ClassVar[str] = "State"
    CREATE: ClassVar[str] = "CreateNatGateway"
    ANSWER: ClassVar[str] = "NatGateway"
    RETRY: ClassVar[Retry] = Retry.TOKEN
    TOKEN: ClassVar[str] = "ClientToken"
    DELETE: ClassVar[str] = "DeleteNatGateway"
    DELETE_BY: ClassVar[dict[str, str]] = {"NatGatewayId": "NatGatewayId"}
    TAGGING: ClassVar[Tagging | None] = tagging("natgateway")
    REPLACE_FAILED: ClassVar[bool] = True
    USES: ClassVar[tuple[str, ...]] = ("SubnetId", "NatGatewayAddresses[].AllocationId")

    subnet: Annotated[str | Ref, Attr("SubnetId", mutability=Mutability.REPLACE)]
    allocation: Annotated[
        str | Ref,
        Attr("AllocationId", read="NatGatewayAddresses[0].AllocationId", mutability=Mutability.REPLACE),
    ]
    connectivity: Annotated[str, Attr("ConnectivityType", mutability=Mutability.REPLACE)] = "public"

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """A deleted gateway stays listed for about an hour and is only a memory.

        https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
        """
        words = {
            "pending": Phase.CREATING,
            "available": Phase.READY,
            "failed": Phase.FAILED,
            "deleting": Phase.DELETING,
            "deleted": None,
        }
        return phase_by(doc, "State", words)

    def observed(self, name: str, doc: Doc) -> Json:
        """What the document shows; the allocation is that of the primary address, wherever it stands."""
        if name != "allocation":
            return super().observed(name, doc)
        addresses = as_list(get(doc, "NatGatewayAddresses")) or ()
        primary: Json = next((each for each in addresses if each.get("IsPrimary")), None)
        return get(doc if primary is None else {"NatGatewayAddresses": [primary]}, self.attrs()[name].shown_at)

    def cost(self, prices: PriceBook) -> tuple[Line, ...]:
        """Hours for certain, and the data that goes through at a guess."""
        hour, gb = prices.usd("nat-gateway-hour"), prices.usd("nat-gateway-gb")
        least, expected, most = (amount * gb for amount in _NAT_GB)
        guess = f"{_NAT_GB[1]} GB at ${gb}; {_NAT_GB[0]} to {_NAT_GB[2]} GB"
        return (
            fixed("NAT gateway", hour * HOURS, f"730 h at ${hour}"),
            Line("NAT gateway data", expected, least, most, guess),
        )
