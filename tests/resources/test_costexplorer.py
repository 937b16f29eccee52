"""Anomaly monitors and subscriptions: what differs, and with which calls it is put right."""

from __future__ import annotations

from typing import Any

import pytest

from tests.resources.validated import lookup, sent
from trueup.core.resource import Removal
from trueup.core.values import Retry
from trueup.resources.costexplorer import AnomalyMonitor, AnomalySubscription

TAGS = [{"Key": "trueup.dev/owner", "Value": "main/Budget/shop/monthly"}]
MONITOR_ARN = "arn:aws:ce::123456789012:anomalymonitor/11111111-2222-3333-4444-555555555555"
SUBSCRIPTION_ARN = "arn:aws:ce::123456789012:anomalysubscription/11111111-2222-3333-4444-555555555555"

MONITOR = AnomalyMonitor(
    name="monitor", monitor_name="shop-monthly", tags={"trueup.dev/owner": "main/Budget/shop/monthly"}
)
SUBSCRIPTION = AnomalySubscription(
    name="subscription",
    subscription_name="shop-monthly",
    monitors=(MONITOR.output("MonitorArn"),),
    subscribers=({"Type": "EMAIL", "Address": "a@example.com"},),
    impact=("20.00",),
    tags={"trueup.dev/owner": "main/Budget/shop/monthly"},
)
MADE = lookup({MONITOR.output("MonitorArn"): MONITOR_ARN})

MONITOR_SEEN: dict[str, Any] = {
    "MonitorArn": MONITOR_ARN,
    "MonitorName": "shop-monthly",
    "MonitorType": "DIMENSIONAL",
    "MonitorDimension": "SERVICE",
    "DimensionalValueCount": 7,
    "ResourceTags": TAGS,
}
SUBSCRIPTION_SEEN: dict[str, Any] = {
    "SubscriptionArn": SUBSCRIPTION_ARN,
    "AccountId": "123456789012",
    "SubscriptionName": "shop-monthly",
    "MonitorArnList": [MONITOR_ARN],
    "Subscribers": [{"Type": "EMAIL", "Address": "a@example.com", "Status": "CONFIRMED"}],
    "Frequency": "DAILY",
    "ThresholdExpression": {
        "Dimensions": {
            "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
            "Values": ["20"],
            "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
        }
    },
    "ResourceTags": TAGS,
}


def test_both_are_created_owned() -> None:
    (monitor,), (subscription,) = MONITOR.create(MADE, "t"), SUBSCRIPTION.create(MADE, "t")
    assert (monitor.retry, subscription.retry) == (Retry.UNIQUE, Retry.UNSAFE)
    assert sent([monitor, subscription]) == [
        (
            "CreateAnomalyMonitor",
            {
                "AnomalyMonitor": {
                    "MonitorName": "shop-monthly",
                    "MonitorType": "DIMENSIONAL",
                    "MonitorDimension": "SERVICE",
                },
                "ResourceTags": TAGS,
            },
        ),
        (
            "CreateAnomalySubscription",
            {
                "AnomalySubscription": {
                    "SubscriptionName": "shop-monthly",
                    "MonitorArnList": [MONITOR_ARN],
                    "Subscribers": [{"Type": "EMAIL", "Address": "a@example.com"}],
                    "ThresholdExpression": {
                        "Dimensions": {
                            "Values": ["20.00"],
                            "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                            "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
                        }
                    },
                    "Frequency": "DAILY",
                },
                "ResourceTags": TAGS,
            },
        ),
    ]


def test_what_aws_adds_is_no_difference() -> None:
    assert MONITOR.differences(MONITOR_SEEN, MADE) == ()
    assert SUBSCRIPTION.differences(SUBSCRIPTION_SEEN, MADE) == ()


def test_a_renamed_monitor_is_named_back() -> None:
    doc = {**MONITOR_SEEN, "MonitorName": "other"}
    found = MONITOR.differences(doc, MADE)
    assert [(d.path, d.want, d.have) for d in found] == [("MonitorName", "shop-monthly", "other")]
    assert sent(MONITOR.update(doc, found, MADE)) == [
        ("UpdateAnomalyMonitor", {"MonitorArn": MONITOR_ARN, "MonitorName": "shop-monthly"})
    ]


EXPRESSION = SUBSCRIPTION_SEEN["ThresholdExpression"]["Dimensions"]


@pytest.mark.parametrize(
    ("change", "path", "sends"),
    [
        ({"Frequency": "WEEKLY"}, "Frequency", {"Frequency": "DAILY"}),
        ({"MonitorArnList": []}, "MonitorArnList", {"MonitorArnList": [MONITOR_ARN]}),
        ({"SubscriptionName": "other"}, "SubscriptionName", {"SubscriptionName": "shop-monthly"}),
        (
            {"Subscribers": [{"Type": "EMAIL", "Address": "x@example.com", "Status": "CONFIRMED"}]},
            "Subscribers",
            {"Subscribers": [{"Type": "EMAIL", "Address": "a@example.com"}]},
        ),
        (
            {"ThresholdExpression": {"Dimensions": {**EXPRESSION, "Values": ["2000"]}}},
            "ThresholdExpression.Dimensions.Values",
            {"ThresholdExpression": {"Dimensions": {**EXPRESSION, "Values": ["20.00"]}}},
        ),
    ],
)
def test_each_field_of_a_subscription_is_seen_and_put_right(
    change: dict[str, Any], path: str, sends: dict[str, Any]
) -> None:
    doc = {**SUBSCRIPTION_SEEN, **change}
    found = SUBSCRIPTION.differences(doc, MADE)
    assert [d.path for d in found] == [path]
    assert sent(SUBSCRIPTION.update(doc, found, MADE)) == [
        ("UpdateAnomalySubscription", {"SubscriptionArn": SUBSCRIPTION_ARN, **sends})
    ]


def test_both_are_deleted_by_arn_and_tagged_by_arn() -> None:
    bare = {**MONITOR_SEEN, "ResourceTags": []}
    assert sent(
        [
            *MONITOR.update(bare, MONITOR.differences(bare, MADE), MADE),
            *AnomalySubscription.delete(SUBSCRIPTION_SEEN, MADE, Removal()),
            *AnomalyMonitor.delete(MONITOR_SEEN, MADE, Removal()),
        ]
    ) == [
        ("TagResource", {"ResourceArn": MONITOR_ARN, "ResourceTags": TAGS}),
        ("DeleteAnomalySubscription", {"SubscriptionArn": SUBSCRIPTION_ARN}),
        ("DeleteAnomalyMonitor", {"MonitorArn": MONITOR_ARN}),
    ]
