"""The two roles of a service: what its instances may do, and what App Runner needs to pull its image.

Each right follows from a reference of the spec; there is no other way to one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from trueup.core.graph import Graph
from trueup.core.values import Joined, Json, Pseudo
from trueup.kinds.apprunnerservice.spec_parts import Image
from trueup.resources.iam import Role, RolePolicy

INSTANCE: Final = "instance"
ACCESS: Final = "access"
PATH: Final = "/trueup/"
"""Where our roles stand among others, and where the operator's rights on roles end."""
LONGEST: Final = 55
"""Characters of what role names begin with; IAM takes 64."""
RUNNER: Final = "tasks.apprunner.amazonaws.com"
BUILDER: Final = "build.apprunner.amazonaws.com"
_PULL: Final = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:DescribeImages",
    "ecr:GetDownloadUrlForLayer",
)
_TRACE: Final = (
    "xray:GetSamplingRules",
    "xray:GetSamplingStatisticSummaries",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
_OBJECTS: Final = ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject")
_VERSION: Final = "2012-10-17"
_OF_A_SECRET: Final = 7
"""Parts of a secret's ARN; what may follow names a key, a stage or a version within it."""


def role(graph: Graph, name: str, named: str, service: str, at: str = "") -> Role:
    """A role that a service of AWS assumes, and the field of the spec that asks for it, if one does."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    trust = {"Version": _VERSION, "Statement": [statement]}
    return graph.add(Role(name=name, role_name=f"{named}-{name}", path=PATH, trust=trust), at={"": at} if at else {})


def policy(graph: Graph, role: Role, name: str, statements: Iterable[Json], at: str) -> RolePolicy:
    """What a role may do because of one field of the spec."""
    return graph.add(
        RolePolicy(
            name=f"{role.name}-{name}",
            role=role.output("RoleName"),
            policy_name=name,
            document={"Version": _VERSION, "Statement": list(statements)},
        ),
        at={"": at, "document": at},
    )


def allow(actions: Iterable[str], *resources: Json) -> Json:
    """A statement that allows actions on resources."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}


def pulling(image: Image, region: str) -> tuple[Json, ...]:
    """The statements that let App Runner pull an image of ECR."""
    return (allow(("ecr:GetAuthorizationToken",), "*"), allow(_PULL, _repository(image, region)))


def _repository(image: Image, region: str) -> Json:
    registry = image.registry
    if registry is None:
        at: tuple[Json, ...] = (region, ":", Pseudo.ACCOUNT)
        name = image.repository
    else:
        account, _, _, where = registry.group().split(".")[:4]
        at, name = (where, ":", account), image.repository.removeprefix(registry.group())
    return Joined(("arn:", Pseudo.PARTITION, ":ecr:", *at, ":repository/", name))


def reading(secrets: Mapping[str, Json]) -> tuple[Json, ...]:
    """The statements that let instances read exactly the secrets and parameters that the spec refers to."""
    kept: list[Json] = []
    parameters: list[Json] = []
    for _, arn in sorted(secrets.items(), key=lambda one: one[0]):
        if not isinstance(arn, str):
            kept.append(arn)
        elif ":ssm:" in arn:
            parameters.append(arn)
        else:
            kept.append(":".join(arn.split(":")[:_OF_A_SECRET]))
    found: list[Json] = []
    if kept:
        found.append(allow(("secretsmanager:GetSecretValue",), *_once(kept)))
    if parameters:
        found.append(allow(("ssm:GetParameters",), *_once(parameters)))
    return tuple(found)


def using(bucket: Json) -> tuple[Json, ...]:
    """The statements that let instances use the objects of a bucket, and say what there is."""
    whole = ("arn:", Pseudo.PARTITION, ":s3:::", bucket)
    return (
        allow(("s3:GetBucketLocation", "s3:ListBucket"), Joined(whole)),
        allow(_OBJECTS, Joined((*whole, "/*"))),
    )


def _once(values: list[Json]) -> list[Json]:
    return [value for place, value in enumerate(values) if value not in values[:place]]


TRACING: Final = (allow(_TRACE, "*"),)
"""What a service may do that is traced, as in AWS's own policy for writing to X-Ray; it knows no resources."""
