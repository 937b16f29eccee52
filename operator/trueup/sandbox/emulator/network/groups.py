"""Charter: security groups and their rules, listed a page at a time straight from moto's state.

Moto renders a thousand groups in more than a second; an operator that looks every few seconds would see nothing else.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.network.view import Ec2
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call

LISTED = frozenset({"DescribeSecurityGroups", "DescribeSecurityGroupRules"})
_MOST = 1000


def listed(ec2: Ec2) -> Document:
    """One page of groups or of rules."""
    call = ec2.call
    filters = {str(one["Name"]): list(one.get("Values", [])) for one in call.get("Filters", [])}
    if call.operation == "DescribeSecurityGroups":
        found = ec2.moto.describe_security_groups(call.get("GroupIds"), call.get("GroupNames"), filters)
        page, token = _page(call, sorted(found, key=lambda one: str(one.id)))
        return {"SecurityGroups": [_group(ec2, one) for one in page], **token}
    rules = _rules(ec2, filters)
    page, token = _page(call, sorted(rules, key=lambda one: str(one.id)))
    return {"SecurityGroupRules": [_rule(ec2, one) for one in page], **token}


def _rules(ec2: Ec2, filters: Mapping[str, Sequence[str]]) -> list[Any]:
    wanted, rest = filters.get("group-id"), {key: value for key, value in filters.items() if key != "group-id"}
    ids = ec2.call.get("SecurityGroupRuleIds")
    found = [
        rule
        for group in ec2.security_groups()
        if wanted is None or group.id in wanted
        for rule in [*group.egress_rules, *group.ingress_rules]
        if rule.matches_filters(rest)
    ]
    if ids:
        present = {rule.id: rule for rule in found}
        for one in ids:
            if one not in present:
                raise AwsError(
                    "InvalidSecurityGroupRuleId.NotFound", f"The security group rule ID '{one}' does not exist"
                )
        return [present[one] for one in ids]
    return found


def _page(call: Call, found: Sequence[Any]) -> tuple[Sequence[Any], Document]:
    limit, start = int(call.get("MaxResults") or _MOST), 0
    token = call.get("NextToken")
    if token:
        try:
            start = int(base64.urlsafe_b64decode(str(token).encode()))
        except ValueError:
            raise AwsError("InvalidParameterValue", f"The token '{token}' is invalid.") from None
    rest = len(found) > start + limit
    following = {"NextToken": base64.urlsafe_b64encode(str(start + limit).encode()).decode()} if rest else {}
    return found[start : start + limit], following


def _tags(ec2: Ec2, resource_id: str) -> list[Document]:
    tags: Mapping[str, str] = ec2.moto.tags.get(resource_id, {})
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _group(ec2: Ec2, group: Any) -> Document:
    return {
        "GroupId": group.id,
        "IpPermissionsEgress": _permissions(group.egress_rules),
        "Tags": _tags(ec2, str(group.id)),
        "VpcId": group.vpc_id,
        "SecurityGroupArn": group.arn,
        "OwnerId": group.owner_id,
        "GroupName": group.name,
        "Description": group.description,
        "IpPermissions": _permissions(group.ingress_rules),
    }


def _permissions(rules: Sequence[Any]) -> list[Document]:
    """Rules of one protocol and port range are one permission with many sources."""
    found: dict[tuple[Any, Any, Any], Document] = {}
    for rule in rules:
        key = rule.ip_protocol, rule.from_port, rule.to_port
        if key not in found:
            found[key] = _permission(rule)
        permission = found[key]
        if rule.ip_range.get("CidrIp"):
            permission["IpRanges"].append(_known(rule.ip_range, "CidrIp", "Description"))
        elif rule.ip_range.get("CidrIpv6"):
            permission["Ipv6Ranges"].append(_known(rule.ip_range, "CidrIpv6", "Description"))
        if rule.source_group:
            pair = _known(rule.source_group, "GroupId", "UserId", "Description")
            permission["UserIdGroupPairs"].append({"UserId": str(rule.owner_id), **pair})
        if rule.prefix_list_id:
            permission["PrefixListIds"].append({"PrefixListId": rule.prefix_list_id})
    return list(found.values())


def _permission(rule: Any) -> Document:
    permission: Document = {"IpProtocol": rule.ip_protocol}
    if rule.from_port is not None:
        permission.update(FromPort=rule.from_port, ToPort=rule.to_port)
    permission.update(UserIdGroupPairs=[], IpRanges=[], Ipv6Ranges=[], PrefixListIds=[])
    return permission


def _known(source: Mapping[str, str], *names: str) -> Document:
    return {name: source[name] for name in names if source.get(name)}


def _rule(ec2: Ec2, rule: Any) -> Document:
    doc: Document = {
        "SecurityGroupRuleId": rule.id,
        "GroupId": rule.group_id,
        "GroupOwnerId": rule.owner_id,
        "IsEgress": rule.is_egress,
        "IpProtocol": rule.ip_protocol,
        "FromPort": -1 if rule.from_port is None else rule.from_port,
        "ToPort": -1 if rule.to_port is None else rule.to_port,
        "Tags": _tags(ec2, str(rule.id)),
        "SecurityGroupRuleArn": (f"arn:aws:ec2:{ec2.call.region}:{ec2.call.account}:security-group-rule/{rule.id}"),
    }
    for ours, theirs in (("CidrIpv4", "CidrIp"), ("CidrIpv6", "CidrIpv6")):
        if rule.ip_range.get(theirs):
            doc[ours] = rule.ip_range[theirs]
    if rule.prefix_list_id:
        doc["PrefixListId"] = rule.prefix_list_id
    if rule.source_group:
        doc["ReferencedGroupInfo"] = {
            "UserId": str(rule.owner_id), **_known(rule.source_group, "GroupId", "UserId")
        }  # fmt: skip
    description = rule.ip_range.get("Description") or rule.source_group.get("Description")
    if description:
        doc["Description"] = description
    return doc
