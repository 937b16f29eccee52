"""Charter: Cost Explorer's anomaly monitors and subscriptions; everything else of Cost Explorer stays moto's.

Source: https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call, Forward, World


@dataclass
class Entry:
    """A monitor or a subscription with its tags."""

    doc: Document
    tags: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class Account:
    """Anomaly detection of one account, by ARN."""

    monitors: dict[str, Entry] = field(default_factory=dict[str, Entry])
    subscriptions: dict[str, Entry] = field(default_factory=dict[str, Entry])


def invalid(message: str) -> AwsError:
    """The refusal of a parameter."""
    return AwsError("ValidationException", message)


class CostExplorer:
    """Anomaly detection of every account."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._accounts: dict[str, Account] = {}
        self._operations: Mapping[str, Callable[[Account, Call], Document]] = {
            "CreateAnomalyMonitor": self._create_monitor,
            "GetAnomalyMonitors": self._get_monitors,
            "UpdateAnomalyMonitor": self._update_monitor,
            "DeleteAnomalyMonitor": self._delete_monitor,
            "CreateAnomalySubscription": self._create_subscription,
            "GetAnomalySubscriptions": self._get_subscriptions,
            "UpdateAnomalySubscription": self._update_subscription,
            "DeleteAnomalySubscription": self._delete_subscription,
            "GetAnomalies": lambda _account, _call: {"Anomalies": []},
        }

    def handle(self, call: Call, forward: Forward, /) -> Document | Answer:
        """Answer one call; tags of cost categories and all the rest are moto's."""
        account = self._accounts.setdefault(call.account, Account())
        operation = self._operations.get(call.operation)
        if operation is None and re.search(r":anomaly(monitor|subscription)/", str(call.get("ResourceArn", ""))):
            operation = {
                "TagResource": self._tag, "UntagResource": self._untag, "ListTagsForResource": self._list_tags
            }.get(call.operation)  # fmt: skip
        return forward() if operation is None else operation(account, call)

    def reset(self) -> None:
        """Forget all monitors and subscriptions."""
        self._accounts.clear()

    def _today(self) -> str:
        return self._world.clock.moment().strftime("%Y-%m-%dT%H:%M:%SZ")

    # Monitors --------------------------------------------------------------------------------------------------

    def _create_monitor(self, account: Account, call: Call) -> Document:
        given = call.params["AnomalyMonitor"]
        kind, quotas = given["MonitorType"], self._world.quotas
        if kind == "DIMENSIONAL":
            if not given.get("MonitorDimension") or given.get("MonitorSpecification"):
                raise invalid("A DIMENSIONAL monitor needs MonitorDimension and no MonitorSpecification.")
            same = [one for one in account.monitors.values() if one.doc["MonitorType"] == "DIMENSIONAL"]
            quotas.refuse_if_reached(
                "ce.service-monitors", len(same), "LimitExceededException",
                "Limit exceeded on dimensional spend monitor creation",
            )  # fmt: skip
        elif not given.get("MonitorSpecification") or given.get("MonitorDimension"):
            raise invalid("A CUSTOM monitor needs MonitorSpecification and no MonitorDimension.")
        quotas.refuse_if_reached("ce.monitors", len(account.monitors), "LimitExceededException", "Too many monitors.")
        arn = f"arn:aws:ce::{call.account}:anomalymonitor/{uuid.uuid4()}"
        today = self._today()
        doc = {
            "MonitorArn": arn,
            "MonitorName": given["MonitorName"],
            "CreationDate": today,
            "LastUpdatedDate": today,
            "MonitorType": kind,
            "DimensionalValueCount": 0,
        }
        doc.update({key: given[key] for key in ("MonitorDimension", "MonitorSpecification") if given.get(key)})
        account.monitors[arn] = Entry(doc, _tags({}, call.get("ResourceTags", [])))
        return {"MonitorArn": arn}

    def _monitor(self, account: Account, arn: str) -> Entry:
        found = account.monitors.get(arn)
        if found is None:
            raise AwsError("UnknownMonitorException", f"The anomaly monitor {arn} doesn't exist.")
        return found

    def _get_monitors(self, account: Account, call: Call) -> Document:
        arns = call.get("MonitorArnList") or list(account.monitors)
        return _page(call, "AnomalyMonitors", [self._monitor(account, arn).doc for arn in arns])

    def _update_monitor(self, account: Account, call: Call) -> Document:
        found = self._monitor(account, call.params["MonitorArn"])
        if call.get("MonitorName"):
            found.doc["MonitorName"] = call.params["MonitorName"]
        found.doc["LastUpdatedDate"] = self._today()
        return {"MonitorArn": found.doc["MonitorArn"]}

    def _delete_monitor(self, account: Account, call: Call) -> Document:
        arn = str(call.params["MonitorArn"])
        self._monitor(account, arn)
        del account.monitors[arn]
        for key, entry in list(account.subscriptions.items()):
            rest = [one for one in entry.doc["MonitorArnList"] if one != arn]
            entry.doc["MonitorArnList"] = rest
            if not rest:
                del account.subscriptions[key]
        return {}

    # Subscriptions ---------------------------------------------------------------------------------------------

    def _create_subscription(self, account: Account, call: Call) -> Document:
        given = call.params["AnomalySubscription"]
        arn = f"arn:aws:ce::{call.account}:anomalysubscription/{uuid.uuid4()}"
        doc = _subscription(given) | {"SubscriptionArn": arn, "AccountId": call.account}
        for monitor in doc["MonitorArnList"]:
            self._monitor(account, monitor)
        account.subscriptions[arn] = Entry(doc, _tags({}, call.get("ResourceTags", [])))
        return {"SubscriptionArn": arn}

    def _subscription(self, account: Account, arn: str) -> Entry:
        found = account.subscriptions.get(arn)
        if found is None:
            raise AwsError("UnknownSubscriptionException", f"The anomaly subscription {arn} doesn't exist.")
        return found

    def _get_subscriptions(self, account: Account, call: Call) -> Document:
        arns = call.get("SubscriptionArnList") or list(account.subscriptions)
        docs = [self._subscription(account, arn).doc for arn in arns]
        monitor = call.get("MonitorArn")
        return _page(
            call,
            "AnomalySubscriptions",
            [doc for doc in docs if not monitor or monitor in doc["MonitorArnList"]],
        )

    def _update_subscription(self, account: Account, call: Call) -> Document:
        found = self._subscription(account, call.params["SubscriptionArn"])
        changes = {key: value for key, value in call.params.items() if key != "SubscriptionArn"}
        if "ThresholdExpression" in changes:
            found.doc.pop("Threshold", None)
        doc = _subscription({**found.doc, **changes})
        for monitor in doc["MonitorArnList"]:
            self._monitor(account, monitor)
        found.doc.update(doc)
        return {"SubscriptionArn": found.doc["SubscriptionArn"]}

    def _delete_subscription(self, account: Account, call: Call) -> Document:
        arn = str(call.params["SubscriptionArn"])
        self._subscription(account, arn)
        del account.subscriptions[arn]
        return {}

    # Tags ------------------------------------------------------------------------------------------------------

    def _entry(self, account: Account, call: Call) -> Entry:
        arn = str(call.params["ResourceArn"])
        found = account.monitors.get(arn) or account.subscriptions.get(arn)
        if found is None:
            raise AwsError("ResourceNotFoundException", f"{arn} doesn't exist.")
        return found

    def _tag(self, account: Account, call: Call) -> Document:
        found = self._entry(account, call)
        found.tags = _tags(found.tags, call.params["ResourceTags"])
        return {}

    def _untag(self, account: Account, call: Call) -> Document:
        found = self._entry(account, call)
        found.tags = {key: value for key, value in found.tags.items() if key not in call.params["ResourceTagKeys"]}
        return {}

    def _list_tags(self, account: Account, call: Call) -> Document:
        tags = self._entry(account, call).tags
        return {"ResourceTags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def _subscription(given: Mapping[str, Any]) -> Document:
    doc: Document = dict(given)
    if not doc["MonitorArnList"]:
        raise invalid("A subscription needs at least one monitor.")
    kinds = {one["Type"] for one in doc["Subscribers"]}
    if doc["Frequency"] == "IMMEDIATE" and kinds != {"SNS"}:
        raise invalid("Immediate alerts go to an SNS topic, daily and weekly ones to e-mail addresses.")
    if doc["Frequency"] != "IMMEDIATE" and "SNS" in kinds:
        raise invalid("Daily and weekly alerts go to e-mail addresses.")
    if ("Threshold" in doc) and ("ThresholdExpression" in doc):
        raise invalid("Threshold and ThresholdExpression exclude each other.")
    doc["Subscribers"] = [{"Status": "CONFIRMED", **one} for one in doc["Subscribers"]]
    return doc


def _tags(present: Mapping[str, str], more: Sequence[Mapping[str, str]]) -> dict[str, str]:
    tags = {**present, **{tag["Key"]: tag["Value"] for tag in more}}
    if len(tags) > 200:
        raise AwsError("TooManyTagsException", "A resource has at most 200 tags.")
    return tags


def _page(call: Call, key: str, docs: Sequence[Document]) -> Document:
    limit = int(call.get("MaxResults") or 100)
    try:
        start = int(json.loads(base64.urlsafe_b64decode(str(call.get("NextPageToken") or "MA==").encode())))
    except ValueError:
        raise AwsError("InvalidNextTokenException", "The pagination token is not valid.") from None
    result: Document = {key: list(docs[start : start + limit])}
    if len(docs) > start + limit:
        result["NextPageToken"] = base64.urlsafe_b64encode(json.dumps(start + limit).encode()).decode()
    return result
