"""A kind that only tests know: a service with its roles, scaling, connector and domain, on the whole engine."""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar, Literal

from pydantic import Field

from tests.house import House
from tests.resources.pushed import REGISTRY
from trueup.app.engine import Engine
from trueup.core.graph import Graph
from trueup.core.observed import Observed
from trueup.core.values import Json
from trueup.kinds.common.info import KindInfo
from trueup.kinds.common.kind import Context, Kind
from trueup.kinds.common.rules import Rule
from trueup.kinds.common.spec import Criticality, Spec
from trueup.resources.apprunner import (
    AutoScalingConfiguration,
    CustomDomain,
    ObservabilityConfiguration,
    Service,
    VpcConnector,
)
from trueup.resources.iam import Role, RoleAttachment, RolePolicy

ADDRESS = ("WebService", "shop", "api")


class WebServiceSpec(Spec, frozen=True):
    """A service."""

    image: str = "app:v1"
    cpu: str = "256"
    memory: str = "512"
    env: dict[str, str] = Field(default={})
    least: int = 1
    most: int = 3
    running: Literal["RUNNING", "PAUSED"] | None = None
    domain: str | None = None
    subnets: tuple[str, ...] = Field(default=(), strict=False)
    groups: tuple[str, ...] = Field(default=(), strict=False)
    deletion_policy: Literal["Delete", "Retain"] = "Delete"
    criticality: Criticality = "NonCritical"

    RULES: ClassVar[tuple[Rule, ...]] = ()


def trust(service: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def allowing(*actions: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}


def called(what: str, *values: object) -> str:
    """A name in the graph that changes with what it stands for."""
    return f"{what}-{hashlib.sha256(json.dumps(values).encode()).hexdigest()[:6]}"


def compose(ctx: Context) -> Graph:
    spec: WebServiceSpec = ctx.spec
    graph = Graph(ctx.identity, spec.tags)
    name = ctx.identity.derived(32)
    access = graph.add(Role(name="access", role_name=f"{name}-access", trust=trust("build.apprunner.amazonaws.com")))
    document = allowing("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    pull = graph.add(RolePolicy(name="pull", role=access.output("RoleName"), policy_name="pull", document=document))
    service = graph.add(_service(spec, graph, name, access), after=(pull,))
    if spec.domain is not None:
        domain = CustomDomain(name="domain", service=service.output("ServiceArn", ready=True), domain_name=spec.domain)
        graph.add(domain)
    return graph


def _service(spec: WebServiceSpec, graph: Graph, name: str, access: Role) -> Service:
    sized = called("scaling", spec.least, spec.most)
    scaling = AutoScalingConfiguration(name=sized, configuration_name=name, min_size=spec.least, max_size=spec.most)
    graph.add(scaling)
    connector = _connector(spec, graph, name)
    return Service(
        name="service",
        service_name=name,
        image=f"{REGISTRY}/{spec.image}",
        image_type="ECR",
        image_port="9000",
        image_env=dict(spec.env),
        automatic=False,
        access_role=access.output("Arn"),
        cpu=spec.cpu,
        memory=spec.memory,
        scaling=scaling.output("AutoScalingConfigurationArn"),
        check_protocol="HTTP",
        check_path="/",
        check_interval=20,
        check_timeout=10,
        egress="DEFAULT" if connector is None else "VPC",
        connector=None if connector is None else connector.output("VpcConnectorArn"),
        running=spec.running,
        instances=(spec.least, spec.most),
    )


def _connector(spec: WebServiceSpec, graph: Graph, name: str) -> VpcConnector | None:
    if not spec.subnets:
        return None
    made = called("connector", spec.subnets, spec.groups)
    at = f"{name[:20]}-{made[-6:]}"
    connector = VpcConnector(name=made, connector_name=at, subnets=spec.subnets, security_groups=spec.groups)
    return graph.add(connector)


def outputs(ctx: Context, observed: Observed) -> dict[str, Json]:
    return {}


KIND = Kind(
    info=KindInfo(
        kind="WebService",
        plural="webservices",
        singular="webservice",
        short_names=("ws",),
        spec=WebServiceSpec,
        url_path=".status.outputs.url",
        description="A service.",
    ),
    types=(
        Role,
        RolePolicy,
        RoleAttachment,
        AutoScalingConfiguration,
        ObservabilityConfiguration,
        VpcConnector,
        Service,
        CustomDomain,
    ),
    compose=compose,
    outputs=outputs,
    peers=lambda spec: (),
)


class WebHouse(House):
    """The engine with this kind alone."""

    def start(self) -> None:
        super().start()
        self.engine = Engine({KIND.name: KIND}, self.settings, self.observer, self.executor, self.clock)

    def service(self, **spec: Any) -> None:
        """The one object is applied."""
        self.apply({"kind": "WebService", "metadata": {"namespace": "shop", "name": "api"}, "spec": spec})

    @property
    def arn(self) -> str:
        """The service that is there and not deleted."""
        listed = self.client("apprunner").list_services()["ServiceSummaryList"]
        [found] = [one["ServiceArn"] for one in listed if one["Status"] != "DELETED"]
        return found

    def described(self) -> dict[str, Any]:
        return self.client("apprunner").describe_service(ServiceArn=self.arn)["Service"]

    def writes(self) -> list[str]:
        """The operator's calls that change something, as far as the log goes."""
        reads = ("Describe", "List", "Get")
        log = self.emulator.log(20_000)
        return [e.operation for e in log if e.caller == "trueup" and not e.operation.startswith(reads)]
