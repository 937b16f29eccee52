"""What is there and refers to another object: whether it is as declared shows only beside what it refers to."""

from tests.core.samples import Box, Link, graph, look, shown
from trueup.core.graph import Problem, Wait
from trueup.core.planning import History, plan
from trueup.core.values import Key, Ref

OTHER = "trueup/Shelf/staging/other"
LINK = Link(name="link", box=Ref(Key(Box.TYPE, "peer"), "Id", owner=OTHER))


def test_what_refers_to_something_that_is_not_there_waits_for_it_by_name() -> None:
    found = plan(graph(LINK), look(graph(LINK), {Link: [shown(LINK)]}), History())
    waits = (Wait("Waiting", "Test::Link/link waits for Test::Box/peer of Shelf other"),)
    assert (found.steps, found.waits) == ((), waits)


def test_what_refers_to_something_that_a_person_must_bring_waits_for_nobody() -> None:
    declared = graph(LINK)
    declared.refuse("Invalid", "other is too small")
    found = plan(declared, look(declared, {Link: [shown(LINK)]}), History())
    assert (found.problems, found.waits) == ((Problem("Invalid", "other is too small"),), ())


def test_what_refers_to_something_that_is_there_waits_for_nothing() -> None:
    peer = shown(Box(name="peer"), OTHER)
    found = plan(graph(LINK), look(graph(LINK), {Link: [shown(LINK)], Box: [peer]}, foreign=(Box,)), History())
    assert (found.steps, found.waits) == ((), ())
