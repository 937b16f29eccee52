"""Charter: what CloudFront refuses of a distribution's configuration, and by which code.

Sources: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistribution.html,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from trueup.sandbox.emulator.acm.store import ISSUED, Certificate
from trueup.sandbox.emulator.cloudfront.managed import MANAGED
from trueup.sandbox.emulator.cloudfront.store import Account, Distribution, items
from trueup.sandbox.emulator.errors import AwsError

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]+\.s3[.-]([a-z0-9-]+\.)?amazonaws\.com")
_HOST = re.compile(r"(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}")
_ERRORS = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
_ALLOWED = ({"GET", "HEAD"}, {"GET", "HEAD", "OPTIONS"}, {"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"})
_POLICIES = {
    "CachePolicyId": "CachePolicy",
    "OriginRequestPolicyId": "OriginRequestPolicy",
    "ResponseHeadersPolicyId": "ResponseHeadersPolicy",
}


class World(Protocol):
    """What a configuration is held against outside its account's CloudFront."""

    def certificate(self, arn: str) -> Certificate | None:
        """The certificate of an ARN, whosever it is."""
        ...

    def holder(self, name: str) -> Distribution | None:
        """The distribution, of whatever account, that has an alternate name."""
        ...


def refuse(account: Account, config: Mapping[str, Any], own: Distribution | None, world: World) -> None:
    """Raise what CloudFront raises of a configuration; nothing if it takes it. `own` is the one that is updated."""
    count(config)
    origins = {str(one["Id"]) for one in items(config["Origins"])}
    for origin in items(config["Origins"]):
        _refuse_origin(account, origin)
    behaviors = [*items(config.get("CacheBehaviors")), config["DefaultCacheBehavior"]]
    for behavior in behaviors:
        _refuse_behavior(account, behavior, origins)
    _refuse_patterns(account, [str(one.get("PathPattern")) for one in behaviors[:-1]])
    if str(config.get("DefaultRootObject", "")).startswith("/"):
        raise AwsError("InvalidDefaultRootObject", "The default root object file name begins with a slash.")
    for error in items(config.get("CustomErrorResponses")):
        _refuse_error(error)
    _refuse_access(account, config, own)
    _refuse_names(account, config, own, world)


def count(value: Any) -> None:
    """Raise InconsistentQuantities where a quantity is not that of its items."""
    if isinstance(value, Mapping):
        document: Mapping[str, Any] = value
        if "Quantity" in document and document["Quantity"] != len(document.get("Items") or ()):
            raise AwsError("InconsistentQuantities", "The value of Quantity and the size of Items don't match.")
        for one in document.values():
            count(one)
    if isinstance(value, list):
        entries: Sequence[Any] = value
        for one in entries:
            count(one)


def _refuse_origin(account: Account, origin: Mapping[str, Any]) -> None:
    domain, path = str(origin["DomainName"]), str(origin.get("OriginPath", ""))
    control = origin.get("OriginAccessControlId")
    if "S3OriginConfig" in origin and not _BUCKET.fullmatch(domain):
        raise AwsError("InvalidArgument", "The parameter Origin DomainName does not refer to a valid S3 bucket.")
    if "S3OriginConfig" not in origin and "CustomOriginConfig" not in origin:
        raise AwsError("InvalidOrigin", f"The origin {origin['Id']} is neither an S3 origin nor a custom one.")
    if path and (not path.startswith("/") or path.endswith("/")):
        raise AwsError("InvalidArgument", "The parameter OriginPath must begin with a slash and not end with one.")
    if control and str(control) not in account.named.get("OriginAccessControl", {}):
        raise AwsError("InvalidOriginAccessControl", "The origin access control is not valid.")
    if control and origin.get("S3OriginConfig", {}).get("OriginAccessIdentity"):
        raise AwsError(
            "IllegalOriginAccessConfiguration",
            "An origin cannot contain both an origin access control (OAC) and an origin access identity (OAI).",
        )


def _refuse_behavior(account: Account, behavior: Mapping[str, Any], origins: set[str]) -> None:
    if behavior["TargetOriginId"] not in origins:
        raise AwsError("NoSuchOrigin", "One or more of your origins or origin groups do not exist.")
    for name, kind in _POLICIES.items():
        id = behavior.get(name)
        if id and id not in account.named.get(kind, {}) and id not in MANAGED[kind]:
            raise AwsError(f"NoSuch{kind}", f"The {kind} {id} does not exist.")
    if "CachePolicyId" in behavior and "ForwardedValues" in behavior:
        raise AwsError("InvalidArgument", "ForwardedValues can't be used with a cache policy.")
    if "CachePolicyId" not in behavior:
        for name in ("ForwardedValues", "MinTTL"):
            if name not in behavior:
                raise AwsError("InvalidArgument", f"The parameter {name} is required.")
        if not behavior["MinTTL"] <= behavior.get("DefaultTTL", 86400) <= behavior.get("MaxTTL", 31536000):
            raise AwsError("InvalidTTLOrder", "The order of the MinTTL, DefaultTTL and MaxTTL is not valid.")
    allowed = behavior.get("AllowedMethods")
    if allowed and {str(one) for one in items(allowed)} not in _ALLOWED:
        raise AwsError(
            "InvalidArgument", "The parameter AllowedMethods contains methods that are not allowed together."
        )
    _refuse_functions(account, behavior)


def _refuse_functions(account: Account, behavior: Mapping[str, Any]) -> None:
    events: list[str] = []
    for association in items(behavior.get("FunctionAssociations")):
        events.append(str(association["EventType"]))
        found = account.functions.get(str(association["FunctionARN"]).rsplit("/", 1)[-1])
        if found is None or found.arn != association["FunctionARN"] or found.live is None:
            raise AwsError(
                "InvalidFunctionAssociation", "A CloudFront function association is invalid: it is not live."
            )
        if not events[-1].startswith("viewer-"):
            raise AwsError("InvalidFunctionAssociation", f"Functions are not run at {events[-1]}.")
    if len(set(events)) < len(events):
        raise AwsError("TooManyFunctionAssociations", "One event of a behavior has one function.")


def _refuse_patterns(account: Account, patterns: list[str]) -> None:
    quotas = account.world.quotas
    many = "You cannot create more cache behaviors for the distribution."
    quotas.refuse_if_reached("cloudfront.cache-behaviors", len(patterns), "TooManyCacheBehaviors", many)
    for pattern in patterns:
        if patterns.count(pattern) > 1:
            raise AwsError("InvalidArgument", f"Two cache behaviors have the path pattern {pattern}.")


def _refuse_error(error: Mapping[str, Any]) -> None:
    if error["ErrorCode"] not in _ERRORS:
        raise AwsError("InvalidErrorCode", f"An invalid error code was specified: {error['ErrorCode']}.")
    page, code = str(error.get("ResponsePagePath") or ""), str(error.get("ResponseCode") or "")
    if bool(page) != bool(code):
        raise AwsError("InvalidResponseCode", "A response page and a response code are given together, or neither.")
    if code and code != "200" and int(code) not in _ERRORS:
        raise AwsError("InvalidResponseCode", f"A response code is not valid: {code}.")
    if page and not page.startswith("/"):
        raise AwsError("InvalidRelativePath", f"The relative path {page} does not begin with a slash.")


def controls(config: Mapping[str, Any]) -> set[str]:
    """The access controls that a configuration names."""
    return {str(one["OriginAccessControlId"]) for one in items(config["Origins"]) if one.get("OriginAccessControlId")}


def _refuse_access(account: Account, config: Mapping[str, Any], own: Distribution | None) -> None:
    for id in controls(config):
        users = [one for one in account.distributions.values() if one is not own and id in controls(one.config)]
        account.world.quotas.refuse_if_reached(
            "cloudfront.distributions-per-access-control",
            len(users),
            "TooManyDistributionsAssociatedToOriginAccessControl",
            "The maximum number of distributions have been associated with the origin access control.",
        )


def _refuse_names(account: Account, config: Mapping[str, Any], own: Distribution | None, world: World) -> None:
    names = [str(name) for name in items(config.get("Aliases"))]
    many = "Your request contains more CNAMEs than are allowed per distribution."
    account.world.quotas.refuse_if_reached("cloudfront.names", len(names) - 1, "TooManyDistributionCNAMEs", many)
    for problem in _bad_certificate(account, config.get("ViewerCertificate") or {}, names, world):
        raise AwsError("InvalidViewerCertificate", problem)
    for name in names:
        if not _HOST.fullmatch(name) or names.count(name) > 1:
            raise AwsError("InvalidArgument", f"The alternate domain name {name} is not valid.")
        holder = world.holder(name)
        if holder is not None and holder is not own:
            raise AwsError(
                "CNAMEAlreadyExists",
                "One or more of the CNAMEs you provided are already associated with a different resource.",
            )


def _bad_certificate(account: Account, given: Mapping[str, Any], names: list[str], world: World) -> Iterator[str]:
    arn = given.get("ACMCertificateArn")
    if not arn:
        if names and not given.get("IAMCertificateId"):
            yield (
                "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted "
                "certificate that validates your authorization to use the domain name."
            )
        return
    if "SSLSupportMethod" not in given:
        yield "SSLSupportMethod is required with a certificate of your own."
    found = world.certificate(str(arn))
    if found is None or found.account != account.id or found.region != "us-east-1" or found.status != ISSUED:
        yield (
            "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a "
            "valid certificate chain."
        )
        return
    if not all(found.covers(name) for name in names):
        yield (
            "The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME) "
            "that you're trying to add."
        )
