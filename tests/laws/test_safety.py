"""What keeps people safe: modes, fights, lost data, approvals, deletions and secrets, on each kind that it concerns."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.laws.disturbing import BY_CALL, BY_HAND, disturbed, fields_of, row
from tests.laws.registered import example
from tests.laws.worlds import Standing, plain_examples
from trueup.app.ports import RECONCILE
from trueup.cluster.events import LONGEST
from trueup.core.values import Severity, brief
from trueup.kinds.registry import kinds

FULL = {document["kind"]: document for name, document in plain_examples().items() if name.endswith("-full")}
KINDS = pytest.mark.parametrize("kind", kinds())
SOON = 300


def disturb(world: Standing, *, decided: bool = False) -> tuple[str, str]:
    """Somebody changes a field that no person must approve, and it is time to see it; which, as resource and path.

    The first that lists show; where there is none, the first that is read every five minutes. With `decided`, one
    that a field of the spec decides.
    """
    for most in (0, SOON):
        found = _disturbed(world, most, decided=decided)
        if found is not None:
            return found
    pytest.skip("no field of this kind is shown soon and decided by the spec")


def _disturbed(world: Standing, most: int, *, decided: bool) -> tuple[str, str] | None:
    observed = world.observed()
    for node in world.composed().graph.ordered():
        for name, member in fields_of(node, observed):
            attr = node.resource.attrs()[name]
            if row(BY_HAND, type(node.resource), name) or row(BY_CALL, type(node.resource), name):
                continue
            if type(node.resource).LISTING.every or attr.effect.value or attr.severity is Severity.CRITICAL:
                continue
            made = disturbed(node, name, member, observed, world.house.client)
            if made.calls and made.deep <= most and (node.spec_path(name, member) or not decided):
                world.call(made.calls, node.resource.REGION)
                world.house.clock.advance(made.deep)
                return (made.expected["resource"], made.expected["path"])
    return None


@KINDS
def test_what_is_written_three_times_and_does_not_hold_is_left_to_a_person(kind: str) -> None:
    world = Standing(FULL[kind])

    place = ("", "")
    for _ in range(3):
        place = disturb(world)
        world.sweep()
        assert world.status["drift"]["count"] == 0
    disturb(world)
    world.mark()
    world.sweep()
    world.sweep()
    assert world.word("Stalled") == "True/Fighting"
    (entry,) = world.status["drift"]["fields"]
    assert (entry["resource"], entry["path"]) == place
    message = world.house.condition(world.address, "Stalled")["message"]
    assert all(brief(shown) in message for shown in (entry["desired"], entry["observed"]))
    assert world.writes() == {}
    world.house.annotate(world.address, reconcile="go-on")
    world.sweep()
    assert (world.status["drift"]["count"], world.status["lastHandledReconcile"]) == (0, "go-on")
    stays = world.history[world.address]
    annotations = {key: value for key, value in stays.annotations.items() if key != RECONCILE}
    world.history[world.address] = replace(stays, annotations=annotations)
    world.sweep()
    assert world.status["lastHandledReconcile"] == "go-on", "also after the annotation was taken off"


def test_an_empty_word_is_answered_as_any_other() -> None:
    world = Standing(FULL["Budget"])
    world.house.annotate(world.address, reconcile="")
    world.sweep()
    assert world.status["lastHandledReconcile"] == "", "else each sweep would read all anew"


@KINDS
def test_report_mode_says_and_never_writes(kind: str) -> None:
    world = Standing(FULL[kind])
    document = {**FULL[kind], "spec": {**FULL[kind]["spec"], "driftPolicy": {"mode": "Report"}}}
    world.house.apply(document)
    place = disturb(world)
    world.mark()
    world.sweep()
    world.sweep()
    (entry,) = world.status["drift"]["fields"]
    assert ((entry["resource"], entry["path"]), entry["action"]) == (place, "Reported")
    assert (world.writes(), world.word("Synced").split("/")[0], world.word("InSync")) == ({}, "True", "False/Drifted")
    assert world.word("Ready").startswith("True")
    before = world.state()
    world.house.delete(world.address)
    world.sweep()
    assert world.address not in world.history
    assert world.writes() == {}
    told = [event.message for _, event in world.house.cluster.events if event.reason == "Retained"]
    ours = [key for key in before if "Default" not in key and key.split("/")[1] != "default"]
    assert [key for key in ours if not any(key in said for said in told)] == []
    assert told
    assert all(len(said) <= LONGEST for said in told)


@KINDS
def test_report_mode_makes_nothing(kind: str) -> None:
    document = {**FULL[kind], "spec": {**FULL[kind]["spec"], "driftPolicy": {"mode": "Report"}}}
    world = Standing.beside(document)
    world.mark()
    world.sweep()
    assert (world.writes(), world.word("Ready")) == ({}, "False/ReportOnly")


@KINDS
def test_a_hold_says_writes_nothing_and_ends_by_itself(kind: str) -> None:
    world = Standing(FULL[kind])
    world.house.annotate(world.address, hold_until="2026-11-23T12:20:00Z", hold_reason="release")
    place = disturb(world)
    world.mark()
    world.sweep()
    (entry,) = world.status["drift"]["fields"]
    assert ((entry["resource"], entry["path"]), entry["action"]) == (place, "Held")
    assert (world.writes(), world.status["summary"]) == ({}, "Held")
    world.house.delete(world.address)
    world.sweep()
    assert world.writes() == {}, "a deletion waits for the end of the hold"
    world.history[world.address] = replace(world.history[world.address], deleting=False)
    world.sweep(1200)
    world.sweep()
    assert (world.status["drift"]["count"], world.status["summary"]) == (0, "Ready")


@KINDS
def test_a_hold_whose_end_cannot_be_read_holds_and_says_so(kind: str) -> None:
    world = Standing(FULL[kind])
    world.house.annotate(world.address, hold_until="tomorrow")
    disturb(world)
    world.mark()
    world.sweep()
    assert (world.writes(), world.status["drift"]["fields"][0]["action"]) == ({}, "Held")
    assert (world.word("Stalled"), world.word("Ready")) == ("True/Invalid", "True/Available")
    world.house.delete(world.address)
    world.sweep()
    assert world.writes() == {}, "a deletion waits, too"
    stays = world.history[world.address]
    annotations = {key: value for key, value in stays.annotations.items() if "hold" not in key}
    world.history[world.address] = replace(stays, deleting=False, annotations=annotations)
    world.sweep()
    world.sweep()
    assert (world.status["drift"]["count"], world.status["summary"]) == (0, "Ready")


@KINDS
def test_an_ignored_field_is_said_and_left(kind: str) -> None:
    world = Standing(FULL[kind])
    resource, path = disturb(world, decided=True)
    pointer = next(
        node.spec_path(name, None) or ""
        for node in world.composed().graph.ordered()
        if str(node.resource.key) == resource
        for name, attr in node.resource.attrs().items()
        if attr.shown_at == path
    )
    spec = {**FULL[kind]["spec"], "driftPolicy": {"ignore": [pointer]}}
    world.house.apply({**FULL[kind], "spec": spec})
    world.mark()
    world.sweep()
    (entry,) = world.status["drift"]["fields"]
    assert ((entry["resource"], entry["path"]), entry["action"]) == ((resource, path), "Ignored")
    assert (world.writes(), world.word("InSync"), world.status["summary"]) == ({}, "True/AsDeclared", "Ready")


def deleted(document: dict[str, Any], policy: str) -> Standing:
    """The object, converged under a deletion policy, and deleted."""
    spec = {**document["spec"], "deletionPolicy": policy}
    world = Standing({**document, "spec": spec})
    world.mark()
    world.house.delete(world.address)
    for _ in range(12):
        if world.address in world.history:
            world.sweep(31)
    return world


@KINDS
def test_what_is_retained_stays_untouched(kind: str) -> None:
    world = deleted(FULL[kind], "Retain")
    assert (world.address in world.history, world.writes()) == (False, {})


def test_a_protected_database_keeps_all_of_itself() -> None:
    world = deleted(FULL["Database"], "Delete")
    assert world.address in world.history
    assert (world.word("Stalled"), world.writes()) == ("True/DeletionProtected", {})


def test_a_deleted_database_leaves_a_snapshot_named_after_it() -> None:
    world = deleted(example("Database", "lego"), "Snapshot")
    assert world.address not in world.history
    rds = world.house.client("rds")
    (snapshot,) = rds.describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"]
    resource = snapshot["DbClusterResourceId"].removeprefix("cluster-")[:8].lower()
    assert snapshot["DBClusterSnapshotIdentifier"] == f"{snapshot['DBClusterIdentifier']}-final-{resource}"
    assert rds.describe_db_clusters()["DBClusters"] == []


def test_lost_data_is_never_made_anew_unasked() -> None:
    world = Standing(example("Database", "lego"))
    rds = world.house.client("rds")
    for instance in rds.describe_db_instances()["DBInstances"]:
        rds.delete_db_instance(DBInstanceIdentifier=instance["DBInstanceIdentifier"], SkipFinalSnapshot=True)
    cluster = rds.describe_db_clusters()["DBClusters"][0]["DBClusterIdentifier"]
    rds.delete_db_cluster(DBClusterIdentifier=cluster, FinalDBSnapshotIdentifier="the-last-one")
    for approval in (None, "a-stale-plan"):
        if approval:
            world.house.annotate(world.address, approve=approval)
        world.mark()
        world.sweep()
        world.sweep()
        assert world.word("Stalled") == "True/DataMissing"
        assert "rds.CreateDBCluster" not in world.writes()
    assert "the-last-one" in world.house.condition(world.address, "Stalled")["message"]
    world.house.annotate(world.address, approve=world.status["plan"]["id"])
    for _ in range(4):
        world.sweep()
    assert world.status["summary"] == "Ready"


def test_a_secret_appears_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    """The managed password of every cluster, read from where AWS keeps it, in nothing that the operator says."""
    world = Standing(example("Database", "lego"))
    arn = world.status["outputs"]["masterSecretArn"]
    secret = world.house.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    password = json.loads(secret)["password"]
    manifest = world.history[world.address]
    said = json.dumps([manifest.status, dict(manifest.annotations), [e.message for _, e in world.house.cluster.events]])
    assert len(password) > 8
    assert password not in said + caplog.text
