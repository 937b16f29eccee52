"""What App Runner's operations tell of a service: what held, what was taken back, and what is tried again when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.resources.apprunner_samples import document, operation, service
from trueup.core.values import Phase
from trueup.core.verdicts import Refusal, Trial
from trueup.resources.apprunner import Service

CREATED = operation("CREATE_SERVICE", "SUCCEEDED", "1")
NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


def tried(status: str, *done: tuple[str, str, str]) -> dict[str, Any]:
    """A service with its log, by (type, status, id) of its operations since operation 1, the newest first."""
    began = {"StartedAt": NOW - timedelta(seconds=60), "EndedAt": NOW - timedelta(seconds=20)}
    operations = [{**operation(*one), **began} for one in (*done, ("CREATE_SERVICE", "SUCCEEDED", "1"))]
    said = [
        {"timestamp": (NOW.timestamp() - 500) * 1000, "message": "[AppRunner] An older failure."},
        {"timestamp": (NOW.timestamp() - 30) * 1000, "message": "[AppRunner] Health check failed"},
        {"timestamp": (NOW.timestamp() - 20) * 1000, "message": "[AppRunner] Service status is set to RUNNING."},
    ]
    image = {"ImageRepository": {"ImageIdentifier": "app:v1"}}
    doc = {"ServiceName": "api", "Status": status, "Operations": operations, "Events": said}
    return {**doc, "Service": {"SourceConfiguration": image}}


def judged(status: str, *done: tuple[str, str, str], timed: bool = False) -> Refusal | None:
    """What is refused of what was tried after operation 1, by those since."""
    return Service.refusal(tried(status, *done), Trial("1", NOW, timed), NOW)


def test_a_deployment_that_was_rolled_back_is_refused_with_its_reason_and_what_serves_now() -> None:
    assert judged("RUNNING", ("UPDATE_SERVICE", "ROLLBACK_SUCCEEDED", "2")) == Refusal(
        "RolledBack",
        "The deployment failed and was rolled back: operation 2 (UPDATE_SERVICE) of service api ended "
        "ROLLBACK_SUCCEEDED. AWS says: Health check failed. It still serves image app:v1. Commit a spec that can be "
        "deployed, or annotate trueup.dev/reconcile with a new value to have the same tried again.",
    )


@pytest.mark.parametrize(
    ("status", "done", "reason"),
    [
        ("RUNNING", [("UPDATE_SERVICE", "ROLLBACK_FAILED", "2")], "RolledBack"),
        ("RUNNING", [("UPDATE_SERVICE", "FAILED", "2")], "RolledBack"),
        # A pause at night and a resumption change nothing of it; a deployment that held does.
        (
            "RUNNING",
            [
                ("RESUME_SERVICE", "SUCCEEDED", "4"),
                ("PAUSE_SERVICE", "SUCCEEDED", "3"),
                ("UPDATE_SERVICE", "FAILED", "2"),
            ],
            "RolledBack",
        ),
        ("RUNNING", [("START_DEPLOYMENT", "SUCCEEDED", "3"), ("UPDATE_SERVICE", "FAILED", "2")], None),
        ("RUNNING", [("UPDATE_SERVICE", "SUCCEEDED", "2")], None),
        ("RUNNING", [], None),
        ("OPERATION_IN_PROGRESS", [("UPDATE_SERVICE", "ROLLBACK_IN_PROGRESS", "2")], None),
        ("CREATE_FAILED", [("CREATE_SERVICE", "FAILED", "2")], "CreateFailed"),
        ("PAUSED", [("PAUSE_SERVICE", "SUCCEEDED", "3"), ("UPDATE_SERVICE", "FAILED", "2")], "RolledBack"),
        ("PAUSED", [("RESUME_SERVICE", "FAILED", "2")], None),
        ("PAUSED", [("PAUSE_SERVICE", "SUCCEEDED", "2")], None),
    ],
)
def test_only_what_was_tried_last_and_did_not_hold_is_refused(
    status: str, done: list[tuple[str, str, str]], reason: str | None
) -> None:
    found = judged(status, *done)
    assert (None if found is None else found.reason) == reason


def test_what_could_not_be_created_is_tried_again_after_some_minutes() -> None:
    doc = {
        "ServiceName": "api",
        "Status": "CREATE_FAILED",
        "Operations": [{**operation("CREATE_SERVICE", "FAILED", "1"), "EndedAt": NOW}],
    }
    first = Service.refusal(doc, Trial("", NOW), NOW + timedelta(minutes=4))
    assert first is not None
    assert "AWS gives no reason; look at the service's deployment logs" in first.message
    assert Service.refusal(doc, Trial("", NOW), NOW + timedelta(minutes=5)) is None


@pytest.mark.parametrize(
    ("tried_for", "delay"),
    [(timedelta(0), 5), (timedelta(minutes=20), 10), (timedelta(minutes=90), 45), (timedelta(days=1), 60)],
)
@pytest.mark.parametrize("kind", ["CREATE", "DELETE"])
def test_what_fails_again_and_again_is_tried_less_and_less_often(kind: str, tried_for: timedelta, delay: int) -> None:
    done = {**operation(f"{kind}_SERVICE", "FAILED", "1"), "EndedAt": NOW}
    doc = {"ServiceName": "api", "Status": f"{kind}_FAILED", "Operations": [done]}
    trial, end = Trial("", NOW - tried_for), NOW + timedelta(minutes=delay)
    said = Service.refusal(doc, trial, end - timedelta(seconds=1))
    assert (said and said.reason, Service.refusal(doc, trial, end)) == (f"{kind.title()}Failed", None)


@pytest.mark.parametrize(
    ("status", "done", "reason"),
    [
        ("PAUSED", [("RESUME_SERVICE", "FAILED", "2")], "ResumeFailed"),
        ("PAUSED", [("PAUSE_SERVICE", "SUCCEEDED", "3"), ("RESUME_SERVICE", "SUCCEEDED", "2")], None),
        # Whatever became of the spec, the night comes, and the morning.
        ("RUNNING", [("UPDATE_SERVICE", "FAILED", "2")], None),
        ("PAUSED", [("PAUSE_SERVICE", "SUCCEEDED", "3"), ("UPDATE_SERVICE", "FAILED", "2")], None),
    ],
)
def test_what_the_time_asks_for_is_refused_only_where_a_resumption_failed(
    status: str, done: list[tuple[str, str, str]], reason: str | None
) -> None:
    found = judged(status, *done, timed=True)
    assert (None if found is None else found.reason) == reason


def test_a_push_that_was_rolled_back_is_told_with_its_reason_and_what_serves_now() -> None:
    assert Service.taken_back(tried("RUNNING", ("START_DEPLOYMENT", "ROLLBACK_SUCCEEDED", "2"))) == Refusal(
        "RolledBack",
        "The deployment failed and was rolled back: operation 2 (START_DEPLOYMENT) of service api ended "
        "ROLLBACK_SUCCEEDED. AWS says: Health check failed. It still serves image app:v1. Push what can be deployed, "
        "or have the same tried again with trueup deploy.",
    )


PUSH = ("START_DEPLOYMENT", "ROLLBACK_SUCCEEDED", "2")
UPDATE = ("UPDATE_SERVICE", "ROLLBACK_SUCCEEDED", "3")


@pytest.mark.parametrize(
    ("done", "told"),
    [
        ([PUSH], "2"),
        ([("START_DEPLOYMENT", "ROLLBACK_FAILED", "3"), PUSH], "3"),
        ([("RESUME_SERVICE", "SUCCEEDED", "4"), ("PAUSE_SERVICE", "SUCCEEDED", "3"), PUSH], "2"),
        # An update is judged by what planned it; that it failed, too, has not deployed what was pushed.
        ([UPDATE], None),
        ([UPDATE, PUSH], "2"),
        ([("UPDATE_SERVICE", "SUCCEEDED", "3"), PUSH], None),
        ([("START_DEPLOYMENT", "SUCCEEDED", "3"), PUSH], None),
        ([("START_DEPLOYMENT", "IN_PROGRESS", "3"), PUSH], None),
        ([("START_DEPLOYMENT", "ROLLBACK_IN_PROGRESS", "2")], None),
        ([], None),
    ],
)
def test_a_push_that_failed_is_told_until_a_deployment_holds(
    done: list[tuple[str, str, str]], told: str | None
) -> None:
    found = Service.taken_back(tried("RUNNING", *done))
    assert (None if found is None else found.message.split("operation ")[1].split(" ")[0]) == told


def test_an_operation_is_named_by_its_id() -> None:
    assert Service.moment({"Operations": [operation("UPDATE_SERVICE", "FAILED", "2")]}) == "2"
    assert Service.moment({}) == ""


PAUSE = operation("PAUSE_SERVICE", "SUCCEEDED", "2")
RESUME = operation("RESUME_SERVICE", "SUCCEEDED", "3")


@pytest.mark.parametrize(
    ("status", "operations", "running", "phase"),
    [
        ("PAUSED", [PAUSE], "PAUSED", Phase.READY),
        # An operation in progress that is none of the service's own is maintenance.
        ("OPERATION_IN_PROGRESS", [PAUSE], "PAUSED", Phase.BUSY),
        ("OPERATION_IN_PROGRESS", [operation("RESUME_SERVICE", "FAILED", "3"), PAUSE], "PAUSED", Phase.BUSY),
        ("OPERATION_IN_PROGRESS", [RESUME, PAUSE], "RUNNING", Phase.BUSY),
        ("OPERATION_IN_PROGRESS", [operation("PAUSE_SERVICE", "FAILED", "4"), RESUME], "RUNNING", Phase.BUSY),
        ("OPERATION_IN_PROGRESS", [CREATED], "RUNNING", Phase.BUSY),
        ("OPERATION_IN_PROGRESS", [operation("RESUME_SERVICE", "IN_PROGRESS", "3"), PAUSE], "RUNNING", Phase.CREATING),
        ("OPERATION_IN_PROGRESS", [], "RUNNING", Phase.CREATING),
    ],
)
def test_a_paused_service_is_one_also_while_aws_maintains_it(
    status: str, operations: list[dict[str, Any]], running: str, phase: Phase
) -> None:
    doc = {**document(), "Status": status, "Operations": [*operations, CREATED]}
    doc = doc if operations else {**doc, "Operations": []}
    assert (service().observed("running", doc), Service.phase(doc)) == (running, phase)
    assert bool(Service.rests(doc)) == (running == "PAUSED")
