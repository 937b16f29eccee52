"""Charter: the operations of services: all of them asynchronous, each allowed in certain states only.

Sources: https://docs.aws.amazon.com/apprunner/latest/api/API_Operations.html,
https://docs.aws.amazon.com/apprunner/latest/dg/architecture.html,
https://docs.aws.amazon.com/apprunner/latest/dg/manage-pause.html,
https://docs.aws.amazon.com/apprunner/latest/dg/manage-delete.html
"""

from __future__ import annotations

import hashlib

from trueup.sandbox.emulator.apprunner import deployments, revisions, settings
from trueup.sandbox.emulator.apprunner.connectors import connector_of
from trueup.sandbox.emulator.apprunner.orders import Orders
from trueup.sandbox.emulator.apprunner.store import (
    LINGERING,
    Region,
    Service,
    invalid,
    new_id,
    page,
    tags_of,
)
from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call


def summary(service: Service) -> Document:
    """The service as ListServices shows it."""
    return {
        "ServiceName": service.name,
        "ServiceId": service.id,
        "ServiceArn": service.arn,
        "ServiceUrl": service.url,
        "CreatedAt": service.created,
        "UpdatedAt": service.updated,
        "Status": service.status,
    }


def view(region: Region, service: Service) -> Document:
    """The service as DescribeService shows it, with the configuration that is in force or on its way."""
    config = dict(service.config)
    arn = config.pop("AutoScalingConfigurationArn")
    found = next((one for one in region.scalings if one.arn == arn), None)
    scaling = {"AutoScalingConfigurationArn": arn} if found is None else revisions.SCALING.summary(region, found)
    shown = summary(service) | config | {"AutoScalingConfigurationSummary": scaling}
    return shown | ({"DeletedAt": service.deleted} if service.deleted else {})


def allowed(service: Service, *states: str) -> Service:
    """The service, if it is in one of the states; else InvalidStateException."""
    if service.status not in states:
        raise AwsError(
            "InvalidStateException",
            f"Service cannot be changed in the current state: {service.status}. It must be {' or '.join(states)}.",
        )
    return service


class Services:
    """The operations, and what tests and demos order to go wrong."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    def create(self, region: Region, call: Call) -> Document:
        """CreateService."""
        name = str(call.params["ServiceName"])
        living = list(region.living())
        if any(one.name == name for one in living):
            raise invalid(f"Service with the provided name already exists: {name}.")
        region.world.quotas.refuse_if_reached(
            "apprunner.services", len(living), "ServiceQuotaExceededException",
            "The quota for App Runner services has been reached.",
        )  # fmt: skip
        config = settings.first(region, call)
        ident, now = new_id(), region.world.clock.moment()
        host = f"{hashlib.sha256(ident.encode()).hexdigest()[:10]}.{region.name}.awsapprunner.com"
        arn = region.arn("service", f"{name}/{ident}")
        made = Service(name, ident, arn, host, now, now, config, tags=tags_of(call.get("Tags")))
        connector = connector_of(config)
        made.connectors = {connector} if connector else set()
        region.services[arn] = made
        return self.deploy(region, made, "CREATE_SERVICE")

    def deploy(self, region: Region, service: Service, kind: str) -> Document:
        """Begin an operation that brings up instances."""
        told = self._orders.pick(service.name, deployments.image_of(service) or "", kind)
        started = deployments.deploy(region, service, kind, told)
        return {"Service": view(region, service), "OperationId": started.id}

    def update(self, region: Region, call: Call) -> Document:
        """UpdateService: allowed while it runs, and to rebuild what could not be created."""
        service = allowed(region.service(call.params["ServiceArn"]), "RUNNING", "CREATE_FAILED")
        failed = service.status == "CREATE_FAILED"
        config = settings.changed(region, call, service.config, failed=failed)
        service.config, service.former = config, None if failed else service.config
        connector = connector_of(config)
        service.connectors |= {connector} if connector else set()
        return self.deploy(region, service, "UPDATE_SERVICE")

    def start_deployment(self, region: Region, call: Call) -> Document:
        """StartDeployment; its model knows no InvalidStateException, so another state is an invalid request."""
        service = region.service(call.params["ServiceArn"])
        if service.status != "RUNNING":
            raise invalid(f"A deployment can't be started in the current state: {service.status}.")
        return {"OperationId": self.deploy(region, service, "START_DEPLOYMENT")["OperationId"]}

    def notice(self, region: Region) -> None:
        """Begin the deployments of moved tags, where a running service deploys by itself."""
        for service in list(region.living()):
            automatic = service.config["SourceConfiguration"]["AutoDeploymentsEnabled"]
            if service.status == "RUNNING" and automatic:
                digest = deployments.current_digest(service)
                if digest not in (None, service.seen):
                    self.deploy(region, service, "START_DEPLOYMENT")

    def resume(self, region: Region, call: Call) -> Document:
        """ResumeService: the version that served before comes back, newer images do not."""
        service = allowed(region.service(call.params["ServiceArn"]), "PAUSED")
        return self.deploy(region, service, "RESUME_SERVICE")

    def pause(self, region: Region, call: Call) -> Document:
        """PauseService."""
        service = allowed(region.service(call.params["ServiceArn"]), "RUNNING")
        started = deployments.begin(region, service, "PAUSE_SERVICE", "Service pause started.")
        region.world.later(
            deployments.DELAY[started.type],
            lambda: deployments.end(region, service, started, "PAUSED", "SUCCEEDED", "Service pause completed."),
        )
        return {"Service": view(region, service), "OperationId": started.id}

    def delete(self, region: Region, call: Call) -> Document:
        """DeleteService: custom domains go with it, log groups stay, and for a while it can still be described."""
        states = "RUNNING", "PAUSED", "CREATE_FAILED", "DELETE_FAILED"
        service = allowed(region.service(call.params["ServiceArn"]), *states)
        told = self._orders.pick(service.name, deployments.image_of(service) or "", "DELETE_SERVICE")
        started = deployments.begin(region, service, "DELETE_SERVICE", "Service deletion started.")

        def forget() -> None:
            del region.services[service.arn]

        def gone() -> None:
            if told is not None:
                deployments.end(region, service, started, "DELETE_FAILED", "FAILED", f"Deletion failed. {told}")
                return
            service.deleted = region.world.clock.moment()
            service.former = None
            service.domains.clear()
            deployments.end(region, service, started, "DELETED", "SUCCEEDED", "Service deletion completed.")
            region.world.later("apprunner.connector.release", service.connectors.clear)
            region.world.timeline.after(LINGERING, forget)

        region.world.later(deployments.DELAY[started.type], gone)
        return {"Service": view(region, service), "OperationId": started.id}


def describe(region: Region, call: Call) -> Document:
    """DescribeService, of a deleted one, too."""
    return {"Service": view(region, region.service(call.params["ServiceArn"]))}


def listed(region: Region, call: Call) -> Document:
    """ListServices: thin summaries, those of services deleted a moment ago among them."""
    return page(call, "ServiceSummaryList", [summary(one) for one in region.services.values()])


def operations(region: Region, call: Call) -> Document:
    """ListOperations, the newest first."""
    service = region.service(call.params["ServiceArn"])
    shown = [
        {
            "Id": one.id,
            "Type": one.type,
            "Status": one.status,
            "TargetArn": service.arn,
            "StartedAt": one.started,
            "UpdatedAt": one.updated,
            "EndedAt": one.ended,
        }
        for one in service.operations
    ]
    return page(call, "OperationSummaryList", shown)


def image_in_force(service: Service) -> str | None:
    """The identifier of the image that serves: the one to which a deployment on its way would return."""
    config = service.former or service.config
    repository = config["SourceConfiguration"].get("ImageRepository")
    return None if repository is None else str(repository["ImageIdentifier"])
