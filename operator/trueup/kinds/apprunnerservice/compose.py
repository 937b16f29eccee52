"""How an AppRunnerService compiles: its roles, its scaling, its way into a network, and the service itself.

What App Runner never changes (scaling, connectors) is named in the graph after what it holds: a change makes another
one, and the old one goes once nothing uses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trueup.core.graph import Graph
from trueup.core.values import Joined, Json, Pseudo, Ref
from trueup.kinds.apprunnerservice import roles, sizes
from trueup.kinds.apprunnerservice.credentials import suspicious
from trueup.kinds.apprunnerservice.domains import ALIASES, domains
from trueup.kinds.apprunnerservice.making import Making, called
from trueup.kinds.apprunnerservice.schedule import MONTH, standing
from trueup.kinds.apprunnerservice.spec import AppRunnerServiceSpec
from trueup.kinds.apprunnerservice.spec_parts import Code, HealthCheck, Image, Source
from trueup.kinds.common import names, zones
from trueup.kinds.common.kind import Context
from trueup.kinds.common.subnets import private_subnets
from trueup.resources.apprunner import (
    AutoScalingConfiguration,
    Connection,
    ObservabilityConfiguration,
    Service,
    VpcConnector,
)
from trueup.resources.apprunner.sources import SECRETS_VERSION
from trueup.resources.ec2 import SecurityGroup, SecurityGroupEgress
from trueup.resources.iam import Role
from trueup.resources.logs import APP_RUNNER, LogGroup

SERVICE: Final = "service"
_LONGEST: Final = 40
_CONFIGURATION: Final = 32
_CONNECTOR: Final = 33
"""Characters of a connector's name before its digest; App Runner takes 40."""
_EVERYWHERE: Final = "0.0.0.0/0"


def compose(ctx: Context) -> Graph:
    """The graph of an AppRunnerService."""
    spec: AppRunnerServiceSpec = ctx.spec
    make = Making(ctx, spec, Graph(ctx.identity, spec.tags))
    if ctx.region not in ALIASES:
        make.graph.refuse(
            "Invalid",
            f"App Runner is not in {ctx.region}. Create the service anew in one of {', '.join(ALIASES)}.",
        )
        return make.graph
    for name in suspicious(spec.env):
        make.graph.note(
            f"env.{name} looks like a credential, and whoever may read this object or the service can read it: put it "
            "into an AppSecret and name that in secrets."
        )
    service = _service(make)
    _logs(make, service)
    domains(make, service)
    return make.graph


def _logs(make: Making, service: Service) -> None:
    """The service's two log groups, which it would make by itself, with how long they keep what is in them."""
    days = make.spec.log_retention_days
    if days is None:
        return
    for of in ("application", "service"):
        ids = (service.output("ServiceName"), "/", service.output("ServiceId"))
        name = Joined((APP_RUNNER, *ids, f"/{of}"))
        at = "/logRetentionDays"
        make.graph.add(LogGroup(name=of, group_name=name, retention=days), at={"": at, "retention": at})


def _service(make: Making) -> Service:
    spec = make.spec
    secrets = _secrets(make)
    instance = _instance_role(make, secrets)
    scaling = _scaling(make)
    connector = _connector(make)
    tracing = _tracing(make)
    name, at = _name(make)
    source = _image(make, spec.source.image, secrets) if spec.source.image else _code(make, spec.source.code, secrets)
    told = standing(make.graph, spec.schedule, make.ctx.now)
    service = Service(
        name=SERVICE,
        service_name=name,
        service_arn=None if spec.adopt is None else spec.adopt.arn,
        **source,
        automatic=spec.auto_deploy,
        cpu=str(sizes.cpu_units(spec.cpu)),
        memory=str(sizes.megabytes(spec.memory)),
        instance_role=instance.output("Arn"),
        scaling=scaling.output("AutoScalingConfigurationArn"),
        **_check(spec.health_check),
        egress="DEFAULT" if connector is None else "VPC",
        connector=None if connector is None else connector.output("VpcConnectorArn"),
        traced=tracing is not None,
        tracing=None if tracing is None else tracing.output("ObservabilityConfigurationArn"),
        running=None if told is None else told.status,
        since=None if told is None else told.since,
        until="" if told is None else told.until,
        unscheduled=spec.schedule is None,
        domains=zones.held(make.ctx, spec.zone_ref, spec.domains),
        instances=(spec.scaling.min, spec.scaling.max),
        hours=MONTH if told is None else told.hours,
    )
    return make.graph.add(
        service,
        at={**_PLACES, **_source_places(spec.source), **({"service_name": at} if at else {})},
        after=tuple(make.before),
        adopt=spec.adopt is not None,
        way="set adopt.name to take it over, which only a new object can do, or choose another serviceName",
    )


def _check(check: HealthCheck) -> Mapping[str, Json]:
    """How instances are checked; a path is nothing that TCP asks for."""
    return {
        "check_protocol": check.protocol,
        "check_path": check.path if check.protocol == "HTTP" else None,
        "check_interval": check.interval_seconds,
        "check_timeout": check.timeout_seconds,
        "healthy_threshold": check.healthy_threshold,
        "unhealthy_threshold": check.unhealthy_threshold,
    }


_PLACES: Final[Mapping[str, str]] = {
    "automatic": "/autoDeploy",
    "cpu": "/cpu",
    "memory": "/memory",
    "scaling": "/scaling",
    "check_protocol": "/healthCheck/protocol",
    "check_path": "/healthCheck/path",
    "check_interval": "/healthCheck/intervalSeconds",
    "check_timeout": "/healthCheck/timeoutSeconds",
    "healthy_threshold": "/healthCheck/healthyThreshold",
    "unhealthy_threshold": "/healthCheck/unhealthyThreshold",
    "domains": "/domains",
    "egress": "/networkRef",
    "connector": "/networkRef",
    "hours": "/schedule",
    "instances": "/scaling",
    "running": "/schedule",
    "service_arn": "/adopt/arn",
    "since": "/schedule",
    "until": "/schedule",
    "traced": "/tracing",
    "tracing": "/tracing",
}
_OF_IMAGES: Final[Mapping[str, str]] = {
    "image": "/source/image",
    "image.repository": "/source/image/repository",
    "image_type": "/source/image/repository",
    "image_port": "/port",
    "image_command": "/source/image/startCommand",
    "image_env": "/env",
    "image_secrets": "/secrets",
    "access_role": "/source/image/repository",
}
_OF_CODE: Final[Mapping[str, str]] = {
    "code_url": "/source/code/repository",
    "code_branch": "/source/code/branch",
    "code_directory": "/source/code/directory",
    "code_runtime": "/source/code/runtime",
    "code_build": "/source/code/buildCommand",
    "code_command": "/source/code/startCommand",
    "code_port": "/port",
    "code_env": "/env",
    "code_secrets": "/secrets",
    "connection": "/source/code/connection",
}


def _source_places(source: Source) -> Mapping[str, str]:
    """Which field decides each field of the source; AWS keeps an image's repository and tag in one."""
    if source.image is None:
        return _OF_CODE
    return {**_OF_IMAGES, "image.version": f"/source/image/{'digest' if source.image.digest else 'tag'}"}


def _name(make: Making) -> tuple[str, str]:
    """The service's name, and the field that says it."""
    adopt = make.spec.adopt
    if adopt is not None:
        return adopt.service, "/adopt/name" if adopt.name else "/adopt/arn"
    if make.spec.service_name is not None:
        return make.spec.service_name, "/serviceName"
    return make.ctx.identity.derived(_LONGEST), ""


# ---- source -----------------------------------------------------------------------------------------------------


def _image(make: Making, image: Image, secrets: Mapping[str, Json]) -> Mapping[str, Json]:
    """What an image asks of the service; one of ECR comes with the role that App Runner pulls it by."""
    found: dict[str, Json] = {
        "image": _identifier(image, make.ctx.region),
        "image_type": "ECR_PUBLIC" if image.is_public else "ECR",
        "image_port": str(make.spec.port),
        "image_command": image.start_command or "",
        "image_env": _variables(make),
        "image_secrets": secrets,
    }
    if not image.is_public:
        found["access_role"] = _access_role(make, image).output("Arn")
    return found


def _identifier(image: Image, region: str) -> Json:
    if image.is_public or image.registry is not None:
        return f"{image.repository}{image.suffix}"
    return Joined((Pseudo.ACCOUNT, f".dkr.ecr.{region}.amazonaws.com/{image.repository}{image.suffix}"))


def _access_role(make: Making, image: Image) -> Role:
    at, named = "/source/image/repository", make.ctx.identity.derived(roles.LONGEST)
    access = roles.role(make.graph, roles.ACCESS, named, roles.BUILDER, at)
    statements = roles.pulling(image, make.ctx.region)
    make.before.append(roles.policy(make.graph, access, "pull", statements, at))
    return access


def _code(make: Making, code: Code | None, secrets: Mapping[str, Json]) -> Mapping[str, Json]:
    """What source code asks of the service."""
    if code is None:
        return {}
    return {
        "code_url": code.repository,
        "code_version_type": "BRANCH",
        "code_branch": code.branch,
        "code_directory": code.directory,
        "code_source": "API",
        "code_runtime": code.runtime,
        "code_build": code.build_command or "",
        "code_command": code.start_command,
        "code_port": str(make.spec.port),
        "code_env": _variables(make),
        "code_secrets": secrets,
        "connection": code.connection.arn or _connection(make, code),
    }


def _connection(make: Making, code: Code) -> Ref:
    """The ARN of the connection of a name, once a person has completed its handshake."""
    at = "/source/code/connection/name"
    provider = "GITHUB" if code.repository.startswith("https://github.com/") else "BITBUCKET"
    connection = Connection(name="connection", connection_name=str(code.connection.name), provider=provider)
    places = {"": at, "connection_name": at, "provider": "/source/code/repository"}
    return make.graph.add(connection, at=places).output("ConnectionArn", ready=True)


# ---- what it is given ---------------------------------------------------------------------------------------------


def _secrets(make: Making) -> Mapping[str, Json]:
    """Variable → ARN of what holds its value."""
    found: dict[str, Json] = {}
    for name, source in make.spec.secrets.items():
        if source.secret_ref is not None:
            found[name] = _secret(make, source.secret_ref.name)
        else:
            found[name] = source.arn
    return found


def _secret(make: Making, name: str) -> Ref:
    make.ctx.awaited(make.graph, "AppSecret", name, "SecretNotFound")
    return names.secret_of(make.ctx.owner("AppSecret", name))


def _variables(make: Making) -> Mapping[str, Json]:
    """The variables of the spec, and one that changes with the values of the AppSecrets: each is so deployed once."""
    names_ = dict.fromkeys(s.secret_ref.name for s in make.spec.secrets.values() if s.secret_ref is not None)
    if not names_:
        return dict(make.spec.env)
    versions = [names.secret_version_of(make.ctx.owner("AppSecret", name)) for name in sorted(names_)]
    parts = tuple(part for version in versions for part in (version, "."))[:-1]
    return {**make.spec.env, SECRETS_VERSION: Joined(parts)}


def _instance_role(make: Making, secrets: Mapping[str, Json]) -> Role:
    """The role of the instances, which is there also while it may do nothing: what it may do then changes alone."""
    instance = roles.role(make.graph, roles.INSTANCE, make.ctx.identity.derived(roles.LONGEST), roles.RUNNER)
    if secrets:
        statements = roles.reading(secrets)
        make.before.append(roles.policy(make.graph, instance, "secrets", statements, "/secrets"))
    for place, bucket in enumerate(make.spec.buckets):
        statements = roles.using(_bucket(make, bucket.name))
        at = f"/buckets/{place}"
        make.before.append(roles.policy(make.graph, instance, f"bucket-{bucket.name}", statements, at))
    if make.spec.tracing:
        make.before.append(roles.policy(make.graph, instance, "tracing", roles.TRACING, "/tracing"))
    return instance


def _bucket(make: Making, name: str) -> Ref:
    make.ctx.awaited(make.graph, "Bucket", name, "BucketNotFound")
    return names.bucket_of(make.ctx.owner("Bucket", name))


# ---- what it is made with -----------------------------------------------------------------------------------------


def _scaling(make: Making) -> AutoScalingConfiguration:
    wanted = make.spec.scaling
    return make.graph.add(
        AutoScalingConfiguration(
            name=called("scaling", wanted.min, wanted.max, wanted.concurrency),
            configuration_name=make.ctx.identity.derived(_CONFIGURATION),
            concurrency=wanted.concurrency,
            min_size=wanted.min,
            max_size=wanted.max,
        ),
        at={
            "": "/scaling",
            "concurrency": "/scaling/concurrency",
            "min_size": "/scaling/min",
            "max_size": "/scaling/max",
        },
    )


def _tracing(make: Making) -> ObservabilityConfiguration | None:
    """The configuration by which X-Ray traces the service; None where it does not."""
    if not make.spec.tracing:
        return None
    named = make.ctx.identity.derived(_CONFIGURATION)
    return make.graph.add(ObservabilityConfiguration(name="tracing", configuration_name=named), at={"": "/tracing"})


def _connector(make: Making) -> VpcConnector | None:
    """The way into the Network's private subnets, with a security group of its own; None where it needs none."""
    if make.spec.network_ref is None:
        return None
    at = {"": "/networkRef"}
    owner = make.ctx.owner("Network", make.spec.network_ref.name)
    named = make.ctx.identity.derived()
    group = make.graph.add(
        SecurityGroup(
            name=names.EGRESS_GROUP.name,
            vpc=names.vpc_of(owner),
            group_name=f"{named}-egress",
            description=f"What {make.ctx.identity} connects from",
        ),
        at={**at, "vpc": "/networkRef/name"},
    )
    # Not the rule that AWS gives every new group: what is declared is what a plan shows to be made.
    for protocol in ("tcp", "udp"):
        rule = SecurityGroupEgress(
            name=f"{protocol}-everywhere",
            group=group.output("GroupId"),
            protocol=protocol,
            from_port=0,
            to_port=65535,
            cidr=_EVERYWHERE,
        )
        make.graph.add(rule, at=at)
    needs = "App Runner connects to private subnets alone"
    subnets = private_subnets(make.ctx, make.graph, make.spec.network_ref.name, least=1, needs=needs)
    name = called("connector", *subnets)
    return make.graph.add(
        VpcConnector(
            name=name,
            connector_name=f"{make.ctx.identity.derived(_CONNECTOR)}-{name[-6:]}",
            subnets=subnets,
            security_groups=(group.output("GroupId"),),
        ),
        at={**at, "connector_name": "/networkRef/name", "subnets": "/networkRef/name"},
    )
