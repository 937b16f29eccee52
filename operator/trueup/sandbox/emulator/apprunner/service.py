"""Charter: App Runner's operations by name, and what its neighbours and its directors need of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

from trueup.sandbox.emulator.apprunner import (
    connectors,
    domains,
    journal,
    revisions,
    services,
    tags,
)
from trueup.sandbox.emulator.apprunner.orders import Handshake, Maintenance, Orders
from trueup.sandbox.emulator.apprunner.store import Region, Service
from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.identity import Identity
from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call, Forward, World

Operation = Callable[[Region, Call], Document]

_FIXED: Mapping[str, Operation] = {
    "DescribeService": services.describe,
    "ListServices": services.listed,
    "ListOperations": services.operations,
    "CreateAutoScalingConfiguration": revisions.SCALING.create,
    "DescribeAutoScalingConfiguration": revisions.SCALING.describe,
    "ListAutoScalingConfigurations": revisions.SCALING.list,
    "DeleteAutoScalingConfiguration": revisions.SCALING.delete,
    "UpdateDefaultAutoScalingConfiguration": revisions.update_default_scaling,
    "ListServicesForAutoScalingConfiguration": revisions.list_services_for_scaling,
    "CreateObservabilityConfiguration": revisions.OBSERVABILITY.create,
    "DescribeObservabilityConfiguration": revisions.OBSERVABILITY.describe,
    "ListObservabilityConfigurations": revisions.OBSERVABILITY.list,
    "DeleteObservabilityConfiguration": revisions.OBSERVABILITY.delete,
    "CreateVpcConnector": connectors.create_vpc_connector,
    "DescribeVpcConnector": connectors.describe_vpc_connector,
    "ListVpcConnectors": connectors.list_vpc_connectors,
    "DeleteVpcConnector": connectors.delete_vpc_connector,
    "CreateConnection": connectors.create_connection,
    "ListConnections": connectors.list_connections,
    "DeleteConnection": connectors.delete_connection,
    "AssociateCustomDomain": domains.associate,
    "DescribeCustomDomains": domains.describe,
    "DisassociateCustomDomain": domains.disassociate,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "ListTagsForResource": tags.list_tags_for_resource,
}


class AppRunner:
    """App Runner in every account and region."""

    def __init__(self, world: World, identity: Identity) -> None:
        self._world, self._identity = world, identity
        self._regions: dict[tuple[str, str], Region] = {}
        self.orders = Orders()
        self._services = services.Services(self.orders)
        self._operations: Mapping[str, Operation] = {
            **_FIXED,
            "CreateService": self._services.create,
            "UpdateService": self._services.update,
            "PauseService": self._services.pause,
            "ResumeService": self._services.resume,
            "StartDeployment": self._services.start_deployment,
            "DeleteService": self._services.delete,
        }

    def region(self, account: str, name: str) -> Region:
        """App Runner in one account and region, with the configurations that AWS puts there."""
        key = account, name
        if key not in self._regions:
            made = Region(account, name, self._world, self._identity)
            made.default_scaling = revisions.SCALING.found_there(made).arn
            revisions.OBSERVABILITY.found_there(made)
            self._regions[key] = made
        return self._regions[key]

    def handle(self, call: Call, _forward: Forward, /) -> Document | Answer:
        """Answer one call, after a look at what has changed around App Runner."""
        operation = self._operations.get(call.operation)
        if operation is None:
            raise AwsError(
                "MotoNotImplemented", f"The emulator has no apprunner.{call.operation}; see docs/emulator.md.", 501
            )
        self.orders.refuse_strangers(call.operation)
        region = self.region(call.account, call.region)
        domains.follow(region)
        self._services.notice(region)
        self._world.timeline.settle()
        return operation(region, call)

    # Directors -----------------------------------------------------------------------------------------------

    def order(self, door: str, content: object) -> object:
        """Take what a test or a demo orders at a door of its own; None for a door that is not ours."""
        orders: Mapping[str, Callable[[object], object]] = {
            "apprunner/account": self.orders.admit,
            "apprunner/failures": self.orders.put_failures,
            "apprunner/handshake": self.shake_hands,
            "apprunner/maintenance": self.maintain,
        }
        return orders[door](content) if door in orders else None

    def told(self, door: str) -> object:
        """What a door shows; None for one that is not ours."""
        shown: Mapping[str, Callable[[], object]] = {
            "apprunner/account": self.orders.admission.model_dump,
            "apprunner/failures": self.orders.view,
            "apprunner/serving": self.serving,
        }
        return shown[door]() if door in shown else None

    def maintain(self, content: object) -> list[str]:
        """Let AWS work on services for some seconds; the names of those concerned."""
        wanted, concerned = Maintenance.model_validate(content), list[str]()
        for region in self._regions.values():
            for service in region.living():
                if service.status in ("RUNNING", "PAUSED") and fnmatchcase(service.name, wanted.service):
                    concerned.append(service.name)
                    _flip(region, service, wanted.seconds)
        return sorted(concerned)

    def shake_hands(self, content: object) -> list[str]:
        """Let a person complete the handshake of connections; the names of those concerned."""
        wanted, concerned = Handshake.model_validate(content), list[str]()
        for region in self._regions.values():
            for connection in region.connections.values():
                if fnmatchcase(connection.name, wanted.connection):
                    connection.status = wanted.status
                    concerned.append(connection.name)
        return sorted(concerned)

    def serving(self) -> dict[str, dict[str, str | None]]:
        """What AWS's API does not tell: the image, by name and digest, that each service serves at this moment."""
        return {
            service.arn: {"image": services.image_in_force(service), "digest": service.digest}
            for region in self._regions.values()
            for service in region.living()
        }

    # Neighbours ----------------------------------------------------------------------------------------------

    def subnets_in_use(self, account: str, region: str) -> frozenset[str]:
        """Subnets in which services have network interfaces."""
        return connectors.members_in_use(self.region(account, region), "Subnets")

    def security_groups_in_use(self, account: str, region: str) -> frozenset[str]:
        """Security groups of the network interfaces of services."""
        return connectors.members_in_use(self.region(account, region), "SecurityGroups")

    def reset(self) -> None:
        """Forget all services and orders."""
        self._regions.clear()
        self.orders.clear()


def _flip(region: Region, service: Service, seconds: float) -> None:
    back = service.status
    journal.status(region, service, "OPERATION_IN_PROGRESS")

    def done() -> None:
        if service.status == "OPERATION_IN_PROGRESS":
            journal.status(region, service, back)

    region.world.timeline.after(seconds, done)
