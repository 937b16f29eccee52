"""The kind Budget: a monthly limit, who is told when it comes near, and what it stops."""

from trueup.kinds.budget.compose import compose
from trueup.kinds.budget.outputs import outputs
from trueup.kinds.budget.spec import INFO
from trueup.kinds.common.kind import Kind
from trueup.resources.budgets import Budget, Notification
from trueup.resources.costexplorer import AnomalyMonitor, AnomalySubscription

KIND = Kind(
    info=INFO,
    types=(Budget, Notification, AnomalyMonitor, AnomalySubscription),
    compose=compose,
    outputs=outputs,
    peers=lambda spec: (),
)
"""Budget as the engine takes it."""
