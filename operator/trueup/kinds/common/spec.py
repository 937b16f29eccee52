"""The base of every spec.

CamelCase outside, snake_case inside, frozen, nothing unknown, rules checked on reading.
"""

from typing import ClassVar, Literal, Self
from unicodedata import category

from pydantic import BaseModel, Field, GetJsonSchemaHandler, model_validator
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from trueup.kinds.common.fields import JsonPointer, ObjectName, Region, RoleArn, TagValue
from trueup.kinds.common.pointers import known_fields
from trueup.kinds.common.rules import Change, Rule, immutable_optional

Criticality = Literal["Critical", "NonCritical"]
DriftMode = Literal["Correct", "Report"]
DeletionPolicy = Literal["Snapshot", "Retain", "Delete"]

BROKEN_RULES = "broken_rules"
"""The error type of a broken rule; its context lists the rules as (path, sentence) under "broken"."""


class Part(BaseModel, frozen=True, extra="forbid", strict=True, populate_by_name=True, alias_generator=to_camel):
    """A piece of a spec. RULES and CHANGES of all its classes are checked here and written into the CRD."""

    RULES: ClassVar[tuple[Rule, ...]] = ()
    CHANGES: ClassVar[tuple[Change, ...]] = ()

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """The rules of this class and of what it derives from, base first."""
        return tuple(rule for base in reversed(cls.__mro__) for rule in vars(base).get("RULES", ()))

    @classmethod
    def changes(cls) -> tuple[Change, ...]:
        """The rules of change of this class and of what it derives from, base first."""
        return tuple(rule for base in reversed(cls.__mro__) for rule in vars(base).get("CHANGES", ()))

    @model_validator(mode="after")
    def _obey_rules(self) -> Self:
        broken = [(rule.at, rule.message) for rule in self.rules() if not rule.holds(self)]
        if broken:
            sentences = " ".join(message for _, message in broken)
            raise PydanticCustomError(BROKEN_RULES, "{sentences}", {"sentences": sentences, "broken": broken})
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler.resolve_ref_schema(handler(core_schema))
        declared: list[Rule | Change] = [*cls.rules(), *cls.changes()]
        if declared:
            schema["x-kubernetes-validations"] = [_validation(rule) for rule in declared]
        return schema


def _validation(rule: Rule | Change) -> dict[str, str]:
    body = {"rule": rule.cel, "message": rule.message}
    return body | ({"fieldPath": rule.at} if rule.at else {})


class DriftPolicy(Part, frozen=True):
    """What to do when AWS differs from the spec."""

    mode: DriftMode = Field(
        default="Correct",
        description="Correct puts AWS right. Report writes nothing to AWS, not even on deletion, and "
        "says what it sees.",
    )
    ignore: tuple[JsonPointer, ...] = Field(
        default=(),
        max_length=32,
        strict=False,
        description="Fields that are compared but left as they are: JSON pointers below spec, such as "
        '"/backup/retentionDays".',
    )


class NetworkRef(Part, frozen=True):
    """A Network in the same namespace."""

    name: ObjectName = Field(description="Name of the Network.")


class ZoneRef(Part, frozen=True):
    """A DnsZone in the same namespace."""

    name: ObjectName = Field(description="Name of the DnsZone.")


_TAG_KEY = r"^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{1,128}$"


def _account(role_arn: str | None) -> str | None:
    return role_arn.split(":")[4] if role_arn else None


def _free_tag(key: str) -> bool:
    plain = all(category(c)[0] in "LZN" or c in "_.:/=+@-" for c in key)
    return 1 <= len(key) <= 128 and plain and not key.startswith(("aws:", "trueup.dev/"))


class Spec(Part, frozen=True):
    """What every kind has."""

    region: Region | None = Field(
        default=None,
        description="AWS region, such as us-east-1. Default: the operator's; status.region shows it. Cannot change.",
    )
    role_arn: RoleArn | None = Field(
        default=None,
        description="IAM role to act as. Default: the namespace's annotation trueup.dev/role-arn, "
        "else the operator's own credentials. Only a role of the same account can take its place.",
    )
    drift_policy: DriftPolicy = Field(default=DriftPolicy(), description="What to do when AWS differs from this spec.")
    deletion_policy: DeletionPolicy
    criticality: Criticality
    tags: dict[str, TagValue] = Field(
        default={}, max_length=40, description="AWS tags for everything that this object makes."
    )

    RULES: ClassVar[tuple[Rule, ...]] = (
        Rule(
            cel="self.tags.all(k, k.matches('"
            + _TAG_KEY
            + "') && !k.startsWith('aws:') && !k.startsWith('trueup.dev/'))",
            message="A tag's key has 1 to 128 letters, digits, spaces or _.:/=+@- "
            "and does not begin with aws: or trueup.dev/, which are reserved. Choose another key.",
            holds=lambda spec: all(_free_tag(key) for key in spec.tags),
            at=".tags",
        ),
    )
    CHANGES: ClassVar[tuple[Change, ...]] = (
        immutable_optional(
            "region",
            "region cannot be set, changed or removed later: what exists cannot move. "
            "Create a new object with the other region.",
        ),
        Change(
            cel="has(self.roleArn) == has(oldSelf.roleArn)"
            " && (!has(self.roleArn) || self.roleArn.contains(':' + oldSelf.roleArn.split(':')[4] + ':'))",
            message="roleArn cannot be set or removed later, nor name a role of another account: "
            "what exists would be lost from sight. Create a new object with the other roleArn.",
            holds=lambda new, old: _account(new.role_arn) == _account(old.role_arn),
        ),
    )

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """The rules of this kind's spec, and that what it ignores are fields of it."""
        return (*super().rules(), known_fields(cls))

    @property
    def adopted_name(self) -> str | None:
        """The AWS name of what this object takes over; None where it makes its own."""
        return None
