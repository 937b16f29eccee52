"""Rules of a spec, each declared once and checked twice.

The API server checks a rule as CEL when an object is applied; `trueup plan` checks the same rule as Python
when there is no cluster. One declaration holds both forms and the sentence a person reads, so that the two
cannot say different things. CEL is described in https://kubernetes.io/docs/reference/using-api/cel/.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic.alias_generators import to_camel

Subject: TypeAlias = Any
"""The model that a rule stands on. It lists its rules, so it is declared after them."""


@dataclass(frozen=True)
class Rule:
    """Something that must hold in every version of a spec.

    `cel` speaks of `self`, the object that the rule stands on; `holds` gets the same object as a model. `at`
    is the path below that object (".capacity.min") that an error is shown at; empty means the object itself.
    """

    cel: str
    message: str
    holds: Callable[[Subject], bool]
    at: str = ""


@dataclass(frozen=True)
class Change:
    """Something that must hold between a spec and the one that replaces it.

    `cel` speaks of `self` (new) and `oldSelf`; `holds` gets the new and the old model, in this order.
    """

    cel: str
    message: str
    holds: Callable[[Subject, Subject], bool]
    at: str = ""


def immutable(attribute: str, message: str) -> Change:
    """A required field that keeps the value it was created with."""
    name = to_camel(attribute)
    return Change(
        cel=f"self.{name} == oldSelf.{name}",
        message=message,
        holds=lambda new, old: getattr(new, attribute) == getattr(old, attribute),
        at=f".{name}",
    )


def immutable_optional(attribute: str, message: str) -> Change:
    """An optional field that keeps its value, and keeps being absent where it was absent.

    It stands on the parent, because a rule on the field itself does not run when the field comes or goes.
    """
    name = to_camel(attribute)
    return Change(
        cel=f"has(self.{name}) == has(oldSelf.{name}) && (!has(self.{name}) || self.{name} == oldSelf.{name})",
        message=message,
        holds=lambda new, old: getattr(new, attribute) == getattr(old, attribute),
    )


def unique(attribute: str, message: str) -> Rule:
    """A list of scalars or objects in which no value comes twice.

    The list has a default, so it is always there.
    """
    name = to_camel(attribute)

    return Rule(
        cel=f"self.{name}.all(x, self.{name}.exists_one(y, y == x))",
        message=message,
        holds=lambda part: all(getattr(part, attribute).count(item) == 1 for item in getattr(part, attribute)),
        at=f".{name}",
    )


def keeps_adopted(message: str) -> Change:
    """A rule of change for kinds with `adopt`: it may be added, then it stays as it is."""
    return Change(
        cel="!has(oldSelf.adopt) || (has(self.adopt) && self.adopt == oldSelf.adopt)",
        message=message,
        holds=lambda new, old: old.adopt is None or new.adopt == old.adopt,
    )


def not_both(one: str, other: str, message: str) -> Rule:
    """Two optional fields of which at most one is given."""
    return Rule(
        cel=f"!has(self.{to_camel(one)}) || !has(self.{to_camel(other)})",
        message=message,
        holds=lambda spec: getattr(spec, one) is None or getattr(spec, other) is None,
    )
