"""IAM roles with their inline and managed policies, all read by one list.

`GetAccountAuthorizationDetails` shows a role with its trust, tags and policies:
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html. It shows neither
description nor session length, so neither is declared. What a role of ours may do is a closed collection.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Final, Self

from trueup.core import compare
from trueup.core.paths import get
from trueup.core.resource import Attr, Difference, Listing, Ownership, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import (
    MISSING,
    Call,
    Doc,
    Json,
    Lookup,
    Mutability,
    Ref,
    Severity,
    as_list,
    as_map,
    resolve,
)

SERVICE: Final = "iam"
HOME: Final = "us-east-1"

ROLES: Final = Listing(
    "GetAccountAuthorizationDetails",
    "RoleDetailList",
    params={"Filter": ["Role"]},
    page={"MaxItems": 1000},
    by="RoleName",
)


def _text(policy: Json) -> Json:
    """A policy as JSON text, always the same for the same policy; what has no value yet stays without one."""
    return policy if as_map(policy) is None else json.dumps(policy, sort_keys=True)


def _with_resources(statement: Mapping[str, Json], others: Iterable[Mapping[str, Json]]) -> Json:
    """The statement with the resources of all that are like it but for them."""

    def but(one: Mapping[str, Json]) -> Json:
        return {key: value for key, value in one.items() if key != "Resource"}

    found = list(as_list(statement.get("Resource")) or ())
    for other in others:
        listed = as_list(other.get("Resource")) or (other.get("Resource"),)
        found += [one for one in listed if but(other) == but(statement) and one not in found and "*" not in str(one)]
    return {**statement, "Resource": found}


@dataclass(frozen=True, kw_only=True)
class Role(Resource):
    """A role that an AWS service assumes. Who may assume it is the trust policy."""

    TYPE: ClassVar[str] = "AWS::IAM::Role"
    SERVICE: ClassVar[str] = SERVICE
    REGION: ClassVar[str | None] = HOME
    LISTING: ClassVar[Listing] = ROLES
    IDENTITY: ClassVar[tuple[str, ...]] = ("RoleName",)
    ID: ClassVar[str] = "RoleName"
    ARN: ClassVar[str] = "Arn"
    CREATE: ClassVar[str] = "CreateRole"
    ANSWER: ClassVar[str] = "Role"
    UPDATE: ClassVar[str] = "UpdateAssumeRolePolicy"
    UPDATE_BY: ClassVar[Mapping[str, str]] = {"RoleName": "RoleName"}
    DELETE: ClassVar[str] = "DeleteRole"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"RoleName": "RoleName"}
    TAGGING: ClassVar[Tagging | None] = Tagging(
        read="Tags", create="Tags", add="TagRole", remove="UntagRole", who="RoleName"
    )

    role_name: Annotated[str, Attr("RoleName", mutability=Mutability.REPLACE, update="")]
    path: Annotated[str, Attr("Path", mutability=Mutability.REPLACE, update="")] = "/"
    trust: Annotated[
        Json,
        Attr(
            "AssumeRolePolicyDocument",
            same=compare.same_json,
            severity=Severity.CRITICAL,
            update="PolicyDocument",
        ),
    ]

    def sent(self, name: str, value: Json) -> Json:
        """Policies travel as text."""
        return _text(value) if name == "trust" else super().sent(name, value)

    def retag(self, doc: Doc, found: tuple[Difference, ...]) -> tuple[Call, ...]:
        """The calls that set and remove tags, naming the role by its name."""
        if self.TAGGING is None or not found:
            return ()
        wanted = {d.member or "": str(d.want) for d in found if d.want is not MISSING}
        unwanted = tuple(d.member or "" for d in found if d.want is MISSING)
        return self.TAGGING.calls(self.SERVICE, str(doc["RoleName"]), wanted, unwanted)


@dataclass(frozen=True, kw_only=True)
class OfRole(Resource):
    """A policy that a role has. One that nobody declared gives the role rights that nobody asked for."""

    SERVICE: ClassVar[str] = SERVICE
    REGION: ClassVar[str | None] = HOME
    LISTING: ClassVar[Listing] = ROLES
    ID: ClassVar[str] = ""
    OWNED: ClassVar[Ownership] = Ownership.PARENT
    PARENT: ClassVar[str] = "RoleName"
    GRANTS: ClassVar[bool] = True
    HELD: ClassVar[str]
    """The member of a role's document that lists them."""

    role: Annotated[str | Ref, Attr("RoleName", mutability=Mutability.REPLACE)]

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """Each of them, with the role's name."""
        for found in as_list(get(doc, cls.HELD)) or ():
            yield {**found, "RoleName": doc["RoleName"]}

    @classmethod
    def id_of(cls, doc: Doc) -> str:
        """Role and policy: AWS gives what a role has no id."""
        return "/".join(cls.identity_of(doc))

    @classmethod
    def exposure(cls, doc: Doc) -> Severity:
        """Critical, whatever it allows."""
        del doc
        return Severity.CRITICAL


@dataclass(frozen=True, kw_only=True)
class RolePolicy(OfRole):
    """What a role may do: a policy that is part of it. Putting it is creating and updating."""

    TYPE: ClassVar[str] = "AWS::IAM::RolePolicy"
    HELD: ClassVar[str] = "RolePolicyList"
    IDENTITY: ClassVar[tuple[str, ...]] = ("RoleName", "PolicyName")
    CREATE: ClassVar[str] = "PutRolePolicy"
    UPDATE: ClassVar[str] = "PutRolePolicy"
    WHOLE: ClassVar[bool] = True
    DELETE: ClassVar[str] = "DeleteRolePolicy"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"RoleName": "RoleName", "PolicyName": "PolicyName"}

    policy_name: Annotated[str, Attr("PolicyName", mutability=Mutability.REPLACE)]
    document: Annotated[Json, Attr("PolicyDocument", same=compare.same_json, severity=Severity.CRITICAL)]

    def sent(self, name: str, value: Json) -> Json:
        """Policies travel as text."""
        return _text(value) if name == "document" else super().sent(name, value)

    def wider(self, doc: Doc, lookup: Lookup) -> Self | None:
        """With every single resource of its actions that the policy in AWS allows besides; never with a wildcard."""
        wanted = as_map(resolve(self.document, lookup))
        shown = as_map(compare.parsed(self.observed("document", doc)))
        if wanted is None or shown is None:
            return None
        rest = [one for item in as_list(shown.get("Statement")) or () if (one := as_map(item)) is not None]
        statements = [_with_resources(as_map(one) or {}, rest) for one in as_list(wanted.get("Statement")) or ()]
        return replace(self, document={**wanted, "Statement": statements})


@dataclass(frozen=True, kw_only=True)
class RoleAttachment(OfRole):
    """A managed policy that a role has beside its own."""

    TYPE: ClassVar[str] = "AWS::IAM::RolePolicyAttachment"
    HELD: ClassVar[str] = "AttachedManagedPolicies"
    IDENTITY: ClassVar[tuple[str, ...]] = ("RoleName", "PolicyArn")
    CREATE: ClassVar[str] = "AttachRolePolicy"
    DELETE: ClassVar[str] = "DetachRolePolicy"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"RoleName": "RoleName", "PolicyArn": "PolicyArn"}

    policy: Annotated[Json, Attr("PolicyArn", mutability=Mutability.REPLACE)]
