"""What an object retained and one of its name does not declare: never deleted unasked. What is only ours goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.house import House
from tests.kinds.one_service import ADDRESS, PUBLIC, applied


def services(house: House) -> list[str]:
    found = house.client("apprunner").list_services()["ServiceSummaryList"]
    return sorted(one["ServiceName"] for one in found if one["Status"] != "DELETED")


def zones(house: House) -> list[str]:
    return sorted(one["Name"] for one in house.client("route53").list_hosted_zones()["HostedZones"])


def budgets(house: House) -> list[str]:
    found = house.client("budgets").describe_budgets(AccountId="123456789012")["Budgets"]
    return sorted(one["BudgetName"] for one in found)


def create_service(house: House) -> None:
    image = {"ImageRepository": {"ImageIdentifier": "public.ecr.aws/x/y:1", "ImageRepositoryType": "ECR_PUBLIC"}}
    house.client("apprunner").create_service(ServiceName="legacy", SourceConfiguration=image)
    house.clock.advance(60)


def create_budget(house: House) -> None:
    limit = {"Amount": "10", "Unit": "USD"}
    budget = {"BudgetName": "legacy", "BudgetLimit": limit, "TimeUnit": "MONTHLY", "BudgetType": "COST"}
    house.client("budgets").create_budget(AccountId="123456789012", Budget=budget)


def nothing(house: House) -> None:
    del house


SERVICE, BUDGET = {"source": PUBLIC}, {"monthlyLimitUSD": 10}
LEGACY = {"adopt": {"name": "legacy"}}
CASES = [
    pytest.param("AppRunnerService", {**SERVICE, **LEGACY}, SERVICE, create_service, services, id="adopted service"),
    pytest.param("AppRunnerService", SERVICE, {**SERVICE, "serviceName": "other"}, nothing, services, id="service"),
    pytest.param("Budget", {**BUDGET, **LEGACY}, BUDGET, create_budget, budgets, id="adopted budget"),
    pytest.param("DnsZone", {"domain": "shop.de"}, {"domain": "shop.com"}, nothing, zones, id="zone"),
]


@pytest.mark.parametrize(("kind", "before", "after", "make", "held"), CASES)
def test_what_was_retained_is_not_deleted_by_a_new_object_of_the_name_that_declares_another_one(
    kind: str,
    before: dict[str, Any],
    after: dict[str, Any],
    make: Callable[[House], None],
    held: Callable[[House], list[str]],
) -> None:
    house = House()
    make(house)
    address = (kind, "shop", "one")
    document = {"kind": kind, "metadata": {"namespace": "shop", "name": "one"}}
    house.apply({**document, "spec": {**before, "deletionPolicy": "Retain"}})
    house.settle()
    [retained] = held(house)
    house.delete(address)
    house.sweep()
    assert address not in house.cluster.objects
    house.apply({**document, "spec": after})
    for _ in range(4):
        house.settle()
        house.clock.advance(60)
    stalled = house.condition(address, "Stalled")
    assert (retained in held(house), len(held(house))) == (True, 2)
    assert (stalled["reason"], "is not the one that the spec names" in stalled["message"]) == ("GivenUp", True)


def test_a_given_up_service_that_a_person_let_go_of_holds_nothing_up(house: House) -> None:
    create_service(house)
    applied(house, adopt={"name": "legacy"}, deletionPolicy="Retain")
    house.delete(ADDRESS)
    house.sweep()
    applied(house)
    client = house.client("apprunner")
    [legacy] = [s for s in client.list_services()["ServiceSummaryList"] if s["ServiceName"] == "legacy"]
    client.untag_resource(ResourceArn=legacy["ServiceArn"], TagKeys=["trueup.dev/owner"])
    house.annotate(ADDRESS, reconcile="now")
    house.settle()
    assert (house.status(ADDRESS)["summary"], len(services(house))) == ("Ready", 2)


def test_an_operator_that_has_lost_its_status_still_clears_away_what_only_it_can_have_made(house: House) -> None:
    applied(house, scaling={"min": 1, "max": 2})
    house.cluster.objects[ADDRESS] = replace(house.cluster.objects[ADDRESS], status={})
    house.start()
    applied(house, scaling={"min": 1, "max": 3})
    house.clock.advance(60)
    house.settle()
    found = house.client("apprunner").list_auto_scaling_configurations()["AutoScalingConfigurationSummaryList"]
    assert [one["AutoScalingConfigurationName"] for one in found if not one["IsDefault"]] == [services(house)[0]]
    assert house.status(ADDRESS)["summary"] == "Ready"
