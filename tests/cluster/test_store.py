"""The world in memory: older states never replace newer ones, and what is gone does not come back by a late echo."""

from __future__ import annotations

from typing import Any

from trueup.app.ports import CREATED, ROLE_ARN, Manifest
from trueup.cluster.store import Change, Store, manifest_of, newer

ADDRESS = ("Budget", "shop", "one")


def document(version: int, uid: str = "u1", **metadata: Any) -> dict[str, Any]:
    meta = {"namespace": "shop", "name": "one", "uid": uid, "generation": 1, "resourceVersion": str(version)}
    return {"kind": "Budget", "metadata": meta | metadata, "spec": {"monthlyLimitUSD": 50}}


def test_a_manifest_is_all_that_a_document_says() -> None:
    said = document(
        7,
        generation=3,
        annotations={"a": "b", "kubectl.kubernetes.io/last-applied-configuration": "{}"},
        labels={"team": "web"},
        deletionTimestamp="2026-11-23T12:00:00Z",
        finalizers=["x"],
    ) | {"status": {"summary": "Ready"}}
    assert manifest_of(said) == Manifest(
        kind="Budget",
        namespace="shop",
        name="one",
        spec={"monthlyLimitUSD": 50},
        generation=3,
        uid="u1",
        status={"summary": "Ready"},
        annotations={"a": "b"},
        labels={"team": "web"},
        deleting=True,
        finalizers=("x",),
    )


def test_versions_are_ordered_by_number() -> None:
    assert [newer("10", "9"), newer("9", "10"), newer("9", "9"), newer("b", "a"), newer("a", "a")] == [
        True,
        False,
        False,
        True,
        False,
    ]


def test_only_what_somebody_asks_for_is_wanted() -> None:
    store = Store()
    changes = [
        store.put(document(1)),
        store.put(document(2, finalizers=["trueup.dev/cleanup"]) | {"status": {"summary": "Ready"}}),
        store.put(document(3, annotations={CREATED: "x"})),
        store.put(document(4, annotations={"trueup.dev/reconcile": "now"})),
        store.put(document(5, generation=2)),
        store.put(document(6, generation=2, labels={"a": "b"})),
        store.put(document(7, generation=2, labels={"a": "b"}, deletionTimestamp="x")),
    ]
    assert changes == [Change.WANTED, Change.QUIET, Change.QUIET, *[Change.WANTED] * 4]


def test_an_older_state_changes_nothing() -> None:
    store = Store()
    store.put(document(5, generation=2))
    assert store.put(document(4)) is Change.STALE
    known = store.get(*ADDRESS)
    assert known is not None
    assert known.generation == 2


def test_what_is_gone_does_not_come_back_by_a_late_echo_but_in_a_new_life() -> None:
    store = Store()
    store.put(document(5))
    assert store.remove(ADDRESS, "u1", "8")
    assert not store.remove(ADDRESS, "u1", "8")
    assert store.put(document(7)) is Change.STALE
    assert list(store.all()) == []
    assert store.put(document(9)) is Change.WANTED, "its label is on again"
    assert store.remove(ADDRESS, "u1")
    assert store.put(document(10, uid="u2")) is Change.WANTED
    assert not store.remove(ADDRESS, "u1", "11")
    assert [m.uid for m in store.all()] == ["u2"]


def test_only_namespaces_whose_role_changes_are_told() -> None:
    store = Store()
    told = [
        store.put_namespace({"name": "shop", "resourceVersion": version, "annotations": annotations})
        for version, annotations in [("1", None), ("2", {"a": "b"}), ("5", {ROLE_ARN: "r1"}), ("4", {}), ("6", {})]
    ]
    assert told == [False, False, True, False, True]
    assert store.namespace_annotation("shop", ROLE_ARN) is None
    assert store.namespaces() == {"shop"}


def test_waiting_for_versions_says_what_is_missing() -> None:
    store = Store()
    store.put(document(5))
    assert store.await_versions({ADDRESS: "5"}, 0) == ()
    assert store.await_versions({ADDRESS: "6", ("Budget", "shop", "two"): "1"}, 0) == (
        ADDRESS,
        ("Budget", "shop", "two"),
    )
