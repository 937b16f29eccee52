"""Figures of a fleet that changes: the time to Ready, and memory under random drift."""

from __future__ import annotations

import random
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.figures import MIB, Figure
from benchmarks.fleet import Fleet
from benchmarks.stage import FAST, until

SEED: Final = 3
DRIFT_SECONDS: Final = 1.5
"""A change behind the operator's back that often."""
MOST: Final = 2
"""So often the same field of the same database moves: a third time within an hour would look like a fight."""
WARM: Final = 0.3
"""The part of a soak after which memory should have found its level."""


def ready(fleet: Fleet, size: int) -> Figure:
    """From the first application to the last Ready, all applied at once."""
    stage = fleet.stage
    process = stage.operate(rate=FAST)
    used_before = process.cpu_times()
    stage.forget_calls()
    began = fleet.size
    took = fleet.grow(began + size)
    wrong = fleet.unready()
    assert not wrong, wrong
    used = process.cpu_times()
    return Figure(
        "ready",
        f"{size} databases applied at once, until all are Ready",
        60,
        round(took, 1),
        "s",
        {
            "emulator's answers": round(stage.answer_seconds(), 1),
            "operator's CPU": round(used.user + used.system - used_before.user - used_before.system, 1),
            "AWS calls": sum(stage.calls().values()),
        },
    )


@dataclass
class Disturber:
    """Somebody who changes databases behind the operator's back, a field at a time."""

    fleet: Fleet
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    moved: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    refused: int = 0

    def __post_init__(self) -> None:
        self.rds, self.ec2 = self.fleet.stage.aws("rds"), self.fleet.stage.aws("ec2")
        self.objects = [_ids(item) for item in self.fleet.listed()]

    def disturb(self) -> bool:
        """One field of one database moves; False when every one has moved as often as it may."""
        ways: dict[str, Callable[[dict[str, str]], None]] = {
            "retention": self._retention,
            "exposure": self._exposure,
            "tag": self._tag,
            "window": self._window,
        }
        open_ = [(ids, way) for ids in self.objects for way in ways if self.moved[ids["name"], way] < MOST]
        if not open_:
            return False
        ids, way = self.chance.choice(open_)
        self.moved[ids["name"], way] += 1
        try:
            ways[way](ids)
        except self.rds.exceptions.ClientError:  # it is being changed just now, as in AWS
            self.refused += 1
        return True

    def _retention(self, ids: dict[str, str]) -> None:
        days = self.chance.randint(8, 35)
        self.rds.modify_db_cluster(
            DBClusterIdentifier=ids["AWS::RDS::DBCluster"], BackupRetentionPeriod=days, ApplyImmediately=True
        )

    def _window(self, ids: dict[str, str]) -> None:
        hour = self.chance.randint(10, 20)
        self.rds.modify_db_cluster(
            DBClusterIdentifier=ids["AWS::RDS::DBCluster"], PreferredBackupWindow=f"{hour}:00-{hour}:45"
        )

    def _exposure(self, ids: dict[str, str]) -> None:
        port = self.chance.randint(1024, 60000)
        rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        self.ec2.authorize_security_group_ingress(GroupId=ids["AWS::EC2::SecurityGroup"], IpPermissions=[rule])

    def _tag(self, ids: dict[str, str]) -> None:
        self.ec2.delete_tags(Resources=[ids["AWS::EC2::SecurityGroup"]], Tags=[{"Key": "trueup.dev/resource"}])


def soak(fleet: Fleet, size: int, minutes: float) -> Figure:
    """The growth of memory while drift comes at random and is put right, from the warm state on."""
    fleet.stage.operate(rate=FAST)
    fleet.grow(size)
    disturber = Disturber(fleet)
    process = fleet.stage.operator()
    samples: list[tuple[float, float]] = []
    began = time.monotonic()
    while (passed := time.monotonic() - began) < minutes * 60:
        disturber.disturb()
        samples.append((passed / 60, process.memory_info().rss / MIB))
        time.sleep(DRIFT_SECONDS)
    until(lambda: fleet.ready("Database") == size, 300, "all drift put right")
    warm = [(at, rss) for at, rss in samples if at >= minutes * WARM]
    slope = statistics.linear_regression([at for at, _ in warm], [rss for _, rss in warm]).slope
    third = len(warm) // 3
    first, last = (statistics.median(rss for _, rss in part) for part in (warm[:third], warm[-third:]))
    return Figure(
        "soak",
        f"growth of memory over {minutes:g} min at {size} databases with random drift, once warm",
        5,
        round(max(0.0, last - first), 1),
        "MiB",
        {
            "slope, MiB an hour": round(slope * 60, 1),
            "at the start": round(samples[0][1], 1),
            "at the end": round(samples[-1][1], 1),
            "changes": disturber.moved.total(),
            "of them refused by AWS": disturber.refused,
        },
    )


def _ids(item: dict[str, Any]) -> dict[str, str]:
    """The ids of a database's resources by type, those of both engines under one name."""
    found = {entry["type"].replace("DocDB", "RDS"): entry["id"] for entry in item["status"]["resources"]}
    return {"name": item["metadata"]["name"], **found}
