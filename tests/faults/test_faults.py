"""Every story, every call, every fault: the same end, nothing twice, nothing left, the same status."""

from collections.abc import Callable

import pytest

from tests.faults import quality
from tests.faults.sorts import OVER_HTTP, WRITES
from tests.faults.trial import Outcome, Rest, Trial
from tests.stories.apart import apart
from tests.stories.story import Story, stories
from tests.stories.theatre import Theatre

Rests = Callable[[Story], list[Rest]]


def whole_lives() -> list[Story]:
    """The story of each kind in which an object is made with everything, and goes."""
    return [story for story in stories() if story.name.endswith("/lives-and-goes")]


def expect_the_same(outcomes: list[Outcome]) -> None:
    """Fail with the faults after which the world was another one, if there are any."""
    found = [outcome for outcome in outcomes if outcome.wrong is not None]
    if found:
        listed = "\n\n".join(f"at {outcome.where}\n{outcome.wrong}" for outcome in found)
        pytest.fail(f"{len(found)} of {len(outcomes)} faults left another world:\n{listed}", pytrace=False)


@pytest.mark.parametrize("sort", WRITES)
@pytest.mark.parametrize("story", stories(), ids=lambda story: story.name)
def test_a_fault_at_any_write_changes_nothing_in_the_end(
    story: Story, sort: str, theatre: Theatre, rests: Rests, update_goldens: bool
) -> None:
    undisturbed = rests(story)
    outcomes = apart(lambda: Trial(story, theatre, undisturbed).writes(sort))
    expect_the_same(outcomes)
    quality.count(story.name, "writes", len(outcomes), update=update_goldens)


@pytest.mark.timeout(1200)  # every read of a whole life
@pytest.mark.parametrize("story", stories(), ids=lambda story: story.name)
def test_a_read_that_fails_is_never_taken_for_absence(
    story: Story, theatre: Theatre, rests: Rests, update_goldens: bool
) -> None:
    undisturbed = rests(story)
    outcomes = apart(lambda: Trial(story, theatre, undisturbed).reads(every=story in whole_lives()))
    expect_the_same(outcomes)
    quality.count(story.name, "reads", len(outcomes), update=update_goldens)


@pytest.mark.emulator
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("sort", OVER_HTTP)
@pytest.mark.parametrize("story", whole_lives(), ids=lambda story: story.name)
def test_a_fault_over_http_changes_nothing_in_the_end(
    story: Story, sort: str, theatre: Theatre, rests: Rests, update_goldens: bool
) -> None:
    undisturbed = rests(story)
    outcomes = apart(lambda: Trial(story, theatre, undisturbed).writes_over_http(sort))
    expect_the_same(outcomes)
    quality.count(story.name, "http", len(outcomes), update=update_goldens)
