"""How a Budget compiles: the AWS budget, a notification for each threshold, and what looks for anomalies.

The gate and the selector decide nothing in AWS: they are read where objects are created.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from trueup.core.graph import Graph
from trueup.core.values import Json
from trueup.kinds.budget.spec import AnomalyDetection, BudgetSpec, Threshold
from trueup.kinds.common.kind import Context
from trueup.resources.budgets import COUNTED, Budget, Notification
from trueup.resources.costexplorer import AnomalyMonitor, AnomalySubscription

BUDGET: Final = "budget"
MONITOR: Final = "monitor"
SUBSCRIPTION: Final = "subscription"

_NAME_LIMIT = 100
_TYPES = {"Actual": "ACTUAL", "Forecast": "FORECASTED"}


def compose(ctx: Context) -> Graph:
    """The graph of a Budget."""
    spec: BudgetSpec = ctx.spec
    graph = Graph(ctx.identity, spec.tags)
    adopted = spec.adopted_name
    budget = graph.add(
        Budget(
            name=BUDGET,
            budget_name=adopted or ctx.identity.derived(_NAME_LIMIT),
            limit=f"{spec.monthly_limit_usd:.2f}",
            counted=dict(COUNTED),
            filters={},
        ),
        at={"limit": "/monthlyLimitUSD", **({"budget_name": "/adopt/name"} if adopted else {})},
        adopt=adopted is not None,
    )
    for position, threshold in enumerate(spec.thresholds):
        _notification(graph, budget, threshold, f"/thresholds/{position}")
    if spec.anomaly_detection is not None and spec.anomaly_detection.enabled:
        _anomalies(graph, spec.anomaly_detection, ctx.identity.derived())
    return graph


def _notification(graph: Graph, budget: Budget, threshold: Threshold, at: str) -> None:
    graph.add(
        Notification(
            name=f"notification-{threshold.type.lower()}-{threshold.percent}",
            budget=budget.output("BudgetName"),
            notification_type=_TYPES[threshold.type],
            threshold=float(threshold.percent),
            subscribers=_emails("SubscriptionType", threshold.emails),
        ),
        at={
            "": at,
            "notification_type": f"{at}/type",
            "threshold": f"{at}/percent",
            "subscribers": f"{at}/emails",
        },
    )


def _anomalies(graph: Graph, wanted: AnomalyDetection, called: str) -> None:
    at = "/anomalyDetection"
    monitor = graph.add(AnomalyMonitor(name=MONITOR, monitor_name=called), at={"": f"{at}/enabled"})
    graph.add(
        AnomalySubscription(
            name=SUBSCRIPTION,
            subscription_name=called,
            monitors=(monitor.output("MonitorArn"),),
            subscribers=_emails("Type", wanted.emails),
            impact=(f"{wanted.minimum_impact_usd:.2f}",),
        ),
        at={"": f"{at}/enabled", "subscribers": f"{at}/emails", "impact": f"{at}/minimumImpactUSD"},
    )


def _emails(kind: str, addresses: Iterable[str]) -> Json:
    """Addresses as AWS lists subscribers, in one order, so that theirs in the spec decides nothing."""
    return tuple({kind: "EMAIL", "Address": address} for address in sorted(addresses))
