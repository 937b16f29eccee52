"""What things cost in a month: list prices with a date, low and high, and the assumption beside each line.

An unknown price is said as unknown and never counted as nothing. Money is decimal; a month has 730 hours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypeAlias

from trueup.core.values import Doc, Json

HOURS: Final = Decimal(730)
CENT: Final = Decimal("0.01")
Beside: TypeAlias = Mapping[tuple[str, str], Doc]
"""Type and id → document, of all that AWS shows of one object."""


@dataclass(frozen=True, slots=True)
class Price:
    """One list price: USD per unit, where it was read and when. `verified` is False for derived figures."""

    usd: Decimal
    unit: str
    source: str
    as_of: date
    verified: bool = True


class _Consulted(Mapping[str, Price]):
    """Prices that remember which of them were asked for."""

    def __init__(self, prices: Mapping[str, Price]) -> None:
        self._prices = prices
        self.asked: set[str] = set()

    def __getitem__(self, item: str) -> Price:
        self.asked.add(item)
        return self._prices[item]

    def __iter__(self) -> Iterator[str]:
        return iter(self._prices)

    def __len__(self) -> int:
        return len(self._prices)


@dataclass(frozen=True, slots=True)
class PriceBook:
    """The list prices of one region, by our name for the item."""

    region: str
    prices: Mapping[str, Price]

    @property
    def as_of(self) -> date | None:
        """The oldest date of the prices that were asked for (of all of them, in a book that does not note it)."""
        prices = self.prices
        names = prices.asked if isinstance(prices, _Consulted) else prices.keys()
        return min((self._dated(name) for name in list(names) if name in prices), default=None)

    @property
    def newest(self) -> date | None:
        """The newest date of all prices."""
        return max(map(self._dated, self.prices), default=None)

    def _dated(self, name: str) -> date:
        return self.prices[name].as_of

    def consulted(self) -> PriceBook:
        """The same book, noting from now on which prices are asked for."""
        return PriceBook(self.region, _Consulted(self.prices))

    def usd(self, item: str) -> Decimal:
        """USD per unit. Raises KeyError for an item that the book does not hold: a fault of the declaration."""
        return self.prices[item].usd


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an estimate, in USD a month. `usd` None: the price is not known, and said so."""

    item: str
    usd: Decimal | None
    low: Decimal
    high: Decimal
    assumption: str


class Priced:
    """What a type says of its cost; nothing, where AWS charges nothing for it."""

    def cost(self, prices: PriceBook) -> tuple[Line, ...]:
        """What the resource costs in a month at list price; nothing where AWS charges nothing."""
        del prices
        return ()

    def may_raise_cost(self, changed: Collection[str]) -> bool:
        """A change of these fields may raise what it costs: of any, where AWS charges for it at all."""
        del changed
        return type(self).cost is not Priced.cost

    def seen_elsewhere(self, doc: Doc, beside: Beside) -> Mapping[str, Json]:
        """Fields that decide the cost and that the document shows nowhere of its own, as they are known otherwise.

        AWS keeps them with another resource, or only a mark of ours in the document tells.
        """
        del doc, beside
        return {}


@dataclass(frozen=True, slots=True)
class Estimate:
    """The lines of one or more objects, and their sums in USD a month."""

    lines: tuple[Line, ...]
    as_of: date | None

    @property
    def monthly(self) -> Decimal:
        """The expected sum of all lines whose price is known."""
        return sum((line.usd for line in self.lines if line.usd is not None), Decimal(0))

    @property
    def low(self) -> Decimal:
        """The least that the assumptions allow."""
        return sum((line.low for line in self.lines), Decimal(0))

    @property
    def high(self) -> Decimal:
        """The most that the declared limits allow."""
        return sum((line.high for line in self.lines), Decimal(0))

    @property
    def unknown(self) -> tuple[str, ...]:
        """The items whose price is not known."""
        return tuple(line.item for line in self.lines if line.usd is None)

    def __add__(self, other: Estimate) -> Estimate:
        dates = [day for day in (self.as_of, other.as_of) if day is not None]
        return Estimate(self.lines + other.lines, min(dates) if dates else None)


NOTHING: Final = Estimate((), None)


def fixed(item: str, usd: Decimal, assumption: str) -> Line:
    """A line whose low, expected and high are the same."""
    return Line(item, usd, usd, usd, assumption)


def total(estimates: Iterable[Estimate]) -> Estimate:
    """The sum of estimates, with every line kept."""
    return sum(estimates, NOTHING)


def money(amount: Decimal) -> str:
    """The amount as a money string, in whole cents: "43.80"."""
    return str(amount.quantize(CENT, ROUND_HALF_UP))
