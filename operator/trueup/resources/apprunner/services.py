"""App Runner's services: what runs, how it is reached and checked, and whether its last deployment held.

An update that fails is rolled back, and the service is RUNNING again: only its operations tell. States and what each
allows: https://docs.aws.amazon.com/apprunner/latest/dg/architecture.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar, Final

from trueup.core import compare
from trueup.core.cost import Beside, Line, PriceBook
from trueup.core.paths import get, put, root
from trueup.core.resource import Attr, Deep, Difference, Listing, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import (
    MISSING,
    Call,
    Doc,
    Json,
    Lookup,
    Mutability,
    Phase,
    Severity,
    as_list,
    as_map,
    resolve,
)
from trueup.core.verdicts import Refusal, Trial
from trueup.resources.apprunner import operations, pricing, sources, turns
from trueup.resources.apprunner.base import SERVICE, TAGS, tags_by
from trueup.resources.apprunner.domains import DOMAINS, SERVICES
from trueup.resources.apprunner.images import PUSHED
from trueup.resources.apprunner.operations import EVENTS, UNDERWAY
from trueup.resources.apprunner.revisions import AutoScalingConfiguration

_IMAGE: Final = "SourceConfiguration.ImageRepository"
_CODE: Final = "SourceConfiguration.CodeRepository"
_VALUES: Final = f"{_CODE}.CodeConfiguration.CodeConfigurationValues"
_HEALTH: Final = "HealthCheckConfiguration"
RUNNING: Final = "RUNNING"
PAUSED: Final = "PAUSED"
_BEHIND: Final = {"egress": "connector", "traced": "tracing"}
"""Switch → the field that AWS shows only while it is on."""
_UNUSABLE: Final = frozenset({"CREATE_SERVICE", "RESUME_SERVICE", "PAUSE_SERVICE"})
_SERVED: Final = frozenset({"SUCCEEDED", "ROLLBACK_SUCCEEDED"})


def _at(
    path: str,
    same: compare.Same = compare.equal,
    *,
    keyed: bool = False,
    severity: Severity = Severity.NORMAL,
) -> Attr:
    """A member that create and update take at one path, and that only the description shows."""
    return Attr(path, read=f"Service.{path}", same=same, keyed=keyed, severity=severity)


@dataclass(frozen=True, kw_only=True)
class Service(Resource):
    """A web service from an image or from source code. Environment variables and secrets are closed collections.

    An update carries every structure that differs whole, on top of what AWS shows of it: what nobody declares stays.
    """

    TYPE: ClassVar[str] = "AWS::AppRunner::Service"
    SERVICE: ClassVar[str] = SERVICE
    LISTING: ClassVar[Listing] = SERVICES
    DEEP: ClassVar[tuple[Deep, ...]] = (
        Deep("DescribeService", {"ServiceArn": "{ServiceArn}"}, "Service", into="Service", every=900),
        Deep("ListOperations", {"ServiceArn": "{ServiceArn}"}, "OperationSummaryList", into="Operations"),
        DOMAINS,
        tags_by("ServiceArn"),
        EVENTS,
        PUSHED,
    )
    IDENTITY: ClassVar[tuple[str, ...]] = ("ServiceName",)
    ID: ClassVar[str] = "ServiceArn"
    ARN: ClassVar[str] = "ServiceArn"
    STATE: ClassVar[str] = "Status"
    CREATE: ClassVar[str] = "CreateService"
    ANSWER: ClassVar[str] = "Service"
    UPDATE: ClassVar[str] = "UpdateService"
    UPDATE_BY: ClassVar[Mapping[str, str]] = {"ServiceArn": "ServiceArn"}
    DELETE: ClassVar[str] = "DeleteService"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"ServiceArn": "ServiceArn"}
    ALSO: ClassVar[tuple[str, ...]] = ("PauseService", "ResumeService")
    TAGGING: ClassVar[Tagging | None] = TAGS
    ADOPTED_BY: ClassVar[str] = "spec.adopt.name"
    JUDGED: ClassVar[bool] = True
    REPLACE_FAILED: ClassVar[bool] = True
    """What could not be created never served, and what could not be deleted is deleted again."""
    USES: ClassVar[tuple[str, ...]] = (
        "Service.AutoScalingConfigurationSummary.AutoScalingConfigurationArn",
        "Service.NetworkConfiguration.EgressConfiguration.VpcConnectorArn",
        f"Service.{_IMAGE}.ImageConfiguration.RuntimeEnvironmentSecrets",
        f"Service.{_VALUES}.RuntimeEnvironmentSecrets",
    )

    service_name: Annotated[str, Attr("ServiceName", mutability=Mutability.REPLACE, update="")]
    image: Annotated[Json, _at(f"{_IMAGE}.ImageIdentifier")] = None
    image_type: Annotated[str | None, _at(f"{_IMAGE}.ImageRepositoryType")] = None
    image_port: Annotated[str | None, _at(f"{_IMAGE}.ImageConfiguration.Port")] = None
    image_command: Annotated[str | None, _at(f"{_IMAGE}.ImageConfiguration.StartCommand", compare.text)] = None
    """Empty: none of ours, but the image's own."""
    image_env: Annotated[Json, _at(f"{_IMAGE}.ImageConfiguration.RuntimeEnvironmentVariables", keyed=True)] = None
    image_secrets: Annotated[Json, _at(f"{_IMAGE}.ImageConfiguration.RuntimeEnvironmentSecrets", keyed=True)] = None
    """Name → ARN of a secret or parameter; never a value."""
    code_url: Annotated[str | None, _at(f"{_CODE}.RepositoryUrl")] = None
    code_version_type: Annotated[str | None, _at(f"{_CODE}.SourceCodeVersion.Type")] = None
    code_branch: Annotated[str | None, _at(f"{_CODE}.SourceCodeVersion.Value")] = None
    code_directory: Annotated[str | None, _at(f"{_CODE}.SourceDirectory")] = None
    code_source: Annotated[str | None, _at(f"{_CODE}.CodeConfiguration.ConfigurationSource")] = None
    code_runtime: Annotated[str | None, _at(f"{_VALUES}.Runtime")] = None
    code_build: Annotated[str | None, _at(f"{_VALUES}.BuildCommand", compare.text)] = None
    code_command: Annotated[str | None, _at(f"{_VALUES}.StartCommand", compare.text)] = None
    code_port: Annotated[str | None, _at(f"{_VALUES}.Port")] = None
    code_env: Annotated[Json, _at(f"{_VALUES}.RuntimeEnvironmentVariables", keyed=True)] = None
    code_secrets: Annotated[Json, _at(f"{_VALUES}.RuntimeEnvironmentSecrets", keyed=True)] = None
    automatic: Annotated[bool | None, _at("SourceConfiguration.AutoDeploymentsEnabled", compare.flag)] = None
    access_role: Annotated[Json, _at("SourceConfiguration.AuthenticationConfiguration.AccessRoleArn")] = None
    connection: Annotated[Json, _at("SourceConfiguration.AuthenticationConfiguration.ConnectionArn")] = None
    cpu: Annotated[str, _at("InstanceConfiguration.Cpu")] = "1024"
    """CPU units, as AWS shows them: 1024 to a vCPU."""
    memory: Annotated[str, _at("InstanceConfiguration.Memory")] = "2048"
    """Megabytes, as AWS shows them."""
    instance_role: Annotated[Json, _at("InstanceConfiguration.InstanceRoleArn")] = None
    scaling: Annotated[
        Json,
        Attr(
            "AutoScalingConfigurationArn",
            read="Service.AutoScalingConfigurationSummary.AutoScalingConfigurationArn",
        ),
    ] = None
    check_protocol: Annotated[str | None, _at(f"{_HEALTH}.Protocol")] = None
    check_path: Annotated[str | None, _at(f"{_HEALTH}.Path")] = None
    check_interval: Annotated[int | None, _at(f"{_HEALTH}.Interval")] = None
    check_timeout: Annotated[int | None, _at(f"{_HEALTH}.Timeout")] = None
    healthy_threshold: Annotated[int | None, _at(f"{_HEALTH}.HealthyThreshold")] = None
    unhealthy_threshold: Annotated[int | None, _at(f"{_HEALTH}.UnhealthyThreshold")] = None
    egress: Annotated[str, _at("NetworkConfiguration.EgressConfiguration.EgressType")] = "DEFAULT"
    connector: Annotated[Json, _at("NetworkConfiguration.EgressConfiguration.VpcConnectorArn")] = None
    public: Annotated[
        bool,
        _at(
            "NetworkConfiguration.IngressConfiguration.IsPubliclyAccessible",
            compare.flag,
            severity=Severity.CRITICAL,
        ),
    ] = True
    traced: Annotated[bool, _at("ObservabilityConfiguration.ObservabilityEnabled", compare.flag)] = False
    tracing: Annotated[Json, _at("ObservabilityConfiguration.ObservabilityConfigurationArn")] = None
    running: Annotated[str | None, Attr("", read="Status", timed=True)] = None
    """RUNNING or PAUSED: a paused one is resumed, or a running one paused."""
    service_arn: str | None = None
    """Which service is meant; None: whichever has that name."""
    since: datetime | None = None
    """When the schedule last said so: what somebody did after that holds until it says something again."""
    until: str = ""
    """When the schedule says something else, for people."""
    unscheduled: bool = False
    """It has no schedule: what one has paused before is resumed, and what somebody has paused stays so."""
    domains: tuple[str, ...] = ()
    """Domains that are to lead to it: App Runner gives a paused service none."""
    instances: tuple[int, int] = (1, 25)
    """Least and most instances, for the estimate; AWS keeps them with the scaling configuration."""
    hours: int = 730
    """Hours of a month in which it is not paused, for the estimate."""

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """What the status means. A paused service takes one change: to be resumed. A deleted one is gone.

        An operation in progress that is none of the service's own is AWS's maintenance: it goes on serving.
        """
        match doc.get("Status"):
            case "RUNNING" | "PAUSED":
                return Phase.READY
            case "CREATE_FAILED" | "DELETE_FAILED":
                return Phase.FAILED
            case "DELETED":
                return None
            case _:
                return _in_progress(doc)

    @classmethod
    def takes_removal(cls, doc: Doc) -> bool:
        """Not while an operation or AWS's maintenance is in progress: DeleteService is then refused."""
        return doc.get("Status") != "OPERATION_IN_PROGRESS"

    def fits(self, doc: Doc) -> bool:
        """The ARN is the declared one, where one is declared."""
        return self.service_arn in (None, doc["ServiceArn"])

    def can_be_made(self) -> bool:
        """Not where its ARN says which service is meant: App Runner gives every new one another."""
        return self.service_arn is None

    def sought(self) -> str:
        """The service by its ARN, or by its name."""
        return "" if self.service_arn is None else f"spec.adopt.arn is {self.service_arn}"

    def withheld(self, doc: Doc, found: tuple[Difference, ...]) -> str | None:
        """A paused service takes tags and its resumption alone; one made at night has its domains before its pause."""
        attrs, paused = {d.attr for d in found}, operations.is_paused(doc)
        if attrs == {"running"} and not paused:
            lacking = self._lacking(doc)
            names = f"service {doc.get('ServiceName')} has its domains ({', '.join(lacking)})"
            return f"waits until {names}: App Runner gives a paused service none" if lacking else None
        if not paused or attrs in ({"running"}, {"tags"}):
            return None
        when = f" at {self.until}" if self.until and self.running == PAUSED else ""
        return f"waits until service {doc.get('ServiceName')} is resumed{when}: App Runner changes no paused service"

    def _lacking(self, doc: Doc) -> tuple[str, ...]:
        """The domains that a service lacks which was made after the schedule last spoke.

        An older one is paused as it is: what hinders a domain shall not have it run, and be paid for, every night.
        """
        made = doc.get("CreatedAt")
        if self.since is None or not isinstance(made, datetime) or made < self.since:
            return ()
        known = {str(one.get("DomainName")).lower() for one in as_list(doc.get("CustomDomains")) or ()}
        return tuple(domain for domain in self.domains if domain not in known)

    @classmethod
    def rests(cls, doc: Doc) -> str:
        """While it is paused: by its schedule, or by somebody."""
        if not operations.is_paused(doc):
            return ""
        who = "by its schedule" if turns.by_schedule(doc) else "by somebody (trueup resume lets it serve)"
        return who if doc.get("Status") == PAUSED else f"(AWS maintains it) and paused {who}"

    @classmethod
    def moment(cls, doc: Doc) -> str:
        """The id of the newest operation."""
        return operations.newest(doc)

    @classmethod
    def refusal(cls, doc: Doc, trial: Trial, now: datetime) -> Refusal | None:
        """A deployment that was rolled back, or a service that could not be created, resumed or deleted of late."""
        return operations.unresumed(doc, trial, now) if trial.timed else operations.refusal(doc, trial, now)

    @classmethod
    def taken_back(cls, doc: Doc) -> Refusal | None:
        """What was pushed, or deployed by somebody, and was rolled back."""
        return operations.taken_back(doc)

    def observed(self, name: str, doc: Doc) -> Json:
        """What the document shows; what is not paused serves, or is on its way to it."""
        if name == "running":
            return PAUSED if operations.is_paused(doc) else RUNNING
        return super().observed(name, doc)

    def differences(self, doc: Doc, lookup: Lookup) -> tuple[Difference, ...]:
        """What differs, and each variable and secret that nobody declared.

        What AWS shows only while a switch is on is not named beside the switch.
        """
        found = super().differences(doc, lookup)
        hidden = {_BEHIND[d.attr] for d in found if d.attr in _BEHIND}
        found = tuple(d for d in found if d.attr not in hidden and not (d.attr == "running" and self._by_hand(doc)))
        if self.unscheduled and self.rests(doc) and turns.by_schedule(doc):
            rule = self.attrs()["running"]
            found = (Difference("running", rule.shown_at, RUNNING, PAUSED, rule), *found)
        found = tuple(map(sources.told, found))
        tags = tuple(d for d in found if d.attr == "tags")
        longer = () if operations.is_paused(doc) else turns.longer(doc, self.hours)
        return (*(d for d in found if d.attr != "tags"), *self._undeclared(doc), *tags, *longer)

    def digest(self) -> str:
        """Of all that is declared, and of when the schedule last said so: what follows from that is nobody's drift."""
        plain = super().digest()
        return plain if self.since is None else _and(plain, self.since.isoformat())

    def spec_digest(self, lookup: Lookup | None = None) -> str:
        """Of what the spec says, how long it sleeps included: who approved it with its nights did not without."""
        plain = super().spec_digest(lookup)
        return plain if self.hours >= pricing.MONTH else _and(plain, str(self.hours))

    def _by_hand(self, doc: Doc) -> bool:
        """Somebody has paused or resumed it since the schedule last said otherwise."""
        other = "PAUSE_SERVICE" if self.running == RUNNING else "RESUME_SERVICE"
        if self.since is None or turns.by_schedule(doc):
            return False
        return operations.begun_since(doc, other, self.since)

    def _undeclared(self, doc: Doc) -> Iterable[Difference]:
        for name in sources.ENVIRONMENTS:
            declared, rule = as_map(getattr(self, name)), self.attrs()[name]
            for key, value in (as_map(self.observed(name, doc)) or {}).items() if declared is not None else ():
                if key not in (declared or {}):
                    yield Difference(name, f"{rule.shown_at}.{key}", MISSING, value, rule, key)

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """The next change: a paused service is resumed before all else, and one to be paused is changed first."""
        by = self.selected(self.UPDATE_BY, doc, lookup)
        if operations.is_paused(doc):
            resumed = any(d.attr == "running" for d in found)
            return self._turn(doc, Call(self.SERVICE, "ResumeService", by)) if resumed else ()
        changed = {root(self._update_path(d.attr)) for d in found if d.attr != "running"}
        if not changed:
            return self._turn(doc, Call(self.SERVICE, "PauseService", by))
        params: dict[str, Json] = {name: _copied(get(doc, f"Service.{name}")) for name in changed}
        for name, value in self.declared().items():
            path = self._update_path(name)
            if path and root(path) in changed:
                put(params, path, self.sent(name, resolve(value, lookup)))
        return (Call(self.SERVICE, self.UPDATE, sources.spoken(resolve({**by, **self._fitting(params)}, lookup))),)

    def _turn(self, doc: Doc, call: Call) -> tuple[Call, ...]:
        """The call, after the marks by which it is known as ours later on."""
        marks = turns.marks(doc, self.hours, for_good=self.unscheduled)
        return (*TAGS.calls(self.SERVICE, self.id_of(doc), marks, ()), call)

    def create(self, lookup: Lookup, token: str) -> tuple[Call, ...]:
        """The call that makes the service, without commands that are empty."""
        (call,) = super().create(lookup, token)
        return (replace(call, params=sources.spoken(call.params)),)

    def _fitting(self, params: Mapping[str, Json]) -> Mapping[str, Json]:
        """The parameters without the ARN that AWS takes only beside the switch that is off."""
        egress = as_map(get(params, "NetworkConfiguration.EgressConfiguration"))
        if egress is not None and self.connector is None:
            network = {**params["NetworkConfiguration"], "EgressConfiguration": {"EgressType": self.egress}}
            params = {**params, "NetworkConfiguration": network}
        if "ObservabilityConfiguration" in params and not self.traced:
            params = {**params, "ObservabilityConfiguration": {"ObservabilityEnabled": False}}
        return params

    def cost(self, prices: PriceBook) -> tuple[Line, ...]:
        """What the instances use in a month, and what automatic deployments cost."""
        size = pricing.size(self.cpu, self.memory)
        lines = pricing.service(prices, size, self.instances, self.hours, automatic=bool(self.automatic))
        if self.hours >= pricing.MONTH:
            return lines
        whole = pricing.service(prices, size, self.instances, pricing.MONTH, automatic=bool(self.automatic))
        return (*lines, pricing.saved(whole, lines, self.hours))

    def seen_elsewhere(self, doc: Doc, beside: Beside) -> Mapping[str, Json]:
        """The instances, which AWS keeps with the configuration in use, and the hours that schedules have left."""
        kind, rule = AutoScalingConfiguration, self.attrs()["scaling"]
        used = beside.get((kind.TYPE, str(get(doc, rule.shown_at))), {})
        sizes = [get(used, kind.attrs()[name].shown_at) for name in ("min_size", "max_size")]
        found: dict[str, Json] = {} if MISSING in sizes else {"instances": tuple(map(int, sizes))}
        hours = turns.hours(doc)
        return found if hours is None else {**found, "hours": hours}

    def may_raise_cost(self, changed: Collection[str]) -> bool:
        """Any change but a turn of its schedule, whose hours are counted; to be resumed for good is growth."""
        return self.unscheduled or set(changed) != {"running"}


def _in_progress(doc: Doc) -> Phase:
    found = operations.of(doc)
    if not found:
        return Phase.CREATING
    newest = found[0]
    if newest["Status"] not in UNDERWAY:
        return Phase.BUSY
    if newest["Type"] == "DELETE_SERVICE":
        return Phase.DELETING
    served = any(one["Status"] in _SERVED for one in found)
    return Phase.BUSY if served and newest["Type"] not in _UNUSABLE else Phase.CREATING


def _and(digest: str, more: str) -> str:
    version, _, text = digest.partition(":")
    return f"{version}:{hashlib.sha256(f'{text} {more}'.encode()).hexdigest()[:16]}"


def _copied(value: Json) -> Json:
    """The value as maps and lists of its own, to be filled further."""
    if (members := as_map(value)) is not None:
        return {key: _copied(member) for key, member in members.items()}
    if (items := as_list(value)) is not None:
        return [_copied(item) for item in items]
    return {} if value is MISSING else value
