"""`trueup deploy`, `restart`, `pause` and `resume`: an operation of App Runner begun, followed and judged.

The status of a service does not tell whether a deployment held; its operations do, so these are what is followed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from trueup.cli.door import Refused
from trueup.cli.durations import spoken
from trueup.cli.failures import ERROR, Failure
from trueup.cli.progress import Progress, looks
from trueup.cli.service import Running, Target, Whom, refuse_unwanted, target
from trueup.cli.terminal import terminal
from trueup.core.ledger import stamp
from trueup.core.values import Doc, Json, as_map
from trueup.kinds.apprunnerservice.cron import Cron
from trueup.resources.apprunner import operations
from trueup.resources.apprunner.operations import UNDERWAY

_BUSY: Final = "OPERATION_IN_PROGRESS"
_IN_WORDS: Final = {"RUNNING": "running", "PAUSED": "paused"}


@dataclass(frozen=True, slots=True)
class Errand:
    """What a command has App Runner do."""

    verb: str
    call: str
    type: str
    """The type of the operation that the call begins."""
    done: str
    """The verdict in one word, when all went well."""
    begins: str = "RUNNING"
    """The status that a service must have."""
    ends: str = ""
    """The status in which there is nothing to do; empty where there always is."""


DEPLOY: Final = Errand("deploy", "StartDeployment", "START_DEPLOYMENT", "Deployed")
RESTART: Final = Errand("restart", "StartDeployment", "START_DEPLOYMENT", "Restarted")
PAUSE: Final = Errand("pause", "PauseService", "PAUSE_SERVICE", "Paused", ends="PAUSED")
RESUME: Final = Errand("resume", "ResumeService", "RESUME_SERVICE", "Resumed", begins="PAUSED", ends="RUNNING")

ERRANDS: Final = {errand.verb: errand for errand in (DEPLOY, RESTART, PAUSE, RESUME)}


@dataclass(frozen=True, slots=True)
class How:
    """How far an errand goes."""

    now: datetime
    seconds: float
    """How long it is waited for."""
    follow: bool = True
    force: bool = False
    output: str = "text"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an errand."""

    verdict: str
    message: str
    operation: Doc | None = None
    serving: str | None = None
    good: bool = True


def change(errand: Errand, whom: Whom, how: How) -> int:
    """The errand has been done and told; answers 0, or 1 where AWS took it back or could not do it."""
    aim = target(errand.verb, whom)
    refuse_unwanted(aim.shown, how.now, how.force)
    running = Running(aim)
    running.check_account()
    with Progress() as progress:
        result = _Errands(errand, aim, running, how, progress).run()
    _tell(aim, result, how.output)
    return 0 if result.good else ERROR


@dataclass(frozen=True, slots=True)
class _Errands:
    """One errand on its way."""

    errand: Errand
    aim: Target
    running: Running
    how: How
    progress: Progress

    def run(self) -> Result:
        """What came of it, after whatever else is under way."""
        for _ in looks(self.how.seconds):
            doc = self._idle()
            if (begun := self._under_way(doc)) is not None:
                return self._followed(begun)
            status = doc["Status"]
            if status == self.errand.ends:
                stays = until_when(self.errand, self.aim, self.how.now)
                message = f"{self._service} is {_IN_WORDS[status]} already: nothing was to be done. {stays}"
                return Result("Unchanged", message, serving=_serving(doc))
            if status != self.errand.begins:
                raise Failure(self._out_of_reach(status))
            try:
                return self._followed(self.running.begin(self.errand.call))
            except Refused as refused:
                if self.running.look()["Status"] != _BUSY:
                    raise
                self.progress.say(f"{refused.fault.code}: something else began on {self._service} meanwhile")
        raise Failure(f"{self._service} was busy all the time for {spoken(self.how.seconds)}: try again later.")

    @property
    def _service(self) -> str:
        return f"service {self.aim.name}"

    def _under_way(self, doc: Doc) -> str | None:
        """The id of an operation that does what is wanted, begun by somebody else: a second one would be refused."""
        newest = _newest(doc)
        if newest is None or newest["Status"] not in UNDERWAY or not self.errand.ends:
            return None
        return str(newest["Id"]) if newest["Type"] == self.errand.type else None

    def _idle(self) -> Doc:
        """The service once nothing else is under way. Raises Failure: still busy, or not to be waited for."""
        for _ in looks(self.how.seconds):
            doc = self.running.look()
            if doc["Status"] != _BUSY or self._under_way(doc) is not None:
                return doc
            newest = _newest(doc)
            what = (
                f"operation {newest['Id']} ({newest['Type']}) is under way"
                if newest is not None and newest["Status"] in UNDERWAY
                else "AWS is at work on it (maintenance)"
            )
            if not self.how.follow:
                raise Failure(f"{self._service} takes nothing now: {what}. Leave out --no-wait to wait for its end.")
            self.progress.say(f"waiting for {self._service}: {what}")
        raise Failure(f"{self._service} was still busy after {spoken(self.how.seconds)}: try again later.")

    def _out_of_reach(self, status: str) -> str:
        asked = self.aim.asked
        if status == "PAUSED":
            return f"{self._service} is paused and takes no deployment: `trueup resume {asked}` first."
        return f"{self._service} is {status}, so that it cannot {self.errand.verb}: see `trueup explain {asked}`."

    def _followed(self, id: str) -> Result:
        """What came of the operation, seen to its end where that is wanted."""
        operation: Doc = {"Id": id, "Type": self.errand.type, "Status": "IN_PROGRESS"}
        if not self.how.follow:
            return Result("Started", f"Operation {id} ({self.errand.type}) of {self._service} has begun.", operation)
        for _ in looks(self.how.seconds):
            operation = next((one for one in self.running.operations() if one["Id"] == id), operation)
            if operation["Status"] not in UNDERWAY:
                return self._judged(operation)
            self.progress.say(f"{self._service}: operation {id} ({self.errand.type}) is {operation['Status']}")
        raise Failure(
            f"operation {id} ({self.errand.type}) of {self._service} had not ended after {spoken(self.how.seconds)}: "
            f"it goes on in AWS, and `trueup logs {self.aim.asked} --deployment {id}` shows how."
        )

    def _judged(self, operation: Doc) -> Result:
        """The verdict on an operation that has ended, with AWS's reason where it failed."""
        doc = self.running.look()
        serving, took = _serving(doc), _took(operation)
        if not operations.failed(operation):
            return Result(self.errand.done, self._well(doc, took), operation, serving)
        why = operations.why(self.running.with_events(doc), operation)
        what = f"operation {operation['Id']} ({operation['Type']}) ended {operation['Status']}{took}. {why}"
        if operation["Status"] == "ROLLBACK_SUCCEEDED":
            message = f"The deployment failed and was rolled back: {what} It serves {serving} as it did before."
            return Result("RolledBack", message, operation, serving, good=False)
        message = f"{self._service.capitalize()} could not {self.errand.verb}: {what} It is {doc['Status']} now."
        return Result("Failed", message, operation, serving, good=False)

    def _well(self, doc: Doc, took: str) -> str:
        if self.errand is PAUSE:
            return f"{self._service.capitalize()} is paused{took}. {until_when(PAUSE, self.aim, self.how.now)}"
        said = f"{self._service.capitalize()} serves {_serving(doc)} at https://{doc['ServiceUrl']}{took}."
        return f"{said} {until_when(RESUME, self.aim, self.how.now)}" if self.errand is RESUME else said


def until_when(errand: Errand, aim: Target, now: datetime) -> str:
    """How long a pause or a resumption by hand is respected."""
    schedule = as_map(aim.shown.manifest.spec.get("schedule"))
    if schedule is None:
        return (
            f"It stays so until `trueup resume {aim.asked}`." if errand is PAUSE else "It stays so until it is paused."
        )
    other = RESUME.verb if errand is PAUSE else PAUSE.verb
    zone = str(schedule.get("timezone", "UTC"))
    turn = Cron.read(str(schedule[other])).following(now, ZoneInfo(zone))
    when = "" if turn is None else f" on {turn.astimezone(ZoneInfo(zone)):%Y-%m-%d at %H:%M} ({zone})"
    return f"It stays so until its schedule's next {other}{when}."


def _newest(doc: Doc) -> Doc | None:
    found = operations.of(doc)
    return found[0] if found else None


def _serving(doc: Doc) -> str | None:
    """What serves, in words; None while nothing does."""
    return operations.serving(doc) if doc["Status"] in ("RUNNING", _BUSY) else None


def _took(operation: Doc) -> str:
    begun, ended = operation.get("StartedAt"), operation.get("EndedAt")
    if not (isinstance(begun, datetime) and isinstance(ended, datetime)):
        return ""
    return f" after {spoken((ended - begun).total_seconds())}"


def _tell(aim: Target, result: Result, output: str) -> None:
    if output != "json":
        style = "green" if result.good else "red"
        terminal().print(Text(f"{result.verdict}: ", style=style).append(Text(result.message, style="default")))
        return
    manifest = aim.shown.manifest
    said: dict[str, Json] = {
        "kind": manifest.kind,
        "namespace": manifest.namespace,
        "name": manifest.name,
        "service": aim.arn,
        "verdict": result.verdict,
        "message": result.message,
        "operation": None if result.operation is None else _shown(result.operation),
        "serving": result.serving,
    }
    typer.echo(json.dumps(said, indent=2, ensure_ascii=False))


def _shown(operation: Doc) -> dict[str, Json]:
    times = {name: operation.get(name) for name in ("StartedAt", "EndedAt")}
    return {
        **{name.lower(): operation[name] for name in ("Id", "Type", "Status")},
        **{f"{name[0].lower()}{name[1:]}": stamp(at) for name, at in times.items() if isinstance(at, datetime)},
    }
