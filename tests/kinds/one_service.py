"""One AppRunnerService in a house, as the tests of its life handle it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.house import House

ADDRESS = ("AppRunnerService", "shop", "api")
PUBLIC = {"image": {"repository": "public.ecr.aws/nginx/nginx", "tag": "1.27"}}
NIGHTS = {"timezone": "Europe/Berlin", "pause": "0 22 * * *", "resume": "0 7 * * *"}
RUNNING = ("RUNNING", "Ready", "Available")


def applied(house: House, **spec: Any) -> None:
    """It is declared so, with a public image where the spec names no source."""
    document = {"source": PUBLIC, **spec}
    house.apply({"kind": "AppRunnerService", "metadata": {"namespace": "shop", "name": "api"}, "spec": document})
    house.settle()


def shown(house: House) -> tuple[str, str, str]:
    """AWS's status of the service; the summary and the reason of Ready. Nothing is drift meanwhile."""
    [found] = house.client("apprunner").list_services()["ServiceSummaryList"]
    assert (house.drift(ADDRESS), house.status(ADDRESS)["drift"]["recent"]) == ([], [])
    return found["Status"], house.status(ADDRESS)["summary"], house.condition(ADDRESS, "Ready")["reason"]


def by_hand(house: House, operation: str) -> None:
    """Somebody makes this call for the service."""
    arn = house.status(ADDRESS)["outputs"]["serviceArn"]
    getattr(house.client("apprunner"), operation)(ServiceArn=arn)


def until(house: House, moment: str) -> None:
    """It is that time (UTC), and the operator has looked a few times since."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    house.clock.advance((at - house.clock()).total_seconds())
    house.settle()
    house.clock.advance(60)
    house.settle()
