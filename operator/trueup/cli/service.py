"""The App Runner service behind an object: found by the object's status, asked for and changed in AWS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from trueup.app.deciding import bad_hold, held_until
from trueup.app.ports import HOLD_REASON, ROLE_ARN
from trueup.cli.door import Door
from trueup.cli.failures import Failure
from trueup.cli.objects import Shown, annotation, named, read_name
from trueup.core.ledger import stamp
from trueup.core.values import Doc, Place, as_list, as_map
from trueup.kinds.registry import kinds
from trueup.resources.apprunner import Service
from trueup.resources.apprunner.operations import EVENTS

_PAGE = 20
"""Operations that are looked at: the newest."""


@dataclass(frozen=True, slots=True)
class Target:
    """An object with the service that it stands for."""

    shown: Shown
    arn: str
    role_arn: str | None = None

    @property
    def place(self) -> Place:
        """Where calls about it go."""
        return Place(self.arn.split(":")[3], self.role_arn)

    @property
    def name(self) -> str:
        """The service's name."""
        return self.arn.split("/")[1]

    @property
    def id(self) -> str:
        """The service's id."""
        return self.arn.split("/")[2]

    @property
    def asked(self) -> str:
        """The object as a command takes it."""
        return _asked(self.shown)

    def log_group(self, kind: str) -> str:
        """The log group of the service: `application` for what it writes, `service` for App Runner's own lines."""
        return f"/aws/apprunner/{self.name}/{self.id}/{kind}"


@dataclass(frozen=True, slots=True)
class Whom:
    """What a command was told of its object, and of whose credentials to use."""

    words: Sequence[str]
    namespace: str | None = None
    context: str | None = None
    own_credentials: bool = False


def target(verb: str, whom: Whom) -> Target:
    """The service of the object that the words name. Raises Failure: no such object, kind or service."""
    info, _ = read_name(whom.words)
    able = [kind.info for kind in kinds().values() if Service in kind.types]
    if info not in able:
        kinds_ = ", ".join(f"{one.kind} ({one.short_names[0]})" for one in able)
        raise Failure(f"`trueup {verb}` works for objects of the kind {kinds_}, and not for a {info.kind}.")
    shown = named(whom.words, whom.namespace, whom.context)
    arn = next(
        (arn for entry in _resources(shown) if entry.get("type") == Service.TYPE and (arn := entry.get("arn"))), ""
    )
    if not arn:
        raise Failure(f"{shown.title} has no service in AWS yet: `trueup explain {_asked(shown)}` says why.")
    role = None if whom.own_credentials else _role(shown, whom.context)
    return Target(shown, str(arn), role)


def _asked(shown: Shown) -> str:
    """The object as a command takes it."""
    info = kinds()[shown.manifest.kind].info
    return f"{info.short_names[0]}/{shown.manifest.name} -n {shown.manifest.namespace}"


def _resources(shown: Shown) -> list[Doc]:
    listed = as_list(shown.manifest.status.get("resources")) or ()
    return [dict(found) for entry in listed if (found := as_map(entry)) is not None]


def _role(shown: Shown, context: str | None) -> str | None:
    role = shown.manifest.spec.get("roleArn") or annotation(shown.manifest.namespace, ROLE_ARN, context)
    return str(role) if role else None


def refuse_unwanted(shown: Shown, now: datetime, force: bool) -> None:
    """Raise Failure where the object says that AWS is to be left as it is, unless that is to be overruled."""
    manifest = shown.manifest
    if manifest.deleting:
        raise Failure(f"{shown.title} is being deleted: nothing can be asked of its service any more.")
    if force:
        return
    if (wrong := bad_hold(manifest)) is not None:
        raise Failure(f"{shown.title} is held. {wrong} To go on all the same, add --force.")
    until = held_until(manifest, now)
    if until is not None:
        why = manifest.annotations.get(HOLD_REASON)
        said = f" ({why})" if why else ""
        raise Failure(f"{shown.title} is held until {stamp(until)}{said}: wait, or add --force to go on all the same.")
    if (as_map(manifest.spec.get("driftPolicy")) or {}).get("mode") == "Report":
        raise Failure(
            f"{shown.title} is in Report mode, so that AWS is left as it is: set driftPolicy.mode to Correct, or add "
            "--force to go on all the same."
        )


class Running:
    """The service in AWS."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.door = Door(target.place)

    def check_account(self) -> None:
        """Raise Failure where the credentials are for another account than the service's."""
        theirs, ours = self._target.arn.split(":")[4], self.door.account
        if theirs != ours:
            raise Failure(
                f"service {self._target.name} is in account {theirs} and your credentials are for {ours}: log in to "
                f"{theirs}, or assume a role there."
            )

    def look(self) -> Doc:
        """The service and its newest operations, as the operator reads them."""
        arn = self._target.arn
        shown = self.door.ask("apprunner", "DescribeService", ServiceArn=arn)["Service"]
        return {**shown, "Service": shown, "Operations": self.operations()}

    def operations(self) -> Sequence[Doc]:
        """Its newest operations, the newest first."""
        page = self.door.ask("apprunner", "ListOperations", ServiceArn=self._target.arn, MaxResults=_PAGE)
        return tuple(page.get("OperationSummaryList") or ())

    def begin(self, operation: str) -> str:
        """The id of the operation that the call began."""
        answer = self.door.ask("apprunner", operation, ServiceArn=self._target.arn)
        return str(answer["OperationId"])

    def with_events(self, doc: Doc) -> Doc:
        """The document with the newest lines of App Runner's own log, where they can be read."""
        params = {**EVENTS.params, "logGroupName": self._target.log_group("service")}
        try:
            events = self.door.ask("logs", EVENTS.operation, **params).get(EVENTS.result)
        except Failure:
            return doc
        return {**doc, EVENTS.into: events}
