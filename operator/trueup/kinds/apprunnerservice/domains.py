"""A service's domains, and the records that prove them and lead to the service, in the zone that the spec names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from trueup.core.values import Ref
from trueup.kinds.apprunnerservice.making import Making
from trueup.kinds.common import zones
from trueup.resources.apprunner import CustomDomain, Service
from trueup.resources.route53 import RecordSet

ALIASES: Final[Mapping[str, str]] = {
    "ap-northeast-1": "Z08491812XW6IPYLR6CCA",
    "ap-south-1": "Z00855883LBHKTIC4ODF2",
    "ap-southeast-1": "Z09819469CZ3KQ8PWMCL",
    "ap-southeast-2": "Z03657752RA8799S0TI5I",
    "eu-central-1": "Z0334911C2FDI2Q9M4FZ",
    "eu-west-1": "Z087551914Z2PCAU0QHMW",
    "eu-west-2": "Z098228427VC6B3IX76ON",
    "eu-west-3": "Z087117439MBKHYM69QS6",
    "us-east-1": "Z01915732ZBZKC8D32TPT",
    "us-east-2": "Z0224347AD7KVHMLOX31",
    "us-west-2": "Z02243383FTQ64HJ5772Q",
}
"""Region → the zone that aliases to its services name. These regions have App Runner, and no others:
https://docs.aws.amazon.com/general/latest/gr/apprunner.html."""
PROOFS: Final = 2
"""Records by which App Runner has a domain proved: of the domain, and of a name of its own below it."""
_PROOF_TTL: Final = 300


def domains(make: Making, service: Service) -> None:
    """The graph holds each domain of the spec, with its records where a zone is named that it lies in."""
    ref = make.spec.zone_ref
    zones.refuse_outside(make.ctx, make.graph, ref, make.spec.domains)
    zone, held = zones.id_of(make.ctx, ref), zones.held(make.ctx, ref, make.spec.domains)
    for place, domain in enumerate(make.spec.domains):
        if domain not in held:  # and refused
            continue
        at = f"/domains/{place}"
        label = zones.called(domain)
        custom = make.graph.add(
            CustomDomain(
                name=label,
                service=service.output("ServiceArn"),
                domain_name=domain,
                proved_by_hand=zone is None,
            ),
            at={"": at, "domain_name": at},
            after=(service,),
        )
        if zone is not None:
            for record in _records(make, zone, service, custom):
                make.graph.add(record, at={"": at, "record_name": at, "zone": "/zoneRef/name"})


def _records(make: Making, zone: Ref, service: Service, custom: CustomDomain) -> Iterable[RecordSet]:
    label, domain = custom.name, custom.domain_name
    # What proves a domain proves all names below it, too: a second record of that name cannot be.
    proved = domain.startswith("*.") and domain.removeprefix("*.") in make.spec.domains
    for number in range(0 if proved else PROOFS):
        one = f"CertificateValidationRecords[{number}]"
        yield RecordSet(
            name=f"{label}-proof-{number}",
            zone=zone,
            record_name=custom.output(f"{one}.Name"),
            type="CNAME",
            ttl=_PROOF_TTL,
            values=(custom.output(f"{one}.Value"),),
        )
    yield RecordSet(
        name=f"{label}-a",
        zone=zone,
        record_name=domain,
        type="A",
        alias_zone=ALIASES[make.ctx.region],
        alias_name=service.output("ServiceUrl"),
        alias_health=False,
    )
