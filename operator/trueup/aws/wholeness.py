"""Whether an answer is one: what breaks off, or comes from a proxy, must never read as "there is nothing".

botocore takes a JSON body that it cannot read for an empty answer, and any XML for the one that it asked for. An
empty answer to a list means that nothing is there, and what is not there is made.
"""

from __future__ import annotations

import json
from typing import Final

from botocore.model import OperationModel
from botocore.parsers import ResponseParserError

from trueup.core.values import Json, as_map

_NAMED: Final = frozenset({"query", "ec2"})
"""Protocols whose answers begin with an element that is named after the operation."""
_JSON: Final = frozenset({"json", "rest-json"})
_XML: Final = "rest-xml"


def refuse_what_is_no_answer(operation_model: OperationModel, response_dict: dict[str, Json], **_: object) -> None:
    """For botocore's event `before-parse`. Raises ResponseParserError when a successful answer is not a whole one."""
    if response_dict["status_code"] >= 300 or operation_model.has_streaming_output:
        return
    protocol = operation_model.service_model.resolved_protocol
    body: bytes = response_dict["body"]
    if protocol in _NAMED:
        if f"<{operation_model.name}Response".encode() not in body[:1000]:
            raise ResponseParserError(f"The answer to {operation_model.name} is not one of AWS's.")
    elif protocol in _JSON and _has_body(operation_model) and not _is_json(body):
        raise ResponseParserError(f"The answer to {operation_model.name} is no whole JSON document.")
    elif protocol == _XML and not _is_whole_xml(operation_model, body):
        raise ResponseParserError(f"The answer to {operation_model.name} is no whole document.")


def _has_body(operation_model: OperationModel) -> bool:
    """Some member of the answer comes in its body, as JSON."""
    shape = operation_model.output_shape
    if shape is None or "payload" in shape.serialization:
        return False
    return any("location" not in member.serialization for member in shape.members.values())


def _is_whole_xml(operation_model: OperationModel, body: bytes) -> bool:
    """A document in XML where there is to be one, and not a page for people; or text, whole where it is JSON."""
    shape = operation_model.output_shape
    if shape is None:
        return True
    payload = shape.serialization.get("payload")
    if payload is not None and shape.members[payload].type_name in ("string", "blob"):
        return bool(body.strip()) and (not body.lstrip().startswith(b"{") or _is_json(body))
    if payload is None and all("location" in member.serialization for member in shape.members.values()):
        return True
    start = body[:1000].lower()
    return bool(body.strip()) and b"<html" not in start and b"<!doctype" not in start


def _is_json(body: bytes) -> bool:
    try:
        return as_map(json.loads(body)) is not None
    except ValueError:
        return False
