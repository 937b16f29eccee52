"""What AWS may have made, and does not show yet, is searched for before it is made again: of every type that needs it.

The answer to a create is lost, or the process dies before it comes, and for 45 seconds no list shows what was made:
AWS is eventually consistent.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore import xform_name
from botocore.client import BaseClient
from botocore.model import OperationModel

from tests.faults.sorts import Killed
from tests.house import House
from tests.laws.registered import name_of
from tests.laws.worlds import Standing, declared_types, plain_examples
from trueup.core.paths import get
from trueup.core.resource import Resource
from trueup.core.values import Retry

CASES = {
    name_of(type_): (document, type_)
    for name, document in plain_examples().items()
    if name.endswith("-full")
    for type_ in declared_types(document)
    if type_.RETRY is Retry.UNSAFE
}


class Late(House):
    """A house whose AWS, when told to, leaves out of one type's list what was made without an answer."""

    def __init__(self) -> None:
        self.late: type[Resource] | None = None
        self.dies = False
        """The process ends before it hears of the next create."""
        self.old: set[str] = set()
        super().__init__()

    def attach(self, client: BaseClient) -> None:
        """A client of the operator's reaches this AWS."""
        super().attach(client)
        client.meta.events.register("after-call", self._leave_out)

    def hide(self, type_: type[Resource]) -> None:
        """What is made of this type from now on is listed only once its create was answered."""
        self.old, self.late = set(), type_
        client = self.client(type_.LISTING.service or type_.SERVICE, type_.REGION or "us-east-1")
        answer = getattr(client, xform_name(type_.LISTING.operation))()
        self.old = {str(doc[type_.LISTING.by]) for doc in get(answer, type_.LISTING.result)}

    def _leave_out(self, parsed: dict[str, Any], model: OperationModel, **_: object) -> None:
        if self.late is None or "Error" in parsed:
            return
        if model.name == self.late.CREATE and self.dies:
            self.dies = False
            raise Killed
        if model.name == self.late.CREATE:
            self.old.add(str(get(parsed, f"{self.late.ANSWER}.{self.late.LISTING.by}")))
        if model.name == self.late.LISTING.operation:
            listed = get(parsed, self.late.LISTING.result)
            listed[:] = [doc for doc in listed if str(doc[self.late.LISTING.by]) in self.old]


@pytest.mark.parametrize("dies", [False, True], ids=["answer lost", "process killed"])
@pytest.mark.parametrize("name", CASES)
def test_what_may_have_been_made_is_not_made_again(name: str, dies: bool) -> None:
    document, type_ = CASES[name]
    house = Late()
    world = Standing(document, house, settled=False)
    wanted = sum(type(node.resource) is type_ for node in world.composed().graph.ordered())
    world.mark()
    house.hide(type_)
    house.dies = dies
    if not dies:
        house.emulator.put_faults([{"operation": type_.CREATE, "action": "drop", "when": "after", "times": 1}])
    for _ in range(3):
        try:
            world.sweep(15)
        except Killed:
            house.start()
    house.late = None
    for _ in range(5):  # what else was about to be made is searched for as well
        world.sweep(15)
    assert world.status["summary"] == "Ready"
    assert house.emulator.calls()[f"{type_.SERVICE}.{type_.CREATE}"] == wanted
