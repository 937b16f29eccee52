"""Charter: AWS's wire formats from botocore's models: parameters in, documents and errors out.

Answers that we build are checked against the model as they are written: an unknown member is our bug and raises.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from trueup.sandbox.emulator import rest_xml
from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.models import error_status, operation_model, service_model
from trueup.sandbox.emulator.moto_bridge import Answer, module
from trueup.sandbox.emulator.wire import WireRequest

Document = dict[str, Any]


class AnswerError(Exception):
    """A document of ours is not what the service's model says: a bug of the emulator."""


class Record:
    """A resource as its API shows it. Changes go through `put` so that its rendered text is never stale."""

    __slots__ = ("_document", "rendered")

    def __init__(self, document: Document) -> None:
        self._document = document
        self.rendered: str | None = None

    @property
    def doc(self) -> Mapping[str, Any]:
        """The document; treat it as read-only."""
        return self._document

    def put(self, **members: Any) -> None:
        """Set members; None removes one."""
        for name, value in members.items():
            if value is None:
                self._document.pop(name, None)
            else:
                self._document[name] = value
        self.rendered = None


def parse(request: WireRequest) -> Document:
    """The call's parameters by botocore's names."""
    model = operation_model(request.service, request.operation)
    if model is None or model.input_shape is None:
        return {}
    if request.protocol == "rest-xml":
        return rest_xml.read(request, model)
    if request.protocol == "json":
        try:
            body: Any = json.loads(request.body or b"{}")
        except ValueError:
            raise AwsError("SerializationException", "The request body is not JSON.") from None
        return _from_json(body, model.input_shape)
    parsers: Any = module("moto.core.parse").PROTOCOL_PARSERS
    moto_model = module("moto.core.utils").get_service_model(request.service).operation_model(request.operation)
    try:
        return dict(parsers[request.protocol](moto_model).parse({"values": request.form}))
    except ValueError as error:
        raise AwsError("MalformedInput", f"A parameter has the wrong type: {error}") from error


def _from_json(value: Any, shape: Shape) -> Any:
    if isinstance(shape, StructureShape):
        document = _object(value, shape)
        return {
            key: _from_json(document[key], member)
            for key, member in shape.members.items()
            if document.get(key) is not None
        }
    if isinstance(shape, ListShape):
        if not isinstance(value, list):
            raise AwsError("SerializationException", f"{shape.name} must be a list.")
        items: Sequence[Any] = value
        return [_from_json(item, shape.member) for item in items]
    if isinstance(shape, MapShape):
        return {key: _from_json(item, shape.value) for key, item in _object(value, shape).items()}
    if shape.type_name == "timestamp" and isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, UTC)
    return value


def _object(value: Any, shape: Shape) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise AwsError("SerializationException", f"{shape.name} must be an object.")
    return value


def answer(request: WireRequest, document: Document) -> Answer:
    """The document as the successful answer of the request's operation."""
    model = operation_model(request.service, request.operation)
    if model is None:
        raise AnswerError(f"{request.service} has no operation {request.operation}")
    if request.protocol == "json":
        body = json.dumps(_to_json(document, model.output_shape, request.operation)).encode()
        version = str(model.service_model.metadata.get("jsonVersion", "1.1"))
        return _answered(200, f"application/x-amz-json-{version}", body)
    if request.protocol == "rest-xml":
        return _rest_answer(model, document)
    return _answered(200, "text/xml", _xml_body(request.protocol, model, document).encode())


def _rest_answer(model: OperationModel, document: Document) -> Answer:
    body, shape, headers = rest_xml.parts(model, document)
    if shape is None and isinstance(body, bytes):
        return Answer(200, tuple(headers), body)
    if shape is None:
        return _answered(200, "application/json", str(body or "").encode(), *headers)
    if all("location" in member.serialization for member in shape.members.values()):
        return _answered(200, "application/xml", b"", *headers)
    inner = XmlWriter.of(False).members(body, shape)
    return _answered(200, "application/xml", f"<{shape.name}>{inner}</{shape.name}>".encode(), *headers)


def _answered(status: int, content_type: str, body: bytes, *more: tuple[str, str]) -> Answer:
    request_id = str(uuid.uuid4())
    headers = (("Content-Type", content_type), ("x-amzn-RequestId", request_id), *more)
    return Answer(status, headers, body)


def _xml_body(protocol: str, model: OperationModel, document: Document) -> str:
    name = model.name
    namespace = str(model.service_model.metadata.get("xmlNamespace", ""))
    shape = model.output_shape
    writer = XmlWriter.of(protocol == "ec2")
    inner = writer.members(document, shape) if isinstance(shape, StructureShape) else ""
    request_id = str(uuid.uuid4())
    if protocol == "ec2":
        if shape is None:
            inner = "<return>true</return>"
        return f'<{name}Response xmlns="{namespace}/"><requestId>{request_id}</requestId>{inner}</{name}Response>'
    wrapper = shape.serialization.get("resultWrapper") if shape is not None else None
    if wrapper:
        inner = f"<{wrapper}>{inner}</{wrapper}>"
    meta = f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
    return f'<{name}Response xmlns="{namespace}">{inner}{meta}</{name}Response>'


class XmlWriter:
    """Writes documents as the query and ec2 protocols do. A `Record` in a list is rendered once and kept."""

    def __init__(self, ec2: bool) -> None:
        self._ec2 = ec2

    @staticmethod
    @cache
    def of(ec2: bool) -> XmlWriter:
        """The writer of a protocol."""
        return XmlWriter(ec2)

    def members(self, value: Mapping[str, Any], shape: StructureShape) -> str:
        """The members of a structure, without the structure's own tag."""
        members = shape.members
        if value.keys() - members.keys():
            raise AnswerError(f"{shape.name} has no member {sorted(value.keys() - members.keys())}")
        parts: list[str] = []
        for key, item in value.items():
            member = members[key]
            if item is None or member.serialization.get("xmlAttribute"):
                continue
            parts.append(self._element(str(member.serialization.get("name", key)), item, member))
        return "".join(parts)

    def _element(self, tag: str, value: Any, shape: Shape) -> str:
        if isinstance(shape, StructureShape):
            if isinstance(value, Record):
                if value.rendered is None:
                    value.rendered = self.members(value.doc, shape)
                return f"<{tag}>{value.rendered}</{tag}>"
            return f"<{tag}{_attributes(value, shape)}>{self.members(value, shape)}</{tag}>"
        if isinstance(shape, ListShape):
            member_tag = str(shape.member.serialization.get("name", "item" if self._ec2 else "member"))
            flat = bool(shape.serialization.get("flattened"))
            inner = "".join(self._element(tag if flat else member_tag, item, shape.member) for item in value)
            return inner if flat else f"<{tag}>{inner}</{tag}>"
        if isinstance(shape, MapShape):
            inner = "".join(
                f"<entry><key>{escape(str(key))}</key>{self._element('value', item, shape.value)}</entry>"
                for key, item in value.items()
            )
            return f"<{tag}>{inner}</{tag}>"
        return f"<{tag}>{_scalar(value, shape)}</{tag}>"


def _attributes(value: Mapping[str, Any], shape: StructureShape) -> str:
    """The members of a structure that its own tag carries, with the name space of their prefix."""
    space = shape.serialization.get("xmlNamespace") or {}
    return "".join(
        f' xmlns:{space["prefix"]}="{space["uri"]}" {member.serialization["name"]}="{escape(str(value[key]))}"'
        for key, member in shape.members.items()
        if member.serialization.get("xmlAttribute") and key in value
    )


def _scalar(value: Any, shape: Shape) -> str:
    if shape.type_name == "boolean":
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    if shape.type_name in ("double", "float"):
        return str(float(value))
    return escape(str(value))


def _to_json(value: Any, shape: Shape | None, where: str) -> Any:
    if isinstance(value, Record):
        value = dict(value.doc)
    if isinstance(shape, StructureShape):
        document: Mapping[str, Any] = value
        unknown = document.keys() - shape.members.keys()
        if unknown:
            raise AnswerError(f"{where}: {shape.name} has no member {sorted(unknown)}")
        return {key: _to_json(item, shape.members[key], where) for key, item in document.items() if item is not None}
    if isinstance(shape, ListShape):
        items: Sequence[Any] = value
        return [_to_json(item, shape.member, where) for item in items]
    if isinstance(shape, MapShape):
        mapping: Mapping[str, Any] = value
        return {key: _to_json(item, shape.value, where) for key, item in mapping.items()}
    if isinstance(value, datetime):
        return value.timestamp()
    return value


def error_answer(request: WireRequest, error: AwsError) -> Answer:
    """An AWS error in the protocol of the call's service."""
    status = error.status
    if status == 400:
        status = error_status(request.service, error.code) or 400
    request_id = str(uuid.uuid4())
    code, message = escape(error.code), escape(error.message)
    side = "Sender" if status < 500 else "Receiver"
    if request.protocol == "ec2":
        body = (
            f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
            f"<RequestID>{request_id}</RequestID></Response>"
        )
        return _answered(status, "text/xml", body.encode())
    if request.protocol == "rest-xml" and request.service == "s3":
        body = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{request_id}</RequestId></Error>"
        return _answered(status, "application/xml", body.encode())
    if request.protocol in ("query", "rest-xml"):
        model = service_model(request.service)
        namespace = str(model.metadata.get("xmlNamespace", "")) if model is not None else ""
        body = (
            f'<ErrorResponse xmlns="{namespace}"><Error><Type>{side}</Type><Code>{code}</Code>'
            f"<Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return _answered(status, "text/xml", body.encode())
    fields = {"__type": error.code, "message": error.message}
    if request.protocol == "smithy-rpc-v2-cbor":
        return _answered(status, "application/cbor", _cbor(fields), ("smithy-protocol", "rpc-v2-cbor"))
    body = json.dumps(fields | {"Message": error.message})
    version = "application/x-amz-json-1.1" if request.protocol == "json" else "application/json"
    return _answered(status, version, body.encode(), ("x-amzn-ErrorType", error.code))


def _cbor(fields: Mapping[str, str]) -> bytes:
    """A CBOR map of text to text (RFC 8949, major types 5 and 3)."""

    def text(value: str) -> bytes:
        raw = value.encode()
        return b"\x7a" + len(raw).to_bytes(4, "big") + raw

    return bytes([0xA0 | len(fields)]) + b"".join(text(key) + text(item) for key, item in fields.items())
