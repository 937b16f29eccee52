"""Charter: which cache behaviour a path gets, and what it does to the answer: headers, compression.

Sources: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import replace

from trueup.core.values import Doc
from trueup.sandbox.edge.messages import Request, Response
from trueup.sandbox.edge.reading import listed

_COMPRESSED = re.compile(
    r"text/.*|font/(opentype|otf|ttf)|image/(svg\+xml|bmp|x-icon|vnd\.microsoft\.icon)|multipart/mixed|"
    r"application/(javascript|json|xml|xhtml\+xml|rss\+xml|wasm|manifest\+json|x-javascript|vnd\.ms-fontobject)"
)
_SMALLEST, _LARGEST = 1_000, 10_000_000
_SECURITY = {
    "FrameOptions": ("x-frame-options", "FrameOption"),
    "ReferrerPolicy": ("referrer-policy", "ReferrerPolicy"),
    "ContentSecurityPolicy": ("content-security-policy", "ContentSecurityPolicy"),
}


def behavior_of(config: Doc, path: str) -> Doc:
    """The first cache behaviour whose pattern the path matches, or the default one."""
    for behavior in listed(config["CacheBehaviors"]):
        if matches(str(behavior["PathPattern"]), path):
            return behavior
    return config["DefaultCacheBehavior"]


def matches(pattern: str, path: str) -> bool:
    """Whether a path matches a pattern with `*` and `?`; a slash at the pattern's start may be left out."""
    parts = (".*" if one == "*" else "." if one == "?" else re.escape(one) for one in pattern.lstrip("/"))
    return re.fullmatch("".join(parts), path.lstrip("/"), re.DOTALL) is not None


def decorated(policy: Doc, request: Request, response: Response) -> Response:
    """The answer with the headers of a response headers policy; what an origin said stays unless it is overridden."""
    removed = [str(one["Header"]) for one in listed(policy.get("RemoveHeadersConfig"))]
    kept = replace(response, headers=response.headers.without(*removed))
    given = [*_security(policy.get("SecurityHeadersConfig") or {}), *_cors(policy.get("CorsConfig"), request)]
    custom = listed(policy.get("CustomHeadersConfig"))
    given += [(str(one["Header"]).lower(), str(one["Value"]), bool(one["Override"])) for one in custom]
    return kept.with_headers({name: value for name, value, over in given if over or name not in kept.headers})


def _security(config: Doc) -> Iterator[tuple[str, str, bool]]:
    for member, (header, value) in _SECURITY.items():
        if member in config:
            yield header, str(config[member][value]), bool(config[member]["Override"])
    if "ContentTypeOptions" in config:
        yield "x-content-type-options", "nosniff", bool(config["ContentTypeOptions"]["Override"])
    if "StrictTransportSecurity" in config:
        strict = config["StrictTransportSecurity"]
        parts = [f"max-age={strict['AccessControlMaxAgeSec']}"]
        parts += ["includeSubDomains"] if strict.get("IncludeSubdomains") else []
        parts += ["preload"] if strict.get("Preload") else []
        yield "strict-transport-security", "; ".join(parts), bool(strict["Override"])
    if "XSSProtection" in config:
        xss = config["XSSProtection"]
        block = "; mode=block" if xss.get("ModeBlock") else ""
        yield "x-xss-protection", f"1{block}" if xss["Protection"] else "0", bool(xss["Override"])


def _cors(config: Doc | None, request: Request) -> Iterator[tuple[str, str, bool]]:
    origin = request.headers.get("origin")
    if config is None or origin is None:
        return
    allowed = [str(one) for one in listed(config["AccessControlAllowOrigins"])]
    if "*" not in allowed and origin not in allowed:
        return
    over = bool(config["OriginOverride"])
    yield "access-control-allow-origin", "*" if "*" in allowed else origin, over
    if config["AccessControlAllowCredentials"]:
        yield "access-control-allow-credentials", "true", over
    exposed = [str(one) for one in listed(config.get("AccessControlExposeHeaders"))]
    if exposed:
        yield "access-control-expose-headers", ", ".join(exposed), over


def compressed(behavior: Doc, cache: Doc, request: Request, response: Response) -> Response:
    """The answer with gzip where behaviour, cache policy if it has one, viewer, type and size all allow it."""
    parameters = cache.get("ParametersInCacheKeyAndForwardedToOrigin") or {}
    legacy = "ForwardedValues" in behavior
    allowed = behavior.get("Compress") and (legacy or parameters.get("EnableAcceptEncodingGzip"))
    accepted = re.search(r"\bgzip\b", request.headers.get("accept-encoding", "")) is not None
    kind = response.headers.get("content-type", "").partition(";")[0].strip()
    fits = _SMALLEST <= len(response.body) <= _LARGEST and _COMPRESSED.fullmatch(kind) is not None
    if not (allowed and accepted and fits) or "content-encoding" in response.headers:
        return response
    headers = {"content-encoding": "gzip", "vary": "Accept-Encoding"}
    if response.headers.get("etag", "").startswith('"'):
        headers["etag"] = f"W/{response.headers['etag']}"
    return replace(response, body=gzip.compress(response.body, mtime=0)).with_headers(headers)
