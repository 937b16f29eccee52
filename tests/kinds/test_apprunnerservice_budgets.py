"""Services beside a budget whose gate is shut: what grows waits, and nothing else does."""

from __future__ import annotations

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


def standing(house: House) -> tuple[str, str, str | None]:
    """AWS's status of the service, the object's summary, and the hours that its schedules have left."""
    service = described(house)
    tags = house.client("apprunner").list_tags_for_resource(ResourceArn=service["ServiceArn"])["Tags"]
    hours = next((tag["Value"] for tag in tags if tag["Key"] == "trueup.dev/hours-a-month"), None)
    return service["Status"], house.status(ADDRESS)["summary"], hours


def spent(house: House, dollars: int) -> None:
    """AWS says that so much has been spent this month, and the operator has looked a few times since."""
    house.emulator.put_spend("*", str(dollars))
    house.annotate(("Budget", "shop", "month"), reconcile=str(dollars))
    house.settle()
    house.clock.advance(60)
    house.settle()


def test_what_costs_nothing_and_nothing_needs_goes_on_while_the_growth_beside_it_waits(house: House) -> None:
    budgeted(house, 20)
    applied(house, logRetentionDays=7)
    applied(house, logRetentionDays=14, **LARGE)
    groups = house.client("logs").describe_log_groups()["logGroups"]
    assert house.status(ADDRESS)["summary"] == "Gated"
    assert {group["retentionInDays"] for group in groups} == {14}
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


def test_more_instances_are_growth(house: House) -> None:
    budgeted(house, 20)
    applied(house)
    spent(house, 30)
    applied(house, scaling={"min": 5, "max": 6, "concurrency": 100})
    message = house.condition(ADDRESS, "Gated")["message"]
    assert "actual $30.00 + $10.22 a month is $40.22" in message
    used = described(house)["AutoScalingConfigurationSummary"]
    assert used["AutoScalingConfigurationRevision"] == 1


def test_a_schedule_taken_out_at_night_is_growth_that_waits_for_the_budget(house: House) -> None:
    budgeted(house, 20)
    applied(house, schedule=NIGHTS)
    until(house, "2026-11-23T21:00")
    spent(house, 30)
    assert standing(house) == ("PAUSED", "Waiting", "456")
    applied(house)
    until(house, "2026-11-24T06:00")
    assert standing(house) == ("PAUSED", "Gated", "456")
    assert "actual $30.00 + $0.96 a month is $30.96" in house.condition(ADDRESS, "Gated")["message"]
    spent(house, 0)
    assert standing(house) == ("RUNNING", "Ready", "730")


def test_a_schedule_taken_out_by_day_is_growth_until_it_is_let_in(house: House) -> None:
    budgeted(house, 20)
    applied(house, schedule=NIGHTS)
    until(house, "2026-11-23T21:00")
    until(house, "2026-11-24T06:00")
    spent(house, 30)
    assert standing(house) == ("RUNNING", "Ready", "456")
    applied(house)
    assert standing(house) == ("RUNNING", "Gated", "456")
    spent(house, 0)
    assert standing(house) == ("RUNNING", "Ready", "730")
    spent(house, 30)
    applied(house, port=9000)
    until(house, "2026-11-24T07:00")
    assert standing(house) == ("RUNNING", "Ready", "730")


def test_shorter_nights_are_growth_and_longer_ones_are_not(house: House) -> None:
    budgeted(house, 20)
    applied(house, schedule=NIGHTS)
    until(house, "2026-11-23T21:00")
    until(house, "2026-11-24T06:00")
    spent(house, 30)
    applied(house, schedule={**NIGHTS, "pause": "0 23 * * *"})
    assert standing(house) == ("RUNNING", "Gated", "456")
    until(house, "2026-11-24T22:00")
    assert standing(house) == ("PAUSED", "Waiting", "456")
    applied(house, schedule={**NIGHTS, "pause": "0 21 * * *"})
    until(house, "2026-11-25T06:00")
    assert standing(house) == ("RUNNING", "Ready", "426")


def test_what_is_critical_and_asleep_is_asked_about_as_by_day(house: House) -> None:
    budgeted(house, 20)
    applied(house, schedule=NIGHTS, criticality="Critical")
    until(house, "2026-11-23T21:00")
    applied(house, schedule=NIGHTS, criticality="Critical", **LARGE)
    assert house.condition(ADDRESS, "Stalled")["reason"] == "ApprovalNeeded"
    until(house, "2026-11-24T06:00")
    assert (standing(house)[:2], described(house)["InstanceConfiguration"]["Cpu"]) == (("RUNNING", "Stalled"), "256")
    house.annotate(ADDRESS, approve=house.status(ADDRESS)["plan"]["id"])
    house.settle()
    house.clock.advance(60)
    house.settle()
    assert (standing(house)[:2], described(house)["InstanceConfiguration"]["Cpu"]) == (("RUNNING", "Ready"), "4096")


def test_what_was_approved_with_its_nights_was_not_approved_without_them(house: House) -> None:
    budgeted(house, 20)
    applied(house, schedule=NIGHTS, criticality="Critical")
    applied(house, schedule=NIGHTS, criticality="Critical", **LARGE)
    first = house.status(ADDRESS)["plan"]["id"]
    house.annotate(ADDRESS, approve=first)
    house.settle()
    until(house, "2026-11-23T21:00")
    assert standing(house) == ("PAUSED", "Waiting", "456")
    budgeted(house, 45)
    applied(house, criticality="Critical", **LARGE)
    until(house, "2026-11-24T06:00")
    assert (standing(house), house.condition(ADDRESS, "Stalled")["reason"]) == (
        ("PAUSED", "Stalled", "456"),
        "ApprovalNeeded",
    )
    second = house.status(ADDRESS)["plan"]["id"]
    assert second != first
    house.annotate(ADDRESS, approve=second)
    house.settle()
    house.clock.advance(60)
    house.settle()
    assert standing(house) == ("RUNNING", "Ready", "730")
