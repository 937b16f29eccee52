"""What a service may do outlasts what may still do it: a paused one, one that is deployed, one that was rolled back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.house import House
from tests.kinds.one_service import ADDRESS, NIGHTS, PUBLIC, applied
from tests.kinds.test_apprunnerservice_nights import until
from tests.resources.pushed import push

PRIVATE = {"image": {"repository": "shop/api", "tag": "v1"}}
ROLE = "instance"


@pytest.fixture
def slow() -> House:
    """A house in which AWS takes its time."""
    return House(delays="short")


def secret(house: House, name: str, **spec: Any) -> dict[str, Any]:
    """An AppSecret of that name is declared; how a service refers to it."""
    house.apply(
        {
            "kind": "AppSecret",
            "metadata": {"namespace": "shop", "name": name},
            "spec": {"generate": {"length": 32}, **spec},
        }
    )
    return {"secretRef": {"name": name}}


def finished(house: House, **spec: Any) -> None:
    """It is declared so, and AWS has had the time that it takes."""
    applied(house, **spec)
    house.clock.advance(300)
    house.settle()


def arn(house: House, name: str) -> str:
    return str(house.status(("AppSecret", "shop", name))["outputs"]["arn"])


def readable(house: House) -> set[str]:
    """The secrets that the role of the instances may read."""
    iam = house.client("iam")
    [role] = [one["RoleName"] for one in iam.list_roles()["Roles"] if one["RoleName"].endswith(f"-{ROLE}")]
    found: set[str] = set()
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        found |= {str(one) for part in document["Statement"] for one in part["Resource"]}
    return found


def test_a_paused_service_may_read_until_the_morning_what_it_lost_at_night(house: House) -> None:
    both = {"J": secret(house, "j"), "K": secret(house, "k")}
    applied(house, schedule=NIGHTS, secrets=both)
    before = {arn(house, "j"), arn(house, "k")}
    assert readable(house) == before
    until(house, "2026-11-23T21:00")
    applied(house, schedule=NIGHTS, secrets={"K": both["K"]})
    until(house, "2026-11-23T22:00")
    assert readable(house) == before
    until(house, "2026-11-24T06:00")
    until(house, "2026-11-24T06:10")
    assert house.status(ADDRESS)["summary"] == "Ready"
    assert readable(house) == {arn(house, "k")}


@pytest.mark.parametrize("kept", [["K"], []], ids=["one of two", "all"])
def test_what_was_rolled_back_may_read_what_it_still_uses_until_it_uses_it_no_more(
    house: House, kept: list[str]
) -> None:
    both = {"J": secret(house, "j"), "K": secret(house, "k")}
    applied(house, secrets=both)
    before = readable(house)
    assert len(before) == 2
    house.emulator.order("failures", [{"operation": "UPDATE_SERVICE", "times": 1}])
    fewer = {name: both[name] for name in kept}
    applied(house, secrets=fewer, port=9000)
    assert (house.condition(ADDRESS, "Synced")["reason"], readable(house)) == ("RolledBack", before)
    applied(house, secrets=fewer, port=9001)
    assert house.status(ADDRESS)["summary"] == "Ready"
    assert readable(house) == {arn(house, name.lower()) for name in kept}


def test_the_role_that_pulls_an_image_stays_until_another_image_serves(slow: House) -> None:
    push(slow.client("ecr"), "v1", "a", repository="shop/api")
    applied(slow, source=PRIVATE)
    slow.emulator.order("failures", [{"operation": "UPDATE_SERVICE", "times": 1}])
    finished(slow, source=PUBLIC)
    roles = {one["RoleName"].rpartition("-")[2] for one in slow.client("iam").list_roles()["Roles"]}
    assert (slow.condition(ADDRESS, "Synced")["reason"], roles >= {"access", "instance"}) == ("RolledBack", True)
    finished(slow, source={"image": {**PUBLIC["image"], "tag": "1.28"}})
    roles = {one["RoleName"].rpartition("-")[2] for one in slow.client("iam").list_roles()["Roles"]}
    assert (slow.status(ADDRESS)["summary"], "access" in roles) == ("Ready", False)


def test_revisions_that_nothing_uses_keep_no_place_of_the_five(house: House) -> None:
    applied(house, scaling={"max": 2})
    house.emulator.order("failures", [{"operation": "UPDATE_SERVICE", "times": 7}])
    for most in range(3, 10):
        applied(house, scaling={"max": most})
        assert house.condition(ADDRESS, "Synced")["reason"] == "RolledBack"
    apprunner = house.client("apprunner")
    listed = apprunner.list_auto_scaling_configurations(LatestOnly=False)["AutoScalingConfigurationSummaryList"]
    ours = [one["HasAssociatedService"] for one in listed if one["AutoScalingConfigurationName"].startswith("shop-")]
    assert sorted(ours) == [False, True]
    applied(house, scaling={"max": 12})
    assert house.status(ADDRESS)["summary"] == "Ready"


def test_a_secret_stays_until_the_service_that_no_longer_names_it_uses_it_no_more(house: House) -> None:
    going = ("AppSecret", "shop", "j")
    applied(house, schedule=NIGHTS, secrets={"J": secret(house, "j", deletionPolicy="Delete")})
    until(house, "2026-11-23T21:00")
    applied(house, schedule=NIGHTS)
    house.delete(going)
    until(house, "2026-11-23T22:00")
    assert "AppRunnerService api" in house.condition(going, "Synced")["message"]
    until(house, "2026-11-24T06:00")
    until(house, "2026-11-24T06:10")
    assert (house.status(ADDRESS)["summary"], house.cluster.get(*going)) == ("Ready", None)
    kept = house.client("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"]
    assert [bool(one.get("DeletedDate")) for one in kept] == [True]
