"""The lease: one holder at a time, by a clock of one's own; with a real API server where the server's word counts."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.cluster.conftest import Cluster
from trueup.cluster.lease import DURATION, Lease, LeaseName

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("cluster")]


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def candidate(cluster: Cluster, name: str, me: str, clock: Clock, told: list[tuple[str, bool]]) -> Lease:
    return Lease(cluster.api, LeaseName("trueup-system", name, me), lambda held: told.append((me, held)), clock)


def test_the_second_waits_until_the_first_has_been_silent_for_the_duration(cluster: Cluster) -> None:
    clock, told = Clock(), list[tuple[str, bool]]()
    first = candidate(cluster, "silent", "first", clock, told)
    second = candidate(cluster, "silent", "second", clock, told)
    assert (first.attempt(), second.attempt()) == (True, False)
    assert (first.remaining(), second.remaining()) == (DURATION, 0)
    clock.now += DURATION - 1
    assert (first.attempt(), second.attempt(), first.remaining()) == (True, False, DURATION)
    clock.now += DURATION
    assert (first.held, second.attempt()) == (False, False)
    clock.now += 1
    assert (second.attempt(), first.attempt()) == (True, False)
    assert told == [("first", True), ("second", True), ("first", False)]


def test_a_lease_given_up_is_taken_at_once(cluster: Cluster) -> None:
    clock, told = Clock(), list[tuple[str, bool]]()
    first = candidate(cluster, "released", "first", clock, told)
    second = candidate(cluster, "released", "second", clock, told)
    assert (first.attempt(), second.attempt()) == (True, False)
    first.stop()
    assert (first.remaining(), second.attempt(), first.attempt()) == (0, True, False)
    spec = cluster.api.get("/apis/coordination.k8s.io/v1/namespaces/trueup-system/leases/released")["spec"]
    assert (spec["holderIdentity"], spec["leaseDurationSeconds"], spec["leaseTransitions"]) == ("second", DURATION, 2)


def test_a_lease_deleted_by_hand_is_made_again(cluster: Cluster) -> None:
    clock, told = Clock(), list[tuple[str, bool]]()
    first = candidate(cluster, "deleted", "first", clock, told)
    assert first.attempt()
    cluster.tool.run("delete", "lease", "deleted", "--namespace=trueup-system")
    clock.now += 5
    first.attempt()
    assert first.attempt()
