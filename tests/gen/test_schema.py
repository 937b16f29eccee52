"""Pydantic's JSON Schema becomes the dialect that a CRD takes."""

from decimal import Decimal
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from trueup.gen.schema import NotStructural, structural
from trueup.kinds.common.rules import Change, Rule
from trueup.kinds.common.spec import Part


class Inner(Part, frozen=True):
    """Inner words."""

    only: Literal["a"] = "a"
    gone: int | None = None

    RULES = (Rule(cel="self.only == 'a'", message="It is a.", holds=lambda inner: inner.only == "a"),)
    CHANGES = (Change(cel="self == oldSelf", message="It stays.", holds=lambda new, old: new == old, at=".only"),)


class Outer(Part, frozen=True):
    """Outer words."""

    above: Annotated[float, Field(gt=1.5, lt=9)]
    one_inner: Inner = Field(default=Inner(), description="Words of the field.")
    maybe: Inner | None = None
    told: bool = Field(default=False, description="Whether it is told.")
    inners: tuple[Inner, ...] = Field(default=(), max_length=2, strict=False)
    labels: dict[str, Annotated[str, Field(max_length=3)]] = Field(default={}, max_length=4)


INNER = {
    "type": "object",
    "description": "Inner words.",
    "properties": {"only": {"type": "string", "enum": ["a"], "default": "a"}, "gone": {"type": "integer"}},
    "x-kubernetes-validations": [
        {"rule": "self.only == 'a'", "message": "It is a."},
        {"rule": "self == oldSelf", "message": "It stays.", "fieldPath": ".only"},
    ],
}


def test_a_model_as_a_structural_schema() -> None:
    assert structural(Outer) == {
        "type": "object",
        "description": "Outer words.",
        "required": ["above"],
        "properties": {
            "above": {
                "type": "number",
                "minimum": 1.5,
                "exclusiveMinimum": True,
                "maximum": 9,
                "exclusiveMaximum": True,
            },
            "oneInner": {**INNER, "description": "Words of the field.", "default": {"only": "a"}},
            "maybe": INNER,
            "told": {"type": "boolean", "default": False, "description": "Whether it is told. Default: false."},
            "inners": {"type": "array", "maxItems": 2, "default": [], "items": INNER},
            "labels": {
                "type": "object",
                "maxProperties": 4,
                "default": {},
                "additionalProperties": {"type": "string", "maxLength": 3},
            },
        },
    }


class Choice(BaseModel):
    value: int | str


class Pair(BaseModel):
    pair: tuple[int, str]


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (Choice, "Choice.value may be of several types, which a CRD cannot say."),
        (Pair, "Pair.pair uses prefixItems, which a CRD cannot say."),
    ],
)
def test_what_a_crd_cannot_say_is_refused(model: type[BaseModel], sentence: str) -> None:
    with pytest.raises(NotStructural) as caught:
        structural(model)
    assert str(caught.value) == sentence


def test_a_number_that_is_text_too_is_refused() -> None:
    class Money(BaseModel):
        usd: Decimal

    with pytest.raises(NotStructural):
        structural(Money)
