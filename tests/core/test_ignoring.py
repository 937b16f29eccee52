"""What the spec says to ignore stays as AWS shows it, and a pointer by which nothing is ignored is told of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import pytest

from tests.core.samples import IDENTITY, Box, Sample, Vault, converged, graph, look, shown
from trueup.core.declaring import Attr, Difference
from trueup.core.graph import Graph, Node
from trueup.core.ignoring import ignoring_nothing
from trueup.core.planning import History, plan
from trueup.core.tagging import Tagging
from trueup.core.values import MISSING, Call, Doc, Effect, Json, Lookup, as_map


@dataclass(frozen=True, kw_only=True)
class Drawer(Sample):
    """Its settings travel as one structure, and nobody else's labels are left in them."""

    TYPE: ClassVar[str] = "Test::Drawer"
    TAGGING: ClassVar[Tagging | None] = Tagging(read="Tags", create="Tags", add="TagThing", remove="Untag", who="Id")

    labels: Annotated[Json, Attr("Settings.Labels", keyed=True)]
    size: Annotated[int, Attr("Settings.Size")] = 1
    engine: Annotated[str, Attr("Settings.Engine", effect=Effect.OUTAGE)] = "a"

    def differences(self, doc: Doc, lookup: Lookup) -> tuple[Difference, ...]:
        return (*super().differences(doc, lookup), *self._undeclared(doc))

    def _undeclared(self, doc: Doc) -> Iterator[Difference]:
        rule = self.attrs()["labels"]
        for key, value in (as_map(self.observed("labels", doc)) or {}).items():
            if key not in self.labels:
                yield Difference("labels", f"Settings.Labels.{key}", MISSING, value, rule, key)


DRAWER = Drawer(name="drawer", labels={"ours": "1", "lost": "1", "plain": "1"})
THERE = {"ours": "2", "theirs": "x", "plain": "0", "plus": "x"}


def written(*ignore: str, **settings: Any) -> list[Json]:
    """The settings that each update carries, where AWS shows these and the spec says to ignore that."""
    declared = graph(DRAWER)
    doc = shown(DRAWER, Settings={"Labels": THERE, "Size": 1, "Engine": "a", **settings})
    found = plan(declared, look(declared, {Drawer: [doc]}), History(applied=converged(declared)), ignore)
    calls: list[Call] = [call for step in found.steps for call in step.calls]
    return [call.params["Settings"] for call in calls]


def test_members_that_are_ignored_travel_as_they_are_in_aws() -> None:
    ignored = ("/labels/ours", "/labels/theirs", "/labels/lost")
    assert written(*ignored) == [{"Labels": {"ours": "2", "theirs": "x", "plain": "1"}, "Size": 1, "Engine": "a"}]


def test_a_whole_map_that_is_ignored_travels_as_it_is_in_aws() -> None:
    assert written("/labels", Size=9) == [{"Labels": THERE, "Size": 1, "Engine": "a"}]


def test_what_is_ignored_stays_also_in_a_change_that_waits_apart() -> None:
    assert written("/labels", Engine="b") == [{"Labels": THERE, "Size": 1, "Engine": "a"}]


@dataclass(frozen=True, kw_only=True)
class Stamp(Box):
    """Named after what it holds: a change is another stamp."""

    TYPE: ClassVar[str] = "Test::Stamp"
    REMADE: ClassVar[bool] = True


ELSEWHERE = "no field that differs in AWS is put down to it"
DECLARED = graph(
    Box(name="box", size=1, low=2, labels={"a": "b"}, password="secret"),
    at={"": "/box", "size": "/box/size", "color": "/color", "low": "/range", "labels": "/labels", "password": "/word"},
)
DECLARED.add(Vault(name="vault", vault_name="data"), at={"vault_name": "/name"})
DECLARED.add(Stamp(name="stamp", size=1), at={"": "/stamp", "size": "/stamp/size"})


@pytest.mark.parametrize(
    ("pointer", "why"),
    [
        ("/box/size", None),
        ("/box", None),
        ("/labels", None),
        ("/labels/nobodys", None),
        ("/range/low", "what it decides is ignored by /range, so write that or take it out."),
        ("/box/size/unit", "what it decides is ignored by /box/size, so write that or take it out."),
        ("/color", ELSEWHERE),
        ("/name", ELSEWHERE),
        ("/stamp", ELSEWHERE),
        ("/stamp/size", ELSEWHERE),
        ("/boxes", ELSEWHERE),
        ("/tags", ELSEWHERE),
    ],
)
def test_a_pointer_that_can_ignore_nothing_is_told_of_with_what_to_do(pointer: str, why: str | None) -> None:
    said = list(ignoring_nothing(DECLARED, (pointer, "/box/size")))
    start = f"driftPolicy.ignore names {pointer}, which ignores nothing: "
    assert [(one.startswith(start), why is not None and why in one) for one in said] == [(True, True)] * bool(why)


@pytest.mark.parametrize("lack", [Graph.wait, Graph.refuse])
def test_nothing_is_told_while_a_graph_lacks_what_a_pointer_may_name(lack: Any) -> None:
    declared = graph(Box(name="box", size=1))
    lack(declared, "Waiting", "Something is not there yet.")
    assert list(ignoring_nothing(declared, ("/color",))) == []


def test_tags_and_what_the_time_decides_can_be_ignored() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Lamp(Box):
        lit: Annotated[bool | None, Attr("", read="Lit", timed=True)] = None

    declared = Graph(IDENTITY, {"team": "web"})
    declared.add(Lamp(name="lamp"), at={"lit": "/schedule"})
    assert list(ignoring_nothing(declared, ("/tags", "/tags/team", "/schedule"))) == []


def test_a_part_of_a_value_has_a_pointer_of_its_own() -> None:
    node = Node(Box(name="box", color="red@1"), at={"color": "/paint", "color.shade": "/paint/shade/number"})
    assert [node.spec_path("color", part) for part in (None, "shade")] == ["/paint", "/paint/shade/number"]
    declared = graph(node.resource, at=node.at)
    assert list(ignoring_nothing(declared, ("/paint/shade", "/paint/shade/number"))) == []
