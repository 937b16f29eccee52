"""Figures of a fleet at rest: reads per sweep, memory, a restart, silence towards Kubernetes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from benchmarks.figures import MIB, Figure
from benchmarks.fleet import Fleet
from benchmarks.stage import FAST, SWEEP, Count, Stage, until
from trueup.aws.turns import EARLY
from trueup.core.resource import Deep, Resource
from trueup.kinds.registry import kinds

READS: Final = ("Describe", "List", "Get")
FIRST_READS: Final = 300.0
"""Within this time a restarted operator has made the deep reads that are due within five minutes."""


def grown(fleet: Fleet, size: int) -> None:
    """The fleet has its size, and the operator runs as shipped."""
    if fleet.size < size:
        fleet.stage.operate(rate=FAST)
        fleet.grow(size)
    fleet.stage.operate()
    until(lambda: looked_at(fleet.stage) >= size, FIRST_READS, "every database looked at once")


def looked_at(stage: Stage) -> int:
    """How many passes over databases the operator has made."""
    return int(stage.metric("trueup_passes_total", kind="Database"))


def sweep_begins(after: float = 0.0) -> float:
    """Wait until so many seconds after a sweep begins; the time then."""
    now = time.time()
    time.sleep((after - now) % SWEEP)
    return time.time()


# ---- reads ----------------------------------------------------------------------------------------------------


def reads(fleet: Fleet, size: int) -> Figure:
    """AWS reads in one sweep at rest: the lists that databases need, all others and deep reads beside them."""
    grown(fleet, size)
    sweep_begins(SWEEP - 5)
    fleet.stage.forget_calls()
    sweep_begins(SWEEP - 5)
    counted = fleet.stage.calls()
    lists, others, deep = _sorted(counted)
    writes = {call: count for call, count in counted.items() if not call.split(".")[1].startswith(READS)}
    return Figure(
        "reads",
        f"AWS reads in a sweep over {size} databases",
        50,
        sum(lists.values()),
        "lists",
        {
            "pages": ", ".join(f"{call.split('.')[1]} {count}" for call, count in lists.items()),
            "lists of networks beside": sum(others.values()),
            "deep reads": sum(deep.values()),
            "deep reads declared": round(_allowance(fleet)),
            "writes": sum(writes.values()),
        },
    )


def _sorted(counted: Count) -> tuple[Counter[str], Counter[str], Counter[str]]:
    database = kinds()["Database"]
    foreign = {"ec2.DescribeSubnets", "ec2.DescribeVpcs"}
    needed = {_list_of(kind) for kind in database.types} | foreign
    going_deep = {f"{read.service or kind.SERVICE}.{read.operation}" for kind, read in _deep()}
    lists, others, deep = Counter[str](), Counter[str](), Counter[str]()
    for call, count in counted.items():
        if call.split(".")[1].startswith(READS):
            (deep if call in going_deep else lists if call in needed else others)[call] += count
    return lists, others, deep


def _deep() -> Iterator[tuple[type[Resource], Deep]]:
    for kind in kinds().values():
        for type_ in kind.types:
            yield from ((type_, read) for read in type_.DEEP)


def _list_of(kind: type[Resource]) -> str:
    return f"{kind.LISTING.service or kind.SERVICE}.{kind.LISTING.operation}"


def _allowance(fleet: Fleet) -> float:
    """Deep reads that the declarations ask for in a sweep, each made again when three quarters of its time are over."""
    declared = {kind.TYPE: kind.DEEP for found in kinds().values() for kind in found.types}
    stand = [
        entry for plural in ("databases", "networks") for item in fleet.listed(plural) for entry in _resources(item)
    ]
    return sum(SWEEP / (read.every * EARLY) for entry in stand for read in declared[entry["type"]])


def _resources(item: dict[str, object]) -> Iterable[dict[str, str]]:
    status = item.get("status")
    return status.get("resources", []) if isinstance(status, dict) else []


# ---- memory ---------------------------------------------------------------------------------------------------


def memory(fleet: Fleet, size: int) -> Figure:
    """What the operator's process holds while nothing moves, over two sweeps."""
    grown(fleet, size)
    process = fleet.stage.operator()
    samples: list[float] = []
    until_ = time.monotonic() + 2 * SWEEP
    while time.monotonic() < until_:
        samples.append(process.memory_info().rss / MIB)
        time.sleep(2)
    detail = {"least": round(min(samples), 1), "threads": process.num_threads()}
    return Figure("memory", f"operator's memory with {size} idle databases", 200, round(max(samples), 1), "MiB", detail)


# ---- restart --------------------------------------------------------------------------------------------------


def restart(fleet: Fleet, size: int) -> Figure:
    """From the start of a new process until it has looked at every database, less the time that AWS took to answer."""
    grown(fleet, size)
    stage = fleet.stage
    stage.rest()
    stage.forget_calls()
    sweep_begins(1)
    began = time.monotonic()
    process = stage.operate(anew=True)
    ready = time.monotonic() - began
    until(lambda: looked_at(stage) >= size, FIRST_READS, "every database looked at after a restart", every=0.2)
    took = time.monotonic() - began
    answering = stage.answer_seconds()
    used = process.cpu_times()
    return Figure(
        "restart",
        f"{size} databases observed after a restart, beyond the emulator's answers",
        15,
        round(took - answering, 1),
        "s",
        {
            "whole": round(took, 1),
            "emulator's answers": round(answering, 1),
            "process ready": round(ready, 1),
            "operator's CPU": round(used.user + used.system, 1),
            "calls": sum(stage.calls().values()),
        },
    )


# ---- silence --------------------------------------------------------------------------------------------------


def quiet(fleet: Fleet, size: int) -> Figure:
    """Writes that the API server takes during a sweep with nothing to do, the ten-minutely time of the look aside."""
    grown(fleet, size)
    sweep_begins(SWEEP - 5)
    before, stood = fleet.stage.written(), _statuses(fleet)
    sweep_begins(SWEEP - 5)
    written = fleet.stage.written() - before
    now = _statuses(fleet)
    checked = sum(1 for uid, (said, at) in now.items() if stood[uid][0] == said and stood[uid][1] != at)
    return Figure(
        "quiet",
        f"writes to Kubernetes in a sweep over {size} idle databases",
        0,
        sum(written.values()) - checked,
        "writes",
        {"times of the look, every 10 min": checked, **{what: count for what, count in written.items() if not checked}},
    )


def _statuses(fleet: Fleet) -> dict[str, tuple[object, object]]:
    """The status of each object without the time of the look, and that time."""
    found: dict[str, tuple[object, object]] = {}
    for plural in ("databases", "networks"):
        for item in fleet.listed(plural):
            status = dict(item.get("status", {}))
            at = status.pop("lastChecked", None)
            found[item["metadata"]["uid"]] = (status, at)
    return found
