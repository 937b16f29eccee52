"""One pass over one object: look, plan, record, make the calls that can be made now, look again, report.

Nothing is waited for inside a pass and no progress is kept: what is half-done is what the next look sees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from trueup.app.acting import Actor, Failure
from trueup.app.composing import Composed, Composer
from trueup.app.deciding import Costs, Decider, bad_hold, costs, decide, held_until, history, marks
from trueup.app.looking import Look, Observer
from trueup.app.memory import Memory
from trueup.app.ports import FINALIZER, INTENTS, RECONCILE, Journal, Outcome, World
from trueup.app.settings import Settings
from trueup.core import ledger as ledgers
from trueup.core.conditions import Situation, Trouble
from trueup.core.cost import PriceBook
from trueup.core.faults import ObservationFailed, needs_person, retry_after, treatment
from trueup.core.graph import Problem
from trueup.core.ledger import Ledger
from trueup.core.observed import Observed
from trueup.core.plan import Action, Block, Blocker, Cause, Plan, Step
from trueup.core.report import About, remembered, status_of, transitions
from trueup.core.resource import Ownership, Resource
from trueup.core.values import Json, Phase, Retry, as_map, shown

READ = "observation"


@dataclass(frozen=True, slots=True)
class Hands:
    """What every pass works with."""

    composer: Composer
    observer: Observer
    settings: Settings
    clock: Callable[[], datetime]
    prices: Callable[[str], PriceBook]


class Pass:
    """One pass that brings one object nearer to what it declares."""

    def __init__(
        self,
        hands: Hands,
        composed: Composed,
        world: World,
        decider: Decider,
        journal: Journal,
        memory: Memory,
        actor: Actor,
    ) -> None:
        self.hands = hands
        self.composed = composed
        self.world = world
        self.decider = decider
        self.journal = journal
        self.memory = memory
        self.actor = actor
        self.began = hands.clock()
        self.age = timedelta(0)
        self.before: Mapping[str, Json] = composed.manifest.status
        self.observed: Observed | None = None
        self.plan = Plan()
        self.cost: Costs | None = None
        self.ledger = self._old_ledger()
        self.failures: dict[str, Failure] = {}
        self.tried: set[tuple[str, str, tuple[str, ...]]] = set()
        manifest = composed.manifest
        self.reconcile = manifest.annotations.get(RECONCILE)
        self.asked = self.reconcile is not None and self.reconcile != self.before.get("lastHandledReconcile")
        self.look = Look(hands.observer, composed, hands.settings.settle, hands.clock)
        self.fresh = self.asked
        """Its deep reads were made in this pass."""
        self.shallow = self._converged()
        """Deep reads that nobody made yet may wait for their turn, as long as nothing else asks for anything."""

    def run(self) -> Outcome:
        """The object is as near to what it declares as calls can bring it now, and its status says how near."""
        if self.asked and self.journal.may_write():
            self.actor.forget_tries()
        for number in range(self.hands.settings.rounds):
            if not self._see(first=number == 0):
                break
            self._decide()
            if self.shallow and not self._is_at_rest() and not self._see_whole():
                break
            if self._rests_on_old_reads() and not self._see_fresh():
                break
            steps = self._startable()
            if not steps:
                break
            self._prepare(steps)
            if not self._execute(steps):
                break
        if self.journal.may_write():
            if self._stands_for_something():
                self._finalize()
            self.actor.record(self.observed)
            self.actor.forget_moot(self.plan, self.observed)
        self._report()
        return Outcome(self._again_after(), self._wake(), wrote=self.actor.wrote)

    # ---- seeing -----------------------------------------------------------------------------------------------

    def _see(self, *, first: bool, refresh: bool = False) -> bool:
        """AWS was read as freshly as the object needs; False when it could not be, which is then on record.

        With `refresh`, or where a person has asked, its deep reads are made again.
        """
        try:
            if first:
                self.age = self._age()
            age = self.age if first else self.age + (self.hands.clock() - self.began) + timedelta(seconds=1)
            self._read_new_parts()
            self._read_where_searched()
            self._read_where_named()
            # The sweep's lists serve it however long this pass was held up since it began.
            at = self.began if first and age > timedelta(0) else None
            self.observed = self.look.now(age, at=at, refresh=refresh or (first and self.asked), lazy=self.shallow)
        except ObservationFailed as failed:
            self._unread(failed)
            if first:
                self.observed = None
            return False
        self.memory.failures.pop(READ, None)
        return True

    def _converged(self) -> bool:
        """By its status, the object was as declared when it was last looked at, and nothing is under way."""
        before, manifest = self.before, self.composed.manifest
        settled = before.get("summary") == "Ready" and before.get("observedGeneration") == manifest.generation
        quiet = not self.ledger.open and "plan" not in before and not marks(manifest, INTENTS)
        return settled and quiet and not self.asked and not manifest.deleting

    def _is_at_rest(self) -> bool:
        """Nothing asks for anything, and all that status remembers was found: more reading would tell of drift only."""
        observed, plan = self.observed, self.plan
        if observed is None or plan.steps or plan.problems or plan.waits:
            return False
        found = {str(seen.key) for seen in (*observed.seen.values(), *observed.extras)}
        outputs = {key: shown(value) for key, value in self._about().outputs.items()}
        return remembered(self.before).keys() <= found and outputs == (self.before.get("outputs") or {})

    def _see_whole(self) -> bool:
        """What a shallow look cannot judge is looked at again with every deep read made; False when that failed."""
        self.shallow = False
        self.observed, self.plan, self.cost, self.ledger = None, Plan(), None, self._old_ledger()
        if not self._see(first=False):
            return False
        self._decide()
        return True

    def _rests_on_old_reads(self) -> bool:
        """What is about to be written rests on what was read some time ago.

        A change carries what deep reads showed; and what AWS lets have the name of another may have one by now.
        """
        steps = () if self.fresh else self._startable()
        return any(_may_be_second(s) or (s.kind.DEEP and s.action is Action.UPDATE) for s in steps)

    def _see_fresh(self) -> bool:
        """The object's deep reads were made again, so that no whole structure is written on top of an old one."""
        self.fresh = True
        if not self._see(first=False, refresh=True):
            return False
        self._decide()
        return True

    def _unread(self, failed: ObservationFailed) -> None:
        """AWS could not be read: on record, with when to try again."""
        fault = failed.fault
        attempts = self.memory.failures[READ] = self.memory.failures[READ] + 1
        trouble = Trouble(treatment(fault).reason, fault.sentences, needs_person(fault, attempts))
        self.failures[READ] = Failure(READ, trouble, retry_after(fault, attempts), True)

    def _read_new_parts(self) -> None:
        """What AWS makes together with a resource that we have just made (rules, a default group) is read at once."""
        fresh = frozenset(self.memory.fresh)
        ids = {kind.ID for kind in fresh}
        stale: dict[type[Resource], None] = {}
        for kind in self.composed.kind.types:  # parents come before their parts
            if kind.OWNED is Ownership.PARENT and kind.PARENT in ids and kind.LISTING not in [k.LISTING for k in fresh]:
                stale[kind] = None
                ids.add(kind.ID)
        if stale:
            self.hands.observer.observe(self.composed.place, stale, timedelta(0))
        self.memory.fresh.clear()

    def _read_where_searched(self) -> None:
        """A list that is read rarely is read anew while what we may have made is searched for in it."""
        sought = marks(self.actor.manifest, INTENTS)
        resources = [node.resource for node in self.composed.graph.ordered() if str(node.resource.key) in sought]
        rare = {type(resource): None for resource in resources if resource.LISTING.every}
        if rare:
            self.hands.observer.observe(self.composed.place, rare, timedelta(0))

    def _read_where_named(self) -> None:
        """The lists are of now that show whether a name is free which AWS itself does not keep single."""
        named = {step.kind: None for step in self._startable() if _may_be_second(step)}
        if named:
            self.hands.observer.observe(self.composed.place, named, timedelta(0))

    def _age(self) -> timedelta:
        """How old the lists may be: as old as the sweep, or as the poll for an object that is changing."""
        settings = self.hands.settings
        if self.asked:
            return timedelta(0)
        if self.before.get("summary") == "Ready" and self.composed.manifest.generation == self.before.get(
            "observedGeneration"
        ):
            return self.began - settings.sweep_began(self.began)
        return self.began - settings.poll_began(self.began)

    # ---- deciding ---------------------------------------------------------------------------------------------

    def _decide(self) -> None:
        observed = self.observed
        if observed is None:
            return
        now = self.hands.clock()
        self.cost = costs(self.composed, observed, self.hands.prices(self.composed.place.region))
        found = self._plan(observed, now)
        found = replace(found, steps=tuple(self._backing_off(self.actor.searching(s), now) for s in found.steps))
        self.plan = self._with_problems(found)
        self.memory.settled({str(step.key) for step in found.steps if step.writes})
        self.ledger = ledgers.advance(self.ledger, self.plan, now)

    def _plan(self, observed: Observed, now: datetime) -> Plan:
        cost = self.cost or Costs.nothing()
        current = replace(self.composed, manifest=self.actor.manifest)
        known = history(self.actor.manifest, self.actor.began)
        return decide(current, observed, known, self.memory, self.ledger, cost, self.decider, now)

    def _with_problems(self, found: Plan) -> Plan:
        wrong = bad_hold(self.composed.manifest)
        return found if wrong is None else replace(found, problems=(*found.problems, Problem("Invalid", wrong)))

    def _backing_off(self, step: Step, now: datetime) -> Step:
        """A step whose calls failed lately waits for its time; its trouble stays on record."""
        at = self.memory.retry_at.get(str(step.key))
        if at is None or now >= at or step.block is not None:
            return step
        failure = self.memory.troubles.get(str(step.key))
        if failure is not None:
            self.failures.setdefault(str(step.key), Failure(str(step.key), failure, (at - now).total_seconds(), False))
        return replace(step, block=Block(Blocker.TIME, "BackingOff", f"tried again at {ledgers.stamp(at)}"))

    # ---- acting -----------------------------------------------------------------------------------------------

    def _startable(self) -> list[Step]:
        """The steps that can go now and were not tried in this pass."""
        if not self.journal.may_write():
            return []
        return [step for step in self.plan.ready if _mark(step) not in self.tried]

    def _prepare(self, steps: list[Step]) -> None:
        """What must stand in Kubernetes before AWS is written does: finalizer, first word, drift, marks, intents."""
        self._finalize()
        first_word = not self.before.get("conditions")
        if first_word or any(step.cause is Cause.DRIFT for step in steps):
            self._report()
        self.actor.record(self.observed, steps)

    def _finalize(self) -> None:
        """The finalizer is on: from now on nothing of the object's in AWS can be forgotten."""
        manifest = self.composed.manifest
        if FINALIZER not in manifest.finalizers:
            self.journal.finalizer(True)
            manifest = replace(manifest, finalizers=(*manifest.finalizers, FINALIZER))
            self.composed = replace(self.composed, manifest=manifest)

    def _stands_for_something(self) -> bool:
        seen = (*self.observed.seen.values(), *self.observed.extras) if self.observed is not None else ()
        return any(one.owned for one in seen)

    def _execute(self, steps: list[Step]) -> bool:
        """The steps were tried, in order; False when nothing more makes sense in this pass."""
        for step in steps:
            self.tried.add(_mark(step))
            if step.action is Action.CREATE:  # whatever the answer will be: it may be lost
                self.memory.fresh.add(step.kind)
            try:
                failure = self.actor.execute(step)
            except ObservationFailed as failed:  # the call went through, and what it did could not be read
                self._unread(failed)
                return False
            if failure is None:
                self.failures.pop(str(step.key), None)
                self.memory.troubles.pop(str(step.key), None)
                self.ledger = ledgers.wrote(self.ledger, step, self.hands.clock())
                continue
            self.failures[failure.key] = failure
            self.memory.troubles[failure.key] = failure.trouble
            if failure.stops:
                return False
        return True

    # ---- reporting --------------------------------------------------------------------------------------------

    def _situation(self) -> Situation:
        manifest = self.composed.manifest
        return Situation(
            plan=self.plan,
            ledger=self.ledger,
            observed=self.observed,
            troubles=tuple(failure.trouble for failure in self.failures.values()),
            report_only=self.composed.spec.drift_policy.mode == "Report",
            held=held_until(manifest, self.began) is not None,
            before=self.before,
        )

    def _about(self) -> About:
        kind = self.composed.kind
        outputs: Mapping[str, Json] = as_map(self.before.get("outputs")) or {}
        if self.observed is not None:
            outputs = kind.outputs(self.composed.context, self.observed)
        return About(
            generation=self.composed.manifest.generation,
            region=self.composed.place.region,
            handled=self._handled(),
            outputs=outputs,
            estimate=self.cost.after if self.cost is not None else None,
            notes=kind.notes(outputs),
        )

    def _handled(self) -> str | None:
        """The last value of the reconcile annotation that was answered, also after the annotation was taken off."""
        answered = self.reconcile if self.observed is not None else None
        return self.before.get("lastHandledReconcile") if answered is None else answered

    def _report(self) -> None:
        """The status says what is so now, and Events tell what turned."""
        status = status_of(self.composed.graph, self._situation(), self._about(), self.hands.clock())
        if self.cost is None and "cost" in self.before:
            status["cost"] = self.before["cost"]
        old = self._old_ledger()
        self.memory.ledger = self.ledger
        self.journal.status(status)
        for event in transitions(self.before, status, (old, self.ledger)):
            self.journal.event(event)
        self.before = status

    def _old_ledger(self) -> Ledger:
        return self.memory.ledger or ledgers.read(self.before)

    # ---- what is next -----------------------------------------------------------------------------------------

    def _again_after(self) -> float:
        settings = self.hands.settings
        now = self.hands.clock()
        times = [settings.until_next_sweep(now)]
        times += [failure.again_after for failure in self.failures.values()]
        if self._unfinished():
            times.append(settings.until_next_poll(now))
        stopped = any(failure.stops for failure in self.failures.values())
        if self._startable() and not stopped:
            times.append(0.0)
        until = held_until(self.composed.manifest, now)
        if until is not None:
            times.append((until - now).total_seconds())
        return max(min(times), 0.05)

    def _unfinished(self) -> bool:
        """AWS, or time, brings the next change."""
        seen = self.observed.seen.values() if self.observed is not None else ()
        busy = any(s.phase in (Phase.CREATING, Phase.BUSY, Phase.DELETING) for s in seen)
        timed = any(s.block is None or s.block.by is Blocker.TIME for s in self.plan.steps if s.writes)
        return busy or timed

    def _wake(self) -> tuple[tuple[str, str, str], ...]:
        """Those who refer to this object are looked at now when something of it was written or became usable."""
        old, new = self.composed.manifest.status, self.before
        moved = self.actor.wrote or any(old.get(key) != new.get(key) for key in ("outputs", "summary", "cost"))
        if not moved:
            return ()
        me = self.composed.manifest
        beside = [m for m in self.world.namespaced(me.namespace) if m.address != me.address]
        users = [m.address for m in beside if me.address in self.hands.composer.peers(m)]
        if self.hands.composer.gate(me) is not None:
            users += [m.address for m in beside if m.status.get("summary") == "Gated"]
        guards = [m.address for m in beside if self.hands.composer.gate(m) and m.status.get("summary") == "Gated"]
        return tuple(dict.fromkeys(users + guards))


def _mark(step: Step) -> tuple[str, str, tuple[str, ...]]:
    """What a pass tries only once: the same step on the same fields would meet the same answer."""
    seen = step.seen.id if step.seen is not None else ""
    paths = tuple(f.path for f in step.fields if f.writes) if step.action is Action.UPDATE else ()
    return (f"{step.key}@{seen}", step.action.value, paths)


def _may_be_second(step: Step) -> bool:
    """It is to be made under a name that AWS would give again."""
    return step.action is Action.CREATE and bool(step.kind.IDENTITY) and step.kind.RETRY is not Retry.UNIQUE
