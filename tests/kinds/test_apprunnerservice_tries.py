"""What App Runner could not do for a service: what is told of it, and when it is tried again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.house import House
from tests.kinds.one_service import ADDRESS, NIGHTS, RUNNING, applied, shown
from tests.kinds.test_apprunnerservice_nights import until


def passed(house: House, time: timedelta) -> None:
    """So much time passes, in which the operator looks when it wants to."""
    end = house.clock() + time
    while house.clock() < end:
        house.clock.advance(max(house.sweep(), 1.0))


def reasons(house: House) -> dict[str, Any]:
    return {type: house.condition(ADDRESS, type)["reason"] for type in ("Ready", "Synced", "Stalled")}


def writes(house: House, operation: str) -> int:
    return house.emulator.calls(caller="trueup").get(f"apprunner.{operation}", 0)


def test_a_service_that_cannot_be_created_says_why_however_often_and_is_tried_less_and_less(house: House) -> None:
    house.emulator.order("failures", [{"operation": "CREATE_SERVICE"}])
    applied(house)
    made: list[int] = []
    for _ in range(3):
        passed(house, timedelta(hours=1))
        assert reasons(house) == dict.fromkeys(("Ready", "Synced", "Stalled"), "CreateFailed")
        assert (house.drift(ADDRESS), house.status(ADDRESS)["drift"]["recent"]) == ([], [])
        made.append(writes(house, "CreateService"))
    assert (made[0] <= 8, made[-1] - made[-2] <= 2) == (True, True)
    house.emulator.order("failures", [])
    passed(house, timedelta(hours=1))
    assert reasons(house)["Ready"] == "Available"


def test_a_service_that_cannot_be_resumed_says_so_and_not_that_it_sleeps(house: House) -> None:
    applied(house, schedule=NIGHTS)
    until(house, "2026-11-23T21:00")
    house.emulator.order("failures", [{"operation": "RESUME_SERVICE"}])
    until(house, "2026-11-24T06:00")
    for _ in range(3):
        passed(house, timedelta(hours=1))
        assert reasons(house) == dict.fromkeys(("Ready", "Synced", "Stalled"), "ResumeFailed")
    assert writes(house, "ResumeService") <= 12
    house.emulator.order("failures", [])
    passed(house, timedelta(hours=1))
    assert shown(house) == RUNNING


def test_what_was_rolled_back_is_tried_anew_where_git_took_it_back_and_says_it_again(house: House) -> None:
    applied(house)
    house.emulator.order("failures", [{"operation": "UPDATE_SERVICE", "times": 1}])
    applied(house, port=9000)
    assert reasons(house)["Synced"] == "RolledBack"
    applied(house)
    assert shown(house) == RUNNING
    applied(house, port=9000)
    assert (shown(house), writes(house, "UpdateService")) == (RUNNING, 2)


def test_another_value_of_a_secret_is_deployed_also_after_a_rollback(house: House) -> None:
    secret = {"generate": {"length": 32}, "rotation": {"everyDays": 30}}
    house.apply({"kind": "AppSecret", "metadata": {"namespace": "shop", "name": "key"}, "spec": secret})
    spec = {"secrets": {"KEY": {"secretRef": {"name": "key"}}}}
    applied(house, **spec)
    house.emulator.order("failures", [{"operation": "UPDATE_SERVICE", "times": 1}])
    applied(house, **spec, port=9000)
    assert reasons(house)["Synced"] == "RolledBack"
    passed(house, timedelta(minutes=30))
    assert writes(house, "UpdateService") == 1
    house.clock.advance(timedelta(days=31).total_seconds())
    house.settle()
    house.clock.advance(60)
    house.settle()
    assert (shown(house), writes(house, "UpdateService")) == (RUNNING, 2)
