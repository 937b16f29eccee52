"""Charter: CloudFront functions are run for real, by Node.js where the machine has it.

Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from trueup.core.values import Doc, Json
from trueup.sandbox.edge.messages import Headers, Request, Response
from trueup.sandbox.edge.reading import Distribution, Function

_SECONDS = 10
_HARNESS = """
const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const handler = new Function(given.code + '\\nreturn handler;')();
Promise.resolve(handler(given.event)).then(said => process.stdout.write(JSON.stringify(said)));
"""


class FunctionFailed(Exception):
    """A function that cannot be run, or did not end as it should; the sentence says why."""


def engine() -> str | None:
    """The program that runs JavaScript here, or None."""
    return shutil.which("node")


def on_request(function: Function, distribution: Distribution, request: Request) -> Request | Response:
    """The request as a function wants it to go on, or the answer that it gives instead of the origin."""
    said = _run(function, _event(distribution, "viewer-request", _request(request)))
    if "statusCode" in said:
        return _response(said, Response(200))
    query = [
        (key, str(each["value"]))
        for key, one in (said.get("querystring") or {}).items()
        for each in one.get("multiValue") or [one]
    ]
    headers = Headers({key: str(one["value"]) for key, one in (said.get("headers") or {}).items()})
    return replace(request, path=str(said["uri"]), query=urlencode(query), headers=headers)


def on_response(function: Function, distribution: Distribution, request: Request, response: Response) -> Response:
    """The answer as a function wants the viewer to have it."""
    headers = {key: {"value": value} for key, value in response.headers.items()}
    shown = {"statusCode": response.status, "statusDescription": "", "headers": headers, "cookies": {}}
    event = _event(distribution, "viewer-response", _request(request)) | {"response": shown}
    return _response(_run(function, event), response)


def _response(said: Doc, before: Response) -> Response:
    headers = Headers({key: str(one["value"]) for key, one in (said.get("headers") or {}).items()})
    body = said.get("body", before.body)
    text = body.get("data", "") if isinstance(body, Mapping) else body
    return Response(int(said["statusCode"]), headers, text if isinstance(text, bytes) else str(text).encode())


def _event(distribution: Distribution, kind: str, request: Doc) -> dict[str, Json]:
    context = {
        "distributionDomainName": distribution.domain,
        "distributionId": distribution.id,
        "eventType": kind,
        "requestId": "loopback",
    }
    return {"version": "1.0", "context": context, "viewer": {"ip": "127.0.0.1"}, "request": request}


def _request(request: Request) -> Doc:
    headers = {key: {"value": value} for key, value in request.headers.items() if key != "cookie"}
    pairs = [pair.partition("=") for pair in request.headers.get("cookie", "").split("; ") if pair]
    return {
        "method": request.method,
        "uri": request.path,
        "querystring": _query(request.query),
        "headers": {**headers, "host": {"value": request.name}},
        "cookies": {name: {"value": value} for name, _, value in pairs},
    }


def _query(text: str) -> dict[str, Json]:
    """Parameters by name; one that is there more than once has all its values beside the first."""
    values: dict[str, list[Json]] = {}
    for key, value in parse_qsl(text, keep_blank_values=True):
        values.setdefault(key, []).append({"value": value})
    return {key: {**many[0], **({"multiValue": many} if len(many) > 1 else {})} for key, many in values.items()}


def _run(function: Function, event: Doc) -> Doc:
    program = engine()
    if program is None:
        raise FunctionFailed(f"the function {function.name} is not run: install Node.js, or put node on PATH.")
    given = json.dumps({"code": function.code, "event": event})
    try:
        done = subprocess.run(
            [program, "-e", _HARNESS], input=given, capture_output=True, text=True, timeout=_SECONDS, check=True
        )
        said: object = json.loads(done.stdout)
    except subprocess.CalledProcessError as error:
        reason = next((line for line in error.stderr.splitlines() if "Error" in line), "an error")
        raise FunctionFailed(f"the function {function.name} failed: {reason}") from error
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise FunctionFailed(f"the function {function.name} gave no request and no response.") from error
    if not isinstance(said, dict):
        raise FunctionFailed(f"the function {function.name} gave no request and no response.")
    return said
