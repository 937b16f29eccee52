"""The spec of a Network: a VPC with its subnets over zones, and its ways out."""

from typing import ClassVar, Literal

from pydantic import Field

from trueup.kinds.common.fields import ZONE_PATTERN, VpcCidr, Zone
from trueup.kinds.common.info import KindInfo
from trueup.kinds.common.networks import any_overlap, contains, is_canonical
from trueup.kinds.common.rules import Change, Rule, immutable, unique
from trueup.kinds.common.spec import Criticality, Spec

_SUBNETS = "(self.publicSubnets + self.privateSubnets)"


def _subnets(spec: "NetworkSpec") -> tuple[str, ...]:
    return spec.public_subnets + spec.private_subnets


def _one_region(spec: "NetworkSpec") -> bool:
    regions = {zone[:-1] for zone in spec.zones}
    return len(regions) == 1 and spec.region in (None, *regions)


def _one_subnet_per_zone(spec: "NetworkSpec") -> bool:
    return all(len(subnets) in (0, len(spec.zones)) for subnets in (spec.public_subnets, spec.private_subnets))


def _grows(name: str, attribute: str) -> Change:
    """A list that only grows at its end: a place in it is a subnet, and things live there."""

    def holds(new: "NetworkSpec", old: "NetworkSpec") -> bool:
        before: tuple[str, ...] = getattr(old, attribute)
        after: tuple[str, ...] = getattr(new, attribute)
        return after[: len(before)] == before

    return Change(
        cel=f"[0,1,2,3,4,5].all(i, i >= size(oldSelf.{name})"
        f" || (i < size(self.{name}) && self.{name}[i] == oldSelf.{name}[i]))",
        message=f"{name} can only be added to at the end: what lives in a subnet cannot move. "
        "Create a new Network and move to it.",
        holds=holds,
        at=f".{name}",
    )


class NetworkSpec(Spec, frozen=True):
    """A VPC with one public and one private subnet for each zone, as asked, and its ways out."""

    cidr: VpcCidr = Field(description="Addresses of the VPC, /16 to /28, such as 10.0.0.0/16. Cannot change.")
    zones: tuple[Zone, ...] = Field(
        min_length=1,
        max_length=6,
        strict=False,
        description="Availability zones by name, such as us-east-1a. Can be added to at the end. A Database needs two.",
    )
    public_subnets: tuple[VpcCidr, ...] = Field(
        default=(),
        max_length=6,
        strict=False,
        description="Subnets that the internet gateway serves: none, or one for each zone in the order of zones.",
    )
    private_subnets: tuple[VpcCidr, ...] = Field(
        default=(),
        max_length=6,
        strict=False,
        description="Subnets without a public address: none, or one for each zone in the order of zones.",
    )
    nat: Literal["None", "One"] = Field(
        default="None",
        description="NAT gateways, which let private subnets reach the internet: None, or One in the first zone.",
    )
    endpoints: tuple[Literal["s3"], ...] = Field(
        default=(),
        max_length=8,
        strict=False,
        description="AWS services that are reached without NAT. s3 is a gateway endpoint and costs nothing.",
    )
    deletion_policy: Literal["Delete", "Retain"] = Field(
        default="Delete",
        description="What happens in AWS when this object is deleted. A network that retained things "
        "live in is retained.",
    )
    criticality: Criticality = Field(default="Critical", description="Whether a budget's gate may stop it.")

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="!isCIDR(self.cidr) || cidr(self.cidr).masked() == cidr(self.cidr)",
            message="cidr has bits set beyond its prefix, which AWS would clear. Write the first "
            "address, such as 10.0.0.0/16.",
            holds=lambda spec: is_canonical(spec.cidr),
            at=".cidr",
        ),
        unique("zones", "A zone comes twice. Name each zone once; a zone has one subnet of each sort."),
        Rule(
            cel=f"!self.zones.all(z, z.matches(r'{ZONE_PATTERN}')) || self.zones.all(z, z.substring(0, size(z) - 1)"
            " == self.zones[0].substring(0, size(self.zones[0]) - 1)"
            " && (!has(self.region) || z.substring(0, size(z) - 1) == self.region))",
            message="All zones must be of one region, and of spec.region where that is given. A VPC "
            "lives in one region.",
            holds=_one_region,
            at=".zones",
        ),
        Rule(
            cel="[size(self.publicSubnets), size(self.privateSubnets)].all(n, n == 0 || n == size(self.zones))",
            message="publicSubnets and privateSubnets each need one subnet for each zone, in the "
            "order of zones, or none at all.",
            holds=_one_subnet_per_zone,
        ),
        Rule(
            cel=f"{_SUBNETS}.all(s, !isCIDR(s) || cidr(s).masked() == cidr(s))",
            message="A subnet has bits set beyond its prefix, which AWS would clear. Write the first "
            "address, such as 10.0.1.0/24.",
            holds=lambda spec: all(is_canonical(subnet) for subnet in _subnets(spec)),
        ),
        Rule(
            cel=f"!isCIDR(self.cidr) || {_SUBNETS}.all(s, !isCIDR(s) || cidr(self.cidr).containsCIDR(s))",
            message="A subnet lies outside cidr. Choose subnets within the VPC's addresses.",
            holds=lambda spec: all(contains(spec.cidr, subnet) for subnet in _subnets(spec)),
        ),
        Rule(
            cel=f"!{_SUBNETS}.all(s, isCIDR(s)) || {_SUBNETS}.all(a, {_SUBNETS}"
            ".exists_one(b, cidr(a).containsCIDR(b) || cidr(b).containsCIDR(a)))",
            message="Two subnets overlap. Give each subnet addresses of its own.",
            holds=lambda spec: not any_overlap(_subnets(spec)),
        ),
        Rule(
            cel="self.nat == 'None' || (size(self.publicSubnets) > 0 && size(self.privateSubnets) > 0)",
            message="nat: One stands in a public subnet and serves private ones. Give publicSubnets "
            "and privateSubnets, or set nat: None.",
            holds=lambda spec: spec.nat == "None" or bool(spec.public_subnets and spec.private_subnets),
            at=".nat",
        ),
        unique("endpoints", "An endpoint comes twice. Name each service once."),
    )
    CHANGES: ClassVar[tuple[Change, ...]] = (
        immutable("cidr", "cidr cannot change: a VPC keeps its addresses. Create a new Network and move to it."),
        _grows("zones", "zones"),
        _grows("publicSubnets", "public_subnets"),
        _grows("privateSubnets", "private_subnets"),
    )


INFO = KindInfo(
    kind="Network",
    plural="networks",
    singular="network",
    short_names=("net",),
    spec=NetworkSpec,
    url_path=".status.outputs.url",
    description="A VPC: subnets over availability zones, internet gateway, NAT, routes and endpoints.",
)
