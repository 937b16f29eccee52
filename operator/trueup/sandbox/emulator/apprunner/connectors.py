"""Charter: VPC connectors and connections to source code providers.

Sources: https://docs.aws.amazon.com/apprunner/latest/dg/network-vpc.html,
https://docs.aws.amazon.com/apprunner/latest/dg/manage-connections.html,
https://docs.aws.amazon.com/apprunner/latest/api/API_VpcConnector.html,
https://github.com/aws/apprunner-roadmap/issues/161 (in use for a while after its last service has gone)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trueup.sandbox.emulator.apprunner import surroundings
from trueup.sandbox.emulator.apprunner.store import (
    LINGERING,
    Connection,
    Region,
    Revision,
    invalid,
    new_id,
    not_found,
    page,
    tags_of,
)
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call

UNSUPPORTED_ZONES = frozenset({"use1-az3", "apne1-az3"})
"""Zones in which App Runner has no network interfaces; AWS's list is longer."""


def connector_of(config: Mapping[str, Any]) -> str | None:
    """The ARN of the connector that a service's configuration names."""
    return config["NetworkConfiguration"]["EgressConfiguration"].get("VpcConnectorArn")


def active(region: Region, arn: str) -> Revision:
    """A connector that a service may take; what is not there or deleted is an invalid request."""
    found = next((one for one in region.connectors if one.arn == arn and one.deleted is None), None)
    if found is None:
        raise invalid(f"VPC connector {arn} does not exist.")
    return found


def public_subnets(region: Region, arn: str) -> list[str]:
    """Those subnets of a connector from which routes lead to an internet gateway, or that are gone."""
    return [
        name
        for name in active(region, arn).settings["Subnets"]
        if (found := surroundings.subnet(region.account, region.name, name)) is None or found.public
    ]


def _view(connector: Revision) -> Document:
    return {
        "VpcConnectorName": connector.name,
        "VpcConnectorArn": connector.arn,
        "VpcConnectorRevision": connector.number,
        **connector.settings,
        "Status": "ACTIVE" if connector.deleted is None else "INACTIVE",
        "CreatedAt": connector.created,
        "DeletedAt": connector.deleted,
    }


def _find(region: Region, arn: str) -> Revision:
    found = next((one for one in region.connectors if one.arn == arn), None)
    if found is None:
        raise not_found("VPC connector", arn)
    return found


def create_vpc_connector(region: Region, call: Call) -> Document:
    """CreateVpcConnector: one revision per name, subnets of one VPC in zones where App Runner is."""
    name, living = str(call.params["VpcConnectorName"]), [one for one in region.connectors if one.deleted is None]
    if any(one.name == name for one in living):
        raise invalid(f"A VPC connector with the name {name} already exists.")
    region.world.quotas.refuse_if_reached(
        "apprunner.vpc-connectors", len(living), "ServiceQuotaExceededException",
        "The quota for VPC connectors has been reached.",
    )  # fmt: skip
    vpc = _vpc_of(region, call.params["Subnets"])
    groups = list(call.get("SecurityGroups") or []) or [surroundings.default_group(region.account, region.name, vpc)]
    for group in groups:
        if surroundings.group_vpc(region.account, region.name, str(group)) != vpc:
            raise invalid(f"Security group {group} does not exist in VPC {vpc}.")
    settings = {"Subnets": list(call.params["Subnets"]), "SecurityGroups": groups}
    arn = region.arn("vpcconnector", f"{name}/1/{new_id()}")
    made = Revision(name, 1, arn, settings, region.world.clock.moment(), tags=tags_of(call.get("Tags")))
    region.connectors.append(made)
    return {"VpcConnector": _view(made)}


def _vpc_of(region: Region, names: Sequence[str]) -> str:
    if not names:
        raise invalid("A VPC connector needs at least one subnet.")
    vpcs: set[str] = set()
    for name in names:
        found = surroundings.subnet(region.account, region.name, name)
        if found is None:
            raise invalid(f"Subnet {name} does not exist.")
        if found.ipv6_only:
            raise invalid(f"Subnet {name} has no IPv4 addresses.")
        if found.zone in UNSUPPORTED_ZONES:
            raise invalid(f"Subnet {name} is in Availability Zone {found.zone}, which App Runner does not support.")
        vpcs.add(found.vpc)
    if len(vpcs) > 1:
        raise invalid("The subnets of a VPC connector must be of a single VPC.")
    return vpcs.pop()


def describe_vpc_connector(region: Region, call: Call) -> Document:
    """DescribeVpcConnector, of an inactive one, too."""
    return {"VpcConnector": _view(_find(region, call.params["VpcConnectorArn"]))}


def list_vpc_connectors(region: Region, call: Call) -> Document:
    """ListVpcConnectors: whole descriptions of the active ones."""
    return page(call, "VpcConnectors", [_view(one) for one in region.connectors if one.deleted is None])


def delete_vpc_connector(region: Region, call: Call) -> Document:
    """DeleteVpcConnector: refused while a service has it, and for a while after."""
    found = _find(region, call.params["VpcConnectorArn"])
    if found.deleted is not None:
        raise not_found("VPC connector", found.arn)
    if found.arn in held(region):
        raise invalid(f"Provided VPC connector arn is being used by other services. ARN: {found.arn}")
    found.deleted = region.world.clock.moment()

    def forget() -> None:
        if found in region.connectors:
            region.connectors.remove(found)

    region.world.timeline.after(LINGERING, forget)
    return {"VpcConnector": _view(found)}


def held(region: Region) -> set[str]:
    """The ARNs of connectors that services have, or had a moment ago."""
    return {arn for one in region.services.values() for arn in one.connectors}


def members_in_use(region: Region, member: str) -> frozenset[str]:
    """The subnets, or the security groups, in which connectors of services have network interfaces."""
    kept = held(region)
    return frozenset(str(name) for one in region.connectors if one.arn in kept for name in one.settings[member])


# Connections ---------------------------------------------------------------------------------------------------


def _summary(connection: Connection) -> Document:
    return {
        "ConnectionName": connection.name,
        "ConnectionArn": connection.arn,
        "ProviderType": connection.provider,
        "Status": connection.status,
        "CreatedAt": connection.created,
    }


def create_connection(region: Region, call: Call) -> Document:
    """CreateConnection: PENDING_HANDSHAKE until a person completes it in the console."""
    name = str(call.params["ConnectionName"])
    if any(one.name == name for one in region.connections.values()):
        raise invalid(f"A connection with the name {name} already exists.")
    region.world.quotas.refuse_if_reached(
        "apprunner.connections", len(region.connections), "ServiceQuotaExceededException",
        "The quota for connections has been reached.",
    )  # fmt: skip
    arn, provider = region.arn("connection", f"{name}/{new_id()}"), str(call.params["ProviderType"])
    made = Connection(name, arn, provider, region.world.clock.moment(), tags=tags_of(call.get("Tags")))
    region.connections[arn] = made
    return {"Connection": _summary(made)}


def list_connections(region: Region, call: Call) -> Document:
    """ListConnections, all or one by name."""
    name = call.get("ConnectionName")
    found = [one for one in region.connections.values() if name in (None, one.name)]
    return page(call, "ConnectionSummaryList", [_summary(one) for one in found])


def delete_connection(region: Region, call: Call) -> Document:
    """DeleteConnection: refused while a service has it."""
    found = region.connections.get(str(call.params["ConnectionArn"]))
    if found is None:
        raise not_found("Connection", str(call.params["ConnectionArn"]))
    arn = found.arn

    def uses(config: Document) -> bool:
        access: Mapping[str, Any] = config["SourceConfiguration"].get("AuthenticationConfiguration") or {}
        return access.get("ConnectionArn") == arn

    if region.uses(uses):
        raise invalid(f"Connection {arn} is used by one or more services and can't be deleted.")
    del region.connections[arn]
    return {"Connection": _summary(found) | {"Status": "DELETED"}}
