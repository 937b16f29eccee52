"""Charter: what EC2 refuses and moto would do: deletions of things in use, bogus services, too many of a kind.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.network.view import Ec2

_GATEWAY_SERVICES = frozenset({"s3", "dynamodb"})
_INTERFACE_SERVICES = frozenset(
    {
        "s3", "dynamodb", "ecr.api", "ecr.dkr", "logs", "monitoring", "secretsmanager", "ssm", "ssmmessages", "sts",
        "kms", "sns", "sqs", "ec2", "ec2messages", "ecs", "ecs-agent", "ecs-telemetry", "elasticloadbalancing",
        "events", "execute-api", "lambda", "rds", "rds-data", "apprunner", "apprunner.requests", "xray", "autoscaling",
        "cloudformation", "cloudtrail", "elasticache", "elasticfilesystem", "guardduty-data", "kinesis-streams",
    }
)  # fmt: skip


def check(ec2: Ec2) -> None:
    """Raise what AWS would answer where moto would not."""
    rule = _RULES.get(ec2.call.operation)
    if rule is not None:
        rule(ec2)


def _in_use(message: str) -> AwsError:
    return AwsError("DependencyViolation", message)


def _delete_subnet(ec2: Ec2) -> None:
    subnet = str(ec2.call.params["SubnetId"])
    users: Iterable[bool] = (
        any(nat.subnet_id == subnet and nat.state != "deleted" for nat in ec2.nat_gateways()),
        any(subnet in (one.subnet_ids or []) for one in ec2.endpoints()),
        any(getattr(one.subnet, "id", one.subnet) == subnet for one in ec2.interfaces()),
        subnet in ec2.subnets_in_use(),
    )
    if any(users):
        raise _in_use(f"The subnet '{subnet}' has dependencies and cannot be deleted.")


def _detach_internet_gateway(ec2: Ec2) -> None:
    vpc = str(ec2.call.params["VpcId"])
    mapped = any(
        address.eni is not None and getattr(address.eni.subnet, "vpc_id", None) == vpc
        for address in list(ec2.moto.addresses)
    )
    if mapped:
        raise _in_use(
            f"Network {vpc} has some mapped public address(es). Please unmap those public address(es) before detaching "
            "the gateway."
        )


def _delete_security_group(ec2: Ec2) -> None:
    group_id = ec2.call.get("GroupId")
    group = next((one for one in ec2.security_groups() if one.id == group_id), None)
    if group is None:
        return
    if group.name == "default":
        raise AwsError("CannotDelete", f'the specified group: "{group_id}" name: "default" cannot be deleted by a user')
    referenced = any(
        source.get("GroupId") == group_id
        for other in ec2.security_groups()
        if other.id != group_id
        for rule in [*other.ingress_rules, *other.egress_rules]
        for source in _sources(rule)
    )
    used = any(group_id in [one.id for one in eni.group_set] for eni in ec2.interfaces() if hasattr(eni, "group_set"))
    endpoint = any(group_id in one.security_group_ids for one in ec2.endpoints())
    if referenced or used or endpoint or group_id in ec2.security_groups_in_use():
        raise _in_use(f"resource {group_id} has a dependent object")


def _sources(rule: Any) -> list[Mapping[str, str]]:
    source = rule.source_group
    return [source] if isinstance(source, Mapping) and source else []  # pyright: ignore[reportReturnType]


def _delete_vpc(ec2: Ec2) -> None:
    vpc = str(ec2.call.params["VpcId"])
    if vpc not in ec2.moto.vpcs:
        return
    groups = [one for one in ec2.moto.groups.get(vpc, {}).values() if one.name != "default"]
    endpoints = [one for one in ec2.endpoints() if one.vpc_id == vpc]
    if groups or endpoints or ec2.gateway_attached(vpc):
        raise _in_use(f"The vpc '{vpc}' has dependencies and cannot be deleted.")


def _create_vpc(ec2: Ec2) -> None:
    ec2.world.quotas.refuse_if_reached(
        "ec2.vpcs", len(ec2.moto.vpcs), "VpcLimitExceeded", "The maximum number of VPCs has been reached."
    )


def _create_security_group(ec2: Ec2) -> None:
    ec2.world.quotas.refuse_if_reached(
        "ec2.security-groups", sum(1 for _ in ec2.security_groups()), "SecurityGroupLimitExceeded",
        "The maximum number of security groups has been reached.",
    )  # fmt: skip


def _allocate_address(ec2: Ec2) -> None:
    ec2.world.quotas.refuse_if_reached(
        "ec2.addresses", len(ec2.moto.addresses), "AddressLimitExceeded",
        "The maximum number of addresses has been reached.",
    )  # fmt: skip


def _release_address(ec2: Ec2) -> None:
    wanted = ec2.call.get("AllocationId")
    for address in list(ec2.moto.addresses):
        if address.allocation_id == wanted and address.association_id:
            raise AwsError(
                "InvalidIPAddress.InUse",
                f"The address {address.public_ip} is in use: it is associated by {address.association_id}.",
            )


def _create_nat_gateway(ec2: Ec2) -> None:
    subnet = ec2.moto.get_subnet(ec2.call.params["SubnetId"])
    if ec2.call.get("ConnectivityType", "public") == "public":
        allocation = ec2.call.get("AllocationId")
        if not allocation:
            raise AwsError("MissingParameter", "The request must contain the parameter AllocationId")
        if allocation not in [one.allocation_id for one in ec2.moto.addresses]:
            raise AwsError("InvalidAllocationID.NotFound", f"The allocation ID '{allocation}' does not exist")
    zone = subnet.availability_zone
    there = [nat for nat in ec2.nat_gateways() if ec2.moto.get_subnet(nat.subnet_id).availability_zone == zone]
    ec2.world.quotas.refuse_if_reached(
        "ec2.nat-gateways-per-zone", len(there), "NatGatewayLimitExceeded",
        f"The maximum number of NAT gateways has been reached in {zone}.",
    )  # fmt: skip


def _delete_nat_gateway(ec2: Ec2) -> None:
    wanted = ec2.call.params["NatGatewayId"]
    if wanted not in ec2.moto.nat_gateways:
        raise AwsError("NatGatewayNotFound", f"NatGateway {wanted} was not found")


def _create_vpc_endpoint(ec2: Ec2) -> None:
    call = ec2.call
    name, kind = str(call.get("ServiceName", "")), str(call.get("VpcEndpointType", "Gateway"))
    service = name.removeprefix(f"com.amazonaws.{call.region}.")
    if service == name or service not in _INTERFACE_SERVICES | _GATEWAY_SERVICES:
        raise AwsError("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist")
    if kind == "Gateway" and service not in _GATEWAY_SERVICES:
        raise AwsError("InvalidParameter", f"Vpc endpoint type Gateway is not supported for service {name}.")
    for table in call.get("RouteTableIds", []):
        _refuse_second_route(ec2, name, str(table))


def _refuse_second_route(ec2: Ec2, service: str, table: str) -> None:
    if table not in ec2.moto.route_tables:
        raise AwsError("InvalidRouteTableId.NotFound", f"The routeTable ID '{table}' does not exist")
    for endpoint in ec2.endpoints():
        same = endpoint.service_name == service and endpoint.state != "deleting"
        if same and table in (endpoint.route_table_ids or []):
            raise AwsError(
                "RouteAlreadyExists",
                f"route table {table} already has a route with destination-prefix-list-id "
                f"{endpoint.destination_prefix_list_id}",
            )


def _modify_vpc_endpoint(ec2: Ec2) -> None:
    wanted = ec2.call.params["VpcEndpointId"]
    endpoint = ec2.moto.vpc_end_points.get(wanted)
    if endpoint is None or endpoint.state in ("deleting", "deleted"):
        raise AwsError("InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{wanted}' does not exist")
    for table in ec2.call.get("AddRouteTableIds", []):
        if table not in endpoint.route_table_ids:
            _refuse_second_route(ec2, str(endpoint.service_name), str(table))


_RULES: Mapping[str, Callable[[Ec2], None]] = {
    "AllocateAddress": _allocate_address,
    "CreateNatGateway": _create_nat_gateway,
    "CreateSecurityGroup": _create_security_group,
    "CreateVpc": _create_vpc,
    "CreateVpcEndpoint": _create_vpc_endpoint,
    "DeleteNatGateway": _delete_nat_gateway,
    "DeleteSecurityGroup": _delete_security_group,
    "DeleteSubnet": _delete_subnet,
    "DeleteVpc": _delete_vpc,
    "DetachInternetGateway": _detach_internet_gateway,
    "ModifyVpcEndpoint": _modify_vpc_endpoint,
    "ReleaseAddress": _release_address,
}
