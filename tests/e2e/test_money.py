"""Budgets: who is told, what looks for anomalies, and what the gate stops and opens."""

import re
from decimal import Decimal
from typing import Any

import pytest

from tests.e2e.aws import ACCOUNT, cluster, clusters
from tests.e2e.space import Address, Space

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]

GATE = {"percent": 100, "block": "NonCritical"}
MINOR = {"criticality": "NonCritical"}


def told(budget: Address) -> dict[tuple[str, float], list[str]]:
    """Who is told at which threshold, as AWS has it."""
    client: Any = budget.space.stage.aws("budgets")
    of = {"AccountId": ACCOUNT, "BudgetName": budget.status["outputs"]["budgetName"]}
    found = {}
    for note in client.describe_notifications_for_budget(**of).get("Notifications", []):
        listed = client.describe_subscribers_for_notification(
            **of,
            Notification={k: v for k, v in note.items() if k != "NotificationState"},
        )["Subscribers"]
        found[note["NotificationType"], note["Threshold"]] = sorted(s["Address"] for s in listed)
    return found


def test_each_threshold_is_a_notification_and_its_emails_change_in_place(space: Space) -> None:
    first = [{"percent": 80, "emails": ["a@example.com"]}, {"percent": 100, "type": "Forecast", "emails": ["b@x.org"]}]
    budget = space.budget(thresholds=first)
    budget.done()
    assert told(budget) == {("ACTUAL", 80.0): ["a@example.com"], ("FORECASTED", 100.0): ["b@x.org"]}
    budget.patch(thresholds=[{"percent": 80, "emails": ["a@example.com", "c@example.com"]}])
    budget.until(lambda thing: thing["status"]["observedGeneration"] == 2)
    budget.done()
    assert told(budget) == {("ACTUAL", 80.0): ["a@example.com", "c@example.com"]}


def test_anomalies_are_looked_for_and_told(space: Space) -> None:
    budget = space.budget(anomalyDetection={"minimumImpactUSD": 5, "emails": ["a@example.com"]})
    budget.done()
    ce = space.stage.aws("ce")
    arn = budget.status["outputs"]["anomalyMonitorArn"]
    subscription = next(
        s for s in ce.get_anomaly_subscriptions()["AnomalySubscriptions"] if s["MonitorArnList"] == [arn]
    )
    assert [s["Address"] for s in subscription["Subscribers"]] == ["a@example.com"]
    budget.delete()
    budget.gone()
    assert arn not in [m["MonitorArn"] for m in ce.get_anomaly_monitors()["AnomalyMonitors"]]


def test_the_gate_stops_says_the_sum_and_opens_when_the_limit_rises(space: Space) -> None:
    budget = space.budget(monthlyLimitUSD=20, gate=GATE)
    budget.done()
    space.network().done()
    data = space.database(**MINOR)
    message = data.reason("Gated", "True", "OverBudget")["message"]
    cost = Decimal(data.status["cost"]["monthlyUSD"])
    assert data.status["summary"] == "Gated"
    assert f"Budget money stops this: estimate $0.00 + ${cost} a month is ${cost}" in message
    assert "it stops at $20.00 (100 % of $20.00)" in message
    opens = re.search(r"when monthlyLimitUSD rises to more than \$([\d.]+)", message)
    assert opens is not None
    assert Decimal(opens[1]) == cost
    assert clusters(space) == []
    budget.patch(monthlyLimitUSD=float(cost) + 1)
    data.done()
    assert len(clusters(space)) == 1


def test_lowering_cost_is_always_allowed_and_raising_it_is_not(space: Space) -> None:
    budget = space.budget(monthlyLimitUSD=500, gate=GATE)
    budget.done()
    space.database_on_network(**MINOR, capacity={"min": 1, "max": 2})
    data = Address(space, "Database", "data")
    budget.patch(monthlyLimitUSD=1)
    budget.until(lambda thing: thing["status"]["observedGeneration"] == 2)
    budget.done()
    data.patch(capacity={"min": 0.5, "max": 1})
    data.until(lambda thing: thing["status"]["observedGeneration"] == 2)
    data.done()
    assert cluster(data)["ServerlessV2ScalingConfiguration"]["MinCapacity"] == 0.5
    data.patch(capacity={"min": 2, "max": 4})
    data.reason("Gated", "True", "OverBudget")
    assert cluster(data)["ServerlessV2ScalingConfiguration"]["MinCapacity"] == 0.5


def test_what_aws_says_was_spent_counts_where_it_is_more(space: Space) -> None:
    budget = space.budget(monthlyLimitUSD=500, gate=GATE)
    budget.done()
    space.network().done()
    name = budget.status["outputs"]["budgetName"]
    space.stage.emulator("PUT", "spend", {"budget": name, "actual": "495"})
    budget.looked()
    assert budget.status["outputs"]["actualUSD"] == "495.00"
    data = space.database(**MINOR)
    message = data.reason("Gated", "True", "OverBudget")["message"]
    assert "actual $495.00" in message
    space.stage.emulator("PUT", "spend", {"budget": name, "actual": "5"})
    budget.looked()
    data.done()


def test_what_is_critical_is_never_gated(space: Space) -> None:
    space.budget(monthlyLimitUSD=1, gate=GATE).done()
    data = space.database_on_network()
    assert data.condition("Gated")["status"] == "False"
