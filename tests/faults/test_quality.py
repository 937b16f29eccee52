"""The page of figures speaks of every story, and adds up."""

from tests.faults import quality
from tests.stories.story import stories


def test_the_page_has_a_row_for_every_story() -> None:
    assert sorted(quality.rows()) == [story.name for story in stories()]


def test_the_page_adds_up() -> None:
    before = quality.PAGE.read_text()
    section = before.split(quality.BEGIN)[1].split(quality.END)[0]
    assert section == quality.rendered(quality.rows())


def test_writes_are_those_of_the_goldens() -> None:
    """A story's calls stand in its golden; each of them is a point."""
    for story in stories():
        steps = [step.splitlines() for step in story.golden.read_text().split("# ") if step]
        tried = [calls for title, *calls in steps if int(title.split()[0]) >= story.tried_from]
        assert quality.rows()[story.name].writes == sum(len([c for c in calls if c]) for calls in tried), story.name


def test_nothing_is_left_untried() -> None:
    empty = [row.story for row in quality.rows().values() if not row.reads]
    assert empty == []
