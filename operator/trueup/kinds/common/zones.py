"""Which domains a DnsZone can hold the records of, and how these are called, for the kinds that keep theirs in one."""

from __future__ import annotations

from typing import Final

from trueup.core.graph import Graph
from trueup.core.values import Ref
from trueup.kinds.common.kind import Context
from trueup.kinds.common.names import zone_of
from trueup.kinds.common.spec import ZoneRef

_WILDCARD: Final = "wildcard"


def held(ctx: Context, zone: ZoneRef | None, domains: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the domains that the zone can hold: all of them where none is named, or it is not there yet."""
    found = ctx.peer("DnsZone", zone.name) if zone is not None else None
    return domains if found is None else tuple(one for one in domains if _is_within(one, found.spec.domain))


def _is_within(domain: str, zone: str) -> bool:
    """The domain is the zone's own, or below it, as a wildcard may be."""
    return domain == zone or domain.endswith(f".{zone}")


def id_of(ctx: Context, zone: ZoneRef | None) -> Ref | None:
    """The id of the zone that records go to; None where a person writes them."""
    return None if zone is None else zone_of(ctx.owner("DnsZone", zone.name))


def refuse_outside(ctx: Context, graph: Graph, zone: ZoneRef | None, domains: tuple[str, ...]) -> None:
    """Each domain that the zone cannot hold is refused; while the zone is not there, the graph waits for it."""
    found = None if zone is None else ctx.awaited(graph, "DnsZone", zone.name, "ZoneNotFound")
    if zone is None or found is None:
        return
    kept = held(ctx, zone, domains)
    for domain in domains:
        if domain not in kept:
            graph.refuse(
                "Invalid",
                f'{domain} is not in DnsZone "{zone.name}", which is {found.spec.domain}: take it out of spec.domains, '
                "or set spec.zoneRef to the zone that has it.",
            )


def called(name: str) -> str:
    """A name as resources are called after it: `*` reads wildcard, and a label that is that word reads otherwise."""
    first, dot, rest = name.partition(".")
    return f"{told_apart(first, _WILDCARD).replace('*', _WILDCARD)}{dot}{rest}"


def told_apart(label: str, word: str) -> str:
    """The label, spelled as none can be where it is the very word that stands for something else."""
    return f"={label}" if label == word else label
