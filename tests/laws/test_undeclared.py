"""What we do not declare is not ours: whatever AWS or anybody else makes of it, nothing is said and nothing written.

For every type: each member of its documents that it does not declare is another one, or there where it was not; every
list comes in another order, every value as AWS might write it, and with every tag comes one of somebody's. A change of
what we do declare is still exactly its entry.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.laws.registered import name_of, types
from tests.laws.shapes import Document
from tests.laws.test_safety import disturb
from tests.laws.veil import READ_OTHERWISE, VeiledHouse
from tests.laws.worlds import Standing, declared_types, plain_examples

CASES = [
    pytest.param(document, id=name)
    for name, document in plain_examples().items()
    if "full" in name or "docdb" in name or "documentdb" in name
]
NOTHING_ELSE = frozenset(
    {"DBClusterParameterGroup", "DocDBClusterParameterGroup", "Notification", "OriginAccessControl"}
)
"""Types that declare every member that their lists show."""


@pytest.mark.parametrize("document", CASES)
def test_what_is_not_declared_is_not_ours(document: dict[str, Any]) -> None:
    house = VeiledHouse()
    world = Standing(document, house)
    world.mark()
    house.veil.drawn = True
    world.sweep()
    world.sweep(1860)  # every deep read's own clock has come round
    house.start()
    world.sweep()
    touched = {type_ for type_, _ in house.veil.changed}
    assert {name_of(type_) for type_ in declared_types(document)} - touched <= NOTHING_ELSE
    assert (world.reported(), world.writes(), house.cluster.events) == ([], {}, [])
    assert (world.word("InSync"), world.status["summary"]) == ("True/AsDeclared", "Ready")
    house.veil.drawn = False
    place = disturb(world)
    house.veil.drawn = True
    world.sweep()
    assert [(entry["resource"], entry["path"]) for entry in world.reported()] == [place]


def test_what_is_read_otherwise_is_in_the_documents() -> None:
    """No row outlives its type, or what AWS shows of it."""
    known = {f"{c.__name__}": type_ for type_ in types() for c in type_.__mro__}
    rows = [row.split(".", 1) for row in READ_OTHERWISE]
    assert [row for row in rows if row[0] not in known or Document(known[row[0]]).at(row[1]) is None] == []
