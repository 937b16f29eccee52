"""From what is declared and what is seen to the plan: every row of the table, and every way in which it branches."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.core.samples import (
    NOW,
    OWNER,
    Box,
    Lid,
    Link,
    Rule,
    Vault,
    converged,
    graph,
    inventory,
    look,
    observe,
    shown,
    tags,
)
from trueup.core.graph import Graph, Problem, Wait
from trueup.core.ignoring import is_ignored
from trueup.core.naming import client_token
from trueup.core.plan import Action, Block, Blocker, Cause, FieldChange, Plan, Step
from trueup.core.planning import History, plan
from trueup.core.resource import Resource
from trueup.core.values import Call, Effect, Key, Ref, Severity

BOX = Box(name="box", size=1, color="red")
VAULT = Vault(name="vault", vault_name="data", encrypted=True)
OTHER = "trueup/Shelf/staging/other"


def planned(declared: Graph, docs: dict[Any, Any], *, ignore: tuple[str, ...] = (), known: bool = True) -> Plan:
    """The plan of an object that was converged before, or (not `known`) was never."""
    history = History(applied=converged(declared) if known else {})
    return plan(declared, look(declared, docs), history, ignore)


def only(found: Plan) -> Step:
    (step,) = found.steps
    return step


def update(**members: Any) -> Call:
    return Call("samples", "UpdateThing", {"Id": "id-box", **members})


# ---- what is declared and absent --------------------------------------------------------------------------------


@pytest.mark.parametrize(("known", "cause"), [(False, Cause.PENDING), (True, Cause.DRIFT)])
def test_what_is_absent_is_created(known: bool, cause: Cause) -> None:
    declared = graph(BOX)
    found = planned(declared, {}, known=known)
    pairs = [{"Key": t["Key"], "Value": t["Value"]} for t in tags("box")]
    assert found == Plan(
        steps=(
            Step(
                BOX.key,
                Box,
                Action.CREATE,
                cause,
                (FieldChange("Size", "/size", None, 1), FieldChange("Color", "/color", None, "red")),
                (Call("samples", "CreateThing", {"Size": 1, "Color": "red", "Tags": pairs}),),
            ),
        ),
        digests=converged(declared),
        size=1,
    )


def test_lost_data_is_critical() -> None:
    declared = graph(VAULT)
    assert only(planned(declared, {})).severity is Severity.CRITICAL
    assert only(planned(declared, {}, known=False)).severity is Severity.NORMAL


def test_a_create_has_the_token_of_its_recorded_intent() -> None:
    class Counted(Box):
        TOKEN = "ClientToken"

    declared = graph(Counted(name="box"))
    observed = look(declared, {})
    recorded = History(attempts={"Test::Box/box": "then"}, attempt="now")
    tokens = [plan(declared, observed, h).steps[0].calls[0].params["ClientToken"] for h in (recorded, History())]
    assert tokens == [client_token(OWNER, "Test::Box/box", at) for at in ("then", "")]


@pytest.mark.parametrize(
    ("ref", "docs", "block"),
    [
        pytest.param(
            BOX.output("Id"),
            {},
            Block(Blocker.TIME, "Waiting", "waits for Test::Box/box"),
            id="on a part of its own",
        ),
        pytest.param(
            BOX.output("Id", ready=True),
            {Box: [shown(BOX, State="creating")]},
            Block(Blocker.TIME, "Waiting", "waits for Test::Box/box"),
            id="on one that must be usable",
        ),
        pytest.param(
            Ref(Key("Test::Box", "peer"), "Id", owner=OTHER),
            {Box: [shown(BOX)]},
            Block(Blocker.PEER, "Waiting", "waits for Test::Box/peer of Shelf other"),
            id="on another object's",
        ),
        pytest.param(BOX.output("Id"), {Box: [shown(BOX, State="creating")]}, None, id="not on an id that is known"),
    ],
)
def test_a_create_waits_for_what_it_refers_to(ref: Ref, docs: dict[Any, Any], block: Block | None) -> None:
    declared = graph(BOX, Link(name="link", box=ref))
    step = next(s for s in planned(declared, docs).steps if s.kind is Link)
    assert (step.block, bool(step.calls)) == (block, block is None)


def test_a_create_waits_for_what_it_comes_after() -> None:
    declared = Graph(graph().identity)
    box = declared.add(BOX)
    declared.add(Link(name="link"), after=(box,))
    waits = Block(Blocker.TIME, "Waiting", "waits for Test::Box/box")
    states = {"creating": waits, "modifying": None, "": None}
    blocks = {s: planned(declared, {Box: [shown(BOX, State=s)]}).steps[-1].block for s in states}
    assert blocks == states


def test_what_aws_makes_is_waited_for_and_never_created() -> None:
    declared = graph(BOX, Lid(name="lid", box=BOX.output("Id")))
    assert planned(declared, {Box: [shown(BOX)]}).waits == (
        Wait("Waiting", "Test::Lid/lid is made by AWS and not seen yet"),
    )
    assert [str(s.key) for s in planned(declared, {}).steps] == ["Test::Box/box"]
    assert planned(declared, {}).waits == ()


# ---- what differs -----------------------------------------------------------------------------------------------


def test_nothing_differs() -> None:
    declared = graph(BOX, VAULT)
    found = planned(declared, {Box: [shown(BOX)], Vault: [shown(VAULT)]})
    assert (found.steps, found.converged) == ((), True)


@pytest.mark.parametrize(("known", "cause"), [(False, Cause.PENDING), (True, Cause.DRIFT)])
def test_a_difference_is_drift_where_the_digest_is_the_one_that_was_converged(known: bool, cause: Cause) -> None:
    declared = graph(BOX)
    step = only(planned(declared, {Box: [shown(BOX, Size=9)]}, known=known))
    assert replace(step, seen=None) == Step(
        BOX.key, Box, Action.UPDATE, cause, (FieldChange("Size", "/size", 9, 1),), (update(Size=1),)
    )


@pytest.mark.parametrize(
    ("resource", "doc", "severity", "effect"),
    [
        (Box(name="box", public=False), {"Public": True}, Severity.CRITICAL, ""),
        (Box(name="box", engine="2"), {"Engine": "1"}, Severity.NORMAL, Effect.OUTAGE),
        (Box(name="box", port=2), {"Port": 1}, Severity.NORMAL, Effect.RESTART),
        (Box(name="box", color="red"), {"Color": "blue"}, Severity.NORMAL, "replace"),
    ],
    ids=["critical", "outage", "restart", "replace"],
)
def test_a_step_is_as_grave_as_its_fields(resource: Box, doc: dict[str, Any], severity: Severity, effect: str) -> None:
    step = only(planned(graph(resource), {Box: [shown(resource, **doc)]}))
    assert (step.severity, step.effect) == (severity, effect)


def test_an_outage_goes_apart_from_what_harms_nobody() -> None:
    box = Box(name="box", size=1, engine="2", port=5)
    found = planned(graph(box), {Box: [shown(box, Size=9, Engine="1", Port=4)]})
    assert [(s.effect, [f.path for f in s.fields], s.calls) for s in found.steps] == [
        ("restart", ["Size", "Port"], (update(Size=1, Port=5),)),
        ("outage", ["Engine"], (update(Engine="2"),)),
    ]


def test_secrets_are_masked() -> None:
    box = Box(name="box", password="new")
    step = only(planned(graph(box), {Box: [shown(box, Password="old")]}))
    created = only(planned(graph(box), {}))
    assert [(f.before, f.after) for f in (*step.fields, *created.fields)] == [
        ("(secret)", "(secret)"),
        (None, "(secret)"),
    ]


@pytest.mark.parametrize(
    ("pointer", "ignore", "ignored"),
    [
        ("/size", ("/size",), True),
        ("/size", ("/siz",), False),
        ("/labels/a", ("/labels",), True),
        ("/labels", ("/labels/a",), False),
        ("/sizes", ("/size",), False),
        (None, ("/size",), False),
        ("/size", (), False),
    ],
)
def test_what_is_ignored(pointer: str | None, ignore: tuple[str, ...], ignored: bool) -> None:
    assert is_ignored(pointer, ignore) is ignored


def test_ignored_fields_are_shown_and_never_written() -> None:
    declared = graph(BOX)
    found = planned(declared, {Box: [shown(BOX, Size=9)]}, ignore=("/size",))
    step = only(found)
    assert step.fields == (FieldChange("Size", "/size", 9, 1, ignored=True),)
    assert (step.calls, step.writes, found.converged) == ((), False, True)


def test_an_ignored_field_that_replaces_replaces_nothing() -> None:
    step = only(planned(graph(BOX), {Box: [shown(BOX, Color="blue")]}, ignore=("/color",)))
    assert (step.action, step.calls) == (Action.UPDATE, ())


def test_a_structure_travels_whole_with_the_ignored_value_as_it_is_in_aws() -> None:
    box = Box(name="box", low=1, high=2)
    step = only(planned(graph(box), {Box: [shown(box, Range={"Low": 5, "High": 6})]}, ignore=("/high",)))
    assert step.calls == (update(Range={"Low": 1, "High": 6}),)
    assert [(f.path, f.ignored) for f in step.fields] == [("Range.Low", False), ("Range.High", True)]


def test_keys_that_nobody_declared_are_not_ours() -> None:
    box = Box(name="box", labels={"a/b": "1", "c": "2"})
    step = only(planned(graph(box), {Box: [shown(box, Labels={"a/b": "9", "theirs": "x"})]}))
    assert step.fields == (
        FieldChange("Labels.a/b", "/labels/a~1b", "9", "1"),
        FieldChange("Labels.c", "/labels/c", None, "2"),
    )


def test_what_aws_has_accepted_is_not_written_again() -> None:
    doc = shown(BOX, Size=9, Pending={"size": 1})
    found = planned(graph(BOX), {Box: [doc]})
    step = only(found)
    assert step.fields == (FieldChange("Size", "/size", 9, 1, accepted=True),)
    assert (step.calls, step.writes) == ((), False)
    other = only(planned(graph(BOX), {Box: [{**doc, "Pending": {"size": 5}}]}))
    assert other.calls == (update(Size=1),)


@pytest.mark.parametrize(
    ("state", "known", "ago", "block"),
    [
        pytest.param(
            "modifying",
            True,
            99,
            Block(Blocker.TIME, "AWSBusy", "Test::Box/box is modifying: AWS takes no change now"),
            id="busy",
        ),
        pytest.param(
            "deleting",
            True,
            99,
            Block(Blocker.TIME, "AWSBusy", "Test::Box/box is deleting: AWS takes no change now"),
            id="on its way out",
        ),
        pytest.param(
            "",
            True,
            5,
            Block(Blocker.TIME, "Settling", "Test::Box/box was written less than 30 s ago"),
            id="settling",
        ),
        pytest.param("", False, 5, None, id="a changed spec need not settle"),
        pytest.param("", True, 99, None, id="free"),
    ],
)
def test_when_an_update_waits(state: str, known: bool, ago: int, block: Block | None) -> None:
    declared = graph(BOX)
    held = inventory({Box: [shown(BOX, Size=9, State=state)]})
    held.wrote(Box, "id-box", NOW - timedelta(seconds=ago))
    history = History(applied=converged(declared) if known else {})
    assert only(plan(declared, observe(declared, held), history)).block == block


# ---- what must be replaced, and what must not -------------------------------------------------------------------


def test_what_cannot_change_in_place_is_replaced_by_deleting_first() -> None:
    step = only(planned(graph(BOX), {Box: [shown(BOX, Color="blue", Size=9)]}))
    assert (step.action, step.irreversible, step.calls) == (
        Action.REPLACE,
        True,
        (Call("samples", "DeleteThing", {"Id": "id-box"}),),
    )
    assert [f.path for f in step.fields] == ["Size", "Color"]


def test_data_is_never_replaced() -> None:
    found = planned(graph(VAULT), {Vault: [shown(VAULT, Encrypted=False)]})
    assert (found.steps, found.problems) == (
        (),
        (
            Problem(
                "Immutable",
                "Test::Vault/vault holds data and AWS cannot change it in place: Encrypted is false, declared true. "
                "Declare what is there, or create a new object and restore a snapshot into it.",
                VAULT.key,
            ),
        ),
    )


@pytest.mark.parametrize(
    ("owner", "adopt", "sentence"),
    [
        (
            None,
            False,
            "it carries no owner tag of ours: remove it there, or take what asks for it out of the spec.",
        ),
        (
            OTHER,
            False,
            f"it belongs to {OTHER}: delete that object first, and this in AWS where it stays, or choose another name.",
        ),
        (
            OTHER,
            True,
            f"it belongs to {OTHER}: delete that object first, and this in AWS where it stays, or choose another name.",
        ),
        (None, True, None),
    ],
)
def test_what_is_not_ours_is_not_touched(owner: str | None, adopt: bool, sentence: str | None) -> None:
    declared = Graph(graph().identity)
    declared.add(VAULT, adopt=adopt)
    doc = shown(VAULT, owner=None, Tags=tags("vault", owner) if owner else [], Protected=True)
    found = plan(declared, look(declared, {Vault: [doc]}), History())
    if sentence is None:
        assert [f.path for f in only(found).fields] == ["Tags.trueup.dev/owner", "Tags.trueup.dev/resource"]
    else:
        said = f"Test::Vault id-vault exists already and {sentence}"
        assert (found.steps, found.problems) == ((), (Problem("NotOwned", said, VAULT.key),))


@pytest.mark.parametrize("resource", [BOX, VAULT], ids=str)
def test_a_failed_resource_is_for_a_person(resource: Resource) -> None:
    found = planned(graph(resource), {type(resource): [shown(resource, State="failed")]})
    said = f"{resource.TYPE} id-{resource.name} is failed in AWS: look at its events there and repair it."
    assert (found.steps, found.problems) == ((), (Problem("Failed", said, resource.key),))


def test_a_failed_resource_that_serves_nobody_is_replaced_unasked() -> None:
    lid = Lid(name="lid", box=BOX.output("Id"))
    found = planned(graph(BOX, lid), {Box: [shown(BOX)], Lid: [shown(lid, State="failed")]})
    step = only(found)
    assert (step.action, step.irreversible, step.fields) == (Action.REPLACE, False, ())


def test_a_graph_carries_its_waits_and_refusals_into_the_plan() -> None:
    declared = graph()
    declared.wait("PeerMissing", "x")
    declared.refuse("Invalid", "y")
    found = planned(declared, {})
    assert (found.waits, found.problems, found.converged) == (
        (Wait("PeerMissing", "x"),),
        (Problem("Invalid", "y"),),
        False,
    )


# ---- the plan itself --------------------------------------------------------------------------------------------


def test_the_id_names_the_desired_state_and_grave_steps_and_not_what_is_seen() -> None:
    box = Box(name="box", size=1, engine="2")
    declared = graph(box)

    def id_of(**members: Any) -> str:
        return planned(declared, {Box: [shown(box, **members)]}).id

    assert id_of() == id_of(Size=8) == id_of(Size=9)
    assert id_of(Engine="1") == id_of(Engine="0", Size=8) != id_of()
    assert planned(graph(replace(box, size=2)), {}).id != planned(declared, {}).id


def test_the_same_input_gives_the_same_plan() -> None:
    declared = graph(BOX, VAULT, Rule(name="r", box=BOX.output("Id"), allows="a"))
    docs: dict[Any, Any] = {Box: [shown(BOX, Size=9)]}
    assert planned(declared, docs) == planned(declared, docs)


def test_a_secret_that_cannot_change_is_masked_too() -> None:
    vault = replace(VAULT, seal="new")
    (problem,) = planned(graph(vault), {Vault: [shown(vault, Seal="old")]}).problems
    said = "Test::Vault/vault holds data and AWS cannot change it in place: Seal is (secret), declared (secret). "
    assert problem.message.startswith(said)
