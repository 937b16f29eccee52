"""After a restart what was converged is observed from lists alone; deep reads follow, each in its turn.

The budget of first reads is made so small here that hardly any of them is made in the first sweep.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.house import Address, House
from trueup.app.engine import Engine
from trueup.aws.execution import Executor
from trueup.aws.limits import Limits
from trueup.aws.observation import Observer
from trueup.aws.sessions import Sessions
from trueup.kinds.registry import kinds

NETWORK = {
    "kind": "Network",
    "metadata": {"name": "main"},
    "spec": {
        "cidr": "10.0.0.0/16",
        "zones": ["us-east-1a", "us-east-1b"],
        "privateSubnets": ["10.0.10.0/24", "10.0.11.0/24"],
    },
}
NAMES = ("auth", "billing", "catalogue")
DEEP = ("rds.ListTagsForResource", "rds.DescribeDBClusterParameters")


def database(name: str) -> dict[str, Any]:
    return {
        "kind": "Database",
        "metadata": {"name": name},
        "spec": {
            "engine": "aurora-postgresql",
            "version": "16.11",
            "capacity": {"min": 0.5, "max": 1},
            "networkRef": {"name": "main"},
            "parameters": {"max_connections": "100"},
        },
    }


def at(name: str) -> Address:
    return ("Database", "default", name)


class Frugal(House):
    """An operator that makes hardly any first read in one sweep."""

    def start(self) -> None:
        self.sessions = Sessions(endpoint="http://aws.emulator.invalid", install=self.emulator.attach, clock=self.clock)
        self.observer = Observer(
            self.sessions,
            self.clock,
            limits=Limits.unlimited(),
            deep_budget=1,
            sweep=self.settings.interval,
            settle=self.settings.settle,
        )
        self.executor = Executor(self.sessions, Limits.unlimited(), self.clock)
        self.engine = Engine(kinds(), self.settings, self.observer, self.executor, self.clock)

    def deep_reads(self) -> int:
        """The deep reads of databases since the operator started."""
        counts = self.observer.meter.counts()
        return sum(counts.get(name, 0) for name in DEEP)

    def pass_time(self, seconds: float) -> None:
        """Sweeps follow each other for so long."""
        until = self.clock() + timedelta(seconds=seconds)
        while self.clock() < until:
            self.clock.advance(60)
            self.sweep()

    def group(self, name: str, output: str = "AWS::RDS::DBClusterParameterGroup") -> dict[str, Any]:
        """One of the resources of a database, as its status names it."""
        return next(entry for entry in self.status(at(name))["resources"] if entry["type"] == output)


@pytest.fixture(scope="module")
def built() -> Iterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        yield made()


def made() -> House:
    """Databases at rest."""
    house = Frugal()
    house.clock.advance(7)  # between two sweeps: objects of one sweep share its reads
    house.apply(NETWORK)
    house.settle()
    house.apply(*(database(name) for name in NAMES))
    house.settle()
    assert {house.status(at(name))["summary"] for name in NAMES} == {"Ready"}
    return house


@pytest.fixture
def house(built: Frugal) -> Frugal:
    """All at rest, then the operator is gone and somebody else has the time of AWS."""
    built.pass_time(120)
    assert built.drift(at("auth")) == []
    built.cluster.writes.clear()
    built.clock.advance(7)
    return built


def writes(house: House) -> dict[str, int]:
    counts = house.emulator.core.calls.counts("trueup")
    reading = ("Describe", "List", "Get")
    return {call: count for call, count in counts.items() if not call.split(".")[1].startswith(reading)}


def restarted(house: Frugal) -> None:
    house.emulator.core.calls.clear()
    house.start()
    house.sweep()


def test_what_was_converged_is_observed_from_lists_alone(house: Frugal) -> None:
    before = {name: house.status(at(name)) for name in NAMES}
    restarted(house)
    assert house.deep_reads() <= 2
    house.pass_time(1500)
    assert house.deep_reads() >= 9
    assert writes(house) == {}
    assert {name: {**house.status(at(name)), "lastChecked": before[name]["lastChecked"]} for name in NAMES} == before


def test_drift_in_lists_waits_for_no_deep_read(house: Frugal) -> None:
    id = house.group("billing", "AWS::RDS::DBCluster")["id"]
    house.client("rds").modify_db_cluster(DBClusterIdentifier=id, BackupRetentionPeriod=35, ApplyImmediately=True)
    restarted(house)
    assert writes(house) == {"rds.ModifyDBCluster": 1}
    assert [entry["path"] for entry in house.status(at("billing"))["drift"]["recent"][:1]] == ["BackupRetentionPeriod"]


@pytest.mark.parametrize("name", NAMES)
def test_drift_behind_a_deep_read_is_seen_within_its_time(house: Frugal, name: str) -> None:
    change = {"ParameterName": "max_connections", "ParameterValue": "77", "ApplyMethod": "pending-reboot"}
    group = house.group(name)["id"]
    house.client("rds").modify_db_cluster_parameter_group(DBClusterParameterGroupName=group, Parameters=[change])
    restarted(house)
    house.pass_time(300 - 60)
    assert writes(house) == {"rds.ModifyDBClusterParameterGroup": 1}
    newest = house.status(at(name))["drift"]["recent"][0]
    assert (newest["path"], newest["observed"]) == ("Parameters.max_connections", "77")


def test_an_owner_tag_that_was_taken_away_is_put_back_within_its_time(house: Frugal) -> None:
    arn = house.group("auth", "AWS::RDS::DBSubnetGroup")["arn"]
    house.client("rds").remove_tags_from_resource(ResourceName=arn, TagKeys=["trueup.dev/owner"])
    restarted(house)
    house.pass_time(1800)
    assert writes(house) == {"rds.AddTagsToResource": 1}


def test_what_is_not_ours_any_more_is_never_written_to(house: Frugal) -> None:
    rds = house.client("rds")
    group = house.group("catalogue")
    cluster = house.group("catalogue", "AWS::RDS::DBCluster")["id"]
    rds.add_tags_to_resource(
        ResourceName=group["arn"], Tags=[{"Key": "trueup.dev/owner", "Value": "trueup/Database/other/one"}]
    )
    rds.modify_db_cluster(DBClusterIdentifier=cluster, BackupRetentionPeriod=35, ApplyImmediately=True)
    restarted(house)
    assert house.condition(at("catalogue"), "Stalled")["reason"] == "NotOwned"
    assert "rds.ModifyDBClusterParameterGroup" not in writes(house)
    rds.add_tags_to_resource(
        ResourceName=group["arn"], Tags=[{"Key": "trueup.dev/owner", "Value": "trueup/Database/default/catalogue"}]
    )
    house.annotate(at("catalogue"), reconcile="now")
    house.pass_time(120)
    assert house.status(at("catalogue"))["summary"] == "Ready"
