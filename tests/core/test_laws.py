"""Laws of the pure core: comparisons, paths, tags, the gate, calm and the ledger, over drawn values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.core import compare, ledger
from trueup.core.ledger import Entry, Ledger, Response
from trueup.core.naming import OWNER_TAG, TAG_KEYS_TAG, Identity, client_token
from trueup.core.paths import get, put, steps
from trueup.core.policies import Gate, in_window
from trueup.core.tagging import differing_tags, tracked
from trueup.core.values import MISSING, Severity

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
COMPARISONS = (
    compare.equal,
    compare.flag,
    compare.number,
    compare.ignoring_case,
    compare.same_json,
)
NAME = st.from_regex("[A-Z][a-z]{1,5}", fullmatch=True)
MONEY = st.decimals(Decimal(0), Decimal(500), places=2)
TAGS = st.dictionaries(st.from_regex("[a-z]{1,6}", fullmatch=True), st.text("ab", max_size=3), max_size=5)


@pytest.mark.parametrize("same", COMPARISONS)
@given(value=JSON, other=JSON)
def test_comparisons_are_total_and_true_of_the_same(same: compare.Same, value: Any, other: Any) -> None:
    assert same(value, value) is True
    assert same(value, other) in (True, False)
    assert same(value, MISSING) in (True, False)


@given(st.lists(JSON, max_size=5), st.randoms())
def test_a_set_has_no_order(values: list[Any], random: Any) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)
    assert compare.same_set(values, shuffled)
    assert compare.same_set((), MISSING)
    assert not compare.same_set(values, [*values, "one more"])


@pytest.mark.parametrize(
    ("want", "have", "same"),
    [
        ("16", "16.9", True),
        ("16.1", "16.11", False),
        ("16.11", "16.11", True),
        ("16.11.2", "16.11", False),
        ("5.0.0", "5.0.0", True),
        ("16", MISSING, False),
    ],
)
def test_a_version_covers_whole_parts(want: str, have: Any, same: bool) -> None:
    assert compare.version_prefix(want, have) is same


@given(st.lists(NAME, min_size=1, max_size=4), JSON)
def test_what_is_put_is_found(names: list[str], value: Any) -> None:
    doc: dict[str, Any] = {}
    put(doc, ".".join(names), value)
    assert get(doc, ".".join(names)) == value
    assert steps(".".join(names)) == tuple(names)


def test_paths_gather_pick_and_miss() -> None:
    doc = {"A": [{"B": 1}, {"C": 2}, {"B": 3}]}
    assert [get(doc, path) for path in ("A[].B", "A[2].B", "A[9].B", "X.Y", "A.B")] == [
        [1, 3],
        3,
        MISSING,
        MISSING,
        MISSING,
    ]


def test_lists_are_put_by_place() -> None:
    doc: dict[str, Any] = {}
    put(doc, "IpPermissions[0].IpRanges[0].CidrIp", "10.0.0.0/8")
    assert doc == {"IpPermissions": [{"IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]}


@given(TAGS, TAGS, TAGS)
def test_exactly_our_tags_differ(old: Mapping[str, str], new: Mapping[str, str], theirs: Mapping[str, str]) -> None:
    """From what we set before to what we declare now; tags of others are never named."""
    strangers = {f"other-{key}": value for key, value in theirs.items()}
    have = {**strangers, **tracked(old)}
    found = {key: want for key, want, _ in differing_tags(tracked(new), have) if key != TAG_KEYS_TAG}
    gone = {key: MISSING for key in old if key not in new}
    assert found == {**gone, **{key: value for key, value in new.items() if old.get(key) != value}}
    assert list(differing_tags(tracked(new), {**strangers, **tracked(new)})) == []


@given(MONEY, st.integers(1, 1000), st.lists(MONEY, max_size=12))
def test_a_gate_lets_nothing_over_its_sum(limit: Decimal, percent: int, growths: list[Decimal]) -> None:
    """Objects that each ask in turn never reach its sum; what costs nothing more is never stopped."""
    spent = Decimal(0)
    for growth in growths:
        gate = Gate("platform", limit, Decimal(percent), spent, "estimate")
        assert not gate.closed(-growth)
        if not gate.closed(growth):
            spent += growth
        assert spent == 0 or spent < gate.closes_at


@given(st.lists(st.tuples(NAME, NAME, st.booleans()), max_size=8), st.integers(0, 10**6))
def test_a_ledger_survives_its_status(entries: list[tuple[str, str, bool]], seconds: int) -> None:
    at = NOW + timedelta(seconds=seconds)
    kept = Ledger(
        open=tuple(
            Entry(r, p, None, 1, 2, Severity.NORMAL, at, Response.CORRECTING, writes=(at,) if wrote else ())
            for r, p, wrote in entries
        ),
        last_detected=at,
    )
    assert ledger.read({"drift": kept.to_json()}) == kept


@given(st.text(max_size=30), st.text(max_size=300), st.integers(20, 100))
def test_names_fit_and_tell_owners_apart(namespace: str, name: str, limit: int) -> None:
    one, other = Identity("a", "Kind", namespace, name), Identity("b", "Kind", namespace, name)
    assert len(one.derived(limit)) <= limit
    assert one.derived(limit) != other.derived(limit)
    assert len(one.owner) <= 256
    assert client_token(one.owner, OWNER_TAG, "1") != client_token(one.owner, OWNER_TAG, "2")


@pytest.mark.parametrize(
    ("window", "within"),
    [
        ("mon:11:00-mon:13:00", True),
        ("mon:12:00-mon:12:30", True),
        ("mon:11:00-mon:12:00", False),
        ("sun:23:00-mon:12:30", True),
        ("fri:00:00-mon:00:30", False),
        (None, False),
    ],
)
def test_a_window_is_a_time_of_the_week(window: str | None, within: bool) -> None:
    """It is Monday, noon."""
    assert in_window(window, NOW) is within
