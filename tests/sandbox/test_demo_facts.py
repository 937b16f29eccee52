"""What the demo compares, without a sandbox: each fact from documents that are as told, and from ones that are not."""

from __future__ import annotations

from typing import Any

import pytest

from trueup.kinds.common.info import info_of
from trueup.sandbox.demo import facts
from trueup.sandbox.demo.account import missing
from trueup.sandbox.demo.awaiting import awaited
from trueup.sandbox.demo.board import Board
from trueup.sandbox.demo.chapters.converge import objects
from trueup.sandbox.demo.facts import Change, Price
from trueup.sandbox.demo.mirror import Mirror, Sighting
from trueup.sandbox.readiness import ClientTls

GOOD = {"Stalled": "False", "Ready": "True", "InSync": "True", "Reconciling": "False"}
ENTRY: dict[str, Any] = {
    "resource": "AWS::RDS::DBCluster/cluster",
    "path": "BackupRetentionPeriod",
    "desired": 7,
    "observed": 1,
    "severity": "Normal",
    "firstSeen": "2026-11-23T12:00:00Z",
    "action": "Correcting",
}
PLAN = """\
Database staging/postgres
  + create AWS::RDS::DBCluster/cluster
        Port  5432  # /port
    $0.00 → $4.36 a month (from $0.50 to $92.26)
        storage                         $0.10  # 1 GB stored, at most 10 GB
        instance-1 serverless, 0-1 ACU  $3.66  # awake 2 hours a day at 0.5 ACU

Plan 234768356719: 36 to create.
Cost $0.00 → $4.36 a month (from $0.50 to $92.26), list prices of 2024-07-01.
"""


def document(**more: Any) -> dict[str, Any]:
    """An object that is good, with some conditions otherwise, and more in its status."""
    words = {**GOOD, **{name: value for name, value in more.items() if name in GOOD}}
    status = {name: value for name, value in more.items() if name not in GOOD}
    conditions = [
        {"type": type, "status": word, "reason": "Why", "message": f"as to {type}"} for type, word in words.items()
    ]
    return {
        "metadata": {"namespace": "staging", "name": "postgres", "generation": 2},
        "status": {"observedGeneration": 2, "conditions": conditions, **status},
    }


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        pytest.param({}, "gone", id="no object"),
        pytest.param(document(), "Ready and InSync", id="all good"),
        pytest.param(document(observedGeneration=1), "generation 2 not looked at yet", id="a status of before"),
        pytest.param({"metadata": {"generation": 1}}, "generation 1 not looked at yet", id="no status yet"),
        pytest.param(document(Ready="False"), "Ready=False: as to Ready", id="not ready"),
        pytest.param(document(InSync="False"), "InSync=False: as to InSync", id="drifted"),
        pytest.param(document(InSync="Unknown"), "InSync=Unknown: as to InSync", id="AWS not read"),
        pytest.param(document(Reconciling="True"), "Reconciling=True: as to Reconciling", id="AWS is busy"),
        pytest.param(document(Stalled="True", Ready="False"), "Stalled=True: as to Stalled", id="a person is needed"),
    ],
)
def test_standing(shown: dict[str, Any], expected: str) -> None:
    assert facts.standing(shown) == expected


@pytest.mark.parametrize(
    ("reason", "spec", "expected"),
    [
        pytest.param("Paused", {"schedule": {}}, "Ready and InSync", id="paused by its schedule"),
        pytest.param("Paused", {}, "Ready=False: as to Ready", id="paused without one"),
        pytest.param("Failing", {"schedule": {}}, "Ready=False: as to Ready", id="not ready, with a schedule"),
    ],
)
def test_what_a_schedule_pauses_is_as_it_should_be(reason: str, spec: dict[str, Any], expected: str) -> None:
    shown = document(Ready="False")
    conditions = [c | {"reason": reason} if c["type"] == "Ready" else c for c in shown["status"]["conditions"]]
    assert facts.standing({**shown, "spec": spec, "status": shown["status"] | {"conditions": conditions}}) == expected


def test_conditions_are_told() -> None:
    shown = document(Ready="False")
    assert (facts.reason(shown, "Ready"), facts.message(shown, "Ready")) == ("False/Why", "as to Ready")
    assert (facts.reason({}, "Ready"), facts.message({}, "Ready")) == ("", "")


def test_resources_are_found_by_type_and_name() -> None:
    shown = document(resources=[{"type": "A", "name": "x", "id": "a-1"}, {"type": "B", "name": "x"}])
    assert [facts.resource_id(shown, type, "x") for type in "ABC"] == ["a-1", "", ""]


def test_money_is_added_up() -> None:
    costs = [document(cost={"monthlyUSD": "30.70"}), document(cost={"monthlyUSD": "4.36"}), document(), {}]
    assert facts.monthly(costs) == "35.06"


CHANGE = Change("staging/Database/postgres", "AWS::RDS::DBCluster/cluster", "BackupRetentionPeriod", 7, 1)


@pytest.mark.parametrize(
    ("who", "otherwise", "expected"),
    [
        pytest.param(CHANGE.object, {}, True, id="exactly so"),
        pytest.param("staging/Database/mongo", {}, False, id="another object"),
        pytest.param(CHANGE.object, {"resource": "AWS::DocDB::DBCluster/cluster"}, False, id="another resource"),
        pytest.param(CHANGE.object, {"path": "Port"}, False, id="another field"),
        pytest.param(CHANGE.object, {"desired": 8}, False, id="declared otherwise"),
        pytest.param(CHANGE.object, {"observed": 2}, False, id="observed otherwise"),
        pytest.param(CHANGE.object, {"severity": "Critical"}, False, id="another severity"),
    ],
)
def test_a_change_is_told_exactly(who: str, otherwise: dict[str, Any], expected: bool) -> None:
    assert CHANGE.is_told_by(who, ENTRY | otherwise) is expected


def test_an_entry_reads_as_a_line() -> None:
    opened = {"resource": "AWS::EC2::SecurityGroupIngress/sg-1", "path": "", "desired": None, "observed": {"Port": 1}}
    assert [facts.told(entry) for entry in (ENTRY, opened)] == [
        "AWS::RDS::DBCluster/cluster BackupRetentionPeriod: declared 7, in AWS 1",
        "AWS::EC2::SecurityGroupIngress/sg-1: declared nothing, in AWS Port 1",
    ]


def test_the_price_of_a_plan() -> None:
    lines = (
        ("storage", "0.10", "1 GB stored, at most 10 GB"),
        ("instance-1 serverless, 0-1 ACU", "3.66", "awake 2 hours a day at 0.5 ACU"),
    )
    assert facts.price(PLAN) == Price("4.36", "0.50", "92.26", "2024-07-01", lines)
    assert facts.price(PLAN.replace(" (from $0.50 to $92.26)", "")) == Price(
        "4.36", "4.36", "4.36", "2024-07-01", lines
    )
    assert facts.price(PLAN.replace(", list prices of 2024-07-01", "")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            'kubectl apply -f x failed: The Database "x" is invalid: spec.capacity.min: Invalid value: Too much.',
            "spec.capacity.min: Invalid value: Too much.",
            id="one reason",
        ),
        pytest.param(
            'kubectl apply -f x failed: The Database "x" is invalid: \n* spec.a: Invalid value: No.\n* <nil>: more',
            "spec.a: Invalid value: No.",
            id="the first of several",
        ),
        pytest.param(
            'kubectl apply -f x failed: Error from server (BadRequest): error when creating "x": Database in version '
            '"v1alpha1" cannot be handled as a Database: strict decoding error: unknown field "spec.capcity"',
            'strict decoding error: unknown field "spec.capcity"',
            id="an unknown field",
        ),
        pytest.param("kubectl apply -f x failed: no such host", "no such host", id="anything else"),
    ],
)
def test_a_refusal_begins_where_it_says_something(text: str, expected: str) -> None:
    assert facts.refusal(text) == expected


def test_calls_are_told_apart() -> None:
    names = ["DescribeDBClusters", "CreateDBCluster", "ListTagsForResource", "GetCallerIdentity", "DeleteVpc"]
    log = [{"service": "x", "operation": name} for name in names]
    assert facts.operations(log) == ("x.CreateDBCluster", "x.DeleteVpc")
    counts = {"rds.DescribeDBClusters": 3, "rds.CreateDBCluster": 1, "rds.DeleteDBCluster": 1, "ce.GetTags": 2}
    assert facts.by_service(counts) == {"rds": (3, 2), "ce": (2, 0)}


def test_the_final_snapshot_is_named_after_the_cluster_and_its_resource() -> None:
    assert facts.final_snapshot("staging-mongo-d0f00b", "cluster-9C0CAA1F0000") == "staging-mongo-d0f00b-final-9c0caa1f"


def test_what_is_missing_in_aws() -> None:
    present = facts.strings({"Vpcs": [{"VpcId": "vpc-1", "Tags": [{"Key": "a"}], "IsDefault": False, "Count": 3}]})
    assert present == {"vpc-1", "a"}
    assert missing(["vpc-1", "vpc-3", "vpc-2"], present) == ("vpc-2", "vpc-3")


def test_objects_of_ours_among_rendered_manifests() -> None:
    rendered = """\
apiVersion: v1
kind: Namespace
metadata: {name: staging}
---
apiVersion: trueup.dev/v1alpha1
kind: Budget
metadata: {name: platform, namespace: staging}
"""
    assert objects(rendered) == ("staging/Budget/platform",)


def test_waiting_ends_with_what_was_wanted_or_with_what_was_seen_last() -> None:
    answers = iter(range(100))
    assert awaited(lambda: next(answers), 3, seconds=5, every=0.001) == 3
    assert awaited(lambda: "never", "ever", seconds=0.01, every=0.001) == "never"


# ---- the mirror ---------------------------------------------------------------------------------------------------


@pytest.fixture
def noticed() -> list[Sighting]:
    return []


@pytest.fixture
def mirror(noticed: list[Sighting], tmp_path: Any) -> Mirror:
    kind = info_of("Database")
    return Mirror("https://unused.invalid", ClientTls(tmp_path, tmp_path, tmp_path), [kind], noticed.append)


def test_every_entry_is_noticed_once_open_and_once_closed(mirror: Mirror, noticed: list[Sighting]) -> None:
    kind, who = info_of("Database"), "staging/Database/postgres"
    closed = ENTRY | {"correctedAt": "2026-11-23T12:00:01Z"}
    again = ENTRY | {"firstSeen": "2026-11-23T12:05:00Z"}
    for fields, recent in (([], []), ([ENTRY], []), ([ENTRY], []), ([], [closed]), ([again], [closed])):
        mirror.take(kind, "MODIFIED", document(drift={"fields": fields, "recent": recent}))
    expected = [Sighting(who, ENTRY, False), Sighting(who, closed, True), Sighting(who, again, False)]
    assert noticed == expected
    assert mirror.sightings() == tuple(expected)


def test_objects_come_and_go(mirror: Mirror) -> None:
    kind, who, shown = info_of("Database"), "staging/Database/postgres", document()
    mirror.take(kind, "ADDED", shown)
    assert (mirror.get(who), mirror.all()) == (shown, {who: shown})
    mirror.take(kind, "DELETED", shown)
    assert (mirror.get(who), mirror.all()) == ({}, {})


# ---- the board ----------------------------------------------------------------------------------------------------


def test_without_a_terminal_there_are_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    board = Board(["First", "Second"])
    with board.shown():
        with board.chapter(0):
            board.tell("a line that is " + "long " * 60 + "and stays one")
        with pytest.raises(RuntimeError), board.chapter(1):
            raise RuntimeError
    assert [chapter.state for chapter in board.chapters] == ["done", "failed"]
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        " 1. First",
        "      a line that is " + "long " * 60 + "and stays one",
        "  ✔ done after 0.0 s",
        " 2. Second",
        "  ✘ failed after 0.0 s",
    ]
