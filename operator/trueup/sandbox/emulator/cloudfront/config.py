"""Charter: a distribution's configuration as CloudFront writes it down: what nobody said has AWS's default.

Sources: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-overview-required-fields.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trueup.sandbox.emulator.cloudfront.store import items, listed
from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document

_METHODS = ("HEAD", "DELETE", "POST", "GET", "OPTIONS", "PUT", "PATCH")
"""The order in which CloudFront shows methods, whatever the order in which they were sent."""
_UPDATED = (
    "Aliases",
    "DefaultRootObject",
    "CacheBehaviors",
    "CustomErrorResponses",
    "Logging",
    "PriceClass",
    "ViewerCertificate",
    "Restrictions",
    "WebACLId",
    "HttpVersion",
)
_UPDATED_BEHAVIOR = ("AllowedMethods", "SmoothStreaming", "Compress", "FieldLevelEncryptionId")
_UPDATED_ORIGIN = ("OriginPath", "CustomHeaders")


def require_all(config: Mapping[str, Any]) -> None:
    """Raise unless an update says everything that AWS wants said again."""
    _require(config, _UPDATED)
    for behavior in (config["DefaultCacheBehavior"], *items(config["CacheBehaviors"])):
        _require(behavior, _UPDATED_BEHAVIOR)
        _require(behavior["AllowedMethods"], ("CachedMethods",))
    for origin in items(config["Origins"]):
        _require(origin, _UPDATED_ORIGIN)
        custom = origin.get("CustomOriginConfig")
        if custom and not {"OriginReadTimeout", "OriginKeepaliveTimeout"} <= set(custom):
            raise AwsError("IllegalUpdate", "OriginReadTimeout and OriginKeepaliveTimeout are required for updates.")


def _require(given: Mapping[str, Any], names: Sequence[str]) -> None:
    for name in names:
        if name not in given:
            raise AwsError("InvalidArgument", f"The parameter {name} is required.")


def completed(config: Mapping[str, Any]) -> Document:
    """The configuration with everything that CloudFront shows of it."""
    shown = _counted(config)
    defaults: Document = {
        "Aliases": listed(()),
        "DefaultRootObject": "",
        "OriginGroups": listed(()),
        "CacheBehaviors": listed(()),
        "CustomErrorResponses": listed(()),
        "Logging": {},
        "PriceClass": "PriceClass_All",
        "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
        "WebACLId": "",
        "HttpVersion": "http2",
        "IsIPV6Enabled": False,
        "ContinuousDeploymentPolicyId": "",
        "Staging": False,
    }
    shown = {**defaults, **shown}
    shown["Logging"] = {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": "", **shown["Logging"]}
    shown["ViewerCertificate"] = _certificate(shown.get("ViewerCertificate") or {})
    shown["Origins"] = listed([_origin(one) for one in items(shown["Origins"])])
    shown["DefaultCacheBehavior"] = _behavior(shown["DefaultCacheBehavior"])
    shown["CacheBehaviors"] = listed([_behavior(one) for one in items(shown["CacheBehaviors"])])
    errors = [{"ResponsePagePath": "", "ResponseCode": "", **one} for one in items(shown["CustomErrorResponses"])]
    shown["CustomErrorResponses"] = listed([_cached(one) for one in errors])
    return shown


def _cached(error: Document) -> Document:
    """An error that is remembered for ten seconds unless it says otherwise."""
    return {"ErrorCachingMinTTL": 10, **error}


def _counted(value: Any) -> Any:
    """Lists with a quantity, of which empty ones lose their items."""
    if isinstance(value, Mapping):
        document: Mapping[str, Any] = value
        return {k: _counted(v) for k, v in document.items() if not (k == "Items" and not v)}
    if isinstance(value, list):
        entries: Sequence[Any] = value
        return [_counted(one) for one in entries]
    return value


def _certificate(given: Mapping[str, Any]) -> Document:
    arn, iam = given.get("ACMCertificateArn"), given.get("IAMCertificateId")
    if not arn and not iam:
        return {
            "CloudFrontDefaultCertificate": True,
            "SSLSupportMethod": "vip",
            "MinimumProtocolVersion": "TLSv1",
            "CertificateSource": "cloudfront",
        }
    named = {"ACMCertificateArn": arn} if arn else {"IAMCertificateId": iam}
    return {
        "CloudFrontDefaultCertificate": False,
        **named,
        "SSLSupportMethod": given["SSLSupportMethod"],
        "MinimumProtocolVersion": given.get("MinimumProtocolVersion", "TLSv1"),
        "Certificate": arn or iam,
        "CertificateSource": "acm" if arn else "iam",
    }


def _origin(given: Mapping[str, Any]) -> Document:
    shown: Document = {
        "OriginPath": "",
        "CustomHeaders": listed(()),
        "ConnectionAttempts": 3,
        "ConnectionTimeout": 10,
        "OriginShield": {"Enabled": False},
        "OriginAccessControlId": "",
        **given,
    }
    if "S3OriginConfig" in shown:
        shown["S3OriginConfig"] = {"OriginReadTimeout": 30, **shown["S3OriginConfig"]}
    if "CustomOriginConfig" in shown:
        protocols = listed(["TLSv1", "SSLv3"])
        defaults = {"OriginSslProtocols": protocols, "OriginReadTimeout": 30, "OriginKeepaliveTimeout": 5}
        shown["CustomOriginConfig"] = {**defaults, **shown["CustomOriginConfig"]}
    return shown


def _behavior(given: Mapping[str, Any]) -> Document:
    shown: Document = {
        "TrustedSigners": {"Enabled": False, "Quantity": 0},
        "TrustedKeyGroups": {"Enabled": False, "Quantity": 0},
        "SmoothStreaming": False,
        "Compress": False,
        "LambdaFunctionAssociations": listed(()),
        "FunctionAssociations": listed(()),
        "FieldLevelEncryptionId": "",
        "GrpcConfig": {"Enabled": False},
        **given,
    }
    allowed = shown.get("AllowedMethods") or listed(["GET", "HEAD"])
    cached = allowed.get("CachedMethods") or listed(["GET", "HEAD"])
    shown["AllowedMethods"] = {**_methods(allowed), "CachedMethods": _methods(cached)}
    if "ForwardedValues" in shown:
        forwarded = {"Headers": listed(()), "QueryStringCacheKeys": listed(()), **shown["ForwardedValues"]}
        shown |= {"ForwardedValues": forwarded, "DefaultTTL": 86400, "MaxTTL": 31536000} | {
            name: shown[name] for name in ("DefaultTTL", "MaxTTL") if name in shown
        }
    return shown


def _methods(given: Mapping[str, Any]) -> Document:
    return listed(sorted(items(given), key=lambda method: _METHODS.index(str(method))))
