"""Charter: client tokens: the same create call a second time makes nothing new and shows the resource as it is now.

Source: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.network.view import Ec2
from trueup.sandbox.emulator.service import Call

_TOKENED = frozenset({"CreateNatGateway", "CreateVpcEndpoint"})


@dataclass(frozen=True)
class Memory:
    """What was asked under a token and what was answered."""

    asked: str
    answer: Answer


class Tokens:
    """Tokens used so far, per account, region and operation."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, str, str], Memory] = {}

    def recall(self, call: Call, ec2: Ec2) -> Answer | None:
        """The answer to a token seen before; None for a new one, or where the resource is no longer listed."""
        key = _key(call)
        memory = self._seen.get(key) if key else None
        if memory is None or key is None:
            return None
        if memory.asked != _asked(call):
            raise AwsError(
                "IdempotentParameterMismatch",
                "The client token has been used before, but the request does not match that one.",
            )
        found = re.search(rb"<(?:natGatewayId|vpcEndpointId)>([^<]+)<", memory.answer.body)
        name = found.group(1).decode() if found else ""
        resource = ec2.moto.nat_gateways.get(name) or ec2.moto.vpc_end_points.get(name)
        if resource is None:
            del self._seen[key]
            return None
        state = f"<state>{resource.state}</state>".encode()
        body = re.sub(rb"<state>[a-z]+</state>", state, memory.answer.body, count=1)
        return Answer(memory.answer.status, memory.answer.headers, body)

    def remember(self, call: Call, answer: Answer) -> None:
        """Keep what was answered under the call's token, if it has one."""
        key = _key(call)
        if key is not None:
            self._seen[key] = Memory(_asked(call), answer)

    def clear(self) -> None:
        """Forget all tokens."""
        self._seen.clear()


def _key(call: Call) -> tuple[str, str, str, str] | None:
    token = call.get("ClientToken")
    if call.operation not in _TOKENED or not token:
        return None
    return call.account, call.region, call.operation, str(token)


def _asked(call: Call) -> str:
    return json.dumps(call.params, sort_keys=True, default=str)
