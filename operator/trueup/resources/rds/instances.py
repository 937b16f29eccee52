"""Database instances: the members of a cluster that compute. They hold no data and are never public."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from trueup.core import compare
from trueup.core.cost import Beside, Line, PriceBook
from trueup.core.paths import get
from trueup.core.resource import Attr, Difference, Listing, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import MISSING, Call, Doc, Effect, Json, Lookup, Mutability, Phase, Ref, Severity
from trueup.resources.rds import pricing
from trueup.resources.rds.base import AURORA, PAGE, PHASES, TAGS, deferred


@dataclass(frozen=True, kw_only=True)
class Instance(Resource):
    """What instances of both engines share. Alone it is no type: engines subclass it."""

    SERVICE: ClassVar[str] = "rds"
    ENGINE: ClassVar[str]
    LISTING: ClassVar[Listing] = Listing(
        "DescribeDBInstances",
        "DBInstances",
        service="rds",
        page=PAGE,
        by="DBInstanceIdentifier",
        one={"DBInstanceIdentifier": "{}"},
    )
    IDENTITY: ClassVar[tuple[str, ...]] = ("DBInstanceIdentifier",)
    ID: ClassVar[str] = "DBInstanceIdentifier"
    ARN: ClassVar[str] = "DBInstanceArn"
    STATE: ClassVar[str] = "DBInstanceStatus"
    CREATE: ClassVar[str] = "CreateDBInstance"
    ANSWER: ClassVar[str] = "DBInstance"
    UPDATE: ClassVar[str] = "ModifyDBInstance"
    UPDATE_BY: ClassVar[Mapping[str, str]] = {"DBInstanceIdentifier": "DBInstanceIdentifier"}
    DELETE: ClassVar[str] = "DeleteDBInstance"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"DBInstanceIdentifier": "DBInstanceIdentifier"}
    TAGGING: ClassVar[Tagging | None] = TAGS
    USES: ClassVar[tuple[str, ...]] = ("DBClusterIdentifier",)

    instance_id: Annotated[
        str, Attr("DBInstanceIdentifier", same=compare.ignoring_case, mutability=Mutability.REPLACE, update="")
    ]
    cluster: Annotated[
        Json, Attr("DBClusterIdentifier", same=compare.ignoring_case, mutability=Mutability.REPLACE, update="")
    ]
    engine: Annotated[str, Attr("Engine", mutability=Mutability.REPLACE, update="")]
    instance_class: Annotated[str, Attr("DBInstanceClass", effect=Effect.OUTAGE)]
    promotion_tier: Annotated[int | None, Attr("PromotionTier")] = None
    """Which member becomes the writer when the writer fails: the lowest first."""
    auto_minor_upgrade: Annotated[bool | None, Attr("AutoMinorVersionUpgrade", same=compare.flag)] = None
    maintenance_window: Annotated[str | None, Attr("PreferredMaintenanceWindow", same=compare.ignoring_case)] = None
    performance_insights: Annotated[
        bool | None,
        Attr("EnablePerformanceInsights", read="PerformanceInsightsEnabled", same=compare.flag),
    ] = None
    capacity: tuple[float, float] | None = None
    """The cluster's least and most capacity, for the estimate of a serverless member; AWS keeps it elsewhere."""

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The instance, if it is of this engine."""
        return (doc,) if doc.get("Engine") == cls.ENGINE else ()

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """What the status means. A stopped member starts with its cluster."""
        status = str(get(doc, "DBInstanceStatus"))
        return Phase.CREATING if status == "stopped" else PHASES.get(status, Phase.BUSY)

    def pending(self, name: str, doc: Doc) -> Json:
        """The class that AWS holds for the maintenance window."""
        return get(doc, "PendingModifiedValues.DBInstanceClass") if name == "instance_class" else MISSING

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """One change, applied at once unless that would let loose an outage that AWS holds for the window."""
        (call,) = super().patch(doc, found, lookup)
        now = any(d.rule.effect is Effect.OUTAGE for d in found) or not deferred(doc)
        return (Call(call.service, call.operation, {**call.params, "ApplyImmediately": now}, call.retry),)

    def cost(self, prices: PriceBook) -> tuple[Line, ...]:
        """What the instance computes in a month."""
        return (pricing.instance(self.ENGINE, prices, self.name, self.instance_class, self.capacity),)

    def seen_elsewhere(self, doc: Doc, beside: Beside) -> Mapping[str, Json]:
        """The capacity, which AWS keeps with the cluster."""
        if self.capacity is None or not isinstance(self.cluster, Ref):
            return {}
        cluster = beside.get((self.cluster.key.type, str(doc.get("DBClusterIdentifier"))), {})
        at = "ServerlessV2ScalingConfiguration"
        found = [get(cluster, f"{at}.{name}") for name in ("MinCapacity", "MaxCapacity")]
        return {} if MISSING in found else {"capacity": tuple(map(float, found))}


@dataclass(frozen=True, kw_only=True)
class DBInstance(Instance):
    """A member of an Aurora PostgreSQL cluster."""

    TYPE: ClassVar[str] = "AWS::RDS::DBInstance"
    ENGINE: ClassVar[str] = AURORA

    engine: Annotated[str, Attr("Engine", mutability=Mutability.REPLACE, update="")] = AURORA
    public: Annotated[bool | None, Attr("PubliclyAccessible", same=compare.flag, severity=Severity.CRITICAL)] = None
    """Whether the instance has an address on the internet."""
