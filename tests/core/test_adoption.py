"""What `adopt` names: awaited, never made in its place, and what it replaces never deleted by itself."""

from dataclasses import replace
from typing import ClassVar

import pytest

from tests.core.samples import IDENTITY, Box, Link, Vault
from tests.core.test_policies import CREATE, LOST, blocks, step
from trueup.core import policies
from trueup.core.graph import Graph
from trueup.core.plan import Action, Block, Blocker, Cause, Plan, Step


class AdoptableBox(Box):
    """Taken over by the id that AWS gave it."""

    ADOPTED_BY: ClassVar[str] = "spec.adopt.id"

    def can_be_made(self) -> bool:
        return False


class Adoptable(Vault):
    """A vault that a spec may name to be taken over."""

    ADOPTED_BY: ClassVar[str] = "spec.adopt.name"


def adopting(plan: Plan, known: frozenset[str] = frozenset(), kind: type[Vault] = Adoptable) -> Plan:
    declared = Graph(IDENTITY)
    declared.add(kind(name="data", vault_name="Old"), adopt=True)
    return policies.adoption(declared, known)(plan)


def test_what_is_not_there_to_be_adopted_is_not_made_in_its_place() -> None:
    found = adopting(Plan((CREATE, replace(LOST, kind=Adoptable))))
    assert blocks(found) == ["NothingToAdopt", "NothingToAdopt"]
    assert found.steps[0].block == Block(
        Blocker.PERSON,
        "NothingToAdopt",
        "spec.adopt.name is Old, and AWS holds no Test::Vault of that name here: delete this object and create it "
        "again with the right name and region, or without adopt to have a new one made.",
    )


@pytest.mark.parametrize(
    ("one", "known", "kind"),
    [
        pytest.param(step("data", kind=Adoptable), frozenset[str](), Adoptable, id="it is there"),
        pytest.param(LOST, frozenset({"Test::Vault/data"}), Adoptable, id="it was there"),
        pytest.param(LOST, frozenset[str](), Vault, id="it is a part that may be new"),
    ],
)
def test_what_was_adopted_goes_its_usual_way(one: Step, known: frozenset[str], kind: type[Vault]) -> None:
    assert blocks(adopting(Plan((replace(one, kind=kind), CREATE)), known, kind)) == [None, None]


@pytest.mark.parametrize("adopt", [pytest.param(True, id="another is taken over"), pytest.param(False, id="none is")])
def test_what_a_spec_could_take_over_and_does_not_is_not_deleted_by_itself(adopt: bool) -> None:
    declared = Graph(IDENTITY)
    declared.add(AdoptableBox(name="box"), adopt=adopt)
    former = replace(step("box", Action.DELETE, kind=AdoptableBox), cause=Cause.PRUNE)
    part = replace(step("link", Action.DELETE, kind=Link), cause=Cause.PRUNE)
    found = policies.adoption(declared, frozenset({"Test::Box/box"}))(Plan((part, former)))
    assert blocks(found) == ["GivenUp", "GivenUp"]
    assert found.steps[1].block == Block(
        Blocker.PERSON,
        "GivenUp",
        "Test::Box box carries this object's owner tag and is not the one that the spec names: it is not deleted by "
        "itself. To keep it, take its tag trueup.dev/owner away; else delete it in AWS, with what is in it.",
    )


def test_leftovers_that_no_spec_could_take_over_go_by_themselves() -> None:
    parts = [replace(step(name, Action.DELETE, kind=Link), cause=Cause.PRUNE) for name in ("one", "two")]
    assert blocks(policies.adoption(Graph(IDENTITY), frozenset())(Plan(tuple(parts)))) == [None, None]


def test_what_an_id_names_is_never_made_again() -> None:
    declared = Graph(IDENTITY)
    declared.add(AdoptableBox(name="box"), adopt=True)
    found = policies.adoption(declared, frozenset({"Test::Box/box"}))(
        Plan((step("box", Action.CREATE, kind=AdoptableBox),))
    )
    assert blocks(found) == ["NothingToAdopt"]
