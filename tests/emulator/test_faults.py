"""Faults in the emulator: the service's own codes, counted and aimed, before the deed or after it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from pydantic import ValidationError

from tests.emulator.conftest import Aws, code
from trueup.sandbox.emulator.wire import WireRequest


def rule(action: str, **more: Any) -> list[dict[str, Any]]:
    return [{"action": action, **more}]


@pytest.mark.parametrize(
    ("service", "call", "params", "throttled", "denied"),
    [
        ("rds", "describe_db_clusters", {}, "Throttling", "AccessDenied"),
        ("ec2", "describe_vpcs", {}, "RequestLimitExceeded", "UnauthorizedOperation"),
        ("budgets", "describe_budgets", {"AccountId": "1" * 12}, "ThrottlingException", "AccessDeniedException"),
        ("s3", "list_buckets", {}, "SlowDown", "AccessDenied"),
        ("iam", "list_roles", {}, "Throttling", "AccessDenied"),
        ("route53", "list_hosted_zones", {}, "Throttling", "AccessDenied"),
        ("guardduty", "list_detectors", {}, "TooManyRequestsException", "AccessDeniedException"),
        ("cloudwatch", "describe_alarms", {}, "Throttling", "AccessDenied"),
    ],
)
def test_every_protocol_has_its_codes(
    aws: Aws, service: str, call: str, params: dict[str, Any], throttled: str, denied: str
) -> None:
    method = getattr(aws.client(service), call)
    aws.emulator.put_faults(rule("throttle"))
    first = code(method, **params)
    aws.emulator.put_faults(rule("denied"))
    second = code(method, **params)
    if service == "cloudwatch":  # the SDK picks one of several protocols
        assert first in ("Throttling", "ThrottlingException")
        assert second in ("AccessDenied", "AccessDeniedException")
    else:
        assert (first, second) == (throttled, denied)


def test_a_rule_skips_counts_and_ends(aws: Aws) -> None:
    aws.emulator.put_faults(rule("error", service="rds", operation="Describe*", skip=1, every=2, times=2, code="Odd"))
    outcomes: list[str] = []
    for _ in range(7):
        try:
            aws.rds.describe_db_clusters()
            outcomes.append("ok")
        except ClientError as error:
            response: Any = error.response
            outcomes.append(response["Error"]["Code"])
    assert outcomes == ["ok", "Odd", "ok", "Odd", "ok", "ok", "ok"]
    [shown] = aws.emulator.core.faults.view()
    assert (shown["matched"], shown["hits"]) == (7, 2)


def test_a_rule_is_for_one_caller(aws: Aws) -> None:
    aws.emulator.put_faults(rule("denied", caller="alice"))
    alice = aws.emulator.session(app="alice").client("rds", config=Config(retries={"total_max_attempts": 1}))
    assert code(alice.describe_db_clusters) == "AccessDenied"
    assert aws.rds.describe_db_clusters()["DBClusters"] == []


def test_done_but_the_answer_lost(aws: Aws) -> None:
    aws.emulator.put_faults(rule("drop", operation="CreateDBCluster", when="after"))
    with pytest.raises(ConnectionClosedError):
        aws.cluster()
    assert aws.shown()["Status"] == "available"
    aws.emulator.put_faults(rule("throttle", operation="ModifyDBCluster", when="after"))
    change = {"DBClusterIdentifier": "main", "BackupRetentionPeriod": 12}
    assert code(aws.rds.modify_db_cluster, **change) == "Throttling"
    assert aws.shown()["BackupRetentionPeriod"] == 12


def test_dropped_before_the_deed(aws: Aws) -> None:
    aws.emulator.put_faults(rule("drop", operation="CreateDBCluster"))
    with pytest.raises(ConnectionClosedError):
        aws.cluster()
    assert aws.rds.describe_db_clusters()["DBClusters"] == []


def test_a_hang_is_a_time_out_and_unavailable_has_no_aws_code(aws: Aws) -> None:
    aws.emulator.put_faults(rule("hang", seconds=30))
    with pytest.raises(ReadTimeoutError):
        aws.rds.describe_db_clusters()
    aws.emulator.put_faults(rule("unavailable"))
    assert code(aws.rds.describe_db_clusters) == "503"


def test_the_sdk_retries_through_a_throttle(aws: Aws) -> None:
    aws.emulator.put_faults(rule("throttle", times=1))
    patient = aws.emulator.client("rds", config=Config(retries={"mode": "standard", "total_max_attempts": 2}))
    assert patient.describe_db_clusters()["DBClusters"] == []
    assert [(one.status, one.attempt, one.fault) for one in aws.emulator.log()] == [
        (400, 1, "throttle"),
        (200, 2, None),
    ]


def test_nonsense_is_refused(aws: Aws) -> None:
    for nonsense in ([{"action": "explode"}], [{"action": "drop", "colour": "red"}], {"action": "drop"}):
        with pytest.raises(ValidationError):
            aws.emulator.put_faults(nonsense)


def test_a_watcher_may_end_a_call_before_and_after_the_deed(aws: Aws) -> None:
    class Killed(BaseException):
        """As if the process had died."""

    def kill(at: str) -> Any:
        def watcher(request: WireRequest, phase: str) -> None:
            if request.operation == "CreateDBCluster" and phase == at:
                raise Killed

        return watcher

    for at, left in (("before", 0), ("after", 1)):
        with aws.emulator.watching(kill(at)), pytest.raises(Killed):
            aws.cluster()
        assert len(aws.rds.describe_db_clusters()["DBClusters"]) == left
