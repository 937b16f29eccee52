"""What the spec says to ignore stays as AWS shows it, also in a structure that travels whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from tests.core.samples import Sample, converged, graph, look, shown
from trueup.core.declaring import Attr, Difference
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
