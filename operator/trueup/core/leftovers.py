"""What is ours and not declared: which of it goes, when, and what something declared stands in for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from trueup.core.graph import Graph
from trueup.core.observed import Observed, content_key
from trueup.core.paths import get
from trueup.core.plan import Action, Block, Blocker, Cause, FieldChange, Plan, Policy, Step, block_where
from trueup.core.resource import Ownership, Removal, Resource, Seen
from trueup.core.values import Key, Phase, Severity


@dataclass(frozen=True, slots=True)
class History:
    """What an object's status and annotations remember. It labels and names; it never causes an action."""

    applied: Mapping[str, str] = field(default_factory=dict[str, str])
    """Resource → digest of what we last converged."""
    attempts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Resource → the recorded intent of its create, from which client tokens derive."""
    attempt: str = ""
    """The intent of creates that have none on record yet."""
    ids: Mapping[str, str] = field(default_factory=dict[str, str])
    """Resource → the id under which status lists it; empty for one that was absent then."""

    def stood(self, seen: Seen) -> bool:
        """What we last converged under this name is this very resource, and none that we have made in its place."""
        known, id = str(seen.key) in self.applied, self.ids.get(str(seen.key), seen.id)
        return known and (id == seen.id or (bool(seen.kind.IDENTITY) and not seen.kind.is_another(id, seen.id)))

    def cause(self, resource: Resource, seen: Seen | None) -> Cause:
        """Why the resource differs: AWS moved, where nothing else is declared than what was once so."""
        same = self.applied.get(str(resource.key)) == resource.digest()
        return Cause.DRIFT if same and (seen is None or self.stood(seen)) else Cause.PENDING


def _is_covered(seen: Seen, absent: tuple[Resource, ...], observed: Observed) -> bool:
    alike = (resource for resource in absent if type(resource) is seen.kind)
    return any(resource.covers(seen.doc, observed.lookup) for resource in alike)


def ousted_first(graph: Graph, steps: list[Step], observed: Observed) -> list[Step]:
    """What stands where something declared is to be made goes right before it, and only if that can be made."""
    ahead: dict[int, list[Step]] = {}
    moved: set[int] = set()
    for place, step in enumerate(steps):
        node = graph.node(step.key) if step.action is Action.CREATE else None
        for other, leftover in enumerate(steps):
            if node is not None and other not in moved and _is_ousted(leftover, node.resource, observed):
                ahead.setdefault(place, []).append(replace(leftover, block=step.block))
                moved.add(other)
    kept = ([*ahead.get(place, ()), *([step] if place not in moved else [])] for place, step in enumerate(steps))
    return [step for group in kept for step in group]


def displaced(graph: Graph, observed: Observed) -> Policy:
    """What is to be made where a leftover stands waits for whatever keeps the leftover there."""

    def policy(plan: Plan) -> Plan:
        kept = [step for step in plan.steps if step.action is Action.DELETE and step.block is not None]

        def stands(step: Step) -> Block | None:
            node = graph.node(step.key) if step.action is Action.CREATE else None
            if node is None:
                return None
            return next((left.block for left in kept if _is_ousted(left, node.resource, observed)), None)

        found = {step.key: block for step in plan.steps if (block := stands(step)) is not None}
        return block_where(plan, lambda step: step.key in found, lambda step: found[step.key])

    return policy


def _is_ousted(step: Step, by: Resource, observed: Observed) -> bool:
    if step.action is not Action.DELETE or step.seen is None:
        return False
    return type(by) is step.seen.kind and by.ousts(step.seen.doc, observed.lookup)


def extra_steps(
    graph: Graph, observed: Observed, history: History, absent: tuple[Resource, ...], *, waiting: bool, judging: str
) -> list[Step]:
    """Deletions of what is ours and undeclared. What somebody added to a closed collection goes at once.

    The rest goes when all else is done (not `waiting`), and nothing does while AWS may still take back what uses it
    (`judging` says what); what nothing uses, and costs a place, need not wait for what cannot be done.
    """
    steps: list[Step] = []
    for seen in reversed([_altered(extra, graph, history) for extra in observed.extras]):
        if not seen.owned or seen.phase is Phase.DELETING or _is_covered(seen, absent, observed):
            continue
        calls = seen.kind.delete(seen.doc, observed.lookup, Removal(snapshot=seen.kind.HOLDS_DATA))
        if not calls:
            continue
        listed = str(seen.key) in history.applied
        parent = parent_of(seen, observed)
        added = parent is not None and not listed and history.stood(observed.seen[parent])
        severity = seen.kind.exposure(seen.doc)
        what = FieldChange("", None, seen.kind.summary(seen.doc), None, severity)
        step = Step(
            seen.key,
            seen.kind,
            Action.DELETE,
            Cause.DRIFT if added else Cause.PRUNE,
            (what,),
            calls,
            severity=severity,
            irreversible=(listed or parent is None) and not seen.kind.is_idle(seen.doc),
            seen=seen,
        )
        refused = bool(listed and graph.problems)
        within = observed.seen[parent] if parent is not None else None
        steps.append(replace(step, block=_kept(step, within, waiting=waiting, judging=judging, refused=refused)))
    return steps


def _kept(step: Step, within: Seen | None, *, waiting: bool, judging: str, refused: bool) -> Block | None:
    """Why a leftover stays for now, which may be part of something (`within`); `refused`: the spec cannot be."""
    added, seen = step.cause is Cause.DRIFT, step.seen
    late = within is None or (step.kind.GRANTS and not added)
    if seen is not None and added and seen.settling:
        return Block(Blocker.TIME, "Settling", f"{step.key} is settling")
    if late and judging:
        return Block(Blocker.TIME, "Waiting", f"leftovers stay while {judging}")
    if late and waiting and not (seen is not None and step.kind.is_idle(seen.doc)):
        return Block(Blocker.TIME, "Waiting", "leftovers go when all else is done")
    if refused and step.severity is not Severity.CRITICAL:
        return Block(Blocker.TIME, "Waiting", "nothing is taken out by a spec that cannot be")
    return until_in_use(within) if within is not None else None


def _altered(extra: Seen, graph: Graph, history: History) -> Seen:
    """A part that somebody made into another one: what it is now was never declared, and it has a name of its own."""
    node = graph.node(extra.key)
    if node is None or extra.kind.OWNED is not Ownership.PARENT:
        return extra
    moved = history.cause(node.resource, None) is Cause.DRIFT
    return replace(extra, key=content_key(extra.kind, extra.doc)) if moved else extra


def until_in_use(seen: Seen) -> Block | None:
    """Why nothing that stands within it, or comes after it, can be changed: it is at rest, or on trial; or None."""
    why = seen.kind.rests(seen.doc)
    state = seen.kind.state_of(seen.doc)
    if why:
        return Block(Blocker.PEER, "Waiting", f"waits until {seen.key}, {state} {why}, is in use again")
    return Block(Blocker.TIME, "AWSBusy", f"waits for {seen.key}, which is {state}") if is_on_trial(seen) else None


def is_on_trial(seen: Seen) -> bool:
    """AWS shows what it is still trying, and may take it back: what it then shows would be nobody's drift."""
    return seen.kind.JUDGED and seen.phase in (Phase.CREATING, Phase.BUSY)


def parent_of(seen: Seen, observed: Observed) -> Key | None:
    """The declared resource that this is a part of; None where it stands for itself or its parent is not declared."""
    if seen.kind.OWNED is not Ownership.PARENT:
        return None
    parent = get(seen.doc, seen.kind.PARENT)
    return next((key for key, other in observed.seen.items() if other.id == parent), None)
