"""Services that their schedules pause and resume, and what becomes of what people do meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.house import House
from tests.kinds.one_service import ADDRESS, NIGHTS, RUNNING, applied, by_hand, shown, until

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


def test_tags_of_a_paused_service_do_not_wait_for_the_morning(house: House) -> None:
    applied(house, schedule=NIGHTS)
    until(house, "2026-11-23T21:00")
    arn = house.status(ADDRESS)["outputs"]["serviceArn"]
    house.client("apprunner").untag_resource(ResourceArn=arn, TagKeys=["trueup.dev/owner"])
    until(house, "2026-11-23T22:00")
    applied(house, schedule=NIGHTS, tags={"team": "shop"})
    tags = {
        one["Key"]: one["Value"] for one in house.client("apprunner").list_tags_for_resource(ResourceArn=arn)["Tags"]
    }
    assert (tags["trueup.dev/owner"], tags["team"]) == ("trueup/AppRunnerService/shop/api", "shop")
    assert [entry["path"] for entry in house.status(ADDRESS)["drift"]["recent"]] == ["Tags.trueup.dev/owner"]
    assert (house.status(ADDRESS)["summary"], house.condition(ADDRESS, "Synced")["reason"]) == ("Waiting", "Written")
    assert "apprunner.ResumeService" not in house.emulator.calls(caller="trueup")


def test_without_a_schedule_a_pause_is_somebodys_and_stays(house: House) -> None:
    applied(house)
    by_hand(house, "pause_service")
    until(house, "2026-11-25T06:00")
    assert shown(house) == PAUSED


def maintained(house: House) -> tuple[str, str, str]:
    """AWS has begun to maintain the service, for ten minutes, and the operator has looked since."""
    house.emulator.order("maintenance", {"seconds": 600})
    house.clock.advance(60)
    house.sweep()
    return shown(house)


def test_maintenance_of_a_paused_service_is_no_drift_and_no_news(house: House) -> None:
    applied(house, schedule=NIGHTS)
    until(house, "2026-11-23T21:00")
    house.cluster.events.clear()
    assert maintained(house) == ("OPERATION_IN_PROGRESS", "Waiting", "Paused")
    assert house.condition(ADDRESS, "Ready")["message"].endswith("(AWS maintains it) and paused by its schedule.")
    until(house, "2026-11-23T22:00")
    assert (shown(house), house.cluster.events) == (PAUSED, [])
    until(house, "2026-11-24T05:55")
    maintained(house)
    until(house, "2026-11-24T06:01")
    assert shown(house) == ("OPERATION_IN_PROGRESS", "Waiting", "Paused")
    until(house, "2026-11-24T06:10")
    assert shown(house) == RUNNING


def test_what_somebody_paused_is_paused_while_aws_maintains_it(house: House) -> None:
    applied(house)
    by_hand(house, "pause_service")
    until(house, "2026-11-23T13:00")
    assert maintained(house) == ("OPERATION_IN_PROGRESS", "Waiting", "Paused")
    until(house, "2026-11-23T14:00")
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


def test_what_was_rolled_back_sleeps_all_the_same_and_is_not_tried_again_each_morning(house: House) -> None:
    applied(house, schedule=NIGHTS)
    house.emulator.order("failures", [{"operation": "UPDATE_SERVICE", "times": 10}])
    applied(house, schedule=NIGHTS, port=9000)
    seen: list[tuple[str, str, str]] = []
    for moment in ("2026-11-23T15:00", "2026-11-23T21:00", "2026-11-24T06:00", "2026-11-24T21:00"):
        until(house, moment)
        [service] = house.client("apprunner").list_services()["ServiceSummaryList"]
        ready, synced = (house.condition(ADDRESS, type)["reason"] for type in ("Ready", "Synced"))
        seen.append((service["Status"], ready, synced))
    day, night = ("RUNNING", "Available", "RolledBack"), ("PAUSED", "Paused", "RolledBack")
    assert seen == [day, night, day, night]
    assert (
        "Once resumed it serves image public.ecr.aws/nginx/nginx:1.27" in house.condition(ADDRESS, "Synced")["message"]
    )
    calls = house.emulator.calls(caller="trueup")
    assert [calls[f"apprunner.{name}Service"] for name in ("Update", "Pause", "Resume")] == [1, 2, 1]


def test_a_change_that_comes_as_the_night_does_is_made_before_the_pause(house: House) -> None:
    applied(house, schedule=NIGHTS)
    house.clock.at = datetime(2026, 11, 23, 21, 0, 30, tzinfo=UTC)
    applied(house, schedule=NIGHTS, port=9000)
    until(house, "2026-11-23T21:10")
    assert shown(house) == PAUSED
    made = [entry.operation for entry in house.emulator.log(2000) if entry.service == "apprunner"]
    assert [name for name in made if name in ("UpdateService", "PauseService")] == ["UpdateService", "PauseService"]


DOMAIN = "api.shop.de"


def with_zone(house: House, domain: str) -> None:
    """A zone for shop.de, and the service with this domain; the operator has looked a few times since."""
    house.apply({"kind": "DnsZone", "metadata": {"namespace": "shop", "name": "home"}, "spec": {"domain": "shop.de"}})
    applied(house, schedule=NIGHTS, domains=[domain], zoneRef={"name": "home"})
    house.clock.advance(120)
    house.settle()
    house.clock.advance(120)
    house.settle()


def associated(house: House) -> dict[str, str]:
    """The domains that App Runner shows, with their statuses."""
    arn = house.status(ADDRESS)["outputs"]["serviceArn"]
    shown_ = house.client("apprunner").describe_custom_domains(ServiceArn=arn)["CustomDomains"]
    return {one["DomainName"]: one["Status"] for one in shown_}


def test_what_is_made_at_night_has_its_domains_before_it_is_paused(house: House) -> None:
    until(house, "2026-11-23T22:00")
    with_zone(house, DOMAIN)
    assert (shown(house), associated(house)) == (PAUSED, {DOMAIN: "ACTIVE"})
    calls = house.emulator.calls(caller="trueup")
    made = ("AssociateCustomDomain", "PauseService", "UpdateService", "ResumeService")
    assert [calls.get(f"apprunner.{name}", 0) for name in made] == [1, 1, 0, 0]


def test_a_domain_that_its_zone_cannot_hold_does_not_keep_a_new_service_running(house: House) -> None:
    until(house, "2026-11-23T22:00")
    with_zone(house, "api.shop.com")
    assert shown(house) == ("PAUSED", "Stalled", "Paused")


def test_a_domain_that_cannot_be_had_keeps_a_new_service_running_for_one_night_at_most(house: House) -> None:
    rule = {"operation": "AssociateCustomDomain", "action": "error", "code": "InvalidRequestException"}
    house.emulator.put_faults([{**rule, "times": 10_000}])
    until(house, "2026-11-23T22:00")
    with_zone(house, DOMAIN)
    assert shown(house)[0] == "RUNNING"
    assert f"has its domains ({DOMAIN}): App Runner gives a paused service none" in str(house.status(ADDRESS)["plan"])
    until(house, "2026-11-24T06:00")
    until(house, "2026-11-24T21:00")
    assert shown(house)[0] == "PAUSED"


def test_a_domain_that_comes_or_goes_at_night_waits_for_the_morning_and_says_so(house: House) -> None:
    applied(house, schedule=NIGHTS, domains=[DOMAIN])
    until(house, "2026-11-23T21:00")
    house.emulator.clear_calls()
    applied(house, schedule=NIGHTS, domains=["www.shop.de"])
    waits = house.condition(ADDRESS, "Synced")
    assert (waits["status"], waits["reason"]) == ("False", "Waiting")
    sleeping = "waits until AWS::AppRunner::Service/service, PAUSED by its schedule, is in use again"
    assert waits["message"] == f"AWS::AppRunner::CustomDomain/www.shop.de {sleeping}"
    applied(house, schedule=NIGHTS)
    assert house.condition(ADDRESS, "Synced")["message"] == f"AWS::AppRunner::CustomDomain/{DOMAIN} {sleeping}"
    assert not {"apprunner.AssociateCustomDomain", "apprunner.DisassociateCustomDomain"} & {*house.emulator.calls()}
    until(house, "2026-11-24T06:00")
    assert (house.status(ADDRESS)["summary"], associated(house)) == ("Ready", {})


def refused(house: House) -> list[str]:
    """The calls that AWS took none of because the service was at something else."""
    log = house.emulator.log(4000)
    return [entry.operation for entry in log if entry.error == "InvalidStateException" and entry.caller == "trueup"]


def within(house: House, seconds: int) -> None:
    """Time passes, and the operator looks every five seconds."""
    for _ in range(seconds // 5):
        house.sweep()
        house.clock.advance(5)


def test_domains_that_come_and_go_are_no_calls_in_vain_while_the_service_changes() -> None:
    house = House(delays="short")
    applied(house, schedule=NIGHTS, domains=[DOMAIN])
    within(house, 300)
    applied(house, schedule=NIGHTS, domains=["www.shop.de"], port=9000)
    within(house, 300)
    assert ([*associated(house)], refused(house)) == (["www.shop.de"], [])
    until(house, "2026-11-23T21:00")
    applied(house, schedule=NIGHTS, domains=[DOMAIN])
    until(house, "2026-11-24T05:59")
    within(house, 300)
    assert ([*associated(house)], refused(house)) == ([DOMAIN], [])


def test_what_is_deleted_at_night_is_gone_before_the_morning(house: House) -> None:
    with_zone(house, DOMAIN)
    until(house, "2026-11-23T21:00")
    house.emulator.clear_calls()
    house.delete(ADDRESS)
    house.settle()
    assert house.cluster.get(*ADDRESS) is None
    services = house.client("apprunner").list_services()["ServiceSummaryList"]
    assert [service["Status"] for service in services] in ([], ["DELETED"])
    zone = house.status(("DnsZone", "shop", "home"))["outputs"]["zoneId"]
    records = house.client("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    assert sorted({record["Type"] for record in records}) == ["NS", "SOA"]
    assert "apprunner.DisassociateCustomDomain" not in house.emulator.calls()
