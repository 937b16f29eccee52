"""Database clusters and their snapshots: what both engines share, and Aurora PostgreSQL's own.

A cluster holds the data. It is never replaced, goes with a final snapshot when asked, and takes changes only while
it is available. What may change and when: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar, Final

from trueup.core import compare
from trueup.core.cost import Line, PriceBook
from trueup.core.ledger import stamp
from trueup.core.paths import get
from trueup.core.resource import Attr, Difference, Listing, Ownership, Removal, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import MISSING, Call, Doc, Effect, Json, Lookup, Mutability, Phase, Severity, resolve
from trueup.resources.rds import pricing
from trueup.resources.rds.base import AURORA, PAGE, PHASES, TAGS, deferred, is_older, major

NO_EXTENDED_SUPPORT: Final = "open-source-rds-extended-support-disabled"
"""Without it a cluster slides into a plan that charges for every vCPU once its version is out of support."""

_HARMLESS: Final = frozenset({"BackupRetentionPeriod", "MasterUserPassword", "PendingCloudwatchLogsExports"})
_STOPPED: Final = frozenset({"stopping", "stopped"})
_CREATE_ONLY: Final = frozenset({"MasterUsername", "ManageMasterUserPassword", "StorageEncrypted", "DatabaseName"})
_PENDING: Final = {"version": "EngineVersion", "retention_days": "BackupRetentionPeriod"}


def _is_up(want: Json, have: Json) -> bool:
    """The same word, or any but those of a cluster that somebody stopped."""
    return want == have or have not in _STOPPED


@dataclass(frozen=True, kw_only=True)
class ClusterSnapshot(Resource):
    """A snapshot of a cluster, automatic or by hand. It is looked at, never made or deleted by itself."""

    TYPE: ClassVar[str] = "AWS::RDS::DBClusterSnapshot"
    SERVICE: ClassVar[str] = "rds"
    ENGINE: ClassVar[str] = AURORA
    LISTING: ClassVar[Listing] = Listing(
        "DescribeDBClusterSnapshots",
        "DBClusterSnapshots",
        service="rds",
        page=PAGE,
        by="DBClusterSnapshotIdentifier",
        one={"DBClusterSnapshotIdentifier": "{}"},
    )
    IDENTITY: ClassVar[tuple[str, ...]] = ("DBClusterSnapshotIdentifier",)
    ID: ClassVar[str] = "DBClusterSnapshotIdentifier"
    ARN: ClassVar[str] = "DBClusterSnapshotArn"
    STATE: ClassVar[str] = "Status"
    OWNED: ClassVar[Ownership] = Ownership.PARENT
    PARENT: ClassVar[str] = "DBClusterIdentifier"

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The snapshot, if it is of this engine."""
        return (doc,) if doc.get("Engine") == cls.ENGINE else ()

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """Usable for a restore once it is available."""
        words = {"available": Phase.READY, "deleting": Phase.DELETING, "failed": Phase.FAILED}
        return words.get(str(get(doc, "Status")), Phase.CREATING)

    @classmethod
    def restore_hint(cls, docs: list[Doc]) -> str | None:
        """The newest snapshot that can be restored, and how: into a new object, as `restore` is fixed at creation."""
        newest = cls.newest(docs)
        if newest is None:
            return None
        name, when = newest
        return (
            f"The newest snapshot is {name}{when}: to restore it, delete this object (nothing of its data is left in "
            f"AWS but snapshots) and create it again with spec.restore.snapshotIdentifier: {name}."
        )

    @classmethod
    def newest(cls, docs: list[Doc]) -> tuple[str, str] | None:
        """The name of the newest snapshot that can be restored, and " of " its time where AWS shows that."""
        whole = [doc for doc in docs if cls.phase(doc) is Phase.READY]
        if not whole:
            return None
        found = max(whole, key=lambda doc: str(doc.get("SnapshotCreateTime", "")))
        taken = found.get("SnapshotCreateTime")
        when = f" of {stamp(taken) if isinstance(taken, datetime) else taken}" if taken else ""
        return str(found["DBClusterSnapshotIdentifier"]), when


@dataclass(frozen=True, kw_only=True)
class Cluster(Resource):
    """What clusters of both engines share. Alone it is no type: engines subclass it."""

    SERVICE: ClassVar[str] = "rds"
    ENGINE: ClassVar[str]
    ADOPTED_BY: ClassVar[str] = "spec.adopt.name"
    LISTING: ClassVar[Listing] = Listing(
        "DescribeDBClusters",
        "DBClusters",
        service="rds",
        page=PAGE,
        by="DBClusterIdentifier",
        one={"DBClusterIdentifier": "{}"},
    )
    IDENTITY: ClassVar[tuple[str, ...]] = ("DBClusterIdentifier",)
    ID: ClassVar[str] = "DBClusterIdentifier"
    ARN: ClassVar[str] = "DBClusterArn"
    STATE: ClassVar[str] = "Status"
    CREATE: ClassVar[str] = "CreateDBCluster"
    ANSWER: ClassVar[str] = "DBCluster"
    UPDATE: ClassVar[str] = "ModifyDBCluster"
    UPDATE_BY: ClassVar[Mapping[str, str]] = {"DBClusterIdentifier": "DBClusterIdentifier"}
    DELETE: ClassVar[str] = "DeleteDBCluster"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"DBClusterIdentifier": "DBClusterIdentifier"}
    ALSO: ClassVar[tuple[str, ...]] = (
        "RestoreDBClusterFromSnapshot",
        "RestoreDBClusterToPointInTime",
        "StartDBCluster",
    )
    TAGGING: ClassVar[Tagging | None] = TAGS
    HOLDS_DATA: ClassVar[bool] = True
    GUARD: ClassVar[str] = "deletion_protection"
    USES: ClassVar[tuple[str, ...]] = (
        "DBSubnetGroup",
        "DBClusterParameterGroup",
        "VpcSecurityGroups[].VpcSecurityGroupId",
    )
    NOT_FROM_SNAPSHOT: ClassVar[frozenset[str]] = _CREATE_ONLY | {"PreferredMaintenanceWindow"}
    """Parameters of the create call that a restore from a snapshot does not take; an update sets them after."""
    NOT_FROM_POINT: ClassVar[frozenset[str]] = NOT_FROM_SNAPSHOT | {"Engine", "EngineVersion"}
    """The same for a restore to a point in time."""

    cluster_id: Annotated[
        str, Attr("DBClusterIdentifier", same=compare.ignoring_case, mutability=Mutability.REPLACE, update="")
    ]
    engine: Annotated[str, Attr("Engine", mutability=Mutability.REPLACE, update="")]
    version: Annotated[str, Attr("EngineVersion", same=compare.version_prefix, effect=Effect.OUTAGE)]
    subnet_group: Annotated[
        Json,
        Attr(
            "DBSubnetGroupName",
            read="DBSubnetGroup",
            same=compare.ignoring_case,
            mutability=Mutability.REPLACE,
            update="",
        ),
    ] = None
    parameter_group: Annotated[
        Json, Attr("DBClusterParameterGroupName", read="DBClusterParameterGroup", same=compare.ignoring_case)
    ] = None
    security_groups: Annotated[
        Json,
        Attr(
            "VpcSecurityGroupIds",
            read="VpcSecurityGroups[].VpcSecurityGroupId",
            same=compare.same_set,
            severity=Severity.CRITICAL,
        ),
    ] = None
    master_username: Annotated[str | None, Attr("MasterUsername", mutability=Mutability.REPLACE, update="")] = None
    managed_password: Annotated[
        bool | None, Attr("ManageMasterUserPassword", read="MasterUserSecret", same=compare.flag)
    ] = None
    """AWS keeps the master password in a secret and rotates it."""
    port: Annotated[int | None, Attr("Port", effect=Effect.RESTART)] = None
    encrypted: Annotated[
        bool | None,
        Attr(
            "StorageEncrypted",
            same=compare.flag,
            mutability=Mutability.REPLACE,
            severity=Severity.CRITICAL,
            update="",
        ),
    ] = None
    retention_days: Annotated[int | None, Attr("BackupRetentionPeriod")] = None
    backup_window: Annotated[str | None, Attr("PreferredBackupWindow", same=compare.ignoring_case)] = None
    maintenance_window: Annotated[str | None, Attr("PreferredMaintenanceWindow", same=compare.ignoring_case)] = None
    deletion_protection: Annotated[
        bool | None, Attr("DeletionProtection", same=compare.flag, severity=Severity.CRITICAL)
    ] = None
    copy_tags: Annotated[bool | None, Attr("CopyTagsToSnapshot", same=compare.flag)] = None
    """Snapshots carry the cluster's tags, its owner's among them."""
    min_capacity: Annotated[float | None, Attr("ServerlessV2ScalingConfiguration.MinCapacity")] = None
    max_capacity: Annotated[float | None, Attr("ServerlessV2ScalingConfiguration.MaxCapacity")] = None
    running: Annotated[str | None, Attr("", read="Status", same=_is_up)] = None
    """"available" declares that nobody is to stop the cluster: one that is stopped is started."""
    snapshot: Annotated[str | None, Attr("", read="")] = None
    """The snapshot that a new cluster is made from."""
    source_cluster: Annotated[str | None, Attr("", read="")] = None
    """The cluster from whose past a new cluster is made."""
    restore_time: Annotated[str | None, Attr("", read="")] = None
    """The point in that past, RFC 3339 in UTC, or "latest"."""

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The cluster, if it is of this engine."""
        return (doc,) if doc.get("Engine") == cls.ENGINE else ()

    @classmethod
    def phase(cls, doc: Doc) -> Phase | None:
        """What the status means. A stopped cluster takes one change: to be started."""
        status = str(get(doc, "Status"))
        return Phase.READY if status == "stopped" else PHASES.get(status, Phase.BUSY)

    def observed(self, name: str, doc: Doc) -> Json:
        """What the document shows; whether AWS keeps the password is read off its secret."""
        if name == "managed_password":
            return get(doc, "MasterUserSecret.SecretArn") is not MISSING
        return super().observed(name, doc)

    def pending(self, name: str, doc: Doc) -> Json:
        """What AWS holds for the maintenance window."""
        return get(doc, f"PendingModifiedValues.{_PENDING[name]}") if name in _PENDING else MISSING

    def differences(self, doc: Doc, lookup: Lookup) -> tuple[Difference, ...]:
        """An older version cannot be had in place; another family's parameter group goes the way of its version."""
        found = super().differences(doc, lookup)
        version = next((d for d in found if d.attr == "version"), None)
        if version is None:
            return found
        back = version.have is not MISSING and is_older(version.want, version.have)
        rule = replace(version.rule, mutability=Mutability.REPLACE) if back else version.rule
        along = ("version", "parameter_group") if self._is_major(version) else ("version",)
        return tuple(
            replace(d, rule=replace(d.rule, effect=rule.effect, mutability=rule.mutability)) if d.attr in along else d
            for d in found
        )

    def _is_major(self, found: Difference) -> bool:
        return found.have is not MISSING and major(self.ENGINE, found.want) != major(self.ENGINE, found.have)

    def create(self, lookup: Lookup, token: str) -> tuple[Call, ...]:
        """A new cluster, empty, from a snapshot, or from another one's past."""
        (new,) = super().create(lookup, token)
        if new.params is MISSING or (self.snapshot is None and self.source_cluster is None):
            return (new,)
        if self.snapshot is not None:
            kept = _without(new.params, self.NOT_FROM_SNAPSHOT)
            params = {**kept, "SnapshotIdentifier": self.snapshot}
            return (Call(self.SERVICE, "RestoreDBClusterFromSnapshot", params, new.retry),)
        latest = self.restore_time in (None, "latest")
        params = {
            **_without(new.params, self.NOT_FROM_POINT),
            "SourceDBClusterIdentifier": self.source_cluster,
            **({"UseLatestRestorableTime": True} if latest else {"RestoreToTime": self.restore_time}),
        }
        return (Call(self.SERVICE, "RestoreDBClusterToPointInTime", params, new.retry),)

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """One change, applied at once unless that would let loose an outage that AWS holds for the window."""
        if any(d.attr == "running" for d in found):
            return (Call(self.SERVICE, "StartDBCluster", self.selected(self.UPDATE_BY, doc, lookup)),)
        (call,) = super().patch(doc, found, lookup)
        params: dict[str, Json] = dict(call.params)
        if any(d.attr == "version" and self._is_major(d) for d in found):
            params["AllowMajorVersionUpgrade"] = True
            if self.parameter_group is not None:
                params["DBClusterParameterGroupName"] = resolve(self.parameter_group, lookup)
                if params["DBClusterParameterGroupName"] is MISSING:
                    return ()
        let_through = any(d.rule.effect is Effect.OUTAGE for d in found)
        params["ApplyImmediately"] = let_through or not deferred(doc, _HARMLESS)
        return (Call(call.service, call.operation, params, call.retry),)

    @classmethod
    def delete(cls, doc: Doc, lookup: Lookup, removal: Removal) -> tuple[Call, ...]:
        """The deletion, with a final snapshot named after the cluster and its resource id, or expressly without."""
        params = cls.selected(cls.DELETE_BY, doc, lookup)
        if removal.snapshot:
            params["FinalDBSnapshotIdentifier"] = final_snapshot(doc)
        params["SkipFinalSnapshot"] = not removal.snapshot
        return (Call(cls.SERVICE, cls.DELETE, params),)

    def former(self, backups: list[Doc]) -> str | None:
        """The newest final snapshot of a former cluster of this name, where nothing is restored into the new one."""
        if self.snapshot is not None or self.source_cluster is not None:
            return None
        final = [doc for doc in backups if str(doc["DBClusterSnapshotIdentifier"]).startswith(_final(doc))]
        newest = ClusterSnapshot.newest(final)
        if newest is None:
            return None
        name, when = newest
        return (
            f"A former database of this name left the final snapshot {name}{when}, and the new one begins without its "
            f"data: to have it, create this object with spec.restore.snapshotIdentifier: {name}; where it exists "
            "already, delete it first."
        )

    @classmethod
    def guard(cls, doc: Doc, owner: str) -> str | None:
        """AWS refuses to delete a protected cluster, yet not its instances."""
        del owner
        if get(doc, "DeletionProtection") is not True:
            return None
        return "deletion protection is on; set spec.deletionProtection to false to let it go"

    def cost(self, prices: PriceBook) -> tuple[Line, ...]:
        """Storage, requests, backups and the managed secret. Instances carry what they compute."""
        return pricing.cluster(self.ENGINE, prices, self.retention_days or 1, secret=bool(self.managed_password))


def final_snapshot(doc: Doc) -> str:
    """`<id>-final-<8 of the resource id>`: the same for every try, another for a later cluster of that name."""
    resource = str(doc["DbClusterResourceId"]).removeprefix("cluster-")
    return f"{_final(doc)}{resource[:8].lower()}"


def _final(doc: Doc) -> str:
    """How the names of final snapshots of a cluster begin."""
    return f"{doc['DBClusterIdentifier']}-final-"


def _without(params: Mapping[str, Json], names: frozenset[str]) -> dict[str, Json]:
    return {name: value for name, value in params.items() if name not in names}


@dataclass(frozen=True, kw_only=True)
class DBCluster(Cluster):
    """An Aurora PostgreSQL cluster."""

    TYPE: ClassVar[str] = "AWS::RDS::DBCluster"
    ENGINE: ClassVar[str] = AURORA
    BACKUP: ClassVar[type[Resource] | None] = ClusterSnapshot

    engine: Annotated[str, Attr("Engine", mutability=Mutability.REPLACE, update="")] = AURORA
    pause_seconds: Annotated[int | None, Attr("ServerlessV2ScalingConfiguration.SecondsUntilAutoPause")] = None
    """Idle seconds before a cluster with a least capacity of 0 pauses; AWS shows none where it never does."""
    database_name: Annotated[str | None, Attr("DatabaseName", mutability=Mutability.REPLACE, update="")] = None
    support: Annotated[str | None, Attr("EngineLifecycleSupport")] = None
    performance_insights: Annotated[
        bool | None,
        Attr("EnablePerformanceInsights", read="PerformanceInsightsEnabled", same=compare.flag),
    ] = None
    insights_days: Annotated[int | None, Attr("PerformanceInsightsRetentionPeriod")] = None

    def differences(self, doc: Doc, lookup: Lookup) -> tuple[Difference, ...]:
        """What Performance Insights keeps shows only while it is on: its absence is not named beside the switch."""
        found = super().differences(doc, lookup)
        off = any(d.attr == "performance_insights" for d in found)
        return tuple(d for d in found if not (off and d.attr == "insights_days"))
