"""How a declared resource meets what is there already, for types of which AWS lets more be than it should.

Defaults for types whose identity says all; others override what they need.
"""

from __future__ import annotations

from typing import ClassVar, Self

from trueup.core.naming import OWNER_TAG
from trueup.core.values import Doc, Json, Lookup


class Meeting:
    """What a type says of documents that are not simply the declared resource."""

    ID: ClassVar[str]
    IDENTITY: ClassVar[tuple[str, ...]]

    @classmethod
    def is_another(cls, before: Json, now: Json) -> bool:
        """The id is part of the identity and changed with what it is named after: it is another resource."""
        return cls.ID in cls.IDENTITY and bool(before) and before != now

    REMADE: ClassVar[bool] = False
    """Its kind names it after what it holds: a change makes another one, and nothing of one that is there differs.

    What uses the former goes on with it until it has the new one.
    """

    TAKES_CHANGES: ClassVar[bool] = False
    """AWS takes another change while it still carries out one before."""
    GRANTS: ClassVar[bool] = False
    """It lets what it is a part of do something: it comes before what needs that, and goes or narrows after it."""

    def wider(self, doc: Doc, lookup: Lookup) -> Self | None:
        """The same with all that the document lets something do besides; None where there is no such thing."""
        del doc, lookup
        return None

    @classmethod
    def is_idle(cls, doc: Doc) -> bool:
        """AWS says that nothing uses it, and one like it can be made at any time: left over, it only takes a place."""
        del doc
        return False

    @classmethod
    def takes_removal(cls, doc: Doc) -> bool:
        """AWS lets it, and what is a part of it, be deleted now; not so where it ends first what it is at work on."""
        del doc
        return True

    @classmethod
    def is_spent(cls, doc: Doc) -> bool:
        """It will never serve again, whoever still uses it: another is made beside it, and it is a leftover."""
        del doc
        return False

    @classmethod
    def serves_meanwhile(cls, doc: Doc) -> bool:
        """AWS shows one that it changes as it shows a new one: what could be used before still can."""
        del doc
        return False

    def sought(self) -> str:
        """The field of the spec that says what is to be taken over, and its value; empty: its identity says it."""
        return ""

    def can_be_made(self) -> bool:
        """A new one would be the one that is meant; not so where an id that AWS assigned tells which."""
        return True

    def holds_the_same(self) -> bool:
        """Made anew, it would hold what it held: nothing is lost with it, though others of its type hold data."""
        return False

    @classmethod
    def claims(cls, doc: Doc, owner: str) -> bool:
        """A document without owner tag shows otherwise that it was made for this owner: tags cannot come with all."""
        del doc, owner
        return False

    @classmethod
    def disowning(cls, doc: Doc) -> str:
        """What a person does in AWS so that a document names no owner any more."""
        del doc
        return f"take its tag {OWNER_TAG} away in AWS"

    @classmethod
    def lacks(cls, doc: Doc) -> str:
        """What somebody must bring before it can be used, as a sentence; empty: nothing."""
        del doc
        return ""

    @classmethod
    def is_leaving(cls, doc: Doc) -> bool:
        """AWS deletes it by itself, at a time that is set: until then it can be had back, and needs no call to go."""
        del doc
        return False

    def asks(self, doc: Doc) -> str | None:
        """What only a person can do so that what is there becomes what is declared, and usable; None: nothing."""
        del doc
        return None

    def former(self, backups: list[Doc]) -> str | None:
        """What is to be known of backups that stand under its name while a new one is made without their data."""
        del backups
        return None

    def fits(self, doc: Doc) -> bool:
        """Of several documents with the declared identity, this may be the one that is meant."""
        del doc
        return True

    def ousts(self, doc: Doc, lookup: Lookup) -> bool:
        """A leftover of this type stands where the resource is to be made: it goes first."""
        del doc, lookup
        return False

    def covers(self, doc: Doc, lookup: Lookup) -> bool:
        """Making the resource writes over a leftover of this type, which so needs no step of its own."""
        del doc, lookup
        return False
