"""Order, references and refusals of a graph."""

import pytest

from tests.core.samples import IDENTITY, OWNER, Box, Link, Rule
from trueup.core.graph import Graph, Node, Problem, Wait
from trueup.core.naming import OWNER_TAG, RESOURCE_TAG, TAG_KEYS_TAG
from trueup.core.values import Key, Ref


def names(graph: Graph) -> list[str]:
    return [node.resource.name for node in graph]


def test_what_is_needed_comes_first_and_else_the_declared_order_stands() -> None:
    graph = Graph(IDENTITY)
    graph.add(Link(name="b", box=Ref(Key("Test::Box", "z"), "Id")))
    graph.add(Box(name="y"))
    graph.add(Box(name="z"))
    graph.add(Rule(name="r", box="x", allows="a"))
    assert names(graph) == ["z", "b", "y", "r"]


def test_an_order_without_a_reference() -> None:
    graph = Graph(IDENTITY)
    second = graph.add(Box(name="second"))
    graph.add(Link(name="first-said"), after=(second,))
    assert names(graph) == ["second", "first-said"]
    node = graph.node(Key("Test::Link", "first-said"))
    assert node is not None
    assert node.needs == (second.key,)


def test_a_cycle_is_told_with_its_members() -> None:
    graph = Graph(IDENTITY)
    graph.add(Link(name="a", box=Ref(Key("Test::Link", "b"), "Id")))
    graph.add(Link(name="b", box=Ref(Key("Test::Link", "a"), "Id")))
    with pytest.raises(ValueError, match=r"^cycle: Test::Link/a → Test::Link/b → Test::Link/a$"):
        graph.ordered()


def test_a_resource_is_declared_once() -> None:
    graph = Graph(IDENTITY)
    graph.add(Box(name="a"))
    with pytest.raises(ValueError, match=r"^Test::Box/a is declared twice$"):
        graph.add(Box(name="a"))


def test_what_has_tags_is_owned() -> None:
    graph = Graph(IDENTITY, {"team": "x"})
    box = graph.add(Box(name="a", tags={"own": "1", "team": "overruled"}))
    rule = graph.add(Rule(name="r", box="x", allows="a"))
    assert box.tags == {"own": "1", "team": "x", TAG_KEYS_TAG: "team", OWNER_TAG: OWNER, RESOURCE_TAG: "a"}
    assert rule.tags == {}


def test_references_to_others_are_listed_and_order_nothing() -> None:
    graph = Graph(IDENTITY)
    ref = Ref(Key("Test::Box", "a"), "Id", owner="trueup/Shelf/staging/other")
    graph.add(Link(name="l", box=ref))
    graph.add(Box(name="a"))
    assert graph.foreign() == (ref,)
    assert names(graph) == ["l", "a"]
    assert str(ref) == "${Shelf/staging/other:Test::Box/a.Id}"


def test_waits_and_refusals_are_values() -> None:
    graph = Graph(IDENTITY)
    graph.wait("PeerMissing", "x")
    graph.refuse("Invalid", "y")
    assert (graph.waits, graph.problems) == ([Wait("PeerMissing", "x")], [Problem("Invalid", "y")])


@pytest.mark.parametrize(
    ("attr", "member", "pointer"),
    [
        ("labels", None, "/labels"),
        ("labels", "a/b~c", "/labels/a~1b~0c"),
        ("size", None, None),
        ("size", "x", None),
        ("", None, "/boxes/0"),
        ("tags", None, "/tags"),
        ("tags", "team/a", "/tags/team~1a"),
        ("tags", TAG_KEYS_TAG, "/tags"),
        ("tags", OWNER_TAG, None),
        ("tags", RESOURCE_TAG, None),
    ],
)
def test_the_field_of_the_spec_that_decides(attr: str, member: str | None, pointer: str | None) -> None:
    node = Node(Box(name="a"), at={"": "/boxes/0", "labels": "/labels", "tags": "/tags"})
    assert node.spec_path(attr, member) == pointer
