"""References filled, shown and found; nothing half filled is ever taken for whole."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.core.values import MISSING, Joined, Key, Phase, Pseudo, Ref, references, resolve, shown

REF, LOST = Ref(Key("Test::Box", "a"), "Id"), Ref(Key("Test::Box", "b"), "Id")
LEAVES = st.none() | st.integers() | st.text(max_size=3) | st.sampled_from([REF, LOST, Pseudo.REGION])
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        | st.lists(inner, max_size=3).map(lambda parts: Joined(tuple(parts)))
    ),
)


def lookup(ref: Ref | Pseudo) -> Any:
    return {REF: "id-a", Pseudo.REGION: "us-east-1"}.get(ref, MISSING)


@given(VALUES)
def test_a_value_is_filled_whole_or_not_at_all(value: Any) -> None:
    filled = resolve(value, lookup)
    assert (filled is MISSING) is (LOST in references(value))
    assert filled is MISSING or references(filled) == ()


@given(VALUES)
def test_what_is_shown_is_json_and_the_same_when_shown_again(value: Any) -> None:
    assert shown(shown(value)) == shown(value)
    assert references(shown(value)) == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (REF, "${Test::Box/a.Id}"),
        (Ref(REF.key, "Id", owner="trueup/Shelf/staging/x"), "${Shelf/staging/x:Test::Box/a.Id}"),
        (Pseudo.ACCOUNT, "${AccountId}"),
        (Joined(("arn:aws:s3:::", REF, "/*")), "arn:aws:s3:::${Test::Box/a.Id}/*"),
        ((1, [REF]), [1, ["${Test::Box/a.Id}"]]),
        (MISSING, None),
        ({1: Key("T", "n")}, {"1": "T/n"}),
    ],
)
def test_how_a_plan_shows_it(value: Any, text: Any) -> None:
    assert shown(value) == text


def test_which_phases_are_usable() -> None:
    assert [phase for phase in Phase if phase.usable] == [Phase.READY, Phase.BUSY]
