"""Safety as functions from plan to plan: what an object, a budget or a person's absence keeps from happening.

A policy never makes a step and never looks at AWS; it only says of a step that it must not happen now, and why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from trueup.core.cost import money
from trueup.core.graph import Graph
from trueup.core.ledger import stamp
from trueup.core.naming import OWNER_TAG
from trueup.core.plan import Action, Block, Blocker, Cause, Plan, Policy, Step, block_where, is_pruning_data
from trueup.core.resource import Resource
from trueup.core.values import Effect, Key, brief

FIGHT_WRITES: Final = 3
FIGHT_WITHIN: Final = timedelta(hours=1)
CALM_COUNT: Final = 3
CALM_SHARE: Final = 0.3
CALM_WITHIN: Final = timedelta(minutes=10)

_MADE_IN_VAIN: Final = {
    Action.CREATE: "{} was created again and again within an hour, declared present, and is absent each time: somebody "
    "else deletes it. Stop them, or take it out of the spec; then annotate trueup.dev/reconcile to go on.",
    Action.DELETE: "{} was removed three times within an hour, declared absent, and is present again: somebody else "
    "adds it. Stop them, or declare it in the spec; then annotate trueup.dev/reconcile to go on.",
}
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def apply(plan: Plan, policies: tuple[Policy, ...]) -> Plan:
    """The plan after every policy, in order; the first grave reason stands."""
    for policy in policies:
        plan = policy(plan)
    return plan


def followed(graph: Graph) -> Policy:
    """What waits for a step that only a person, a budget or the object's own policy can free waits for them too."""

    def policy(plan: Plan) -> Plan:
        stopped: dict[Key, Block] = {}
        steps: list[Step] = []
        for step in plan.steps:
            node = graph.node(step.key)
            needs = node.needs if node is not None and step.seen is None else ()
            cause = next((stopped[key] for key in needs if key in stopped), None)
            if cause is not None and (step.block is None or step.block.by is Blocker.TIME):
                message = step.block.message if step.block is not None else cause.message
                step = replace(step, block=Block(cause.by, cause.reason, message))
            if step.block is not None and step.block.by in (Blocker.PERSON, Blocker.POLICY, Blocker.GATE):
                stopped[step.key] = step.block
            steps.append(step)
        return replace(plan, steps=tuple(steps))

    return policy


def report_only(plan: Plan) -> Plan:
    """Nothing is created, updated or deleted: every difference, a changed spec's too, is reported as drift."""
    block = Block(Blocker.POLICY, "ReportOnly", "spec.driftPolicy.mode is Report: nothing is written")
    steps = tuple(replace(step, cause=Cause.DRIFT, block=block) for step in plan.steps)
    return replace(plan, steps=steps)


def hold(until: datetime, why: str | None) -> Policy:
    """Nothing is written until the hold ends by itself."""
    because = f": {why}" if why else ""
    return hold_while(f"held until {stamp(until.astimezone(UTC))}{because}")


def hold_while(why: str) -> Policy:
    """Nothing is written while this is so."""
    block = Block(Blocker.POLICY, "Held", why)
    return lambda plan: block_where(plan, lambda step: True, lambda step: block)


def wait_for(plan: Plan, reason: str, message: str) -> Plan:
    """Nothing of the plan happens while another object is in the way."""
    return block_where(plan, lambda step: True, lambda step: Block(Blocker.PEER, reason, message))


def data_missing(created: Mapping[str, str], hints: Mapping[str, str], approved: str | None) -> Policy:
    """What holds data and was once created is never created again by itself.

    `created` names the resources that existed once, and since when; `hints` gives the sentence on how to restore
    each. The plan that creates them anew has an id of its own: an approval of anything else, of prunes for one, does
    not cover it.
    """

    def covers_up(step: Step) -> bool:
        return step.action is Action.CREATE and step.kind.HOLDS_DATA and str(step.key) in created

    def policy(plan: Plan) -> Plan:
        steps = tuple(replace(step, irreversible=True) if covers_up(step) else step for step in plan.steps)
        gone = tuple((str(step.key), created[str(step.key)]) for step in steps if covers_up(step))
        plan = replace(plan, steps=steps, lost=gone)
        if approved == plan.id:
            return plan

        def block(step: Step) -> Block:
            hint = hints.get(str(step.key), step.kind.NO_BACKUP)
            return Block(
                Blocker.PERSON,
                "DataMissing",
                f"{step.key} held data and is gone from AWS. {hint} To create it anew as the spec now says, "
                f"annotate trueup.dev/approve={plan.id}.",
            )

        return block_where(plan, covers_up, block)

    return policy


def _sought(resource: Resource) -> str:
    names = [
        str(getattr(resource, name)) for name, attr in resource.attrs().items() if attr.shown_at in resource.IDENTITY
    ]
    return resource.sought() or f"{resource.ADOPTED_BY} is {', '.join(names)}"


def adoption(graph: Graph, known: frozenset[str]) -> Policy:
    """While what the spec names to be taken over is not in AWS, nothing is made, least of all in its place.

    A leftover that a spec could take over may be somebody's own, who had it before this object or retained it: it is
    not deleted by itself, nor is what it may still use.

    `known` names the resources that stood for the object before: what of them is gone is drift, or data missing.
    """

    def is_sought(step: Step) -> bool:
        node = graph.node(step.key)
        adopts = node is not None and node.adopt and bool(step.kind.ADOPTED_BY)
        new = node is not None and (str(step.key) not in known or not node.resource.can_be_made())
        return adopts and step.action is Action.CREATE and new

    def given_up(step: Step) -> bool:  # a leftover with data waits for an approval anyway
        return step.cause is Cause.PRUNE and bool(step.kind.ADOPTED_BY) and not step.kind.HOLDS_DATA

    def policy(plan: Plan) -> Plan:
        former = next((step for step in plan.steps if given_up(step)), None)
        if former is not None:
            left = Block(Blocker.PERSON, "GivenUp", _given_up(former))
            plan = block_where(plan, lambda step: step.cause is Cause.PRUNE, lambda step: left)
        sought = next((node for step in plan.steps if is_sought(step) and (node := graph.node(step.key))), None)
        if sought is None:
            return plan
        what = _sought(sought.resource)
        message = (
            f"{what}, and AWS holds no {sought.resource.TYPE} of that name here: "
            "delete this object and create it again with the right name and region, or without adopt to have a new "
            "one made."
        )
        return block_where(plan, lambda step: True, lambda step: Block(Blocker.PERSON, "NothingToAdopt", message))

    return policy


def _given_up(step: Step) -> str:
    which = step.seen.id if step.seen is not None else step.key.name
    return (
        f"{step.key.type} {which} carries this object's owner tag and is not the one that the spec names: it is not "
        f"deleted by itself. To keep it, take its tag {OWNER_TAG} away; else delete it in AWS, with what is in it."
    )


def approval(approved: str | None, window: str | None, now: datetime) -> Policy:
    """Replacements, outages outside the window and leftovers with data wait for a person to approve this very plan."""

    def policy(plan: Plan) -> Plan:
        if approved == plan.id:
            return plan

        def needs(step: Step) -> bool:
            if step.action is Action.REPLACE:
                return step.irreversible
            if is_pruning_data(step):
                return True
            return step.effect == Effect.OUTAGE.value and not in_window(window, now)

        def block(step: Step) -> Block:
            if is_pruning_data(step):
                return Block(Blocker.PERSON, "ApprovalNeeded", _undeclared_data(step, plan.id))
            what = "would replace" if step.action is Action.REPLACE else "would interrupt"
            fields = ", ".join(f.path for f in step.fields if f.writes)
            opens = window is not None and not is_replacing(step)
            wait = f", or wait for the maintenance window ({window} UTC)" if opens else ""
            back = "let the spec say what AWS shows" if step.cause is Cause.DRIFT else "set the spec back"
            return Block(
                Blocker.PERSON,
                "ApprovalNeeded",
                f"A change of {fields} {what} {step.key}. To let it happen now, annotate "
                f"trueup.dev/approve={plan.id}{wait}; else {back}.",
            )

        return block_where(plan, needs, block)

    return policy


def _undeclared_data(step: Step, id: str) -> str:
    which = step.seen.id if step.seen is not None else step.key.name
    how = "deleted with a final snapshot" if step.kind.BACKUP is not None else "deleted"
    return (
        f"{step.key.type} {which} carries this object's owner tag, is not declared and holds data (a restored copy "
        f"takes its source's tags along). To keep it, take its tag {OWNER_TAG} away; to have it {how}, "
        f"annotate trueup.dev/approve={id}."
    )


def is_replacing(step: Step) -> bool:
    """The step takes the resource away before it makes a new one."""
    return step.action is Action.REPLACE


def is_loss(step: Step) -> bool:
    """The step prunes or replaces something. Extra members of closed collections are drift, and no loss."""
    return step.irreversible and (step.cause is Cause.PRUNE or is_replacing(step))


def calm(approved: str | None, recent: Collection[str] = ()) -> Policy:
    """More than 3 prunes and replacements, and more than 30 % of an object, within 10 minutes wait for approval.

    `recent` names the resources that were pruned or replaced in the last 10 minutes, or were to be: each counts once.
    """

    def policy(plan: Plan) -> Plan:
        many = len({*recent, *(str(step.key) for step in plan.steps if is_loss(step))})
        if approved == plan.id or many <= CALM_COUNT or many <= CALM_SHARE * max(plan.size, 1):
            return plan
        message = (
            f"{many} resources would be removed or replaced within 10 minutes. Look at status.plan; "
            f"to let it happen, annotate trueup.dev/approve={plan.id}."
        )
        return block_where(plan, is_loss, lambda step: Block(Blocker.PERSON, "ApprovalNeeded", message))

    return policy


def no_fighting(writes: Mapping[tuple[str, str], tuple[datetime, ...]], now: datetime) -> Policy:
    """What was written three times in an hour and did not hold is not written again: a field, or a whole resource.

    `writes` holds the times of our writes by (resource, path); creations and deletions stand under the empty path.
    """

    def often(step: Step, path: str) -> bool:
        times = writes.get((str(step.key), path), ())
        return sum(1 for at in times if now - at < FIGHT_WITHIN) >= FIGHT_WRITES

    def fought(step: Step) -> str | None:
        if step.timed:
            return None  # where somebody does otherwise, the time yields to them
        if step.action in _MADE_IN_VAIN:
            return _MADE_IN_VAIN[step.action].format(step.key) if often(step, "") else None
        for change in step.fields:
            if change.writes and often(step, change.path):
                return (
                    f"{step.key} {change.path} was set to {brief(change.after)} three times within an "
                    f"hour and is {brief(change.before)} again: somebody else writes it. Stop them, or list its field "
                    "in spec.driftPolicy.ignore; then annotate trueup.dev/reconcile to go on."
                )
        return None

    def policy(plan: Plan) -> Plan:
        return block_where(
            plan,
            lambda step: fought(step) is not None,
            lambda step: Block(Blocker.PERSON, "Fighting", fought(step) or ""),
        )

    return policy


@dataclass(frozen=True, slots=True)
class Gate:
    """A budget's gate as it stands: what it has to spend, what is spent, and at which percentage it closes."""

    budget: str
    limit: Decimal
    percent: Decimal
    spent: Decimal
    """The larger of the estimate of all selected objects without this one's growth, and AWS's actual figure."""
    basis: str
    """What `spent` is: "estimate" or "actual"."""

    @property
    def closes_at(self) -> Decimal:
        """The sum in USD from which on the gate is closed."""
        return self.limit * self.percent / 100

    def closed(self, growth: Decimal) -> bool:
        """With this growth in USD a month, the sum would be at or over the gate's percentage."""
        return growth > 0 and self.spent + growth >= self.closes_at


def gate(gates: tuple[Gate, ...], growth: Decimal, block_everything_new: bool) -> Policy:
    """What would cost more does not happen while a budget's gate is closed; what lowers cost always does.

    `growth` is how much more the object would cost with the plan than without; `block_everything_new` is False
    for critical objects, which no gate stops.
    """

    def policy(plan: Plan) -> Plan:
        shut = next((g for g in gates if g.closed(growth)), None)
        if shut is None or not block_everything_new:
            return plan
        message = (
            f"Budget {shut.budget} stops this: {shut.basis} ${money(shut.spent)} + ${money(growth)} a month is "
            f"${money(shut.spent + growth)}, and it stops at ${money(shut.closes_at)} "
            f"({shut.percent.normalize():f} % of ${money(shut.limit)}). It opens when the sum falls below that, "
            f"when monthlyLimitUSD rises to more than ${money((shut.spent + growth) * 100 / shut.percent)}, "
            "or when the object is made Critical."
        )
        return block_where(plan, raises_cost, lambda step: Block(Blocker.GATE, "OverBudget", message))

    return policy


def cost_jump(gates: tuple[Gate, ...], growth: Decimal, approved: str | None) -> Policy:
    """A change that lifts a critical object's cost over a budget's limit waits for a person to approve it."""

    def policy(plan: Plan) -> Plan:
        over = next((g for g in gates if g.spent < g.limit <= g.spent + growth), None)
        if over is None or approved == plan.id:
            return plan
        message = (
            f"This change costs ${money(growth)} more a month and lifts the sum over budget {over.budget} "
            f"(${money(over.limit)}). To let it happen, annotate trueup.dev/approve={plan.id}; else set the spec back."
        )
        block = Block(Blocker.PERSON, "ApprovalNeeded", message)
        return block_where(plan, raises_cost, lambda step: block)

    return policy


def raises_cost(step: Step) -> bool:
    """The step makes something, or changes what AWS charges for as the spec asks.

    Deletions never raise cost, nor does undoing drift, unless what is gone was charged for.
    """
    if step.action is Action.CREATE:
        return step.may_raise_cost or step.cause is not Cause.DRIFT
    return step.action is Action.UPDATE and step.cause is Cause.PENDING and step.may_raise_cost


def in_window(window: str | None, now: datetime) -> bool:
    """`now` (UTC) lies in the weekly window `ddd:hh:mm-ddd:hh:mm`; False where there is none."""
    if not window:
        return False
    start, _, end = window.lower().partition("-")
    begin, finish, here = _minute(start), _minute(end), now.weekday() * 1440 + now.hour * 60 + now.minute
    return begin <= here < finish if begin <= finish else here >= begin or here < finish


def _minute(moment: str) -> int:
    day, hour, minute = moment.split(":")
    return _DAYS.index(day) * 1440 + int(hour) * 60 + int(minute)
