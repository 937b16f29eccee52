"""Drift remembered: opened once, kept with its first time, closed with the time at which it was gone."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.samples import NOW, Box
from trueup.core.ledger import KEPT, LISTED, Entry, Ledger, Response, advance, drifted, parse_time, read, stamp, wrote
from trueup.core.plan import Action, Block, Blocker, Cause, FieldChange, Plan, Step
from trueup.core.values import Key, Severity

LATER = NOW + timedelta(minutes=5)
TIMES = st.integers(0, 2_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
JSON = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
ENTRIES = st.builds(
    Entry,
    resource=st.text(min_size=1, max_size=8),
    path=st.text(max_size=8),
    spec_path=st.none() | st.just("/a/0"),
    desired=JSON,
    observed=JSON,
    severity=st.sampled_from(Severity),
    first_seen=TIMES,
    action=st.sampled_from(Response),
    by=st.just("unknown") | st.just("arn:aws:iam::1:role/x"),
    writes=st.lists(TIMES, max_size=3).map(tuple),
    corrected_at=st.none() | TIMES,
)
LEDGERS = st.builds(
    lambda opened, recent, seen, put: Ledger(tuple(opened), tuple(recent), seen, put),
    st.lists(ENTRIES, max_size=4),
    st.lists(ENTRIES, max_size=4),
    st.none() | TIMES,
    st.none() | TIMES,
)


def field(path: str = "Size", **more: Any) -> FieldChange:
    return FieldChange(path, f"/{path.lower()}", 9, 1, **more)


def step(name: str = "box", *fields: FieldChange, **more: Any) -> Step:
    action, cause = more.pop("action", Action.UPDATE), more.pop("cause", Cause.DRIFT)
    return Step(Key("Test::Box", name), Box, action, cause, fields or (field(),), **more)


def entry(path: str = "Size", at: datetime = NOW, **more: Any) -> Entry:
    base = Entry("Test::Box/box", path, f"/{path.lower()}", 1, 9, Severity.NORMAL, at, Response.CORRECTING)
    return replace(base, **more)


# ---- which fields are drift -------------------------------------------------------------------------------------


def block(by: Blocker, reason: str = "R") -> Block:
    return Block(by, reason, "m")


@pytest.mark.parametrize(
    ("one", "found"),
    [
        pytest.param(step(), [entry()], id="a field"),
        pytest.param(step(cause=Cause.PENDING), [], id="pending is no drift"),
        pytest.param(step(cause=Cause.PRUNE, action=Action.DELETE), [], id="a prune is no drift"),
        pytest.param(step("box", field(accepted=True)), [], id="accepted is no drift"),
        pytest.param(step(block=block(Blocker.TIME, "Settling")), [], id="settling is no drift"),
        pytest.param(step(block=block(Blocker.TIME, "AWSBusy")), [entry()], id="it waits and is drift"),
        pytest.param(step(block=block(Blocker.PEER)), [entry()], id="it waits for another and is drift"),
        pytest.param(step(block=block(Blocker.POLICY, "ReportOnly")), [entry(action=Response.REPORTED)], id="reported"),
        pytest.param(step(block=block(Blocker.POLICY, "Held")), [entry(action=Response.HELD)], id="held"),
        pytest.param(step(block=block(Blocker.PERSON)), [entry(action=Response.HELD)], id="for a person"),
        pytest.param(step(block=block(Blocker.GATE)), [entry(action=Response.HELD)], id="for a budget"),
        pytest.param(step("box", field(ignored=True)), [entry(action=Response.IGNORED)], id="ignored"),
        pytest.param(
            step("box", field(severity=Severity.CRITICAL)), [entry(severity=Severity.CRITICAL)], id="critical"
        ),
        pytest.param(
            step(action=Action.REPLACE, block=block(Blocker.PERSON)), [entry(action=Response.HELD)], id="to be replaced"
        ),
        pytest.param(
            step(action=Action.CREATE),
            [entry("", spec_path="/size", desired="present", observed=None)],
            id="gone",
        ),
        pytest.param(
            step("box", FieldChange("", None, {"Allows": "x"}, None), action=Action.DELETE),
            [entry("", spec_path=None, desired=None, observed={"Allows": "x"})],
            id="added by somebody",
        ),
    ],
)
def test_what_is_drift(one: Step, found: list[Entry]) -> None:
    assert list(drifted(Plan((one,)), NOW)) == found


@pytest.mark.parametrize(
    ("pointers", "where"),
    [
        (["/capacity/min", "/capacity/max"], "/capacity"),
        (["/publicSubnets/0", "/zones/0"], None),
        (["/a/0/x", "/a/0/y"], "/a/0"),
        (["/a"], "/a"),
        (["/a", None], "/a"),
        ([None], None),
    ],
)
def test_a_whole_resource_is_where_its_fields_meet(pointers: list[str | None], where: str | None) -> None:
    fields = [FieldChange(f"F{n}", pointer, None, 1) for n, pointer in enumerate(pointers)]
    (found,) = drifted(Plan((step("box", *fields, action=Action.CREATE),)), NOW)
    assert found.spec_path == where


# ---- over time --------------------------------------------------------------------------------------------------


def test_new_drift_is_opened_and_detected() -> None:
    assert advance(Ledger(), Plan((step(),)), NOW) == Ledger(open=(entry(),), last_detected=NOW)


def test_drift_that_stays_keeps_its_first_time_and_what_is_known_of_it() -> None:
    old = entry(by="arn:aws:iam::1:role/x", writes=(NOW,), observed=8)
    before = Ledger(open=(old,), last_detected=NOW)
    assert advance(before, Plan((step(),)), LATER) == replace(before, open=(replace(old, observed=9),))


def test_drift_that_stays_while_a_write_settles_is_neither_gone_nor_new() -> None:
    settling = Plan((step(block=block(Blocker.TIME, "Settling")),))
    before = Ledger(open=(entry(action=Response.IGNORED),), last_detected=NOW)
    assert advance(before, settling, LATER) == replace(before, open=(entry(),))
    assert advance(Ledger(), settling, LATER) == Ledger()


@pytest.mark.parametrize(("writes", "corrected"), [((NOW,), LATER), ((), None)])
def test_drift_that_is_gone_is_closed_with_its_time(writes: tuple[datetime, ...], corrected: datetime | None) -> None:
    old = entry(writes=writes)
    before = Ledger(open=(old,), last_detected=NOW)
    assert advance(before, Plan(), LATER) == Ledger(
        recent=(replace(old, corrected_at=LATER),), last_detected=NOW, last_corrected=corrected
    )


def test_drift_that_comes_again_is_new() -> None:
    gone = advance(Ledger(open=(entry(),)), Plan(), NOW)
    again = advance(gone, Plan((step(),)), LATER)
    assert (again.open, again.recent, again.last_detected) == ((entry(at=LATER),), gone.recent, LATER)


def test_critical_drift_is_listed_first_then_the_oldest() -> None:
    before = Ledger(open=(entry("Old"),))
    found = advance(
        before, Plan((step("box", field("New"), field("Bad", severity=Severity.CRITICAL), field("Old")),)), LATER
    )
    assert [e.path for e in found.open] == ["Bad", "Old", "New"]


def test_twenty_are_listed_and_all_are_counted() -> None:
    fields = [field(f"F{n}") for n in range(LISTED + 5)]
    said = advance(Ledger(), Plan((step("box", *fields),)), NOW).to_json()
    assert (said["count"], len(said["fields"])) == (25, 20)


def test_what_was_closed_is_kept_for_a_day_and_twenty_at_most() -> None:
    ages = (timedelta(0), KEPT - timedelta(seconds=1), KEPT)
    recent = tuple(entry(f"A{n}", corrected_at=NOW - age) for n, age in enumerate(ages))
    assert [e.path for e in advance(Ledger(recent=recent), Plan(), NOW).recent] == ["A0", "A1"]
    many = tuple(entry(f"B{n}") for n in range(LISTED + 5))
    closed = advance(Ledger(open=many, recent=recent), Plan(), NOW).recent
    assert [e.path for e in closed] == [f"B{n}" for n in range(LISTED)]


def test_ignored_drift_does_not_count_against_the_object() -> None:
    ledger = Ledger(open=(entry("A"), entry("B", action=Response.IGNORED)))
    assert [e.path for e in ledger.counted] == ["A"]
    assert ledger.to_json()["count"] == 2


def test_our_writes_are_noted_where_they_correct() -> None:
    before = Ledger(open=(entry("Size"), entry("Port"), entry("")))
    noted = wrote(before, step("box", field("Size"), field("Port", ignored=True)), LATER)
    assert [e.writes for e in noted.open] == [(LATER,), (), ()]
    whole = wrote(before, step(action=Action.CREATE), LATER)
    assert [e.writes for e in whole.open] == [(), (), (LATER,)]
    assert wrote(before, step("other"), LATER) == before


def test_the_last_five_writes_are_kept_and_added_up_over_closed_entries() -> None:
    ledger = Ledger(open=(entry(),), recent=(entry(writes=(NOW,)),))
    for minute in range(6):
        ledger = wrote(ledger, step(), NOW + timedelta(minutes=minute))
    last = tuple(NOW + timedelta(minutes=minute) for minute in range(1, 6))
    assert ledger.open[0].writes == last
    assert ledger.writes() == {("Test::Box/box", "Size"): (*last, NOW)}


# ---- in status --------------------------------------------------------------------------------------------------


@given(LEDGERS)
def test_what_is_written_is_read_back(ledger: Ledger) -> None:
    status = json.loads(json.dumps({"drift": ledger.to_json()}))
    assert read(status) == ledger


@given(st.recursive(JSON, lambda inner: st.dictionaries(st.sampled_from(["drift", "fields", "recent"]), inner)))
def test_any_status_can_be_read(status: Any) -> None:
    assert isinstance(read({"drift": status}), Ledger)


def test_an_entry_in_status() -> None:
    assert entry(writes=(NOW,), corrected_at=LATER, spec_path=None, observed=None).to_json() == {
        "resource": "Test::Box/box",
        "path": "Size",
        "desired": 1,
        "observed": None,
        "severity": "Normal",
        "firstSeen": "2026-11-23T12:00:00Z",
        "by": "unknown",
        "action": "Correcting",
        "writtenAt": ["2026-11-23T12:00:00Z"],
        "correctedAt": "2026-11-23T12:05:00Z",
    }


@given(TIMES)
def test_times_survive(at: datetime) -> None:
    assert parse_time(stamp(at)) == at


def test_a_time_may_be_written_in_small_letters() -> None:
    assert parse_time("2026-11-23t12:00:00z") == datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", [None, "", "tomorrow", "2026-11-23T12:00:00", 5])
def test_what_is_no_time_is_none(text: Any) -> None:
    assert parse_time(text) is None
