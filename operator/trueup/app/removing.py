"""One pass over an object that is being deleted: what its policy says goes, in an order that AWS accepts.

The finalizer comes off last. What others still use stays until they are gone; what only retained things hold is
retained with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from trueup.app.composing import Invalid
from trueup.app.deciding import hold_on
from trueup.app.passing import Pass
from trueup.app.ports import Manifest, Outcome
from trueup.core import policies
from trueup.core.conditions import Situation
from trueup.core.faults import ObservationFailed
from trueup.core.observed import Observed
from trueup.core.paths import get
from trueup.core.plan import Blocker, Plan, Step
from trueup.core.removing import plan_removal
from trueup.core.report import released
from trueup.core.resource import Resource, Seen
from trueup.core.values import MISSING, Json, as_list, as_map
from trueup.kinds.common.kind import Kind


@dataclass(frozen=True, slots=True)
class Holder:
    """A resource of another object that uses one of the object that goes."""

    what: str
    """Its type and AWS's id."""
    owner: str
    living: Manifest | None
    """The object that it belongs to, which may yet let it go; None: that is no more, and it was retained."""


class RemovalPass(Pass):
    """One pass that takes an object's resources down, or lets them go."""

    kinds: Mapping[str, Kind]
    holder: Holder | None = None

    def run(self) -> Outcome:
        """What should go is gone, and its finalizer is off; or its status says what is awaited."""
        keeps = self._keeps()
        if keeps is not None:
            return self._release(keeps)
        for number in range(self.hands.settings.rounds):
            if not self._see(first=number == 0):
                break
            if number == 0:
                try:
                    self.holder = self._held_by()
                except ObservationFailed as failed:
                    self._unread(failed)
                    self.observed = None
                    break
                if self.holder is not None and self.holder.living is None:
                    whose = f"{self.holder.what} of {self.holder.owner.split('/', 1)[1]}"
                    return self._release(f"it is held by {whose}, which was retained")
            self._decide()
            if self._nothing_left():
                if self.actor.may_appear() > timedelta(0):
                    break
                return self._let_go()
            steps = self._startable()
            if not steps or not self._execute(steps):
                break
        self._report()
        return Outcome(self._again_after(), self._wake(), wrote=self.actor.wrote)

    def _keeps(self) -> str | None:
        """Why nothing is deleted, if the object's own word is so."""
        if hold_on(self.composed.manifest, self.began) is not None:
            return None
        if self.composed.spec.drift_policy.mode == "Report":
            return "spec.driftPolicy.mode is Report"
        if self.composed.spec.deletion_policy == "Retain":
            return "spec.deletionPolicy is Retain"
        return None

    def _plan(self, observed: Observed, now: Json) -> Plan:
        found = plan_removal(self.composed.graph, observed, snapshot=self.composed.spec.deletion_policy == "Snapshot")
        users = list(self._users())
        if users:
            names = ", ".join(f"{m.kind} {m.name}" for m in users[:3])
            found = policies.wait_for(found, "InUse", f"in use by {names}: delete them first, or let them go")
        elif self.holder is not None and self.holder.living is not None:
            whose = f"{self.holder.living.kind} {self.holder.living.name}"
            message = f"in use by {self.holder.what} of {whose}, which has yet to let it go: look there if it lasts"
            found = policies.wait_for(found, "InUse", message)
        hold = hold_on(self.composed.manifest, now)
        return hold(found) if hold is not None else found

    def _users(self) -> Iterable[Manifest]:
        """The objects whose parts refer to this one's; to what AWS has lost nobody can refer any more."""
        me = self.composed.manifest
        there = self.observed.seen.keys() if self.observed is not None else None
        for other in self.world.namespaced(me.namespace):
            if other.address == me.address or me.address not in self.hands.composer.peers(other):
                continue
            try:
                graph = self.hands.composer.compose(other, self.world).graph
            except Invalid:
                continue
            mine = [ref.key for ref in graph.foreign() if ref.owner == self.composed.identity.owner]
            if any(there is None or key in there for key in mine):
                yield other

    def _held_by(self) -> Holder | None:
        """What uses a resource of this object and is of another one that refers to it no more, if anything.

        A living object's comes before a retained one's: what was held by that alone is known when the first is gone.
        """
        observed = self.observed
        if observed is None or any(True for _ in self._users()):
            return None
        using = tuple(dict.fromkeys(t for kind in self.kinds.values() for t in kind.types if t.USES))
        mine = {seen.id for seen in (*observed.seen.values(), *observed.extras) if seen.owned}
        if not using or not mine:
            return None
        place = self.composed.place
        self.hands.observer.observe(place, using, self.hands.clock() - self.hands.settings.poll_began(self.began))
        with self.hands.observer.reading(place) as inventory:
            found = {
                str(item.owner): f"{kind.TYPE} {item.id}"
                for kind in using
                for item in inventory.all(kind)
                if self._is_anothers(item.owner) and mine & set(_uses(kind, item.doc))
            }
        living = self._living(found.keys())
        holders = [Holder(what, owner, living.get(owner)) for owner, what in sorted(found.items())]
        return next((one for one in holders if one.living is not None), next(iter(holders), None))

    def _living(self, owners: Collection[str]) -> Mapping[str, Manifest]:
        """Those of these owners that look after what is theirs here; an object of another region looks elsewhere."""
        composer, here = self.hands.composer, self.composed.place.region
        alive = {owner: m for m in self.world.all() if (owner := composer.identity(m).owner) in owners}
        return {owner: m for owner, m in alive.items() if composer.bare(m, self.world).place.region == here}

    def _is_anothers(self, owner: str | None) -> bool:
        mine = self.composed.identity
        return owner is not None and owner != mine.owner and owner.startswith(f"{mine.scope}/")

    def _nothing_left(self) -> bool:
        seen = [*self.observed.seen.values(), *self.observed.extras] if self.observed else []
        return self.observed is not None and not self.plan.problems and not any(_must_go(s) for s in seen)

    def _release(self, why: str) -> Outcome:
        """The object is let go; Events list what stays in AWS."""
        if self.observed is None and not self._see(first=True):
            self._report()
            return Outcome(self._again_after())
        for event in released(self._situation(), why):
            self.journal.event(event)
        return self._let_go()

    def _let_go(self) -> Outcome:
        wake = self._wake()
        self.journal.finalizer(False)
        me = self.composed.manifest
        beside = [m for m in self.world.namespaced(me.namespace) if m.address != me.address]
        mine = set(self.hands.composer.peers(me))
        touched = [m.address for m in beside if me.address in self.hands.composer.peers(m) or m.address in mine]
        return Outcome(0.0, tuple(dict.fromkeys((*wake, *touched))), gone=True, wrote=self.actor.wrote)

    def _again_after(self) -> float:
        left = self.actor.may_appear().total_seconds()
        return min(super()._again_after(), max(left, 0.05)) if self._nothing_left() else super()._again_after()

    def _situation(self) -> Situation:
        return replace(super()._situation(), deleting=True)

    def _prepare(self, steps: list[Step]) -> None:
        """A removal needs no mark: each look finds what is left."""

    def _unfinished(self) -> bool:
        return any(step.block is None or step.block.by is not Blocker.PERSON for step in self.plan.steps)


def _must_go(seen: Seen) -> bool:
    """The resource is ours and does not go by itself: with its parent, or at a time that is set."""
    return seen.owned and bool(seen.kind.DELETE) and not seen.kind.is_leaving(seen.doc)


def _uses(kind: type[Resource], doc: Mapping[str, Json]) -> Iterable[str]:
    for path in kind.USES:
        value = get(doc, path)
        if value is not MISSING:
            members = as_map(value)
            yield from map(str, members.values() if members is not None else as_list(value) or (value,))
