"""ACM: certificates that are proved by records in DNS, and renewed as long as these stand.

Names of a certificate cannot change: other names are another certificate. What CloudFront serves with must stand in
us-east-1: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Final

from trueup.core import compare
from trueup.core.paths import get
from trueup.core.resource import Attr, Deep, Listing
from trueup.core.tagging import Tagging
from trueup.core.values import MISSING, Doc, Json, Mutability, Phase, Ref, Retry, as_list
from trueup.core.verdicts import Refusal, Trial
from trueup.resources.common.proofs import Proved, to_be_written

SERVICE: Final = "acm"
HOME: Final = "us-east-1"
RECORDS: Final = "Records"
"""The member in which documents hold the records that prove their names, each once, by name."""

_KEYS: Final = ("RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1")
"""Every kind of key: the list leaves most of them out unless they are asked for."""
_PHASES: Final[Mapping[str, Phase]] = {
    "PENDING_VALIDATION": Phase.CREATING,
    "ISSUED": Phase.READY,
    "INACTIVE": Phase.FAILED,
    "EXPIRED": Phase.FAILED,
    "VALIDATION_TIMED_OUT": Phase.FAILED,
    "REVOKED": Phase.FAILED,
    "FAILED": Phase.FAILED,
}

_SPENT: Final = frozenset({"INACTIVE", "EXPIRED", "REVOKED"})
_AGAIN: Final = timedelta(hours=6)
"""How long after one that was refused the same is asked for again: an account may ask for a few thousand a year."""
_REMEDIES: Final[Mapping[str, str]] = {
    "ADDITIONAL_VERIFICATION_REQUIRED": "ask AWS Support to let this account have certificates for them",
    "CAA_ERROR": "a CAA record at one of them, or above it, lets only other authorities in: let one there say "
    '0 issue "amazon.com"',
    "DOMAIN_NOT_ALLOWED": "one of them is held to be unsafe: ask VirusTotal or Google Safe Browsing to clear it",
    "INVALID_PUBLIC_DOMAIN": "one of them can be no name of the public internet: take it out of spec.domains",
}
"""ACM's reason → what to do: https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-failed.html."""
_UNKNOWN: Final = "https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-failed.html says what to do"


def proved(names: Iterable[str]) -> tuple[str, ...]:
    """The names that have a record of their own, in order: a wildcard is proved by the record of the name below it."""
    return tuple(sorted({name.lower().removeprefix("*.") for name in names}))


def same_names(want: Json, have: Json) -> bool:
    """The same names in any order."""
    return compare.same_set([str(name).lower() for name in as_list(want) or ()], have)


@dataclass(frozen=True, kw_only=True)
class Certificate(Proved):
    """A public certificate, proved by records. One that was asked for is there at once and good once it is issued."""

    TYPE: ClassVar[str] = "AWS::CertificateManager::Certificate"
    SERVICE: ClassVar[str] = SERVICE
    REGION: ClassVar[str | None] = HOME
    LISTING: ClassVar[Listing] = Listing(
        "ListCertificates",
        "CertificateSummaryList",
        params={"Includes": {"keyTypes": _KEYS}},
        page={"MaxItems": 1000},
        by="CertificateArn",
    )
    DEEP: ClassVar[tuple[Deep, ...]] = (
        Deep("DescribeCertificate", {"CertificateArn": "{CertificateArn}"}, "Certificate", into="Described", every=300),
        Deep("ListTagsForCertificate", {"CertificateArn": "{CertificateArn}"}, "Tags", into="Tags"),
    )
    ID: ClassVar[str] = "CertificateArn"
    ARN: ClassVar[str] = "CertificateArn"
    STATE: ClassVar[str] = "Status"
    CREATE: ClassVar[str] = "RequestCertificate"
    RETRY: ClassVar[Retry] = Retry.TOKEN
    TOKEN: ClassVar[str] = "IdempotencyToken"
    DELETE: ClassVar[str] = "DeleteCertificate"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"CertificateArn": "CertificateArn"}
    TAGGING: ClassVar[Tagging | None] = Tagging(
        read="Tags",
        create="Tags",
        add="AddTagsToCertificate",
        remove="RemoveTagsFromCertificate",
        who="CertificateArn",
        tags="Tags",
        keys="Tags",
    )
    TAKES_CHANGES: ClassVar[bool] = True
    REPLACE_FAILED: ClassVar[bool] = True
    """What was never issued serves nothing: another one is asked for."""
    JUDGED: ClassVar[bool] = True

    domain: Annotated[str, Attr("DomainName", same=compare.ignoring_case, mutability=Mutability.REPLACE)]
    names: Annotated[
        Json,
        Attr(
            "SubjectAlternativeNames",
            read="Described.SubjectAlternativeNames",
            same=same_names,
            mutability=Mutability.REPLACE,
        ),
    ]
    """Every name, the first one too."""
    validation: Annotated[str, Attr("ValidationMethod", read="", mutability=Mutability.REPLACE)] = "DNS"

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The certificate, with the records that prove it as soon as ACM has made them up."""
        options = as_list(get(doc, "Described.DomainValidationOptions")) or ()
        records = {str(one["DomainName"]).removeprefix("*."): one.get("ResourceRecord") for one in options}
        known = [record for _, record in sorted(records.items()) if record]
        yield {**doc, RECORDS: known} if len(known) == len(records) and known else doc

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """It is good once it is issued. What has failed stays so for ever."""
        return _PHASES.get(str(doc.get("Status")), Phase.CREATING)

    @classmethod
    def is_spent(cls, doc: Doc) -> bool:
        """It was issued and is good no more."""
        return doc.get("Status") in _SPENT

    @classmethod
    def refusal(cls, doc: Doc, trial: Trial, now: datetime) -> Refusal | None:
        """ACM would not issue it, which the same names do not change: it is asked for again hours later."""
        del trial
        made = doc.get("CreatedAt")
        if doc.get("Status") != "FAILED" or (isinstance(made, datetime) and now - made >= _AGAIN):
            return None
        given = get(doc, "Described.FailureReason")
        reason = "OTHER" if given is MISSING else str(given)
        names = as_list(get(doc, "Described.SubjectAlternativeNames")) or (doc.get("DomainName"),)
        what = f"ACM issues no certificate for {', '.join(map(str, names))} ({reason})"
        hours = _AGAIN // timedelta(hours=1)
        again = f"It is asked for again every {hours} hours; to have that done now, annotate trueup.dev/reconcile"
        remedy = _REMEDIES.get(reason, _UNKNOWN)
        return Refusal("CertificateRefused", f"{what}: {remedy}. {again} with a new value.")

    def asks(self, doc: Doc) -> str | None:
        """The records that are still to prove it, while ACM waits for them and a person must write them."""
        options = as_list(get(doc, "Described.DomainValidationOptions")) or ()
        open_ = [one for one in options if one.get("ResourceRecord") and one.get("ValidationStatus") != "SUCCESS"]
        missing = {str(one["DomainName"]).removeprefix("*."): one["ResourceRecord"] for one in open_}
        if not self.proved_by_hand or self.phase(doc) is not Phase.CREATING or not missing:
            return None
        return to_be_written(", ".join(missing), tuple(missing.values()))

    def record(self, name: str, member: str) -> Ref:
        """A reference to `Name` or `Value` of the record that proves one of its names."""
        return self.output(f"{RECORDS}[{proved(self.names).index(name)}].{member}")
