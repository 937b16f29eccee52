"""The plan as a value: what differs, why, the calls that would put it right, and what stands in their way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from typing import TypeAlias

from trueup.core.declaring import Ownership
from trueup.core.graph import Problem, Wait
from trueup.core.paths import get
from trueup.core.resource import Resource, Seen
from trueup.core.values import SECRET, Call, Effect, Json, Key, Severity, shown

TIMED = "@time"
"""What follows a resource's name in the record of what the time asked for."""


class Action(StrEnum):
    """What is done to a resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"


class Cause(Enum):
    """Why a step is there."""

    PENDING = "the spec asks for it and it was never so"
    DRIFT = "it was so, and AWS moved"
    PRUNE = "ours, and no longer declared"
    REMOVAL = "the object is being deleted"


class Blocker(Enum):
    """Who or what opens a blocked step."""

    TIME = "AWS is still changing, or something else comes first"
    PEER = "another object is not there yet"
    POLICY = "the object's own policy"
    GATE = "a budget"
    PERSON = "a person"


@dataclass(frozen=True, slots=True)
class Block:
    """Why a step does not happen now."""

    by: Blocker
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a step. `ignored` and `accepted` fields are shown and never written."""

    path: str
    spec_path: str | None
    before: Json
    after: Json
    severity: Severity = Severity.NORMAL
    effect: Effect = Effect.NONE
    ignored: bool = False
    accepted: bool = False
    """AWS has accepted it and will apply it by itself."""

    @property
    def writes(self) -> bool:
        """The field is one that a call of ours would change."""
        return not (self.ignored or self.accepted)


@dataclass(frozen=True, slots=True)
class Step:
    """One resource that is not as declared, and the calls that are next for it."""

    key: Key
    kind: type[Resource]
    action: Action
    cause: Cause
    fields: tuple[FieldChange, ...]
    calls: tuple[Call, ...] = ()
    block: Block | None = None
    severity: Severity = Severity.NORMAL
    irreversible: bool = False
    seen: Seen | None = None
    spec_path: str | None = None
    """The field of the spec that asks for the resource as a whole."""
    timed: bool = False
    """It carries out what the time asks for, and nothing else."""
    attempt: str = ""
    """Names what it tries, where AWS judges that."""
    may_raise_cost: bool = True
    """AWS may charge more for the resource after it."""

    @property
    def tried_as(self) -> str:
        """The name under which its last try is on record, to be judged by what became of it."""
        return f"{self.key}{TIMED}" if self.timed else str(self.key)

    @property
    def effect(self) -> str:
        """What the step does to those who use the resource: replace, outage, restart or nothing."""
        if self.action is Action.REPLACE:
            return "replace"
        effects = {f.effect for f in self.fields if f.writes}
        return next((e.value for e in (Effect.OUTAGE, Effect.RESTART) if e in effects), "")

    @property
    def within(self) -> str | None:
        """The id of what the resource is a part of, as AWS shows it or its call names it; None where it is not one."""
        if self.kind.OWNED is not Ownership.PARENT:
            return None
        if self.seen is not None:
            return str(get(self.seen.doc, self.kind.PARENT))
        paths = [attr.path for attr in self.kind.attrs().values() if attr.path and attr.shown_at == self.kind.PARENT]
        return next((str(get(call.params, path)) for call in self.calls for path in paths), None)

    @property
    def verb(self) -> str:
        """What people call it: its action, or `restart` where an update takes effect with one.

        `create`, too, for what AWS makes with something that is still to be made, and an update then makes as declared.
        """
        if self.action is Action.UPDATE and self.seen is None:
            return Action.CREATE.value
        restarts = self.action is Action.UPDATE and self.effect == Effect.RESTART.value
        return Effect.RESTART.value if restarts else self.action.value

    @property
    def is_exposure(self) -> bool:
        """Something was opened to the public, or lost its protection, and can be put right in place."""
        return self.severity is Severity.CRITICAL and self.action is Action.UPDATE and self.cause is Cause.DRIFT

    @property
    def writes(self) -> bool:
        """Some call is needed for it, now or later."""
        return self.action is not Action.UPDATE or any(f.writes for f in self.fields)

    @property
    def ready(self) -> bool:
        """Its calls can be made now."""
        return self.block is None and bool(self.calls)

    def to_json(self) -> dict[str, Json]:
        """The step as plans and statuses show it."""
        said: dict[str, Json] = {
            "resource": str(self.key),
            "action": self.action.value,
            "fields": [
                {"path": f.path, "specPath": f.spec_path, "from": shown(f.before), "to": shown(f.after)}
                for f in self.fields
            ],
            "effect": self.effect,
        }
        if self.block is not None:
            said["blocked"] = {"reason": self.block.reason, "message": self.block.message}
        return said


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that stands between what is declared and what AWS shows."""

    steps: tuple[Step, ...] = ()
    problems: tuple[Problem, ...] = ()
    waits: tuple[Wait, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict[str, str])
    """The digest of what the spec says of every declared resource."""
    notes: tuple[str, ...] = ()
    """What the author should know, and nothing waits for."""
    size: int = 0
    """How many resources the object stands for."""
    lost: tuple[tuple[str, str], ...] = ()
    """The data that is gone and when it was created: what was approved once does not cover a second loss."""

    @property
    def id(self) -> str:
        """Names the desired state and the steps that replace or interrupt; observed noise does not change it.

        Leftovers follow from the desired state: while they go one by one, the plan that was approved stays the same.
        Those that hold data are named each by its id.
        """
        grave = sorted((str(step.key), step.action.value) for step in self.steps if is_grave(step))
        data = sorted(step.seen.id for step in self.steps if is_pruning_data(step) and step.seen is not None)
        text = json.dumps([sorted(self.digests.items()), grave, *self.lost, *data])
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def ready(self) -> tuple[Step, ...]:
        """The steps whose calls can be made now, in order.

        Where AWS judges each change, one goes at a time, and what stands within waits for the next look.
        """
        found: list[Step] = []
        judged: set[Key] = set()
        busy: set[str] = set()
        for step in self.steps:
            if not step.ready or step.key in judged or step.within in busy:
                continue
            found.append(step)
            if step.kind.JUDGED:
                judged.add(step.key)
                busy |= {step.seen.id} if step.seen is not None else set()
        return tuple(found)

    @property
    def converged(self) -> bool:
        """Nothing is left to write and nothing is in the way."""
        return not any(step.writes for step in self.steps) and not self.problems and not self.waits

    def blocked(self, by: Blocker) -> tuple[Step, ...]:
        """The steps that this kind of blocker holds up."""
        return tuple(step for step in self.steps if step.block is not None and step.block.by is by)


Policy: TypeAlias = Callable[[Plan], Plan]


def is_grave(step: Step) -> bool:
    """The step replaces, covers up lost data, or interrupts those who use the resource."""
    covers_up = step.action is Action.CREATE and step.irreversible
    return step.action is Action.REPLACE or covers_up or step.effect == Effect.OUTAGE.value


def is_pruning_data(step: Step) -> bool:
    """The step deletes something of ours that nothing declares and that holds data."""
    return step.action is Action.DELETE and step.cause is Cause.PRUNE and step.kind.HOLDS_DATA


def block_where(plan: Plan, condition: Callable[[Step], bool], block: Callable[[Step], Block]) -> Plan:
    """The plan with every matching step blocked; what time or a peer blocks already yields to the graver reason."""

    def held(step: Step) -> Step:
        if not step.writes or not condition(step):
            return step
        if step.block is not None and step.block.by in (Blocker.PERSON, Blocker.POLICY, Blocker.GATE):
            return step
        return replace(step, block=block(step))

    return replace(plan, steps=tuple(held(step) for step in plan.steps))


def masked(value: Json, secret: bool) -> Json:
    """The value, or the mark of a secret."""
    return SECRET if secret else shown(value)
