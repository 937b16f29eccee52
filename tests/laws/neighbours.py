"""Another value for every leaf of a spec: what perturbation changes a field to.

A leaf without an entry gets the obvious neighbour of its type; what no neighbour can be found for fails the law that
asks for one, and belongs in the table.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from jsonpointer import JsonPointer
from pydantic import ValidationError

from trueup.kinds.common.spec import Part, Spec
from trueup.kinds.registry import kinds

Pointer = str

SPEC_VALUES: Mapping[str, tuple[Any, ...]] = {
    "adopt/id": ("Z0000000000000OTHER00",),
    "adopt/arn": (
        "arn:aws:s3:::another-name",
        "arn:aws:apprunner:us-east-1:123456789012:service/another/0123456789abcdef0123456789abcdef",
    ),
    "adopt/name": ("another-name",),
    "allowedHeaders/N": ("X-Other",),
    "allowedOrigins/N": ("https://other.example.com",),
    "allowFrom/N/cidr": ("10.0.9.0/24",),
    "allowFrom/N/kind": ("Database", "AppRunnerService"),
    "backup/window": ("05:00-05:30",),
    "connection/arn": ("arn:aws:apprunner:us-east-1:123456789012:connection/another/0123456789abcdef0123456789abcdef",),
    "cpu": ("2",),
    "domains/N": ("auth.example.com", "other.example.com"),
    "image/digest": ("sha256:e2b1d13ef2011cc8b72fdb07a935eeea8d890422576469c81593a77615b90832",),
    "image/repository": ("another", "public.ecr.aws/nginx/another"),
    "image/tag": ("v1.2.10", "v1.2.3"),
    "capacity/pauseAfter": ("20m",),
    "cidr": ("10.0.0.0/17",),
    "driftPolicy/ignore/N": ("/tags",),
    "emails/N": ("somebody.else@example.com",),
    "exposeHeaders/N": ("X-Other",),
    "instanceClass": ("db.r6g.large", "db.t4g.medium"),
    "kmsKeyArn": ("arn:aws:kms:us-east-1:123456789012:key/another",),
    "code/repository": ("https://github.com/example/another",),
    "maintenanceWindow": ("mon:05:00-mon:06:00",),
    "logRetentionDays": (14,),
    "memory": ("2Gi",),
    "parameters/log_statement": ("mod", "ddl"),
    "privateSubnets/N": ("10.0.20.0/24",),
    "publicSubnets/N": ("10.0.21.0/24",),
    "region": ("eu-central-1",),
    "restore/pointInTime": ("2026-11-20T12:00:00Z",),
    "records/N/type": ("TXT", "CNAME", "A"),
    "records/N/values/N": ("192.0.2.99", "20 mail.example.com", "other.example.com"),
    "roleArn": ("arn:aws:iam::123456789012:role/another",),
    "schedule/pause": ("0 6 1 JAN *",),
    "schedule/resume": ("0 9 1 JAN *",),
    "schedule/timezone": ("UTC",),
    "secrets/EMAIL_API_KEY/arn": ("arn:aws:ssm:us-east-1:123456789012:parameter/email/another",),
    "version": ("17.5", "16.12", "8.0.0", "5.0.0"),
    "zones/N": ("us-east-1c",),
}
"""The end of a leaf's pointer (indices as N) → other values, the first that the spec's own rules allow is taken."""


def leaves(value: Any, at: Pointer = "") -> Iterator[Pointer]:
    """The pointer of every scalar in a document."""
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from leaves(member, f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from leaves(item, f"{at}/{place}")
    else:
        yield at


def pattern(pointer: Pointer) -> str:
    """The pointer with every index as N: what fields of a model are told by."""
    return re.sub(r"/\d+(?=/|$)", "/N", pointer)


def perturbed(kind: str, spec: Mapping[str, Any], pointer: Pointer) -> dict[str, Any] | None:
    """The spec with another valid value at a leaf; None when no value that is known of is valid."""
    model = kinds()[kind].info.spec
    old = JsonPointer(pointer).resolve(spec)
    for value in _others(model, pointer, old):
        if value == old:
            continue
        changed = copy.deepcopy(dict(spec))
        JsonPointer(pointer).set(changed, value)
        if is_valid(model, changed):
            return changed
    return None


def is_valid(model: type[Spec], spec: Mapping[str, Any]) -> bool:
    """The spec is one that the API server would take."""
    try:
        model.model_validate(spec)
    except ValidationError:
        return False
    return True


def _others(model: type[Part], pointer: Pointer, old: Any) -> Iterator[Any]:
    shape = pattern(pointer)
    for end, values in SPEC_VALUES.items():
        if shape == f"/{end}" or shape.endswith(f"/{end}"):
            yield from values
    yield from _choices(model, shape)
    if isinstance(old, bool):
        yield not old
    elif isinstance(old, int):
        yield from (old + 1, old - 1)
    elif isinstance(old, float):
        yield from (old + 0.5, old - 0.5, old * 2)
    elif isinstance(old, str):
        yield from (f"{old}x", f"another-{old}", "1")


def _choices(model: type[Part], shape: str) -> Iterator[Any]:
    """The members of an enumeration, where a leaf has one."""
    annotation = dict(model_leaves(model)).get(shape)
    for part in _flat(annotation):
        if get_origin(part) is Literal:
            yield from get_args(part)


def _flat(annotation: Any) -> Iterator[Any]:
    yield annotation
    if get_origin(annotation) is not Literal:
        for part in get_args(annotation):
            yield from _flat(part)


def model_leaves(model: type[Part], at: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf that a spec of the model can have: its pattern, and its type."""
    for name, field in model.model_fields.items():
        here = f"{at}/{field.alias or name}"
        yield from _of(field.annotation, here)


def _of(annotation: Any, here: str) -> Iterator[tuple[str, Any]]:
    parts = [part for part in _flat(annotation) if isinstance(part, type) and issubclass(part, Part)]
    origins = {get_origin(part) for part in _flat(annotation)}
    if tuple in origins:
        here = f"{here}/N"
    if dict in origins and parts:
        here = f"{here}/*"
    if parts:
        yield from model_leaves(parts[0], here)
    elif dict in origins:
        yield f"{here}/*", annotation
    else:
        yield here, annotation
