"""From the graph and what AWS shows to the plan. `removing` has the one for taking all of it down.

declared   observed          step
yes        absent            create (waits for what it refers to)
yes        differs           update in place, or replace where AWS cannot change it
yes        not ours          none: a problem that says how to adopt it
no         ours              delete: drift if somebody added it, else a leftover
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from trueup.core.granting import judging, narrowed_last
from trueup.core.graph import Graph, Node, Problem, Wait
from trueup.core.ignoring import is_ignored
from trueup.core.leftovers import History, extra_steps, ousted_first, until_in_use
from trueup.core.naming import OWNER_TAG, client_token
from trueup.core.observed import Observed
from trueup.core.plan import Action, Block, Blocker, Cause, FieldChange, Plan, Step, masked
from trueup.core.resource import Difference, Ownership, Removal, Resource, Seen
from trueup.core.values import (
    MISSING,
    SECRET,
    Effect,
    Json,
    Mutability,
    Phase,
    Ref,
    Severity,
    as_map,
    brief,
    references,
)


def plan(graph: Graph, observed: Observed, history: History, ignore: tuple[str, ...] = ()) -> Plan:
    """What must be done so that AWS is as declared. Pure: the same input gives the same plan."""
    steps: list[Step] = []
    problems = list(graph.problems)
    for node in graph.ordered():
        found = _node_steps(graph, node, observed, history, ignore)
        problems.extend(one for one in found if isinstance(one, Problem))
        steps.extend(_tried(node, one, observed) for one in found if isinstance(one, Step))
    changing = judging(graph, observed)
    steps = narrowed_last(graph, steps, observed, changing)
    waiting = bool(graph.waits or problems) or any(s.writes for s in steps)
    absent = tuple(node.resource for node in graph.ordered() if node.resource.key not in observed.seen)
    extras = extra_steps(graph, observed, history, absent, waiting=waiting, judging=changing)
    urgent = [step for step in extras if step.severity is Severity.CRITICAL]
    urgent += [step for step in steps if step.is_exposure]
    return Plan(
        steps=tuple(ousted_first(graph, [*urgent, *(s for s in (*steps, *extras) if s not in urgent)], observed)),
        problems=tuple(problems),
        waits=(*graph.waits, *_unseen(graph, observed), *_lacking(observed), *_unjudged(graph, observed)),
        digests={str(node.resource.key): node.resource.spec_digest() for node in graph.ordered()},
        notes=tuple(graph.notes),
        size=len(graph),
    )


def _tried(node: Node, step: Step, observed: Observed) -> Step:
    if not step.kind.JUDGED:
        return step
    resource = node.resource
    return replace(step, attempt=resource.digest() if step.timed else resource.spec_digest(observed.lookup))


def _node_steps(
    graph: Graph, node: Node, observed: Observed, history: History, ignore: tuple[str, ...]
) -> tuple[Step | Problem, ...]:
    resource = node.resource
    key = resource.key
    seen = observed.seen.get(key)
    if observed.is_anothers(node):
        return ()
    cause = history.cause(resource, seen)
    if seen is None and not resource.CREATE:
        return tuple(_beside(node, observed, ignore))
    if seen is None and any(observed.is_refused(ref.key) for ref in node.references if ref.owner is None):
        return ()  # it would be made in what is somebody else's
    if seen is None:
        return (_create_step(graph, node, observed, history, cause),)
    if not seen.owned and (foreign := _not_owned(graph, node, seen, history)) is not None:
        return (foreign,)
    asked = resource.asks(seen.doc)
    if seen.phase is Phase.FAILED:
        return (_failed(resource, seen, observed, cause),)
    differences = resource.known_differences(seen, observed.lookup)
    kept = replace(node, resource=_with_ignored(node, seen, differences, ignore))
    apart = _apart(differences, whole=not resource.HOLDS_DATA)
    steps = (_difference_step(kept, seen, part, observed, cause, ignore) for part in apart)
    return (*(() if asked is None else (Problem("PersonNeeded", asked, key),)), *steps)


def _beside(node: Node, observed: Observed, ignore: tuple[str, ...]) -> Iterator[Step]:
    """What AWS will make together with a parent that is not there yet, and the spec wants otherwise: changed then."""
    resource, missing = node.resource, _awaited(node, observed)
    if resource.NEW is None or missing is None:
        return
    found = resource.differences(resource.NEW, observed.lookup)
    own = tuple(d for d in found if d.rule.mutability is not Mutability.REPLACE)
    for differences in _apart(own, whole=True):
        fields = tuple(field_change(node, d, ignore) for d in differences)
        raises = resource.may_raise_cost({d.attr for d in differences})
        step = Step(resource.key, type(resource), Action.UPDATE, Cause.PENDING, fields, may_raise_cost=raises)
        yield replace(step, block=missing)


def _apart(differences: tuple[Difference, ...], *, whole: bool) -> tuple[tuple[Difference, ...], ...]:
    """Harmless changes first, and apart from those that interrupt: they need not wait for a window or a person.

    What the time asks for comes after what the spec asks for, and does not wait for it where that cannot be had.
    A replacement puts all right at once (`whole`); where there can be none, what asks for it keeps nothing else back.
    """
    fixed = tuple(d for d in differences if d.rule.mutability is Mutability.REPLACE)
    if fixed and whole:
        return (differences,)
    timed = tuple(d for d in differences if d.rule.timed and d not in fixed)
    others = tuple(d for d in differences if d not in (*fixed, *timed))
    mild = tuple(d for d in others if d.rule.effect is not Effect.OUTAGE and not d.follows)
    grave = tuple(d for d in others if d.rule.effect is Effect.OUTAGE)
    following = tuple(d for d in others if d.follows)
    return tuple(part for part in (mild, grave, following, timed, fixed) if part)


def _lacking(observed: Observed) -> tuple[Wait, ...]:
    """What is there and cannot be used before somebody brings what it lacks."""
    sentences = (seen.kind.lacks(seen.doc) for seen in observed.seen.values() if seen.owned)
    return tuple(Wait("ValueMissing", sentence) for sentence in sentences if sentence)


def _unjudged(graph: Graph, observed: Observed) -> Iterator[Wait]:
    """What is there and takes from another object what AWS does not show: nobody knows whether it is as declared.

    An object that is not there at all, or is not as it must be, is named by the graph's own wait or problem.
    """
    for node in graph.ordered() if not (graph.waits or graph.problems) else ():
        seen = observed.seen.get(node.resource.key)
        missing = next((ref for ref in node.references if ref.owner and observed.lookup(ref) is MISSING), None)
        if seen is not None and seen.owned and missing is not None:
            yield Wait("Waiting", f"{seen.key} waits for {_named(missing)}")


def _unseen(graph: Graph, observed: Observed) -> tuple[Wait, ...]:
    """What AWS makes by itself together with a parent that is there, and does not show yet."""
    return tuple(
        Wait("Waiting", f"{node.resource.key} is made by AWS and not seen yet")
        for node in graph.ordered()
        if not node.resource.CREATE
        and node.resource.key not in observed.seen
        and node.resource.identity(observed.lookup) is not None
    )


def _not_owned(graph: Graph, node: Node, seen: Seen, history: History) -> Problem | None:
    if node.adopt and seen.owner is None:
        return None
    tag = "mark" if seen.kind.OWNED is Ownership.MARK else "tag"
    whose = f"it belongs to {seen.owner}" if seen.owner else f"it carries no owner {tag} of ours"
    if seen.owner and str(seen.key) in history.applied:
        way = (
            f"it was ours: set its {tag} {OWNER_TAG} back to {graph.identity.owner}, or delete this object to let it go"
        )
    elif seen.owner:
        way = f"{_given_up(node, seen)}, or choose another name"
    elif node.way:
        way = node.way
    elif seen.kind.ADOPTED_BY:
        way = f"set {seen.kind.ADOPTED_BY} to {seen.id} to take it over, or choose another name"
    else:
        way = "remove it there, or take what asks for it out of the spec"
    return Problem("NotOwned", f"{seen.key.type} {seen.id} exists already and {whose}: {way}.", seen.key)


def _given_up(node: Node, seen: Seen) -> str:
    """How what another object stands for comes to this one: what is retained keeps saying whose it was."""
    if seen.kind.ADOPTED_BY or (node.way and seen.kind.OWNED is Ownership.MARK):
        return f"give that object up first (deletionPolicy: Retain), then {seen.kind.disowning(seen.doc)} and adopt it"
    return "delete that object first, and this in AWS where it stays"


def _failed(resource: Resource, seen: Seen, observed: Observed, cause: Cause) -> Step | Problem:
    if not resource.REPLACE_FAILED:
        state = resource.state_of(seen.doc)
        return Problem(
            "Failed",
            f"{seen.key.type} {seen.id} is {state} in AWS: look at its events there and repair it.",
            seen.key,
        )
    calls = resource.delete(seen.doc, observed.lookup, Removal())
    return Step(seen.key, type(resource), Action.REPLACE, cause, (), calls, seen=seen)


def _create_step(graph: Graph, node: Node, observed: Observed, history: History, cause: Cause) -> Step:
    resource = node.resource
    fields = tuple(
        FieldChange(attr.shown_at, node.spec_path(name), None, masked(value, attr.secret), attr.severity)
        for name, attr in resource.attrs().items()
        if (value := getattr(resource, name)) is not None
    )
    fields += tuple(
        FieldChange(f"Tags.{key}", node.spec_path("tags", key), None, value) for key, value in _following(resource)
    )
    lost = resource.HOLDS_DATA and not resource.holds_the_same() and cause is Cause.DRIFT
    severity = Severity.CRITICAL if lost else Severity.NORMAL
    step = Step(
        resource.key,
        type(resource),
        Action.CREATE,
        cause,
        fields,
        severity=severity,
        spec_path=node.spec_path(""),
        may_raise_cost=resource.may_raise_cost(resource.declared()),
    )
    missing = _awaited(node, observed)
    if missing is not None:
        return replace(step, block=missing)
    attempt = history.attempts.get(str(resource.key), history.attempt)
    token = client_token(graph.identity.owner, str(resource.key), attempt)
    return replace(step, calls=resource.create(observed.lookup, token))


def _following(resource: Resource) -> Iterable[tuple[str, str]]:
    """The tags that a create call cannot carry: they are set as soon as the resource is seen."""
    rule = resource.TAGGING
    return resource.tags.items() if rule is not None and rule.add and not rule.create else ()


def _awaited(node: Node, observed: Observed) -> Block | None:
    """What a create still waits for: a reference without a value, or something that must be usable first."""
    if (missing := _unmade(node.references, observed)) is not None:
        return missing
    for key in node.after:
        seen = observed.seen.get(key)
        if seen is None or not seen.phase.usable:
            return Block(Blocker.TIME, "Waiting", f"waits for {key}")
        if (block := until_in_use(seen)) is not None:
            return block
    return None


def _unmade(refs: Iterable[Ref], observed: Observed) -> Block | None:
    ref = next((ref for ref in refs if observed.lookup(ref) is MISSING), None)
    if ref is None:
        return None
    return Block(Blocker.PEER if ref.owner else Blocker.TIME, "Waiting", f"waits for {_named(ref)}")


def _named(ref: Ref) -> str:
    if ref.owner is None:
        return str(ref.key)
    _, kind, _, name = (*ref.owner.split("/"), "", "", "")[:4]
    return f"{ref.key} of {kind} {name}"


def _difference_step(
    node: Node,
    seen: Seen,
    differences: tuple[Difference, ...],
    observed: Observed,
    cause: Cause,
    ignore: tuple[str, ...],
) -> Step | Problem:
    fields = tuple(field_change(node, d, ignore) for d in differences)
    writing = tuple(d for d, f in zip(differences, fields, strict=True) if f.writes)
    fixed = tuple(d for d in writing if d.rule.mutability is Mutability.REPLACE)
    severity = Severity.CRITICAL if any(f.severity is Severity.CRITICAL for f in fields) else Severity.NORMAL
    cause = Cause.PENDING if all(d.follows for d in differences) else cause
    step = Step(
        seen.key,
        seen.kind,
        Action.UPDATE,
        cause,
        fields,
        severity=severity,
        seen=seen,
        timed=all(d.rule.timed for d in differences),
        may_raise_cost=node.resource.may_raise_cost({d.attr for d in differences}),
    )
    if fixed:
        return _replacement(node, step, seen, fixed, observed)
    if not writing:
        return step
    calls = node.resource.update(seen.doc, writing, observed.lookup)
    return replace(
        step,
        fields=(*fields, *_to_come(node, step, seen, observed)),
        calls=calls,
        block=busy(seen, cause)
        or _whole(node, step, observed)
        or _withheld(node.resource, seen, writing)
        or _unmade((ref for d in writing for ref in references(d.want)), observed),
    )


def field_change(node: Node, d: Difference, ignore: tuple[str, ...]) -> FieldChange:
    """What the plan says of a difference; it writes nothing where the spec pointer is one of `ignore`."""
    pointer = node.spec_path(d.attr, d.member)
    return FieldChange(
        path=d.path,
        spec_path=pointer,
        before=masked(d.have, d.rule.secret),
        after=masked(d.want, d.rule.secret),
        severity=d.rule.severity,
        effect=d.rule.effect,
        ignored=is_ignored(pointer, ignore),
        accepted=d.pending,
    )


def _with_ignored(node: Node, seen: Seen, differences: tuple[Difference, ...], ignore: tuple[str, ...]) -> Resource:
    """The resource with what is ignored as observed, so that a structure that travels whole does not write it.

    Of a field that is compared key by key that is each ignored member; one that nobody declared is kept, too.
    """
    resource = node.resource
    kept: dict[str, Json] = {}
    for d in differences:
        if d.attr not in resource.attrs() or d.rule.timed or not field_change(node, d, ignore).ignored:
            continue
        if not d.rule.keyed:
            kept[d.attr] = resource.observed(d.attr, seen.doc)
            continue
        members = as_map(kept.get(d.attr, getattr(resource, d.attr))) or {}
        others = {key: value for key, value in members.items() if key != d.member}
        kept[d.attr] = others if d.have is MISSING else {**others, str(d.member): d.have}
    return replace(resource, **{name: value for name, value in kept.items() if value is not MISSING})


def busy(seen: Seen, cause: Cause) -> Block | None:
    """Why AWS takes no change of it now, or none is made yet; None: it does."""
    state = seen.kind.state_of(seen.doc)
    if seen.phase is not Phase.READY and not (seen.kind.TAKES_CHANGES and seen.phase is not Phase.DELETING):
        return Block(Blocker.TIME, "AWSBusy", f"{seen.key} is {state}: AWS takes no change now")
    if seen.settling and cause is Cause.DRIFT:
        return Block(Blocker.TIME, "Settling", f"{seen.key} was written less than 30 s ago")
    return None


def _to_come(node: Node, step: Step, seen: Seen, observed: Observed) -> Iterator[FieldChange]:
    """What will be written in the same change, and refers to something that has yet to be made."""
    if not step.kind.JUDGED or step.timed or step.cause is not Cause.PENDING:
        return
    for name, value in node.resource.declared().items():
        attr = node.resource.attrs()[name]
        if attr.keyed or not any(r.owner is None and observed.lookup(r) is MISSING for r in references(value)):
            continue
        have = node.resource.observed(name, seen.doc)
        before, after = masked(None if have is MISSING else have, attr.secret), masked(value, attr.secret)
        yield FieldChange(attr.shown_at, node.spec_path(name), before, after, attr.severity, attr.effect)


def _whole(node: Node, step: Step, observed: Observed) -> Block | None:
    """Where each change is a deployment, a changed spec waits until all that it refers to is there: one does it all."""
    if not step.kind.JUDGED or step.timed or step.cause is not Cause.PENDING:
        return None
    return _unmade((ref for ref in node.references if ref.owner is None), observed)


def _withheld(resource: Resource, seen: Seen, found: tuple[Difference, ...]) -> Block | None:
    why = resource.withheld(seen.doc, found)
    return None if why is None else Block(Blocker.PEER, "Waiting", why)


def _replacement(
    node: Node, step: Step, seen: Seen, fixed: tuple[Difference, ...], observed: Observed
) -> Step | Problem:
    if seen.kind.HOLDS_DATA:
        what = "; ".join(_immutable(d) for d in fixed)
        return Problem(
            "Immutable",
            f"{step.key} holds data and AWS cannot change it in place: {what}. "
            "Declare what is there, or create a new object and restore a snapshot into it.",
            step.key,
        )
    calls = node.resource.delete(seen.doc, observed.lookup, Removal())
    return replace(step, action=Action.REPLACE, calls=calls, block=busy(seen, step.cause), irreversible=True)


def _immutable(d: Difference) -> str:
    have, want = (SECRET if d.rule.secret else brief(value) for value in (d.have, d.want))
    return f"{d.path} is {have}, declared {want}"
