"""One object's plan without a host: composed, observed and decided as a pass does it, and nothing written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from trueup.app.composing import Composer, Invalid
from trueup.app.deciding import Costs, Decider, costs, decide
from trueup.app.looking import Look
from trueup.app.memory import Memory
from trueup.app.ports import Manifest, World
from trueup.cli.failures import Failure
from trueup.cli.folder import said
from trueup.cli.ground import Ground
from trueup.core.cost import Estimate
from trueup.core.faults import ObservationFailed
from trueup.core.ledger import Ledger
from trueup.core.plan import Plan
from trueup.core.planning import History
from trueup.kinds.common.kind import Kind
from trueup.resources.prices import book_of

AGE: Final = timedelta(hours=1)
"""Longer than a command runs: what was listed for one object serves all others."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a pass would do for an object, and what the object costs a month before and after."""

    plan: Plan
    before: Estimate
    after: Estimate
    invalid: str | None = None
    """Why the object cannot be composed at all."""


def now() -> datetime:
    """The time: commands are the edge at which the clock is read."""
    return datetime.now(UTC)


class Previewer:
    """Plans objects against one ground, each list of AWS read once for all of them."""

    def __init__(self, kinds: Mapping[str, Kind], ground: Ground) -> None:
        self._composer = Composer(kinds, ground.settings)
        self._observer = ground.observer()
        self._settle = ground.settings.settle

    def preview(self, manifest: Manifest, world: World) -> Preview:
        """The object's plan and money. Raises Failure when AWS cannot be read."""
        try:
            composed = self._composer.compose(manifest, world)
        except Invalid as wrong:
            nothing = Costs.nothing()
            return Preview(Plan(), nothing.before, nothing.after, str(wrong))
        look = Look(self._observer, composed, self._settle, now)
        try:
            observed = look.now(AGE)
        except ObservationFailed as failed:
            raise Failure(
                f"{said(manifest)}: AWS cannot be read: {failed.fault}. {failed.fault.remedy} "
                "With --offline, AWS is taken as empty."
            ) from None
        money = costs(composed, observed, book_of(composed.place.region))
        decider = Decider(self._composer, world, lambda composed, resource: None)
        plan = decide(composed, observed, History(), Memory(), Ledger(), money, decider, now())
        return Preview(plan, money.before, money.after)
