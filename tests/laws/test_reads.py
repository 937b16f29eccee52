"""Reads grow with pages, not with objects: one list serves all, and nothing is read by itself but what is declared."""

from __future__ import annotations

from math import ceil
from typing import Any

import pytest

from tests.house import House
from tests.laws.registered import example, peers
from trueup.kinds.registry import kinds
from trueup.sandbox.emulator.service import DEFAULT_QUOTAS

FEW, MANY = 3, 30
OF_ITS_OWN = {"DnsZone": "domain"}
"""Kind → the field of the spec of which AWS or we let only one object have the same, a domain name."""


def crowd(kind: str, count: int) -> House:
    """So many objects of a kind, at rest."""
    house = House()
    house.emulator.put_quotas(dict.fromkeys(DEFAULT_QUOTAS, 1000))
    documents: list[dict[str, Any]] = [example(kind, f"one-{number}") for number in range(count)]
    for number, document in enumerate(documents):
        if kind in OF_ITS_OWN:
            document["spec"][OF_ITS_OWN[kind]] = f"one-{number}.example.com"
    house.apply(*peers(documents[0]), *documents)
    house.settle()
    house.clock.advance(120)
    house.sweep()
    assert {m.status.get("summary") for m in house.cluster.all()} == {"Ready"}, house.summaries()
    return house


def lists(kind: str) -> set[str]:
    """The list calls that the kind's types need."""
    return {f"{t.LISTING.service or t.SERVICE}.{t.LISTING.operation}" for t in kinds()[kind].types}


def reads(house: House) -> dict[str, int]:
    """The calls of one more sweep."""
    house.clock.advance(61)
    house.emulator.clear_calls()
    house.sweep()
    return house.emulator.calls()


@pytest.mark.parametrize("kind", kinds())
def test_a_sweep_lists_as_often_for_many_as_for_few(kind: str) -> None:
    few, many = reads(crowd(kind, FEW)), reads(crowd(kind, MANY))
    page = {f"{t.LISTING.service or t.SERVICE}.{t.LISTING.operation}": t.LISTING.page for t in kinds()[kind].types}
    for call in lists(kind):
        size = max(page[call].values(), default=100)
        assert many.get(call, 0) <= few.get(call, 0) + ceil(MANY * 4 / size), call
    deep = {f"{read.service or t.SERVICE}.{read.operation}" for t in kinds()[kind].types for read in t.DEEP}
    assert set(many) <= {*lists(kind), *deep, *few}
    assert sum(many.get(call, 0) for call in deep) <= 50, "more than the budget of a sweep"
