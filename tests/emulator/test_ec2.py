"""EC2's networking in the emulator: what AWS refuses, delays and pages where moto does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import Aws, code

S3 = "com.amazonaws.us-east-1.s3"


def gateway(aws: Aws, attach: bool = True) -> tuple[str, str, dict[str, Any]]:
    """A VPC with an internet gateway, and what a NAT gateway there is made of."""
    vpc, subnets = aws.subnets()
    igw = aws.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    if attach:
        aws.ec2.attach_internet_gateway(InternetGatewayId=igw, VpcId=vpc)
    address = aws.ec2.allocate_address(Domain="vpc")["AllocationId"]
    return vpc, igw, {"SubnetId": subnets[0], "AllocationId": address, "ClientToken": "once"}


def states(aws: Aws) -> list[str]:
    return [one["State"] for one in aws.ec2.describe_nat_gateways()["NatGateways"]]


def test_a_nat_gateway_lives_through_its_states(aws: Aws) -> None:
    _, _, new = gateway(aws)
    aws.delays({"ec2.nat.create": 90, "ec2.nat.delete": 60})
    made = aws.ec2.create_nat_gateway(**new)["NatGateway"]
    assert (made["State"], states(aws)) == ("pending", ["pending"])
    aws.emulator.advance(90)
    assert states(aws) == ["available"]
    aws.ec2.delete_nat_gateway(NatGatewayId=made["NatGatewayId"])
    assert states(aws) == ["deleting"]
    assert code(aws.ec2.release_address, AllocationId=new["AllocationId"]) == "InvalidIPAddress.InUse"
    aws.emulator.advance(60)
    assert states(aws) == ["deleted"]
    aws.ec2.release_address(AllocationId=new["AllocationId"])
    aws.emulator.advance(3600)
    assert states(aws) == []
    assert code(aws.ec2.delete_nat_gateway, NatGatewayId=made["NatGatewayId"]) == "NatGatewayNotFound"


def test_a_nat_gateway_without_an_internet_gateway_fails(aws: Aws) -> None:
    _, _, new = gateway(aws, attach=False)
    aws.ec2.create_nat_gateway(**new)
    [failed] = aws.ec2.describe_nat_gateways()["NatGateways"]
    assert (failed["State"], failed["FailureCode"]) == ("failed", "Gateway.NotAttached")


def test_a_token_makes_one_nat_gateway(aws: Aws) -> None:
    _, _, new = gateway(aws)
    first = aws.ec2.create_nat_gateway(**new)["NatGateway"]
    second = aws.ec2.create_nat_gateway(**new)["NatGateway"]
    assert (second["NatGatewayId"], second["State"]) == (first["NatGatewayId"], "available")
    assert code(aws.ec2.create_nat_gateway, **new | {"ConnectivityType": "private"}) == "IdempotentParameterMismatch"
    assert len(states(aws)) == 1


def test_what_a_nat_gateway_needs_stays(aws: Aws) -> None:
    vpc, igw, new = gateway(aws)
    nat = aws.ec2.create_nat_gateway(**new)["NatGateway"]["NatGatewayId"]
    detach = {"InternetGatewayId": igw, "VpcId": vpc}
    assert code(aws.ec2.delete_subnet, SubnetId=new["SubnetId"]) == "DependencyViolation"
    assert code(aws.ec2.detach_internet_gateway, **detach) == "DependencyViolation"
    assert code(aws.ec2.delete_vpc, VpcId=vpc) == "DependencyViolation"
    aws.ec2.delete_nat_gateway(NatGatewayId=nat)
    aws.ec2.describe_nat_gateways()
    aws.ec2.delete_subnet(SubnetId=new["SubnetId"])
    aws.ec2.detach_internet_gateway(**detach)


def test_a_route_to_a_deleted_nat_gateway_is_a_blackhole(aws: Aws) -> None:
    vpc, _, new = gateway(aws)
    nat = aws.ec2.create_nat_gateway(**new)["NatGateway"]["NatGatewayId"]
    table = aws.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    aws.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
    aws.ec2.delete_nat_gateway(NatGatewayId=nat)
    [shown] = aws.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    assert [(one["DestinationCidrBlock"], one["State"]) for one in shown["Routes"]] == [
        ("10.0.0.0/16", "active"),
        ("0.0.0.0/0", "blackhole"),
    ]


def test_a_gateway_endpoint_is_there_at_once_and_writes_routes(aws: Aws) -> None:
    vpc, _ = aws.subnets()
    one, two = (aws.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2))
    aws.delays({"ec2.endpoint.create": 60, "ec2.endpoint.delete": 60})
    new = {"VpcId": vpc, "ServiceName": S3, "RouteTableIds": [one]}
    made = aws.ec2.create_vpc_endpoint(**new, ClientToken="t")["VpcEndpoint"]
    assert (made["State"], made["VpcEndpointType"], made["PrivateDnsEnabled"]) == ("available", "Gateway", False)
    again = aws.ec2.create_vpc_endpoint(**new, ClientToken="t")["VpcEndpoint"]
    assert again["VpcEndpointId"] == made["VpcEndpointId"]
    assert code(aws.ec2.create_vpc_endpoint, **new) == "RouteAlreadyExists"
    change = {"VpcEndpointId": made["VpcEndpointId"]}
    aws.ec2.modify_vpc_endpoint(**change, AddRouteTableIds=[two], RemoveRouteTableIds=[one])
    tables = aws.ec2.describe_route_tables(RouteTableIds=[one, two])["RouteTables"]
    routed = {table["RouteTableId"]: [route.get("GatewayId") for route in table["Routes"]] for table in tables}
    assert routed == {one: ["local"], two: ["local", made["VpcEndpointId"]]}
    aws.ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    assert [one["State"] for one in aws.ec2.describe_vpc_endpoints()["VpcEndpoints"]] == ["deleting"]
    aws.emulator.advance(60)
    assert aws.ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def test_an_interface_endpoint_takes_time_and_holds_its_subnet(aws: Aws) -> None:
    vpc, subnets = aws.subnets()
    aws.delays({"ec2.endpoint.create": 60})
    new = {"VpcId": vpc, "VpcEndpointType": "Interface", "SubnetIds": subnets[:1]}
    assert code(aws.ec2.create_vpc_endpoint, **new, ServiceName="com.amazonaws.us-east-1.bogus") == "InvalidServiceName"
    made = aws.ec2.create_vpc_endpoint(**new, ServiceName="com.amazonaws.us-east-1.logs")["VpcEndpoint"]
    assert made["State"] == "pending"
    aws.emulator.advance(60)
    assert [one["State"] for one in aws.ec2.describe_vpc_endpoints()["VpcEndpoints"]] == ["available"]
    assert code(aws.ec2.delete_subnet, SubnetId=subnets[0]) == "DependencyViolation"


def test_deleting_an_unknown_endpoint_says_so_in_the_answer(aws: Aws) -> None:
    [failed] = aws.ec2.delete_vpc_endpoints(VpcEndpointIds=["vpce-0123"])["Unsuccessful"]
    assert (failed["ResourceId"], failed["Error"]["Code"]) == ("vpce-0123", "InvalidVpcEndpoint.NotFound")


def test_a_security_group_that_another_names_stays(aws: Aws) -> None:
    vpc, _ = aws.subnets()
    peer, own = (
        aws.ec2.create_security_group(GroupName=name, Description="d", VpcId=vpc)["GroupId"] for name in ("peer", "own")
    )
    permission = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": peer}]}
    aws.ec2.authorize_security_group_ingress(GroupId=own, IpPermissions=[permission])
    assert code(aws.ec2.delete_security_group, GroupId=peer) == "DependencyViolation"
    assert code(aws.ec2.delete_vpc, VpcId=vpc) == "DependencyViolation"
    aws.ec2.delete_security_group(GroupId=own)
    aws.ec2.delete_security_group(GroupId=peer)


def test_the_default_group_lets_its_members_in_can_be_closed_and_not_deleted(aws: Aws) -> None:
    vpc, _ = aws.subnets()
    mine = [{"Name": "vpc-id", "Values": [vpc]}]
    [group] = aws.ec2.describe_security_groups(Filters=mine)["SecurityGroups"]
    pairs = [{"UserId": "123456789012", "GroupId": group["GroupId"]}]
    assert [one["UserIdGroupPairs"] for one in group["IpPermissions"]] == [pairs]
    aws.ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])
    aws.ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=group["IpPermissionsEgress"])
    rules = aws.ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group["GroupId"]]}])
    assert rules["SecurityGroupRules"] == []
    assert code(aws.ec2.delete_security_group, GroupId=group["GroupId"]) == "CannotDelete"


def test_a_rule_is_revoked_whatever_its_description(aws: Aws) -> None:
    vpc, _ = aws.subnets()
    peer, own = (
        aws.ec2.create_security_group(GroupName=name, Description="d", VpcId=vpc)["GroupId"] for name in ("peer", "own")
    )
    base = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2}
    said = base | {"UserIdGroupPairs": [{"GroupId": peer, "Description": "the app"}]}
    aws.ec2.authorize_security_group_ingress(GroupId=own, IpPermissions=[said])
    bare = base | {"UserIdGroupPairs": [{"GroupId": peer}]}
    authorize = aws.ec2.authorize_security_group_ingress
    assert code(authorize, GroupId=own, IpPermissions=[bare]) == "InvalidPermission.Duplicate"
    aws.ec2.revoke_security_group_ingress(GroupId=own, IpPermissions=[bare])
    assert aws.ec2.describe_security_groups(GroupIds=[own])["SecurityGroups"][0]["IpPermissions"] == []


def test_subnets_do_not_overlap(aws: Aws) -> None:
    vpc, _ = aws.subnets()
    new = {"VpcId": vpc, "AvailabilityZone": "us-east-1a"}
    assert code(aws.ec2.create_subnet, **new, CidrBlock="10.0.0.128/25") == "InvalidSubnet.Conflict"
    assert code(aws.ec2.create_subnet, **new, CidrBlock="10.7.0.0/24") == "InvalidSubnet.Range"


def test_five_vpcs_are_the_quota_until_it_is_raised(aws: Aws) -> None:
    present = len(aws.ec2.describe_vpcs()["Vpcs"])
    for _ in range(5 - present):
        aws.ec2.create_vpc(CidrBlock="10.0.0.0/16")
    assert code(aws.ec2.create_vpc, CidrBlock="10.0.0.0/16") == "VpcLimitExceeded"
    aws.emulator.put_quotas({"ec2.vpcs": 6})
    aws.ec2.create_vpc(CidrBlock="10.0.0.0/16")


@pytest.mark.parametrize("operation", ["describe_vpcs", "describe_security_groups", "describe_security_group_rules"])
def test_lists_come_in_pages(aws: Aws, operation: str) -> None:
    aws.emulator.put_quotas({"ec2.vpcs": 20})
    for _ in range(11):
        aws.ec2.create_vpc(CidrBlock="10.0.0.0/16")
    key = {"describe_vpcs": "Vpcs", "describe_security_groups": "SecurityGroups"}.get(operation, "SecurityGroupRules")
    call = getattr(aws.ec2, operation)
    everything = call()[key]
    pages = [page[key] for page in aws.ec2.get_paginator(operation).paginate(PaginationConfig={"PageSize": 5})]
    assert [len(page) for page in pages[:-1]] == [5] * (len(pages) - 1)
    assert [one for page in pages for one in page] == everything


def test_what_is_gone_is_refused_by_its_code(aws: Aws) -> None:
    assert code(aws.ec2.describe_security_groups, GroupIds=["sg-0123456789abcdef0"]) == "InvalidGroup.NotFound"
