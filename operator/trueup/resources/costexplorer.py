"""Cost Anomaly Detection, a part of Cost Explorer: the account's monitor of services and who hears from it.

The service lives in us-east-1. AWS allows one monitor of services for each account:
https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from trueup.core import compare
from trueup.core.resource import Attr, Deep, Listing, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import MISSING, Doc, Json, Mutability, Retry, as_list

SERVICE: Final = "ce"
HOME: Final = "us-east-1"

TAGS: Final = Tagging(
    read="ResourceTags",
    create="ResourceTags",
    add="TagResource",
    remove="UntagResource",
    who="ResourceArn",
    tags="ResourceTags",
    keys="ResourceTagKeys",
)

LIST_SECONDS: Final = 1800
"""Requests to Cost Explorer's API are billed, and AWS does not say that lists of monitors and subscriptions are not:
https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/."""

IMPACT: Final = "ANOMALY_TOTAL_IMPACT_ABSOLUTE"
"""The dimension of a subscription's threshold: the anomaly's whole cost in USD."""


def same_amounts(want: Json, have: Json) -> bool:
    """The same decimal numbers in the same order, however each is written."""
    wanted, seen = as_list(want), as_list(have)
    if wanted is None or seen is None or len(wanted) != len(seen):
        return compare.equal(want, have)
    return all(compare.number(one, other) for one, other in zip(wanted, seen, strict=True))


def _monitor(path: str, mutability: Mutability = Mutability.IN_PLACE) -> Attr:
    return Attr(f"AnomalyMonitor.{path}", read=path, mutability=mutability, update=path)


def _subscription(path: str, same: compare.Same = compare.equal) -> Attr:
    return Attr(f"AnomalySubscription.{path}", read=path, same=same, update=path)


@dataclass(frozen=True, kw_only=True)
class AnomalyMonitor(Resource):
    """The monitor that looks at the cost of each AWS service.

    There is one for each account: AWS refuses a second; what somebody else made is found and left alone.
    """

    TYPE: ClassVar[str] = "AWS::CE::AnomalyMonitor"
    SERVICE: ClassVar[str] = SERVICE
    REGION: ClassVar[str | None] = HOME
    LISTING: ClassVar[Listing] = Listing(
        "GetAnomalyMonitors",
        "AnomalyMonitors",
        page={"MaxResults": 100},
        by="MonitorArn",
        one={"MonitorArnList": ["{}"]},
        every=LIST_SECONDS,
    )
    DEEP: ClassVar[tuple[Deep, ...]] = (
        Deep("ListTagsForResource", {"ResourceArn": "{MonitorArn}"}, "ResourceTags", into="ResourceTags"),
    )
    IDENTITY: ClassVar[tuple[str, ...]] = ("MonitorType", "MonitorDimension")
    ID: ClassVar[str] = "MonitorArn"
    ARN: ClassVar[str] = "MonitorArn"
    CREATE: ClassVar[str] = "CreateAnomalyMonitor"
    UPDATE: ClassVar[str] = "UpdateAnomalyMonitor"
    UPDATE_BY: ClassVar[Mapping[str, str]] = {"MonitorArn": "MonitorArn"}
    DELETE: ClassVar[str] = "DeleteAnomalyMonitor"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"MonitorArn": "MonitorArn"}
    TAGGING: ClassVar[Tagging | None] = TAGS

    monitor_name: Annotated[str, _monitor("MonitorName")]
    monitor_type: Annotated[str, _monitor("MonitorType", Mutability.REPLACE)] = "DIMENSIONAL"
    dimension: Annotated[str, _monitor("MonitorDimension", Mutability.REPLACE)] = "SERVICE"


@dataclass(frozen=True, kw_only=True)
class AnomalySubscription(Resource):
    """Who hears of anomalies, how often, and from what cost on; found by tag, as its names are not unique."""

    TYPE: ClassVar[str] = "AWS::CE::AnomalySubscription"
    SERVICE: ClassVar[str] = SERVICE
    REGION: ClassVar[str | None] = HOME
    LISTING: ClassVar[Listing] = Listing(
        "GetAnomalySubscriptions",
        "AnomalySubscriptions",
        page={"MaxResults": 100},
        by="SubscriptionArn",
        one={"SubscriptionArnList": ["{}"]},
        every=LIST_SECONDS,
    )
    DEEP: ClassVar[tuple[Deep, ...]] = (
        Deep("ListTagsForResource", {"ResourceArn": "{SubscriptionArn}"}, "ResourceTags", into="ResourceTags"),
    )
    ID: ClassVar[str] = "SubscriptionArn"
    ARN: ClassVar[str] = "SubscriptionArn"
    CREATE: ClassVar[str] = "CreateAnomalySubscription"
    RETRY: ClassVar[Retry] = Retry.UNSAFE
    UPDATE: ClassVar[str] = "UpdateAnomalySubscription"
    UPDATE_BY: ClassVar[Mapping[str, str]] = {"SubscriptionArn": "SubscriptionArn"}
    DELETE: ClassVar[str] = "DeleteAnomalySubscription"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"SubscriptionArn": "SubscriptionArn"}
    TAGGING: ClassVar[Tagging | None] = TAGS

    subscription_name: Annotated[str, _subscription("SubscriptionName")]
    monitors: Annotated[Json, _subscription("MonitorArnList", compare.same_set)]
    subscribers: Annotated[Json, _subscription("Subscribers", compare.same_set)]
    """`{Type, Address}` of everyone who hears of it."""
    impact: Annotated[Json, _subscription("ThresholdExpression.Dimensions.Values", same_amounts)]
    """One decimal number: the least total cost of an anomaly, in USD, that is told."""
    impact_key: Annotated[str, _subscription("ThresholdExpression.Dimensions.Key")] = IMPACT
    impact_match: Annotated[Json, _subscription("ThresholdExpression.Dimensions.MatchOptions")] = (
        "GREATER_THAN_OR_EQUAL",
    )
    frequency: Annotated[str, _subscription("Frequency")] = "DAILY"

    def observed(self, name: str, doc: Doc) -> Json:
        """What the document shows; of subscribers without their state, which is theirs to change."""
        value = super().observed(name, doc)
        if name != "subscribers" or value is MISSING:
            return value
        return [{key: member for key, member in one.items() if key != "Status"} for one in value]
