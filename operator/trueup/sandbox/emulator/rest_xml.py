"""Charter: the rest-xml protocol from botocore's models: parameters out of path, query, headers and body, and back.

https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree as ET

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.wire import WireRequest

Document = dict[str, Any]


def read(request: WireRequest, model: OperationModel) -> Document:
    """The call's parameters by botocore's names; a body that is no document of the operation is `MalformedXML`."""
    shape = model.input_shape
    if not isinstance(shape, StructureShape):
        return {}
    places = {"uri": _of_path(request, model), "querystring": _of_query(request), "header": dict(request.headers)}
    found: Document = {}
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        if location in places:
            called = str(member.serialization.get("name", name))
            value = places[location].get(called.lower() if location == "header" else called)
            if value is not None:
                found[name] = _scalar(value, member)
    payload = shape.serialization.get("payload")
    member = shape.members[payload] if payload else None
    if payload and isinstance(member, StructureShape) and request.body.strip():
        found[payload] = _value(_root(request.body), member)
    elif payload and member is not None and member.type_name == "string" and request.body:
        found[payload] = request.body.decode("utf-8", "replace")
    elif not payload and request.body.strip():
        plain = {key: each for key, each in shape.members.items() if "location" not in each.serialization}
        found |= _members(_root(request.body), plain)
    return found


def _of_path(request: WireRequest, model: OperationModel) -> dict[str, str]:
    template = [part for part in model.http["requestUri"].split("?")[0].split("/") if part]
    given = [part for part in request.path.split("/") if part]
    found: dict[str, str] = {}
    for place, part in enumerate(template):
        if part.startswith("{"):
            text = "/".join(given[place:]) if part.endswith("+}") else "".join(given[place : place + 1])
            found[part.strip("{+}")] = unquote(text)
    return found


def _of_query(request: WireRequest) -> dict[str, str]:
    return dict(parse_qsl(request.query, keep_blank_values=True))


def _root(body: bytes) -> ET.Element:
    try:
        return ET.fromstring(body)  # noqa: S314  of a client on this machine; expat expands no external entity
    except ET.ParseError:
        raise AwsError("MalformedXML", "The XML you provided was not well-formed.") from None


def _children(element: ET.Element, tag: str) -> Iterator[ET.Element]:
    return (child for child in element if child.tag.rsplit("}", 1)[-1] == tag)


def _value(element: ET.Element, shape: Shape) -> Any:
    if isinstance(shape, StructureShape):
        return _structure(element, shape)
    if isinstance(shape, ListShape):
        return [_value(item, shape.member) for item in element]
    if isinstance(shape, MapShape):
        raise AwsError("MalformedXML", f"{shape.name} is not understood here.")
    return _scalar(element.text or "", shape)


def _structure(element: ET.Element, shape: StructureShape) -> Document:
    return _members(element, shape.members)


def _members(element: ET.Element, members: Mapping[str, Shape]) -> Document:
    found: Document = {}
    for name, member in members.items():
        tag = str(member.serialization.get("name", name))
        if member.serialization.get("xmlAttribute"):
            said = [text for key, text in element.attrib.items() if key.endswith(tag.split(":")[-1])]
            found |= {name: said[0]} if said else {}
            continue
        children = list(_children(element, tag))
        if isinstance(member, ListShape) and member.serialization.get("flattened") and children:
            found[name] = [_value(child, member.member) for child in children]
        elif children:
            found[name] = _value(children[0], member)
    return found


def _scalar(text: str, shape: Shape) -> Any:
    try:
        if shape.type_name in ("integer", "long"):
            return int(text)
        if shape.type_name in ("double", "float"):
            return float(text)
        if shape.type_name == "blob":
            return base64.b64decode(text, validate=True)
    except ValueError:
        raise AwsError("MalformedXML", f"{text!r} is no {shape.type_name}.") from None
    return text == "true" if shape.type_name == "boolean" else text


def parts(model: OperationModel, document: Document) -> tuple[Document, StructureShape | None, list[tuple[str, str]]]:
    """What of an answer stands in its body, by which shape, and its headers; text or bytes have no shape."""
    shape = model.output_shape
    if not isinstance(shape, StructureShape):
        return {}, None, []
    headers = [
        (str(member.serialization["name"]), str(document[name]))
        for name, member in shape.members.items()
        if member.serialization.get("location") == "header" and document.get(name) is not None
    ]
    payload = shape.serialization.get("payload")
    if payload:
        member = shape.members[payload]
        return document.get(payload) or {}, member if isinstance(member, StructureShape) else None, headers
    body = {key: item for key, item in document.items() if "location" not in shape.members[key].serialization}
    return body, shape, headers
