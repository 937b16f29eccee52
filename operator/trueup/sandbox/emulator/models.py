"""Charter: botocore's service models, loaded once: the wire formats and the contract of every AWS call."""

from __future__ import annotations

import functools
from typing import Any

import botocore.session
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.model import OperationModel, OperationNotFoundError, ServiceModel


@functools.cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()


@functools.cache
def service_model(service: str) -> ServiceModel | None:
    """The model of a service by botocore's name; None for a name that botocore does not know."""
    if not service:
        return None
    try:
        return _session().get_service_model(service)
    except (UnknownServiceError, DataNotFoundError):
        return None


@functools.cache
def operation_model(service: str, operation: str) -> OperationModel | None:
    """The model of one operation; None if the service has none of that name."""
    model = service_model(service)
    if model is None:
        return None
    try:
        return model.operation_model(operation)
    except OperationNotFoundError:
        return None


@functools.cache
def error_status(service: str, code: str) -> int | None:
    """The HTTP status that the service's model gives to an error code."""
    model = service_model(service)
    for shape in model.error_shapes if model is not None else ():
        error: dict[str, Any] = shape.metadata.get("error", {})
        if code in (error.get("code"), shape.name):
            status = error.get("httpStatusCode")
            return int(status) if status else None
    return None
