"""Endpoints through which a VPC reaches AWS services without the internet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from trueup.core import compare
from trueup.core.resource import Attr, Difference, Listing
from trueup.core.tagging import Tagging
from trueup.core.values import MISSING, Call, Doc, Json, Lookup, Mutability, Phase, Ref, Retry, resolve
from trueup.resources.ec2.base import PAGE, TaggedResource, phase_by, tagging


@dataclass(frozen=True, kw_only=True)
class VpcEndpoint(TaggedResource):
    """A gateway endpoint: routes to one service in the tables it names. It costs nothing; its policy is not ours."""

    TYPE: ClassVar[str] = "AWS::EC2::VPCEndpoint"
    LISTING: ClassVar[Listing] = Listing(
        "DescribeVpcEndpoints", "VpcEndpoints", page=PAGE, by="VpcEndpointId", one={"VpcEndpointIds": ["{}"]}
    )
    ID: ClassVar[str] = "VpcEndpointId"
    STATE: ClassVar[str] = "State"
    CREATE: ClassVar[str] = "CreateVpcEndpoint"
    ANSWER: ClassVar[str] = "VpcEndpoint"
    RETRY: ClassVar[Retry] = Retry.TOKEN
    TOKEN: ClassVar[str] = "ClientToken"
    UPDATE: ClassVar[str] = "ModifyVpcEndpoint"
    UPDATE_BY: ClassVar[dict[str, str]] = {"VpcEndpointId": "VpcEndpointId"}
    DELETE: ClassVar[str] = "DeleteVpcEndpoints"
    DELETE_BY: ClassVar[dict[str, str]] = {"VpcEndpointIds[]": "VpcEndpointId"}
    TAGGING: ClassVar[Tagging | None] = tagging("vpc-endpoint")
    REPLACE_FAILED: ClassVar[bool] = True
    USES: ClassVar[tuple[str, ...]] = ("VpcId", "RouteTableIds")

    vpc: Annotated[str | Ref, Attr("VpcId", mutability=Mutability.REPLACE)]
    service: Annotated[str, Attr("ServiceName", mutability=Mutability.REPLACE)]
    endpoint_type: Annotated[str, Attr("VpcEndpointType", mutability=Mutability.REPLACE)] = "Gateway"
    route_tables: Annotated[tuple[str | Ref, ...], Attr("RouteTableIds", same=compare.same_set, update="")] = ()

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """EC2 writes the states of endpoints in both cases; a deleted one stays listed for a while."""
        words: Mapping[str, Phase | None] = {
            "pendingacceptance": Phase.CREATING,
            "pending": Phase.CREATING,
            "available": Phase.READY,
            "partial": Phase.BUSY,
            "deleting": Phase.DELETING,
            "deleted": None,
            "rejected": Phase.FAILED,
            "failed": Phase.FAILED,
            "expired": Phase.FAILED,
        }
        return phase_by(doc, "State", words)

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """One call that adds the missing tables and takes off the others; nothing while a table is not there."""
        del found
        wanted = resolve(self.route_tables, lookup)
        if wanted is MISSING:
            return ()
        present: Json = doc.get("RouteTableIds", ())
        params: dict[str, Json] = self.selected(self.UPDATE_BY, doc, lookup)
        added = [table for table in wanted if table not in present]
        removed = [table for table in present if table not in wanted]
        if added:
            params["AddRouteTableIds"] = added
        if removed:
            params["RemoveRouteTableIds"] = removed
        return (Call(self.SERVICE, self.UPDATE, params),)
