"""Charter: what a call is, read from the wire alone: service, operation, region, account and caller."""

from __future__ import annotations

import importlib
import io
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, urlencode

from trueup.sandbox.emulator.models import service_model

_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_PRESIGNED = re.compile(r"X-Amz-Credential=([^&]+)")
_APP = re.compile(r"(?:^|\s)app/([^\s]+)")
_ATTEMPT = re.compile(r"attempt=(\d+)")
_SMITHY = re.compile(r"^/service/[^/]+/operation/([^/]+)$")
_SAFE_PARAM = re.compile(r"(Identifier|Name|Id|Ids?\.\d+|Arn|Marker|MaxRecords|MaxResults)$")

_MATCHING = threading.Lock()
"""moto fills a service's routes at the first call for it, and a second call meanwhile would find only some of them."""

_SERVICE_BY_SIGNING = {
    "monitoring": "cloudwatch",
    "eventbridge": "events",
    "tagging": "resourcegroupstaggingapi",
    "states": "stepfunctions",
    "email": "ses",
    "elasticfilesystem": "efs",
    "elasticmapreduce": "emr",
    "execute-api": "apigatewaymanagementapi",
    "aws-marketplace": "marketplace-entitlement",
}


@dataclass(frozen=True)
class WireRequest:
    """One HTTP request of an AWS client and what it says about itself."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    service: str = ""
    region: str = "us-east-1"
    access_key: str = ""
    account: str = "123456789012"
    caller: str = ""
    operation: str = "Unknown"
    protocol: str = "query"
    attempt: int = 1
    form: Mapping[str, str] = field(default_factory=dict[str, str])

    def environ(self) -> dict[str, Any]:
        """A WSGI environment that carries the same request."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(self.path, "latin-1"),
            "RAW_URI": self.path + ("?" + self.query if self.query else ""),
            "REQUEST_URI": self.path + ("?" + self.query if self.query else ""),
            "QUERY_STRING": self.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "CONTENT_LENGTH": str(len(self.body)),
        }
        for name, value in self.headers.items():
            key = name.upper().replace("-", "_")
            if key != "CONTENT_LENGTH":
                environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        environ.setdefault("HTTP_HOST", "127.0.0.1")
        if self.service == "s3":  # buckets stand in paths: no part of a host's name is taken for one
            environ["HTTP_HOST"] = "127.0.0.1"
        return environ

    def loggable(self) -> dict[str, str]:
        """The few parameters that name things; never a value that could be secret."""
        return {key: value for key, value in self.form.items() if _SAFE_PARAM.search(key)}

    def replaced_form(self, form: Mapping[str, str]) -> WireRequest:
        """The same call with other form parameters."""
        values = dict(self.__dict__)
        values.update(form=dict(form), body=urlencode(form).encode(), query="")
        return WireRequest(**values)


def read_request(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> WireRequest:
    """Recognise a call. `headers` have lower-case names. What cannot be recognised is `s3` or `Unknown`."""
    access_key, region, signing = _credential(headers.get("authorization", ""), query)
    form = _form(headers, query, body)
    service = _service(signing, path, form, headers)
    bare = WireRequest(method, path, query, headers, body, service, region, access_key, form=form)
    protocol = _protocol(bare)
    attempt = _ATTEMPT.search(headers.get("amz-sdk-request", ""))
    app = _APP.search(headers.get("user-agent", ""))
    return WireRequest(
        method,
        path,
        query,
        headers,
        body,
        service,
        region,
        access_key,
        _account(access_key),
        app.group(1) if app else access_key,
        _operation(bare),
        protocol,
        int(attempt.group(1)) if attempt else 1,
        form,
    )


def _credential(authorization: str, query: str) -> tuple[str, str, str]:
    found = _SCOPE.search(authorization)
    if not found:
        presigned = _PRESIGNED.search(query)
        found = _SCOPE.search("Credential=" + unquote(presigned.group(1))) if presigned else None
    return (found.group(1), found.group(2), found.group(3).lower()) if found else ("", "us-east-1", "")


def _form(headers: Mapping[str, str], query: str, body: bytes) -> dict[str, str]:
    text = ""
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        text = body.decode("utf-8", "replace")
    elif "Action=" in query:
        text = query
    return dict(parse_qsl(text, keep_blank_values=True))


def _service(signing: str, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> str:
    if not signing:
        if form.get("Action", "").startswith("AssumeRoleWith"):
            return "sts"
        return "s3"
    if signing == "elasticloadbalancing":
        return "elbv2" if form.get("Version", "").startswith("2015") else "elb"
    if signing == "es":
        return "opensearch" if path.startswith("/2021-01-01") else "es"
    if signing == "s3" and path.startswith("/v20180820/"):
        return "s3control"
    if signing == "dynamodb" and "Streams" in headers.get("x-amz-target", ""):
        return "dynamodbstreams"
    return _SERVICE_BY_SIGNING.get(signing, signing)


def _protocol(request: WireRequest) -> str:
    if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
        return "smithy-rpc-v2-cbor"
    model = service_model(request.service)
    declared = model.protocol if model is not None else None
    if "x-amz-target" in request.headers:
        return "json"
    if "Action" in request.form:
        return "ec2" if declared == "ec2" else "query"
    return declared or "rest-json"


def _operation(request: WireRequest) -> str:
    target = request.headers.get("x-amz-target")
    if target:
        return target.rsplit(".", 1)[-1]
    if "Action" in request.form:
        return request.form["Action"]
    smithy = _SMITHY.match(request.path)
    if smithy:
        return smithy.group(1)
    routing = cast(Any, importlib.import_module("moto.core.routing"))
    moto_request = cast(Any, importlib.import_module("moto.core.request")).Request
    try:
        with _MATCHING:
            operation, _ = routing.get_service_router(request.service).match(moto_request(request.environ()))
    except Exception:  # any failure to match means only that the call has no name that we know
        return "Unknown"
    return str(operation.name)


def _account(access_key: str) -> str:
    models = cast(Any, importlib.import_module("moto.iam.models"))
    return str(models.get_account_id_from(access_key or "AKIAEXAMPLE"))
