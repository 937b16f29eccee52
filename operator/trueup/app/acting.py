"""Executing the steps that can go now: what must be on record first is recorded, then the calls are made in order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol

from trueup.app.composing import Composed
from trueup.app.deciding import UNDERWAY, lately_removed, marks
from trueup.app.looking import Observer
from trueup.app.memory import Memory
from trueup.app.ports import CREATED, INTENTS, REMOVED, TRIED, Journal, Superseded
from trueup.core import trials
from trueup.core.conditions import Trouble
from trueup.core.faults import Consequence, Fault, needs_person, retry_after, treatment
from trueup.core.ledger import parse_time, stamp
from trueup.core.observed import Observed
from trueup.core.paths import get
from trueup.core.plan import Action, Block, Blocker, Plan, Step
from trueup.core.policies import is_loss
from trueup.core.resource import Resource
from trueup.core.values import MISSING, Call, Doc, Place, Retry, as_map

STOPPING = frozenset({Consequence.THROTTLED, Consequence.CREDENTIALS, Consequence.UNREACHABLE})
"""What makes every further call of this pass pointless."""
UNANSWERED = frozenset({Consequence.UNREACHABLE, Consequence.UNAVAILABLE, Consequence.UNEXPECTED})
"""What does not say that AWS has not done it."""


class Answered(Protocol):
    """AWS's answer to a call that went through."""

    @property
    def doc(self) -> Doc:
        """The answer's members."""
        ...


class Executor(Protocol):
    """What makes AWS calls. No exception escapes it."""

    def execute(self, place: Place, call: Call, region: str | None = None) -> Answered | Fault:
        """AWS's answer, or what went wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that failed, as the object's conditions will say it, and when to try again."""

    key: str
    trouble: Trouble
    again_after: float
    stops: bool


class Actor:
    """Makes the calls of one object's steps."""

    def __init__(
        self,
        composed: Composed,
        observer: Observer,
        executor: Executor,
        journal: Journal,
        memory: Memory,
        clock: Callable[[], datetime],
        search: timedelta,
    ) -> None:
        self._composed = composed
        self._observer = observer
        self._executor = executor
        self._journal = journal
        self._memory = memory
        self._clock = clock
        self._search = search
        self.manifest = composed.manifest
        """The manifest with the annotations that this pass has set."""
        self.began = stamp(clock())
        """Names this pass's creates: their intents, and the client tokens that derive from them."""
        self.wrote = 0

    # ---- records ----------------------------------------------------------------------------------------------

    def record(self, observed: Observed | None, steps: Iterable[Step] = ()) -> None:
        """What must outlive the process is on the object, in one write if any.

        Data that AWS shows is marked as existing, and intents that came true are dropped. Before the first call: the
        intent of every create that AWS cannot keep single, the mark of data that is about to be made, and what is
        about to be pruned or replaced.
        """
        created = marks(self.manifest, CREATED)
        intents = marks(self.manifest, INTENTS)
        for key, seen in observed.seen.items() if observed is not None else ():
            if seen.owned:
                intents.pop(str(key), None)
                if seen.kind.HOLDS_DATA and created.get(str(key), UNDERWAY).startswith(UNDERWAY):
                    created[str(key)] = self.began
        removed: dict[str, str] = {}
        tried: dict[str, str] = {}
        for step in steps:
            name = str(step.key)
            if is_loss(step):
                removed[name] = stamp(self._clock())
            if step.action is Action.CREATE and step.kind.HOLDS_DATA:
                created[name] = f"{UNDERWAY} {self.began}"
            if step.action is Action.CREATE and _needs_intent(step, intents):
                # Tokens derive from the pass; what is searched for is searched for since its own call.
                intents[name] = stamp(self._clock()) if step.kind.RETRY is Retry.UNSAFE else self.began
            if step.kind.JUDGED and step.action in (Action.CREATE, Action.UPDATE):
                before = marks(self.manifest, TRIED).get(step.tried_as)
                tried[step.tried_as] = trials.written(step, before, self._clock())
        self._annotate(created, intents, removed, tried)

    def forget_tries(self) -> None:
        """What AWS took back may be tried again: a person has asked."""
        if TRIED in self.manifest.annotations:
            self._change({TRIED: None})

    def forget_moot(self, plan: Plan, observed: Observed | None) -> None:
        """What AWS took back, and nothing asks for any more, is not held against whoever asks for it later."""
        tried = marks(self.manifest, TRIED)
        names = set(trials.moot(tried, plan, observed, self._clock())) if observed is not None else set[str]()
        if names:
            self._change({TRIED: _packed({name: record for name, record in tried.items() if name not in names})})

    def _annotate(
        self,
        created: Mapping[str, str],
        intents: Mapping[str, str],
        removed: Mapping[str, str] = MappingProxyType({}),
        tried: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """The marks stand so; those of old removals are dropped where something is written anyway."""
        wanted = {CREATED: created, INTENTS: intents, TRIED: {**marks(self.manifest, TRIED), **tried}}
        changes = {name: _packed(found) for name, found in wanted.items() if found != marks(self.manifest, name)}
        if not changes and not removed:
            return
        lately = {**lately_removed(self.manifest, self._clock()), **removed}
        if lately != marks(self.manifest, REMOVED):
            changes[REMOVED] = _packed(lately)
        self._change(changes)

    def _change(self, changes: Mapping[str, str | None]) -> None:
        self._journal.annotate(changes)
        kept = {key: value for key, value in self.manifest.annotations.items() if key not in changes}
        kept.update({key: value for key, value in changes.items() if value is not None})
        self.manifest = replace(self.manifest, annotations=kept)

    def searching(self, step: Step) -> Step:
        """The step, blocked while an earlier try of it with an unknown outcome is still being searched for."""
        if step.action is not Action.CREATE or step.kind.RETRY is not Retry.UNSAFE:
            return step
        since = parse_time(marks(self.manifest, INTENTS).get(str(step.key)))
        if since is None or self._clock() - since >= self._search:
            return step
        message = f"{step.key} may have been made at {stamp(since)}: it is searched for before a second try"
        return replace(step, block=Block(Blocker.TIME, "Searching", message))

    def may_appear(self) -> timedelta:
        """For how long yet something may appear that a call of ours has made and whose answer nobody heard."""
        tried = [*marks(self.manifest, INTENTS).values()]
        tried += [m.removeprefix(f"{UNDERWAY} ") for m in marks(self.manifest, CREATED).values() if UNDERWAY in m]
        ends = [at + self._search for text in tried if (at := parse_time(text)) is not None]
        return max([end - self._clock() for end in ends], default=timedelta(0))

    # ---- calls ------------------------------------------------------------------------------------------------

    def execute(self, step: Step) -> Failure | None:
        """The step's calls were made, in order, up to the first that failed; what they touched is read again."""
        answers: list[Doc] = []
        for call in step.calls:
            if not self._journal.may_write():
                raise Superseded("the lease is lost or about to end")
            answer = self._executor.execute(self._composed.place, call, step.kind.REGION)
            if isinstance(answer, Fault):
                if _is_done(step, answer):
                    continue
                return self._failed(step, answer, written=bool(answers))
            answers.append(answer.doc)
            self.wrote += 1
        self._memory.succeeded(str(step.key))
        self._memory.wrote(step, self._clock())
        self._reread(step, answers)
        return None

    def _failed(self, step: Step, fault: Fault, *, written: bool) -> Failure:
        now = self._clock()
        key = str(step.key)
        self._memory.failures[key] += 1
        attempts = self._memory.failures[key]
        after = retry_after(fault, attempts)
        self._memory.failed(key, now, after)
        unknown = fault.outcome_unknown or fault.consequence is Consequence.UNKNOWN_OUTCOME
        # A second try with the token of the first meets what that has made; another token would make a second one.
        doubtful = bool(step.kind.TOKEN) and fault.consequence in UNANSWERED
        if step.action is Action.CREATE and not unknown and not written and not doubtful:
            self._forget_intent(step)
        if step.action is Action.CREATE and unknown and step.kind.RETRY is Retry.UNSAFE:
            self._annotate(marks(self.manifest, CREATED), {**marks(self.manifest, INTENTS), key: stamp(now)})
        if written or unknown or fault.consequence in (Consequence.EXISTS, Consequence.NOT_FOUND):
            self._reread(step, [])
        trouble = Trouble(treatment(fault).reason, fault.sentences, needs_person(fault, attempts))
        return Failure(key, trouble, after, fault.consequence in STOPPING)

    def _forget_intent(self, step: Step) -> None:
        """AWS refused the create for certain: nothing is there to be searched for."""
        intents = marks(self.manifest, INTENTS)
        created = marks(self.manifest, CREATED)
        intents.pop(str(step.key), None)
        if created.get(str(step.key), "").startswith(UNDERWAY):
            created.pop(str(step.key))
        self._annotate(created, intents)

    def _reread(self, step: Step, answers: list[Doc]) -> None:
        place = self._composed.place
        value = self._by(step, answers)
        id = step.seen.id if step.seen is not None else self._made(step.kind, answers) or value
        if id is not None and answers:
            self._observer.wrote(place, step.kind, id, self._clock())
        self._observer.reread(place, step.kind, value, self._document(step, answers))

    def _document(self, step: Step, answers: list[Doc]) -> Doc | None:
        """The document out of the answer to a create, for as long as AWS does not list what was made."""
        if step.action is not Action.CREATE or not answers:
            return None
        return _answered(step.kind, answers[0])

    def _by(self, step: Step, answers: list[Doc]) -> str | None:
        """What names the raw document that the step touched, for reading it alone."""
        by = step.kind.LISTING.by
        if step.seen is not None:
            value = get(step.seen.doc, by)
            return None if value is MISSING else str(value)
        for answer in answers:
            value = get(_answered(step.kind, answer), by)
            if value is not MISSING:
                return str(value)
        given = next((attr.path for attr in step.kind.attrs().values() if attr.shown_at == by and attr.path), by)
        for call in step.calls:
            value = _named(call, by) or _named(call, given)
            if value is not None:
                return value
        return None

    def _made(self, kind: type[Resource], answers: list[Doc]) -> str | None:
        for answer in answers:
            value = get(_answered(kind, answer), kind.ID) if kind.ID else MISSING
            if value is not MISSING:
                return str(value)
        return None


def _answered(kind: type[Resource], answer: Doc) -> Doc | None:
    """The document, or what there is of it, in the answer to a create."""
    doc = as_map(get(answer, kind.ANSWER) if kind.ANSWER else answer)
    return None if doc is None else kind.LISTING.bare(doc)


def _named(call: Call, by: str) -> str | None:
    """The `by` value that the call itself gave, at any depth of its first two levels."""
    for holder in (call.params, *call.params.values()):
        value = get(holder, by)
        if isinstance(value, str):
            return value
    return None


def _is_done(step: Step, fault: Fault) -> bool:
    """The fault says that what the step wants is so already: deleting what is gone."""
    return step.action in (Action.DELETE, Action.REPLACE) and fault.consequence is Consequence.NOT_FOUND


def _needs_intent(step: Step, intents: Mapping[str, str]) -> bool:
    """Unsafe creates say anew when they were tried; those with a token keep the intent that it derives from."""
    return step.kind.RETRY is Retry.UNSAFE or (bool(step.kind.TOKEN) and str(step.key) not in intents)


def _packed(found: Mapping[str, str]) -> str | None:
    return json.dumps(dict(found), sort_keys=True) if found else None
