"""What a plan stands on: AWS as it is, or an empty one that needs neither credentials nor a network."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trueup.app.looking import Observer
from trueup.app.settings import Settings, utc_now
from trueup.cli.failures import Failure
from trueup.core.inventory import Inventory, Item
from trueup.core.ledger import parse_time
from trueup.core.resource import Resource
from trueup.core.values import Doc, Place, Pseudo

EVERYTHING: Final = 1_000_000
"""Deep reads a sweep: a command looks once, and at all there is."""
ANY_REGION: Final = "us-east-1"
"""Stands for the region of objects that name none, where AWS is taken as empty: it has every service."""
NO_ACCOUNT: Final = str(Pseudo.ACCOUNT)
"""Stands for the account where AWS is taken as empty."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Which AWS a plan is made against, and as whom."""

    offline: bool
    region: str | None = None
    scope: str = Settings().scope
    at: datetime | None = None
    """The time for which it is planned; None: now."""

    def clock(self) -> datetime:
        """The time of the plan."""
        return self.at or utc_now()

    @property
    def settings(self) -> Settings:
        """How the engine works on it."""
        return Settings(scope=self.scope, region=self.region or self.assumed)

    @property
    def assumed(self) -> str | None:
        """The region of objects that name none, where nobody who called named one: AWS's own settings do, or we do."""
        if self.region:
            return None
        if self.offline:
            return ANY_REGION
        from trueup.aws.sessions import configured_region

        return configured_region()

    def observer(self) -> Observer:
        """What reads it."""
        if self.offline:
            return NothingThere()
        from trueup.aws.observation import Observer as RealObserver
        from trueup.aws.sessions import Sessions

        return RealObserver(Sessions(), deep_budget=EVERYTHING)


def moment(text: str | None) -> datetime | None:
    """The time that an RFC 3339 text names. Raises Failure for one that names none."""
    if text is None:
        return None
    found = parse_time(text)
    if found is None:
        raise Failure(f"--at is {text!r}: write a time with a zone, such as 2026-12-24T18:00:00Z.")
    return found


class NothingThere:
    """An AWS without a single resource: an Observer of which every look is empty."""

    def __init__(self) -> None:
        self._inventory = Inventory()

    def observe(
        self, place: Place, kinds: Iterable[type[Resource]], max_age: timedelta, at: datetime | None = None
    ) -> Inventory:
        """Nothing was found."""
        del place, kinds, max_age, at
        return self._inventory

    def deepen(
        self,
        place: Place,
        kind: type[Resource],
        items: Iterable[Item],
        now: datetime | None = None,
        *,
        refresh: bool = False,
        lazy: bool = False,
    ) -> bool:
        """There is nothing to read in depth."""
        del place, kind, items, now, refresh, lazy
        return False

    def reread(self, place: Place, kind: type[Resource], by: str | None, created: Doc | None = None) -> None:
        """There is nothing to read again."""

    def wrote(self, place: Place, kind: type[Resource], id: str, at: datetime) -> None:
        """Nobody writes here."""

    def pseudo(self, place: Place) -> Mapping[Pseudo, str]:
        """The place's region; account and partition as stand-ins."""
        return {Pseudo.ACCOUNT: NO_ACCOUNT, Pseudo.PARTITION: "aws", Pseudo.REGION: place.region}

    @contextmanager
    def reading(self, place: Place) -> Generator[Inventory]:
        """The empty inventory."""
        del place
        yield self._inventory
