"""The private subnets of a Network that another kind lives in, or connects to."""

from __future__ import annotations

from trueup.core.graph import Graph
from trueup.core.values import Key, Ref
from trueup.kinds.common.kind import Context
from trueup.kinds.common.names import private_subnets_of


def private_subnets(ctx: Context, graph: Graph, network: str, *, least: int, needs: str) -> tuple[Ref, ...]:
    """The private subnets of the Network of this name; where it has none to offer, a reference that stays open.

    While there is no such Network, the graph waits; one with fewer than `least`, or of another region, is refused.
    `needs` says in the words of a sentence's beginning what the object asks of it.
    """
    owner = ctx.owner("Network", network)
    open_end = (Ref(Key("AWS::EC2::Subnet", "private"), "SubnetId", owner=owner),)
    found = ctx.awaited(graph, "Network", network, "NetworkNotFound")
    if found is None:
        return open_end
    count = len(found.spec.private_subnets)
    if count < least:
        graph.refuse(
            "Invalid",
            f'{needs}, and Network "{network}" has {count or "none"}: add zones and privateSubnets to the Network, '
            "or set networkRef to another one.",
        )
        return open_end
    if found.region != ctx.region:
        graph.refuse(
            "Invalid",
            f'Network "{network}" is in {found.region} and this {ctx.identity.kind} in {ctx.region}: set networkRef to '
            f"a Network of the same region, or create the {ctx.identity.kind} anew in that region.",
        )
        return open_end
    return private_subnets_of(owner, count)
