"""Budgets and notifications: what differs, and with which calls it is put right."""

from __future__ import annotations

from typing import Any

import pytest

from tests.resources.validated import lookup, sent
from trueup.core.resource import Removal
from trueup.core.values import Phase, Severity
from trueup.resources.budgets import COUNTED, Budget, Notification

OWNER = "trueup.dev/owner"
NOWHERE = lookup({})

BUDGET = Budget(
    name="budget",
    budget_name="shop-monthly-abc123",
    limit="50.00",
    counted=dict(COUNTED),
    filters={},
    tags={OWNER: "main/Budget/shop/monthly"},
)

SEEN: dict[str, Any] = {
    "BudgetName": "shop-monthly-abc123",
    "BudgetLimit": {"Amount": "50.0", "Unit": "USD"},
    "CostFilters": {},
    "CostTypes": dict(COUNTED),
    "TimeUnit": "MONTHLY",
    "TimePeriod": {"Start": "2026-11-01T00:00:00Z", "End": "2087-06-15T00:00:00Z"},
    "CalculatedSpend": {"ActualSpend": {"Amount": "12.34", "Unit": "USD"}},
    "BudgetType": "COST",
    "LastUpdatedTime": "2026-11-20T00:00:00Z",
    "HealthStatus": {"Status": "HEALTHY"},
    "ResourceTags": [{"Key": OWNER, "Value": "main/Budget/shop/monthly"}],
}

WRITTEN = {
    "BudgetName": "shop-monthly-abc123",
    "BudgetLimit": {"Amount": "50.00", "Unit": "USD"},
    "TimeUnit": "MONTHLY",
    "BudgetType": "COST",
    "CostTypes": dict(COUNTED),
    "CostFilters": {},
}


def test_a_budget_is_created_owned_in_one_call() -> None:
    assert sent(BUDGET.create(NOWHERE, "token")) == [
        (
            "CreateBudget",
            {
                "AccountId": "123456789012",
                "Budget": WRITTEN,
                "ResourceTags": [{"Key": OWNER, "Value": "main/Budget/shop/monthly"}],
            },
        )
    ]


def test_what_aws_adds_to_a_budget_is_no_difference() -> None:
    assert BUDGET.differences(SEEN, NOWHERE) == ()


@pytest.mark.parametrize(
    ("change", "path", "want", "have"),
    [
        ({"BudgetLimit": {"Amount": "500.0", "Unit": "USD"}}, "BudgetLimit.Amount", "50.00", "500.0"),
        ({"BudgetLimit": {"Amount": "50.0", "Unit": "EUR"}}, "BudgetLimit.Unit", "USD", "EUR"),
        ({"TimeUnit": "ANNUALLY"}, "TimeUnit", "MONTHLY", "ANNUALLY"),
        ({"BudgetType": "USAGE"}, "BudgetType", "COST", "USAGE"),
        ({"CostTypes": {**COUNTED, "IncludeCredit": True}}, "CostTypes.IncludeCredit", False, True),
        ({"CostFilters": {"Service": ["Amazon S3"]}}, "CostFilters", {}, {"Service": ["Amazon S3"]}),
    ],
)
def test_each_field_of_a_budget_is_seen_and_put_right_by_full_replacement(
    change: dict[str, Any], path: str, want: Any, have: Any
) -> None:
    doc = {**SEEN, **change}
    found = BUDGET.differences(doc, NOWHERE)
    assert [(d.path, d.want, d.have, d.rule.severity) for d in found] == [(path, want, have, Severity.NORMAL)]
    assert sent(BUDGET.update(doc, found, NOWHERE)) == [
        (
            "UpdateBudget",
            {"AccountId": "123456789012", "NewBudget": {**WRITTEN, "TimePeriod": SEEN["TimePeriod"]}},
        )
    ]


def test_tags_of_a_budget_are_set_by_its_arn() -> None:
    doc = {**SEEN, "ResourceTags": []}
    found = BUDGET.differences(doc, NOWHERE)
    assert [(d.path, d.want) for d in found] == [(f"Tags.{OWNER}", "main/Budget/shop/monthly")]
    assert sent(BUDGET.update(doc, found, NOWHERE)) == [
        (
            "TagResource",
            {
                "ResourceARN": "arn:aws:budgets::123456789012:budget/shop-monthly-abc123",
                "ResourceTags": [{"Key": OWNER, "Value": "main/Budget/shop/monthly"}],
            },
        )
    ]


def test_a_budget_is_deleted_by_name() -> None:
    assert sent(Budget.delete(SEEN, NOWHERE, Removal())) == [
        ("DeleteBudget", {"AccountId": "123456789012", "BudgetName": "shop-monthly-abc123"})
    ]


def test_a_budget_that_cannot_be_computed_has_failed() -> None:
    assert Budget.phase(SEEN) is Phase.READY
    assert Budget.phase({**SEEN, "HealthStatus": {"Status": "UNHEALTHY"}}) is Phase.FAILED
    filtered = {"Status": "UNHEALTHY", "StatusReason": "FILTER_INVALID"}
    assert Budget.phase({**SEEN, "HealthStatus": filtered}) is Phase.READY
    assert Budget.phase({"BudgetName": "x"}) is Phase.READY


ALERT = Notification(
    name="notification-actual-80",
    budget=BUDGET.output("BudgetName"),
    notification_type="ACTUAL",
    threshold=80.0,
    subscribers=(
        {"SubscriptionType": "EMAIL", "Address": "a@example.com"},
        {"SubscriptionType": "EMAIL", "Address": "b@example.com"},
    ),
)
MADE = lookup({BUDGET.output("BudgetName"): "shop-monthly-abc123"})

LISTED = {
    "BudgetName": "shop-monthly-abc123",
    "Notifications": [
        {
            "NotificationType": "ACTUAL",
            "ComparisonOperator": "GREATER_THAN",
            "Threshold": 80,
            "NotificationState": "OK",
        }
    ],
}
NAMED = {
    "AccountId": "123456789012",
    "BudgetName": "shop-monthly-abc123",
    "Notification": {
        "NotificationType": "ACTUAL",
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": 80.0,
        "ThresholdType": "PERCENTAGE",
    },
}


def email(address: str) -> dict[str, str]:
    return {"SubscriptionType": "EMAIL", "Address": address}


def seen(*subscribers: dict[str, str]) -> dict[str, Any]:
    (doc,) = Notification.members(LISTED)
    return {**doc, "Subscribers": list(subscribers)}


def test_a_notification_is_known_by_its_content_once_its_budget_exists() -> None:
    assert ALERT.identity(NOWHERE) is None
    assert ALERT.identity(MADE) == Notification.identity_of(seen())
    assert Notification.id_of(seen()) == "shop-monthly-abc123/actual/greater_than/80.0/percentage"


def test_a_notification_is_created_with_its_subscribers() -> None:
    assert sent(ALERT.create(MADE, "token")) == [
        (
            "CreateNotification",
            {**NAMED, "Subscribers": [email("a@example.com"), email("b@example.com")]},
        )
    ]


def test_the_order_of_subscribers_is_no_difference() -> None:
    assert ALERT.differences(seen(email("b@example.com"), email("a@example.com")), MADE) == ()


SNS = {"SubscriptionType": "SNS", "Address": "arn:aws:sns:us-east-1:123456789012:alerts"}


@pytest.mark.parametrize(
    ("have", "calls"),
    [
        ([email("a@example.com")], [("CreateSubscriber", {"Subscriber": email("b@example.com")})]),
        (
            [email("a@example.com"), email("b@example.com"), SNS],
            [("DeleteSubscriber", {"Subscriber": SNS})],
        ),
        (
            [email("x@example.com")],
            [
                (
                    "UpdateSubscriber",
                    {"OldSubscriber": email("x@example.com"), "NewSubscriber": email("a@example.com")},
                ),
                ("CreateSubscriber", {"Subscriber": email("b@example.com")}),
            ],
        ),
        (
            [SNS],
            [
                ("CreateSubscriber", {"Subscriber": email("a@example.com")}),
                ("CreateSubscriber", {"Subscriber": email("b@example.com")}),
                ("DeleteSubscriber", {"Subscriber": SNS}),
            ],
        ),
    ],
)
def test_subscribers_are_put_right_without_a_moment_with_none(
    have: list[dict[str, str]], calls: list[tuple[str, dict[str, Any]]]
) -> None:
    found = ALERT.differences(seen(*have), MADE)
    assert [d.path for d in found] == ["Subscribers"]
    assert sent(ALERT.update(seen(*have), found, MADE)) == [
        (operation, {**NAMED, **params}) for operation, params in calls
    ]


def test_a_notification_is_deleted_by_its_content() -> None:
    assert sent(Notification.delete(seen(), NOWHERE, Removal())) == [("DeleteNotification", NAMED)]
