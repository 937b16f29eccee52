"""Distributions: how CloudFront answers for a site, as one document that is read, changed in part and written whole.

Nothing that is not declared is changed: whatever else a distribution's document says goes along as it was read, under
the ETag of that version. A distribution is disabled, known everywhere to be so, and only then deleted:
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowToDeleteDistribution.html
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Final

from trueup.core import compare
from trueup.core.cost import Line, PriceBook
from trueup.core.naming import DOMAIN
from trueup.core.paths import get
from trueup.core.resource import Attr, Deep, Difference, Listing, Removal, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import (
    MISSING,
    Call,
    Doc,
    Json,
    Lookup,
    Phase,
    Retry,
    Severity,
    as_list,
    as_map,
    resolve,
)
from trueup.resources.cloudfront import pricing
from trueup.resources.cloudfront.base import HOME, SERVICE, tagging, tags_of
from trueup.resources.cloudfront.documents import LISTS, laid_over, same_in_order, shared

INVALIDATED: Final = f"{DOMAIN}/invalidated"
"""The tag that says for which value of the spec everything was invalidated last, and after which others."""
_MADE: Final = "DistributionConfigWithTags.DistributionConfig"
_SHOWN: Final = "Config.DistributionConfig"
_CONFIG: Final = "DistributionConfig"
_TAGGING: Final = tagging("DistributionConfigWithTags.Tags.Items")


def _at(
    path: str, same: compare.Same = compare.equal, *, severity: Severity = Severity.NORMAL, keyed: bool = False
) -> Attr:
    """A member of the document: in one with tags when created, bare when updated, and as it is read."""
    return Attr(
        f"{_MADE}.{path}",
        read=f"{_SHOWN}.{path}",
        same=same,
        severity=severity,
        update=f"{_CONFIG}.{path}",
        keyed=keyed,
    )


def same_names(want: Json, have: Json) -> bool:
    """The same domain names in any order and case."""
    names = [[str(name).lower() for name in as_list(side) or ()] for side in (want, have)]
    return sorted(names[0]) == sorted(names[1])


@dataclass(frozen=True, kw_only=True)
class Distribution(Resource):
    """A distribution. Lists are declared as plain lists, which CloudFront writes with their quantities."""

    TYPE: ClassVar[str] = "AWS::CloudFront::Distribution"
    SERVICE: ClassVar[str] = SERVICE
    REGION: ClassVar[str | None] = HOME
    LISTING: ClassVar[Listing] = Listing("ListDistributions", "DistributionList.Items", by="Id")
    DEEP: ClassVar[tuple[Deep, ...]] = (
        Deep("GetDistributionConfig", {"Id": "{Id}"}, "", into="Config", every=300),
        tags_of("ARN"),
    )
    ID: ClassVar[str] = "Id"
    ARN: ClassVar[str] = "ARN"
    STATE: ClassVar[str] = "Status"
    CREATE: ClassVar[str] = "CreateDistributionWithTags"
    ANSWER: ClassVar[str] = "Distribution"
    RETRY: ClassVar[Retry] = Retry.TOKEN
    TOKEN: ClassVar[str] = f"{_MADE}.CallerReference"
    UPDATE: ClassVar[str] = "UpdateDistribution"
    UPDATE_BY: ClassVar[Mapping[str, str]] = {"Id": "Id", "IfMatch": "Config.ETag"}
    DELETE: ClassVar[str] = "DeleteDistribution"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"Id": "Id", "IfMatch": "Config.ETag"}
    ALSO: ClassVar[tuple[str, ...]] = ("CreateInvalidation",)
    TAGGING: ClassVar[Tagging | None] = _TAGGING
    TAKES_CHANGES: ClassVar[bool] = True

    enabled: Annotated[bool, _at("Enabled", compare.flag)] = True
    origins: Annotated[Json, _at("Origins.Items", severity=Severity.CRITICAL)]
    """Where content comes from, and by which control."""
    viewer_protocol: Annotated[str, _at("DefaultCacheBehavior.ViewerProtocolPolicy", severity=Severity.CRITICAL)] = (
        "redirect-to-https"
    )
    default_behavior: Annotated[Json, _at("DefaultCacheBehavior", keyed=True)]
    """How what no pattern fits is answered, but for the protocol."""
    behaviors: Annotated[Json, _at("CacheBehaviors.Items", same_in_order)] = ()
    """In order: the first whose pattern fits counts."""
    aliases: Annotated[Json, _at("Aliases.Items", same_names)] = ()
    errors: Annotated[Json, _at("CustomErrorResponses.Items", compare.same_set)] = ()
    root: Annotated[str, _at("DefaultRootObject")] = "index.html"
    price_class: Annotated[str, _at("PriceClass")] = "PriceClass_100"
    http: Annotated[str, _at("HttpVersion")] = "http2and3"
    ipv6: Annotated[bool, _at("IsIPV6Enabled", compare.flag)] = True
    comment: Annotated[str, _at("Comment")] = ""
    certificate: Annotated[Json, _at("ViewerCertificate.ACMCertificateArn")] = None
    tls: Annotated[str | None, _at("ViewerCertificate.MinimumProtocolVersion", severity=Severity.CRITICAL)] = None
    sni: Annotated[str | None, _at("ViewerCertificate.SSLSupportMethod")] = None
    plain_certificate: Annotated[bool, _at("ViewerCertificate.CloudFrontDefaultCertificate", compare.flag)] = True
    """CloudFront's own certificate, for its own name alone."""
    invalidate: Annotated[str | None, Attr("", read="Tags.Items", update="")] = None
    """A new value lets CloudFront forget everything once."""

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """A change takes minutes to be everywhere. One that is switched off serves nobody, and is on its way out."""
        deployed = doc.get("Status") == "Deployed"
        if doc.get("Enabled") is False:
            return Phase.CREATING if deployed else Phase.DELETING
        return Phase.READY if deployed else Phase.CREATING

    @classmethod
    def state_of(cls, doc: Doc) -> str:
        """AWS's word, and that it is switched off where it is."""
        return f"{'Disabled, ' if doc.get('Enabled') is False else ''}{doc.get('Status')}"

    @classmethod
    def serves_meanwhile(cls, doc: Doc) -> bool:
        """Every edge serves what it knew until it knows better."""
        return doc.get("Enabled") is True

    # ---- differences ------------------------------------------------------------------------------------------

    def observed(self, name: str, doc: Doc) -> Json:
        """What the document shows; of the members of lists and of behaviours, those that we declare."""
        if name == "invalidate":
            said = self.tags_of(doc).get(INVALIDATED)
            return MISSING if said is None else said.rpartition(" ")[0]
        value = super().observed(name, doc)
        if value is MISSING:
            return () if name in LISTS else MISSING
        return shared(name, value)

    def differences(self, doc: Doc, lookup: Lookup) -> tuple[Difference, ...]:
        """What differs. New names wait for the certificate that has them: CloudFront takes them together only."""
        found = super().differences(doc, lookup)
        if resolve(self.certificate, lookup) is not MISSING:
            return found
        rule, served = self.attrs()["certificate"], self.observed("certificate", doc)
        awaited = Difference("certificate", rule.shown_at, self.certificate, served, rule)
        together = ("aliases", *_CERTIFICATE)
        return tuple(replace(d, follows=True) if d.attr in together else d for d in (*found, awaited))

    # ---- calls ------------------------------------------------------------------------------------------------

    def create(self, lookup: Lookup, token: str) -> tuple[Call, ...]:
        """The call that makes it, tagged; nothing of a new one was ever kept anywhere, so all counts as invalidated."""
        config = {**self._laid_over({}, tuple(self.attrs()), lookup), "CallerReference": token}
        params: dict[str, Json] = {"DistributionConfigWithTags": {"DistributionConfig": config}}
        mark = {} if self.invalidate is None else {INVALIDATED: _marked(self.invalidate, "")}
        _TAGGING.onto_create(params, {**self.tags, **mark})
        return (Call(self.SERVICE, self.CREATE, resolve(params, lookup), self.RETRY),)

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """The document as it was read with what differs as declared; then everything is invalidated, if asked for."""
        if any(d.follows for d in found):
            return ()  # until there is a certificate
        names = tuple(d.attr for d in found if d.attr != "invalidate")
        calls: tuple[Call, ...] = ()
        if names:
            config = self._laid_over(as_map(get(doc, _SHOWN)) or {}, names, lookup)
            params = {**self.selected(self.UPDATE_BY, doc, lookup), _CONFIG: config}
            calls = (Call(self.SERVICE, self.UPDATE, resolve(params, lookup)),)
        return calls + (self._invalidation(doc) if len(names) < len(found) else ())

    def _laid_over(self, config: Mapping[str, Json], names: tuple[str, ...], lookup: Lookup) -> dict[str, Json]:
        whole: dict[str, Json] = copy.deepcopy(dict(config))
        declared = {name: resolve(value, lookup) for name, value in self.declared().items() if name in names}
        for name, value in declared.items():
            path = self.attrs()[name].path.removeprefix(f"{_MADE}.")
            if self.attrs()[name].path and name not in _CERTIFICATE:
                laid_over(whole, path, value)
        if any(name in _CERTIFICATE for name in names):
            whole["ViewerCertificate"] = self._certificate(lookup)
        return whole

    def _certificate(self, lookup: Lookup) -> Json:
        if self.certificate is None:
            return {"CloudFrontDefaultCertificate": True}
        return {
            "ACMCertificateArn": resolve(self.certificate, lookup),
            "CloudFrontDefaultCertificate": False,
            "MinimumProtocolVersion": self.tls,
            "SSLSupportMethod": self.sni,
        }

    def _invalidation(self, doc: Doc) -> tuple[Call, ...]:
        """The invalidation of everything, which AWS makes once for a reference, and the mark that it was asked for."""
        mark = _marked(str(self.invalidate), self.tags_of(doc).get(INVALIDATED, ""))
        reference = f"trueup-{mark.rpartition(' ')[2]}"
        batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": reference}
        return (
            Call(self.SERVICE, "CreateInvalidation", {"DistributionId": doc["Id"], "InvalidationBatch": batch}),
            Call(
                self.SERVICE,
                "TagResource",
                {"Resource": doc["ARN"], "Tags": {"Items": [{"Key": INVALIDATED, "Value": mark}]}},
            ),
        )

    @classmethod
    def delete(cls, doc: Doc, lookup: Lookup, removal: Removal) -> tuple[Call, ...]:
        """It is switched off; once that is known everywhere, it is deleted."""
        if doc.get("Enabled") is False:
            return super().delete(doc, lookup, removal)
        config = {**(as_map(get(doc, _SHOWN)) or {}), "Enabled": False}
        params = {**cls.selected(cls.UPDATE_BY, doc, lookup), _CONFIG: config}
        return (Call(cls.SERVICE, cls.UPDATE, resolve(params, lookup)),)

    def cost(self, prices: PriceBook) -> tuple[Line, ...]:
        """What visitors cost at a guess, beyond what is free for ever."""
        return pricing.site(prices)


_CERTIFICATE: Final = ("certificate", "tls", "sni", "plain_certificate")
"""They travel together: CloudFront takes no mixture of its own certificate and another."""


def _marked(value: str, before: str) -> str:
    """The tag for a value that follows what the tag said before: another one even where a value comes again."""
    return f"{value} {hashlib.sha256(f'{before}|{value}'.encode()).hexdigest()[:16]}"
