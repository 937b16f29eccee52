"""Security groups and their rules.

A group of ours is a closed collection: every rule that nobody declared is removed, the one that AWS gives every new
group (all traffic out) included. Rules are told apart by what they allow, as AWS does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, ClassVar, Final

from trueup.core.paths import get, put
from trueup.core.resource import Attr, Difference, Listing, Ownership, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import MISSING, Call, Doc, Json, Lookup, Mutability, Ref, Retry, Severity
from trueup.resources.ec2.base import PAGE, TaggedResource, tagging

_GROUPS: Final = Listing("DescribeSecurityGroups", "SecurityGroups", page=PAGE, by="GroupId", one={"GroupIds": ["{}"]})
_RULES: Final = Listing(
    "DescribeSecurityGroupRules",
    "SecurityGroupRules",
    page=PAGE,
    by="SecurityGroupRuleId",
    one={"SecurityGroupRuleIds": ["{}"]},
)
_DEFAULT: Final = "default"
_PRIVATE: Final = tuple(
    ip_network(cidr)
    for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8")
) + tuple(ip_network(cidr) for cidr in ("fc00::/7", "fe80::/10", "::1/128"))
"""Networks that the internet does not route: https://www.iana.org/assignments/iana-ipv4-special-registry."""


@dataclass(frozen=True, kw_only=True)
class SecurityGroup(TaggedResource):
    """A set of rules for the network interfaces that wear it."""

    TYPE: ClassVar[str] = "AWS::EC2::SecurityGroup"
    LISTING: ClassVar[Listing] = _GROUPS
    ID: ClassVar[str] = "GroupId"
    ARN: ClassVar[str] = "SecurityGroupArn"
    CREATE: ClassVar[str] = "CreateSecurityGroup"
    RETRY: ClassVar[Retry] = Retry.UNSAFE
    """Names are unique within a VPC, but a group of that name need not be ours: the owner tag says."""
    DELETE: ClassVar[str] = "DeleteSecurityGroup"
    DELETE_BY: ClassVar[dict[str, str]] = {"GroupId": "GroupId"}
    TAGGING: ClassVar[Tagging | None] = tagging("security-group")
    USES: ClassVar[tuple[str, ...]] = ("VpcId",)

    vpc: Annotated[str | Ref, Attr("VpcId", mutability=Mutability.REPLACE)]
    group_name: Annotated[str, Attr("GroupName", mutability=Mutability.REPLACE)]
    """At most 255 characters, and not `sg-` at the beginning: AWS keeps that for ids."""
    description: Annotated[str, Attr("Description", mutability=Mutability.REPLACE)]
    """Fixed for ever, of the characters that
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html allows."""

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The group, if it is not the one that comes with every VPC."""
        return () if doc.get("GroupName") == _DEFAULT else (doc,)


@dataclass(frozen=True, kw_only=True)
class DefaultSecurityGroup(Resource):
    """The group that comes with a VPC and goes with it, worn by whatever names no other.

    Never made, changed or deleted; declared so that its rules are a closed collection.
    """

    TYPE: ClassVar[str] = "AWS::EC2::SecurityGroup"
    SERVICE: ClassVar[str] = "ec2"
    LISTING: ClassVar[Listing] = _GROUPS
    IDENTITY: ClassVar[tuple[str, ...]] = ("VpcId", "GroupName")
    ID: ClassVar[str] = "GroupId"
    ARN: ClassVar[str] = "SecurityGroupArn"
    OWNED: ClassVar[Ownership] = Ownership.PARENT
    PARENT: ClassVar[str] = "VpcId"

    vpc: Annotated[str | Ref, Attr("VpcId", mutability=Mutability.REPLACE)]
    group_name: Annotated[str, Attr("GroupName", mutability=Mutability.REPLACE)] = _DEFAULT

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The group, if it is the one that came with its VPC."""
        return (doc,) if doc.get("GroupName") == _DEFAULT else ()


@dataclass(frozen=True, kw_only=True)
class _Rule(Resource):
    """What rules of both directions share; exactly one source or destination is declared."""

    SERVICE: ClassVar[str] = "ec2"
    LISTING: ClassVar[Listing] = _RULES
    IDENTITY: ClassVar[tuple[str, ...]] = (
        "GroupId",
        "IpProtocol",
        "FromPort",
        "ToPort",
        "CidrIpv4",
        "CidrIpv6",
        "PrefixListId",
        "ReferencedGroupInfo.GroupId",
    )
    ID: ClassVar[str] = "SecurityGroupRuleId"
    ARN: ClassVar[str] = "SecurityGroupRuleArn"
    OWNED: ClassVar[Ownership] = Ownership.PARENT
    PARENT: ClassVar[str] = "GroupId"
    ANSWER: ClassVar[str] = "SecurityGroupRules[0]"
    DELETE_BY: ClassVar[dict[str, str]] = {"GroupId": "GroupId", "SecurityGroupRuleIds[]": "SecurityGroupRuleId"}
    USES: ClassVar[tuple[str, ...]] = ("GroupId", "ReferencedGroupInfo.GroupId", "PrefixListId")
    EGRESS: ClassVar[bool]

    group: Annotated[str | Ref, Attr("GroupId", mutability=Mutability.REPLACE)]
    protocol: Annotated[str, Attr("IpPermissions[0].IpProtocol", read="IpProtocol", mutability=Mutability.REPLACE)]
    """`tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all."""
    from_port: Annotated[int, Attr("IpPermissions[0].FromPort", read="FromPort", mutability=Mutability.REPLACE)] = -1
    to_port: Annotated[int, Attr("IpPermissions[0].ToPort", read="ToPort", mutability=Mutability.REPLACE)] = -1
    cidr: Annotated[
        str | None,
        Attr("IpPermissions[0].IpRanges[0].CidrIp", read="CidrIpv4", mutability=Mutability.REPLACE),
    ] = None
    cidr_v6: Annotated[
        str | None,
        Attr("IpPermissions[0].Ipv6Ranges[0].CidrIpv6", read="CidrIpv6", mutability=Mutability.REPLACE),
    ] = None
    prefix_list: Annotated[
        str | Ref | None,
        Attr(
            "IpPermissions[0].PrefixListIds[0].PrefixListId",
            read="PrefixListId",
            mutability=Mutability.REPLACE,
        ),
    ] = None
    peer: Annotated[
        str | Ref | None,
        Attr(
            "IpPermissions[0].UserIdGroupPairs[0].GroupId",
            read="ReferencedGroupInfo.GroupId",
            mutability=Mutability.REPLACE,
        ),
    ] = None
    """The group whose wearers are meant."""
    description: Annotated[str | None, Attr("", read="Description", update="")] = None

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The rule, if it is of this type's direction."""
        return (doc,) if bool(doc.get("IsEgress")) is cls.EGRESS else ()

    def create(self, lookup: Lookup, token: str) -> tuple[Call, ...]:
        """The call that allows it; the description travels with the source, wherever that stands."""
        (call,) = super().create(lookup, token)
        if self.description is None:
            return (call,)
        params: dict[str, Json] = dict(call.params)
        put(params, f"{self._source()}.Description", self.description)
        return (Call(call.service, call.operation, params, call.retry),)

    def _source(self) -> str:
        names = ("cidr", "cidr_v6", "prefix_list", "peer")
        name = next(name for name in names if getattr(self, name) is not None)
        return self.attrs()[name].path.rsplit(".", 1)[0]

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """The call that sets the description: all that can change without another rule."""
        del found, lookup
        described = {"SecurityGroupRuleId": self.id_of(doc), "Description": self.description}
        params = {"GroupId": get(doc, "GroupId"), "SecurityGroupRuleDescriptions": [described]}
        return (Call(self.SERVICE, self.UPDATE, params),)

    @classmethod
    def summary(cls, doc: Doc) -> Json:
        """What the rule allows, without what does not apply."""
        found = {path: get(doc, path) for path in (*cls.IDENTITY[1:], "Description")}
        return {path: value for path, value in found.items() if value is not MISSING and value != ""}


@dataclass(frozen=True, kw_only=True)
class SecurityGroupIngress(_Rule):
    """Traffic that a group lets in. From addresses that the internet routes it is Critical when undeclared."""

    TYPE: ClassVar[str] = "AWS::EC2::SecurityGroupIngress"
    CREATE: ClassVar[str] = "AuthorizeSecurityGroupIngress"
    UPDATE: ClassVar[str] = "UpdateSecurityGroupRuleDescriptionsIngress"
    DELETE: ClassVar[str] = "RevokeSecurityGroupIngress"
    EGRESS: ClassVar[bool] = False

    @classmethod
    def exposure(cls, doc: Doc) -> Severity:
        """Critical for every source that is not wholly within private networks."""
        sources = [str(doc[name]) for name in ("CidrIpv4", "CidrIpv6") if doc.get(name)]
        return Severity.CRITICAL if any(not _is_private(source) for source in sources) else Severity.NORMAL


@dataclass(frozen=True, kw_only=True)
class SecurityGroupEgress(_Rule):
    """Traffic that a group lets out."""

    TYPE: ClassVar[str] = "AWS::EC2::SecurityGroupEgress"
    CREATE: ClassVar[str] = "AuthorizeSecurityGroupEgress"
    UPDATE: ClassVar[str] = "UpdateSecurityGroupRuleDescriptionsEgress"
    DELETE: ClassVar[str] = "RevokeSecurityGroupEgress"
    EGRESS: ClassVar[bool] = True


def _is_private(cidr: str) -> bool:
    network = ip_network(cidr, strict=False)
    return any(_within(network, private) for private in _PRIVATE)


def _within(inner: IPv4Network | IPv6Network, outer: IPv4Network | IPv6Network) -> bool:
    if isinstance(inner, IPv4Network):
        return isinstance(outer, IPv4Network) and inner.subnet_of(outer)
    return isinstance(outer, IPv6Network) and inner.subnet_of(outer)
