"""Charter: requests are held against botocore's models as AWS's front doors hold them: presence, type, range, pattern.

botocore's own client checks only presence, type and lower bounds; the rest is what AWS alone refuses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.validate import ParamValidator

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.models import operation_model

_INVALID = {
    "rds": "InvalidParameterValue",
    "ec2": "InvalidParameterValue",
    "budgets": "InvalidParameterException",
    "apprunner": "InvalidRequestException",
    "cloudfront": "MalformedXML",
    "route53": "InvalidInput",
    "s3": "MalformedXML",
}
_MISSING = {
    "cloudfront": "MalformedXML",
    "rds": "MissingParameter",
    "ec2": "MissingParameter",
    "route53": "InvalidInput",
}


def check(service: str, operation: str, params: Mapping[str, Any]) -> None:
    """Raise the service's validation error unless the parameters are what the model allows."""
    model = operation_model(service, operation)
    if model is None or model.input_shape is None:
        return
    report = ParamValidator().validate(params, model.input_shape)
    if report.has_errors():
        text = report.generate_report().strip()
        codes = _MISSING if text.startswith("Missing required") else _INVALID
        raise AwsError(codes.get(service, "ValidationException"), text)
    problem = _problem(params, model.input_shape, "")
    if problem:
        raise AwsError(_INVALID.get(service, "ValidationException"), f"1 validation error detected: {problem}")


@cache
def _pattern(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text)
    except re.error:
        return None  # Java-only syntax; AWS checks it, we cannot


def _problem(value: Any, shape: Shape, path: str) -> str | None:
    if isinstance(shape, StructureShape):
        document: Mapping[str, Any] = value
        for key, item in document.items():
            found = _problem(item, shape.members[key], f"{path}.{key}".lstrip("."))
            if found:
                return found
        return None
    if isinstance(shape, ListShape):
        found = _size(len(value), shape, path)
        for index, item in enumerate(value):
            found = found or _problem(item, shape.member, f"{path}.{index + 1}.member")
        return found
    if isinstance(shape, MapShape):
        entries: Mapping[str, Any] = value
        for key, item in entries.items():
            found = _problem(key, shape.key, path) or _problem(item, shape.value, f"{path}.{key}")
            if found:
                return found
        return None
    return _scalar_problem(value, shape, path)


def _scalar_problem(value: Any, shape: Shape, path: str) -> str | None:
    if isinstance(value, str):
        choices: list[str] = getattr(shape, "enum", [])
        if choices and value not in choices:
            return f"Value at '{path}' failed to satisfy constraint: Member must satisfy enum value set: {choices}"
        pattern = shape.metadata.get("pattern")
        compiled = _pattern(str(pattern)) if pattern else None
        if compiled is not None and not compiled.fullmatch(value):
            return (
                f"Value at '{path}' failed to satisfy constraint: "
                f"Member must satisfy regular expression pattern: {pattern}"
            )
        return _size(len(value), shape, path)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _size(value, shape, path)
    return None


def _size(size: float, shape: Shape, path: str) -> str | None:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        return f"Value at '{path}' failed to satisfy constraint: Member must be at least {least} long or large"
    if most is not None and size > most:
        return f"Value at '{path}' failed to satisfy constraint: Member must be at most {most} long or large"
    return None
