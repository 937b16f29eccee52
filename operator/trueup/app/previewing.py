"""What a pass would do, without doing it: the plan that is printed is the plan that is executed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from trueup.app.composing import Composer, Invalid
from trueup.app.deciding import Costs, Decider, costs, decide, history
from trueup.app.looking import Look, Observer, backups
from trueup.app.memory import Memory
from trueup.app.ports import Manifest, World
from trueup.app.settings import Settings, utc_now
from trueup.core import ledger
from trueup.core.cost import Estimate, PriceBook
from trueup.core.plan import Plan
from trueup.kinds.common.kind import Kind
from trueup.resources import prices

ONE_READ: Final = timedelta(hours=1)
"""A preview of many objects reads each list once."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be done for one object, and what it costs before and after."""

    manifest: Manifest
    plan: Plan
    costs: Costs
    invalid: str | None = None
    """What is wrong with the manifest; the plan is then empty."""

    @property
    def before(self) -> Estimate:
        """What the object costs a month as AWS shows it."""
        return self.costs.before

    @property
    def after(self) -> Estimate:
        """What it costs a month as declared."""
        return self.costs.after


class Previewer:
    """Plans objects; never writes."""

    def __init__(
        self,
        kinds: Mapping[str, Kind],
        settings: Settings,
        observer: Observer,
        clock: Callable[[], datetime] = utc_now,
        book: Callable[[str], PriceBook] = prices.book_of,
    ) -> None:
        self._composer = Composer(kinds, settings, clock)
        self._settings = settings
        self._observer = observer
        self._clock = clock
        self._book = book

    def preview(self, manifest: Manifest, world: World) -> Preview:
        """The object's plan. Raises ObservationFailed when AWS is to be read and cannot be."""
        try:
            composed = self._composer.compose(manifest, world)
        except Invalid as wrong:
            return Preview(manifest, Plan(), Costs.nothing(), str(wrong))
        look = Look(self._observer, composed, self._settings.settle, self._clock)
        observed = look.now(ONE_READ)
        cost = costs(composed, observed, self._book(composed.place.region))
        decider = Decider(self._composer, world, partial(backups, self._observer, ONE_READ), self._book)
        known = history(manifest)
        plan = decide(composed, observed, known, Memory(), ledger.Ledger(), cost, decider, self._clock())
        return Preview(manifest, plan, cost)
