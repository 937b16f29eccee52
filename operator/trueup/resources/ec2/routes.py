"""Route tables, their routes, and which subnet follows which table.

All three are read from one list. A table of ours is a closed collection: a route that nobody declared is removed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Final

from trueup.core.paths import get
from trueup.core.resource import Attr, Difference, Listing, Ownership, Removal, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import (
    MISSING,
    Call,
    Doc,
    Json,
    Lookup,
    Mutability,
    Phase,
    Ref,
    Retry,
    Severity,
    as_list,
    resolve,
)
from trueup.resources.ec2.base import TaggedResource, phase_by, tagging

_TABLES: Final = Listing(
    "DescribeRouteTables",
    "RouteTables",
    page={"MaxResults": 100},  # this list's own limit, lower than that of the others
    by="RouteTableId",
    one={"RouteTableIds": ["{}"]},
)
_DESTINATIONS: Final = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


@dataclass(frozen=True, kw_only=True)
class RouteTable(TaggedResource):
    """A table of routes for subnets of one VPC."""

    TYPE: ClassVar[str] = "AWS::EC2::RouteTable"
    LISTING: ClassVar[Listing] = _TABLES
    ID: ClassVar[str] = "RouteTableId"
    CREATE: ClassVar[str] = "CreateRouteTable"
    ANSWER: ClassVar[str] = "RouteTable"
    RETRY: ClassVar[Retry] = Retry.UNSAFE
    DELETE: ClassVar[str] = "DeleteRouteTable"
    DELETE_BY: ClassVar[dict[str, str]] = {"RouteTableId": "RouteTableId"}
    TAGGING: ClassVar[Tagging | None] = tagging("route-table")
    USES: ClassVar[tuple[str, ...]] = ("VpcId",)

    vpc: Annotated[str | Ref, Attr("VpcId", mutability=Mutability.REPLACE)]


@dataclass(frozen=True, kw_only=True)
class Route(Resource):
    """Where a table sends packets for one destination: to the internet gateway or to a NAT gateway.

    A route whose target was deleted stays behind as a `blackhole` that names it. It shows as one difference, of
    its state while there is no target to name, and is replaced as soon as there is one.
    """

    TYPE: ClassVar[str] = "AWS::EC2::Route"
    SERVICE: ClassVar[str] = "ec2"
    LISTING: ClassVar[Listing] = _TABLES
    IDENTITY: ClassVar[tuple[str, ...]] = ("RouteTableId", *_DESTINATIONS)
    ID: ClassVar[str] = "RouteId"
    """Nowhere shown: AWS gives routes no id; table and destination stand for it."""
    STATE: ClassVar[str] = "State"
    OWNED: ClassVar[Ownership] = Ownership.PARENT
    PARENT: ClassVar[str] = "RouteTableId"
    CREATE: ClassVar[str] = "CreateRoute"
    UPDATE: ClassVar[str] = "ReplaceRoute"
    DELETE: ClassVar[str] = "DeleteRoute"
    USES: ClassVar[tuple[str, ...]] = ("RouteTableId", "GatewayId", "NatGatewayId")

    table: Annotated[str | Ref, Attr("RouteTableId", mutability=Mutability.REPLACE)]
    destination: Annotated[str | None, Attr("DestinationCidrBlock", mutability=Mutability.REPLACE)] = None
    destination_v6: Annotated[str | None, Attr("DestinationIpv6CidrBlock", mutability=Mutability.REPLACE)] = None
    destination_list: Annotated[str | None, Attr("DestinationPrefixListId", mutability=Mutability.REPLACE)] = None
    gateway: Annotated[str | Ref | None, Attr("GatewayId")] = None
    nat: Annotated[str | Ref | None, Attr("NatGatewayId")] = None
    state: Annotated[str, Attr("", read="State", update="")] = "active"

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The routes that somebody made, each with its table's id.

        Not among them: the `local` route, what a virtual private gateway propagates, and the routes of gateway
        endpoints, which come and go with the endpoint's list of tables.
        """
        found = as_list(get(doc, "Routes")) or ()
        return tuple({**each, "RouteTableId": doc["RouteTableId"]} for each in found if _is_made(each))

    @classmethod
    def id_of(cls, doc: Doc) -> str:
        """Table and destination, as CloudFormation writes a route's id."""
        return f"{doc['RouteTableId']}|{_destination(doc)[1]}"

    def differences(self, doc: Doc, lookup: Lookup) -> tuple[Difference, ...]:
        """Every difference; a black hole is not named beside the wrong target that explains it.

        A route that should pass a NAT gateway and leads to an internet gateway exposes: that is Critical.
        """
        found = super().differences(doc, lookup)
        targets = [d for d in found if d.attr in ("gateway", "nat")]
        if targets:
            found = tuple(d for d in found if d.attr != "state")
        if self.nat is not None and self.exposure(doc) is Severity.CRITICAL:
            return tuple(replace(d, rule=replace(d.rule, severity=Severity.CRITICAL)) for d in found)
        return found

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """The route with its declared target; nothing while that target is not there."""
        del found
        key, destination = _destination(doc)
        target: Json = {"GatewayId": self.gateway} if self.nat is None else {"NatGatewayId": self.nat}
        params = resolve({"RouteTableId": doc["RouteTableId"], key: destination, **target}, lookup)
        return () if params is MISSING else (Call(self.SERVICE, self.UPDATE, params),)

    @classmethod
    def delete(cls, doc: Doc, lookup: Lookup, removal: Removal) -> tuple[Call, ...]:
        """The call that removes the route, named by whichever destination it has."""
        del lookup, removal
        key, destination = _destination(doc)
        return (Call(cls.SERVICE, cls.DELETE, {"RouteTableId": doc["RouteTableId"], key: destination}),)

    @classmethod
    def exposure(cls, doc: Doc) -> Severity:
        """A route to an internet gateway makes what follows the table reachable."""
        to_internet = str(doc.get("GatewayId", "")).startswith("igw-")
        return Severity.CRITICAL if to_internet else Severity.NORMAL

    @classmethod
    def summary(cls, doc: Doc) -> Json:
        """Destination and target, whatever sort of target it is."""
        kept = (*_DESTINATIONS, "GatewayId", "State")
        return {
            name: value
            for name, value in doc.items()
            if value and (name in kept or (name.endswith("Id") and name not in ("RouteTableId", "InstanceOwnerId")))
        }


def _is_made(route: Doc) -> bool:
    gateway = str(route.get("GatewayId", ""))
    of_endpoint = gateway.startswith("vpce-") and "DestinationPrefixListId" in route
    return route.get("Origin", "CreateRoute") == "CreateRoute" and gateway != "local" and not of_endpoint


def _destination(route: Doc) -> tuple[str, str]:
    """The member that names the destination, and the destination."""
    return next(((name, str(route[name])) for name in _DESTINATIONS if route.get(name)), ("", ""))


@dataclass(frozen=True, kw_only=True)
class SubnetRouteTableAssociation(Resource):
    """Which table a subnet follows. A subnet has one at most, so the subnet tells associations apart."""

    TYPE: ClassVar[str] = "AWS::EC2::SubnetRouteTableAssociation"
    SERVICE: ClassVar[str] = "ec2"
    LISTING: ClassVar[Listing] = replace(_TABLES, one={})
    """Read again as a whole: a subnet that changes tables moves from one listed document to another."""
    IDENTITY: ClassVar[tuple[str, ...]] = ("SubnetId",)
    ID: ClassVar[str] = "RouteTableAssociationId"
    STATE: ClassVar[str] = "AssociationState.State"
    OWNED: ClassVar[Ownership] = Ownership.PARENT
    PARENT: ClassVar[str] = "SubnetId"
    CREATE: ClassVar[str] = "AssociateRouteTable"
    UPDATE: ClassVar[str] = "ReplaceRouteTableAssociation"
    UPDATE_BY: ClassVar[dict[str, str]] = {"AssociationId": "RouteTableAssociationId"}
    REPLACE_FAILED: ClassVar[bool] = True
    DELETE: ClassVar[str] = "DisassociateRouteTable"
    DELETE_BY: ClassVar[dict[str, str]] = {"AssociationId": "RouteTableAssociationId"}
    USES: ClassVar[tuple[str, ...]] = ("RouteTableId", "SubnetId")

    subnet: Annotated[str | Ref, Attr("SubnetId", mutability=Mutability.REPLACE)]
    table: Annotated[str | Ref, Attr("RouteTableId", severity=Severity.CRITICAL)]
    """Critical: the wrong table is what makes a private subnet a public one."""

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The associations with subnets: neither the main one nor those with gateways."""
        found = as_list(get(doc, "Associations")) or ()
        return tuple(each for each in found if each.get("SubnetId"))

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """`associated` in the end; `disassociated` is only a memory."""
        words = {
            "associating": Phase.CREATING,
            "associated": Phase.READY,
            "disassociating": Phase.DELETING,
            "disassociated": None,
            "failed": Phase.FAILED,
        }
        return phase_by(doc, "AssociationState.State", words)
