"""Calls as botocore's models see them: a missing, misspelt or mistyped parameter ends the test."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from trueup.aws import sealing
from trueup.core.values import MISSING, Call, Json, Pseudo, Ref

ACCOUNT = "123456789012"

_PSEUDO = {Pseudo.ACCOUNT: ACCOUNT, Pseudo.REGION: "us-east-1", Pseudo.PARTITION: "aws"}


@cache
def model(service: str) -> ServiceModel:
    """The service's model as botocore ships it."""
    return botocore.session.get_session().get_service_model(service)


def sent(calls: Iterable[Call]) -> list[tuple[str, Mapping[str, Json]]]:
    """Operation and parameters of each call, after botocore has accepted them."""
    found: list[tuple[str, Mapping[str, Json]]] = []
    for call in calls:
        shape = model(call.service).operation_model(call.operation).input_shape
        assert shape is not None
        report = ParamValidator().validate(opened(call.params), shape)
        assert not report.has_errors(), f"{call}: {report.generate_report()}"
        found.append((call.operation, dict(call.params)))
    return found


def opened(params: Mapping[str, Json]) -> Mapping[str, Json]:
    """The parameters with something in the place of what only the one who makes the call puts together."""
    return sealing.opened(params, lambda kept: json.dumps({kept.member: "text"}))


def lookup(values: Mapping[Ref, Any]) -> Callable[[Ref | Pseudo], Json]:
    """References as given; the account, region and partition of the tests."""

    def find(ref: Ref | Pseudo) -> Json:
        return _PSEUDO[ref] if isinstance(ref, Pseudo) else values.get(ref, MISSING)

    return find
