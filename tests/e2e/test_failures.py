"""What AWS refuses or does not answer: said in one sentence with its remedy, nothing lost, healed by itself."""

from typing import Any

import pytest

from tests.e2e.aws import aws_budget, settled
from tests.e2e.relay import Relay
from tests.e2e.space import Space
from tests.e2e.stage import truth, until

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]

FAULTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "throttled": ({"action": "throttle"}, "Throttled", "it is tried again, more slowly"),
    "failing": ({"action": "error"}, "AWSUnavailable", "it is tried again"),
    "unavailable": ({"action": "unavailable"}, "AWSUnavailable", "it is tried again"),
    "denied": ({"action": "denied"}, "AccessDenied", "Allow the action that the message names"),
    "lost": ({"action": "hang", "seconds": 1}, "", ""),
    "expired": (
        {"action": "error", "code": "ExpiredTokenException", "status": 400, "message": "The security token expired"},
        "CredentialsInvalid",
        "Renew the credentials",
    ),
    "refused": (
        {"action": "error", "code": "InvalidParameterException", "status": 400, "message": "no such thing"},
        "Refused",
        "no such thing",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_refused_create_is_said_and_heals(space: Space, case: str) -> None:
    fault, reason, remedy = FAULTS[case]
    with space.stage.faults({"service": "budgets", "operation": "CreateBudget", **fault}):
        budget = space.budget()
        thing = budget.until(
            lambda t: truth(t).get("Synced", "").startswith("False") and truth(t)["Synced"] != "False/Writing"
        )
        if reason:
            synced = budget.reason("Synced", "False", reason)
            assert "budgets.CreateBudget failed with" in synced["message"]
            assert remedy in synced["message"]
        assert truth(thing)["Ready"].startswith("False")
    budget.looked()
    budget.done()
    assert aws_budget(budget)["BudgetLimit"]["Amount"] == "50.0"


def test_what_cannot_be_read_stays_as_it_was_and_is_said(space: Space) -> None:
    budget = settled(space.budget())
    with space.stage.faults({"service": "budgets", "action": "denied"}):
        assert "budgets:Describe" in budget.reason("Synced", "False", "AccessDenied")["message"]
        found = truth(budget.now())
        assert (found["Ready"], found["InSync"], found["Stalled"]) == (
            "True/Available",
            "Unknown/NotObserved",
            "True/AccessDenied",
        )
        assert budget.resource("budget")["id"] == budget.status["outputs"]["budgetName"]
    budget.done()


def test_credentials_that_expire_are_said_everywhere_and_nothing_is_lost(space: Space) -> None:
    data = settled(space.database_on_network())
    expired = {"action": "error", "code": "ExpiredToken", "status": 403, "message": "The security token has expired"}
    with space.stage.faults(expired):
        stalled = data.reason("Stalled", "True", "CredentialsInvalid")
        assert "The security token has expired" in stalled["message"]
        assert "Renew the credentials" in stalled["message"]
        assert data.condition("Ready")["status"] == "True"
    mark = space.stage.mark()
    data.done()
    assert space.writes(mark) == []


def test_a_quota_is_said_and_heals_when_it_is_raised(space: Space) -> None:
    before = space.stage.emulator("GET", "quotas")["ec2.vpcs"]
    have = len(space.stage.aws("ec2").describe_vpcs()["Vpcs"])
    space.stage.emulator("PUT", "quotas", {"ec2.vpcs": 0})
    try:
        network = space.network()
        message = network.reason("Stalled", "True", "QuotaExceeded")["message"]
        assert "VpcLimitExceeded" in message
        assert "quota" in message
    finally:
        space.stage.emulator("PUT", "quotas", {"ec2.vpcs": max(before, have + 1)})
    network.looked()
    network.done()


def test_an_endpoint_that_cannot_be_reached_is_said_and_nothing_is_lost(space: Space) -> None:
    relay = Relay.before(space.stage.endpoint)
    budget = settled(space.budget())
    space.stage.operator.end()
    through = space.stage.operate("relayed", endpoint=relay.url)
    try:
        through.ready()
        budget.looked()
        relay.close()
        synced = budget.reason("Synced", "False", "AWSUnreachable")
        assert relay.url in synced["message"] or "sts" in synced["message"]
        assert budget.condition("Ready")["status"] == "True"
        budget.patch(monthlyLimitUSD=80)
        relay.open()
        budget.until(lambda thing: thing["status"]["observedGeneration"] == 2)
        budget.done()
        assert aws_budget(budget)["BudgetLimit"]["Amount"] == "80.0"
    finally:
        relay.close()
        assert through.end() == 0
        space.stage.operate().ready()
    until(lambda: space.stage.operator.metric("trueup_leader") == 1, "nobody leads")
