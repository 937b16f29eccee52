"""Windows and networks, held against the plainest way to compute them: minute by minute, address by address."""

from hypothesis import given
from hypothesis import strategies as st

from trueup.kinds.common.networks import any_overlap, contains, is_canonical, prefix_length
from trueup.kinds.common.times import (
    DAY,
    DAYS,
    WEEK,
    daily_minutes,
    seconds,
    weekly_minutes,
    windows_overlap,
)

clocks = st.integers(0, DAY - 1)
weekly_clocks = st.integers(0, WEEK - 1)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def weekly_clock(minute: int) -> str:
    return f"{DAYS[minute // DAY]}:{clock(minute % DAY)}"


@given(clocks, st.integers(1, DAY - 1), weekly_clocks, st.integers(1, 3 * DAY))
def test_windows_overlap_when_they_share_a_minute(start: int, length: int, week: int, minutes: int) -> None:
    daily = f"{clock(start)}-{clock((start + length) % DAY)}"
    weekly = f"{weekly_clock(week)}-{weekly_clock((week + minutes) % WEEK)}"
    of_the_day = {(start + minute) % DAY for minute in range(length)}
    shared = any((week + minute) % WEEK % DAY in of_the_day for minute in range(minutes))
    assert windows_overlap(daily, weekly) is shared
    assert daily_minutes(daily) == (start, length)
    assert weekly_minutes(weekly) == (week, minutes)


def test_durations() -> None:
    assert [seconds(text) for text in ("300s", "5m", "24h")] == [300, 300, 86400]


def test_networks() -> None:
    assert is_canonical("10.0.0.0/16")
    assert not is_canonical("10.0.0.1/16")
    assert contains("10.0.0.0/16", "10.0.255.0/24")
    assert not contains("10.0.0.0/24", "10.0.0.0/16")
    assert any_overlap(["10.0.0.0/24", "10.0.1.0/24", "10.0.1.128/25"])
    assert any_overlap(["10.0.0.0/24", "10.0.0.0/24"])
    assert not any_overlap(["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/23"])
    assert prefix_length("10.0.0.0/8") == 8
