"""Charter: what takes time in EC2 and leaves traces: NAT gateways and endpoints, their routes, default groups."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.network.view import Ec2

_SHOWN_DELETED = 3600.0
"""Seconds for which a deleted NAT gateway is still listed: about an hour, says AWS's guide."""


def before(ec2: Ec2) -> object:
    """What must be looked at before moto acts, for `after`."""
    if ec2.call.operation == "DeleteVpcEndpoints":
        return [one for one in ec2.call.params["VpcEndpointIds"] if one not in ec2.moto.vpc_end_points]
    if ec2.call.operation == "ModifyVpcEndpoint":
        return list(ec2.moto.vpc_end_points[ec2.call.params["VpcEndpointId"]].route_table_ids or [])
    return None


def after(ec2: Ec2, answer: Answer, seen: object) -> Answer:
    """Correct moto's state and answer to AWS's."""
    change = _CHANGES.get(ec2.call.operation)
    return answer if change is None else change(ec2, answer, seen)


def _with(answer: Answer, old: str, new: str) -> Answer:
    return Answer(answer.status, answer.headers, answer.body.replace(old.encode(), new.encode()))


def _id(answer: Answer, tag: str) -> str:
    found = re.search(f"<{tag}>([^<]+)</{tag}>", answer.body.decode())
    if not found:
        raise RuntimeError(f"moto's answer has no {tag}")
    return found.group(1)


def _nat_created(ec2: Ec2, answer: Answer, _seen: object) -> Answer:
    nat = ec2.moto.nat_gateways[_id(answer, "natGatewayId")]
    nat.state, nat.connectivity_type = "pending", nat.connectivity_type or "public"

    def ready() -> None:
        if nat.state != "pending":
            return
        if nat.connectivity_type == "public" and not ec2.gateway_attached(str(nat.vpc_id)):
            nat.state = "failed"
            nat.failure_code = "Gateway.NotAttached"
            nat.failure_message = f"Network {nat.vpc_id} has no Internet gateway attached"
            _let_go(ec2, nat)
        else:
            nat.state = "available"

    ec2.world.later("ec2.nat.create", ready)
    return _with(answer, "<state>available</state>", "<state>pending</state>")


def _nat_deleted(ec2: Ec2, answer: Answer, _seen: object) -> Answer:
    nat = ec2.moto.nat_gateways[ec2.call.params["NatGatewayId"]]
    nat.state = "deleting"

    def gone() -> None:
        nat.state = "deleted"
        _let_go(ec2, nat)
        ec2.world.timeline.after(_SHOWN_DELETED, lambda: ec2.moto.nat_gateways.pop(nat.id, None))

    ec2.world.later("ec2.nat.delete", gone)
    return answer


def _let_go(ec2: Ec2, nat: Any) -> None:
    """Free the address and remove the interface of a NAT gateway."""
    for address in list(ec2.moto.addresses):
        if address.eni is not None and address.eni is nat._eni:
            ec2.moto.disassociate_address(address=address.public_ip)
    ec2.moto.enis.pop(nat._eni.id, None)


def _endpoint_created(ec2: Ec2, answer: Answer, _seen: object) -> Answer:
    endpoint = ec2.moto.vpc_end_points[_id(answer, "vpcEndpointId")]
    if (endpoint.vpc_endpoint_type or "Gateway") == "Gateway":
        endpoint.vpc_endpoint_type, endpoint.private_dns_enabled = "Gateway", False
        return _gateway_shown(answer)
    endpoint.state = "pending"

    def ready() -> None:
        if endpoint.state == "pending":
            endpoint.state = "available"

    ec2.world.later("ec2.endpoint.create", ready)
    return _with(answer, "<state>available</state>", "<state>pending</state>")


def _gateway_shown(answer: Answer) -> Answer:
    """Moto says no type where none was asked for, and that a gateway has private DNS names."""
    private = "<privateDnsEnabled>{}</privateDnsEnabled>"
    shown = _with(answer, private.format("true"), private.format("false"))
    if b"<vpcEndpointType>" in shown.body:
        return shown
    return _with(shown, "<vpcEndpointId>", "<vpcEndpointType>Gateway</vpcEndpointType><vpcEndpointId>")


def _endpoints_deleted(ec2: Ec2, answer: Answer, seen: object) -> Answer:
    for endpoint_id in ec2.call.params["VpcEndpointIds"]:
        endpoint = ec2.moto.vpc_end_points.get(endpoint_id)
        if endpoint is not None:
            endpoint.state = "deleting"
            ec2.world.later("ec2.endpoint.delete", _forget(ec2, str(endpoint_id)))
    missing: list[str] = seen if isinstance(seen, list) else []
    if not missing:
        return answer
    items = "".join(
        "<item><error><code>InvalidVpcEndpoint.NotFound</code>"
        f"<message>The Vpc Endpoint Id '{one}' does not exist</message></error><resourceId>{one}</resourceId></item>"
        for one in missing
    )
    body = (
        '<DeleteVpcEndpointsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>emulator</requestId>'
        f"<unsuccessful>{items}</unsuccessful></DeleteVpcEndpointsResponse>"
    )
    return Answer(answer.status, answer.headers, body.encode())


def _forget(ec2: Ec2, endpoint_id: str) -> Callable[[], None]:
    return lambda: ec2.moto.vpc_end_points.pop(endpoint_id, None) and None


def _endpoint_modified(ec2: Ec2, answer: Answer, seen: object) -> Answer:
    """Moto changes the endpoint's list of route tables but not the tables themselves."""
    endpoint = ec2.moto.vpc_end_points[ec2.call.params["VpcEndpointId"]]
    prefix = endpoint.destination_prefix_list_id
    if prefix is None:
        return answer
    old: list[str] = seen if isinstance(seen, list) else []
    for table in endpoint.route_table_ids:
        if table not in old:
            ec2.moto.create_route(table, None, gateway_id=endpoint.id, destination_prefix_list_id=prefix)
    for table in old:
        if table not in endpoint.route_table_ids:
            ec2.moto.delete_route(table, prefix)
    return answer


def _vpc_created(ec2: Ec2, answer: Answer, _seen: object) -> Answer:
    """AWS's default group lets its own members in; moto's lets in nobody."""
    groups = ec2.moto.groups.get(_id(answer, "vpcId"), {})
    for group in list(groups.values()):
        if group.name == "default" and not group.ingress_rules:
            ec2.moto.authorize_security_group_ingress(
                group.id, "-1", None, None, [], source_groups=[{"GroupId": group.id}]
            )
    return answer


def _rules_described(ec2: Ec2, answer: Answer, _seen: object) -> Answer:
    """Moto knows descriptions by permission only and lets those by the rule's id pass without effect."""
    said = {one["SecurityGroupRuleId"]: one.get("Description") for one in _by_id(ec2)}
    for group in ec2.security_groups():
        for rule in (*group.ingress_rules, *group.egress_rules):
            if rule.id in said:
                source = rule.source_group or rule.ip_range
                source["Description"] = said[rule.id] or ""
    return answer


def _by_id(ec2: Ec2) -> list[Mapping[str, str]]:
    found: list[Mapping[str, str]] = ec2.call.params.get("SecurityGroupRuleDescriptions", [])
    return [one for one in found if "SecurityGroupRuleId" in one]


_CHANGES: Mapping[str, Callable[[Ec2, Answer, object], Answer]] = {
    "CreateNatGateway": _nat_created,
    "CreateVpc": _vpc_created,
    "CreateVpcEndpoint": _endpoint_created,
    "DeleteNatGateway": _nat_deleted,
    "DeleteVpcEndpoints": _endpoints_deleted,
    "ModifyVpcEndpoint": _endpoint_modified,
    "UpdateSecurityGroupRuleDescriptionsEgress": _rules_described,
    "UpdateSecurityGroupRuleDescriptionsIngress": _rules_described,
}
