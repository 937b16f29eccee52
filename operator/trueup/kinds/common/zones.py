"""Which domains a DnsZone can hold the records of, for the kinds that keep theirs in one."""

from __future__ import annotations

from collections.abc import Iterable

from trueup.core.graph import Graph
from trueup.kinds.common.kind import Context
from trueup.kinds.common.spec import ZoneRef


def is_within(domain: str, zone: str) -> bool:
    """The domain is the zone's own, or below it, as a wildcard may be."""
    return domain == zone or domain.endswith(f".{zone}")


def held(ctx: Context, zone: ZoneRef | None, domains: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the domains that the zone can hold: all of them where none is named, or it is not there yet."""
    found = ctx.peer("DnsZone", zone.name) if zone is not None else None
    return domains if found is None else tuple(one for one in domains if is_within(one, found.spec.domain))


def refuse_outside(ctx: Context, graph: Graph, zone: str, domains: Iterable[str]) -> None:
    """Each domain that is not within the DnsZone of this name is refused; while there is none, the graph waits."""
    found = ctx.awaited(graph, "DnsZone", zone, "ZoneNotFound")
    if found is None:
        return
    for domain in domains:
        if not is_within(domain, found.spec.domain):
            graph.refuse(
                "Invalid",
                f'{domain} is not in DnsZone "{zone}", which is {found.spec.domain}: take it out of spec.domains, '
                "or set spec.zoneRef to the zone that has it.",
            )
