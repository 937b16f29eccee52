"""Charter: how operations begin and end: what makes a deployment fail, and where a failed one leaves the service.

Sources: https://docs.aws.amazon.com/apprunner/latest/api/API_OperationSummary.html,
https://docs.aws.amazon.com/apprunner/latest/dg/manage-deploy.html,
https://docs.aws.amazon.com/apprunner/latest/dg/manage-rebuild.html,
https://docs.aws.amazon.com/apprunner/latest/dg/troubleshooting-create-failure.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trueup.sandbox.emulator.apprunner import journal
from trueup.sandbox.emulator.apprunner.connectors import connector_of, public_subnets
from trueup.sandbox.emulator.apprunner.settings import BUILDER, RUNNER, runtime
from trueup.sandbox.emulator.apprunner.store import Operation, Region, Service, new_uuid
from trueup.sandbox.emulator.apprunner.surroundings import Image, secret_exists

IN_PROGRESS = "OPERATION_IN_PROGRESS"

DELAY = {
    "CREATE_SERVICE": "apprunner.service.create",
    "UPDATE_SERVICE": "apprunner.service.update",
    "START_DEPLOYMENT": "apprunner.service.deploy",
    "PAUSE_SERVICE": "apprunner.service.pause",
    "RESUME_SERVICE": "apprunner.service.resume",
    "DELETE_SERVICE": "apprunner.service.delete",
}
"""The kind of delay of each type of operation."""


@dataclass(frozen=True)
class Attempt:
    """What an operation found when it began: the image's digest, and why it cannot succeed, if so."""

    digest: str | None
    problem: str | None


def image_of(service: Service) -> str | None:
    """The identifier of the image in the service's configuration; None where it has source code."""
    repository = service.config["SourceConfiguration"].get("ImageRepository")
    return None if repository is None else str(repository["ImageIdentifier"])


def begin(region: Region, service: Service, kind: str, line: str) -> Operation:
    """The service has a new operation and the status OPERATION_IN_PROGRESS."""
    now = region.world.clock.moment()
    started = Operation(new_uuid(), kind, "IN_PROGRESS", now, now)
    service.operations.insert(0, started)
    journal.status(region, service, IN_PROGRESS)
    journal.operation(region, service, started, "Started", line)
    return started


def end(region: Region, service: Service, done: Operation, status: str, outcome: str, line: str) -> None:
    """The operation has its last status, and the service the status in which it stays."""
    done.settle(outcome, region.world.clock.moment())
    well = outcome == "SUCCEEDED"
    journal.operation(region, service, done, "CompletedSuccessfully" if well else "Failed", line)
    journal.status(region, service, status)


def deploy(region: Region, service: Service, kind: str, told: str | None) -> Operation:
    """An operation that brings up instances: it succeeds, or fails with what stands in the way or was `told`."""
    started = begin(region, service, kind, _STARTED[kind])
    journal.write(region, service, f"[AppRunner] {_STARTED[kind]}", stream=f"deployment/{started.id}")
    identifier = image_of(service) or ""
    image = Image.read(identifier)
    kept = service.digest if kind == "RESUME_SERVICE" else None
    digest = kept or (identifier or _SOURCE_CODE if image is None else image.resolve())
    missing = f"Failed to pull your application image. No image {identifier} was found."
    attempt = Attempt(digest, missing if digest is None else told)
    region.world.later(DELAY[kind], lambda: _finish(region, service, started, attempt))
    return started


_STARTED = {
    "CREATE_SERVICE": "Service creation started.",
    "UPDATE_SERVICE": "Service update started.",
    "START_DEPLOYMENT": "Deployment started.",
    "RESUME_SERVICE": "Service resume started.",
}
_SOURCE_CODE = "source code"


def _finish(region: Region, service: Service, started: Operation, attempt: Attempt) -> None:
    problem = attempt.problem or _obstacle(region, service)
    if problem is None:
        service.former, service.digest = None, attempt.digest
        service.seen = current_digest(service) if started.type == "RESUME_SERVICE" else attempt.digest
        _come_up(region, service, started)
        end(region, service, started, "RUNNING", "SUCCEEDED", "Deployment completed successfully.")
        return
    stream = f"deployment/{started.id}"
    journal.write(region, service, f"[AppRunner] {problem}", stream=stream)
    if service.digest is None:
        end(region, service, started, "CREATE_FAILED", "FAILED", f"Service creation failed. {problem}")
    elif started.type == "RESUME_SERVICE":
        end(region, service, started, "PAUSED", "FAILED", f"Service resume failed. {problem}")
    else:
        _roll_back(region, service, started, problem)


def _roll_back(region: Region, service: Service, started: Operation, problem: str) -> None:
    started.settle("ROLLBACK_IN_PROGRESS", region.world.clock.moment(), ended=False)
    journal.write(region, service, f"[AppRunner] {problem} Rolling back to the last successful version.")

    def rolled_back() -> None:
        if service.former is not None:
            service.config, service.former = service.former, None
        connector = connector_of(service.config)
        service.connectors = {connector} if connector else set()
        service.seen = current_digest(service)
        end(region, service, started, "RUNNING", "ROLLBACK_SUCCEEDED", f"Deployment was rolled back. {problem}")

    region.world.later("apprunner.service.rollback", rolled_back)


def _come_up(region: Region, service: Service, started: Operation) -> None:
    connector = connector_of(service.config)
    service.connectors = {connector} if connector else set()
    port = runtime(service.config["SourceConfiguration"]).get("Port", "8080")
    stream = f"instance/{started.id.replace('-', '')}"
    journal.write(region, service, f"listening on port {port}", kind="application", stream=stream)


def current_digest(service: Service) -> str | None:
    """The digest that a private image's tag has now; None for any other source, or where there is no such image."""
    image = Image.read(image_of(service) or "")
    return image.resolve() if image is not None else None


def _obstacle(region: Region, service: Service) -> str | None:
    secrets: dict[str, Any] = runtime(service.config["SourceConfiguration"]).get("RuntimeEnvironmentSecrets") or {}
    for name, reference in secrets.items():
        if not secret_exists(region.world, str(reference), region.account, region.name):
            return f"Failed to retrieve the value of {name}: {reference} was not found."
    access = service.config["SourceConfiguration"].get("AuthenticationConfiguration") or {}
    instance = service.config["InstanceConfiguration"]
    roles = (access.get("AccessRoleArn"), BUILDER), (instance.get("InstanceRoleArn"), RUNNER)
    for role, principal in roles:
        if role is not None and not region.identity.trusts(role, principal):
            return f"Failed to assume the role {role}."
    connector = connector_of(service.config)
    public = public_subnets(region, connector) if connector else []
    if public:
        return f"VPC connector {connector} can't be used: {', '.join(public)} is not a private subnet."
    return None
