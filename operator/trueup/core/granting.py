"""What something lets another do outlasts what may still do it: rights come before a change, and go after it.

A change that AWS judges may be taken back, to what was there before and all that it used then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from trueup.core.graph import Graph
from trueup.core.observed import Observed
from trueup.core.plan import Action, Block, Blocker, Cause, Step
from trueup.core.values import Key, Phase


def judging(graph: Graph, observed: Observed) -> str:
    """What AWS is still changing, and may take back, in words; empty where there is nothing of that sort."""
    found = (observed.seen.get(node.resource.key) for node in graph.ordered())
    changing = (seen for seen in found if seen is not None and seen.kind.JUDGED and seen.phase is not Phase.READY)
    return next((f"{seen.key} is {seen.kind.state_of(seen.doc)}" for seen in changing), "")


def narrowed_last(graph: Graph, steps: Iterable[Step], observed: Observed, changing: str) -> list[Step]:
    """The steps, of which those that narrow a right leave what it had, as long as what uses it is to be changed.

    `changing` says what AWS still judges; what waits to be changed, for whatever reason, uses what it did before.
    """
    found = list(steps)
    due = next((str(s.key) for s in found if _is_change(s)), "")
    until = changing or (due and f"{due} waits to be changed")
    if not until:
        return found
    wide = [_wide(graph, step, observed, until) for step in found]
    coming = {step.key for step in wide if step.kind.GRANTS and step.calls}
    return [_after(graph, step, coming) for step in wide]


def _is_change(step: Step) -> bool:
    """It brings AWS to judge something, not what the time asks for, nor tags alone."""
    if not step.kind.JUDGED or step.seen is None or step.timed:
        return False
    return step.writes and any(f.writes and not f.path.startswith("Tags.") for f in step.fields)


def _after(graph: Graph, step: Step, coming: Collection[Key]) -> Step:
    """A change waits for each right that it needs, and that is not there yet."""
    node = graph.node(step.key)
    if node is None or not _is_change(step) or step.block is not None:
        return step
    right = next((key for key in node.after if key in coming), None)
    return step if right is None else replace(step, block=Block(Blocker.TIME, "Waiting", f"waits for {right}"))


def _wide(graph: Graph, step: Step, observed: Observed, until: str) -> Step:
    node, seen = graph.node(step.key), step.seen
    pending = step.action is Action.UPDATE and step.cause is Cause.PENDING
    if node is None or seen is None or not pending or not step.kind.GRANTS:
        return step
    wide = node.resource.wider(seen.doc, observed.lookup)
    if wide is None:
        return step
    missing = wide.known_differences(seen, observed.lookup)
    if missing:
        return replace(step, calls=wide.update(seen.doc, missing, observed.lookup))
    block = Block(Blocker.TIME, "Waiting", f"takes nothing away while {until}")
    return replace(step, calls=(), block=step.block or block)
