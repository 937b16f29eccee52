"""A list that AWS bills is read rarely: on its own clock, anew on request, and closely for a while after our writes."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from tests.aws.conftest import HERE
from tests.aws.declared import Vpc
from trueup.aws.observation import Observer

MINUTE = timedelta(minutes=1)
ANEW = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class BilledVpc(Vpc):
    """Listed once an hour."""

    LISTING = replace(Vpc.LISTING, every=3600)


@pytest.fixture
def vpc(ec2) -> str:
    return str(ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])


def reads(observer: Observer, max_age: timedelta = MINUTE) -> int:
    """How many requests a look at the list took."""
    before = observer.meter.total()
    observer.observe(HERE, [BilledVpc], max_age)
    return observer.meter.total() - before


def test_it_is_read_once_an_hour_however_often_it_is_looked_at(vpc, observer: Observer, clock) -> None:
    found: list[int] = []
    for _ in range(122):
        found.append(reads(observer))
        clock.forward(60)
    assert [minute for minute, count in enumerate(found) if count] == [0, 61]


def test_whoever_asks_for_it_anew_gets_it_anew(vpc, observer: Observer, clock) -> None:
    reads(observer)
    clock.forward(1)
    assert [reads(observer, ANEW), reads(observer)] == [1, 0]


def test_after_a_write_of_ours_it_is_read_like_any_other_for_two_minutes(vpc, observer: Observer, clock) -> None:
    reads(observer)
    clock.forward(600)
    observer.wrote(HERE, BilledVpc, vpc, clock.now)
    found: list[int] = []
    for _ in range(10):
        clock.forward(30)
        found.append(reads(observer, timedelta(seconds=20)))
    assert found == [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]


def test_a_write_of_unknown_outcome_counts_too(vpc, observer: Observer, clock) -> None:
    reads(observer)
    clock.forward(600)
    observer.reread(HERE, BilledVpc, vpc)
    clock.forward(30)
    assert reads(observer, timedelta(seconds=20)) == 1


def test_a_list_that_was_never_read_is_read(vpc, observer: Observer, clock) -> None:
    assert reads(observer) == 1
    observer.forget()
    assert reads(observer) == 1
