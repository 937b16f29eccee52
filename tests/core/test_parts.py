"""Parts of resources: planned with what they are made beside, and left alone where that is somebody else's."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import pytest

from tests.core.samples import Box, Lid, Rule, Vault, converged, graph, look, shown
from trueup.core.declaring import Attr
from trueup.core.graph import Graph
from trueup.core.plan import Action, Block, Blocker, Cause, FieldChange, Plan, Step
from trueup.core.planning import History, plan
from trueup.core.values import Doc

BOX = Box(name="box", size=1, color="red")
VAULT = Vault(name="vault", vault_name="data", encrypted=True)
OTHER = "trueup/Shelf/staging/other"


def planned(declared: Graph, docs: dict[Any, Any], *, known: bool = True, **around: Any) -> Plan:
    """The plan of an object that was converged before, or (not `known`) was never."""
    history = History(applied=converged(declared) if known else {})
    return plan(declared, look(declared, docs, **around), history)


@dataclass(frozen=True, kw_only=True)
class Hinge(Lid):
    """A lid of which is known how AWS makes it."""

    TYPE: ClassVar[str] = "Test::Hinge"
    NEW: ClassVar[Doc | None] = {"Size": 1, "Color": "grey"}

    size: Annotated[int, Attr("Size")] = 1
    color: Annotated[str, Attr("Color")] = "grey"


def test_what_aws_will_make_otherwise_than_declared_is_planned_with_what_it_is_a_part_of() -> None:
    hinge = Hinge(name="hinge", box=BOX.output("Id"), color="red")
    (_, step) = planned(graph(BOX, hinge), {}).steps
    waits = Block(Blocker.TIME, "Waiting", "waits for Test::Box/box")
    fields = (FieldChange("Color", "/color", "grey", "red"),)
    assert step == Step(hinge.key, Hinge, Action.UPDATE, Cause.PENDING, fields, block=waits, may_raise_cost=False)


def test_what_aws_will_make_as_declared_is_no_step() -> None:
    assert len(planned(graph(BOX, Hinge(name="hinge", box=BOX.output("Id"))), {}).steps) == 1


@pytest.mark.parametrize("there", [[], [{"Id": "id-rule", "BoxId": "id-box", "Allows": "nobody", "Size": 1}]])
def test_a_part_of_what_is_not_ours_is_left_as_it_is(there: list[dict[str, Any]]) -> None:
    declared = graph(BOX, Rule(name="rule", box=BOX.output("Id"), allows="nobody"))
    found = planned(declared, {Box: [shown(BOX, owner=OTHER)], Rule: there}, hints={str(BOX.key): "id-box"})
    assert ([problem.reason for problem in found.problems], found.steps) == (["NotOwned"], ())


@pytest.mark.parametrize("refused", [False, True])
def test_a_spec_that_is_refused_takes_out_no_part(refused: bool) -> None:
    declared = graph(BOX)
    if refused:
        declared.refuse("Invalid", "It cannot be.")
    there = {"Id": "id-rule", "BoxId": "id-box", "Allows": "nobody", "Size": 1}
    seen = look(declared, {Box: [shown(BOX)], Rule: [there]})
    listed = {"Test::Rule/id-box/nobody": "v1:what-it-was"}
    found = plan(declared, seen, History(applied={**converged(declared), **listed}))
    waits = Block(Blocker.TIME, "Waiting", "nothing is taken out by a spec that cannot be")
    assert [(str(step.key), step.action, step.block) for step in found.steps] == [
        ("Test::Rule/id-box/nobody", Action.DELETE, waits if refused else None)
    ]


def test_a_part_of_what_is_taken_over_is_planned_with_it() -> None:
    declared = Graph(graph().identity)
    vault = declared.add(VAULT, adopt=True)
    declared.add(Rule(name="rule", box=vault.output("Id"), allows="nobody"))
    found = planned(declared, {Vault: [shown(VAULT, owner=None)]})
    assert [(str(step.key), step.action) for step in found.steps] == [
        ("Test::Vault/vault", Action.UPDATE),
        ("Test::Rule/rule", Action.CREATE),
    ]


def test_what_was_opened_to_the_public_comes_before_all_that_is_harmless() -> None:
    other = Box(name="other", public=False)
    declared = graph(BOX, other)
    docs = {Box: [shown(BOX, Size=9), shown(other, Public=True)]}
    assert [step.key.name for step in planned(declared, docs).steps] == ["other", "box"]
    assert [step.key.name for step in planned(declared, docs, known=False).steps] == ["box", "other"]


@dataclass(frozen=True, kw_only=True)
class Judged(Box):
    """A box of which AWS tries each change, and may take it back."""

    TYPE: ClassVar[str] = "Test::Judged"
    JUDGED: ClassVar[bool] = True


JUDGED = Judged(name="box", size=1)


def judged(**members: Any) -> Plan:
    """Of two judged boxes, the first gains a rule and loses another one that somebody added; the second gains one."""
    box, other = JUDGED, Judged(name="other", size=1)
    declared = graph(box, other)
    declared.add(Rule(name="new", box=box.output("Id"), allows="many"), after=(box,))
    declared.add(Rule(name="elsewhere", box=other.output("Id"), allows="many"))
    added = {"Id": "id-added", "BoxId": "id-box", "Allows": "few"}
    return planned(declared, {Judged: [shown(box, **members), shown(other)], Rule: [added]})


def goes(plan_: Plan) -> list[str]:
    """What the plan does now, in order."""
    return [f"{step.action} {step.key.name}" for step in plan_.ready]


def test_parts_wait_for_the_next_look_where_what_they_stand_within_is_changed_on_trial() -> None:
    assert goes(judged()) == ["create new", "create elsewhere", "delete id-box/few"]
    assert goes(judged(Size=9)) == ["update box", "create elsewhere"]


def test_parts_wait_for_the_end_of_a_trial() -> None:
    found = judged(State="modifying")
    waits = Block(Blocker.TIME, "AWSBusy", "waits for Test::Judged/box, which is modifying")
    assert goes(found) == ["create elsewhere"]
    assert [step.block for step in found.steps if step.block] == [waits, waits]


def test_what_no_trial_is_made_of_keeps_no_part_waiting() -> None:
    declared = graph(BOX, Rule(name="new", box=BOX.output("Id"), allows="many"))
    assert goes(planned(declared, {Box: [shown(BOX, Size=9)]})) == ["update box", "create new"]
