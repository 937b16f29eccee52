"""Charter: the way of a request through a distribution: name, protocol, function, behaviour, origin, errors, headers.

Sources: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

from trueup.core.values import Doc
from trueup.sandbox.edge.access import Asker, allows
from trueup.sandbox.edge.behaviors import behavior_of, compressed, decorated
from trueup.sandbox.edge.functions import FunctionFailed, on_request, on_response
from trueup.sandbox.edge.messages import Request, Response, refusal
from trueup.sandbox.edge.reading import Aws, Distribution, listed

_BUCKET = re.compile(r"(?P<bucket>[a-z0-9][a-z0-9.-]+?)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com")
_NO_NAME = "No distribution answers for this name: is it among the alternate names of one?"


def answer(aws: Aws, request: Request, only: str | None = None) -> Response:
    """What a viewer is answered. `only` is the distribution of every name that no other one has."""
    distribution = aws.of(request.name)
    if distribution is None and only is not None:
        distribution = aws.distribution(only)
    if distribution is None:
        return refusal(403, _NO_NAME)
    if not distribution.config["Enabled"]:
        return refusal(403, f"The distribution {distribution.id} is disabled.")
    behavior = behavior_of(distribution.config, request.path)
    protocol = _of_protocol(behavior, request)
    if protocol is not None:
        return protocol
    try:
        return _served(aws, distribution, behavior, request)
    except FunctionFailed as error:
        return refusal(503, str(error))


def _of_protocol(behavior: Doc, request: Request) -> Response | None:
    policy = behavior["ViewerProtocolPolicy"]
    if request.secure or policy == "allow-all":
        return None
    if policy == "https-only":
        return refusal(403, "This is served over HTTPS only.")
    query = f"?{request.query}" if request.query else ""
    location = f"https://{request.host}{request.path}{query}"
    return Response(301).with_headers({"location": location, "server": "CloudFront"})


def _served(aws: Aws, distribution: Distribution, behavior: Doc, asked: Request) -> Response:
    functions = {str(one["EventType"]): str(one["FunctionARN"]) for one in listed(behavior["FunctionAssociations"])}
    request, response = asked, None
    if "viewer-request" in functions:
        said = on_request(aws.function(functions["viewer-request"]), distribution, asked)
        request, response = (asked, said) if isinstance(said, Response) else (said, None)
    if response is None:
        response = _with_errors(aws, distribution, behavior, request)
        cache = aws.cache_policy(str(behavior["CachePolicyId"])) if behavior.get("CachePolicyId") else {}
        response = compressed(behavior, cache, asked, response)
    if "viewer-response" in functions and response.status < 400:
        response = on_response(aws.function(functions["viewer-response"]), distribution, request, response)
    policy = behavior.get("ResponseHeadersPolicyId")
    if policy:
        response = decorated(aws.headers_policy(str(policy)), asked, response)
    return _unchanged(asked, response).with_headers({"via": f"1.1 {distribution.id} (trueup sandbox)"})


def _unchanged(request: Request, response: Response) -> Response:
    """Nothing more than a 304 where the viewer has the same already."""
    etag = response.headers.get("etag")
    if response.status == 200 and etag and etag in request.headers.get("if-none-match", ""):
        headers = response.headers.without("content-type", "content-encoding")
        return Response(304, headers)
    return response


def _with_errors(aws: Aws, distribution: Distribution, behavior: Doc, request: Request) -> Response:
    """What the origin answers, or the page that the distribution shows in place of an error."""
    response = _of_origin(aws, distribution, behavior, request)
    if response.status < 400:
        return response
    for rule in listed(distribution.config["CustomErrorResponses"]):
        if rule["ErrorCode"] == response.status and rule.get("ResponsePagePath"):
            page = replace(request, path=str(rule["ResponsePagePath"]), query="")
            shown = _of_origin(aws, distribution, behavior_of(distribution.config, page.path), page)
            if shown.status < 400:
                return replace(shown, status=int(rule["ResponseCode"]))
    return response


def _of_origin(aws: Aws, distribution: Distribution, behavior: Doc, request: Request) -> Response:
    if request.method not in listed(behavior["AllowedMethods"]):
        return refusal(403, f"{request.method} is not among the methods that this path allows.")
    if request.method not in ("GET", "HEAD"):
        return refusal(403, f"{request.method} is not played on loopback.")
    origins = {str(one["Id"]): one for one in listed(distribution.config["Origins"])}
    origin = origins[str(behavior["TargetOriginId"])]
    found = _BUCKET.fullmatch(str(origin["DomainName"]))
    if found is None or "S3OriginConfig" not in origin:
        return refusal(502, f"The origin {origin['DomainName']} is no bucket, and nothing else is played on loopback.")
    root = str(distribution.config["DefaultRootObject"])
    path = f"/{root}" if request.path == "/" and root else request.path
    key = unquote(f"{origin['OriginPath']}{path}").lstrip("/")
    asker = Asker(distribution.arn, aws.signs(str(origin["OriginAccessControlId"])))
    return _of_bucket(aws, found["bucket"], key, asker)


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
