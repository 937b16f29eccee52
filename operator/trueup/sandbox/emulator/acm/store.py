"""Charter: what ACM keeps of each certificate, and how it shows it.

Sources: https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html,
https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document

PENDING, ISSUED = "PENDING_VALIDATION", "ISSUED"
PATIENCE = 72 * 3600.0
"""Seconds for which ACM waits for a proof."""
LIFETIME = timedelta(days=198)

Tags = dict[str, str]


@dataclass(eq=False)
class Certificate:
    """One certificate; `records` has the record that proves each name, once ACM has made them up."""

    arn: str
    names: tuple[str, ...]
    method: str
    algorithm: str
    options: Document
    created: datetime
    token: str | None = None
    status: str = PENDING
    records: dict[str, Document] = field(default_factory=dict[str, Document])
    proven: set[str] = field(default_factory=set[str])
    issued: datetime | None = None
    failure: str | None = None
    tags: Tags = field(default_factory=Tags)

    @property
    def account(self) -> str:
        """The account that it belongs to."""
        return self.arn.split(":")[4]

    @property
    def region(self) -> str:
        """The region that it is in."""
        return self.arn.split(":")[3]

    def covers(self, host: str) -> bool:
        """A viewer who asks for the host finds it in the certificate: by name, or by a wildcard for its first label."""
        wild = f"*.{host.partition('.')[2]}"
        return host in self.names or (not host.startswith("*.") and wild in self.names)

    def summary(self, users: Sequence[str]) -> Document:
        """The certificate as a list shows it."""
        shown: Document = {
            "CertificateArn": self.arn,
            "DomainName": self.names[0],
            "SubjectAlternativeNameSummaries": list(self.names),
            "HasAdditionalSubjectAlternativeNames": False,
            "Status": self.status,
            "Type": "AMAZON_ISSUED",
            "KeyAlgorithm": self._shown_algorithm(),
            "InUse": bool(users),
            "RenewalEligibility": self._renewal(users),
            "CreatedAt": self.created,
        }
        return shown | self._validity()

    def detail(self, users: Sequence[str]) -> Document:
        """The certificate as its description shows it."""
        shown: Document = {
            "CertificateArn": self.arn,
            "DomainName": self.names[0],
            "SubjectAlternativeNames": list(self.names),
            "Subject": f"CN={self.names[0]}",
            "Issuer": "Amazon",
            "CreatedAt": self.created,
            "Status": self.status,
            "KeyAlgorithm": self._shown_algorithm(),
            "SignatureAlgorithm": "SHA256WITHRSA",
            "InUseBy": list(users),
            "Type": "AMAZON_ISSUED",
            "RenewalEligibility": self._renewal(users),
            "Options": dict(self.options),
        }
        if self.records:
            shown["DomainValidationOptions"] = [self._validation(name) for name in self.names]
        if self.failure:
            shown["FailureReason"] = self.failure
        if self.issued is not None:
            shown["Serial"] = ":".join(digest(self.arn)[at : at + 2] for at in range(0, 32, 2))
        return shown | self._validity()

    def _shown_algorithm(self) -> str:
        """RSA keys are asked for as RSA_2048 and shown as RSA-2048."""
        return self.algorithm.replace("RSA_", "RSA-")

    def _renewal(self, users: Sequence[str]) -> str:
        return "ELIGIBLE" if users and self.status == ISSUED else "INELIGIBLE"

    @property
    def ends(self) -> datetime | None:
        """When it is good no more; None before it is issued."""
        return None if self.issued is None else self._day(self.issued) + LIFETIME

    def _day(self, at: datetime) -> datetime:
        return at.replace(hour=0, minute=0, second=0, microsecond=0)

    def _validity(self) -> Document:
        if self.issued is None:
            return {}
        return {"IssuedAt": self.issued, "NotBefore": self._day(self.issued), "NotAfter": self.ends}

    def _validation(self, name: str) -> Document:
        status = PENDING if self.status == PENDING else "FAILED"
        shown: Document = {
            "DomainName": name,
            "ValidationDomain": name,
            "ValidationStatus": "SUCCESS" if name in self.proven else status,
            "ValidationMethod": self.method,
        }
        if self.method == "DNS":
            return shown | {"ResourceRecord": dict(self.records[name])}
        return shown | {"ValidationEmails": [f"admin@{name.removeprefix('*.')}"]}


class Certificates:
    """Every certificate of every account and region, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._by_arn: dict[str, Certificate] = {}
        self._made = 0

    def add(self, certificate: Certificate) -> None:
        """The certificate is there."""
        self._by_arn[certificate.arn] = certificate

    def drop(self, arn: str) -> None:
        """The certificate is gone."""
        del self._by_arn[arn]

    def find(self, arn: str) -> Certificate | None:
        """The certificate with the ARN, whosever it is."""
        return self._by_arn.get(arn)

    def of(self, arn: str, account: str, region: str) -> Certificate:
        """The account's certificate; ResourceNotFoundException where it has none of that ARN in the region."""
        found = self._by_arn.get(arn)
        if found is None or (found.account, found.region) != (account, region):
            raise AwsError(
                "ResourceNotFoundException",
                f"Could not find certificate arn:aws:acm:{region}:{account}:{arn.split(':')[-1]}.",
            )
        return found

    def owned(self, account: str, region: str) -> Iterator[Certificate]:
        """The account's certificates in a region."""
        return (one for one in self._by_arn.values() if (one.account, one.region) == (account, region))

    def pending(self) -> list[Certificate]:
        """Whatever waits for its proof."""
        return [one for one in self._by_arn.values() if one.status == PENDING]

    def ending(self, now: datetime) -> list[Certificate]:
        """Whatever is issued and good no longer."""
        issued = [one for one in self._by_arn.values() if one.status == ISSUED]
        return [one for one in issued if one.ends is not None and one.ends <= now]

    def new_arn(self, account: str, region: str) -> str:
        """An ARN that no certificate had before."""
        self._made += 1
        text = digest(f"{account} {region} {self._made}")
        parts = (text[:8], text[8:12], text[12:16], text[16:20], text[20:32])
        return f"arn:aws:acm:{region}:{account}:certificate/{'-'.join(parts)}"

    def clear(self) -> None:
        """Forget every certificate."""
        self._by_arn.clear()
        self._made = 0


def proof(account: str, name: str) -> Document:
    """The record that proves a name for an account: the same for its wildcard, and for every certificate."""
    base = name.removeprefix("*.")
    left, right = digest(f"{account} {base}")[:32], digest(f"{account} {base}.")
    return {"Name": f"_{left}.{base}.", "Type": "CNAME", "Value": f"_{right[:32]}.{right[32:42]}.acm-validations.aws."}


def digest(text: str) -> str:
    """64 hexadecimal digits that follow from a text."""
    return hashlib.sha256(text.encode()).hexdigest()
