"""What a Budget tells: what was spent and what AWS expects, in money strings, and where to look."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import quote

from trueup.core.cost import money
from trueup.core.observed import Observed
from trueup.core.paths import get
from trueup.core.values import MISSING, Json, Key
from trueup.kinds.budget.compose import BUDGET, MONITOR
from trueup.kinds.common.kind import Context
from trueup.resources.budgets import Budget
from trueup.resources.costexplorer import AnomalyMonitor

CONSOLE: Final = "https://us-east-1.console.aws.amazon.com/costmanagement/home#/budgets/details?name="

_SPENT = {
    "actualUSD": "CalculatedSpend.ActualSpend.Amount",
    "forecastUSD": "CalculatedSpend.ForecastedSpend.Amount",
}


def outputs(ctx: Context, observed: Observed) -> Mapping[str, Json]:
    """The budget's name and page, and this month's `actualUSD` and `forecastUSD` as far as AWS knows them.

    AWS computes them up to three times a day, a forecast only after about five weeks of data.
    """
    del ctx
    found: dict[str, Json] = {}
    budget = observed.seen.get(Key(Budget.TYPE, BUDGET))
    if budget is not None:
        name = str(budget.doc["BudgetName"])
        found = {"budgetName": name, "url": CONSOLE + quote(name, safe="")}
        for output, path in _SPENT.items():
            amount = get(budget.doc, path)
            if amount is not MISSING:
                found[output] = money(Decimal(str(amount)))
    monitor = observed.seen.get(Key(AnomalyMonitor.TYPE, MONITOR))
    if monitor is not None:
        found["anomalyMonitorArn"] = monitor.id
    return found
