"""Every branch of every condition, and what the whole of them says to tools that wait."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from tests.core.samples import NOW, Box, Rule, graph, look, shown
from trueup.core.conditions import Situation, Trouble, Verdict, condition, rendered, summary, verdicts
from trueup.core.graph import Problem, Wait
from trueup.core.ledger import Entry, Ledger, Response
from trueup.core.observed import Observed
from trueup.core.plan import Action, Block, Blocker, Cause, FieldChange, Plan, Step
from trueup.core.resource import Resource
from trueup.core.values import Doc, Key, Severity
from trueup.core.verdicts import Refusal

BOX = Box(name="box", size=1)
CHANGE = FieldChange("Size", "/size", 9, 1)
ENTRY = Entry("Test::Box/box", "Size", "/size", 1, 9, Severity.NORMAL, NOW, Response.CORRECTING)


def seen(**members: Any) -> Observed:
    return look(graph(BOX), {Box: [shown(BOX, **members)]})


HERE, ABSENT = seen(), look(graph(BOX), {})
READY = {"conditions": [{"type": "Ready", "status": "True", "reason": "Available", "message": "All."}]}


def step(action: Action = Action.UPDATE, cause: Cause = Cause.PENDING, kind: type[Resource] = Box, **more: Any) -> Step:
    fields = more.pop("fields", (CHANGE,))
    return Step(Key(kind.TYPE, more.pop("name", "box")), kind, action, cause, fields, **more)


def blocked(by: Blocker, action: Action = Action.UPDATE, cause: Cause = Cause.PENDING) -> Plan:
    return Plan((step(action, cause, block=Block(by, "Why", "because")),))


CREATE = Plan((step(Action.CREATE),))
UPDATE = Plan((step(),))
DRIFT = Plan((step(cause=Cause.DRIFT),))
DRIFTED = Ledger(open=(ENTRY,))
WAITS = Plan(waits=(Wait("PeerMissing", "Peer x."),))
BROKEN = Plan(problems=(Problem("NotOwned", "It is theirs.", BOX.key),))
IMMUTABLE = Plan(problems=(Problem("Immutable", "It holds data.", BOX.key),))
SLOW, DENIED = Trouble("Throttled", "Slow."), Trouble("AccessDenied", "No.", person=True)


NOTHING, QUIET = Plan(), Ledger()


def now(plan: Plan = NOTHING, observed: Observed | None = HERE, ledger: Ledger = QUIET, **more: Any) -> Situation:
    return Situation(plan, ledger, observed, **more)


def check(type: str, situation: Situation, status: bool | None, reason: str, message: str | None = None) -> None:
    found = verdicts(situation)[type]
    assert found == Verdict(status, reason, found.message if message is None else message)


@pytest.mark.parametrize(
    ("situation", "status", "reason", "message"),
    [
        (now(), True, "Available", "Every resource can be used."),
        (now(deleting=True), False, "Deleting", "The object is being deleted."),
        (now(observed=None), None, "NotObserved", "AWS could not be read."),
        (now(observed=None, troubles=(SLOW,)), None, "NotObserved", "Slow."),
        (now(observed=None, before=READY), True, "Available", "All."),
        (now(CREATE, ABSENT), False, "Creating", "Not all is there yet: Test::Box/box."),
        (now(observed=ABSENT), False, "Creating", None),
        (now(observed=seen(State="creating")), False, "Creating", "Not all is there yet: Test::Box/box is creating."),
        (now(observed=seen(State="modifying")), True, "Available", None),
        (now(observed=seen(State="deleting")), False, "Deleting", "Test::Box/box is deleting."),
        (now(observed=seen(State="failed")), False, "Failed", "Test::Box/box is failed."),
        (now(blocked(Blocker.GATE, Action.CREATE), ABSENT), False, "Gated", "because"),
        (now(blocked(Blocker.PERSON, Action.CREATE), ABSENT), False, "Why", "because"),
        (now(blocked(Blocker.PEER, Action.CREATE), ABSENT), False, "Why", "Test::Box/box because"),
        (now(replace(CREATE, waits=WAITS.waits), ABSENT), False, "PeerMissing", "Peer x."),
        (
            now(CREATE, ABSENT, report_only=True),
            False,
            "ReportOnly",
            "Test::Box/box absent, and nothing is created in Report mode.",
        ),
        (now(BROKEN), False, "NotOwned", "It is theirs."),
        (now(IMMUTABLE), True, "Available", None),
        (now(blocked(Blocker.PERSON)), True, "Available", None),
        (now(DRIFT, ledger=DRIFTED), True, "Available", None),
        (now(Plan((step(Action.CREATE, Cause.DRIFT, Rule),))), True, "Available", None),
        (now(Plan((step(Action.CREATE, Cause.PENDING, Rule),))), False, "Creating", None),
    ],
)
def test_ready(situation: Situation, status: bool | None, reason: str, message: str | None) -> None:
    check("Ready", situation, status, reason, message)


class Revision(Box):
    """A change makes another one."""

    REMADE: ClassVar[bool] = True


def test_what_a_former_one_serves_for_is_not_missed() -> None:
    former = shown(Revision(name="former"), Id="id-former")
    another = Plan((step(Action.CREATE, kind=Revision),))

    def among(*docs: dict[str, Any]) -> Observed:
        return look(graph(BOX), {Box: [shown(BOX)], Revision: docs}, types=(Box, Revision))

    check("Ready", now(another, among(former)), True, "Available")
    check("Ready", now(replace(another, waits=WAITS.waits), among(former)), True, "Available")
    check("Ready", now(another, among()), False, "Creating", "Not all is there yet: Test::Box/box.")
    check("Ready", now(Plan((*another.steps, *CREATE.steps)), among(former)), False, "Creating")


def test_what_is_held_or_is_to_be_deleted_is_not_said_to_be_created() -> None:
    held = "Test::Box/box absent, and nothing is created: because."
    check("Ready", now(blocked(Blocker.POLICY, Action.CREATE), ABSENT, held=True), False, "Why", held)
    leaving = "Test::Box/box is leaving: nobody can use it, and AWS deletes it unless it is had back."
    check("Ready", now(observed=seen(State="leaving")), False, "Leaving", leaving)


@pytest.mark.parametrize(
    ("situation", "status", "reason", "message"),
    [
        (now(), False, "Done", "Nothing is under way."),
        (now(deleting=True), True, "Deleting", "Resources are being removed."),
        (now(UPDATE), True, "InProgress", "1 to go, next update Test::Box/box"),
        (now(blocked(Blocker.TIME)), True, "InProgress", "1 to go, next update Test::Box/box: because"),
        (now(blocked(Blocker.PEER)), True, "InProgress", None),
        (now(blocked(Blocker.PERSON)), False, "Done", None),
        (now(blocked(Blocker.POLICY)), True, "InProgress", "1 to go, next update Test::Box/box: because"),
        (now(blocked(Blocker.GATE)), True, "InProgress", "1 to go, next update Test::Box/box: because"),
        (now(blocked(Blocker.POLICY, cause=Cause.DRIFT), ledger=DRIFTED), False, "Done", None),
        (now(observed=seen(State="modifying")), True, "AWSBusy", "Test::Box/box is modifying"),
        (now(observed=seen(State="failed")), False, "Done", None),
        (now(WAITS), True, "PeerMissing", "Peer x."),
        (now(observed=None), True, "NotObserved", "AWS was not read yet."),
        (now(observed=None, troubles=(SLOW,)), True, "NotObserved", "Slow."),
        (now(observed=None, troubles=(DENIED,)), False, "Done", None),
        (now(BROKEN), False, "Done", None),
    ],
)
def test_reconciling(situation: Situation, status: bool, reason: str, message: str | None) -> None:
    check("Reconciling", situation, status, reason, message)


@pytest.mark.parametrize(
    ("situation", "status", "reason", "message"),
    [
        (now(), True, "Written", "AWS has accepted everything that is declared."),
        (now(troubles=(SLOW, DENIED)), False, "Throttled", "Slow."),
        (now(DRIFT, report_only=True), True, "ReportOnly", "Nothing is to be written in Report mode."),
        (now(report_only=True, troubles=(SLOW,)), False, "Throttled", None),
        (now(BROKEN), False, "NotOwned", "It is theirs."),
        (now(WAITS), False, "PeerMissing", None),
        (now(UPDATE), False, "Writing", "Test::Box/box is next."),
        (now(blocked(Blocker.TIME)), False, "Why", "because"),
        (now(blocked(Blocker.GATE)), False, "Why", "because"),
        (now(Plan((step(fields=(replace(CHANGE, accepted=True),)),))), True, "Written", None),
        (now(Plan((step(fields=(replace(CHANGE, ignored=True),)),))), True, "Written", None),
    ],
)
def test_synced(situation: Situation, status: bool, reason: str, message: str | None) -> None:
    check("Synced", situation, status, reason, message)


@pytest.mark.parametrize(
    ("situation", "status", "reason", "message"),
    [
        (now(), True, "AsDeclared", "AWS is as declared."),
        (now(observed=None), None, "NotObserved", "AWS was not read yet."),
        (now(DRIFT, ledger=DRIFTED), False, "Drifted", "Test::Box/box Size is 9, declared 1 (Correcting)"),
        (now(replace(DRIFT, waits=WAITS.waits), ledger=DRIFTED), False, "Drifted", None),
        (now(ledger=Ledger(open=(replace(ENTRY, action=Response.IGNORED),))), True, "AsDeclared", None),
        (now(BROKEN), False, "NotOwned", None),
        (now(WAITS), False, "PeerMissing", None),
        (now(troubles=(DENIED,)), True, "AsDeclared", None),
        (now(Plan((step(fields=(replace(CHANGE, ignored=True),)),)), troubles=(DENIED,)), True, "AsDeclared", None),
        (now(CREATE, ABSENT), False, "Creating", "Pending: create Test::Box/box"),
        (now(UPDATE), False, "Updating", "Pending: update Test::Box/box"),
        (now(blocked(Blocker.PERSON)), False, "Updating", "Pending: update Test::Box/box"),
        (now(blocked(Blocker.PEER)), False, "Updating", None),
        (now(blocked(Blocker.PERSON, Action.CREATE), ABSENT), False, "Why", "because"),
        (now(Plan((step(fields=(replace(CHANGE, accepted=True),)),))), False, "Updating", None),
    ],
)
def test_in_sync(situation: Situation, status: bool | None, reason: str, message: str | None) -> None:
    check("InSync", situation, status, reason, message)


def test_in_sync_names_three_and_counts_the_rest() -> None:
    long = replace(ENTRY, path="", desired=None, observed="x" * 99)
    found = verdicts(now(ledger=Ledger(open=(long, ENTRY, ENTRY, ENTRY, ENTRY))))["InSync"].message
    assert found.endswith("Size is 9, declared 1 (Correcting) and 2 more")
    assert found.startswith(f"Test::Box/box is {'x' * 57}…, declared absent (Correcting); ")


@pytest.mark.parametrize(
    ("situation", "status", "reason"),
    [
        (now(), False, "NothingToDo"),
        (now(replace(blocked(Blocker.PERSON), problems=BROKEN.problems), troubles=(DENIED,)), True, "NotOwned"),
        (now(blocked(Blocker.PERSON), troubles=(DENIED,)), True, "Why"),
        (now(troubles=(SLOW, DENIED)), True, "AccessDenied"),
        (now(troubles=(SLOW,)), False, "NothingToDo"),
        (now(blocked(Blocker.GATE)), False, "NothingToDo"),
        (now(blocked(Blocker.TIME)), False, "NothingToDo"),
    ],
)
def test_stalled(situation: Situation, status: bool, reason: str) -> None:
    check("Stalled", situation, status, reason)


@dataclass(frozen=True, kw_only=True)
class Tried(Box):
    """A box that shows what was tried on it unplanned and did not hold."""

    TYPE: ClassVar[str] = "Test::Tried"

    @classmethod
    def taken_back(cls, doc: Doc) -> Refusal | None:
        return Refusal("RolledBack", doc["Undone"]) if "Undone" in doc else None


def undone(*steps: Step, **members: Any) -> Situation:
    """One on which something was tried that did not hold, with what is planned."""
    tried = Tried(name="box", size=1)
    return now(Plan(steps), look(graph(tried), {Tried: [shown(tried, Undone="It did not hold.", **members)]}))


def test_what_aws_took_back_unplanned_is_for_a_person_and_nothing_else_is_wrong() -> None:
    found = {type: (verdict.status, verdict.reason) for type, verdict in verdicts(undone()).items()}
    assert found == {
        "Ready": (True, "Available"),
        "Reconciling": (False, "Done"),
        "Synced": (False, "RolledBack"),
        "InSync": (True, "AsDeclared"),
        "Stalled": (True, "RolledBack"),
        "Gated": (False, "WithinBudget"),
    }


@pytest.mark.parametrize(
    ("situation", "told"),
    [
        (undone(), True),
        (undone(step(kind=Tried, timed=True)), True),
        (undone(step(kind=Tried, fields=(replace(CHANGE, ignored=True),))), True),
        (undone(step(kind=Rule)), True),
        (undone(State="modifying"), True),
        (undone(step(kind=Tried)), False),
        (undone(State="failed"), False),
        (undone(Tags=[]), False),
        (replace(undone(), deleting=True), False),
        (replace(undone(), observed=None), False),
    ],
)
def test_what_aws_took_back_is_told_where_the_spec_plans_no_change(situation: Situation, told: bool) -> None:
    assert verdicts(situation)["Stalled"].reason == ("RolledBack" if told else "NothingToDo")


def test_gated() -> None:
    check("Gated", now(blocked(Blocker.GATE)), True, "Why", "because")
    check("Gated", now(blocked(Blocker.PERSON)), False, "WithinBudget", "No budget stops this object.")
    assert "Gated" not in verdicts(now(makes_things=False))


@pytest.mark.parametrize(
    ("situation", "word"),
    [
        (now(), "Ready"),
        (now(BROKEN, deleting=True), "Deleting"),
        (now(BROKEN, held=True), "Held"),
        (now(replace(blocked(Blocker.GATE), problems=BROKEN.problems)), "Gated"),
        (now(BROKEN, ledger=DRIFTED), "Stalled"),
        (now(WAITS, ledger=DRIFTED), "Waiting"),
        (now(blocked(Blocker.PEER)), "Waiting"),
        (now(DRIFT, ledger=DRIFTED), "Drifted"),
        (now(CREATE, ABSENT), "Creating"),
        (now(UPDATE), "Updating"),
        (now(observed=seen(State="modifying")), "Updating"),
        (now(report_only=True, plan=DRIFT, ledger=DRIFTED), "Drifted"),
    ],
)
def test_one_word(situation: Situation, word: str) -> None:
    assert summary(situation, verdicts(situation)) == word


@pytest.mark.parametrize(
    ("situation", "kstatus"),
    [
        pytest.param(now(), "Current", id="at rest"),
        pytest.param(now(CREATE, ABSENT), "InProgress", id="creating"),
        pytest.param(now(UPDATE), "InProgress", id="updating"),
        pytest.param(now(blocked(Blocker.PERSON)), "Failed", id="for a person"),
        pytest.param(now(troubles=(DENIED,)), "Failed", id="denied"),
        pytest.param(now(WAITS), "InProgress", id="waiting"),
        pytest.param(now(blocked(Blocker.POLICY)), "InProgress", id="a changed spec, held"),
        pytest.param(now(blocked(Blocker.GATE, Action.CREATE), ABSENT), "InProgress", id="gated"),
        pytest.param(now(blocked(Blocker.POLICY, cause=Cause.DRIFT), ledger=DRIFTED), "Current", id="drift, held"),
    ],
)
def test_what_kstatus_makes_of_it(situation: Situation, kstatus: str) -> None:
    """https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus: Stalled fails, Reconciling goes on."""
    found = verdicts(situation)
    standard = "Failed" if found["Stalled"].status else "InProgress" if found["Reconciling"].status else "Current"
    assert standard == kstatus


def test_what_is_missing_is_named_three_at_a_time() -> None:
    many = Plan(tuple(step(Action.CREATE, name=name) for name in "abcde"))
    check(
        "Ready",
        now(many, ABSENT),
        False,
        "Creating",
        "Not all is there yet: Test::Box/a, Test::Box/b, Test::Box/c and 2 more.",
    )


def test_transition_times_move_only_on_transitions() -> None:
    later = NOW + timedelta(hours=1)
    first = {"conditions": rendered({"Ready": Verdict(False, "Creating", "x")}, {}, 1, NOW)}
    same = {"conditions": rendered({"Ready": Verdict(False, "Denied", "y")}, first, 2, later)}
    turned = {"conditions": rendered({"Ready": Verdict(None, "NotObserved", "z" * 2000)}, same, 2, later)}
    assert condition(first, "Ready") == {
        "type": "Ready",
        "status": "False",
        "reason": "Creating",
        "message": "x",
        "observedGeneration": 1,
        "lastTransitionTime": "2026-11-23T12:00:00Z",
    }
    moved = {**condition(first, "Ready"), "reason": "Denied", "message": "y", "observedGeneration": 2}
    assert condition(same, "Ready") == moved
    assert condition(turned, "Ready") == {
        **moved,
        "status": "Unknown",
        "reason": "NotObserved",
        "message": "z" * 1024,
        "lastTransitionTime": "2026-11-23T13:00:00Z",
    }
    assert condition(first, "Other") == {}
