"""Charter: EC2 lists page by page. moto gives everything at once; here MaxResults and NextToken hold."""

from __future__ import annotations

import base64
from xml.etree import ElementTree

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.service import Call

PAGED: dict[str, str] = {
    "DescribeEgressOnlyInternetGateways": "egressOnlyInternetGatewaySet",
    "DescribeFlowLogs": "flowLogSet",
    "DescribeInternetGateways": "internetGatewaySet",
    "DescribeNatGateways": "natGatewaySet",
    "DescribeNetworkAcls": "networkAclSet",
    "DescribeNetworkInterfaces": "networkInterfaceSet",
    "DescribeRouteTables": "routeTableSet",
    "DescribeSecurityGroupRules": "securityGroupRuleSet",
    "DescribeSecurityGroups": "securityGroupInfo",
    "DescribeSubnets": "subnetSet",
    "DescribeTags": "tagSet",
    "DescribeVpcEndpoints": "vpcEndpointSet",
    "DescribeVpcPeeringConnections": "vpcPeeringConnectionSet",
    "DescribeVpcs": "vpcSet",
}
"""Operations that are paged here, with the element that holds the list."""

_MOST = 1000
_LEAST = 5


def check_limit(call: Call) -> None:
    """MaxResults lies between 5 and 1000."""
    limit = call.get("MaxResults")
    if limit is not None and not _LEAST <= int(limit) <= _MOST:
        raise AwsError(
            "InvalidParameterValue",
            f"Value ( {limit} ) for parameter maxResults is invalid. Expecting a value between {_LEAST} and {_MOST}.",
        )


def paged(call: Call, answer: Answer) -> Answer:
    """The call's page of a complete answer; without MaxResults the first 1000."""
    start, limit = _start(call), int(call.get("MaxResults") or _MOST)
    if answer.status >= 300:
        return answer
    if start == 0 and answer.body.count(b"<item>") <= limit:
        return answer
    root = ElementTree.fromstring(answer.body)  # noqa: S314 (moto's own answer)
    namespace = root.tag.partition("}")[0] + "}" if root.tag.startswith("{") else ""
    if namespace:
        ElementTree.register_namespace("", namespace[1:-1])
    items = root.find(f"{namespace}{PAGED[call.operation]}")
    if items is None:
        return answer
    everything = list(items)
    for item in everything[:start] + everything[start + limit :]:
        items.remove(item)
    for old in root.findall(f"{namespace}nextToken"):
        root.remove(old)
    if len(everything) > start + limit:
        token = ElementTree.SubElement(root, f"{namespace}nextToken")
        token.text = base64.urlsafe_b64encode(f"{call.operation}:{start + limit}".encode()).decode()
    return Answer(answer.status, answer.headers, ElementTree.tostring(root))


def _start(call: Call) -> int:
    token = call.get("NextToken")
    if not token:
        return 0
    try:
        operation, _, position = base64.urlsafe_b64decode(str(token).encode()).decode().partition(":")
        if operation == call.operation:
            return int(position)
    except ValueError:
        pass
    raise AwsError("InvalidParameterValue", f"The token '{token}' is invalid.") from None
