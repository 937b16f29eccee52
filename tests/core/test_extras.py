"""What is ours and undeclared: added by somebody, or left over; and how everything of an object is taken down."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.core.samples import NOW, Box, Link, Rule, Vault, converged, graph, inventory, look, observe, shown
from trueup.core.graph import Graph, Problem
from trueup.core.plan import Action, Block, Blocker, Cause, FieldChange, Plan, Step
from trueup.core.planning import History, plan
from trueup.core.removing import plan_removal
from trueup.core.values import Call, Doc, Severity

BOX = Box(name="box", size=1)
RULE = Rule(name="from-a", box=BOX.output("Id"), allows="a")
OPEN = {"Id": "r-open", "BoxId": "id-box", "Allows": "everybody"}
EXTRA = {"Id": "r-b", "BoxId": "id-box", "Allows": "b"}
LEFT = Block(Blocker.TIME, "Waiting", "leftovers go when all else is done")


def planned(declared: Graph, docs: dict[Any, Any], known: Graph | None = None) -> Plan:
    """The plan of an object; `known` is what was converged before, where that was another graph."""
    return plan(declared, look(declared, docs), History(applied=converged(known or declared)))


def told(found: Plan) -> list[tuple[str, Cause, Severity, bool]]:
    return [(str(s.key), s.cause, s.severity, s.irreversible) for s in found.steps]


def test_a_member_that_somebody_added_is_drift_and_goes() -> None:
    declared = graph(BOX, RULE)
    found = planned(declared, {Box: [shown(BOX)], Rule: [shown(RULE), EXTRA]})
    (step,) = found.steps
    assert step == Step(
        step.key,
        Rule,
        Action.DELETE,
        Cause.DRIFT,
        (FieldChange("", None, {"BoxId": "id-box", "Allows": "b"}, None),),
        (Call("samples", "DeleteThing", {"Id": "r-b"}),),
        seen=step.seen,
    )
    assert str(step.key) == "Test::Rule/id-box/b"


def test_a_member_that_was_declared_before_is_a_prune() -> None:
    before = graph(BOX, RULE)
    declared = graph(BOX)
    hints = {"Test::Rule/from-a": "id-from-a"}
    observed = look(declared, {Box: [shown(BOX)], Rule: [shown(RULE)]}, hints=hints)
    found = plan(declared, observed, History(applied=converged(before)))
    assert told(found) == [("Test::Rule/from-a", Cause.PRUNE, Severity.NORMAL, True)]


def test_members_of_what_was_just_made_are_no_drift() -> None:
    declared = graph(BOX)
    found = plan(declared, look(declared, {Box: [shown(BOX)], Rule: [EXTRA]}), History())
    assert told(found) == [("Test::Rule/id-box/b", Cause.PRUNE, Severity.NORMAL, False)]
    assert found.ready == found.steps


def test_what_exposes_goes_before_anything_else() -> None:
    other = Link(name="link")
    declared = graph(BOX, other)
    docs: dict[Any, Any] = {Box: [shown(BOX, Size=9)], Rule: [EXTRA, OPEN]}
    assert [str(s.key) for s in planned(declared, docs).ready] == [
        "Test::Rule/id-box/everybody",
        "Test::Box/box",
        "Test::Link/link",
        "Test::Rule/id-box/b",
    ]


@pytest.mark.parametrize(
    ("docs", "amiss", "block"),
    [
        pytest.param({Box: [shown(BOX)]}, False, None, id="all else is done"),
        pytest.param({Box: [shown(BOX, Size=9)]}, False, LEFT, id="something is to be written"),
        pytest.param({}, False, LEFT, id="something is absent"),
        pytest.param({Box: [shown(BOX)]}, True, LEFT, id="something cannot be said"),
    ],
)
def test_leftovers_go_when_all_else_is_done(docs: dict[Any, Any], amiss: bool, block: Block | None) -> None:
    declared = graph(BOX)
    if amiss:
        declared.wait("PeerMissing", "x")
    found = planned(declared, {**docs, Vault: [shown(Vault(name="old", vault_name="old"))]})
    assert (found.steps[-1].cause, found.steps[-1].block) == (Cause.PRUNE, block)


def test_leftovers_go_in_the_opposite_order_of_making() -> None:
    found = planned(graph(), {Box: [shown(BOX)], Link: [shown(Link(name="link"))], Rule: [EXTRA]})
    assert told(found) == [
        ("Test::Rule/id-box/b", Cause.PRUNE, Severity.NORMAL, True),
        ("Test::Link/link", Cause.PRUNE, Severity.NORMAL, True),
        ("Test::Box/box", Cause.PRUNE, Severity.NORMAL, True),
    ]


def test_what_is_on_its_way_out_needs_nothing() -> None:
    assert planned(graph(), {Box: [shown(BOX, State="deleting")]}).steps == ()


def test_an_added_member_of_what_we_just_wrote_settles_first() -> None:
    declared = graph(BOX)
    held = inventory({Box: [shown(BOX)], Rule: [EXTRA]})
    held.wrote(Rule, "r-b", NOW - timedelta(seconds=5))
    found = plan(declared, observe(declared, held), History(applied=converged(declared)))
    assert found.steps[0].block == Block(Blocker.TIME, "Settling", "Test::Rule/id-box/b is settling")


# ---- removal ----------------------------------------------------------------------------------------------------

VAULT = Vault(name="vault", vault_name="data", protected=True)
LINK = Link(name="link", box=BOX.output("Id"))


def removed(declared: Graph, docs: dict[Any, Any], **around: Any) -> list[tuple[str, str]]:
    """What goes, in order, and what each step waits for."""
    found = plan_removal(declared, look(declared, docs, **around), snapshot=False)
    return [(str(s.key), s.block.message if s.block else "") for s in found.steps]


def test_users_go_before_what_they_use() -> None:
    docs: dict[Any, Any] = {Box: [shown(BOX)], Link: [shown(LINK)], Rule: [EXTRA]}
    declared = graph(BOX, LINK)
    assert removed(declared, docs) == [
        ("Test::Rule/id-box/b", ""),
        ("Test::Link/link", "Test::Link/link is in use by Test::Rule/id-box/b"),
        ("Test::Box/box", "Test::Box/box is in use by Test::Rule/id-box/b"),
    ]
    assert removed(declared, {**docs, Rule: []}) == [
        ("Test::Link/link", ""),
        ("Test::Box/box", "Test::Box/box is in use by Test::Link/link"),
    ]
    assert removed(declared, {Box: [shown(BOX)]}) == [("Test::Box/box", "")]
    assert removed(declared, {}) == []


def test_a_leftover_waits_for_what_is_declared_of_later_types_and_may_use_it() -> None:
    docs: dict[Any, Any] = {Box: [shown(BOX), shown(Box(name="old"), Id="id-old")], Link: [shown(LINK)]}
    assert removed(graph(BOX, LINK), docs) == [
        ("Test::Link/link", ""),
        ("Test::Box/old", "Test::Box/old is in use by Test::Link/link"),
        ("Test::Box/box", "Test::Box/box is in use by Test::Box/old"),
    ]


def test_what_is_going_is_waited_for() -> None:
    docs: dict[Any, Any] = {Box: [shown(BOX)], Link: [shown(LINK, State="deleting")]}
    assert removed(graph(BOX, LINK), docs) == [
        ("Test::Link/link", "Test::Link/link is being deleted"),
        ("Test::Box/box", "Test::Box/box is in use by Test::Link/link"),
    ]


class Kept(Box):
    """A box of which AWS deletes nothing while it changes it."""

    @classmethod
    def takes_removal(cls, doc: Doc) -> bool:
        return doc.get("State") != "modifying"


def test_what_aws_is_at_work_on_goes_when_that_is_done_with_all_its_parts() -> None:
    kept, types = Kept(name="box"), (Kept, Rule)
    docs: dict[Any, Any] = {Kept: [shown(kept, State="modifying")], Rule: [EXTRA]}
    busy = "Test::Box/box is modifying: AWS deletes nothing of it now"
    assert removed(graph(kept), docs, types=types) == [
        ("Test::Rule/id-box/b", busy),
        ("Test::Box/box", "Test::Box/box is in use by Test::Rule/id-box/b"),
    ]
    assert removed(graph(kept), {**docs, Rule: []}, types=types) == [("Test::Box/box", busy)]
    assert removed(graph(kept), {Kept: [shown(kept)]}, types=types) == [("Test::Box/box", "")]


def test_what_is_not_ours_stays() -> None:
    assert removed(graph(VAULT), {Vault: [shown(VAULT, owner=None, Protected=False)]}) == []


def test_protection_stops_all_of_it_before_the_first_call() -> None:
    declared = graph(BOX, VAULT)
    found = plan_removal(declared, look(declared, {Box: [shown(BOX)], Vault: [shown(VAULT)]}), snapshot=True)
    said = "Test::Vault/vault: protection is on; set spec.protected to false"
    assert found == Plan(problems=(Problem("DeletionProtected", said, VAULT.key),), size=2)


def test_protection_that_the_spec_gave_up_is_taken_off_first() -> None:
    declared = graph(BOX, Vault(name="vault", vault_name="data", protected=False))
    found = plan_removal(declared, look(declared, {Box: [shown(BOX)], Vault: [shown(VAULT)]}), snapshot=True)
    (step,) = found.steps
    assert (step.action, step.fields, step.calls) == (
        Action.UPDATE,
        (FieldChange("Protected", "/protected", True, False),),
        (Call("samples", "UpdateThing", {"Id": "id-vault", "Protected": False}),),
    )


def test_the_protection_of_a_leftover_is_honoured() -> None:
    found = plan_removal(graph(), look(graph(), {Vault: [shown(VAULT)]}), snapshot=False)
    assert [(p.reason, p.key) for p in found.problems] == [("DeletionProtected", VAULT.key)]
    assert found.steps == ()


def test_every_removal_is_irreversible_and_nothing_else() -> None:
    declared = graph(BOX)
    found = plan_removal(declared, look(declared, {Box: [shown(BOX)]}), snapshot=False)
    (step,) = found.steps
    delete = (Call("samples", "DeleteThing", {"Id": "id-box"}),)
    assert (step.action, step.cause, step.irreversible, step.calls) == (Action.DELETE, Cause.REMOVAL, True, delete)


def test_nothing_is_made_in_what_is_somebody_elses() -> None:
    declared = graph(BOX, LINK)
    docs: dict[Any, Any] = {Box: [shown(BOX, "trueup/Shelf/staging/other")]}
    found = plan(declared, look(declared, docs, hints={"Test::Box/box": "id-box"}), History())
    assert (found.steps, [problem.reason for problem in found.problems]) == ((), ["NotOwned"])


def test_what_asks_for_other_data_keeps_nothing_else_back() -> None:
    """What can be put right beside it is."""
    sealed = replace(VAULT, encrypted=True)
    found = planned(graph(sealed), {Vault: [shown(sealed, Encrypted=False, Protected=False)]})
    assert [problem.reason for problem in found.problems] == ["Immutable"]
    assert [(f.path, f.before, f.after) for f in found.steps[0].fields] == [("Protected", False, True)]
