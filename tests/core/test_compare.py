"""Comparisons are total, reflexive, and forgive what AWS normalises and nothing else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.core import compare
from trueup.core.values import MISSING

EVERY = (
    compare.equal,
    compare.flag,
    compare.number,
    compare.ignoring_case,
    compare.same_set,
    compare.version_prefix,
    compare.same_json,
)
ONE_SIDED = (compare.equal, compare.flag, compare.version_prefix)
"""What AWS leaves out is forgiven on its side only."""
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)
PRESENT = VALUES.filter(lambda value: value is not None)


@pytest.mark.parametrize("same", EVERY)
@given(value=PRESENT)
def test_a_value_is_the_same_as_itself(same: compare.Same, value: Any) -> None:
    assert same(value, value) is True


@pytest.mark.parametrize("same", EVERY)
@given(want=PRESENT, have=VALUES | st.just(MISSING))
def test_every_answer_is_yes_or_no(same: compare.Same, want: Any, have: Any) -> None:
    assert same(want, have) in (True, False)


@pytest.mark.parametrize("same", [s for s in EVERY if s not in ONE_SIDED])
@given(one=PRESENT, other=PRESENT)
def test_sameness_does_not_depend_on_the_side(same: compare.Same, one: Any, other: Any) -> None:
    assert same(one, other) == same(other, one)


@given(st.lists(PRESENT, max_size=5), st.randoms())
def test_a_set_has_no_order(members: list[Any], chance: Any) -> None:
    shuffled = list(members)
    chance.shuffle(shuffled)
    assert compare.same_set(members, shuffled)


@given(st.lists(st.integers(0, 99), min_size=1, max_size=4), st.integers(1, 4))
def test_a_version_covers_exactly_what_begins_with_it(parts: list[int], length: int) -> None:
    version = ".".join(map(str, parts))
    prefix = ".".join(map(str, parts[:length]))
    assert compare.version_prefix(prefix, version)
    assert not compare.version_prefix(f"{prefix}9.9.9.9", version)


@pytest.mark.parametrize(
    ("same", "want", "have", "answer"),
    [
        pytest.param(compare.equal, 1, 1.0, True, id="numbers by value"),
        pytest.param(compare.equal, 1, True, False, id="one is not true"),
        pytest.param(compare.equal, 0, False, False, id="nought is not false"),
        pytest.param(compare.equal, (1, 2), [1, 2], True, id="a tuple is a list"),
        pytest.param(compare.equal, [1, 2], [2, 1], False, id="lists have an order"),
        pytest.param(compare.equal, [], MISSING, True, id="an absent list is empty"),
        pytest.param(compare.equal, {}, None, True, id="an absent map is empty"),
        pytest.param(compare.equal, {"a": 1}, {"a": 1, "b": 2}, False, id="a map with more"),
        pytest.param(compare.equal, "a", "A", False, id="case counts"),
        pytest.param(compare.equal, "", MISSING, False, id="no text is not the empty one"),
        pytest.param(compare.flag, False, MISSING, True, id="an absent switch is off"),
        pytest.param(compare.flag, True, MISSING, False, id="an absent switch is not on"),
        pytest.param(compare.flag, True, {"SecretArn": "x"}, True, id="something is on"),
        pytest.param(compare.number, "50", "50.0", True, id="trailing zeros"),
        pytest.param(compare.number, "50", 50, True, id="text or number"),
        pytest.param(compare.number, "50.00", "50.01", False, id="a cent"),
        pytest.param(compare.number, "50", MISSING, False, id="no number"),
        pytest.param(compare.ignoring_case, "Sun:04:00", "sun:04:00", True, id="days"),
        pytest.param(compare.ignoring_case, "a", MISSING, False, id="nothing to compare with"),
        pytest.param(compare.same_set, [], MISSING, True, id="an absent set is empty"),
        pytest.param(compare.same_set, [{"a": 1, "b": 2}], [{"b": 2, "a": 1}], True, id="members are maps"),
        pytest.param(compare.same_set, ["a", "a"], ["a"], False, id="twice is not once"),
        pytest.param(compare.same_set, ["a"], ["a", "b"], False, id="one too many"),
        pytest.param(compare.same_set, ["a"], "a", False, id="one is not a set of one"),
        pytest.param(compare.same_set, ["a"], True, False, id="no set at all"),
        pytest.param(compare.version_prefix, "16", "16.9", True, id="major only"),
        pytest.param(compare.version_prefix, "1", "16.9", False, id="whole parts"),
        pytest.param(compare.version_prefix, "16.9", "16", False, id="more than is shown"),
        pytest.param(compare.version_prefix, "16.9", "16.10", False, id="another minor"),
        pytest.param(compare.version_prefix, "16", MISSING, False, id="no version"),
        pytest.param(compare.same_json, '{"a": 1, "b": 2}', {"b": 2, "a": 1}, True, id="text or value"),
        pytest.param(compare.same_json, "{", "{", True, id="no JSON, the same"),
        pytest.param(compare.same_json, '{"a": 1}', '{"a": 2}', False, id="other JSON"),
    ],
)
def test_what_is_the_same(same: compare.Same, want: Any, have: Any, answer: bool) -> None:
    assert same(want, have) is answer
