"""Images and settings that somebody pushes or deploys: told of, left alone where that is asked for, or put right."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.house import House
from tests.kinds.one_service import ADDRESS, NIGHTS, RUNNING, applied, by_hand, shown
from tests.resources.pushed import push

TAGGED = {"image": {"repository": "app", "tag": "v1"}}
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app"


def pushed_later(house: House, source: Any, **spec: Any) -> str:
    """The digest of another image onto which the tag of a running service's image has moved, as was seen since."""
    ecr = house.client("ecr")
    push(ecr, "v1", "a")
    applied(house, source=source, **spec)
    assert "imageAvailable" not in house.status(ADDRESS)["outputs"]
    house.clock.at = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
    house.sweep()
    digest = push(ecr, "v1", "b")
    house.emulator.clear_calls()
    for _ in range(6):
        house.clock.advance(60)
        house.sweep()
    return digest


def told_of_images(house: House) -> tuple[Any, list[str], list[str]]:
    """What is available, the notes, and the notes that were Events."""
    status = house.status(ADDRESS)
    events = [event.message for _, event in house.cluster.events if event.reason == "Noted"]
    return status["outputs"].get("imageAvailable"), status.get("notes", []), events


def test_a_tag_that_moved_is_told_of_once_and_nothing_is_written(house: House) -> None:
    digest = pushed_later(house, TAGGED)
    note = (
        f"A newer image is available: {IMAGE}:v1 leads to {digest}, pushed at 2026-11-23T13:30:00Z, after the service "
        "was last deployed. It stays so until somebody deploys it; with autoDeploy, App Runner does so by itself."
    )
    assert shown(house) == RUNNING
    assert house.condition(ADDRESS, "InSync")["reason"] == "AsDeclared"
    assert told_of_images(house) == ({"digest": digest, "pushedAt": "2026-11-23T13:30:00Z"}, [note], [note])
    calls = house.emulator.calls()
    assert [name for name in calls if not name.split(".")[1].startswith(("Describe", "Get", "List"))] == []
    assert calls["ecr.DescribeImages"] <= 2


def test_an_image_that_somebody_deploys_is_no_longer_to_be_had(house: House) -> None:
    pushed_later(house, TAGGED)
    house.clock.advance(5)
    by_hand(house, "start_deployment")
    house.clock.advance(60)
    house.settle()
    available, notes, _ = told_of_images(house)
    assert (shown(house), available, notes) == (RUNNING, None, [])


def test_without_the_right_to_look_for_images_none_is_told_of(house: House) -> None:
    house.emulator.put_faults(
        [{"service": "ecr", "operation": "DescribeImages", "action": "error", "code": "AccessDeniedException"}]
    )
    pushed_later(house, TAGGED)
    assert (shown(house), told_of_images(house)) == (RUNNING, (None, [], []))


def test_an_image_that_is_gone_is_no_error_of_a_service_that_runs(house: House) -> None:
    push(house.client("ecr"), "v1", "a")
    applied(house, source=TAGGED)
    house.client("ecr").delete_repository(repositoryName="app", force=True)
    for _ in range(6):
        house.clock.advance(60)
        house.sweep()
    assert (shown(house), told_of_images(house)) == (RUNNING, (None, [], []))


@pytest.mark.parametrize("deploys", ["by itself", "one digest"])
def test_where_a_tag_decides_nothing_no_image_is_looked_for(house: House, deploys: str) -> None:
    if deploys == "by itself":
        pushed_later(house, TAGGED, autoDeploy=True)
    else:
        digest = push(house.client("ecr"), "v0", "c")
        pushed_later(house, {"image": {"repository": "app", "digest": digest}})
    assert (shown(house), told_of_images(house)) == (RUNNING, (None, [], []))
    assert "ecr.DescribeImages" not in house.emulator.calls()


def deployed(house: House, tag: str = "1.27", repository: str = "public.ecr.aws/nginx/nginx", **env: str) -> None:
    """Somebody deploys this image with these variables; then the operator looks for half an hour."""
    image = {"Port": "8080", "RuntimeEnvironmentVariables": env}
    source = {
        "ImageIdentifier": f"{repository}:{tag}",
        "ImageRepositoryType": "ECR_PUBLIC",
        "ImageConfiguration": image,
    }
    house.client("apprunner").update_service(
        ServiceArn=house.status(ADDRESS)["outputs"]["serviceArn"],
        SourceConfiguration={"ImageRepository": source, "AutoDeploymentsEnabled": False},
    )
    for _ in range(30):
        house.clock.advance(60)
        house.settle()


def runs(house: House) -> tuple[str, dict[str, str]]:
    """The image that the service runs, and its variables."""
    arn = house.status(ADDRESS)["outputs"]["serviceArn"]
    source = house.client("apprunner").describe_service(ServiceArn=arn)["Service"]["SourceConfiguration"]
    image = source["ImageRepository"]
    return image["ImageIdentifier"], image["ImageConfiguration"].get("RuntimeEnvironmentVariables", {})


def test_variables_that_are_ignored_stay_when_another_one_changes(house: House) -> None:
    policy = {"ignore": ["/env/LEVEL", "/env/THEIRS"]}
    applied(house, env={"MODE": "a", "LEVEL": "1"}, driftPolicy=policy)
    deployed(house, MODE="a", LEVEL="2", THEIRS="x")
    applied(house, env={"MODE": "b", "LEVEL": "1"}, driftPolicy=policy)
    house.clock.advance(120)
    house.settle()
    assert runs(house)[1] == {"MODE": "b", "LEVEL": "2", "THEIRS": "x"}
    drift = house.status(ADDRESS)["drift"]["fields"]
    assert [(one["specPath"], one["action"]) for one in drift] == [
        ("/env/LEVEL", "Ignored"),
        ("/env/THEIRS", "Ignored"),
    ]


@pytest.mark.parametrize("pointer", ["/source/image/tag", "/source/image"])
def test_the_tag_that_somebody_deploys_is_left_where_it_is_ignored(house: House, pointer: str) -> None:
    policy = {"ignore": [pointer]}
    applied(house, driftPolicy=policy)
    deployed(house, "1.28")
    assert runs(house)[0] == "public.ecr.aws/nginx/nginx:1.28"
    [entry] = house.status(ADDRESS)["drift"]["fields"]
    assert (entry["specPath"], entry["action"]) == ("/source/image/tag", "Ignored")
    applied(house, port=9000, driftPolicy=policy)
    assert runs(house)[0] == "public.ecr.aws/nginx/nginx:1.28"
    assert "notes" not in house.status(ADDRESS)


def test_an_image_of_another_repository_is_put_back_where_only_the_tag_is_ignored(house: House) -> None:
    applied(house, driftPolicy={"ignore": ["/source/image/tag"]})
    deployed(house, repository="public.ecr.aws/other/nginx")
    assert runs(house)[0] == "public.ecr.aws/nginx/nginx:1.27"
    places = {one["specPath"] for one in house.status(ADDRESS)["drift"]["recent"]}
    assert "/source/image/repository" in places


def test_what_is_carried_by_another_configuration_is_told_to_be_ignored_by_its_parent(house: House) -> None:
    applied(house, driftPolicy={"ignore": ["/scaling/max", "/env", "/schedule/pause", "/tags"]}, schedule=NIGHTS)
    assert [(note.split(",")[0].split()[-1], note.split(": ")[1].split(",")[0]) for note in notes(house)] == [
        ("/scaling/max", "what it decides is ignored by /scaling"),
        ("/schedule/pause", "what it decides is ignored by /schedule"),
        ("/tags", "as this spec stands"),
    ]


def notes(house: House) -> list[str]:
    """What its author is told."""
    return list(house.status(ADDRESS)["notes"])


def push_that_fails(house: House) -> None:
    """A service follows its tag, and an image was pushed there that cannot be brought up."""
    push(house.client("ecr"), "v1", "a")
    applied(house, source=TAGGED, autoDeploy=True)
    house.emulator.order("failures", [{"operation": "START_DEPLOYMENT", "times": 1}])
    pushed(house, "b")


def pushed(house: House, content: str) -> None:
    """Another image was pushed under the tag, and App Runner and the operator have had their time since."""
    house.clock.advance(600)
    push(house.client("ecr"), "v1", content)
    for _ in range(10):
        house.clock.advance(60)
        house.sweep()


def words(house: House) -> tuple[str, ...]:
    """The reasons of Ready, Synced, InSync and Stalled."""
    return tuple(house.condition(ADDRESS, type)["reason"] for type in ("Ready", "Synced", "InSync", "Stalled"))


WELL = ("Available", "Written", "AsDeclared", "NothingToDo")
TAKEN_BACK = ("Available", "RolledBack", "AsDeclared", "RolledBack")


def test_a_push_that_was_rolled_back_is_told_of_until_one_holds(house: House) -> None:
    push_that_fails(house)
    arn = house.status(ADDRESS)["outputs"]["serviceArn"]
    [failed, _] = house.client("apprunner").list_operations(ServiceArn=arn)["OperationSummaryList"]
    assert (failed["Type"], words(house)) == ("START_DEPLOYMENT", TAKEN_BACK)
    said = house.condition(ADDRESS, "Synced")["message"]
    for part in (
        failed["Id"],
        "AWS says: Deployment was rolled back. Health check failed.",
        f"serves image {IMAGE}:v1",
    ):
        assert part in said
    assert [event.message for _, event in house.cluster.events if event.reason == "RolledBack"] == [said]
    pushed(house, "c")
    assert words(house) == WELL


def test_a_spec_that_was_rolled_back_and_reverted_is_forgotten_and_a_push_before_it_is_not(house: House) -> None:
    push_that_fails(house)
    house.emulator.order("failures", [{"operation": "UPDATE_SERVICE"}])
    for spec in ({"port": 9000}, {}):
        applied(house, source=TAGGED, autoDeploy=True, **spec)
    assert words(house) == TAKEN_BACK
    assert "(START_DEPLOYMENT)" in house.condition(ADDRESS, "Stalled")["message"]
    pushed(house, "c")
    house.emulator.order("failures", [{"operation": "UPDATE_SERVICE"}])
    applied(house, source=TAGGED, autoDeploy=True, port=9000)
    assert words(house) == ("Available", "RolledBack", "Updating", "RolledBack")
    applied(house, source=TAGGED, autoDeploy=True)
    assert words(house) == WELL
