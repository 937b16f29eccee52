"""Charter: what an origin answers by way of a distribution: its cache, its bucket's policy, its pages for errors.

Sources: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote

from trueup.core.values import Doc
from trueup.sandbox.edge.access import Asker, allows
from trueup.sandbox.edge.behaviors import behavior_of
from trueup.sandbox.edge.caching import Cache, lasting
from trueup.sandbox.edge.messages import Request, Response, refusal
from trueup.sandbox.edge.reading import Aws, Distribution, listed

_BUCKET = re.compile(r"(?P<bucket>[a-z0-9][a-z0-9.-]+?)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com")


@dataclass(frozen=True)
class Source:
    """A distribution, where it fetches from, and what it keeps of that."""

    aws: Aws
    distribution: Distribution
    cache: Cache | None


def policy_of(aws: Aws, behavior: Doc) -> Doc:
    """How long a behaviour keeps things: its cache policy, or what it says itself."""
    return aws.cache_policy(str(behavior["CachePolicyId"])) if behavior.get("CachePolicyId") else behavior


def with_errors(source: Source, behavior: Doc, request: Request) -> Response:
    """What the origin answers, or the page that the distribution shows in place of an error."""
    response = _of_origin(source, behavior, request)
    if response.status < 400:
        return response
    for rule in listed(source.distribution.config["CustomErrorResponses"]):
        if rule["ErrorCode"] == response.status and rule.get("ResponsePagePath"):
            page = replace(request, path=str(rule["ResponsePagePath"]), query="")
            shown = _of_origin(source, behavior_of(source.distribution.config, page.path), page)
            if shown.status < 400:
                return replace(shown, status=int(rule["ResponseCode"]))
    return response


def _of_origin(source: Source, behavior: Doc, request: Request) -> Response:
    if request.method not in listed(behavior["AllowedMethods"]):
        return refusal(403, f"{request.method} is not among the methods that this path allows.")
    if request.method not in ("GET", "HEAD"):
        return refusal(403, f"{request.method} is not played on loopback.")
    root = str(source.distribution.config["DefaultRootObject"])
    path = f"/{root}" if request.path == "/" and root else request.path
    if source.cache is None:
        return _fetched(source, behavior, path)
    looked = source.cache.look(source.aws, source.distribution.id, path)
    if looked.found is not None:
        return looked.found
    response = _fetched(source, behavior, path)
    rules = listed(source.distribution.config["CustomErrorResponses"])
    errors = {int(one["ErrorCode"]): int(one["ErrorCachingMinTTL"]) for one in rules}
    seconds = lasting(policy_of(source.aws, behavior), errors, response)
    return source.cache.keep(looked, response, seconds)


def _fetched(source: Source, behavior: Doc, path: str) -> Response:
    """The object of a path, from the bucket that the behaviour names."""
    origins = {str(one["Id"]): one for one in listed(source.distribution.config["Origins"])}
    origin = origins[str(behavior["TargetOriginId"])]
    found = _BUCKET.fullmatch(str(origin["DomainName"]))
    if found is None or "S3OriginConfig" not in origin:
        return refusal(502, f"The origin {origin['DomainName']} is no bucket, and nothing else is played on loopback.")
    key = unquote(f"{origin['OriginPath']}{path}").lstrip("/")
    asker = Asker(source.distribution.arn, source.aws.signs(str(origin["OriginAccessControlId"])))
    return _of_bucket(source.aws, found["bucket"], key, asker)


def _of_bucket(aws: Aws, bucket: str, key: str, asker: Asker) -> Response:
    """An object, if the bucket's policy lets the distribution read it. Who may not list learns not what is missing."""
    policy = aws.bucket_policy(bucket)
    if not allows(policy, asker, "s3:GetObject", f"arn:aws:s3:::{bucket}/{key}"):
        return refusal(403, f"The policy of the bucket {bucket} does not let the distribution read {key}.")
    found = aws.object(bucket, key) if key else None
    if found is not None:
        return found
    lists = allows(policy, asker, "s3:ListBucket", f"arn:aws:s3:::{bucket}")
    return refusal(404 if lists else 403, f"The bucket {bucket} has no {key or 'root object'}.")
