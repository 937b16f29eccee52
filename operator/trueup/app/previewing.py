"""What a pass would do, without doing it: the plan that is printed is the plan that is executed.

Without an observer AWS is taken as empty, and nothing that needs credentials, a cluster or boto3 is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from trueup.app.composing import Composed, Composer, Invalid
from trueup.app.deciding import Costs, Decider, costs, decide, history
from trueup.app.looking import Look, Observer
from trueup.app.memory import Memory
from trueup.app.ports import Manifest, World
from trueup.app.settings import Settings, utc_now
from trueup.core import ledger
from trueup.core.cost import PriceBook
from trueup.core.inventory import Inventory
from trueup.core.observed import Observed, Surroundings
from trueup.core.plan import Plan
from trueup.core.values import Pseudo
from trueup.kinds.common.kind import Kind
from trueup.resources import prices


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be done for one object, and what it costs before and after."""

    manifest: Manifest
    plan: Plan
    costs: Costs
    invalid: str | None = None
    """What is wrong with the manifest; the plan is then empty."""


class Previewer:
    """Plans objects; never writes."""

    def __init__(
        self,
        kinds: Mapping[str, Kind],
        settings: Settings,
        observer: Observer | None = None,
        clock: Callable[[], datetime] = utc_now,
        book: Callable[[str], PriceBook] = prices.book_of,
    ) -> None:
        self._composer = Composer(kinds, settings)
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
        observed = self._observed(composed)
        cost = costs(composed, observed, self._book(composed.place.region))
        decider = Decider(self._composer, world, lambda composed, resource: None)
        known = history(manifest)
        plan = decide(composed, observed, known, Memory(), ledger.Ledger(), cost, decider, self._clock())
        return Preview(manifest, plan, cost)

    def _observed(self, composed: Composed) -> Observed:
        if self._observer is not None:
            return Look(self._observer, composed, self._settings.settle, self._clock).now(timedelta(minutes=5))
        pseudo = {Pseudo.REGION: composed.place.region}
        around = Surroundings(Inventory(), pseudo, composed.kind.types, composed.foreign)
        return Observed(composed.graph, around)
