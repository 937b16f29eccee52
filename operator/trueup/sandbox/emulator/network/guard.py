"""Charter: EC2 calls on their way to moto: refused where AWS refuses, remembered by token, made to take time, paged."""

from __future__ import annotations

from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.moto_bridge import Answer, backend, module
from trueup.sandbox.emulator.network import changes, refusals
from trueup.sandbox.emulator.network.groups import LISTED, listed
from trueup.sandbox.emulator.network.paging import PAGED, check_limit, paged
from trueup.sandbox.emulator.network.tokens import Tokens
from trueup.sandbox.emulator.network.view import Ec2, Tenant
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call, Forward, World


class Network:
    """EC2 of every account and region."""

    def __init__(self, world: World, *tenants: Tenant) -> None:
        self._world = world
        self._tenants = tenants
        self._tokens = Tokens()
        _teach_blackholes()
        _teach_sameness()

    def handle(self, call: Call, forward: Forward, /) -> Document | Answer:
        """Answer one call with moto's help."""
        if call.get("DryRun"):
            raise AwsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)
        ec2 = Ec2(backend("ec2", call.account, call.region), call, self._world, self._tenants)
        if call.operation in PAGED:
            check_limit(call)
            if call.operation in LISTED:
                return listed(ec2)
            return paged(call, forward())
        remembered = self._tokens.recall(call, ec2)
        if remembered is not None:
            return remembered
        refusals.check(ec2)
        before = changes.before(ec2)
        answer = forward()
        if answer.status >= 300:
            return answer
        answer = changes.after(ec2, answer, before)
        self._tokens.remember(call, answer)
        return answer

    def reset(self) -> None:
        """Forget the tokens; the rest is moto's to forget."""
        self._tokens.clear()


def _teach_blackholes() -> None:
    """Let a route say `blackhole` once its target has gone, as AWS does; moto's routes are always active."""

    def state(route: Any) -> str:
        nat, gateway = route.nat_gateway, route.gateway
        if nat is not None and nat.state in ("deleting", "deleted", "failed"):
            return "blackhole"
        if gateway is not None and hasattr(gateway, "vpc") and gateway.vpc is None:
            return "blackhole"
        return "active"

    module("moto.ec2.models.route_tables").Route.state = property(state)


def _teach_sameness() -> None:
    """Let two rules be one if protocol, ports and source agree; moto also compares descriptions of groups."""

    def source(rule: Any) -> tuple[object, ...]:
        ports = () if rule.ip_protocol == "-1" else (rule.from_port, rule.to_port)
        addresses = rule.ip_range.get("CidrIp"), rule.ip_range.get("CidrIpv6")
        return rule.ip_protocol, ports, addresses, rule.source_group.get("GroupId"), rule.prefix_list_id

    def same(rule: Any, other: Any) -> bool:
        return source(rule) == source(other)

    module("moto.ec2.models.security_groups").SecurityGroupRule.__eq__ = same
