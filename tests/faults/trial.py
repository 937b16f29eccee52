"""Every fault point of a story: at each call the process goes on twice, once as told and once with the fault.

The copy comes to rest without further faults and must then find the world that the undisturbed run found at the same
rest: the same in AWS, nothing twice, nothing left, the same statuses, marks and finalizers, and nothing to write.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.faults.sorts import READS, WRITES, Killed, Spoil, over_http
from tests.stories.apart import Broke, Copy, split
from tests.stories.runner import Play
from tests.stories.story import RESTS, Step, Story
from tests.stories.theatre import Overheard, Theatre, straight, unmoved
from tests.stories.world import aws, duplicates, objects, types
from trueup.aws.execution import Answer
from trueup.aws.sessions import READ_ATTEMPTS
from trueup.core.faults import Fault
from trueup.core.values import Call

PATIENCE = 40
"""Sweeps within which the objects must be at rest again."""
AFTERWARDS = 3
"""Sweeps within which AWS must follow when the objects say that they are."""
READING = ("Describe", "List", "Get")


@dataclass(frozen=True, slots=True)
class Rest:
    """The world at a rest of the undisturbed story."""

    aws: dict[str, list[Any]]
    objects: dict[str, Any]
    writes: list[str]
    """Every write of ours so far, by operation, sorted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one fault."""

    where: str
    wrong: str | None
    """How the world differs from the undisturbed one; None when it does not."""


def written(theatre: Theatre) -> list[str]:
    """Every write of ours so far, by operation, sorted."""
    return sorted(str(write.call) for write in theatre.writes)


def segments(story: Story) -> Iterator[list[Step]]:
    """The steps up to each rest."""
    found: list[Step] = []
    for step in story.steps:
        found.append(step)
        if step.verb in RESTS:
            yield found
            found = []


def undisturbed(story: Story, theatre: Theatre) -> list[Rest]:
    """The world at each rest of the story. To be run apart."""
    theatre.start()
    play = Play(story, theatre)
    rests: list[Rest] = []
    for steps in segments(story):
        for step in steps:
            play.play(step)
        rests.append(Rest(aws(theatre, play.names, play.kinds), objects(theatre, play.names), written(theatre)))
    return rests


class Trial:
    """One sort of fault at every call of one story. To be run apart."""

    def __init__(self, story: Story, theatre: Theatre, rests: list[Rest]) -> None:
        self.story = story
        self.theatre = theatre
        self.rests = rests
        self.play = Play(story, theatre)
        self.copy: Copy | None = None
        self.outcomes: list[Outcome] = []
        self.where = ""
        self.step = 0
        self.reading = False
        self.tried: set[str] = set()
        """The reads that were tried on the way to the next rest."""

    def writes(self, sort: str) -> list[Outcome]:
        """The outcome of this fault at each write."""
        self.theatre.heard = self._listener(WRITES[sort])
        return self._run()

    def writes_over_http(self, sort: str) -> list[Outcome]:
        """The outcome of this fault at each write, when this one and all that follow go over HTTP."""
        self.theatre.heard = self._listener(over_http(WRITES[sort]))
        return self._run()

    def reads(self, *, every: bool) -> list[Outcome]:
        """The outcome of a failed read, its sorts in turn: at every read, or at the first of each operation on the way
        to each rest.
        """
        self.reading = True
        self.theatre.overheard = self._eavesdropper(every=every)
        return self._run()

    # ---- the copies -------------------------------------------------------------------------------------------

    def _branch(self, what: str) -> bool:
        """True in the copy that is to meet the fault; False in the original, once the copy has reported."""
        if self.copy is not None or self.step < self.story.tried_from:
            return False
        self.where = f"{len(self.outcomes) + 1}: {what}"
        try:
            copy, outcome = split()
        except Broke as broke:
            copy, outcome = None, Outcome(self.where, str(broke))
        if copy is None:
            self.outcomes.append(outcome)
            return False
        self.copy = copy
        return True

    def _listener(self, spoil: Spoil) -> Callable[[Call, Callable[[], Answer | Fault]], Answer | Fault]:
        def heard(call: Call, make: Callable[[], Answer | Fault]) -> Answer | Fault:
            return spoil(self.theatre, call, make) if self._branch(str(call)) else make()

        return heard

    def _eavesdropper(self, *, every: bool) -> Overheard:
        armed: list[str] = []

        def overheard(operation: str, request: AWSPreparedRequest) -> AWSResponse | None:
            sort, answer = list(READS.items())[len(self.outcomes) % len(READS)]
            known = operation in self.tried and not every
            if operation.startswith(READING) and not known and self._branch(f"{operation} {sort}"):
                armed.extend([operation] * READ_ATTEMPTS)
            self.tried.add(operation)
            if operation not in armed:
                return None
            armed.remove(operation)
            return answer(self.theatre, request)

        return overheard

    # ---- the run ----------------------------------------------------------------------------------------------

    def _run(self) -> list[Outcome]:
        self.theatre.start()
        try:
            for steps, rest in zip(segments(self.story), self.rests, strict=True):
                self.tried.clear()
                for step in steps:
                    self._step(step)
                if self.copy is not None:
                    self.copy.report(self._outcome(rest))
        except BaseException:
            if self.copy is not None:
                self.copy.broke()
            raise
        return self.outcomes

    def _step(self, step: Step) -> None:
        if self.copy is not None and step.verb == "expect":
            return
        self.step = step.number
        try:
            self.play.play(step)
        except Killed:
            self.theatre.start()

    def _outcome(self, rest: Rest) -> Outcome:
        self.theatre.heard, self.theatre.overheard = straight, unmoved
        wrong = self._at_rest(rest) or self._elsewhere()
        if wrong is None and self.reading:  # whatever a read shows, it is no reason to write otherwise
            wrong = differing(rest.writes, written(self.theatre))
        return Outcome(self.where, wrong)

    def _at_rest(self, rest: Rest) -> str | None:
        """What is still wrong when the world has had time enough."""
        wrong: str | None = None
        left = AFTERWARDS
        for _ in range(PATIENCE):
            wrong = differing(rest.objects, objects(self.theatre, self.play.names))
            if wrong is None:
                found = aws(self.theatre, self.play.names, self.play.kinds)
                wrong = differing(rest.aws, found) or "\n".join(duplicates(found)) or None
                left -= 1
            if wrong is None:
                return self._stays(rest)
            if not left:
                break
            self._pass_time()
        return wrong

    def _elsewhere(self) -> str | None:
        """What was written to services that none of the kinds has to do with, whose documents nobody compares."""
        known = {type.SERVICE for type in types(self.play.kinds)}
        strange = [str(write.call) for write in self.theatre.writes if write.call.service not in known]
        return f"written elsewhere: {', '.join(strange)}" if strange else None

    def _pass_time(self) -> None:
        wait = self.theatre.sweep()
        self.theatre.clock.advance(min(max(wait, 20.0), 60.0))

    def _stays(self, rest: Rest) -> str | None:
        """A minute later, nothing was written and nothing is different."""
        before = len(self.theatre.writes)
        self.theatre.clock.advance(61)
        self.theatre.sweep()
        late = [str(write.call) for write in self.theatre.writes[before:]]
        if late:
            return f"written after the world was at rest: {', '.join(late)}"
        return differing(rest.objects, objects(self.theatre, self.play.names))


def differing(wanted: Any, found: Any) -> str | None:
    """How two worlds differ, line by line; None when they do not."""
    if wanted == found:
        return None
    lines = [json.dumps(value, indent=1, sort_keys=True, default=str).splitlines() for value in (wanted, found)]
    diff = difflib.unified_diff(lines[0], lines[1], "undisturbed", "after the fault", n=4, lineterm="")
    return "\n".join(diff)
