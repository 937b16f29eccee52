"""The indexes of an inventory answer as a search through everything would."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.core.samples import NOW, Box, Rule, Vault, shown
from trueup.core.inventory import Inventory, Item, item_of
from trueup.core.naming import OWNER_TAG, RESOURCE_TAG
from trueup.core.resource import Resource

OWNERS = st.sampled_from(["one", "two", None])
SMALL = st.integers(0, 3).map(str)


@st.composite
def docs(draw: st.DrawFn, kind: type[Resource], raw: str) -> list[dict[str, Any]]:
    """What one listed document holds: members whose ids belong to it alone."""
    found: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 2))):
        owner = draw(OWNERS)
        tags = [{"Key": OWNER_TAG, "Value": owner}, {"Key": RESOURCE_TAG, "Value": "x"}] if owner else []
        state = draw(st.sampled_from(["", "deleted"]))
        doc = {"Id": f"{raw}-{number}", "BoxId": draw(SMALL), "State": state, "Tags": tags}
        found.append({**doc, "VaultName": f"{raw}-{number}", "Allows": f"{raw}-{number}"})
    return found


@dataclass
class Plain:
    """The same without an index."""

    raws: dict[tuple[type[Resource], str], tuple[Item, ...]] = field(default_factory=dict)

    def items(self, kind: type[Resource]) -> list[Item]:
        return [item for (k, _), items in self.raws.items() if k is kind for item in items]


KINDS: tuple[type[Resource], ...] = (Box, Vault, Rule)
CHANGES = st.lists(
    st.tuples(st.sampled_from(KINDS), SMALL, st.booleans()).flatmap(
        lambda c: st.tuples(st.just(c[0]), st.just(c[1]), docs(c[0], c[1]) if c[2] else st.none())
    ),
    max_size=12,
)


@given(CHANGES)
def test_indexes_answer_as_a_search_would(changes: list[tuple[type[Resource], str, Any]]) -> None:
    held, plain = Inventory(), Plain()
    for kind, raw, found in changes:
        if found is None:
            held.drop(kind, raw)
            plain.raws.pop((kind, raw), None)
            continue
        items = tuple(item_of(kind, doc, NOW) for doc in found)
        held.put(kind, raw, items)
        plain.raws[kind, raw] = items
    for kind in KINDS:
        items = plain.items(kind)
        assert sorted(held.all(kind), key=str) == sorted(items, key=str)
        assert set(held.raws(kind)) == {raw for k, raw in plain.raws if k is kind}
        for owner in ("one", "two"):
            assert held.owned(kind, owner) == by_id(i for i in items if i.owner == owner)
        for parent in "0123":
            assert held.parts(kind, parent) == by_id(i for i in items if i.parent == parent)
        for item in items:
            assert held.with_id(kind, item.id) == item
            standing = kind.phase(item.doc) is not None
            if item.identity:
                assert (item in held.named(kind, item.identity)) is standing
        assert held.with_id(kind, "none") is None


def by_id(items: Any) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: item.id))


def test_a_name_leads_to_what_stands_and_not_to_a_memory() -> None:
    held = Inventory()
    old = {**shown(Vault(name="v", vault_name="A")), "Id": "old", "State": "deleted"}
    new = {**shown(Vault(name="v", vault_name="a")), "Id": "new"}
    held.load(Vault, [new, old], NOW)
    assert [found.id for found in held.named(Vault, ("a",))] == ["new"]


def test_a_part_that_moves_to_another_list_stays() -> None:
    held = Inventory()
    here, there = ({"Id": "r", "BoxId": box, "Allows": "a"} for box in "12")
    held.put(Rule, "1", [item_of(Rule, here, NOW)])
    held.put(Rule, "2", [item_of(Rule, there, NOW)])
    assert [item.id for item in held.parts(Rule, "2")] == ["r"]


def test_writes_are_remembered_by_type_and_id() -> None:
    held = Inventory()
    held.wrote(Box, "a", NOW)
    assert (held.written(Box, "a"), held.written(Vault, "a"), held.written(Box, "b")) == (NOW, None, None)
