"""How a pass writes to its own object: only what differs, only while it may, and never to another object."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.cluster.conftest import Cluster
from trueup.app.ports import FINALIZER, Manifest, Superseded
from trueup.cluster.events import Events
from trueup.cluster.journal import ClusterJournal, Desk, Standby, Unwritten, desk_places
from trueup.cluster.lease import Always
from trueup.cluster.store import Store
from trueup.core.report import Event

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("cluster")]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Lost:
    """The right of one who has lost it."""

    held = False

    def remaining(self) -> float:
        return 0


class Bench:
    """A journal of one Budget, and what it wrote."""

    def __init__(self, cluster: Cluster, space: str, right: Any = None, stopping: bool = False) -> None:
        self.cluster, self.space, self.store, self.wrote = cluster, space, Store(), list[str]()
        self.store.put(cluster.budget(space, "one"))
        self.desk = Desk(
            api=cluster.api,
            store=self.store,
            right=right or Always(),
            events=Events(cluster.api, utc_now, "test"),
            places=desk_places({"Budget": "budgets"}),
            clock=utc_now,
            stopping=lambda: stopping,
            wrote=lambda kind, what: self.wrote.append(what),
        )

    def manifest(self) -> Manifest:
        manifest = self.store.get("Budget", self.space, "one")
        assert manifest is not None
        return manifest

    def journal(self) -> ClusterJournal:
        return self.desk.journal(self.manifest())

    def document(self) -> dict[str, Any]:
        return self.cluster.known(self.space, "one")


def status(**more: Any) -> dict[str, Any]:
    return {"summary": "Ready", "lastChecked": utc_now().strftime("%Y-%m-%dT%H:%M:%SZ"), **more}


def test_a_status_is_written_once_and_again_when_somebody_deleted_it(cluster: Cluster, space: str) -> None:
    bench, said = Bench(cluster, space), status()
    for _ in range(3):
        bench.journal().status(said)
    assert (bench.wrote, bench.document()["status"]) == (["status"], said)
    bench.store.put(cluster.clear_status(space, "one"))
    bench.journal().status(said)
    assert (bench.wrote, bench.document()["status"]) == (["status"] * 2, said)


def test_a_status_is_written_though_the_spec_has_changed_meanwhile(cluster: Cluster, space: str) -> None:
    bench, said = Bench(cluster, space), status()
    journal = bench.journal()
    cluster.change(space, "one", spec={"monthlyLimitUSD": 60})
    journal.status(said)
    assert (bench.document()["status"], bench.document()["spec"]["monthlyLimitUSD"]) == (said, 60)


def test_a_field_that_the_schema_does_not_know_is_refused_by_name(cluster: Cluster, space: str) -> None:
    with pytest.raises(Unwritten, match=r"\.status\.unknown: field not declared in schema"):
        Bench(cluster, space).journal().status(status(unknown=1))


def test_the_finalizer_joins_others_after_a_conflict(cluster: Cluster, space: str) -> None:
    bench = Bench(cluster, space)
    journal = bench.journal()
    cluster.change(space, "one", metadata={"finalizers": ["example.com/other"]})
    journal.finalizer(True)
    journal.finalizer(True)
    assert bench.document()["metadata"]["finalizers"] == ["example.com/other", FINALIZER]
    journal.finalizer(False)
    assert bench.document()["metadata"]["finalizers"] == ["example.com/other"]
    assert bench.wrote == ["finalizer"] * 2
    cluster.change(space, "one", metadata={"finalizers": []})


def test_annotations_are_set_and_removed_and_not_sent_in_vain(cluster: Cluster, space: str) -> None:
    bench = Bench(cluster, space)
    journal = bench.journal()
    journal.annotate({"trueup.dev/created": "x", "trueup.dev/intents": "y"})
    journal.annotate({"trueup.dev/created": "x", "trueup.dev/approve": None})
    journal.annotate({"trueup.dev/intents": None})
    assert bench.document()["metadata"]["annotations"] == {"trueup.dev/created": "x"}
    assert bench.wrote == ["annotations"] * 2


WRITES: list[Callable[[ClusterJournal], None]] = [
    lambda journal: journal.finalizer(True),
    lambda journal: journal.annotate({"trueup.dev/created": "x"}),
    lambda journal: journal.status(status()),
]


@pytest.mark.parametrize("number", range(len(WRITES)))
def test_another_object_of_the_name_is_never_touched(cluster: Cluster, number: int) -> None:
    space = cluster.namespace(f"another-{number}")
    bench = Bench(cluster, space)
    journal = bench.journal()
    cluster.tool.run("delete", "budget", "one", f"--namespace={space}")
    again = cluster.budget(space, "one")
    with pytest.raises(Superseded):
        WRITES[number](journal)
    assert bench.document() == again


@pytest.mark.parametrize("number", range(len(WRITES)))
def test_what_is_gone_ends_the_pass(cluster: Cluster, number: int) -> None:
    space = cluster.namespace(f"gone-{number}")
    bench = Bench(cluster, space)
    journal = bench.journal()
    cluster.tool.run("delete", "budget", "one", f"--namespace={space}")
    with pytest.raises(Superseded):
        WRITES[number](journal)
    assert list(bench.store.all()) == []


def test_without_the_lease_nothing_is_written(cluster: Cluster, space: str) -> None:
    bench = Bench(cluster, space, right=Lost())
    before, journal = bench.document(), bench.journal()
    for write in WRITES:
        with pytest.raises(Standby):
            write(journal)
    journal.event(Event("Normal", "Available", "x"))
    assert (journal.may_write(), bench.document(), cluster.events(space)) == (False, before, [])


def test_one_who_is_asked_to_stop_writes_down_but_begins_nothing(cluster: Cluster, space: str) -> None:
    bench = Bench(cluster, space, stopping=True)
    bench.journal().status(status())
    assert (bench.journal().may_write(), bench.wrote) == (False, ["status"])


def test_the_same_event_is_counted_also_by_the_next_process(cluster: Cluster, space: str) -> None:
    bench = Bench(cluster, space)
    long = Event("Warning", "Drifted", "y" * 3000)
    for event in (long, long, Event("Normal", "Available", "x")):
        bench.journal().event(event)
    told = sorted((e["reason"], len(e["message"]), e["count"]) for e in cluster.events(space))
    assert told == [("Available", 1, 1), ("Drifted", 1024, 2)]
    Events(cluster.api, utc_now, "next").tell(bench.manifest(), Event("Normal", "Available", "x"))
    assert sorted(e["count"] for e in cluster.events(space)) == [2, 2]
