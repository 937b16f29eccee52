"""A witness of every pass over one object: each round's calls are held against the plan as anybody would be shown it.

Before the first call of a round, a reader of its own looks at AWS and plans with the function that `trueup plan` uses.
The calls that follow must be those of its ready steps, one by one, in order, with every parameter; what was tried in
the same pass is not tried again in it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.house import Address, House
from trueup.app.acting import STOPPING
from trueup.app.engine import Engine
from trueup.app.ports import Manifest, Outcome
from trueup.app.previewing import Previewer
from trueup.aws.execution import Answer, Executor
from trueup.aws.limits import Limits
from trueup.aws.observation import Observer
from trueup.core.faults import Consequence, Fault
from trueup.core.plan import Action, Plan, Step
from trueup.core.values import Call, Place
from trueup.kinds.registry import kinds

Mark = tuple[str, str, tuple[str, ...]]


@dataclass
class Witness:
    """What was planned and what was done for one object, round by round."""

    house: WitnessedHouse
    address: Address
    wrong: list[str] = field(default_factory=list[str])
    steps: list[Step] = field(default_factory=list[Step])
    """Every step of which a call was made, in order."""
    rounds: int = 0
    faults: list[tuple[Step, Fault]] = field(default_factory=list[tuple[Step, Fault]])
    before: Manifest | None = None
    """The object as the pass began; None between passes."""
    _due: deque[tuple[Step, Call]] = field(default_factory=deque[tuple[Step, Call]])
    _tried: set[Mark] = field(default_factory=set[Mark])

    def began(self) -> None:
        """A pass begins."""
        self.before = self.house.cluster.objects[self.address]
        self._due.clear()
        self._tried.clear()

    def ended(self) -> None:
        """A pass has ended: whatever could be done was done."""
        left = [f"{step.verb} {step.key}: {call} was planned and not made" for step, call in self._due]
        if self.address in self.house.cluster.objects:
            left += [f"{s.verb} {s.key} could go and did not" for s in self._ready(self.shown())]
        self.wrong += left
        self.before = None

    def shown(self) -> Plan:
        """The plan of the object now, as somebody is shown it who has never looked before."""
        manifest = self.house.cluster.objects[self.address]
        if self.before is not None:  # within a pass, status is still what it was when the pass began
            manifest = replace(manifest, status=self.before.status)
        return shown(self.house, manifest)

    def saw(self, call: Call) -> None:
        """The operator is about to make this call."""
        if not self._due:
            self._begin_round()
        if not self._due:
            self.wrong.append(f"round {self.rounds}: {call} was made and not planned")
            return
        step, planned = self._due.popleft()
        if not self.steps or self.steps[-1] is not step:
            self.steps.append(step)
        if planned != call:
            self.wrong.append(f"round {self.rounds}: planned {_told(planned)}, made {_told(call)}")

    def heard(self, answer: Answer | Fault) -> None:
        """AWS has answered the call."""
        if not isinstance(answer, Fault) or not self.steps:
            return
        step = self.steps[-1]
        if step.action in (Action.DELETE, Action.REPLACE) and answer.consequence is Consequence.NOT_FOUND:
            return
        self.faults.append((step, answer))
        rest = [] if answer.consequence in STOPPING else [due for due in self._due if due[0] is not step]
        self._due = deque(rest)

    def _begin_round(self) -> None:
        self.rounds += 1
        steps = self._ready(self.shown())
        self._tried |= {mark(step) for step in steps}
        self._due.extend((step, call) for step in steps for call in step.calls)

    def _ready(self, plan: Plan) -> list[Step]:
        """What can go now: not what this pass has tried, nor what AWS refused, which is tried again later."""
        refused = {step.key for step, _ in self.faults}
        return [step for step in plan.ready if mark(step) not in self._tried and step.key not in refused]


class WitnessedHouse(House):
    """A house in which one object's passes are witnessed."""

    witness: Witness | None = None

    def look(self, address: Address) -> Outcome:
        """One pass over one object."""
        witness = self.witness if self.witness is not None and self.witness.address == address else None
        if witness is None:
            return super().look(address)
        witness.began()
        outcome = super().look(address)
        witness.ended()
        return outcome

    def watch(self, address: Address) -> Witness:
        """From now on, every pass over the object is witnessed."""
        self.witness = Witness(self, address)
        executor = _Witnessed(self.executor, self.witness)
        self.engine = Engine(kinds(), self.settings, self.observer, executor, self.clock)
        return self.witness


class _Witnessed:
    """An executor that tells of its calls, and lets the real one make them."""

    def __init__(self, real: Executor, witness: Witness) -> None:
        self._real = real
        self._witness = witness

    def execute(self, place: Place, call: Call, region: str | None = None) -> Answer | Fault:
        """What the real one answers."""
        self._witness.saw(call)
        answer = self._real.execute(place, call, region)
        self._witness.heard(answer)
        return answer


def shown(house: House, manifest: Manifest) -> Plan:
    """What would be done for the object now, told by a reader of its own."""
    observer = Observer(house.sessions, house.clock, limits=Limits.unlimited())
    try:
        return Previewer(kinds(), house.settings, observer, house.clock).preview(manifest, house.cluster).plan
    finally:
        observer.close()


def mark(step: Step) -> Mark:
    """What a pass tries once: the step, on what it was seen on, for the fields that it writes."""
    seen = step.seen.id if step.seen is not None else ""
    paths = tuple(f.path for f in step.fields if f.writes) if step.action is Action.UPDATE else ()
    return (f"{step.key}@{seen}", step.action.value, paths)


def said(steps: Iterable[Step]) -> list[Mapping[str, Any]]:
    """The steps as the command prints them: resource, action, fields and effect."""
    return [{key: value for key, value in step.to_json().items() if key != "blocked"} for step in steps]


def _told(call: Call) -> str:
    return f"{call} {dict(call.params)}"
