"""What an object's own policies and its author's annotations keep from happening: Report, hold, approval."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.aws import cluster, limit, set_limit, settled
from tests.e2e.space import Space
from tests.e2e.stage import truth, until

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]

REPORT = {"mode": "Report"}


def in_seconds(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


# ---- Report ------------------------------------------------------------------------------------------------------


def test_report_mode_creates_nothing_and_says_so(space: Space) -> None:
    mark = space.stage.mark()
    network = space.network(driftPolicy=REPORT)
    message = network.reason("Ready", "False", "ReportOnly")["message"]
    assert "AWS::EC2::VPC/vpc" in message
    network.looked()
    assert truth(network.now())["Synced"] == "True/ReportOnly"
    assert space.writes(mark) == []
    network.delete()
    network.gone()
    assert space.writes(mark) == []


def test_report_mode_reports_drift_and_a_changed_spec_and_writes_neither(space: Space) -> None:
    thresholds = [{"percent": 80, "emails": ["a@example.com"]}]
    budget = settled(space.budget(thresholds=thresholds))
    budget.patch(driftPolicy=REPORT)
    budget.done()
    mark = space.stage.mark()
    budget.patch(monthlyLimitUSD=70, thresholds=[{"percent": 80, "emails": ["b@example.com"]}])
    budget.until(lambda thing: thing["status"]["drift"]["count"] == 2)
    assert sorted((e["specPath"], e["action"], e["desired"]) for e in budget.drift()) == [
        ("/monthlyLimitUSD", "Reported", "70.00"),
        ("/thresholds/0/emails", "Reported", [{"SubscriptionType": "EMAIL", "Address": "b@example.com"}]),
    ]
    found = truth(budget.now())
    assert (found["Ready"], found["InSync"], found["Synced"]) == (
        "True/Available",
        "False/Drifted",
        "True/ReportOnly",
    )
    assert budget.status["summary"] == "Drifted"
    assert "plan" not in budget.status
    set_limit(budget, "33")
    budget.until(lambda thing: "33.0" in [e["observed"] for e in thing["status"]["drift"]["fields"]])
    assert space.writes(mark) == []


def test_deleting_in_report_mode_lets_go_and_lists_what_stays(space: Space) -> None:
    budget = settled(space.budget())
    name = budget.status["outputs"]["budgetName"]
    budget.patch(driftPolicy=REPORT)
    budget.done()
    mark = space.stage.mark()
    budget.delete()
    budget.gone()
    [event] = until(lambda: budget.events("Retained"), "no Event lists what stays")
    assert f"AWS::Budgets::Budget/budget ({name})" in event["message"]
    assert space.writes(mark) == []
    space.budget().done()  # and whoever declares it again finds it
    assert space.writes(mark) == []


# ---- hold --------------------------------------------------------------------------------------------------------


def test_a_hold_observes_writes_nothing_and_ends_by_itself(space: Space) -> None:
    budget = settled(space.budget())
    budget.annotate(hold_until=in_seconds(14), hold_reason="month end")
    budget.summary("Held")
    mark = space.stage.mark()
    set_limit(budget, "321")
    thing = budget.until(lambda found: found["status"]["drift"]["count"])
    assert [e["action"] for e in thing["status"]["drift"]["fields"]] == ["Held"]
    assert "month end" in str(thing["status"])
    budget.patch(monthlyLimitUSD=60)
    budget.until(lambda found: found["status"]["observedGeneration"] == 2)
    budget.looked()
    assert budget.status["summary"] == "Held"
    assert (space.writes(mark), limit(budget)) == ([], 321)
    budget.done()
    assert limit(budget) == 60


def test_a_deletion_waits_for_the_end_of_a_hold(space: Space) -> None:
    budget = settled(space.budget())
    name = budget.status["outputs"]["budgetName"]
    budget.annotate(hold_until=in_seconds(9))
    mark = space.stage.mark()
    budget.delete()
    budget.until(lambda found: "held until" in str(found["status"]).lower())
    assert space.writes(mark) == []
    budget.gone()
    left = space.stage.aws("budgets").describe_budgets(AccountId="123456789012").get("Budgets", [])
    assert name not in [b["BudgetName"] for b in left]


def test_a_hold_that_is_no_time_is_said(space: Space) -> None:
    budget = space.budget()
    budget.done()
    budget.annotate(hold_until="tomorrow")
    assert "write a time with a zone" in budget.reason("Stalled", "True", "Invalid")["message"]
    budget.annotate(hold_until=None)
    budget.done()


# ---- reconcile and approve ---------------------------------------------------------------------------------------


def test_a_look_that_is_asked_for_is_answered_at_once(space: Space) -> None:
    budget = settled(space.budget())
    began = time.monotonic()
    budget.annotate(reconcile="please-1")
    budget.until(lambda thing: thing["status"].get("lastHandledReconcile") == "please-1", 10)
    budget.annotate(reconcile="please-2")
    budget.until(lambda thing: thing["status"]["lastHandledReconcile"] == "please-2", 10)
    assert time.monotonic() - began < 10


def test_an_outage_waits_for_the_approval_of_this_very_plan(space: Space) -> None:
    data = space.database_on_network(version="16.10")
    data.patch(version="16.11")
    message = data.reason("Stalled", "True", "ApprovalNeeded")["message"]
    plan = data.status["plan"]
    assert f"trueup.dev/approve={plan['id']}" in message
    assert [(c["action"], c["effect"]) for c in plan["changes"]][:1] == [("update", "outage")]
    data.annotate(approve="0123456789ab")
    data.looked()
    assert data.condition("Stalled")["reason"] == "ApprovalNeeded"
    assert cluster(data)["EngineVersion"] == "16.10"
    data.annotate(approve=plan["id"])
    data.done()
    assert cluster(data)["EngineVersion"] == "16.11"
