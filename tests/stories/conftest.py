"""One theatre for a process, warmed once; every story is played in a copy of it."""

import gc

import pytest

from tests.stories.theatre import Theatre


@pytest.fixture(scope="session")
def theatre() -> Theatre:
    """An empty AWS with every client made. Play in it only `apart`."""
    made = Theatre()
    made.warm()
    gc.freeze()
    return made
