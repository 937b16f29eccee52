"""`trueup logs OBJECT`: what a service writes, or App Runner of it, as CloudWatch Logs keeps it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import typer

from trueup.cli.door import Refused
from trueup.cli.failures import Failure
from trueup.cli.service import Running, Target, Whom, target
from trueup.core.faults import Consequence
from trueup.core.values import Doc, Json
from trueup.resources.apprunner.operations import DEPLOYMENTS

LAST: Final = "last"
"""Stands for the newest deployment."""
_AGAIN: Final = 2.0
"""Seconds between looks for new lines."""
_LATE: Final = 30_000
"""Milliseconds by which a line may come later than younger ones: so far back is looked at again."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Which lines are wanted."""

    since: datetime
    service: bool = False
    deployment: str | None = None
    follow: bool = False
    tail: int | None = None
    output: str = "text"


def logs(whom: Whom, wanted: Lines) -> int:
    """The lines have been written, oldest first; with `follow`, new ones are until somebody interrupts. Answers 0."""
    aim = target("logs", whom)
    running = Running(aim)
    running.check_account()
    group, streams = _where(aim, running, wanted)
    log = _Log(running, group, streams, aim)
    start = _milliseconds(wanted.since)
    found = log.lines(start)
    if not found and not _is_known(wanted.deployment, running):
        raise Failure(
            f"service {aim.name} has had no deployment {wanted.deployment}: `trueup logs {aim.asked} --deployment "
            "last` shows the newest one."
        )
    if not found and not wanted.follow:
        typer.echo(f"note: {group} holds no line since {wanted.since:%Y-%m-%d %H:%M} UTC.", err=True)
    for line in found if wanted.tail is None else found[len(found) - min(wanted.tail, len(found)) :]:
        _write(line, wanted.output)
    if wanted.follow:
        for line in log.more(found, start):
            _write(line, wanted.output)
    return 0


def _where(aim: Target, running: Running, wanted: Lines) -> tuple[str, tuple[str, ...]]:
    """The log group, and the streams in it; no stream means all."""
    if wanted.deployment is None:
        return aim.log_group("service" if wanted.service else "application"), ("events",) if wanted.service else ()
    id = wanted.deployment
    if id == LAST:
        found = [one for one in running.operations() if one["Type"] in DEPLOYMENTS]
        if not found:
            raise Failure(f"service {aim.name} has had no deployment yet: there is no log of one.")
        id = str(found[0]["Id"])
    return aim.log_group("service"), (f"deployment/{id}",)


def _is_known(deployment: str | None, running: Running) -> bool:
    return deployment in (None, LAST) or any(one["Id"] == deployment for one in running.operations())


@dataclass(frozen=True, slots=True)
class _Log:
    """Some streams of a log group."""

    running: Running
    group: str
    streams: tuple[str, ...]
    aim: Target

    def lines(self, start: int) -> list[Doc]:
        """Every line since `start` (milliseconds), oldest first; none while there is no such log."""
        return sorted(self._pages(start), key=_time)

    def more(self, known: list[Doc], start: int) -> Iterator[Doc]:
        """Every line that is not among the known ones, as it comes, for ever."""
        seen = {str(line["eventId"]): _time(line) for line in known}
        while True:
            time.sleep(_AGAIN)
            start = max(start, max(seen.values(), default=start) - _LATE)
            for line in self.lines(start):
                if line["eventId"] not in seen:
                    seen[str(line["eventId"])] = _time(line)
                    yield line
            seen = {id: at for id, at in seen.items() if at >= start}

    def _pages(self, start: int) -> Iterator[Doc]:
        params: dict[str, Json] = {"logGroupName": self.group, "startTime": start, "interleaved": True}
        if self.streams:
            params["logStreamNames"] = list(self.streams)
        while True:
            try:
                page = self.running.door.ask("logs", "FilterLogEvents", **params)
            except Refused as refused:
                if refused.fault.consequence is Consequence.NOT_FOUND:
                    return
                raise
            yield from page.get("events") or ()
            if not page.get("nextToken"):
                return
            params["nextToken"] = page["nextToken"]


def _time(line: Doc) -> int:
    return int(line["timestamp"])


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _write(line: Doc, output: str) -> None:
    at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=_time(line))
    stamped, message = at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z", str(line["message"])
    if output == "json":
        said = {"time": stamped, "stream": line["logStreamName"], "message": message}
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    typer.echo(f"{stamped} {message.rstrip()}")
