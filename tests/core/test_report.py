"""The whole status, when it is worth writing, and the Events between two of them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.core.samples import NOW, Box, Rule, converged, graph, look, shown
from trueup.core.conditions import Situation
from trueup.core.cost import Estimate, fixed
from trueup.core.graph import Problem
from trueup.core.ledger import Entry, Ledger, Response
from trueup.core.plan import Action, Block, Blocker, Cause, FieldChange, Plan, Step
from trueup.core.planning import History, plan
from trueup.core.report import (
    About,
    Event,
    differs,
    kept,
    plan_json,
    released,
    remembered,
    resources,
    status_of,
    told,
    transitions,
)
from trueup.core.values import Key, Severity

BOX = Box(name="box", size=1)
DECLARED = graph(BOX)
DIGEST = converged(DECLARED)["Test::Box/box"]
ABOUT = About(3, "us-east-1", "yes", {"id": "id-box"}, Estimate((fixed("box", Decimal(5), "full"),), date(2026, 9, 1)))
ENTRY = Entry("Test::Box/box", "Size", "/size", 1, 9, Severity.NORMAL, NOW, Response.CORRECTING)
REST: dict[str, Any] = {
    "type": "Test::Box",
    "name": "box",
    "id": "id-box",
    "state": "Ready",
    "applied": DIGEST,
}


def situation(docs: dict[Any, Any], before: dict[str, Any] | None = None, **more: Any) -> Situation:
    """How an object stands whose AWS resources are these."""
    observed = look(DECLARED, docs)
    return Situation(plan(DECLARED, observed, History()), Ledger(), observed, before=before or {}, **more)


def before(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"resources": list(entries)}


def test_the_status_at_rest() -> None:
    found = status_of(DECLARED, situation({Box: [shown(BOX)]}), ABOUT, NOW)
    conditions = found.pop("conditions")
    assert [(c["type"], c["status"]) for c in conditions] == [
        ("Ready", "True"),
        ("Reconciling", "False"),
        ("Synced", "True"),
        ("InSync", "True"),
        ("Stalled", "False"),
        ("Gated", "False"),
    ]
    assert found == {
        "observedGeneration": 3,
        "region": "us-east-1",
        "summary": "Ready",
        "drift": {"count": 0, "fields": [], "recent": []},
        "resources": [REST],
        "lastChecked": "2026-11-23T12:00:00Z",
        "lastHandledReconcile": "yes",
        "outputs": {"id": "id-box"},
        "cost": {
            "monthlyUSD": "5.00",
            "lowUSD": "5.00",
            "highUSD": "5.00",
            "lines": [{"item": "box", "usd": "5.00", "assumption": "full"}],
            "asOf": "2026-09-01",
        },
    }


def test_what_was_noted_stands_while_aws_cannot_be_read_and_is_told_once() -> None:
    old: dict[str, Any] = {"notes": ["look there"]}
    unread = status_of(DECLARED, Situation(Plan(), Ledger(), None, before=old), ABOUT, NOW)
    assert unread["notes"] == ["look there"]
    assert "Noted" not in [event.reason for event in transitions(old, unread, (Ledger(), Ledger()))]
    assert "notes" not in status_of(DECLARED, situation({Box: [shown(BOX)]}, old), ABOUT, NOW)


def test_what_has_nothing_to_say_is_left_out() -> None:
    found = status_of(DECLARED, situation({Box: [shown(BOX)]}), About(1, "us-east-1", None), NOW)
    assert {"lastHandledReconcile", "outputs", "cost", "plan"} & found.keys() == set()


def test_while_aws_cannot_be_read_the_last_word_stands() -> None:
    old = {**before(REST), "outputs": {"id": "old"}}
    found = status_of(DECLARED, Situation(Plan(), Ledger(), None, before=old), ABOUT, NOW)
    assert (found["resources"], found["outputs"]) == ([REST], {"id": "old"})


@pytest.mark.parametrize("known", [{}, {"lastChecked": "2026-11-22T08:00:00Z"}])
def test_only_a_look_at_aws_counts_as_one(known: dict[str, str]) -> None:
    unread = Situation(Plan(), Ledger(), None, before={**before(REST), **known})
    found = status_of(DECLARED, unread, ABOUT, NOW)
    assert {name: value for name, value in found.items() if name == "lastChecked"} == known
    assert not differs(found, status_of(DECLARED, replace(unread, before=found), ABOUT, NOW), NOW)


# ---- resources --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("docs", "old", "entries"),
    [
        pytest.param({Box: [shown(BOX)]}, [], [REST], id="converged"),
        pytest.param({}, [], [{"type": "Test::Box", "name": "box", "state": "Absent"}], id="never made"),
        pytest.param(
            {}, [REST], [{"type": "Test::Box", "name": "box", "state": "Absent", "applied": DIGEST}], id="gone"
        ),
        pytest.param({Box: [shown(BOX, Size=9)]}, [REST], [REST], id="differs: the old digest stands"),
        pytest.param(
            {Box: [shown(BOX, Size=9)]},
            [],
            [{k: v for k, v in REST.items() if k != "applied"}],
            id="differs and was never converged",
        ),
        pytest.param(
            {Box: [shown(BOX, Size=9, Pending={"size": 1})]},
            [{**REST, "applied": "v1:old"}],
            [{**REST, "applied": "v1:old"}],
            id="accepted and not applied",
        ),
        pytest.param(
            {Box: [shown(BOX)], Rule: [{"Id": "r", "BoxId": "id-box", "Allows": "x"}]},
            [],
            [
                {k: v for k, v in REST.items() if k != "applied"},
                {"type": "Test::Rule", "name": "id-box/x", "id": "r", "state": "Ready"},
            ],
            id="never without the part that AWS put into it: not converged",
        ),
        pytest.param(
            {Box: [shown(BOX)], Rule: [{"Id": "r", "BoxId": "id-box", "Allows": "x"}]},
            [REST],
            [REST, {"type": "Test::Rule", "name": "id-box/x", "id": "r", "state": "Ready"}],
            id="with a part that somebody put into it: the old digest stands",
        ),
    ],
)
def test_the_resources_with_what_was_converged(docs: Any, old: Any, entries: Any) -> None:
    assert resources(DECLARED, situation(docs, before(*old))) == entries


def test_what_is_not_ours_has_no_id_in_status() -> None:
    observed = look(DECLARED, {Box: [shown(BOX)]})
    theirs = {key: replace(seen, owned=False) for key, seen in observed.seen.items()}
    observed.seen.update(theirs)
    trouble = Plan(problems=(Problem("NotOwned", "x", BOX.key),))
    found = resources(DECLARED, Situation(trouble, Ledger(), observed))
    assert found == [{"type": "Test::Box", "name": "box", "state": "NotOwned"}]
    assert resources(DECLARED, Situation(Plan(), Ledger(), observed)) == found, "whether or not the plan speaks of it"


def test_memory_that_cannot_be_read_is_none() -> None:
    assert remembered({"resources": [REST, "x", {"type": "y"}]}) == {"Test::Box/box": REST}
    assert remembered({"resources": None}) == {}


def test_what_stays_in_aws() -> None:
    rule = {"Id": "r", "BoxId": "id-box", "Allows": "x"}
    assert kept(situation({Box: [shown(BOX)], Rule: [rule]})) == (
        "Test::Box/box (id-box)",
        "Test::Rule/id-box/x (r)",
    )


def test_what_stays_is_told_whole_in_as_many_events_as_it_takes() -> None:
    rules = [{"Id": f"r{n}", "BoxId": "id-box", "Allows": "x" * 60 + str(n)} for n in range(30)]
    now = situation({Box: [shown(BOX)], Rule: rules})
    told = released(now, "spec.deletionPolicy is Retain")
    begins = "Let go because spec.deletionPolicy is Retain. In AWS stay"
    assert [event.message.partition(": ")[0] for event in told] == [begins] + [f"{begins}, too"] * (len(told) - 1)
    named = [name for event in told for name in event.message.partition(": ")[2].split(", ")]
    assert (tuple(named), max(len(event.message) for event in told) <= 1024) == (kept(now), True)
    assert len(told) > 1
    assert released(situation({}), "why") == ()


# ---- the plan in status -----------------------------------------------------------------------------------------


def step(block: Block | None = None, **more: Any) -> Step:
    change = FieldChange("Size", None, None, 1, **more)
    return Step(Key("Test::Box", "box"), Box, Action.UPDATE, Cause.PENDING, (change,), block=block)


SHOWN: dict[str, Any] = {
    "resource": "Test::Box/box",
    "action": "update",
    "fields": [{"path": "Size", "to": 1}],
    "effect": "",
}


@pytest.mark.parametrize(
    ("one", "change"),
    [
        (step(), SHOWN),
        (step(accepted=True), SHOWN),
        (step(ignored=True), None),
        (step(Block(Blocker.POLICY, "ReportOnly", "x")), None),
        (
            step(Block(Blocker.PERSON, "ApprovalNeeded", "x")),
            {**SHOWN, "blocked": {"reason": "ApprovalNeeded", "message": "x"}},
        ),
    ],
    ids=["to write", "accepted", "ignored", "reported", "blocked"],
)
def test_the_plan_holds_what_is_to_be_written(one: Step, change: dict[str, Any] | None) -> None:
    found = Plan((one,))
    assert plan_json(found) == (None if change is None else {"id": found.id, "changes": [change]})


# ---- when it is written -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "minutes", "worth"),
    [
        pytest.param({}, {"a": 1}, 0, True, id="the first"),
        pytest.param({"a": 1}, {"a": 1}, 9, False, id="the same"),
        pytest.param({"a": 1}, {"a": 1}, 10, True, id="the same, ten minutes old"),
        pytest.param({"a": 1}, {"a": 2}, 0, True, id="another"),
        pytest.param({"a": 1}, {}, 0, True, id="less"),
    ],
)
def test_when_a_status_is_worth_writing(old: dict[str, Any], new: dict[str, Any], minutes: int, worth: bool) -> None:
    earlier = {**old, "lastChecked": "2026-11-23T12:00:00Z"} if old else {}
    assert differs(earlier, {**new, "lastChecked": "now"}, NOW + timedelta(minutes=minutes)) is worth


# ---- events -----------------------------------------------------------------------------------------------------


def status(**conditions: tuple[str, str]) -> dict[str, Any]:
    """A status of these conditions: type, with status and reason."""
    listed = [
        {"type": type, "status": word, "reason": reason, "message": f"{reason}."}
        for type, (word, reason) in conditions.items()
    ]
    return {"conditions": listed}


@pytest.mark.parametrize(
    ("old", "new", "events"),
    [
        pytest.param({}, status(Ready=("True", "Available")), [Event("Normal", "Available", "Available.")], id="ready"),
        pytest.param(status(Ready=("True", "A")), status(Ready=("True", "A")), [], id="still ready"),
        pytest.param(
            status(Ready=("True", "A")),
            status(Ready=("False", "Failed")),
            [Event("Warning", "Failed", "No longer ready: Failed.")],
            id="no longer ready",
        ),
        pytest.param(
            status(Ready=("True", "A")),
            {**status(Ready=("False", "Deleting")), "summary": "Deleting"},
            [Event("Normal", "Deleting", "No longer ready: Deleting.")],
            id="no longer ready because somebody deletes it",
        ),
        pytest.param({}, status(Ready=("False", "Creating")), [], id="not yet ready"),
        pytest.param(
            status(Stalled=("False", "x")),
            status(Stalled=("True", "Denied")),
            [Event("Warning", "Denied", "Denied.")],
            id="stalled",
        ),
        pytest.param(status(Stalled=("True", "D")), status(Stalled=("True", "D")), [], id="still stalled"),
        pytest.param(
            status(Stalled=("True", "D")),
            status(Stalled=("True", "E")),
            [Event("Warning", "E", "E.")],
            id="stalled by something else",
        ),
        pytest.param(
            {}, status(Gated=("True", "OverBudget")), [Event("Warning", "OverBudget", "OverBudget.")], id="gated"
        ),
        pytest.param(status(Stalled=("True", "D")), status(Stalled=("False", "x")), [], id="healed"),
    ],
)
def test_events_tell_transitions_only(old: dict[str, Any], new: dict[str, Any], events: list[Event]) -> None:
    assert list(transitions(old, new, (Ledger(), Ledger()))) == events


def test_drift_is_told_when_it_comes_and_when_it_goes() -> None:
    none, some = Ledger(), Ledger(open=(ENTRY,))
    said = "Test::Box/box Size is 9, declared 1"
    assert transitions({}, {}, (none, some)) == (Event("Warning", "Drifted", f"{said} (Correcting)"),)
    assert transitions({}, {}, (some, none)) == (Event("Normal", "DriftGone", f"No longer so: {said}"),)
    assert transitions({}, {}, (some, Ledger(open=(replace(ENTRY, observed=5),)))) == ()


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (replace(ENTRY, path="", desired="present", observed=None), "Test::Box/box is absent"),
        (
            replace(ENTRY, path="", desired=None, observed={"Allows": "x"}),
            'Test::Box/box is there and not declared: {"Allows": "x"}',
        ),
        (ENTRY, "Test::Box/box Size is 9, declared 1"),
        (
            replace(ENTRY, path="Tags.team", desired="web", observed=None),
            "Test::Box/box Tags.team is absent, declared web",
        ),
        (replace(ENTRY, desired=True, observed=None), "Test::Box/box Size is absent, declared true"),
    ],
)
def test_an_entry_in_words(entry: Entry, sentence: str) -> None:
    assert told(entry) == sentence
