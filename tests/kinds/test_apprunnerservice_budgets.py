"""Services beside a budget whose gate is shut: what grows waits, and nothing else does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.house import House
from tests.kinds.one_service import ADDRESS, NIGHTS, applied, until

LARGE = {"cpu": "4", "memory": "8Gi"}


def budgeted(house: House, limit: int) -> None:
    """The namespace has a budget of that many dollars a month, which stops what is not critical."""
    spec = {"monthlyLimitUSD": limit, "gate": {"percent": 100, "block": "NonCritical"}}
    house.apply({"kind": "Budget", "metadata": {"namespace": "shop", "name": "month"}, "spec": spec})
    house.settle()


def described(house: House) -> dict[str, Any]:
    """The service as AWS describes it."""
    arn = house.status(ADDRESS)["outputs"]["serviceArn"]
    found: dict[str, Any] = house.client("apprunner").describe_service(ServiceArn=arn)["Service"]
    return found


def test_a_right_that_is_taken_away_goes_while_the_growth_beside_it_waits(house: House) -> None:
    budgeted(house, 20)
    for name in ("jwt", "mail"):
        secret = {"metadata": {"namespace": "shop", "name": name}, "spec": {"generate": {"length": 30}}}
        house.apply({"kind": "AppSecret", **secret})
    secrets = {name.upper(): {"secretRef": {"name": name}} for name in ("jwt", "mail")}
    applied(house, secrets=secrets)
    applied(house, secrets={"JWT": secrets["JWT"]}, **LARGE)
    [role] = house.client("iam").get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
    readable = json.dumps(role["RolePolicyList"])
    assert (house.status(ADDRESS)["summary"], "jwt" in readable, "mail" in readable) == ("Gated", True, False)
    assert described(house)["InstanceConfiguration"]["Cpu"] == "256"


@pytest.mark.parametrize(("criticality", "summary"), [("NonCritical", "Gated"), ("Critical", "Stalled")])
def test_what_may_not_grow_sleeps_by_night_and_wakes_in_its_old_size(
    house: House, criticality: str, summary: str
) -> None:
    budgeted(house, 20)
    applied(house, schedule=NIGHTS, criticality=criticality)
    applied(house, schedule=NIGHTS, criticality=criticality, **LARGE)
    seen: list[tuple[str, str, str]] = []
    for moment in ("2026-11-23T15:00", "2026-11-23T21:00", "2026-11-24T06:00"):
        until(house, moment)
        service = described(house)
        size = service["InstanceConfiguration"]["Cpu"]
        seen.append((service["Status"], size, house.status(ADDRESS)["summary"]))
    assert seen == [("RUNNING", "256", summary), ("PAUSED", "256", summary), ("RUNNING", "256", summary)]
