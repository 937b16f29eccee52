"""What is marked instead of tagged, what tags follow, and what stands where something is to be made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, Any, ClassVar

from tests.core.samples import IDENTITY, OWNER, Sample, inventory
from trueup.core.declaring import Attr, Listing, Ownership
from trueup.core.graph import Graph, Problem
from trueup.core.naming import OWNER_TAG, RESOURCE_TAG
from trueup.core.observed import Observed, Surroundings
from trueup.core.plan import Action, Block, Blocker
from trueup.core.planning import History, plan
from trueup.core.tagging import Tagging
from trueup.core.values import Doc, Lookup, Ref

TAGS = Tagging(read="Tags", create="", add="TagThing", remove="UntagThing", who="Id")


@dataclass(frozen=True, kw_only=True)
class Shelf(Sample):
    """Several may have one name; says in its own words for whom it was made; takes no tags when it is made."""

    TYPE: ClassVar[str] = "Test::Shelf"
    IDENTITY: ClassVar[tuple[str, ...]] = ("Name",)
    TAGGING: ClassVar[Tagging | None] = TAGS
    ADOPTED_BY: ClassVar[str] = "spec.adopt.name"

    shelf_name: Annotated[str, Attr("Name")]
    which: str | None = None

    @classmethod
    def claims(cls, doc: Doc, owner: str) -> bool:
        return doc.get("MadeFor") == owner

    def fits(self, doc: Doc) -> bool:
        return self.which in (None, doc["Id"])


@dataclass(frozen=True, kw_only=True)
class Note(Sample):
    """Stands within a shelf, one at each place; a mark beside it names its owner."""

    TYPE: ClassVar[str] = "Test::Note"
    LISTING: ClassVar[Listing] = Listing("ListNotes", "Notes", by="Id")
    IDENTITY: ClassVar[tuple[str, ...]] = ("ShelfId", "Place", "Sort")
    PARENT: ClassVar[str] = "ShelfId"
    OWNED: ClassVar[Ownership] = Ownership.MARK
    TAGGING: ClassVar[Tagging | None] = replace(TAGS, read="Mark", add="", remove="")

    shelf: Annotated[str | Ref, Attr("ShelfId")]
    place: Annotated[str, Attr("Place")]
    sort: Annotated[str, Attr("Sort")] = "paper"

    def ousts(self, doc: Doc, lookup: Lookup) -> bool:
        return doc["Place"] == self.place and "Orphan" not in doc

    def covers(self, doc: Doc, lookup: Lookup) -> bool:
        return doc["Place"] == self.place and "Orphan" in doc


SHELF = Shelf(name="shelf", shelf_name="a")
NOTE = Note(name="note", shelf=SHELF.output("Id"), place="left")


def declared(*, adopt: bool = False, note: Note = NOTE, shelf: Shelf = SHELF) -> Graph:
    made = Graph(IDENTITY, {"team": "x"})
    made.add(shelf, adopt=adopt)
    made.add(note, way="take it out of the spec")
    return made


def tagged(**tags: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def shelf(id: str = "s1", owner: str | None = None, **more: Any) -> dict[str, Any]:
    return {"Id": id, "Name": "a", "Tags": tagged(**{OWNER_TAG: owner}) if owner else [], **more}


def note(owner: str | None = OWNER, name: str = "note", **more: Any) -> dict[str, Any]:
    mark = tagged(**{OWNER_TAG: owner, RESOURCE_TAG: name}) if owner else []
    return {"Id": "n1", "ShelfId": "s1", "Place": "left", "Sort": "paper", "Mark": mark, **more}


def seen(graph: Graph, shelves: Iterable[Doc], notes: Iterable[Doc] = (), **hints: str) -> Observed:
    held = inventory({Shelf: shelves, Note: notes})
    return Observed(graph, Surroundings(held, {}, (Shelf, Note), hints={**hints}, settle=timedelta(0)))


def told(found: Observed) -> Mapping[str, tuple[str, bool]]:
    return {str(key): (one.id, one.owned) for key, one in found.seen.items()}


def test_a_mark_names_owner_and_part_and_no_tag_of_the_spec() -> None:
    shelf_node, note_node = declared()
    assert shelf_node.resource.tags[OWNER_TAG] == OWNER
    assert "team" in shelf_node.resource.tags
    assert dict(note_node.resource.tags) == {OWNER_TAG: OWNER, RESOURCE_TAG: "note"}
    assert (shelf_node.spec_path("tags", "team"), note_node.spec_path("tags")) == ("/tags/team", None)
    assert shelf_node.spec_path("tags", "trueup.dev/mark") is None


def test_what_cannot_be_tagged_when_it_is_made_is_ours_by_its_own_word_until_it_is() -> None:
    assert told(seen(declared(), [shelf(MadeFor=OWNER)])) == {"Test::Shelf/shelf": ("s1", True)}
    assert told(seen(declared(), [shelf(MadeFor="another")])) == {"Test::Shelf/shelf": ("s1", False)}
    assert told(seen(declared(), [shelf(owner="another", MadeFor=OWNER)])) == {"Test::Shelf/shelf": ("s1", False)}
    (call,) = SHELF.create(lambda ref: None, "")
    assert dict(call.params) == {"Name": "a"}


def test_of_several_with_one_name_ours_is_meant_then_the_chosen_one_then_what_nobody_claims() -> None:
    free, ours, theirs = shelf("s1"), shelf("s2", OWNER), shelf("s0", "another")
    assert told(seen(declared(), [theirs, free, ours]))["Test::Shelf/shelf"] == ("s2", True)
    assert told(seen(declared(), [theirs, free]))["Test::Shelf/shelf"] == ("s1", False)
    assert told(seen(declared(), [theirs]))["Test::Shelf/shelf"] == ("s0", False)
    chosen = declared(adopt=True, shelf=replace(SHELF, which="s3"))
    assert told(seen(chosen, [free, shelf("s3")]))["Test::Shelf/shelf"] == ("s3", False)
    assert told(seen(chosen, [free])) == {}


def test_a_mark_is_read_like_tags() -> None:
    ours = [shelf(owner=OWNER)]
    assert told(seen(declared(), ours, [note()]))["Test::Note/note"] == ("n1", True)
    assert told(seen(declared(), ours, [note(None)]))["Test::Note/note"] == ("n1", False)
    assert told(seen(declared(), ours, [note("another")]))["Test::Note/note"] == ("n1", False)
    remembered = seen(declared(), ours, [note(None)], **{"Test::Note/note": "n1"})
    assert told(remembered)["Test::Note/note"] == ("n1", True)


def test_what_is_anothers_is_left_with_the_way_out() -> None:
    found = plan(declared(), seen(declared(), [shelf(owner=OWNER)], [note(None)]), History())
    assert found.problems == (
        Problem(
            "NotOwned",
            "Test::Note n1 exists already and it carries no owner mark of ours: take it out of the spec.",
            NOTE.key,
        ),
    )


def test_nothing_is_made_within_what_is_anothers_but_in_what_is_taken_over() -> None:
    refused = plan(declared(), seen(declared(), [shelf()]), History())
    assert ([str(s.key) for s in refused.steps], len(refused.problems)) == ([], 1)
    assert told(seen(declared(), [shelf()], [note()]))["Test::Note/note"] == ("n1", False)
    taken = plan(declared(adopt=True), seen(declared(adopt=True), [shelf()]), History())
    assert [(str(s.key), s.action) for s in taken.ready] == [
        ("Test::Shelf/shelf", Action.UPDATE),
        ("Test::Note/note", Action.CREATE),
    ]


def test_a_leftover_in_the_way_goes_right_before_what_takes_its_place() -> None:
    graph = declared(note=replace(NOTE, name="other", sort="card"))
    found = plan(graph, seen(graph, [shelf(owner=OWNER)], [note()]), History())
    assert [(str(s.key), s.action, s.block) for s in found.steps[1:]] == [
        ("Test::Note/note", Action.DELETE, None),
        ("Test::Note/other", Action.CREATE, None),
    ]


def test_a_leftover_in_the_way_stays_while_nothing_can_take_its_place() -> None:
    away = Ref(SHELF.key, "Id", owner="trueup/Shelf/staging/away")
    graph = declared(note=replace(NOTE, name="other", sort="card", shelf=away))
    found = plan(graph, seen(graph, [shelf(owner=OWNER)], [note()]), History())
    waits = Block(Blocker.PEER, "Waiting", "waits for Test::Shelf/shelf of Shelf away")
    assert [(s.action, s.block) for s in found.steps[1:]] == [(Action.DELETE, waits), (Action.CREATE, waits)]


def test_a_leftover_that_is_written_over_has_no_step_of_its_own() -> None:
    graph = declared(note=replace(NOTE, name="other", sort="card"))
    orphan = note(name="", Orphan=True)
    found = plan(graph, seen(graph, [shelf(owner=OWNER)], [orphan]), History())
    assert [(str(s.key), s.action) for s in found.steps[1:]] == [("Test::Note/other", Action.CREATE)]


def test_ids_are_kept_as_every_call_takes_them() -> None:
    listing = Listing("ListThings", "Things", by="Id", prefix="/thing/")
    assert [dict(listing.bare(doc)) for doc in ({"Id": "/thing/a", "B": 1}, {"Id": "a"}, {"B": 1})] == [
        {"Id": "a", "B": 1},
        {"Id": "a"},
        {"B": 1},
    ]
