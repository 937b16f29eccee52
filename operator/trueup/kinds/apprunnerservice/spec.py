"""The spec of an AppRunnerService: what runs, how it scales, what it is given, and where it is reached."""

import re
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from trueup.kinds.apprunnerservice import sizes
from trueup.kinds.apprunnerservice.spec_parts import (
    AdoptService,
    BucketRef,
    Domain,
    HealthCheck,
    RetentionDays,
    Scaling,
    Schedule,
    SecretSource,
    ServiceName,
    Source,
)
from trueup.kinds.common.fields import Shape
from trueup.kinds.common.info import KindInfo
from trueup.kinds.common.rules import Change, Rule, immutable_optional, keeps_adopted, not_both, unique
from trueup.kinds.common.spec import Criticality, NetworkRef, Spec, ZoneRef

_VARIABLE: Final = "[A-Za-z_][A-Za-z0-9_]{0,127}"
_RESERVED: Final = "^(PORT$|AWSAPPRUNNER|TRUEUP_)"


def _rightly_named(names: dict[str, object]) -> bool:
    return all(re.fullmatch(_VARIABLE, name) for name in names)


def _free(names: dict[str, object]) -> bool:
    return not any(re.search(_RESERVED, name) for name in names)


def _named(field: str) -> tuple[Rule, Rule]:
    """The rules on the names of environment variables in a field."""
    return (
        Rule(
            cel=f"self.{field}.all(k, k.matches('^{_VARIABLE}$'))",
            message=f"A variable in {field} has a name of letters, digits and _ that begins with no digit.",
            holds=lambda spec: _rightly_named(getattr(spec, field)),
            at=f".{field}",
        ),
        Rule(
            cel=f"self.{field}.all(k, !k.matches('{_RESERVED}'))",
            message=f"{field} names a variable that is taken: App Runner sets PORT (see port) and AWSAPPRUNNER…, "
            "and we set TRUEUP_…. Choose another name.",
            holds=lambda spec: _free(getattr(spec, field)),
            at=f".{field}",
        ),
    )


class AppRunnerServiceSpec(Spec, frozen=True):
    """A web service on App Runner, with its roles, its scaling and its way into a network."""

    service_name: ServiceName | None = Field(
        default=None,
        description="Name of the service, 4 to 40 characters. Default: made of namespace and name. Cannot change.",
    )
    runtime: Literal["AppRunner"] = Field(default="AppRunner", description="What runs it.")
    source: Source = Field(description="Where its code comes from.")
    auto_deploy: bool = Field(
        default=False,
        description="Whether a new image under the tag, or a new commit of the branch, is deployed by itself. "
        "Not for ECR Public.",
    )
    port: int = Field(default=8080, ge=1, le=65535, description="Port that the container listens on.")
    cpu: Annotated[
        str,
        Field(max_length=5),
        Shape(sizes.CPU_PATTERN, 'cpu is a size that App Runner has: "0.25", "0.5", "1", "2" or "4" vCPU.'),
    ] = Field(default="0.25", description='vCPU of an instance: "0.25", "0.5", "1", "2" or "4".')
    memory: Annotated[
        str,
        Field(max_length=7),
        Shape(
            sizes.MEMORY_PATTERN,
            "memory is a size that App Runner has: 512Mi, 1Gi, 2Gi, 3Gi, 4Gi, 6Gi, 8Gi, 10Gi or 12Gi.",
        ),
    ] = Field(default="512Mi", description="Memory of an instance. 0.25 vCPU has 512Mi or 1Gi, 0.5 has 1Gi.")
    scaling: Scaling = Field(default=Scaling(), description="How many instances serve.")
    health_check: HealthCheck = Field(default=HealthCheck(), description="How instances are checked.")
    env: dict[str, Annotated[str, Field(max_length=2048)]] = Field(
        default={}, max_length=50, description="Environment variables. What is secret belongs into secrets."
    )
    secrets: dict[str, SecretSource] = Field(
        default={}, max_length=50, description="Environment variables whose values AWS keeps."
    )
    network_ref: NetworkRef | None = Field(
        default=None,
        description="Network whose private subnets the service's own connections go through. Default: the internet.",
    )
    domains: tuple[Domain, ...] = Field(
        default=(),
        max_length=10,
        strict=False,
        description="Domains under which the service answers, such as api.example.com; at most five.",
    )
    zone_ref: ZoneRef | None = Field(
        default=None,
        description="DnsZone that the domains lie in: their records are kept there. Default: outputs.domains says "
        "which records to write by hand.",
    )
    buckets: tuple[BucketRef, ...] = Field(
        default=(),
        max_length=10,
        strict=False,
        description="Buckets of this namespace whose objects the service may list, read, write and delete.",
    )
    schedule: Schedule | None = Field(default=None, description="When the service is paused. Default: never.")
    log_retention_days: RetentionDays | None = Field(
        default=None, description="Days for which the service's logs are kept. Default: for ever, and not ours to say."
    )
    tracing: bool = Field(default=False, description="Whether requests are traced by X-Ray.")
    adopt: AdoptService | None = Field(default=None, description="Take over a service that exists in AWS.")
    deletion_policy: Literal["Delete", "Retain"] = Field(
        default="Delete", description="What happens to the service when this object is deleted. Logs stay either way."
    )
    criticality: Criticality = Field(default="NonCritical", description="Whether a budget's gate may stop it.")

    RULES: ClassVar[tuple[Rule, ...]] = (
        *sizes.RULES,
        Rule(
            cel="!self.autoDeploy || !has(self.source.image) || "
            "!self.source.image.repository.startsWith('public.ecr.aws/')",
            message="autoDeploy is impossible for images of ECR Public: set it to false, or copy the image to ECR.",
            holds=lambda spec: not (spec.auto_deploy and spec.source.image and spec.source.image.is_public),
            at=".autoDeploy",
        ),
        Rule(
            cel="!self.autoDeploy || !has(self.source.image) || !has(self.source.image.digest)",
            message="autoDeploy has nothing to wait for where an image is named by digest: name it by tag, or set "
            "autoDeploy to false.",
            holds=lambda spec: not (spec.auto_deploy and spec.source.image and spec.source.image.digest),
            at=".autoDeploy",
        ),
        *_named("env"),
        *_named("secrets"),
        Rule(
            cel="self.env.all(k, !(k in self.secrets))",
            message="A variable stands in env and in secrets. Leave it in one of them.",
            holds=lambda spec: not set(spec.env) & set(spec.secrets),
        ),
        unique("buckets", "A Bucket comes twice. Name each once."),
        unique("domains", "A domain comes twice. Name each once."),
        Rule(
            cel="size(self.domains) <= 5",
            message="App Runner gives a service five domains at most: take one out of domains, or use a wildcard.",
            holds=lambda spec: len(spec.domains) <= 5,
            at=".domains",
        ),
        Rule(
            cel="!has(self.zoneRef) || size(self.domains) > 0",
            message="zoneRef says where the records of domains are kept: name domains, or leave zoneRef out.",
            holds=lambda spec: spec.zone_ref is None or len(spec.domains) > 0,
        ),
        not_both(
            "service_name",
            "adopt",
            "serviceName names a new service and adopt one that exists. Give one of them.",
        ),
    )
    CHANGES: ClassVar[tuple[Change, ...]] = (
        immutable_optional(
            "service_name",
            "serviceName cannot be set, changed or removed later: a service keeps its name. Create a new "
            "AppRunnerService.",
        ),
        Change(
            cel="has(self.source.image) == has(oldSelf.source.image)",
            message="source cannot change between image and code: App Runner has a service keep what it was made "
            "with. Create a new AppRunnerService and move its domains.",
            holds=lambda new, old: (new.source.image is None) == (old.source.image is None),
        ),
        keeps_adopted(
            "adopt cannot be changed or removed: this object stands for that service. Create a new "
            "AppRunnerService for another one."
        ),
    )

    @property
    def adopted_name(self) -> str | None:
        """The name of the service that this object takes over."""
        return self.adopt.service if self.adopt else None


INFO = KindInfo(
    kind="AppRunnerService",
    plural="apprunnerservices",
    singular="apprunnerservice",
    short_names=("ars",),
    spec=AppRunnerServiceSpec,
    url_path=".status.outputs.url",
    description="A web service on App Runner: its image or code, roles, scaling, domains and way into a network.",
)
