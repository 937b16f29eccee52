"""AWS Budgets: a monthly budget, and its notifications as a closed collection of their own.

The service lives in us-east-1, whatever an object's region. Every call names the account; no answer shows an
ARN, so that it is put together here. Calls and limits:
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from trueup.core import compare
from trueup.core.paths import get
from trueup.core.resource import Attr, Deep, Difference, Listing, Ownership, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import MISSING, Call, Doc, Json, Lookup, Mutability, Phase, Pseudo, as_list, resolve

SERVICE: Final = "budgets"
HOME: Final = "us-east-1"
ARN: Final = "arn:{Partition}:budgets::{AccountId}:budget/{BudgetName}"

# What a budget counts: everything that is charged. Credits and refunds are left out, because a platform that
# lives on credits costs the same and comes due when they end.
COUNTED: Final[Mapping[str, bool]] = {
    "IncludeTax": True,
    "IncludeSubscription": True,
    "IncludeUpfront": True,
    "IncludeRecurring": True,
    "IncludeOtherSubscription": True,
    "IncludeSupport": True,
    "IncludeDiscount": True,
    "IncludeCredit": False,
    "IncludeRefund": False,
    "UseBlended": False,
    "UseAmortized": False,
}


def _budget(path: str, same: compare.Same = compare.equal, *, keyed: bool = False) -> Attr:
    """A member of the budget: `Budget` when created, `NewBudget` when updated, bare when described."""
    return Attr(f"Budget.{path}", read=path, same=same, update=f"NewBudget.{path}", keyed=keyed)


class OfAccount(Resource):
    """What every resource of AWS Budgets has in common: each call names the account."""

    SERVICE: ClassVar[str] = SERVICE
    REGION: ClassVar[str | None] = HOME
    CONSTANT: ClassVar[Mapping[str, Json]] = {"AccountId": Pseudo.ACCOUNT}

    @classmethod
    def selected(cls, by: Mapping[str, str], doc: Doc, lookup: Lookup) -> dict[str, Json]:
        """The parameters taken from the document, and the account."""
        return {"AccountId": Pseudo.ACCOUNT, **super().selected(by, doc, lookup)}


@dataclass(frozen=True, kw_only=True)
class Budget(OfAccount):
    """A budget: a limit in USD for each calendar month of the whole account.

    `UpdateBudget` replaces everything: each update carries every declared field and the observed period.
    What is left out of it on purpose (planned limits, automatic adjustment) would contradict the limit.
    """

    TYPE: ClassVar[str] = "AWS::Budgets::Budget"
    ADOPTED_BY: ClassVar[str] = "spec.adopt.name"
    LISTING: ClassVar[Listing] = Listing(
        "DescribeBudgets",
        "Budgets",
        params={"AccountId": Pseudo.ACCOUNT},
        page={"MaxResults": 1000},
        by="BudgetName",
    )
    DEEP: ClassVar[tuple[Deep, ...]] = (
        Deep("ListTagsForResource", {"ResourceARN": ARN}, "ResourceTags", into="ResourceTags"),
    )
    IDENTITY: ClassVar[tuple[str, ...]] = ("BudgetName",)
    ID: ClassVar[str] = "BudgetName"
    STATE: ClassVar[str] = "HealthStatus.Status"
    CREATE: ClassVar[str] = "CreateBudget"
    UPDATE: ClassVar[str] = "UpdateBudget"
    WHOLE: ClassVar[bool] = True
    DELETE: ClassVar[str] = "DeleteBudget"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"BudgetName": "BudgetName"}
    TAGGING: ClassVar[Tagging | None] = Tagging(
        read="ResourceTags",
        create="ResourceTags",
        add="TagResource",
        remove="UntagResource",
        who="ResourceARN",
        tags="ResourceTags",
        keys="ResourceTagKeys",
    )

    budget_name: Annotated[
        str,
        Attr(
            "Budget.BudgetName",
            read="BudgetName",
            same=compare.ignoring_case,
            mutability=Mutability.REPLACE,
            update="NewBudget.BudgetName",
        ),
    ]
    limit: Annotated[str, _budget("BudgetLimit.Amount", compare.number)]
    """USD a month, as a decimal number; AWS shows "50" as "50.0"."""
    unit: Annotated[str, _budget("BudgetLimit.Unit")] = "USD"
    time_unit: Annotated[str, _budget("TimeUnit")] = "MONTHLY"
    budget_type: Annotated[str, _budget("BudgetType")] = "COST"
    counted: Annotated[Json, _budget("CostTypes", keyed=True)] = None
    filters: Annotated[Json, _budget("CostFilters")] = None
    """`{}` declares that nothing is filtered out: a filter would blind the budget."""

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """Failed while AWS cannot compute the budget, unless by a filter, which an update takes away."""
        unhealthy = get(doc, "HealthStatus.Status") == "UNHEALTHY"
        broken = unhealthy and get(doc, "HealthStatus.StatusReason") != "FILTER_INVALID"
        return Phase.FAILED if broken else Phase.READY

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """One full replacement that keeps the period, which is not ours to say."""
        (call,) = super().patch(doc, found, lookup)
        kept = {key: doc[key] for key in ("TimePeriod", "BillingViewArn") if key in doc}
        new = {**call.params["NewBudget"], **kept}
        return (Call(call.service, call.operation, {**call.params, "NewBudget": new}, call.retry),)

    @classmethod
    def full_arn(cls, doc: Doc, lookup: Lookup) -> str | None:
        """The ARN, put together."""
        arn = budget_arn(str(doc["BudgetName"]), lookup)
        return None if arn is MISSING else str(arn)

    def update(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """The replacement where a field differs; tag calls with the ARN that no answer shows."""
        plain = tuple(d for d in found if d.attr != "tags")
        calls = self.patch(doc, plain, lookup) if plain else ()
        arn = budget_arn(str(doc["BudgetName"]), lookup)
        return calls + tuple(
            Call(call.service, call.operation, {**call.params, "ResourceARN": arn}, call.retry)
            for call in self.retag(doc, tuple(d for d in found if d.attr == "tags"))
        )


def budget_arn(name: str, lookup: Lookup) -> Json:
    """The ARN of a budget of the account at hand, or MISSING while the account is not known."""
    partition, account = lookup(Pseudo.PARTITION), lookup(Pseudo.ACCOUNT)
    if partition is MISSING or account is MISSING:
        return MISSING
    return ARN.format(Partition=partition, AccountId=account, BudgetName=name)


NOTIFICATION: Final = ("NotificationType", "ComparisonOperator", "Threshold", "ThresholdType")
"""The members that tell one notification of a budget from the others; AWS gives it no id."""


@dataclass(frozen=True, kw_only=True)
class Notification(OfAccount):
    """One threshold of a budget and those who hear of it. All but its subscribers is its identity."""

    TYPE: ClassVar[str] = "AWS::Budgets::Notification"
    LISTING: ClassVar[Listing] = Listing(
        "DescribeBudgetNotificationsForAccount",
        "BudgetNotificationsForAccount",
        params={"AccountId": Pseudo.ACCOUNT},
        page={"MaxResults": 1000},
        by="BudgetName",
    )
    DEEP: ClassVar[tuple[Deep, ...]] = (
        Deep(
            "DescribeSubscribersForNotification",
            {
                "AccountId": Pseudo.ACCOUNT,
                "BudgetName": "{BudgetName}",
                "Notification": {member: f"{{Notifications[].{member}}}" for member in NOTIFICATION},
            },
            "Subscribers",
            into="Notifications[].Subscribers",
            page={"MaxResults": 100},
        ),
    )
    IDENTITY: ClassVar[tuple[str, ...]] = ("BudgetName", *NOTIFICATION)
    ID: ClassVar[str] = ""
    STATE: ClassVar[str] = "NotificationState"
    OWNED: ClassVar[Ownership] = Ownership.PARENT
    PARENT: ClassVar[str] = "BudgetName"
    CREATE: ClassVar[str] = "CreateNotification"
    DELETE: ClassVar[str] = "DeleteNotification"
    DELETE_BY: ClassVar[Mapping[str, str]] = {
        "BudgetName": "BudgetName",
        **{f"Notification.{member}": member for member in NOTIFICATION},
    }
    ALSO: ClassVar[tuple[str, ...]] = ("CreateSubscriber", "UpdateSubscriber", "DeleteSubscriber")

    budget: Annotated[Json, Attr("BudgetName", same=compare.ignoring_case, mutability=Mutability.REPLACE)]
    notification_type: Annotated[
        str, Attr("Notification.NotificationType", read="NotificationType", mutability=Mutability.REPLACE)
    ]
    threshold: Annotated[float, Attr("Notification.Threshold", read="Threshold", mutability=Mutability.REPLACE)]
    """Percent of the limit, as AWS writes it: a floating-point number."""
    comparison: Annotated[
        str, Attr("Notification.ComparisonOperator", read="ComparisonOperator", mutability=Mutability.REPLACE)
    ] = "GREATER_THAN"
    threshold_type: Annotated[
        str, Attr("Notification.ThresholdType", read="ThresholdType", mutability=Mutability.REPLACE)
    ] = "PERCENTAGE"
    subscribers: Annotated[Json, Attr("Subscribers", same=compare.same_set)]
    """`{SubscriptionType, Address}` of everyone who hears of it: a closed collection of at least one."""

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """Each notification of the budget, with the budget's name."""
        for found in as_list(get(doc, "Notifications")) or ():
            yield {
                **found,
                "BudgetName": doc["BudgetName"],
                "Threshold": float(found["Threshold"]),
                "ThresholdType": found.get("ThresholdType", "PERCENTAGE"),
            }

    @classmethod
    def id_of(cls, doc: Doc) -> str:
        """The identity joined: AWS gives a notification no id."""
        return "/".join(cls.identity_of(doc))

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """Subscribers are exchanged, then added, then taken away: at no moment has it none, or too many."""
        del found
        want = as_list(resolve(self.subscribers, lookup)) or ()
        have = as_list(get(doc, "Subscribers")) or ()
        missing = [one for one in want if one not in have]
        extra = [one for one in have if one not in want]
        exchanged: list[tuple[Json, Json]] = []
        for old in tuple(extra):
            kind = old["SubscriptionType"]
            new = next((one for one in missing if one["SubscriptionType"] == kind), None)
            if new is not None:
                exchanged.append((old, new))
                extra.remove(old)
                missing.remove(new)
        return (
            *(
                self._subscriber("UpdateSubscriber", doc, lookup, OldSubscriber=old, NewSubscriber=new)
                for old, new in exchanged
            ),
            *(self._subscriber("CreateSubscriber", doc, lookup, Subscriber=one) for one in missing),
            *(self._subscriber("DeleteSubscriber", doc, lookup, Subscriber=one) for one in extra),
        )

    def _subscriber(self, operation: str, doc: Doc, lookup: Lookup, **who: Json) -> Call:
        params = {**self.selected(self.DELETE_BY, doc, lookup), **who}
        return Call(SERVICE, operation, resolve(params, lookup))
