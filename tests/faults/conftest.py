"""The stories' theatre, and each story's undisturbed run, made once in a process."""

import gc
from collections.abc import Callable

import pytest

from tests.faults.trial import Rest, undisturbed
from tests.stories.apart import apart
from tests.stories.story import Story
from tests.stories.theatre import Theatre


@pytest.fixture(scope="session")
def theatre() -> Theatre:
    """An empty AWS with every client made. Play in it only `apart`."""
    made = Theatre()
    made.warm()
    gc.freeze()
    return made


@pytest.fixture(scope="session")
def rests(theatre: Theatre) -> Callable[[Story], list[Rest]]:
    """What the world is at each rest of a story when nothing goes wrong."""
    known: dict[str, list[Rest]] = {}

    def of(story: Story) -> list[Rest]:
        if story.name not in known:
            known[story.name] = apart(lambda: undisturbed(story, theatre))
        return known[story.name]

    return of
