"""Policies only ever hold back, and each for exactly its own reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.samples import NOW, Box, Link, Vault, graph
from trueup.core import policies
from trueup.core.plan import Action, Block, Blocker, Cause, FieldChange, Plan, Policy, Step
from trueup.core.policies import Gate
from trueup.core.values import Call, Effect, Key

CALL = (Call("samples", "Do"),)
WAITS = Block(Blocker.TIME, "Waiting", "waits for Test::Box/box")


def step(name: str = "box", action: Action = Action.UPDATE, cause: Cause = Cause.PENDING, **more: Any) -> Step:
    """A step that could go now."""
    kind = more.pop("kind", Box)
    fields = more.pop("fields", (FieldChange("Size", "/size", 9, 1),))
    return Step(Key(kind.TYPE, name), kind, action, cause, fields, CALL, **more)


CREATE = step(action=Action.CREATE)
DRIFT = step(cause=Cause.DRIFT)
DELETE = step("old", Action.DELETE, Cause.PRUNE, irreversible=True)
OUTAGE = step(fields=(FieldChange("Engine", "/engine", "1", "2", effect=Effect.OUTAGE),))
REPLACE = step(action=Action.REPLACE, irreversible=True)
SHOWN = replace(step(fields=(FieldChange("Size", "/size", 9, 1, ignored=True),)), calls=())
BLOCKS = st.none() | st.builds(Block, st.sampled_from(Blocker), st.just("R"), st.just("m"))
STEPS = st.builds(
    lambda base, name, block: replace(base, key=Key("Test::Box", name), block=block),
    st.sampled_from([CREATE, DRIFT, DELETE, OUTAGE, REPLACE, SHOWN]),
    st.sampled_from("abcdef"),
    BLOCKS,
)
PLANS = st.builds(lambda steps, size: Plan(tuple(steps), size=size), st.lists(STEPS, max_size=6), st.integers(0, 12))
USD = st.decimals(0, 1000, places=2)
GATES = st.builds(Gate, st.just("month"), USD, st.sampled_from([Decimal(50), Decimal(120)]), USD, st.just("estimate"))
FOUGHT = {("Test::Box/a", "Size"): (NOW,) * 3}
EVERY: tuple[Policy, ...] = (
    policies.report_only,
    policies.hold(NOW, "why"),
    lambda plan: policies.wait_for(plan, "InUse", "x"),
    policies.data_missing({"Test::Vault/a": "2026-11-01T00:00:00Z"}, {}, None),
    policies.approval(None, None, NOW),
    policies.calm(None),
    policies.no_fighting(FOUGHT, NOW),
    policies.gate((Gate("b", Decimal(1), Decimal(100), Decimal(1), "estimate"),), Decimal(1), True),
    policies.cost_jump((Gate("b", Decimal(1), Decimal(100), Decimal(0), "estimate"),), Decimal(1), None),
    policies.followed(graph(Box(name="a"), Link(name="b", box=Box(name="a").output("Id")))),
)


def blocks(found: Plan) -> list[str | None]:
    return [one.block.reason if one.block else None for one in found.steps]


@pytest.mark.parametrize("policy", EVERY)
@given(PLANS)
def test_a_policy_makes_no_step_and_frees_none(policy: Policy, plan: Plan) -> None:
    found = policy(plan)
    assert [(s.key, s.action, s.fields, s.calls) for s in found.steps] == [
        (s.key, s.action, s.fields, s.calls) for s in plan.steps
    ]
    assert all(after.block is not None for before, after in zip(plan.steps, found.steps, strict=True) if before.block)
    assert (found.problems, found.waits, found.digests, found.size) == (
        plan.problems,
        plan.waits,
        plan.digests,
        plan.size,
    )


@given(PLANS)
def test_policies_together_let_nothing_go_that_one_of_them_holds(plan: Plan) -> None:
    some = EVERY[3:]  # the first three hold everything
    together = policies.apply(plan, some)
    for policy in some:
        alone = policy(plan)
        assert [s for s, one in zip(together.steps, alone.steps, strict=True) if s.ready and not one.ready] == []


@pytest.mark.parametrize(
    ("by", "yields"),
    [
        (Blocker.TIME, True),
        (Blocker.PEER, True),
        (Blocker.PERSON, False),
        (Blocker.POLICY, False),
        (Blocker.GATE, False),
    ],
)
def test_a_graver_reason_stands(by: Blocker, yields: bool) -> None:
    before = Plan((replace(DRIFT, block=Block(by, "Old", "m")),))
    assert blocks(policies.wait_for(before, "New", "m")) == ["New" if yields else "Old"]


def test_report_turns_every_step_into_drift_that_is_not_written() -> None:
    found = policies.report_only(Plan((CREATE, OUTAGE, DELETE, SHOWN)))
    assert {(s.cause, s.block.reason if s.block else "") for s in found.steps} == {(Cause.DRIFT, "ReportOnly")}
    assert found.ready == ()


def test_a_hold_holds_all_that_writes() -> None:
    found = policies.hold(NOW.astimezone(timezone(timedelta(hours=2))), "a migration")(
        Plan((CREATE, DRIFT, DELETE, SHOWN))
    )
    assert blocks(found) == ["Held", "Held", "Held", None]
    assert found.steps[0].block == Block(Blocker.POLICY, "Held", "held until 2026-11-23T12:00:00Z: a migration")


# ---- lost data --------------------------------------------------------------------------------------------------

LOST = step("data", Action.CREATE, kind=Vault)


def missing(plan: Plan, approved: str | None = None) -> Plan:
    hints = {"Test::Vault/data": "Restore it so."}
    since = {"Test::Vault/data": "2026-11-01T00:00:00Z", "Test::Box/box": "2026-11-01T00:00:00Z"}
    return policies.data_missing(since, hints, approved)(plan)


def test_lost_data_is_not_made_again() -> None:
    found = missing(Plan((LOST, CREATE, step("new", Action.CREATE, kind=Vault))))
    assert blocks(found) == ["DataMissing", None, None]
    assert found.steps[0].block == Block(
        Blocker.PERSON,
        "DataMissing",
        "Test::Vault/data held data and is gone from AWS. Restore it so. To create it anew as the spec now says, "
        f"annotate trueup.dev/approve={found.id}.",
    )


def test_only_an_approval_of_just_that_makes_lost_data_anew() -> None:
    plan = Plan((LOST,), digests={"Test::Vault/data": "v1:x"})
    asked = missing(plan)
    assert blocks(missing(plan, asked.id)) == [None]
    assert blocks(missing(plan, plan.id)) == ["DataMissing"], "an approval of prunes of the same spec is another one"
    assert asked.id == missing(plan, "another").id != plan.id


# ---- approvals --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "window", "reason"),
    [
        pytest.param(REPLACE, None, "ApprovalNeeded", id="a replacement"),
        pytest.param(REPLACE, "mon:11:00-mon:13:00", "ApprovalNeeded", id="a replacement, window or not"),
        pytest.param(replace(REPLACE, irreversible=False), None, None, id="of what has failed"),
        pytest.param(OUTAGE, None, "ApprovalNeeded", id="an outage without a window"),
        pytest.param(OUTAGE, "tue:11:00-tue:13:00", "ApprovalNeeded", id="an outage outside of it"),
        pytest.param(OUTAGE, "mon:11:00-mon:13:00", None, id="an outage inside of it"),
        pytest.param(DRIFT, None, None, id="what harms nobody"),
        pytest.param(CREATE, None, None, id="something new"),
        pytest.param(DELETE, None, None, id="one prune"),
    ],
)
def test_what_needs_an_approval(one: Step, window: str | None, reason: str | None) -> None:
    plan = Plan((one,))
    assert blocks(policies.approval(None, window, NOW)(plan)) == [reason]
    assert blocks(policies.approval(plan.id, window, NOW)(plan)) == [None]
    assert blocks(policies.approval("stale", window, NOW)(plan)) == [reason]


def test_an_approval_is_of_one_plan() -> None:
    small, other = Plan((OUTAGE,), digests={"a": "1"}), Plan((OUTAGE,), digests={"a": "2"})
    more = Plan((OUTAGE, replace(REPLACE, key=Key("Test::Box", "x"))), digests={"a": "1"})
    assert blocks(policies.approval(small.id, None, NOW)(other)) == ["ApprovalNeeded"]
    assert blocks(policies.approval(small.id, None, NOW)(more)) == ["ApprovalNeeded", "ApprovalNeeded"]


def test_an_outage_that_undoes_drift_says_how_to_leave_it_as_it_is() -> None:
    found = policies.approval(None, None, NOW)(Plan((replace(OUTAGE, cause=Cause.DRIFT),))).steps[0].block
    assert found is not None
    assert found.message.endswith("; else let the spec say what AWS shows.")


@pytest.mark.parametrize(
    ("window", "message"),
    [
        (None, "; else set the spec back."),
        (
            "sun:04:00-sun:05:00",
            ", or wait for the maintenance window (sun:04:00-sun:05:00 UTC); else set the spec back.",
        ),
    ],
)
def test_an_outage_says_what_lets_it_go(window: str | None, message: str) -> None:
    plan = Plan((OUTAGE,))
    assert policies.approval(None, window, NOW)(plan).steps[0].block == Block(
        Blocker.PERSON,
        "ApprovalNeeded",
        f"A change of Engine would interrupt Test::Box/box. To let it happen now, annotate "
        f"trueup.dev/approve={plan.id}{message}",
    )


@pytest.mark.parametrize(
    ("at", "window", "inside"),
    [
        ("2026-11-22T04:00", "sun:04:00-sun:05:00", True),
        ("2026-11-22T04:59", "sun:04:00-sun:05:00", True),
        ("2026-11-22T05:00", "sun:04:00-sun:05:00", False),
        ("2026-11-23T04:30", "sun:04:00-sun:05:00", False),
        ("2026-11-22T23:45", "sun:23:30-mon:00:30", True),
        ("2026-11-23T00:29", "sun:23:30-mon:00:30", True),
        ("2026-11-23T00:30", "sun:23:30-mon:00:30", False),
        ("2026-11-22T23:29", "sun:23:30-mon:00:30", False),
        ("2026-11-23T00:10", "Sun:23:30-Mon:00:30", True),
        ("2026-11-23T00:10", None, False),
        ("2026-11-23T00:10", "", False),
    ],
)
def test_the_maintenance_window(at: str, window: str | None, inside: bool) -> None:
    assert policies.in_window(window, datetime.fromisoformat(at).replace(tzinfo=UTC)) is inside


# ---- many at once -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prunes", "recent", "size", "held"),
    [
        (3, 0, 1, False),
        (4, 0, 13, True),
        (4, 0, 14, False),
        (2, 2, 13, True),
        (2, 2, 14, False),
        (0, 9, 5, False),
        (5, 0, 0, True),
    ],
)
def test_more_than_3_and_more_than_30_percent_wait(prunes: int, recent: int, size: int, held: bool) -> None:
    steps = [replace(DELETE, key=Key("Test::Box", f"{n}")) for n in range(prunes)]
    plan = Plan((*steps, DRIFT), size=size)
    gone = [f"Test::Box/gone-{n}" for n in range(recent)]
    again = [*gone, *(str(one.key) for one in steps)]  # tried before, and still to be done: each counts once
    assert blocks(policies.calm(None, gone)(plan)) == ["ApprovalNeeded" if held else None] * prunes + [None]
    assert blocks(policies.calm(None, again)(plan)) == ["ApprovalNeeded" if held else None] * prunes + [None]
    assert blocks(policies.calm(plan.id, gone)(plan)) == [None] * (prunes + 1)


def test_what_somebody_added_does_not_count() -> None:
    added = replace(DELETE, cause=Cause.DRIFT)
    parts = replace(DELETE, irreversible=False)
    plan = Plan(tuple(replace(one, key=Key("T", f"{n}")) for n, one in enumerate([added, parts] * 5)), size=3)
    assert blocks(policies.calm(None)(plan)) == [None] * 10


# ---- fights -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ages", "fought"),
    [
        pytest.param([1, 20, 59], True, id="three within the hour"),
        pytest.param([1, 20], False, id="two"),
        pytest.param([1, 20, 60], False, id="the first an hour ago"),
        pytest.param([], False, id="none"),
    ],
)
def test_three_writes_within_an_hour_that_did_not_hold_are_a_fight(ages: list[int], fought: bool) -> None:
    writes = {("Test::Box/box", "Size"): tuple(NOW - timedelta(minutes=age) for age in ages)}
    found = policies.no_fighting(writes, NOW)(Plan((DRIFT,)))
    assert blocks(found) == (["Fighting"] if fought else [None])


def test_a_fight_names_both_values_and_the_way_out() -> None:
    found = policies.no_fighting({("Test::Box/box", "Size"): (NOW,) * 3}, NOW)(Plan((DRIFT, CREATE)))
    assert found.steps[0].block == Block(
        Blocker.PERSON,
        "Fighting",
        "Test::Box/box Size was set to 1 three times within an hour and is 9 again: somebody else writes it. Stop "
        "them, or list its field in spec.driftPolicy.ignore; then annotate trueup.dev/reconcile to go on.",
    )


def test_a_fight_over_what_nobody_declared_says_that_it_was_removed() -> None:
    there = FieldChange("", None, {"Cidr": "0.0.0.0/0"}, None)
    added = step(action=Action.DELETE, cause=Cause.DRIFT, fields=(there,))
    found = policies.no_fighting({("Test::Box/box", ""): (NOW,) * 3}, NOW)(Plan((added,)))
    assert found.steps[0].block == Block(
        Blocker.PERSON,
        "Fighting",
        "Test::Box/box was removed three times within an hour, declared absent, and is present again: somebody else "
        "adds it. Stop them, or declare it in the spec; then annotate trueup.dev/reconcile to go on.",
    )


@pytest.mark.parametrize("one", [replace(DRIFT, key=Key("Test::Box", "x")), SHOWN], ids=["another", "ignored"])
def test_other_fields_are_not_in_the_fight(one: Step) -> None:
    assert blocks(policies.no_fighting({("Test::Box/box", "Size"): (NOW,) * 3}, NOW)(Plan((one,)))) == [None]


# ---- money ------------------------------------------------------------------------------------------------------


@given(PLANS, st.lists(GATES, max_size=3), USD)
def test_a_gate_lets_nothing_lift_the_sum_to_where_it_stops(plan: Plan, gates: list[Gate], growth: Decimal) -> None:
    found = policies.gate(tuple(gates), growth, True)(plan)
    stopped = any(g.spent + growth >= g.limit * g.percent / 100 for g in gates) and growth > 0
    assert not stopped or not [s for s in found.ready if policies.raises_cost(s)]
    assert stopped or found == plan


@given(PLANS, st.lists(GATES, max_size=3), st.decimals(-1000, 0, places=2))
def test_what_lowers_cost_always_goes(plan: Plan, gates: list[Gate], growth: Decimal) -> None:
    assert policies.gate(tuple(gates), growth, True)(plan) == plan
    assert policies.cost_jump(tuple(gates), growth, None)(plan) == plan


@given(PLANS, st.lists(GATES, max_size=3), USD)
def test_no_gate_stops_what_is_critical(plan: Plan, gates: list[Gate], growth: Decimal) -> None:
    assert policies.gate(tuple(gates), growth, False)(plan) == plan


def test_a_shut_gate_stops_what_is_new_or_changed_and_tells_the_sums() -> None:
    shut = Gate("month", Decimal(50), Decimal(90), Decimal(40), "actual")
    found = policies.gate((shut,), Decimal("12.5"), True)(Plan((CREATE, OUTAGE, DRIFT, DELETE)))
    assert blocks(found) == ["OverBudget", "OverBudget", None, None]
    assert found.steps[0].block == Block(
        Blocker.GATE,
        "OverBudget",
        "Budget month stops this: actual $40.00 + $12.50 a month is $52.50, and it stops at $45.00 (90 % of $50.00). "
        "It opens when the sum falls below that, when monthlyLimitUSD rises to more than $58.33, "
        "or when the object is made Critical.",
    )


def test_a_shut_gate_keeps_back_no_change_of_what_costs_nothing_by_itself() -> None:
    shut = Gate("month", Decimal(50), Decimal(90), Decimal(40), "actual")
    free = [replace(one, may_raise_cost=False) for one in (OUTAGE, DRIFT, replace(CREATE, cause=Cause.DRIFT), CREATE)]
    charged = replace(CREATE, cause=Cause.DRIFT)
    found = policies.gate((shut,), Decimal("12.5"), True)(Plan((*free, charged)))
    assert blocks(found) == [None, None, None, "OverBudget", "OverBudget"]


@pytest.mark.parametrize(
    ("spent", "growth", "asked"),
    [("40", "9.99", False), ("40", "10", True), ("50", "10", False), ("40", "0", False), ("49.99", "0.01", True)],
)
def test_a_jump_over_the_limit_is_asked_about_once(spent: str, growth: str, asked: bool) -> None:
    gates = (Gate("month", Decimal(50), Decimal(120), Decimal(spent), "estimate"),)
    plan = Plan((CREATE, DRIFT))
    found = policies.cost_jump(gates, Decimal(growth), None)(plan)
    assert blocks(found) == ["ApprovalNeeded" if asked else None, None]
    assert blocks(policies.cost_jump(gates, Decimal(growth), plan.id)(plan)) == [None, None]


# ---- what follows -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "follows"), [(b, b in (Blocker.PERSON, Blocker.POLICY, Blocker.GATE)) for b in Blocker])
def test_what_waits_for_a_stopped_step_is_stopped_with_it(by: Blocker, follows: bool) -> None:
    declared = graph(Box(name="box"), Link(name="link", box=Box(name="box").output("Id")))
    first = replace(CREATE, block=Block(by, "Stopped", "because"))
    second = step("link", Action.CREATE, kind=Link, block=WAITS)
    found = policies.followed(declared)(Plan((first, second)))
    expected = Block(by, "Stopped", "waits for Test::Box/box") if follows else WAITS
    assert [s.block for s in found.steps] == [first.block, expected]
