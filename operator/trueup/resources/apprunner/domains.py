"""Custom domains of App Runner's services, with the records by which their owner proves them.

https://docs.aws.amazon.com/apprunner/latest/dg/manage-custom-domains.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from trueup.core import compare
from trueup.core.paths import get
from trueup.core.resource import Attr, Deep, Listing, Ownership
from trueup.core.values import Doc, Json, Mutability, Phase, Ref, as_list
from trueup.resources.apprunner.base import SERVICE
from trueup.resources.common.proofs import Proved, to_be_written

SERVICES: Final = Listing("ListServices", "ServiceSummaryList", page={"MaxResults": 20}, by="ServiceArn")
"""The list of services: summaries without any configuration."""

_ENDS: Final = frozenset({"ACTIVE", "CREATE_FAILED", "DELETE_FAILED"})


def _is_changing(shown: Json) -> bool:
    """One of the domains is on its way to an end."""
    return any(one.get("Status") not in _ENDS for one in as_list(shown) or ())


def _by_length(record: Doc) -> tuple[int, str]:
    """AWS lists records in no order: that of the domain itself has the shortest name."""
    return len(str(record["Name"])), str(record["Name"])


DOMAINS: Final = Deep(
    "DescribeCustomDomains",
    {"ServiceArn": "{ServiceArn}"},
    "CustomDomains",
    into="CustomDomains",
    every=300,
    page={"MaxResults": 5},
    changing=_is_changing,
)
"""The read of a service's domains. A domain that moves on moves nothing in the list."""

_PHASES: Final[Mapping[str, Phase]] = {
    "ACTIVE": Phase.READY,
    "DELETING": Phase.DELETING,
    "CREATE_FAILED": Phase.FAILED,
    "DELETE_FAILED": Phase.FAILED,
}


@dataclass(frozen=True, kw_only=True)
class CustomDomain(Proved):
    """A domain under which a service answers. It is usable once its records are in DNS and AWS has seen them.

    The names and values of the records, and `ServiceUrl`, where the domain is to lead, are in the document.
    """

    TYPE: ClassVar[str] = "AWS::AppRunner::CustomDomain"
    SERVICE: ClassVar[str] = SERVICE
    LISTING: ClassVar[Listing] = SERVICES
    DEEP: ClassVar[tuple[Deep, ...]] = (DOMAINS,)
    IDENTITY: ClassVar[tuple[str, ...]] = ("ServiceArn", "DomainName")
    ID: ClassVar[str] = ""
    STATE: ClassVar[str] = "Status"
    OWNED: ClassVar[Ownership] = Ownership.PARENT
    PARENT: ClassVar[str] = "ServiceArn"
    CREATE: ClassVar[str] = "AssociateCustomDomain"
    DELETE: ClassVar[str] = "DisassociateCustomDomain"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"ServiceArn": "ServiceArn", "DomainName": "DomainName"}

    service: Annotated[str | Ref, Attr("ServiceArn", mutability=Mutability.REPLACE)]
    domain_name: Annotated[str, Attr("DomainName", same=compare.ignoring_case, mutability=Mutability.REPLACE)]
    www: Annotated[bool, Attr("EnableWWWSubdomain", same=compare.flag, mutability=Mutability.REPLACE)] = False

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """Each domain of the service, with the service's ARN and address."""
        for found in as_list(get(doc, "CustomDomains")) or ():
            records = sorted(as_list(found.get("CertificateValidationRecords")) or (), key=_by_length)
            proofs = {"CertificateValidationRecords": records} if records else {}
            yield {**found, **proofs, "ServiceArn": doc["ServiceArn"], "ServiceUrl": doc.get("ServiceUrl")}

    @classmethod
    def id_of(cls, doc: Doc) -> str:
        """Service and domain: AWS gives the association no id."""
        return "/".join(cls.identity_of(doc))

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """Anything but an end is a way to it."""
        return _PHASES.get(str(doc.get("Status")), Phase.CREATING)

    def asks(self, doc: Doc) -> str | None:
        """The records that are still to prove it, while App Runner waits for them and a person must write them."""
        records = [one for one in self.records_of(doc) if one.get("Status") != "SUCCESS"]
        waiting = doc.get("Status") == "PENDING_CERTIFICATE_DNS_VALIDATION"
        if not self.proved_by_hand or not waiting or not records:
            return None
        return to_be_written(self.domain_name, records)

    @classmethod
    def records_of(cls, doc: Doc) -> tuple[Mapping[str, Json], ...]:
        """The `{Name, Type, Value, Status}` of each record that proves the domain; none while AWS makes them."""
        return tuple(as_list(get(doc, "CertificateValidationRecords")) or ())
