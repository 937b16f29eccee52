"""From what is seen to what may be done: the plan, and the policies that the object, its budgets and people set."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from trueup.app.composing import Composed, Composer, Invalid
from trueup.app.memory import Memory
from trueup.app.ports import APPROVE, CREATED, HOLD_REASON, HOLD_UNTIL, INTENTS, REMOVED, TRIED, Manifest, World
from trueup.core import policies
from trueup.core.conditions import condition
from trueup.core.cost import NOTHING, Beside, Estimate, PriceBook, total
from trueup.core.ledger import Ledger, parse_time
from trueup.core.leftovers import displaced
from trueup.core.observed import Observed
from trueup.core.plan import Plan, Policy
from trueup.core.planning import History, plan
from trueup.core.report import remembered
from trueup.core.resource import Resource, Seen
from trueup.core.trials import not_again
from trueup.core.values import MISSING, Doc, Json, Phase, as_map
from trueup.kinds.common.kind import GateTerms

UNDERWAY = "creating"


@dataclass(frozen=True, slots=True)
class Costs:
    """What the object costs as AWS shows it now, and as declared."""

    before: Estimate
    after: Estimate
    lifts: bool = False
    """Something that stands is to cost more than it does."""

    @classmethod
    def nothing(cls) -> Costs:
        """Nothing costs anything: before prices are known."""
        return cls(NOTHING, NOTHING)

    @property
    def growth(self) -> Decimal:
        """How much more a month the declared state costs."""
        return self.after.monthly - self.before.monthly


def history(manifest: Manifest, attempt: str = "") -> History:
    """What the object's status and annotations remember; `attempt` names the creates that are tried now."""
    applied = {
        name: str(entry["applied"]) for name, entry in remembered(manifest.status).items() if entry.get("applied")
    }
    ids = {name: str(entry.get("id") or "") for name, entry in remembered(manifest.status).items()}
    return History(applied=applied, ids=ids, attempts=marks(manifest, INTENTS), attempt=attempt)


def hints(manifest: Manifest) -> dict[str, str]:
    """Resource → id, as status remembers them."""
    return {name: str(entry["id"]) for name, entry in remembered(manifest.status).items() if entry.get("id")}


def marks(manifest: Manifest, annotation: str) -> dict[str, str]:
    """The marks per resource that an annotation of ours holds; unreadable ones are none."""
    try:
        found: Json = json.loads(manifest.annotations.get(annotation) or "{}")
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in (as_map(found) or {}).items()}


def lately_removed(manifest: Manifest, now: datetime) -> dict[str, str]:
    """What the object's marks say was pruned or replaced of late, with when."""
    times = {key: (at, parse_time(at)) for key, at in marks(manifest, REMOVED).items()}
    return {key: at for key, (at, when) in times.items() if when is not None and now - when < policies.CALM_WITHIN}


def held_until(manifest: Manifest, now: datetime) -> datetime | None:
    """When the object's hold ends, if it is held now."""
    until = parse_time(manifest.annotations.get(HOLD_UNTIL))
    return until if until is not None and now < until else None


def bad_hold(manifest: Manifest) -> str | None:
    """What is wrong with the object's hold annotation, if anything."""
    text = manifest.annotations.get(HOLD_UNTIL)
    if text is None or parse_time(text) is not None:
        return None
    return f"The annotation {HOLD_UNTIL} is {text!r}: write a time with a zone, such as 2026-12-24T18:00:00Z."


def hold_on(manifest: Manifest, now: datetime) -> Policy | None:
    """The object's hold, if it is held now. One whose end cannot be read holds too, until a person has put it right."""
    wrong = bad_hold(manifest)
    if wrong is not None:
        return policies.hold_while(wrong)
    until = held_until(manifest, now)
    return None if until is None else policies.hold(until, manifest.annotations.get(HOLD_REASON))


def costs(composed: Composed, observed: Observed, prices: PriceBook) -> Costs:
    """The object's cost now, leftovers that are to go included, and as declared."""
    leftovers = [_leftover(seen, composed, observed) for seen in observed.extras if seen.owned]
    before = [_estimate(resource, prices) for resource in leftovers]
    after: list[Estimate] = []
    lifts = False
    for node in composed.graph.ordered():
        after.append(_estimate(node.resource, prices))
        if node.resource.key in observed.seen:
            before.append(_estimate(_as_seen(node.resource, observed), prices))
            lifts = lifts or after[-1].monthly > before[-1].monthly
    return Costs(_dated(before, prices), _dated(after, prices), lifts)


def _dated(parts: list[Estimate], prices: PriceBook) -> Estimate:
    """The sum; what has no price at all costs nothing as of the newest price, so that its date ages no other sum."""
    found = total(parts)
    return found if found.lines else replace(found, as_of=prices.newest)


def _estimate(resource: Resource, prices: PriceBook) -> Estimate:
    consulted = prices.consulted()
    lines = resource.cost(consulted)
    return Estimate(lines, consulted.as_of if lines else None)


def _leftover(seen: Seen, composed: Composed, observed: Observed) -> Resource:
    """What stands undeclared, as AWS shows it; what is known otherwise is told by a declared one of its type."""
    alike = (node.resource for node in composed.graph.ordered() if type(node.resource) is seen.kind)
    beside = _beside(observed)
    elsewhere = next((resource.seen_elsewhere(seen.doc, beside) for resource in alike), dict[str, Json]())
    return replace(seen.kind.as_shown(seen.key.name, seen.doc), **elsewhere)


def _as_seen(resource: Resource, observed: Observed) -> Resource:
    """The resource with AWS's values in the place of those that differ."""
    seen = observed.seen[resource.key]
    found = {
        d.attr: d.have
        for d in resource.differences(seen.doc, observed.lookup)
        if not d.rule.keyed and d.have is not MISSING
    }
    return replace(resource, **found, **resource.seen_elsewhere(seen.doc, _beside(observed)))


def _beside(observed: Observed) -> Beside:
    return {(seen.kind.TYPE, seen.id): seen.doc for seen in (*observed.seen.values(), *observed.extras)}


def decide(
    composed: Composed,
    observed: Observed,
    known: History,
    memory: Memory,
    ledger: Ledger,
    cost: Costs,
    world: Decider,
    now: datetime,
) -> Plan:
    """The plan after every policy of the object."""
    found = plan(composed.graph, observed, known, composed.spec.drift_policy.ignore)
    found = replace(found, notes=(*found.notes, *world.notes(composed, observed)))
    safe = tuple(world.policies(composed, observed, memory, ledger, cost, now))
    last = (displaced(composed.graph, observed), policies.followed(composed.graph))
    return policies.apply(found, (*safe, *last))


class Decider:
    """Gathers what policies need to know: annotations, budgets beside the object, backups of lost data."""

    def __init__(
        self,
        composer: Composer,
        world: World,
        backups: Callable[[Composed, Resource], list[Doc]],
        prices: Callable[[str], PriceBook],
    ) -> None:
        self._composer = composer
        self._world = world
        self._backups = backups
        self._prices = prices

    def policies(
        self, composed: Composed, observed: Observed, memory: Memory, ledger: Ledger, cost: Costs, now: datetime
    ) -> Iterable[Policy]:
        """The object's policies, the gravest first."""
        manifest = composed.manifest
        approved = manifest.annotations.get(APPROVE)
        if composed.spec.drift_policy.mode == "Report":
            yield policies.report_only
        hold = hold_on(manifest, now)
        if hold is not None:
            yield hold
        lost = self._lost(composed, observed)
        if lost:
            since = marks(manifest, CREATED)
            yield policies.data_missing({name: since[name] for name in lost}, lost, approved)
        yield policies.adoption(composed.graph, frozenset({*history(manifest).applied, *marks(manifest, CREATED)}))
        yield not_again(marks(manifest, TRIED), now)
        written = _since(memory.started, _merged(ledger.writes(), memory.writes))
        yield policies.no_fighting(written, now)
        yield policies.approval(approved, composed.kind.window(composed.spec), now)
        yield policies.calm(approved, lately_removed(manifest, now))
        if cost.growth > 0:
            gates = tuple(self.gates(composed, cost))
            critical = composed.spec.criticality == "Critical"
            yield policies.gate(gates, cost.growth, block_everything_new=not critical)
            if critical and (cost.lifts or _was_whole(manifest.status)):
                yield policies.cost_jump(gates, cost.growth, approved)

    def _lost(self, composed: Composed, observed: Observed) -> dict[str, str]:
        """The data-bearing resources that existed once and are absent, each with how to get its data back."""
        lost: dict[str, str] = {}
        for node in composed.graph.ordered():
            resource = node.resource
            if _is_lost(resource, composed, observed):
                hint = resource.BACKUP.restore_hint(self._backups(composed, resource)) if resource.BACKUP else None
                lost[str(resource.key)] = hint or resource.NO_BACKUP
        return lost

    def notes(self, composed: Composed, observed: Observed) -> Iterable[str]:
        """What the author should know of data that AWS keeps of a former resource, while a new one is made."""
        for node in composed.graph.ordered():
            resource, seen = node.resource, observed.seen.get(node.resource.key)
            made = seen is not None and seen.phase is not Phase.CREATING
            if resource.BACKUP is None or node.adopt or made or _is_lost(resource, composed, observed):
                continue
            note = resource.former(self._backups(composed, resource))
            if note is not None:
                yield note

    def gates(self, composed: Composed, cost: Costs) -> Iterable[policies.Gate]:
        """The gates of the budgets that count this object, with what is spent without its growth."""
        manifest = composed.manifest
        beside = [m for m in self._world.namespaced(manifest.namespace) if m.address != manifest.address]
        for guard in beside:
            terms = None if guard.deleting else self._composer.gate(guard)
            if terms is None or not counts(terms, manifest):
                continue
            others = sum((self._standing(m, manifest) for m in beside if counts(terms, m)), Decimal(0))
            estimate = others + cost.before.monthly
            actual = _decimal((as_map(guard.status.get("outputs")) or {}).get(terms.actual))
            yield policies.Gate(
                budget=guard.name,
                limit=terms.limit,
                percent=terms.percent,
                spent=max(estimate, actual),
                basis="actual" if actual > estimate else "estimate",
            )

    def _standing(self, other: Manifest, manifest: Manifest) -> Decimal:
        """What another object costs, if it stands in AWS or comes before this one in the order of names.

        Its status says so unless its spec is newer: two objects that come at once must see each other.
        """
        stands = any(entry.get("id") for entry in remembered(other.status).values())
        first = other.status.get("summary") != "Gated" and other.address < manifest.address
        if not (stands or first):
            return Decimal(0)
        cost = (as_map(other.status.get("cost")) or {}).get("monthlyUSD")
        if cost is not None and other.status.get("observedGeneration") == other.generation:
            return _decimal(cost)
        return self._declared(other)

    def _declared(self, other: Manifest) -> Decimal:
        """What an object costs as its spec declares it; nothing while that cannot be read."""
        try:
            composed = self._composer.compose(other, self._world)
        except Invalid:
            return Decimal(0)
        book = self._prices(composed.place.region)
        return sum((_estimate(node.resource, book).monthly for node in composed.graph.ordered()), Decimal(0))


def _is_lost(resource: Resource, composed: Composed, observed: Observed) -> bool:
    """It was there once, is absent, and what it held cannot be made again."""
    mark = marks(composed.manifest, CREATED).get(str(resource.key), UNDERWAY)
    held = resource.HOLDS_DATA and not resource.holds_the_same()
    return held and not mark.startswith(UNDERWAY) and resource.key not in observed.seen


def _was_whole(status: Mapping[str, Json]) -> bool:
    """The object could be used at the last look, or waits for an approval since: what is made now is a change.

    What is being made for the first time is not asked about once more when half of it stands.
    """
    return condition(status, "Ready").get("status") == "True" or (
        condition(status, "Stalled").get("reason") == "ApprovalNeeded"
    )


def counts(terms: GateTerms, other: Manifest) -> bool:
    """The gate counts an object of its namespace: all of them, or those that carry its labels."""
    return all(other.labels.get(key) == value for key, value in terms.labels.items())


def _decimal(value: Json) -> Decimal:
    try:
        return Decimal(str(value if value is not None else 0))
    except InvalidOperation:
        return Decimal(0)


def _merged(
    one: Mapping[tuple[str, str], tuple[datetime, ...]], other: Mapping[tuple[str, str], tuple[datetime, ...]]
) -> dict[tuple[str, str], tuple[datetime, ...]]:
    """The times of writes by place; status keeps whole seconds, so that what memory holds too counts once."""
    return {place: max(one.get(place, ()), other.get(place, ()), key=len) for place in {*one, *other}}


def _since(
    start: datetime | None, writes: Mapping[tuple[str, str], tuple[datetime, ...]]
) -> Mapping[tuple[str, str], tuple[datetime, ...]]:
    """The writes that were made after `start`, or all of them."""
    if start is None:
        return writes
    return {place: tuple(at for at in times if at >= start) for place, times in writes.items()}
