"""The operator against a real API server, under exactly the rights that it is shipped with."""

from __future__ import annotations

import signal
import time
from typing import Any

import pytest

from tests.cluster import small
from tests.cluster.conftest import Cluster, Inside, Starter, until
from trueup.app.ports import FINALIZER, ROLE_ARN, Manifest
from trueup.cluster.api import MERGE_PATCH
from trueup.cluster.lease import DURATION

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("cluster")]

NOTHING = Manifest("Budget", "", "", {}, status={"none": True})


def summary(document: dict[str, Any] | None) -> Any:
    return (document or {}).get("status", {}).get("summary")


def test_an_object_gets_finalizer_status_and_one_event(cluster: Cluster, space: str, inside: Inside) -> None:
    cluster.budget(space, "one", finalizers=["example.com/other"])
    found = until(lambda: (it := cluster.get(space, "one")) and summary(it) == "Ready" and it)
    assert found["metadata"]["finalizers"] == ["example.com/other", FINALIZER]
    inside.settled()
    told = [(e["type"], e["reason"], e["message"], e["count"]) for e in cluster.events(space)]
    assert told == [("Normal", "Available", "Every resource can be used.", 1)]
    (event,) = cluster.events(space)
    assert event["involvedObject"]["uid"] == found["metadata"]["uid"]
    cluster.change(space, "one", metadata={"finalizers": []})


def test_a_changed_spec_is_looked_at_at_once_a_changed_status_is_not(
    cluster: Cluster, space: str, inside: Inside
) -> None:
    cluster.budget(space, "one")
    until(lambda: summary(cluster.get(space, "one")) == "Ready")
    inside.settled()
    before = inside.engine.looked
    cluster.apply_status(space, "one", "somebody", {"region": "eu-west-1"})
    key = ("Budget", space, "one")
    until(lambda: (inside.operator.store.get(*key) or NOTHING).status.get("region") == "eu-west-1")
    assert inside.engine.looked == before
    cluster.change(space, "one", spec={"monthlyLimitUSD": 60})
    until(lambda: cluster.known(space, "one")["status"]["observedGeneration"] == 2)
    cluster.change(space, "one", metadata={"annotations": {"trueup.dev/reconcile": "now"}})
    until(lambda: inside.engine.looked > before + 1)


def test_a_status_key_that_is_not_said_any_more_goes(cluster: Cluster, space: str, inside: Inside) -> None:
    cluster.budget(space, "one", annotations={"test/output": "https://example.com"})
    until(lambda: (cluster.get(space, "one") or {}).get("status", {}).get("outputs"))
    cluster.change(space, "one", metadata={"annotations": {"test/output": None}})
    found = until(lambda: (it := cluster.get(space, "one")) and "outputs" not in it["status"] and it)
    assert set(found["status"]) == {"conditions", "drift", "lastChecked", "observedGeneration", "summary"}


def test_a_deleted_object_loses_the_finalizer_last(cluster: Cluster, space: str, inside: Inside) -> None:
    cluster.budget(space, "one")
    until(lambda: summary(cluster.get(space, "one")) == "Ready")
    cluster.delete(space, "one")
    until(lambda: cluster.get(space, "one") is None)
    assert [line[1] for line in small.lines(inside.engine.writes)] == ["put", "delete"]
    inside.settled()
    assert (len(inside.operator.queue), inside.operator.store.addresses()) == (0, ())
    cluster.budget(space, "one")
    until(lambda: summary(cluster.get(space, "one")) == "Ready")


def test_a_deleted_status_comes_back_with_the_next_look(cluster: Cluster, space: str, inside: Inside) -> None:
    cluster.budget(space, "one")
    wanted = until(lambda: (it := cluster.get(space, "one")) and summary(it) and it)["status"]
    inside.settled()
    cluster.clear_status(space, "one")
    until(lambda: not (inside.operator.store.get("Budget", space, "one") or NOTHING).status)
    inside.operator.queue.add(("Budget", space, "one"))
    found = until(lambda: (it := cluster.get(space, "one")) and summary(it) and it)["status"]
    assert found | {"lastChecked": ""} == wanted | {"lastChecked": ""}


def test_a_namespace_can_be_deleted(cluster: Cluster, space: str, inside: Inside) -> None:
    for number in range(5):
        cluster.budget(space, f"b{number}")
    until(lambda: all(summary(it) == "Ready" for it in cluster.listed(space)))
    cluster.tool.run("delete", "namespace", space, "--wait=true", "--timeout=60s")
    until(lambda: inside.operator.store.addresses() == ())
    assert sorted(line[1] for line in small.lines(inside.engine.writes)) == ["delete"] * 5 + ["put"] * 5


def test_an_error_of_programming_stays_with_its_object_and_tells_no_secret(
    cluster: Cluster, space: str, inside: Inside, caplog: pytest.LogCaptureFixture
) -> None:
    cluster.budget(space, "bad", annotations={small.BROKEN: "yes"})
    cluster.budget(space, "good")
    until(lambda: summary(cluster.get(space, "good")) == "Ready")
    found = until(lambda: (cluster.get(space, "bad") or {}).get("status", {}).get("conditions"))
    assert [(c["type"], c["status"], c["reason"]) for c in found] == [("Synced", "False", "InternalError")]
    assert "in look" in caplog.text
    assert small.SECRET not in caplog.text + str(cluster.get(space, "bad"))
    cluster.change(space, "bad", metadata={"annotations": {small.BROKEN: None}})
    until(lambda: summary(cluster.get(space, "bad")) == "Ready")


@pytest.mark.slow
def test_a_thousand_idle_objects_cost_no_write(cluster: Cluster, space: str, inside: Inside) -> None:
    for number in range(1000):
        cluster.budget(space, f"b{number}")
    until(lambda: sum(summary(it) == "Ready" for it in cluster.listed(space)) == 1000, 120)
    inside.settled()
    before = {it["metadata"]["name"]: it["metadata"]["resourceVersion"] for it in cluster.listed(space)}
    events, looked = len(cluster.events(space)), inside.engine.looked
    for address in inside.operator.store.addresses():
        inside.operator.queue.add(address, urgent=False)
    inside.settled()
    assert inside.operator.census.take()
    assert inside.engine.looked == looked + 1000
    assert {it["metadata"]["name"]: it["metadata"]["resourceVersion"] for it in cluster.listed(space)} == before
    assert len(cluster.events(space)) == events


def test_what_the_watch_missed_the_census_finds(cluster: Cluster, space: str, inside: Inside) -> None:
    cluster.budget(space, "one")
    cluster.budget(space, "two")
    until(lambda: all(summary(it) == "Ready" for it in cluster.listed(space)) and cluster.listed(space))
    inside.settled()
    inside.operator.host.stop()
    cluster.change(space, "one", spec={"monthlyLimitUSD": 60})
    cluster.change(space, "two", metadata={"finalizers": []})
    cluster.delete(space, "two")
    cluster.budget(space, "three")
    assert inside.operator.census.take()
    until(lambda: cluster.known(space, "one")["status"]["observedGeneration"] == 2)
    until(lambda: summary(cluster.get(space, "three")) == "Ready")
    assert sorted(address[2] for address in inside.operator.store.addresses()) == ["one", "three"]


@pytest.mark.slow
def test_of_two_replicas_one_writes_and_the_other_takes_over_from_a_killed_one(
    cluster: Cluster, space: str, start: Starter
) -> None:
    first = start("first", interval=1)
    first.ready()
    cluster.budget(space, "one")
    until(lambda: summary(cluster.get(space, "one")) == "Ready", 30, first.log)
    second = start("second", interval=1)
    second.ready()
    cluster.change(space, "one", spec={"monthlyLimitUSD": 60})
    until(lambda: len(small.lines(first.writes)) == 2)
    first.end(signal.SIGKILL)
    killed = time.monotonic()
    cluster.change(space, "one", spec={"monthlyLimitUSD": 70})
    until(lambda: len(small.lines(first.writes)) == 3, DURATION + 10, second.log)
    assert time.monotonic() - killed < DURATION + 5
    assert [line[0] for line in small.lines(first.writes)] == ["first", "first", "second"]


@pytest.mark.slow
def test_asked_to_stop_it_finishes_its_call_gives_up_the_lease_and_exits_well(
    cluster: Cluster, space: str, start: Starter
) -> None:
    first = start("first")
    first.ready()
    cluster.budget(space, "one", annotations={small.SLOW: "2"})
    until(lambda: FINALIZER in (cluster.get(space, "one") or {})["metadata"].get("finalizers", []))
    assert first.end() == 0
    assert small.lines(first.writes) == [["first", "put", f"{space}/one", "1"]]
    assert summary(cluster.get(space, "one")) == "Ready"
    second = start("second")
    second.ready()
    begun = time.monotonic()
    cluster.change(space, "one", spec={"monthlyLimitUSD": 60})
    until(lambda: len(small.lines(first.writes)) == 2, 10)
    assert time.monotonic() - begun < DURATION / 2


def test_without_an_api_server_it_says_so_once_and_goes_on(cluster: Cluster, start: Starter, tmp_path: Any) -> None:
    broken = tmp_path / "kubeconfig"
    text = cluster.plane.operator_kubeconfig.read_text()
    broken.write_text(text.replace(cluster.plane.url, "https://127.0.0.1:1"))
    process = start("lonely", kubeconfig=broken)
    said = until(lambda: (p := process.page("readyz"))[0] == 503 and "does not answer" in p[1] and p, 20)
    assert said == (
        503,
        "The API server at https://127.0.0.1:1 does not answer (NewConnectionError); trying again until it does.",
    )
    time.sleep(5)
    assert process.page("healthz") == (200, "ok")
    assert process.log.read_text().count("trying again") == 1
    broken.write_text(text)
    assert process.end() == 0


def test_a_namespaces_role_is_known_before_its_first_object_and_its_change_is_acted_on(
    cluster: Cluster, space: str, inside: Inside
) -> None:
    inside.settled()
    path = f"/api/v1/namespaces/{space}"
    cluster.api.patch(path, {"metadata": {"annotations": {ROLE_ARN: "arn:1"}}}, MERGE_PATCH)
    cluster.budget(space, "one")
    until(lambda: summary(cluster.get(space, "one")) == "Ready")
    assert inside.engine.roles == {"one": "arn:1"}
    cluster.api.patch(path, {"metadata": {"annotations": {ROLE_ARN: "arn:2"}}}, MERGE_PATCH)
    until(lambda: inside.engine.roles == {"one": "arn:2"})
