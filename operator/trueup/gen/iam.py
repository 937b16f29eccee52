"""The operator's IAM policies, from the declarations that make its calls: one for each kind, one for all of them.

Reads are allowed everywhere. Writes are limited by the owner tag of the operator's scope wherever AWS looks at tags,
else by ARN. `python -m trueup.gen.iam --scope prod` writes the same for another scope.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from trueup.aws.limits import READS
from trueup.core.resource import Resource
from trueup.core.values import Json
from trueup.gen import iam_page, rbac
from trueup.gen.grants import ARN_TYPE, CLAIMED, KEPT, NEW, OURS, PREFIX, SCOPE, TAGLESS, Condition, Grant, arn
from trueup.gen.permissions import ADOPTION, BESIDE, COMMANDS, OF_TYPES, OTHERWISE, RETAGGED, ROWS
from trueup.kinds.registry import kinds

FOLDER: Final = "manifests/iam"
PAGE: Final = "docs/iam.md"
DEFAULT_SCOPE: Final = "trueup"
ACCOUNT: Final = "111122223333"
"""AWS's example account, to be replaced in the templates."""
PROVIDER: Final = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE"


class NoPermission(ValueError):
    """A declared operation has no row that says what IAM asks for it."""


@dataclass(frozen=True, slots=True, order=True)
class Operation:
    """One operation of one service, by the prefix of its actions."""

    service: str
    name: str

    @property
    def reads(self) -> bool:
        """It changes nothing."""
        return self.name.startswith(READS)

    def __str__(self) -> str:
        return f"{self.service}.{self.name}"


def types_of(names: Iterable[str]) -> tuple[type[Resource], ...]:
    """Every AWS type that the named kinds can declare, and the types of backups that these name."""
    found: dict[type[Resource], None] = {}
    for name in names:
        for type_ in kinds()[name].types:
            found[type_] = None
            if type_.BACKUP is not None:
                found[type_.BACKUP] = None
    return tuple(found)


def operations(types: Iterable[type[Resource]]) -> frozenset[Operation]:
    """Every operation that the declarations of the types name, but for tagging."""

    def each() -> Iterator[tuple[str, str]]:
        for type_ in types:
            yield type_.LISTING.service or type_.SERVICE, type_.LISTING.operation
            yield from ((deep.service or type_.SERVICE, deep.operation) for deep in type_.DEEP)
            yield from (
                (type_.SERVICE, name) for name in (type_.CREATE, type_.UPDATE, type_.DELETE, *type_.ALSO) if name
            )

    return frozenset(Operation(PREFIX.get(service, service), name) for service, name in each())


def grants(types: Iterable[type[Resource]]) -> frozenset[Grant]:
    """Everything that the types need. Raises NoPermission for an operation of which nothing is known."""
    listed = tuple(types)
    found: set[Grant] = set()
    for operation in operations(listed):
        found.update(granted(operation))
    for type_ in listed:
        found.update(OF_TYPES.get(type_, ()))
        found.update(_tagging(type_))
    return frozenset(found)


def granted(operation: Operation) -> tuple[Grant, ...]:
    """What IAM asks for one operation. Raises NoPermission where no row says so."""
    beside = BESIDE.get(str(operation), ())
    if str(operation) in OTHERWISE:
        return OTHERWISE[str(operation)] + beside
    action = f"{operation.service}:{operation.name}"
    if operation.reads:
        return (Grant(action, ("*",)), *beside)
    row = ROWS.get(operation.service, {}).get(operation.name)
    if row is None:
        raise NoPermission(
            f"No row says what IAM asks for {operation}: add one to operator/trueup/gen/permissions.py, "
            "with the resources that the service authorization reference names for it."
        )
    own = tuple(
        Grant(action, tuple("*" if kind == "*" else arn(operation.service, kind) for kind in kinds_), when)
        for when, kinds_ in row
    )
    return own + beside


def _tagging(type_: type[Resource]) -> Iterator[Grant]:
    """Tags on creation, later changes of the tags of what is ours, and their removal."""
    if type_.TAGGING is None or not type_.TAGGING.add:
        return
    service = PREFIX.get(type_.SERVICE, type_.SERVICE)
    kind = type_.TAGGING.resource_type or ARN_TYPE.get(type_.TYPE)
    if kind is None:
        raise NoPermission(f"ARN_TYPE in operator/trueup/gen/permissions.py does not name {type_.TYPE}.")
    if type_.TYPE in RETAGGED:
        yield from RETAGGED[type_.TYPE]
        return
    resources = (arn(service, kind),)
    add, remove = f"{service}:{type_.TAGGING.add}", f"{service}:{type_.TAGGING.remove}"
    if service in TAGLESS:
        yield from (Grant(action, resources) for action in dict.fromkeys((add, remove)))
        return
    # EC2 says which call creates what is tagged; the other services only that something is tagged.
    created: Condition = (("StringEquals", "ec2:CreateAction", (type_.CREATE,)), *NEW)
    yield Grant(add, resources, created if service == "ec2" else CLAIMED)
    yield Grant(add, resources, KEPT)
    yield Grant(remove, resources, OURS)


def policy(found: Iterable[Grant], scope: str = DEFAULT_SCOPE) -> dict[str, Json]:
    """The grants as an identity-based policy, in as few statements as say the same."""
    return {"Version": "2012-10-17", "Statement": [_statement(*parts, scope) for parts in _merged(found)]}


_Parts: TypeAlias = tuple[frozenset[str], frozenset[str], Condition]


def _merged(found: Iterable[Grant]) -> list[_Parts]:
    """Actions, resources and condition of each statement.

    What is ours is one statement for each service: a pair of an action and a resource that no call has is never
    asked. New and free resources are not mixed so, because a request's tags are seen beside every resource of a call.
    """
    by: dict[tuple[str, Condition, tuple[str, ...]], tuple[set[str], set[str]]] = {}
    for grant in sorted(_creations(found), key=lambda grant: (grant.action, grant.resources)):
        reads = grant.action.split(":")[1].startswith((*READS, "View"))
        service = "" if grant.resources == ("*",) and (reads or grant.when) else grant.action.split(":")[0]
        alone = () if grant.when in (OURS, KEPT, CLAIMED) else grant.resources
        actions, resources = by.setdefault((service, grant.when, alone), (set(), set()))
        actions.add(grant.action)
        resources.update(grant.resources)
    whole: dict[tuple[frozenset[str], Condition], set[str]] = {}
    for (_, when, _), (actions, resources) in by.items():
        whole.setdefault((frozenset(actions), when), set()).update(resources)
    parts = [(actions, frozenset(resources), when) for (actions, when), resources in whole.items()]
    return sorted(parts, key=lambda part: (part[2] != (), str(part[2]), sorted(part[0]), sorted(part[1])))


def _creations(found: Iterable[Grant]) -> Iterator[Grant]:
    """The grants, with those for tags on creation by EC2 made one: a call tags only what it creates."""
    calls: set[str] = set()
    resources: set[str] = set()
    for grant in found:
        if any(key == "ec2:CreateAction" for _, key, _ in grant.when):
            calls.update(grant.when[0][2])
            resources.update(grant.resources)
        else:
            yield grant
    if calls:
        when: Condition = (("StringEquals", "ec2:CreateAction", tuple(sorted(calls))), *NEW)
        yield Grant("ec2:CreateTags", tuple(sorted(resources)), when)


def _statement(actions: frozenset[str], resources: frozenset[str], when: Condition, scope: str) -> dict[str, Json]:
    statement: dict[str, Json] = {
        "Effect": "Allow",
        "Action": _one(sorted(actions)),
        "Resource": _one(sorted(resources)),
    }
    condition: dict[str, dict[str, Json]] = {}
    for operator, key, values in when:
        condition.setdefault(operator, {})[key] = _one([value.replace(SCOPE, scope) for value in values])
    return statement | ({"Condition": condition} if condition else {})


def _one(values: list[str]) -> Json:
    return values[0] if len(values) == 1 else values


def reading(found: Iterable[Grant]) -> frozenset[Grant]:
    """The grants that change nothing: enough for a plan, and for objects in Report mode. Neither reads a secret."""
    reads = {grant for grant in found if grant.action.split(":")[1].startswith((*READS, "View"))}
    return frozenset(grant for grant in reads if grant.action != "secretsmanager:GetSecretValue")


def assume_roles() -> dict[str, Json]:
    """Lets the operator's own role assume those that objects name in `roleArn`."""
    statement: dict[str, Json] = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Resource": f"arn:aws:iam::{ACCOUNT}:role/trueup-*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def trust() -> dict[str, Json]:
    """Who may have the role: on EKS the operator's service account, by the cluster's identity provider."""
    subject = f"system:serviceaccount:{rbac.NAMESPACE}:{rbac.NAME}"
    statement: dict[str, Json] = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{PROVIDER}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{PROVIDER}:aud": "sts.amazonaws.com", f"{PROVIDER}:sub": subject}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def policies(scope: str = DEFAULT_SCOPE) -> dict[str, Mapping[str, Json]]:
    """Every document by its file's name."""
    each = {name: grants(types_of([name])) for name in kinds()}
    everything = grants(types_of(kinds()))
    return {
        "policy.json": policy(everything, scope),
        **{f"policy-{kinds()[name].info.singular}.json": policy(found, scope) for name, found in each.items()},
        "policy-read-only.json": policy(reading(everything), scope),
        "adopt.json": policy(ADOPTION, scope),
        "commands.json": policy(COMMANDS, scope),
        "assume-roles.json": assume_roles(),
        "trust-policy.json": trust(),
    }


def _texts(scope: str) -> dict[str, str]:
    return {name: json.dumps(document, indent=2) + "\n" for name, document in policies(scope).items()}


def render_all() -> dict[str, str]:
    """Every policy and the page about them, by path from the root of the repository."""
    texts = {f"{FOLDER}/{name}": text for name, text in _texts(DEFAULT_SCOPE).items()}
    return texts | {PAGE: iam_page.page({name: grants(types_of([name])) for name in kinds()})}


def main(arguments: list[str] | None = None) -> None:
    """Write the policies of another scope into a folder."""
    parser = ArgumentParser(prog="trueup.gen.iam", description="Write the IAM policies of one scope.")
    parser.add_argument("--scope", default=DEFAULT_SCOPE, help="the operator's --scope (default: trueup)")
    parser.add_argument("--to", type=Path, default=Path("iam"), help="folder to write into (default: iam)")
    options = parser.parse_args(arguments)
    options.to.mkdir(parents=True, exist_ok=True)
    for name, text in _texts(options.scope).items():
        (options.to / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
