"""IAM roles with their inline and managed policies, all read by one list.

`GetAccountAuthorizationDetails` shows a role with its trust, tags and policies:
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html. It shows neither
description nor session length, so neither is declared. What a role of ours may do is a closed collection.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from trueup.core import compare
from trueup.core.paths import get
from trueup.core.resource import Attr, Difference, Listing, Ownership, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import MISSING, Call, Doc, Json, Mutability, Ref, Severity, as_list, as_map

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
class RolePolicy(Resource):
    """What a role may do: a policy that is part of it. Putting it is creating and updating."""

    TYPE: ClassVar[str] = "AWS::IAM::RolePolicy"
    SERVICE: ClassVar[str] = SERVICE
    REGION: ClassVar[str | None] = HOME
    LISTING: ClassVar[Listing] = ROLES
    IDENTITY: ClassVar[tuple[str, ...]] = ("RoleName", "PolicyName")
    ID: ClassVar[str] = ""
    OWNED: ClassVar[Ownership] = Ownership.PARENT
    PARENT: ClassVar[str] = "RoleName"
    CREATE: ClassVar[str] = "PutRolePolicy"
    UPDATE: ClassVar[str] = "PutRolePolicy"
    WHOLE: ClassVar[bool] = True
    DELETE: ClassVar[str] = "DeleteRolePolicy"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"RoleName": "RoleName", "PolicyName": "PolicyName"}

    role: Annotated[str | Ref, Attr("RoleName", mutability=Mutability.REPLACE)]
    policy_name: Annotated[str, Attr("PolicyName", mutability=Mutability.REPLACE)]
    document: Annotated[Json, Attr("PolicyDocument", same=compare.same_json, severity=Severity.CRITICAL)]

    def sent(self, name: str, value: Json) -> Json:
        """Policies travel as text."""
        return _text(value) if name == "document" else super().sent(name, value)

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """Each inline policy of the role, with the role's name."""
        for found in as_list(get(doc, "RolePolicyList")) or ():
            yield {**found, "RoleName": doc["RoleName"]}

    @classmethod
    def id_of(cls, doc: Doc) -> str:
        """Role and policy: AWS gives an inline policy no id."""
        return "/".join(cls.identity_of(doc))

    @classmethod
    def exposure(cls, doc: Doc) -> Severity:
        """A policy that nobody declared gives the role rights that nobody asked for."""
        del doc
        return Severity.CRITICAL


@dataclass(frozen=True, kw_only=True)
class RoleAttachment(Resource):
    """A managed policy that a role has beside its own."""

    TYPE: ClassVar[str] = "AWS::IAM::RolePolicyAttachment"
    SERVICE: ClassVar[str] = SERVICE
    REGION: ClassVar[str | None] = HOME
    LISTING: ClassVar[Listing] = ROLES
    IDENTITY: ClassVar[tuple[str, ...]] = ("RoleName", "PolicyArn")
    ID: ClassVar[str] = ""
    OWNED: ClassVar[Ownership] = Ownership.PARENT
    PARENT: ClassVar[str] = "RoleName"
    CREATE: ClassVar[str] = "AttachRolePolicy"
    DELETE: ClassVar[str] = "DetachRolePolicy"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"RoleName": "RoleName", "PolicyArn": "PolicyArn"}

    role: Annotated[str | Ref, Attr("RoleName", mutability=Mutability.REPLACE)]
    policy: Annotated[Json, Attr("PolicyArn", mutability=Mutability.REPLACE)]

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """Each managed policy of the role, with the role's name."""
        for found in as_list(get(doc, "AttachedManagedPolicies")) or ():
            yield {**found, "RoleName": doc["RoleName"]}

    @classmethod
    def id_of(cls, doc: Doc) -> str:
        """Role and policy stand for the attachment."""
        return "/".join(cls.identity_of(doc))

    @classmethod
    def exposure(cls, doc: Doc) -> Severity:
        """An attachment that nobody declared gives the role rights that nobody asked for."""
        del doc
        return Severity.CRITICAL
