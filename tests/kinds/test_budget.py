"""How a Budget compiles, and what it tells."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from trueup.core.inventory import Inventory
from trueup.core.naming import Identity
from trueup.core.observed import Observed, Surroundings
from trueup.core.values import Pseudo
from trueup.kinds.budget import KIND
from trueup.kinds.budget.spec import BudgetSpec
from trueup.kinds.common.kind import Context
from trueup.resources.budgets import Budget

IDENTITY = Identity("main", "Budget", "shop", "monthly")
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def context(**spec: Any) -> Context:
    return Context(IDENTITY, BudgetSpec.model_validate(spec), "eu-central-1", lambda kind, name: None)


FULL = context(
    monthlyLimitUSD=50,
    thresholds=[
        {"percent": 80, "emails": ["b@example.com", "a@example.com"]},
        {"percent": 100, "type": "Forecast", "emails": ["a@example.com"]},
    ],
    anomalyDetection={"minimumImpactUSD": 20, "emails": ["a@example.com"]},
)


def test_a_budget_compiles_to_its_parts_in_order() -> None:
    graph = KIND.compose(FULL)
    assert [str(node.resource.key) for node in graph] == [
        "AWS::Budgets::Budget/budget",
        "AWS::Budgets::Notification/notification-actual-80",
        "AWS::Budgets::Notification/notification-forecast-100",
        "AWS::CE::AnomalyMonitor/monitor",
        "AWS::CE::AnomalySubscription/subscription",
    ]
    assert {type(node.resource) for node in graph} == set(KIND.types)


def test_every_decided_field_names_its_place_in_the_spec() -> None:
    assert {node.resource.name: dict(node.at) for node in KIND.compose(FULL)} == {
        "budget": {"limit": "/monthlyLimitUSD"},
        "notification-actual-80": {
            "": "/thresholds/0",
            "notification_type": "/thresholds/0/type",
            "threshold": "/thresholds/0/percent",
            "subscribers": "/thresholds/0/emails",
        },
        "notification-forecast-100": {
            "": "/thresholds/1",
            "notification_type": "/thresholds/1/type",
            "threshold": "/thresholds/1/percent",
            "subscribers": "/thresholds/1/emails",
        },
        "monitor": {"": "/anomalyDetection/enabled"},
        "subscription": {
            "": "/anomalyDetection/enabled",
            "subscribers": "/anomalyDetection/emails",
            "impact": "/anomalyDetection/minimumImpactUSD",
        },
    }


def test_an_adopted_budget_keeps_its_name_and_is_marked() -> None:
    (node,) = KIND.compose(context(monthlyLimitUSD=43.8, adopt={"name": "Old Budget"}))
    assert isinstance(node.resource, Budget)
    assert (node.resource.budget_name, node.resource.limit, node.adopt) == ("Old Budget", "43.80", True)
    assert dict(node.at) == {"limit": "/monthlyLimitUSD", "budget_name": "/adopt/name"}


def test_anomaly_detection_can_be_switched_off() -> None:
    off = {"enabled": False, "minimumImpactUSD": 20, "emails": ["a@example.com"]}
    assert len(KIND.compose(context(monthlyLimitUSD=50, anomalyDetection=off))) == 1


def observed(docs: list[dict[str, Any]]) -> Observed:
    inventory = Inventory()
    inventory.load(Budget, docs, NOW)
    around = Surroundings(inventory, {Pseudo.ACCOUNT: "123456789012"}, KIND.types)
    return Observed(KIND.compose(FULL), around)


def test_spend_is_told_in_cents_once_aws_has_computed_it() -> None:
    name = IDENTITY.derived(100)
    url = f"https://us-east-1.console.aws.amazon.com/costmanagement/home#/budgets/details?name={name}"
    assert dict(KIND.outputs(FULL, observed([]))) == {}
    assert dict(KIND.outputs(FULL, observed([{"BudgetName": name}]))) == {"budgetName": name, "url": url}
    spend = {"ActualSpend": {"Amount": "12.345"}, "ForecastedSpend": {"Amount": "43.8"}}
    assert dict(KIND.outputs(FULL, observed([{"BudgetName": name, "CalculatedSpend": spend}]))) == {
        "budgetName": name,
        "url": url,
        "actualUSD": "12.35",
        "forecastUSD": "43.80",
    }
