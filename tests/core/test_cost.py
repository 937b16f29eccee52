"""Money: strings in whole cents, unknown said as unknown, and the date of the prices that were asked for."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.samples import Box, Link
from trueup.core.cost import NOTHING, Estimate, Line, Price, PriceBook, fixed, money, total
from trueup.core.report import cost_json

CENTS = st.decimals(0, 10_000, places=2, allow_nan=False)
LINES = st.builds(
    lambda item, low, more, most, known: Line(item, low + more if known else None, low, low + more + most, ""),
    st.text(max_size=3),
    CENTS,
    CENTS,
    CENTS,
    st.booleans(),
)
ESTIMATES = st.builds(
    lambda lines, day: Estimate(tuple(lines), day), st.lists(LINES, max_size=4), st.none() | st.dates()
)


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "0.00"), ("43.8", "43.80"), ("0.005", "0.01"), ("0.0049", "0.00"), ("1234.5", "1234.50"), ("-1.5", "-1.50")],
)
def test_money_is_written_in_whole_cents(amount: str, text: str) -> None:
    assert money(Decimal(amount)) == text


@given(ESTIMATES, ESTIMATES, ESTIMATES)
def test_sums_do_not_depend_on_how_they_are_taken(a: Estimate, b: Estimate, c: Estimate) -> None:
    assert (a + b) + c == a + (b + c)
    assert NOTHING + a == a == a + NOTHING
    assert total([a, b]).monthly == a.monthly + b.monthly
    assert total([a, b]).low == a.low + b.low
    assert total([a, b]).unknown == a.unknown + b.unknown


@given(ESTIMATES)
def test_no_sum_is_over_its_bound(estimate: Estimate) -> None:
    assert estimate.low <= estimate.high
    assert estimate.monthly <= estimate.high
    assert estimate.unknown or estimate.low <= estimate.monthly


def test_an_unknown_price_is_said_as_unknown() -> None:
    known = fixed("box", Decimal("2.5"), "full")
    unknown = Line("traffic", None, Decimal(0), Decimal(9), "nobody knows")
    assert cost_json(Estimate((known, unknown), date(2026, 9, 20))) == {
        "monthlyUSD": "2.50",
        "lowUSD": "2.50",
        "highUSD": "11.50",
        "lines": [
            {"item": "box", "usd": "2.50", "assumption": "full"},
            {"item": "traffic", "usd": "unknown", "assumption": "nobody knows"},
        ],
        "asOf": "2026-09-20",
    }
    assert cost_json(NOTHING) == {"monthlyUSD": "0.00", "lowUSD": "0.00", "highUSD": "0.00", "lines": []}


def test_a_book_is_as_old_as_the_oldest_price_that_was_asked_for() -> None:
    prices = {
        "box": Price(Decimal("2.50"), "month", "here", date(2026, 5, 1)),
        "old": Price(Decimal(1), "month", "here", date(2020, 1, 1)),
    }
    book = PriceBook("us-east-1", prices)
    consulted = book.consulted()
    assert (book.as_of, consulted.as_of, book.newest) == (date(2020, 1, 1), None, date(2026, 5, 1))
    assert Box(name="a", size=2).cost(consulted) == (fixed("box", Decimal("5.00"), "full"),)
    assert consulted.as_of == date(2026, 5, 1)
    with pytest.raises(KeyError):
        book.usd("none")


def test_any_change_may_cost_of_what_aws_charges_for_and_none_of_what_is_free() -> None:
    assert [one.may_raise_cost({"size"}) for one in (Box(name="box"), Link(name="link"))] == [True, False]
