"""Charter: AWS Budgets: budgets, notifications, subscribers and tags. What was spent is said through /_trueup/spend.

Sources: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Operations_AWS_Budgets.html,
https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from trueup.sandbox.emulator.billing.rules import (
    COST_TYPES,
    alert,
    amount,
    audience,
    invalid,
    page,
    page_in_order,
    same,
    tagged,
)
from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call, Forward, World

_MOST_NOTIFICATIONS = 10
_NAME = re.compile(r"[A-Za-z0-9 _./=+\-%@]{1,100}")
_FAR = datetime(2087, 6, 15, tzinfo=UTC)


@dataclass
class Notification:
    """One alert of a budget with those who hear of it."""

    spec: Document
    subscribers: list[Document]

    def shown(self) -> Document:
        """The alert as AWS shows it."""
        return {**self.spec, "NotificationState": "OK"}


@dataclass
class Budget:
    """One budget with its notifications and tags; actual and forecast are said from outside."""

    spec: Document
    notifications: list[Notification] = field(default_factory=list[Notification])
    tags: dict[str, str] = field(default_factory=dict[str, str])
    actual: str = "0.0"
    forecast: str | None = None

    def shown(self) -> Document:
        """The budget as AWS shows it."""
        unit = self.spec.get("BudgetLimit", {}).get("Unit", "USD")
        spend: Document = {"ActualSpend": {"Amount": self.actual, "Unit": unit}}
        if self.forecast is not None:
            spend["ForecastedSpend"] = {"Amount": self.forecast, "Unit": unit}
        return {**self.spec, "CalculatedSpend": spend}


class Budgets:
    """AWS Budgets of every account."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._accounts: dict[str, dict[str, Budget]] = {}
        self._spend: dict[str, tuple[str, str | None]] = {}
        self._operations: Mapping[str, Callable[[Call], Document]] = {
            "CreateBudget": self._create,
            "UpdateBudget": self._update,
            "DescribeBudget": self._describe,
            "DescribeBudgets": self._describe_all,
            "DeleteBudget": self._delete,
            "CreateNotification": self._create_notification,
            "UpdateNotification": self._update_notification,
            "DeleteNotification": self._delete_notification,
            "DescribeNotificationsForBudget": self._describe_notifications,
            "DescribeBudgetNotificationsForAccount": self._describe_account,
            "CreateSubscriber": self._create_subscriber,
            "UpdateSubscriber": self._update_subscriber,
            "DeleteSubscriber": self._delete_subscriber,
            "DescribeSubscribersForNotification": self._describe_subscribers,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": self._list_tags,
            "DescribeBudgetActionsForBudget": lambda call: {"Actions": [], **self._nothing(call)},
        }

    def handle(self, call: Call, _forward: Forward, /) -> Document | Answer:
        """Answer one call."""
        operation = self._operations.get(call.operation)
        if operation is None:
            raise AwsError(
                "MotoNotImplemented",
                f"The emulator has no budgets.{call.operation}; see docs/emulator.md.",
                501,
            )
        if call.get("AccountId") not in (None, call.account):
            raise AwsError("AccessDeniedException", f"Account {call.params['AccountId']} is not yours.")
        return operation(call)

    def reset(self) -> None:
        """Forget all budgets and what was spent."""
        self._accounts.clear()
        self._spend.clear()

    def put_spend(self, content: Mapping[str, Any]) -> Document:
        """Say what a budget (or `*`, every one) has spent: {"budget", "actual", "forecast"?}; also later ones."""
        if not {"budget", "actual"} <= set(content) or set(content) - {"budget", "actual", "forecast"}:
            raise ValueError('/_trueup/spend takes {"budget": name or "*", "actual": "12.3", "forecast": "20"}')
        try:
            actual = amount(str(content["actual"]))
            forecast = amount(str(content["forecast"])) if content.get("forecast") is not None else None
        except AwsError as error:
            raise ValueError(error.message) from error
        wanted, touched = str(content["budget"]), list[str]()
        self._spend[wanted] = actual, forecast
        for budgets in self._accounts.values():
            for name, budget in budgets.items():
                if wanted in ("*", name):
                    budget.actual, budget.forecast = actual, forecast
                    touched.append(name)
        return {"budgets": sorted(touched)}

    def _nothing(self, call: Call) -> Document:
        self._budget(call)
        return {}

    def _budgets(self, call: Call) -> dict[str, Budget]:
        return self._accounts.setdefault(call.account, {})

    def _budget(self, call: Call, name: str | None = None) -> Budget:
        wanted = name or str(call.params["BudgetName"])
        found = self._budgets(call).get(wanted)
        if found is None:
            raise AwsError("NotFoundException", f"Unable to get budget: {wanted} - the budget doesn't exist.")
        return found

    def _create(self, call: Call) -> Document:
        spec = self._checked(call.params["Budget"])
        name, budgets = str(spec["BudgetName"]), self._budgets(call)
        if name in budgets:
            raise AwsError("DuplicateRecordException", f"Error creating budget: {name} - the budget already exists.")
        self._world.quotas.refuse_if_reached(
            "budgets.budgets",
            len(budgets),
            "CreationLimitExceededException",
            "The account has too many budgets.",
        )
        budget = Budget(spec)
        budget.tags = tagged({}, call.get("ResourceTags", []))
        for entry in call.get("NotificationsWithSubscribers", []):
            self._add_notification(budget, entry["Notification"], entry["Subscribers"])
        budget.actual, budget.forecast = self._spend.get(name, self._spend.get("*", ("0.0", None)))
        budgets[name] = budget
        return {}

    def _checked(self, given: Mapping[str, Any]) -> Document:
        spec: Document = {key: value for key, value in given.items() if key not in ("CalculatedSpend", "HealthStatus")}
        if not _NAME.fullmatch(str(spec["BudgetName"])) or "/action/" in str(spec["BudgetName"]):
            raise invalid(f"Budget name {spec['BudgetName']!r} has characters that are not allowed.")
        if ("CostFilters" in spec or "CostTypes" in spec) and ("FilterExpression" in spec or "Metrics" in spec):
            raise invalid("CostFilters and CostTypes exclude FilterExpression and Metrics.")
        planned = "PlannedBudgetLimits" in spec or "AutoAdjustData" in spec
        if ("BudgetLimit" in spec) == planned:
            raise invalid("A budget needs exactly one of BudgetLimit, PlannedBudgetLimits and AutoAdjustData.")
        if "BudgetLimit" in spec:
            limit = spec["BudgetLimit"]
            if Decimal(amount(limit["Amount"])) <= 0 and spec["BudgetType"] == "COST":
                raise invalid("The limit of a cost budget must be greater than 0.")
            spec["BudgetLimit"] = {"Amount": amount(limit["Amount"]), "Unit": limit["Unit"]}
        if spec["BudgetType"] == "COST" and "FilterExpression" not in spec and "Metrics" not in spec:
            spec["CostTypes"] = {**COST_TYPES, **spec.get("CostTypes", {})}
            spec.setdefault("CostFilters", {})
        now = self._world.clock.moment()
        period = dict(spec.get("TimePeriod", {}))
        period.setdefault("Start", now.replace(day=1, hour=0, minute=0, second=0, microsecond=0))
        period.setdefault("End", _FAR)
        if period["Start"] >= period["End"]:
            raise invalid("The start of the time period must be before its end.")
        return {**spec, "TimePeriod": period, "LastUpdatedTime": now}

    def _update(self, call: Call) -> Document:
        given = call.params["NewBudget"]
        budget = self._budget(call, str(given["BudgetName"]))
        spec = self._checked(given)
        if "TimePeriod" not in given:
            spec["TimePeriod"] = budget.spec["TimePeriod"]
        for fixed in ("BudgetType", "TimeUnit"):
            if spec[fixed] != budget.spec[fixed] and fixed == "BudgetType":
                raise invalid("The type of a budget cannot be changed.")
        budget.spec = spec
        return {}

    def _describe(self, call: Call) -> Document:
        return {"Budget": self._budget(call).shown()}

    def _describe_all(self, call: Call) -> Document:
        budgets = self._budgets(call)
        return page(call, "Budgets", list(budgets), lambda name: budgets[name].shown())

    def _delete(self, call: Call) -> Document:
        self._budget(call)
        del self._budgets(call)[str(call.params["BudgetName"])]
        return {}

    # Notifications ---------------------------------------------------------------------------------------------

    def _add_notification(self, budget: Budget, given: Mapping[str, Any], subscribers: Sequence[Document]) -> None:
        spec = alert(given)
        if any(same(spec, one.spec) for one in budget.notifications):
            raise AwsError("DuplicateRecordException", "Error creating notification: the notification already exists.")
        if len(budget.notifications) >= _MOST_NOTIFICATIONS:
            raise AwsError(
                "CreationLimitExceededException", f"A budget has at most {_MOST_NOTIFICATIONS} notifications."
            )
        budget.notifications.append(Notification(spec, audience(subscribers)))

    def _notification(self, call: Call, key: str = "Notification") -> tuple[Budget, Notification]:
        budget = self._budget(call)
        spec = alert(call.params[key])
        for one in budget.notifications:
            if same(spec, one.spec):
                return budget, one
        raise AwsError("NotFoundException", "Unable to get notification: the notification doesn't exist.")

    def _create_notification(self, call: Call) -> Document:
        self._add_notification(self._budget(call), call.params["Notification"], call.params["Subscribers"])
        return {}

    def _update_notification(self, call: Call) -> Document:
        budget, old = self._notification(call, "OldNotification")
        new = alert(call.params["NewNotification"])
        if any(same(new, one.spec) for one in budget.notifications if one is not old):
            raise AwsError("DuplicateRecordException", "Error updating notification: the notification already exists.")
        old.spec = new
        return {}

    def _delete_notification(self, call: Call) -> Document:
        budget, found = self._notification(call)
        budget.notifications.remove(found)
        return {}

    def _describe_notifications(self, call: Call) -> Document:
        shown = [one.shown() for one in self._budget(call).notifications]
        return page_in_order(call, "Notifications", shown)

    def _describe_account(self, call: Call) -> Document:
        budgets = self._budgets(call)
        with_any = [name for name, budget in budgets.items() if budget.notifications]

        def show(name: str) -> Document:
            return {"BudgetName": name, "Notifications": [one.shown() for one in budgets[name].notifications]}

        return page(call, "BudgetNotificationsForAccount", with_any, show)

    # Subscribers -----------------------------------------------------------------------------------------------

    def _create_subscriber(self, call: Call) -> Document:
        _, found = self._notification(call)
        new = call.params["Subscriber"]
        if new in found.subscribers:
            raise AwsError("DuplicateRecordException", "Error creating subscriber: the subscriber already exists.")
        found.subscribers = audience([*found.subscribers, new])
        return {}

    def _update_subscriber(self, call: Call) -> Document:
        _, found = self._notification(call)
        old, new = call.params["OldSubscriber"], call.params["NewSubscriber"]
        if old not in found.subscribers:
            raise AwsError("NotFoundException", "Unable to update subscriber: the subscriber doesn't exist.")
        if new in found.subscribers:
            raise AwsError("DuplicateRecordException", "Error updating subscriber: the subscriber already exists.")
        found.subscribers = audience([new if one == old else one for one in found.subscribers])
        return {}

    def _delete_subscriber(self, call: Call) -> Document:
        budget, found = self._notification(call)
        old = call.params["Subscriber"]
        if old not in found.subscribers:
            raise AwsError("NotFoundException", "Unable to delete subscriber: the subscriber doesn't exist.")
        found.subscribers.remove(old)
        if not found.subscribers:
            budget.notifications.remove(found)
        return {}

    def _describe_subscribers(self, call: Call) -> Document:
        _, found = self._notification(call)
        return page_in_order(call, "Subscribers", found.subscribers)

    # Tags ------------------------------------------------------------------------------------------------------

    def _by_arn(self, call: Call) -> Budget:
        found = re.fullmatch(rf"arn:aws:budgets::{call.account}:budget/(.+)", str(call.params["ResourceARN"]))
        if not found:
            raise invalid(f"Resource ARN {call.params['ResourceARN']} is not a budget of this account.")
        return self._budget(call, found.group(1))

    def _tag(self, call: Call) -> Document:
        budget = self._by_arn(call)
        budget.tags = tagged(budget.tags, call.params["ResourceTags"])
        return {}

    def _untag(self, call: Call) -> Document:
        budget = self._by_arn(call)
        for key in call.params["ResourceTagKeys"]:
            budget.tags.pop(key, None)
        return {}

    def _list_tags(self, call: Call) -> Document:
        return {"ResourceTags": [{"Key": key, "Value": value} for key, value in self._by_arn(call).tags.items()]}
