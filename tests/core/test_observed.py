"""One object's share of AWS: what it declared, what is left over, whose it is, and values for references."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from tests.core.samples import (
    NOW,
    OWNER,
    Box,
    Lid,
    Link,
    Rule,
    Vault,
    graph,
    inventory,
    look,
    observe,
    shown,
    tags,
)
from trueup.core.inventory import item_of
from trueup.core.observed import Observed
from trueup.core.resource import Resource
from trueup.core.values import MISSING, Doc, Key, Phase, Pseudo, Ref

BOX, VAULT = Box(name="box", size=1), Vault(name="vault", vault_name="data")
OTHER = "trueup/Shelf/staging/other"


def told(observed: Observed) -> dict[str, tuple[str, bool]]:
    """Of each declared resource that is there: its id, and whether it is ours."""
    return {str(key): (seen.id, seen.owned) for key, seen in observed.seen.items()}


@pytest.mark.parametrize(
    ("resource", "doc", "hints", "found"),
    [
        pytest.param(BOX, {}, {}, ("id-box", True), id="by its tags"),
        pytest.param(BOX, {"State": "deleted"}, {}, None, id="only remembered by AWS"),
        pytest.param(BOX, {"Tags": tags("box", OTHER)}, {}, None, id="somebody else's"),
        pytest.param(BOX, {"Tags": tags("another")}, {}, None, id="another part of ours"),
        pytest.param(BOX, {"Tags": []}, {}, None, id="without a tag"),
        pytest.param(BOX, {"Tags": []}, {"Test::Box/box": "id-box"}, ("id-box", True), id="without one, remembered"),
        pytest.param(
            BOX, {"Tags": tags("box", OTHER)}, {"Test::Box/box": "id-box"}, ("id-box", False), id="remembered, taken"
        ),
        pytest.param(
            BOX, {"Tags": tags("another")}, {"Test::Box/box": "id-box"}, ("id-box", True), id="remembered, renamed"
        ),
        pytest.param(
            BOX, {"State": "deleted"}, {"Test::Box/box": "id-box"}, None, id="remembered by us and AWS, and gone"
        ),
        pytest.param(BOX, {"Tags": []}, {"Test::Box/box": "id-x"}, None, id="another one is remembered"),
        pytest.param(VAULT, {}, {}, ("id-vault", True), id="by its name"),
        pytest.param(VAULT, {"VaultName": "DATA"}, {}, ("id-vault", True), id="by its name, however written"),
        pytest.param(VAULT, {"Tags": []}, {}, ("id-vault", False), id="the name is taken"),
        pytest.param(VAULT, {"Tags": tags("vault", OTHER)}, {}, ("id-vault", False), id="the name is another's"),
        pytest.param(
            VAULT, {"Tags": []}, {"Test::Vault/vault": "id-vault"}, ("id-vault", True), id="the name, remembered"
        ),
        pytest.param(
            VAULT,
            {"Tags": tags("vault", OTHER)},
            {"Test::Vault/vault": "id-vault"},
            ("id-vault", False),
            id="memory is no title against a tag",
        ),
    ],
)
def test_what_is_found(resource: Resource, doc: dict[str, Any], hints: dict[str, str], found: Any) -> None:
    observed = look(graph(resource), {type(resource): [shown(resource, **doc)]}, hints=hints)
    assert told(observed) == ({} if found is None else {str(resource.key): found})


def test_of_two_with_one_name_the_standing_one_is_seen_and_the_other_left_over() -> None:
    old, new = shown(BOX, Id="1", State="deleted"), shown(BOX, Id="2")
    spare = shown(BOX, Id="3")
    observed = look(graph(BOX), {Box: [old, new, spare]})
    assert told(observed) == {"Test::Box/box": ("2", True)}
    assert [(str(s.key), s.id) for s in observed.extras] == [("Test::Box/box", "3")]


def test_of_two_with_one_name_the_remembered_one_is_seen() -> None:
    copy, first = shown(BOX, Id="1"), shown(BOX, Id="2")
    observed = look(graph(BOX), {Box: [copy, first]}, hints={"Test::Box/box": "2"})
    assert told(observed) == {"Test::Box/box": ("2", True)}


def test_what_cannot_be_named_yet_is_not_found() -> None:
    rule = Rule(name="r", box=BOX.output("Id"), allows="a")
    observed = look(graph(BOX, rule), {Rule: [shown(rule)]})
    assert (told(observed), observed.extras) == ({}, ())


def test_parts_of_ours_are_left_over_and_parts_of_others_are_not() -> None:
    theirs = shown(Box(name="theirs"), owner=OTHER)
    rules = [{"Id": f"r-{box}", "BoxId": box, "Allows": "x"} for box in ("id-box", "id-theirs")]
    observed = look(graph(BOX), {Box: [shown(BOX), theirs], Rule: rules})
    assert [(str(s.key), s.id, s.owned) for s in observed.extras] == [("Test::Rule/id-box/x", "r-id-box", True)]


def test_parts_of_a_leftover_are_left_over_too() -> None:
    rule = {"Id": "r", "BoxId": "id-old", "Allows": "x"}
    observed = look(graph(), {Box: [shown(Box(name="old"))], Rule: [rule]})
    assert [str(s.key) for s in observed.extras] == ["Test::Box/old", "Test::Rule/id-old/x"]


def test_a_leftover_without_tags_has_the_name_that_status_remembers() -> None:
    rule = {"Id": "r", "BoxId": "id-box", "Allows": "x"}
    observed = look(graph(BOX), {Box: [shown(BOX)], Rule: [rule]}, hints={"Test::Rule/from-x": "r"})
    assert [str(s.key) for s in observed.extras] == ["Test::Rule/from-x"]


@pytest.mark.parametrize(
    ("written", "settling"),
    [(None, False), (0, True), (29, True), (30, False), (-1, True)],
)
def test_what_was_read_soon_after_our_write_is_settling(written: int | None, settling: bool) -> None:
    held = inventory({Box: [shown(BOX)]})
    if written is not None:
        held.wrote(Box, "id-box", NOW - timedelta(seconds=written))
    assert observe(graph(BOX), held).seen[BOX.key].settling is settling


@pytest.mark.parametrize(
    ("ref", "state", "value"),
    [
        (Ref(BOX.key, "Size"), "", 1),
        (Ref(BOX.key, "Size"), "creating", 1),
        (Ref(BOX.key, "Size", ready=True), "creating", MISSING),
        (Ref(BOX.key, "Size", ready=True), "modifying", 1),
        (Ref(BOX.key, "None"), "", MISSING),
        (Ref(Key("Test::Box", "else"), "Size"), "", MISSING),
        (Ref(Key("Test::Box", "peer"), "Size", owner=OTHER), "", 7),
        (Ref(Key("Test::Box", "peer"), "Size", owner=OTHER), "creating", 7),
        (Ref(Key("Test::Box", "peer"), "Size", owner=OTHER, ready=True), "creating", MISSING),
        (Ref(Key("Test::Box", "peer"), "Size", owner=OTHER), "deleted", MISSING),
        (Ref(Key("Test::Box", "peer"), "Size", owner="trueup/Shelf/staging/third"), "", MISSING),
        (Ref(Key("Test::Link", "peer"), "Size", owner=OTHER), "", MISSING),
        (Pseudo.REGION, "", "us-east-1"),
    ],
    ids=str,
)
def test_what_a_reference_stands_for(ref: Any, state: str, value: Any) -> None:
    peer = shown(Box(name="peer", size=7), owner=OTHER, State=state)
    observed = look(graph(BOX), {Box: [shown(BOX, State=state), peer]}, foreign=(Box,))
    assert observed.lookup(ref) == value


@dataclass(frozen=True, kw_only=True)
class Seal(Box):
    """A box that a person seals before it is of use."""

    TYPE: ClassVar[str] = "Test::Seal"

    def asks(self, doc: Doc) -> str | None:
        return None if doc.get("Sealed") else "Seal it."


@pytest.mark.parametrize(("sealed", "value"), [(True, 1), (False, MISSING)])
def test_what_a_person_must_see_to_first_is_not_ready_for_others(sealed: bool, value: Any) -> None:
    seal = Seal(name="seal", size=1)
    observed = look(graph(seal), {Seal: [shown(seal, Sealed=sealed)]})
    assert (observed.lookup(seal.output("Size", ready=True)), observed.lookup(seal.output("Size"))) == (value, 1)


def test_phases_come_from_the_type() -> None:
    observed = look(graph(BOX), {Box: [shown(BOX, State="modifying")]})
    assert observed.seen[BOX.key].phase is Phase.BUSY
    assert observed.seen[BOX.key].owner == OWNER


def test_a_tag_that_was_not_read_yet_says_nothing() -> None:
    held = inventory({})
    held.put(Vault, "0", [item_of(Vault, shown(VAULT, owner=None), NOW, deep=False)])
    observed = observe(graph(VAULT), held, hints={"Test::Vault/vault": "id-vault"})
    assert told(observed) == {"Test::Vault/vault": ("id-vault", False)}


def test_what_aws_makes_by_itself_is_found_by_its_parent() -> None:
    lid = Lid(name="lid", box=BOX.output("Id"))
    observed = look(graph(BOX, lid), {Box: [shown(BOX)], Lid: [shown(lid)], Link: []})
    assert told(observed) == {"Test::Box/box": ("id-box", True), "Test::Lid/lid": ("id-lid", True)}
