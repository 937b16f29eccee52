"""From what AWS shows of an object that goes to the plan that takes it down: users before what they use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from trueup.core.graph import Graph, Problem
from trueup.core.leftovers import parent_of
from trueup.core.observed import Observed
from trueup.core.plan import Action, Block, Blocker, Cause, Plan, Step
from trueup.core.planning import busy, field_change
from trueup.core.resource import Removal, Seen
from trueup.core.values import Key, Phase


def plan_removal(graph: Graph, observed: Observed, *, snapshot: bool) -> Plan:
    """What must be done so that nothing of the object is left, in an order that AWS accepts.

    A resource goes when nothing that refers to it is left. A protection that the spec still asks for stops all
    of it before the first call; one that the spec no longer asks for is taken off first.
    """
    left = [*observed.extras, *(s for node in graph.ordered() if (s := observed.seen.get(node.resource.key)))]
    ours = [seen for seen in left if seen.owned and not _goes_along(seen, observed)]
    guarded = [found for seen in ours if (found := _unguarded(graph, seen, observed)) is not None]
    problems = tuple(found for found in guarded if isinstance(found, Problem))
    steps = [found for found in guarded if isinstance(found, Step)]
    if not problems and not steps:
        ranks = _ranks(graph, observed)
        steps = [
            step
            for seen in sorted(ours, key=lambda s: -ranks[s.key])
            if (step := _removal(seen, ours, ranks, graph, observed, snapshot))
        ]
    return Plan(tuple(steps), problems, size=len(ours))


def _goes_along(seen: Seen, observed: Observed) -> bool:
    """It stands within something that lets nobody take it out, and can itself be deleted, or is being so."""
    key = parent_of(seen, observed)
    parent = observed.seen[key] if key is not None else None
    if parent is None or not parent.owned:
        return False
    return parent.phase is Phase.DELETING or bool(parent.kind.rests(parent.doc))


def _unguarded(graph: Graph, seen: Seen, observed: Observed) -> Step | Problem | None:
    why = seen.kind.guard(seen.doc, graph.identity.owner)
    if why is None:
        return None
    node = graph.node(seen.key)
    guard = seen.kind.GUARD
    if node is None or not guard or getattr(node.resource, guard) is not False:
        return Problem("DeletionProtected", f"{seen.key}: {why}", seen.key)
    found = tuple(d for d in node.resource.differences(seen.doc, observed.lookup) if d.attr == guard)
    fields = tuple(field_change(node, d, ()) for d in found)
    calls = node.resource.update(seen.doc, found, observed.lookup)
    return Step(seen.key, seen.kind, Action.UPDATE, Cause.DRIFT, fields, calls, busy(seen, Cause.PENDING), seen=seen)


def _ranks(graph: Graph, observed: Observed) -> dict[Key, int]:
    """The place of each resource in the order of making; a leftover follows what is declared of its type or of former.

    What is declared of later types may still use it: a distribution does a certificate whose names it has no more.
    """
    order = {kind: place for place, kind in enumerate(observed.types)}
    declared = [(order[type(node.resource)], node.resource.key) for node in graph.ordered()]
    places = {key: (place, 0) for place, (_, key) in enumerate(declared)}
    for number, extra in enumerate(observed.extras, 1):
        former = [place for place, (type, _) in enumerate(declared) if type <= order[extra.kind]]
        places[extra.key] = max(former, default=-1), number
    return {key: rank for rank, key in enumerate(sorted(places, key=places.__getitem__))}


def _removal(
    seen: Seen, ours: list[Seen], ranks: Mapping[Key, int], graph: Graph, observed: Observed, snapshot: bool
) -> Step | None:
    node = graph.node(seen.key)
    remove = node.resource.removed if node is not None and type(node.resource) is seen.kind else seen.kind.delete
    calls = remove(seen.doc, observed.lookup, Removal(snapshot=snapshot and seen.kind.HOLDS_DATA))
    if seen.phase is not Phase.DELETING and not calls:
        return None
    step = Step(seen.key, seen.kind, Action.DELETE, Cause.REMOVAL, (), calls, seen=seen, irreversible=True)
    if seen.phase is Phase.DELETING:
        return replace(step, calls=(), block=Block(Blocker.TIME, "Deleting", f"{seen.key} is being deleted"))
    user = next((other for other in ours if _needs(other, seen, graph, ranks)), None)
    if user is not None:
        return replace(step, block=Block(Blocker.TIME, "InUse", f"{seen.key} is in use by {user.key}"))
    return replace(step, block=_worked_on(seen, observed))


def _worked_on(seen: Seen, observed: Observed) -> Block | None:
    """Why AWS would refuse to delete it now: it is at work on it, or on what it is a part of; None: it would not."""
    key = parent_of(seen, observed)
    whole = (seen, *((observed.seen[key],) if key is not None else ()))
    busy = next((one for one in whole if not one.kind.takes_removal(one.doc)), None)
    if busy is None:
        return None
    state = busy.kind.state_of(busy.doc)
    return Block(Blocker.TIME, "AWSBusy", f"{busy.key} is {state}: AWS deletes nothing of it now")


def _needs(other: Seen, seen: Seen, graph: Graph, ranks: Mapping[Key, int]) -> bool:
    node = graph.node(other.key)
    if node is not None and graph.node(seen.key) is not None:
        return seen.key in node.needs and _stays(other)
    return _stays(other) and ranks[other.key] > ranks[seen.key]


def _stays(other: Seen) -> bool:
    """The resource is really there until a call of ours removes it; a default group or the like goes by itself."""
    return bool(other.kind.DELETE) and not other.kind.is_leaving(other.doc)
