"""What a spec's pointers leave as it is in AWS, and which of them leave nothing."""

from __future__ import annotations

from collections.abc import Iterator

from trueup.core.graph import Graph, Node
from trueup.core.resource import Attr, Resource


def is_ignored(pointer: str | None, ignore: tuple[str, ...]) -> bool:
    """The pointer is one of the ignored ones, or lies under one."""
    return pointer is not None and any(_covers(at, pointer) for at in ignore)


def ignoring_nothing(graph: Graph, ignore: tuple[str, ...]) -> Iterator[str]:
    """A sentence for each pointer by which, as the spec stands, nothing is ever ignored, with what to do.

    None while the graph lacks something: what it will hold then may be what a pointer names.
    """
    if not ignore or graph.waits or graph.problems:
        return
    places: dict[str, bool] = {}
    for node in graph.ordered():
        for place, keyed in _compared(node):
            places[place] = places.get(place, False) or keyed
    for pointer in ignore:
        above = [place for place in places if _covers(place, pointer)]
        if any(places[place] for place in above) or any(_covers(pointer, place) for place in places):
            continue
        said = f"driftPolicy.ignore names {pointer}, which ignores nothing: "
        if above:
            yield f"{said}what it decides is ignored by {max(above, key=len)}, so write that or take it out."
        else:
            yield (
                f"{said}as this spec stands, no field that differs in AWS is put down to it, and whether something is "
                "there is never ignored, so take it out."
            )


def _covers(above: str, pointer: str) -> bool:
    return pointer == above or pointer.startswith(f"{above}/")


def _compared(node: Node) -> Iterator[tuple[str, bool]]:
    """The pointer of each field that can be found to differ, and whether it is compared key by key."""
    resource = node.resource
    for at, place in node.at.items():
        name = at.partition(".")[0]
        rule = resource.attrs().get(name)
        if name == "tags" and resource.TAGGING is not None:
            yield place, True
        elif rule is not None and _can_differ(resource, name, rule):
            yield place, rule.keyed


def _can_differ(resource: Resource, name: str, rule: Attr) -> bool:
    """Not what AWS never shows, nor what a resource is found by; what the time decides is not said at every moment."""
    shown = rule.read != "" and rule.shown_at not in resource.IDENTITY
    return shown and not resource.REMADE and (rule.timed or getattr(resource, name) is not None)
