"""Charter: the policies that AWS keeps for everybody, by their ids.

Sources: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from trueup.sandbox.emulator.cloudfront.store import listed
from trueup.sandbox.emulator.protocol import Document

_YEAR: Final = 31536000
_ORIGIN_DECIDES: Final = ("Host", "Origin", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
_READING: Final = ("GET", "HEAD", "OPTIONS")
_EVERYTHING: Final = ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS")


def _chosen(word: str, behavior: str, *names: str) -> Document:
    """Which headers, cookies or query strings count."""
    some = {f"{word}s": listed(names)} if names else {}
    return {f"{word}Behavior": behavior, **some}


def _caching(name: str, ttl: tuple[int, int, int], compressed: tuple[bool, bool], **chosen: Document) -> Document:
    least, usual, most = ttl
    parameters: Document = {
        "EnableAcceptEncodingGzip": compressed[0],
        "EnableAcceptEncodingBrotli": compressed[1],
        "HeadersConfig": chosen.get("headers", _chosen("Header", "none")),
        "CookiesConfig": chosen.get("cookies", _chosen("Cookie", "none")),
        "QueryStringsConfig": chosen.get("queries", _chosen("QueryString", "none")),
    }
    return {
        "Name": f"Managed-{name}",
        "Comment": "",
        "MinTTL": least,
        "DefaultTTL": usual,
        "MaxTTL": most,
        "ParametersInCacheKeyAndForwardedToOrigin": parameters,
    }


def _passing(name: str, headers: Document, *, cookies: str = "none", queries: str = "none") -> Document:
    return {
        "Name": f"Managed-{name}",
        "Comment": "",
        "HeadersConfig": headers,
        "CookiesConfig": _chosen("Cookie", cookies),
        "QueryStringsConfig": _chosen("QueryString", queries),
    }


def _cors(*methods: str, exposed: bool = False) -> Document:
    shown: Document = {
        "AccessControlAllowOrigins": listed(["*"]),
        "AccessControlAllowHeaders": listed(["*"]),
        "AccessControlAllowMethods": listed(methods),
        "AccessControlAllowCredentials": False,
        "OriginOverride": False,
    }
    return shown | ({"AccessControlExposeHeaders": listed(["*"])} if exposed else {})


_SECURITY: Final[Document] = {
    "XSSProtection": {"Override": False, "Protection": True, "ModeBlock": True},
    "FrameOptions": {"Override": False, "FrameOption": "SAMEORIGIN"},
    "ReferrerPolicy": {"Override": False, "ReferrerPolicy": "strict-origin-when-cross-origin"},
    "ContentTypeOptions": {"Override": True},
    "StrictTransportSecurity": {"Override": False, "AccessControlMaxAgeSec": _YEAR},
}


def _answering(name: str, **parts: Document) -> Document:
    return {"Name": f"Managed-{name}", "Comment": "", **parts}


_BY_ORIGIN: Final = _chosen("Header", "whitelist", *_ORIGIN_DECIDES)
_ALL_COOKIES: Final = _chosen("Cookie", "all")

MANAGED: Final[Mapping[str, Mapping[str, Mapping[str, Any]]]] = {
    "OriginAccessControl": {},
    "CachePolicy": {
        "658327ea-f89d-4fab-a63d-7e88639e58f6": _caching("CachingOptimized", (1, 86400, _YEAR), (True, True)),
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": _caching("CachingDisabled", (0, 0, 0), (False, False)),
        "b2884449-e4de-46a7-ac36-70bc7f1ddd6d": _caching(
            "CachingOptimizedForUncompressedObjects", (1, 86400, _YEAR), (False, False)
        ),
        "83da9c7e-98b4-4e11-a168-04f0df8e2c65": _caching(
            "UseOriginCacheControlHeaders", (0, 0, _YEAR), (True, True), headers=_BY_ORIGIN, cookies=_ALL_COOKIES
        ),
        "4cc15a8a-d715-48a4-82b8-cc0b614638fe": _caching(
            "UseOriginCacheControlHeaders-QueryStrings",
            (0, 0, _YEAR),
            (True, True),
            headers=_BY_ORIGIN,
            cookies=_ALL_COOKIES,
            queries=_chosen("QueryString", "all"),
        ),
    },
    "OriginRequestPolicy": {
        "216adef6-5c7f-47e4-b989-5492eafa07d3": _passing(
            "AllViewer", _chosen("Header", "allViewer"), cookies="all", queries="all"
        ),
        "b689b0a8-53d0-40ab-baf2-68738e2966ac": _passing(
            "AllViewerExceptHostHeader", _chosen("Header", "allExcept", "host"), cookies="all", queries="all"
        ),
        "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf": _passing(
            "CORS-S3Origin",
            _chosen("Header", "whitelist", "origin", "access-control-request-headers", "access-control-request-method"),
        ),
        "59781a5b-3903-41f3-afcb-af62929ccde1": _passing("CORS-CustomOrigin", _chosen("Header", "whitelist", "origin")),
        "acba4595-bd28-49b8-b9fe-13317c0390fa": _passing(
            "UserAgentRefererHeaders", _chosen("Header", "whitelist", "user-agent", "referer")
        ),
    },
    "ResponseHeadersPolicy": {
        "67f7725c-6f97-4210-82d7-5512b31e9d03": _answering("SecurityHeadersPolicy", SecurityHeadersConfig=_SECURITY),
        "60669652-455b-4ae9-85a4-c4c02393f86c": _answering("SimpleCORS", CorsConfig=_cors(*_READING)),
        "5cc3b908-e619-4b99-88e5-2cf7f45965bd": _answering(
            "CORS-With-Preflight", CorsConfig=_cors(*_EVERYTHING, exposed=True)
        ),
        "e61eb60c-9c35-4d20-a928-2b84e02af89c": _answering(
            "CORS-and-SecurityHeadersPolicy", CorsConfig=_cors(*_READING), SecurityHeadersConfig=_SECURITY
        ),
        "eaab4381-ed33-4a86-88ca-d9558dc6cd63": _answering(
            "CORS-with-preflight-and-SecurityHeadersPolicy",
            CorsConfig=_cors(*_EVERYTHING, exposed=True),
            SecurityHeadersConfig=_SECURITY,
        ),
    },
}
"""Kind → id → configuration."""
