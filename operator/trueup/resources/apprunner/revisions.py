"""What is never changed in App Runner: scaling and tracing configurations in revisions, and VPC connectors.

A change is another resource: its kind names it after what it holds, so that the old one is left over and goes once
nothing uses it. AWS keeps five active revisions of a scaling configuration:
https://docs.aws.amazon.com/general/latest/gr/apprunner.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from trueup.core import compare
from trueup.core.resource import Attr, Deep, Listing, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import Doc, Json, Mutability, Phase, Retry
from trueup.resources.apprunner.base import PAGE, SERVICE, TAGS, tags_by

_THEIRS: Final = "DefaultConfiguration"
"""The name of the configurations that AWS puts into every account."""


def _phase(doc: Doc) -> Phase | None:
    """An inactive one only remembers what was deleted."""
    return None if doc.get("Status") == "INACTIVE" else Phase.READY


def _listing(noun: str) -> Listing:
    """The list of every revision of what the noun names."""
    params = {"LatestOnly": False}
    return Listing(f"List{noun}s", f"{noun}SummaryList", params=params, page=PAGE, by=f"{noun}Arn")


def _reads(noun: str) -> tuple[Deep, ...]:
    """What a revision holds, which its list leaves out, and its tags."""
    arn = f"{noun}Arn"
    return Deep(f"Describe{noun}", {arn: f"{{{arn}}}"}, noun, into="Described"), tags_by(arn)


@dataclass(frozen=True, kw_only=True)
class Revision(Resource):
    """One revision of a name. Nothing keeps a create from being made twice: every call makes the next revision."""

    SERVICE: ClassVar[str] = SERVICE
    RETRY: ClassVar[Retry] = Retry.UNSAFE
    REMADE: ClassVar[bool] = True
    TAGGING: ClassVar[Tagging | None] = TAGS

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The revision, if it is not of the configuration that AWS put there."""
        return () if doc.get(cls.attrs()["configuration_name"].shown_at) == _THEIRS else (doc,)


@dataclass(frozen=True, kw_only=True)
class AutoScalingConfiguration(Revision):
    """How many instances a service has, and how many requests each takes."""

    TYPE: ClassVar[str] = "AWS::AppRunner::AutoScalingConfiguration"
    LISTING: ClassVar[Listing] = _listing("AutoScalingConfiguration")
    DEEP: ClassVar[tuple[Deep, ...]] = _reads("AutoScalingConfiguration")
    ID: ClassVar[str] = "AutoScalingConfigurationArn"
    ARN: ClassVar[str] = "AutoScalingConfigurationArn"
    STATE: ClassVar[str] = "Status"
    CREATE: ClassVar[str] = "CreateAutoScalingConfiguration"
    ANSWER: ClassVar[str] = "AutoScalingConfiguration"
    DELETE: ClassVar[str] = "DeleteAutoScalingConfiguration"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"AutoScalingConfigurationArn": "AutoScalingConfigurationArn"}

    configuration_name: Annotated[str, Attr("AutoScalingConfigurationName", mutability=Mutability.REPLACE)]
    concurrency: Annotated[
        int, Attr("MaxConcurrency", read="Described.MaxConcurrency", mutability=Mutability.REPLACE)
    ] = 100
    min_size: Annotated[int, Attr("MinSize", read="Described.MinSize", mutability=Mutability.REPLACE)] = 1
    max_size: Annotated[int, Attr("MaxSize", read="Described.MaxSize", mutability=Mutability.REPLACE)] = 25

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """Usable as soon as it is there."""
        return _phase(doc)

    @classmethod
    def is_idle(cls, doc: Doc) -> bool:
        """No service has it: it is one of the five that a name may have, and no more."""
        return doc.get("HasAssociatedService") is False


@dataclass(frozen=True, kw_only=True)
class ObservabilityConfiguration(Revision):
    """Whether a service is traced."""

    TYPE: ClassVar[str] = "AWS::AppRunner::ObservabilityConfiguration"
    LISTING: ClassVar[Listing] = _listing("ObservabilityConfiguration")
    DEEP: ClassVar[tuple[Deep, ...]] = _reads("ObservabilityConfiguration")
    ID: ClassVar[str] = "ObservabilityConfigurationArn"
    ARN: ClassVar[str] = "ObservabilityConfigurationArn"
    STATE: ClassVar[str] = "Described.Status"
    CREATE: ClassVar[str] = "CreateObservabilityConfiguration"
    ANSWER: ClassVar[str] = "ObservabilityConfiguration"
    DELETE: ClassVar[str] = "DeleteObservabilityConfiguration"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"ObservabilityConfigurationArn": "ObservabilityConfigurationArn"}

    configuration_name: Annotated[str, Attr("ObservabilityConfigurationName", mutability=Mutability.REPLACE)]
    vendor: Annotated[
        str,
        Attr("TraceConfiguration.Vendor", read="Described.TraceConfiguration.Vendor", mutability=Mutability.REPLACE),
    ] = "AWSXRAY"


@dataclass(frozen=True, kw_only=True)
class VpcConnector(Resource):
    """The way of a service's own traffic into a VPC. AWS has one revision per name."""

    TYPE: ClassVar[str] = "AWS::AppRunner::VpcConnector"
    SERVICE: ClassVar[str] = SERVICE
    LISTING: ClassVar[Listing] = Listing("ListVpcConnectors", "VpcConnectors", page=PAGE, by="VpcConnectorArn")
    DEEP: ClassVar[tuple[Deep, ...]] = (tags_by("VpcConnectorArn"),)
    IDENTITY: ClassVar[tuple[str, ...]] = ("VpcConnectorName",)
    ID: ClassVar[str] = "VpcConnectorArn"
    ARN: ClassVar[str] = "VpcConnectorArn"
    STATE: ClassVar[str] = "Status"
    CREATE: ClassVar[str] = "CreateVpcConnector"
    ANSWER: ClassVar[str] = "VpcConnector"
    DELETE: ClassVar[str] = "DeleteVpcConnector"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"VpcConnectorArn": "VpcConnectorArn"}
    TAGGING: ClassVar[Tagging | None] = TAGS
    USES: ClassVar[tuple[str, ...]] = ("Subnets[]", "SecurityGroups[]")
    REMADE: ClassVar[bool] = True

    connector_name: Annotated[str, Attr("VpcConnectorName", mutability=Mutability.REPLACE)]
    subnets: Annotated[Json, Attr("Subnets", same=compare.same_set, mutability=Mutability.REPLACE)]
    security_groups: Annotated[Json, Attr("SecurityGroups", same=compare.same_set, mutability=Mutability.REPLACE)]

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """Usable as soon as it is there."""
        return _phase(doc)
