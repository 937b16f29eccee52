"""Charter: ACM as its clients call it. A certificate is issued when Route 53 holds the record that proves each name.

Sources: https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html,
https://docs.aws.amazon.com/acm/latest/APIReference/API_ListCertificates.html,
https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from trueup.sandbox.emulator.acm.store import ISSUED, PATIENCE, PENDING, Certificate, Certificates, Tags, proof
from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call, Forward, World

MOST_TAGS = 50
_TOKEN_LASTS = 3600.0
_PAGE = 1000
_ALWAYS_LISTED = ("RSA_1024", "RSA_2048")
_ARN = re.compile(r"arn:aws:acm:[a-z0-9-]+:\d{12}:certificate/[\w-]+")


class Acm:
    """The certificates of every account and region."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept = Certificates()
        self.users: list[Callable[[str], Iterable[str]]] = []
        """Who can say by which ARNs a certificate is used."""
        self._operations: Mapping[str, Callable[[Call], Document]] = {
            "AddTagsToCertificate": self._add_tags,
            "DeleteCertificate": self._delete,
            "DescribeCertificate": self._describe,
            "ListCertificates": self._list,
            "ListTagsForCertificate": self._list_tags,
            "RemoveTagsFromCertificate": self._remove_tags,
            "RequestCertificate": self._request,
            "UpdateCertificateOptions": self._update_options,
        }

    def handle(self, call: Call, forward: Forward, /) -> Document | Answer:
        """Answer one call, after a look at what waits for its proof."""
        del forward
        operation = self._operations.get(call.operation)
        if operation is None:
            raise AwsError("MotoNotImplemented", f"acm.{call.operation} is not there; see docs/emulator.md.", 501)
        self.follow()
        return operation(call)

    def reset(self) -> None:
        """Forget every certificate."""
        self._kept.clear()

    def find(self, arn: str) -> Certificate | None:
        """The certificate with the ARN as it is by now."""
        self.follow()
        return self._kept.find(arn)

    def _users(self, arn: str) -> list[str]:
        return [user for who in self.users for user in who(arn)]

    def _certificate(self, call: Call) -> Certificate:
        arn = str(call.params["CertificateArn"])
        if not _ARN.fullmatch(arn):
            raise AwsError("InvalidArnException", f"The ARN {arn} is not valid for a certificate.")
        return self._kept.of(arn, call.account, call.region)

    # ---- asking and proving -----------------------------------------------------------------------------------

    def _request(self, call: Call) -> Document:
        token = call.get("IdempotencyToken")
        owned = list(self._kept.owned(call.account, call.region))
        for one in owned if token else ():
            if one.token == token and self._world.clock.now() - one.created.timestamp() < _TOKEN_LASTS:
                return {"CertificateArn": one.arn}
        if call.get("CertificateAuthorityArn"):
            raise AwsError("MotoNotImplemented", "Private certificates are not there; see docs/emulator.md.", 501)
        method = str(call.get("ValidationMethod", "EMAIL"))
        if method == "HTTP":
            raise AwsError("InvalidParameterException", "HTTP validation is for certificates that CloudFront manages.")
        given = [
            str(name).lower().rstrip(".")
            for name in (call.params["DomainName"], *call.get("SubjectAlternativeNames", ()))
        ]
        names = tuple(dict.fromkeys(given))
        self._refuse_too_much(len(owned), names)
        options = {"CertificateTransparencyLoggingPreference": "ENABLED", "Export": "DISABLED"}
        options |= {key: value for key, value in (call.get("Options") or {}).items() if key in options}
        made = Certificate(
            self._kept.new_arn(call.account, call.region),
            names,
            method,
            str(call.get("KeyAlgorithm", "RSA_2048")),
            options,
            self._world.clock.moment(),
            token,
        )
        made.tags = tags_of({}, call.get("Tags", ()))
        self._kept.add(made)

        def ask_for_proof() -> None:
            made.records = {name: proof(made.account, name) for name in names}

        self._world.later("acm.certificate.records", ask_for_proof)
        return {"CertificateArn": made.arn}

    def _refuse_too_much(self, have: int, names: Sequence[str]) -> None:
        refuse = self._world.quotas.refuse_if_reached
        refuse("acm.certificates", have, "LimitExceededException", "Cannot request more certificates in this account.")
        many = "The number of names in the certificate exceeds your limit."
        refuse("acm.names", len(names) - 1, "LimitExceededException", many)
        for name in names:
            if len(name) > 253 or "*" in name.removeprefix("*.") or "." not in name.removeprefix("*."):
                raise AwsError("InvalidParameterException", f"{name} is no name that a certificate can have.")

    def follow(self) -> None:
        """Whatever waits is issued, failed or given up if it is time; what is proved is issued a little later."""
        for one in self._kept.pending():
            if self._world.clock.now() - one.created.timestamp() > PATIENCE:
                one.status = "VALIDATION_TIMED_OUT"
            elif one.method == "DNS" and one.records and len(one.proven) < len(one.names):
                self._look(one)
        for one in self._kept.ending(self._world.clock.moment()):
            if self._users(one.arn) and self._stands(one) == one.names:
                one.issued = self._world.clock.moment()
            else:
                one.status = "EXPIRED"

    def _look(self, one: Certificate) -> None:
        zones = self._world.zones
        if any(zones.forbids(one.account, name, "amazon") for name in one.names):
            one.status, one.failure = "FAILED", "CAA_ERROR"
            return
        one.proven.update(self._stands(one))
        if len(one.proven) < len(one.names):
            return

        def issued() -> None:
            if one.status == PENDING:
                one.status, one.issued = ISSUED, self._world.clock.moment()

        self._world.later("acm.certificate.issue", issued)

    def _stands(self, one: Certificate) -> tuple[str, ...]:
        """The names whose proof is in the account's zones now."""
        zones = self._world.zones
        return tuple(
            name
            for name, record in one.records.items()
            if str(record["Value"]).rstrip(".") in zones.records(one.account, record["Name"], "CNAME")
        )

    # ---- looking and deleting ---------------------------------------------------------------------------------

    def _describe(self, call: Call) -> Document:
        found = self._certificate(call)
        return {"Certificate": found.detail(self._users(found.arn))}

    def _list(self, call: Call) -> Document:
        statuses, included = call.get("CertificateStatuses"), call.get("Includes") or {}
        kinds = included.get("keyTypes") or _ALWAYS_LISTED
        found = [
            one
            for one in self._kept.owned(call.account, call.region)
            if one.algorithm in kinds and (not statuses or one.status in statuses)
        ]
        if call.get("SortOrder") == "DESCENDING":
            found.reverse()
        token, most = str(call.get("NextToken", "0")), int(call.get("MaxItems", _PAGE))
        if not token.isdigit():
            raise AwsError("ValidationException", "The next token is not valid.")
        start = int(token)
        page = found[start : start + most]
        shown: Document = {"CertificateSummaryList": [one.summary(self._users(one.arn)) for one in page]}
        return shown | ({"NextToken": str(start + most)} if len(found) > start + most else {})

    def _delete(self, call: Call) -> Document:
        found = self._certificate(call)
        users = self._users(found.arn)
        if users:
            raise AwsError(
                "ResourceInUseException",
                f"Certificate {found.arn} in account {found.account} is in use by {', '.join(users)}.",
            )
        self._kept.drop(found.arn)
        return {}

    def _update_options(self, call: Call) -> Document:
        found = self._certificate(call)
        if found.status != ISSUED:
            raise AwsError("InvalidStateException", f"Certificate {found.arn} is {found.status}, not {ISSUED}.")
        found.options = found.options | dict(call.params["Options"])
        return {}

    # ---- tags -------------------------------------------------------------------------------------------------

    def _add_tags(self, call: Call) -> Document:
        found = self._certificate(call)
        found.tags = tags_of(found.tags, call.params["Tags"])
        return {}

    def _remove_tags(self, call: Call) -> Document:
        """A tag that is named with a value goes only if it has that value."""
        found = self._certificate(call)
        for tag in call.params["Tags"]:
            if tag.get("Value") in (None, found.tags.get(tag["Key"])):
                found.tags.pop(tag["Key"], None)
        return {}

    def _list_tags(self, call: Call) -> Document:
        return {"Tags": [{"Key": key, "Value": value} for key, value in self._certificate(call).tags.items()]}


def tags_of(have: Mapping[str, str], given: Iterable[Mapping[str, str]]) -> Tags:
    """The tags that there are with those that are given; raise where there are too many, or AWS's own among them."""
    more = {str(tag["Key"]): str(tag.get("Value", "")) for tag in given}
    if any(key.lower().startswith("aws:") for key in more):
        raise AwsError("InvalidTagException", "Tag keys that begin with aws: are AWS's own.")
    tags = {**have, **more}
    if len(tags) > MOST_TAGS:
        raise AwsError("TooManyTagsException", f"A certificate can have at most {MOST_TAGS} tags.")
    return tags
