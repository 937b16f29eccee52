"""The engine: one object in, the next steps done and an honest status out. Hosts call `look` and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from trueup.app.acting import Actor, Executor
from trueup.app.composing import Composed, Composer, Invalid
from trueup.app.deciding import Decider
from trueup.app.looking import Observer, backups
from trueup.app.memory import Memory
from trueup.app.passing import Hands, Pass
from trueup.app.ports import FINALIZER, RECONCILE, Journal, Manifest, Outcome, World
from trueup.app.removing import RemovalPass
from trueup.app.settings import Settings, utc_now
from trueup.core import ledger
from trueup.core.conditions import Situation
from trueup.core.cost import PriceBook
from trueup.core.graph import Graph, Problem
from trueup.core.plan import Plan
from trueup.core.report import About, status_of, transitions
from trueup.kinds.common.kind import Kind
from trueup.resources import prices


class Engine:
    """Keeps AWS true to objects, one look at a time. Safe to call from many threads, for one object from one."""

    def __init__(
        self,
        kinds: Mapping[str, Kind],
        settings: Settings,
        observer: Observer,
        executor: Executor,
        clock: Callable[[], datetime] = utc_now,
        book: Callable[[str], PriceBook] = prices.book_of,
    ) -> None:
        self.kinds = kinds
        self.settings = settings
        self.composer = Composer(kinds, settings, clock)
        self._executor = executor
        self._clock = clock
        self._hands = Hands(self.composer, observer, settings, clock, book)
        self._memories: dict[tuple[str, str, str], Memory] = {}
        self._lock = threading.Lock()

    def look(self, manifest: Manifest, world: World, journal: Journal) -> Outcome:
        """One pass over the object. Raises only Superseded, when the pass has lost its object or its right to write."""
        if manifest.deleting and FINALIZER not in manifest.finalizers:
            self.forget(manifest.address)
            return Outcome(0.0, gone=True)
        memory = self._memory(manifest)
        try:
            composed = self.composer.compose(manifest, world)
        except Invalid as wrong:
            if not manifest.deleting:
                return self._invalid(manifest, str(wrong), journal)
            composed = self.composer.bare(manifest, world)
        except ValueError:  # a fault of the kind itself, which keeps nothing of the object's from going
            if not manifest.deleting:
                raise
            composed = self.composer.bare(manifest, world)
        outcome = self._pass(composed, world, journal, memory).run()
        if outcome.gone:
            self.forget(manifest.address)
        return outcome

    def forget(self, address: tuple[str, str, str] | None = None) -> None:
        """What is remembered of an object, or of all, is dropped; nothing is lost by it."""
        with self._lock:
            if address is None:
                self._memories.clear()
            else:
                self._memories.pop(address, None)
                self.composer.forget(address)

    def _memory(self, manifest: Manifest) -> Memory:
        with self._lock:
            memory = self._memories.setdefault(manifest.address, Memory())
        memory.begin(manifest, self._clock())
        return memory

    def _pass(self, composed: Composed, world: World, journal: Journal, memory: Memory) -> Pass:
        hands = self._hands
        decider = Decider(self.composer, world, partial(backups, hands.observer, self.settings.interval), hands.prices)
        actor = Actor(composed, hands.observer, self._executor, journal, memory, self._clock, self.settings.search)
        if not composed.manifest.deleting:
            return Pass(hands, composed, world, decider, journal, memory, actor)
        removal = RemovalPass(hands, composed, world, decider, journal, memory, actor)
        removal.kinds = self.kinds
        return removal

    def _invalid(self, manifest: Manifest, sentence: str, journal: Journal) -> Outcome:
        """The object's status says what is wrong with its spec; its resources are left as they are."""
        now = self._clock()
        plan = Plan(problems=(Problem("Invalid", sentence),))
        situation = Situation(plan, ledger.read(manifest.status), None, before=manifest.status)
        region = str(manifest.status.get("region") or self.settings.region or "")
        handled = manifest.annotations.get(RECONCILE, manifest.status.get("lastHandledReconcile"))
        about = About(manifest.generation, region, handled)
        status = status_of(Graph(self.composer.identity(manifest)), situation, about, now)
        if "cost" in manifest.status:  # what stands costs what it did, for the budgets beside it too
            status["cost"] = manifest.status["cost"]
        journal.status(status)
        for event in transitions(manifest.status, status, (situation.ledger, situation.ledger)):
            journal.event(event)
        return Outcome(self.settings.until_next_sweep(now))
