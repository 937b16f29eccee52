"""Every story plays as it is told, and makes exactly the calls that its golden holds."""

import pytest

from tests.stories.apart import apart
from tests.stories.runner import Play
from tests.stories.story import Story, stories
from tests.stories.theatre import Theatre
from tests.stories.world import aws, duplicates
from trueup.core.faults import Fault
from trueup.kinds.registry import kinds

READS = ("Describe", "List", "Get", "AssumeRole")
MANY = 10**6


def told(story: Story, theatre: Theatre) -> tuple[str, list[str], tuple[int, int]]:
    """The story's calls, what stands twice at its end, and its writes counted by the engine and by AWS."""
    theatre.start()
    play = Play(story, theatre)
    play.run()
    calls = play.calls()
    heard = [entry for entry in theatre.emulator.log(MANY) if entry.caller == "trueup"]
    writes = [entry for entry in heard if not entry.operation.startswith(READS)]
    refused = sum(1 for write in theatre.writes if isinstance(write.answer, Fault))
    assert not refused or "->" in calls
    return calls, duplicates(aws(theatre, play.names, kinds())), (len(theatre.writes), len(writes))


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.name)
def test_a_story_plays_as_told(story: Story, theatre: Theatre, update_goldens: bool) -> None:
    calls, twice, (ours, theirs) = apart(lambda: told(story, theatre))
    assert twice == []
    assert ours == theirs, "AWS was written to by another door than the executor's"
    if update_goldens:
        story.golden.write_text(calls)
    assert story.golden.is_file(), "run with --update to write the golden, and review it"
    assert calls == story.golden.read_text()


def test_every_kind_has_stories() -> None:
    told_of = {story.name.split("/")[0] for story in stories()}
    assert {name.lower() for name in kinds()} <= told_of
