"""The kind Budget: a monthly limit, who is told when it comes near, and what it stops."""

from decimal import Decimal

from trueup.kinds.budget.compose import compose
from trueup.kinds.budget.outputs import outputs
from trueup.kinds.budget.spec import INFO, BudgetSpec
from trueup.kinds.common.kind import GateTerms, Kind
from trueup.resources.budgets import Budget, Notification
from trueup.resources.costexplorer import AnomalyMonitor, AnomalySubscription


def gate(spec: BudgetSpec) -> GateTerms | None:
    """Where the budget stops others, and whom it counts; None where the spec has no gate."""
    if spec.gate is None:
        return None
    labels = spec.selector.match_labels if spec.selector is not None else {}
    return GateTerms(spec.monthly_limit_usd, Decimal(spec.gate.percent), labels)


KIND = Kind(
    info=INFO,
    types=(Budget, Notification, AnomalyMonitor, AnomalySubscription),
    compose=compose,
    outputs=outputs,
    peers=lambda spec: (),
    gate=gate,
)
"""Budget as the engine takes it."""
