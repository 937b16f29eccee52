"""Reads by age: the oldest first, no more than the budget, and all in time however many there are."""

from datetime import UTC, datetime, timedelta

from trueup.aws.turns import EARLY, FirstTurns, Turns

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SWEEP = timedelta(seconds=60)
EVERY = timedelta(minutes=30)


def sweep(turns: Turns, read_at: dict[str, datetime], now: datetime) -> list[str]:
    """One sweep that asks for every read and makes those whose turn it is."""
    made = [key for key in read_at if turns.comes(key, read_at[key], EVERY, now)]
    for key in made:
        read_at[key] = now
        turns.made(key, now)
    return made


def test_the_oldest_come_first_within_the_budget() -> None:
    turns = Turns(2, SWEEP)
    read_at = {name: START + timedelta(seconds=number) for number, name in enumerate("dbac")}
    assert sweep(turns, read_at, START + SWEEP) == []
    assert sweep(turns, read_at, START + EVERY) == ["d", "b"]
    assert sweep(turns, read_at, START + EVERY + SWEEP / 2) == []
    assert sweep(turns, read_at, START + EVERY + SWEEP) == ["a", "c"]
    assert sweep(turns, read_at, START + EVERY + SWEEP * 2) == []


def test_a_thousand_read_at_once_are_spread_and_yet_all_in_time() -> None:
    turns = Turns(10, SWEEP)
    read_at = {f"{number}": START for number in range(1000)}
    oldest, most, now = timedelta(0), 0, START
    for _ in range(120):
        now += SWEEP
        most = max(most, len(sweep(turns, read_at, now)))
        oldest = max(oldest, now - min(read_at.values()))
    assert oldest <= EVERY
    assert most <= 134


def test_what_nobody_asks_for_takes_nobodys_turn() -> None:
    turns = Turns(1, SWEEP)
    read_at = {"gone": START, "here": START + timedelta(seconds=1)}
    sweep(turns, read_at, START + SWEEP)
    del read_at["gone"]
    now = START + EVERY
    made = [sweep(turns, read_at, now + SWEEP * number) for number in range(4)]
    assert ["here"] in made


def first_sweeps(turns: FirstTurns, waiting: dict[str, tuple[int, timedelta]], limit: int) -> dict[str, int]:
    """In which sweep each document was read for the first time, when all are asked for in every sweep."""
    read: dict[str, int] = {}
    for number in range(limit):
        for key, (reads, every) in waiting.items():
            if key not in read and turns.comes(key, reads, every, START + SWEEP * number):
                read[key] = number
                turns.made(key)
    return read


def test_a_few_are_read_for_the_first_time_at_once() -> None:
    assert first_sweeps(FirstTurns(3, SWEEP), {"a": (2, EVERY), "b": (1, EVERY)}, 1) == {"a": 0, "b": 0}


def test_many_are_read_for_the_first_time_evenly_the_urgent_first_and_all_in_time() -> None:
    urgent = {f"u{number}": (2, timedelta(minutes=5)) for number in range(1000)}
    calm = {f"c{number}": (1, EVERY) for number in range(1000)}
    read = first_sweeps(FirstTurns(50, SWEEP), {**calm, **urgent}, 60)
    assert len(read) == 2000
    assert max(read[key] for key in urgent) < 5
    assert max(read[key] for key in calm) < 30 * EARLY
    sweeps = list(read.values())
    most = max(sum(2 if key in urgent else 1 for key in read if read[key] == sweep) for sweep in set(sweeps))
    assert most <= 850


def test_a_first_read_that_failed_keeps_its_turn() -> None:
    turns = FirstTurns(1, SWEEP)
    assert [turns.comes("a", 1, EVERY, START), turns.comes("b", 1, EVERY, START)] == [True, False]
    assert [turns.comes("a", 1, EVERY, START + SWEEP), turns.comes("b", 1, EVERY, START + SWEEP)] == [True, False]
    turns.made("a")
    assert turns.comes("b", 1, EVERY, START + 2 * SWEEP)
