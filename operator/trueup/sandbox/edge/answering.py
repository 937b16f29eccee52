"""Charter: the way of a request through a distribution: name, protocol, function, behaviour, origin, headers.

Sources: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-functions.html,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html
"""

from __future__ import annotations

from trueup.core.values import Doc
from trueup.sandbox.edge.behaviors import behavior_of, compressed, decorated
from trueup.sandbox.edge.caching import Cache
from trueup.sandbox.edge.functions import FunctionFailed, on_request, on_response
from trueup.sandbox.edge.messages import Request, Response, refusal
from trueup.sandbox.edge.origins import Source, policy_of, with_errors
from trueup.sandbox.edge.reading import Aws, Distribution, listed

_NO_NAME = "No distribution answers for this name: is it among the alternate names of one?"


def answer(aws: Aws, request: Request, only: str | None = None, cache: Cache | None = None) -> Response:
    """What a viewer is answered. `only` is the distribution of every name that no other one has.

    Without a cache every request goes to the origin.
    """
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
        return _served(aws, distribution, request, cache)
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


def _served(aws: Aws, distribution: Distribution, asked: Request, cache: Cache | None) -> Response:
    behavior = behavior_of(distribution.config, asked.path)
    functions = {str(one["EventType"]): str(one["FunctionARN"]) for one in listed(behavior["FunctionAssociations"])}
    request, response = asked, None
    if "viewer-request" in functions:
        said = on_request(aws.function(functions["viewer-request"]), distribution, asked)
        request, response = (asked, said) if isinstance(said, Response) else (said, None)
    if response is None:
        response = with_errors(Source(aws, distribution, cache), behavior, request)
        response = compressed(behavior, policy_of(aws, behavior), asked, response)
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
