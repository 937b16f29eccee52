"""What the engine remembers of an object between passes. All of it may be lost at any time without harm."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from trueup.app.ports import RECONCILE, Manifest
from trueup.core.conditions import Trouble
from trueup.core.ledger import Ledger
from trueup.core.plan import Action, Step
from trueup.core.policies import FIGHT_WITHIN
from trueup.core.resource import Resource
from trueup.core.values import Phase


@dataclass
class Memory:
    """One object's: the times of our writes, failures in a row, and the whole ledger (status lists 20 of it)."""

    writes: dict[tuple[str, str], tuple[datetime, ...]] = field(
        default_factory=dict[tuple[str, str], tuple[datetime, ...]]
    )
    failures: defaultdict[str, int] = field(default_factory=lambda: defaultdict[str, int](int))
    retry_at: dict[str, datetime] = field(default_factory=dict[str, datetime])
    troubles: dict[str, Trouble] = field(default_factory=dict[str, Trouble])
    ledger: Ledger | None = None
    fresh: set[type[Resource]] = field(default_factory=set[type[Resource]])
    """The types of which we may have just made one: what AWS makes beside it was not read since."""
    generation: int = 0
    reconcile: str | None = None
    started: datetime | None = None
    """Writes before this do not count in a fight: a person has looked at it since."""

    def begin(self, manifest: Manifest, now: datetime) -> None:
        """A changed spec or a new reconcile annotation is a new start: failures and fights are forgotten."""
        status = manifest.status
        handled = (self.generation, self.reconcile)
        if not self.generation:  # a new process: what the last one has acted on stands in status
            answered = status.get("lastHandledReconcile") if RECONCILE in manifest.annotations else None
            handled = (status.get("observedGeneration", manifest.generation), answered)
        if (manifest.generation, manifest.annotations.get(RECONCILE)) != handled:
            self.writes.clear()
            self.failures.clear()
            self.retry_at.clear()
            self.troubles.clear()
            self.started = now
        self.generation, self.reconcile = manifest.generation, manifest.annotations.get(RECONCILE)

    def wrote(self, step: Step, at: datetime) -> None:
        """A step's calls were accepted. What AWS itself failed to make was not taken away by anybody."""
        if step.action is Action.REPLACE and step.seen is not None and step.seen.phase is Phase.FAILED:
            self.writes.pop((str(step.key), ""), None)
            return
        paths = [f.path for f in step.fields if f.writes] if step.action is Action.UPDATE else [""]
        for path in paths:
            place = (str(step.key), path)
            self.writes[place] = (*(t for t in self.writes.get(place, ()) if at - t < FIGHT_WITHIN), at)

    def settled(self, unfinished: set[str]) -> None:
        """Writes to resources that are as declared have held; of those that were drift the ledger keeps the times."""
        for place in [place for place in self.writes if place[0] not in unfinished]:
            del self.writes[place]

    def failed(self, key: str, now: datetime, after: float) -> None:
        """A call for a resource failed; it is not tried again for `after` seconds."""
        self.retry_at[key] = now + timedelta(seconds=after)

    def succeeded(self, key: str) -> None:
        """A call for a resource went through."""
        self.failures.pop(key, None)
        self.retry_at.pop(key, None)
