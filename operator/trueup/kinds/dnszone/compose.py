"""How a DnsZone compiles: the zone, and a record set for each record of the spec."""

from __future__ import annotations

from typing import Final

from trueup.core.graph import Graph
from trueup.kinds.common import names, zones
from trueup.kinds.common.kind import Context
from trueup.kinds.dnszone.spec import DnsZoneSpec, Record
from trueup.resources.route53 import HostedZone, RecordSet, quoted

LONGEST: Final = 230
"""Characters of a record's whole name: beside it stands one whose name is longer by a label."""
_APEX: Final = "@"
_ZONE: Final = "apex"
"""What the record of the zone's own name is called after."""
_TAKE_OVER: Final = (
    "set adopt to true on this record in spec.records to take it over, or take the record out of the spec"
)


def compose(ctx: Context) -> Graph:
    """The graph of a DnsZone. Two records that come to the same name and type are a refusal."""
    spec: DnsZoneSpec = ctx.spec
    graph = Graph(ctx.identity, spec.tags)
    zone = graph.add(
        HostedZone(
            name=names.HOSTED_ZONE.name,
            domain=spec.domain,
            comment=spec.comment,
            zone_id=spec.adopt.id if spec.adopt else None,
        ),
        at={"domain": "/domain", "comment": "/comment", "zone_id": "/adopt/id"},
        adopt=spec.adopt is not None,
    )
    taken: set[tuple[str, str]] = set()
    for place, record in enumerate(spec.records):
        full = full_name(record.name, spec.domain)
        wrong = _wrong(record, full, spec.domain, taken)
        if wrong:
            graph.refuse("Invalid", wrong)
        else:
            _record(graph, zone, record, full, f"/records/{place}", spec.domain)
        taken.add((full, record.type))
    return graph


def full_name(name: str, domain: str) -> str:
    """The record's whole name: `@` is the zone itself, and what does not end with the domain stands below it."""
    if name in (_APEX, domain):
        return domain
    return name if name.endswith(f".{domain}") else f"{name}.{domain}"


def _wrong(record: Record, full: str, domain: str, taken: set[tuple[str, str]]) -> str | None:
    """What is wrong with a record once its whole name is known."""
    if (full, record.type) in taken:
        return f"{full} {record.type} comes twice in spec.records: put all its values into one record."
    if len(full) > LONGEST:
        return f"The record {full} has a name of more than {LONGEST} characters: choose a shorter one."
    if full == domain and record.type in ("CNAME", "NS"):
        return f"{full} is the zone itself, where AWS allows no {record.type} of ours: choose another name or type."
    return None


def _record(graph: Graph, zone: HostedZone, record: Record, full: str, at: str, domain: str) -> None:
    values = tuple(quoted(value) if record.type == "TXT" else value for value in record.values)
    graph.add(
        RecordSet(
            name=_called(full, record.type, domain),
            zone=zone.output("Id"),
            record_name=full,
            type=record.type,
            ttl=record.ttl,
            values=values,
        ),
        at={
            "": at,
            "record_name": f"{at}/name",
            "type": f"{at}/type",
            "ttl": f"{at}/ttl",
            "values": f"{at}/values",
        },
        adopt=record.adopt,
        way=_TAKE_OVER,
    )


def _called(full: str, type: str, domain: str) -> str:
    """The record's name in the graph: its own name without the domain, and its type."""
    own = full.removesuffix(domain).rstrip(".")
    return f"{zones.called(zones.told_apart(own, _ZONE)) or _ZONE}-{type.lower()}"
