"""AWS Budgets in the emulator."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.conftest import Aws, code

ACCOUNT = "123456789012"
FIRST = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0}
MAIL = {"SubscriptionType": "EMAIL", "Address": "a@example.com"}


def budget(**more: Any) -> dict[str, Any]:
    return {
        "BudgetName": "b",
        "BudgetLimit": {"Amount": "50", "Unit": "USD"},
        "TimeUnit": "MONTHLY",
        "BudgetType": "COST",
        **more,
    }


def create(aws: Aws, *thresholds: float, **more: Any) -> Any:
    client = aws.client("budgets")
    alerts = [{"Notification": FIRST | {"Threshold": one}, "Subscribers": [MAIL]} for one in thresholds]
    client.create_budget(AccountId=ACCOUNT, Budget=budget(**more), NotificationsWithSubscribers=alerts)
    return client


def shown(client: Any, name: str = "b") -> dict[str, Any]:
    return client.describe_budget(AccountId=ACCOUNT, BudgetName=name)["Budget"]


def test_amounts_come_back_as_decimals_and_nothing_is_spent(aws: Aws) -> None:
    found = shown(create(aws))
    assert found["BudgetLimit"] == {"Amount": "50.0", "Unit": "USD"}
    assert found["CalculatedSpend"] == {"ActualSpend": {"Amount": "0.0", "Unit": "USD"}}
    assert found["CostTypes"]["IncludeTax"] is True


def test_spend_is_said_from_outside(aws: Aws) -> None:
    client = create(aws)
    aws.emulator.put_spend("b", "12.3", "20")
    assert shown(client)["CalculatedSpend"] == {
        "ActualSpend": {"Amount": "12.3", "Unit": "USD"},
        "ForecastedSpend": {"Amount": "20.0", "Unit": "USD"},
    }
    aws.emulator.put_spend("*", "7")
    create(aws, BudgetName="later")
    assert shown(client, "later")["CalculatedSpend"]["ActualSpend"]["Amount"] == "7.0"


def test_names_are_unique_and_checked(aws: Aws) -> None:
    client = create(aws)
    new = {"AccountId": ACCOUNT}
    assert code(client.create_budget, **new, Budget=budget()) == "DuplicateRecordException"
    assert code(client.create_budget, **new, Budget=budget(BudgetName="a:b")) == "InvalidParameterException"
    assert code(client.describe_budget, **new, BudgetName="x") == "NotFoundException"
    assert code(client.delete_budget, **new, BudgetName="x") == "NotFoundException"
    assert code(client.create_budget, AccountId="210987654321", Budget=budget()) == "AccessDeniedException"


@pytest.mark.parametrize(
    "more",
    [
        {"BudgetLimit": {"Amount": "-1", "Unit": "USD"}},
        {"BudgetLimit": {"Amount": "much", "Unit": "USD"}},
        {"TimeUnit": "FORTNIGHTLY"},
        {"CostFilters": {"Service": ["x"]}, "Metrics": ["UnblendedCost"]},
    ],
)
def test_a_bad_budget_is_refused(aws: Aws, more: dict[str, Any]) -> None:
    call = aws.client("budgets").create_budget
    assert code(call, AccountId=ACCOUNT, Budget=budget(**more)) == "InvalidParameterException"


def test_an_update_replaces_everything_but_the_alerts(aws: Aws) -> None:
    client = create(aws, 80, CostFilters={"TagKeyValue": ["user:a$b"]})
    client.update_budget(AccountId=ACCOUNT, NewBudget=budget(BudgetLimit={"Amount": "75.5", "Unit": "USD"}))
    found = shown(client)
    assert (found["BudgetLimit"]["Amount"], found["CostFilters"]) == ("75.5", {})
    alerts = client.describe_notifications_for_budget(AccountId=ACCOUNT, BudgetName="b")["Notifications"]
    assert [one["Threshold"] for one in alerts] == [80.0]
    missing = budget(BudgetName="x")
    assert code(client.update_budget, AccountId=ACCOUNT, NewBudget=missing) == "NotFoundException"


def test_alerts_are_made_changed_and_deleted(aws: Aws) -> None:
    client, here = create(aws, 80), {"AccountId": ACCOUNT, "BudgetName": "b"}
    again = {"Notification": FIRST, "Subscribers": [MAIL]}
    assert code(client.create_notification, **here, **again) == "DuplicateRecordException"
    client.create_notification(**here, Notification=FIRST | {"Threshold": 90}, Subscribers=[MAIL])
    client.update_notification(
        **here, OldNotification=FIRST, NewNotification=FIRST | {"NotificationType": "FORECASTED", "Threshold": 100}
    )
    found = client.describe_notifications_for_budget(**here)["Notifications"]
    assert [(one["NotificationType"], one["Threshold"], one["ThresholdType"]) for one in found] == [
        ("FORECASTED", 100.0, "PERCENTAGE"),
        ("ACTUAL", 90.0, "PERCENTAGE"),
    ]
    assert code(client.delete_notification, **here, Notification=FIRST) == "NotFoundException"
    client.delete_notification(**here, Notification=FIRST | {"Threshold": 90})
    every = client.describe_budget_notifications_for_account(AccountId=ACCOUNT)["BudgetNotificationsForAccount"]
    assert [(one["BudgetName"], len(one["Notifications"])) for one in every] == [("b", 1)]


def test_ten_alerts_and_ten_addresses_are_the_most(aws: Aws) -> None:
    client, here = create(aws, *range(10, 110, 10)), {"AccountId": ACCOUNT, "BudgetName": "b"}
    more = {"Notification": FIRST | {"Threshold": 5}, "Subscribers": [MAIL]}
    assert code(client.create_notification, **here, **more) == "CreationLimitExceededException"
    for number in range(9):
        address = {"SubscriptionType": "EMAIL", "Address": f"m{number}@example.com"}
        client.create_subscriber(**here, Notification=FIRST, Subscriber=address)
    eleventh = {"SubscriptionType": "EMAIL", "Address": "z@example.com"}
    more = {"Notification": FIRST, "Subscriber": eleventh}
    assert code(client.create_subscriber, **here, **more) == "CreationLimitExceededException"


def test_subscribers_come_and_go_and_the_last_takes_the_alert_along(aws: Aws) -> None:
    client = create(aws, 80)
    here = {"AccountId": ACCOUNT, "BudgetName": "b", "Notification": FIRST}
    topic = {"SubscriptionType": "SNS", "Address": "arn:aws:sns:us-east-1:123456789012:t"}
    client.create_subscriber(**here, Subscriber=topic)
    assert code(client.create_subscriber, **here, Subscriber=topic) == "DuplicateRecordException"
    client.update_subscriber(**here, OldSubscriber=MAIL, NewSubscriber=MAIL | {"Address": "b@example.com"})
    found = client.describe_subscribers_for_notification(**here)["Subscribers"]
    assert [one["Address"] for one in found] == ["b@example.com", topic["Address"]]
    for one in found:
        client.delete_subscriber(**here, Subscriber=one)
    assert code(client.describe_subscribers_for_notification, **here) == "NotFoundException"


def test_budgets_are_listed_in_pages(aws: Aws) -> None:
    for number in range(7):
        create(aws, BudgetName=f"b{number}")
    pages = (
        aws.client("budgets")
        .get_paginator("describe_budgets")
        .paginate(AccountId=ACCOUNT, PaginationConfig={"PageSize": 3})
    )
    assert [[one["BudgetName"] for one in page["Budgets"]] for page in pages] == [
        ["b0", "b1", "b2"],
        ["b3", "b4", "b5"],
        ["b6"],
    ]


def test_tags(aws: Aws) -> None:
    client, arn = create(aws), f"arn:aws:budgets::{ACCOUNT}:budget/b"
    client.tag_resource(ResourceARN=arn, ResourceTags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    client.untag_resource(ResourceARN=arn, ResourceTagKeys=["a"])
    assert client.list_tags_for_resource(ResourceARN=arn)["ResourceTags"] == [{"Key": "b", "Value": "2"}]


def test_one_service_monitor_and_its_subscription(aws: Aws) -> None:
    ce = aws.client("ce")
    service = {"MonitorName": "all", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
    arn = ce.create_anomaly_monitor(AnomalyMonitor=service, ResourceTags=[{"Key": "a", "Value": "b"}])["MonitorArn"]
    assert code(ce.create_anomaly_monitor, AnomalyMonitor=service) == "LimitExceededException"
    assert ce.list_tags_for_resource(ResourceArn=arn)["ResourceTags"] == [{"Key": "a", "Value": "b"}]
    ce.update_anomaly_monitor(MonitorArn=arn, MonitorName="every")
    assert [one["MonitorName"] for one in ce.get_anomaly_monitors()["AnomalyMonitors"]] == ["every"]
    new = {"SubscriptionName": "s", "MonitorArnList": [arn], "Frequency": "DAILY", "Threshold": 10.0}
    mail = [{"Type": "EMAIL", "Address": "a@example.com"}]
    made = ce.create_anomaly_subscription(AnomalySubscription={**new, "Subscribers": mail})["SubscriptionArn"]
    ce.update_anomaly_subscription(SubscriptionArn=made, Threshold=20.0)
    assert [one["Threshold"] for one in ce.get_anomaly_subscriptions(MonitorArn=arn)["AnomalySubscriptions"]] == [20.0]
    immediate = {**new, "Frequency": "IMMEDIATE", "Subscribers": mail}
    assert code(ce.create_anomaly_subscription, AnomalySubscription=immediate) == "ValidationException"
    ce.delete_anomaly_monitor(MonitorArn=arn)
    assert code(ce.get_anomaly_monitors, MonitorArnList=[arn]) == "UnknownMonitorException"
    assert code(ce.delete_anomaly_subscription, SubscriptionArn=made) == "UnknownSubscriptionException"
