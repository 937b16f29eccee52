"""Services that their schedules pause and resume, and what becomes of what people do meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.house import House
from tests.kinds.one_service import ADDRESS, NIGHTS, RUNNING, applied, by_hand, shown


def until(house: House, moment: str) -> None:
    """It is that time (UTC), and the operator has looked a few times since."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    house.clock.advance((at - house.clock()).total_seconds())
    house.settle()
    house.clock.advance(60)
    house.settle()


PAUSED = ("PAUSED", "Waiting", "Paused")


def test_a_service_is_paused_by_night_in_its_own_time_zone(house: House) -> None:
    applied(house, schedule=NIGHTS)
    assert shown(house) == RUNNING
    until(house, "2026-11-23T20:55")
    assert shown(house) == RUNNING
    until(house, "2026-11-23T21:00")
    assert shown(house) == PAUSED
    assert house.condition(ADDRESS, "InSync")["reason"] == "AsDeclared"
    until(house, "2026-11-24T06:00")
    assert shown(house) == RUNNING


def test_a_time_zones_summer_time_moves_the_pause(house: House) -> None:
    until_spring = datetime(2027, 3, 27, 12, 0, tzinfo=UTC)
    house.clock.at = until_spring
    applied(house, schedule=NIGHTS)
    until(house, "2027-03-27T21:00")
    assert shown(house) == PAUSED
    until(house, "2027-03-28T05:00")  # seven o'clock by then, for the clocks went forward at two
    assert shown(house) == RUNNING
    until(house, "2027-03-28T19:55")
    assert shown(house) == RUNNING
    until(house, "2027-03-28T20:00")
    assert shown(house) == PAUSED


def test_who_resumes_a_service_at_night_keeps_it_until_the_next_pause(house: House) -> None:
    applied(house, schedule=NIGHTS)
    until(house, "2026-11-23T21:00")
    house.clock.advance(3600)
    by_hand(house, "resume_service")
    until(house, "2026-11-23T23:30")
    assert shown(house) == RUNNING
    until(house, "2026-11-24T06:00")
    assert shown(house) == RUNNING
    until(house, "2026-11-24T21:00")
    assert shown(house) == PAUSED


def test_who_pauses_a_service_by_day_keeps_it_so_until_the_next_resume(house: House) -> None:
    applied(house, schedule=NIGHTS)
    by_hand(house, "pause_service")
    until(house, "2026-11-23T15:00")
    assert shown(house) == PAUSED
    until(house, "2026-11-24T06:00")
    assert shown(house) == RUNNING


def test_a_pause_that_was_missed_is_made_up_after_a_restart(house: House) -> None:
    applied(house, schedule=NIGHTS)
    house.leads = False
    until(house, "2026-11-24T01:00")
    house.leads = True
    house.start()
    house.settle()
    assert shown(house) == PAUSED


def test_what_changes_at_night_waits_for_the_morning_and_says_so(house: House) -> None:
    applied(house, schedule=NIGHTS)
    until(house, "2026-11-23T21:00")
    applied(house, schedule=NIGHTS, env={"MODE": "calm"})
    waits = house.condition(ADDRESS, "Synced")
    assert (waits["status"], waits["reason"]) == ("False", "Waiting")
    assert "is resumed at 2026-11-24 07:00 (Europe/Berlin)" in waits["message"]
    until(house, "2026-11-24T06:00")
    assert shown(house) == RUNNING
    service = house.client("apprunner").describe_service(ServiceArn=house.status(ADDRESS)["outputs"]["serviceArn"])
    values = service["Service"]["SourceConfiguration"]["ImageRepository"]["ImageConfiguration"]
    assert values["RuntimeEnvironmentVariables"] == {"MODE": "calm"}


def test_without_a_schedule_a_pause_is_somebodys_and_stays(house: House) -> None:
    applied(house)
    by_hand(house, "pause_service")
    until(house, "2026-11-25T06:00")
    assert shown(house) == PAUSED


def without_schedule(house: House, **spec: Any) -> None:
    """The schedule has been taken out of the spec, and the operator has looked a few times since."""
    applied(house, **spec)
    house.clock.advance(60)
    house.settle()


def test_what_its_schedule_paused_is_resumed_when_the_schedule_is_taken_out(house: House) -> None:
    applied(house, schedule=NIGHTS)
    until(house, "2026-11-23T21:00")
    without_schedule(house)
    assert shown(house) == RUNNING
    by_hand(house, "pause_service")
    until(house, "2026-11-25T06:00")
    assert shown(house) == PAUSED


def test_what_could_not_be_resumed_when_its_schedule_went_is_tried_again(house: House) -> None:
    applied(house, schedule=NIGHTS)
    until(house, "2026-11-23T21:00")
    house.emulator.order("failures", [{"operation": "RESUME_SERVICE", "times": 1}])
    without_schedule(house)
    assert (shown(house)[0], house.condition(ADDRESS, "Synced")["reason"]) == ("PAUSED", "ResumeFailed")
    until(house, "2026-11-23T21:20")
    assert shown(house) == RUNNING


def test_what_its_schedule_paused_takes_a_change_that_comes_as_the_schedule_goes(house: House) -> None:
    applied(house, schedule=NIGHTS)
    until(house, "2026-11-23T21:00")
    without_schedule(house, port=9000)
    assert shown(house) == RUNNING
    service = house.client("apprunner").describe_service(ServiceArn=house.status(ADDRESS)["outputs"]["serviceArn"])
    assert service["Service"]["SourceConfiguration"]["ImageRepository"]["ImageConfiguration"]["Port"] == "9000"


def test_what_somebody_paused_stays_so_when_the_schedule_is_taken_out(house: House) -> None:
    applied(house, schedule=NIGHTS)
    until(house, "2026-11-23T21:00")
    until(house, "2026-11-24T06:00")
    house.clock.advance(3600)
    by_hand(house, "pause_service")
    house.clock.advance(60)
    house.settle()
    without_schedule(house)
    assert shown(house) == PAUSED


def test_another_schedule_is_followed_at_once_after_what_the_former_one_did(house: House) -> None:
    applied(house, schedule=NIGHTS)
    until(house, "2026-11-23T21:00")
    applied(house, schedule={**NIGHTS, "pause": "0 2 * * *"})
    house.clock.advance(60)
    house.settle()
    assert shown(house) == RUNNING
    until(house, "2026-11-24T01:00")
    assert shown(house) == PAUSED


def test_where_pause_and_resume_fire_at_once_the_service_goes_on_and_nothing_is_saved(house: House) -> None:
    applied(house, schedule={"timezone": "UTC", "pause": "0 7 * * *", "resume": "0 7 * * 0-6"})
    until(house, "2026-11-24T07:00")
    assert shown(house) == RUNNING
    saving = [line["assumption"] for line in house.status(ADDRESS)["cost"]["lines"] if "pauses" in line["item"]]
    assert saving == []


def test_what_nights_save_stands_in_the_cost(house: House) -> None:
    applied(house, schedule=NIGHTS)
    cost = house.status(ADDRESS)["cost"]
    saying = {line["item"]: line["assumption"] for line in cost["lines"]}
    assert saying["pauses by schedule"] == "saves $0.96 a month: paused 274 of 730 hours"
