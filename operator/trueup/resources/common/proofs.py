"""Types that records in DNS prove to AWS, and what a person must do for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from trueup.core.resource import Resource
from trueup.core.values import Doc, Json, Phase

_NAMED: Final = 3
"""Records that the sentence names: a condition has room for no more, however long their names are."""

_DELEGATE: Final = (
    "AWS looks in public DNS for the records that prove a name, where a new zone answers only once a person has "
    "delegated it: outputs.delegation of a DnsZone says how."
)
"""What a person can look at while a proof is awaited."""


@dataclass(frozen=True, kw_only=True)
class Proved(Resource):
    """A type that AWS makes good only once records in DNS prove its names."""

    proved_by_hand: bool = False
    """Nobody but a person writes the records that prove it."""

    @classmethod
    def meanwhile(cls, doc: Doc) -> str:
        """A zone that nobody delegates to is what keeps a proof from being found."""
        return _DELEGATE if cls.phase(doc) is Phase.CREATING else ""


def to_be_written(names: str, records: Sequence[Mapping[str, Json]]) -> str:
    """The sentence that asks a person for these records, each with `Name`, `Type` and `Value`."""
    said = "; ".join(f"{one['Name']} {one['Type']} {one['Value']}" for one in records[:_NAMED])
    more = len(records) - _NAMED
    rest = f"; and {more} more, which status.outputs lists," if more > 0 else ""
    return (
        f"Write {said}{rest} into the zone of {names}: AWS waits for this proof, and no zoneRef names a DnsZone to "
        "keep it in. What is to lead there, and is yours to write too, stands in status.outputs once it is known."
    )
