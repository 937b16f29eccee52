"""Subnet groups and cluster parameter groups: where a cluster stands, and how its engine is set.

A subnet group knows no engine: one type serves Aurora and DocumentDB.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Final

from trueup.core import compare
from trueup.core.paths import get
from trueup.core.resource import Attr, Deep, Difference, Listing, Resource
from trueup.core.tagging import Tagging
from trueup.core.values import MISSING, Call, Doc, Effect, Json, Lookup, Mutability, Severity, as_list
from trueup.resources.rds.base import AURORA, PAGE, TAGS, tags_by


@dataclass(frozen=True, kw_only=True)
class DBSubnetGroup(Resource):
    """The subnets that a cluster's instances may stand in. An update replaces the whole list."""

    TYPE: ClassVar[str] = "AWS::RDS::DBSubnetGroup"
    SERVICE: ClassVar[str] = "rds"
    LISTING: ClassVar[Listing] = Listing(
        "DescribeDBSubnetGroups",
        "DBSubnetGroups",
        page=PAGE,
        by="DBSubnetGroupName",
        one={"DBSubnetGroupName": "{}"},
    )
    DEEP: ClassVar[tuple[Deep, ...]] = (tags_by("DBSubnetGroupArn"),)
    IDENTITY: ClassVar[tuple[str, ...]] = ("DBSubnetGroupName",)
    ID: ClassVar[str] = "DBSubnetGroupName"
    ARN: ClassVar[str] = "DBSubnetGroupArn"
    STATE: ClassVar[str] = "SubnetGroupStatus"
    CREATE: ClassVar[str] = "CreateDBSubnetGroup"
    ANSWER: ClassVar[str] = "DBSubnetGroup"
    UPDATE: ClassVar[str] = "ModifyDBSubnetGroup"
    WHOLE: ClassVar[bool] = True
    DELETE: ClassVar[str] = "DeleteDBSubnetGroup"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"DBSubnetGroupName": "DBSubnetGroupName"}
    TAGGING: ClassVar[Tagging | None] = TAGS
    USES: ClassVar[tuple[str, ...]] = ("Subnets[].SubnetIdentifier",)

    group_name: Annotated[str, Attr("DBSubnetGroupName", same=compare.ignoring_case, mutability=Mutability.REPLACE)]
    description: Annotated[str, Attr("DBSubnetGroupDescription")]
    subnets: Annotated[Json, Attr("SubnetIds", read="Subnets[].SubnetIdentifier", same=compare.same_set)]


BATCH: Final = 20
"""Parameters that one call takes:
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBClusterParameterGroup.html."""

STATIC: Final = frozenset(
    {
        "autovacuum_freeze_max_age",
        "autovacuum_max_workers",
        "autovacuum_multixact_freeze_max_age",
        "cron.database_name",
        "cron.log_run",
        "cron.log_statement",
        "cron.max_running_jobs",
        "cron.use_background_workers",
        "huge_pages",
        "jit_provider",
        "max_connections",
        "max_files_per_process",
        "max_locks_per_transaction",
        "max_logical_replication_workers",
        "max_pred_locks_per_transaction",
        "max_prepared_transactions",
        "max_replication_slots",
        "max_wal_senders",
        "max_worker_processes",
        "old_snapshot_threshold",
        "pg_stat_statements.max",
        "rds.babelfish_status",
        "rds.enable_plan_management",
        "rds.logical_replication",
        "reserved_connections",
        "shared_buffers",
        "shared_preload_libraries",
        "superuser_reserved_connections",
        "tls",
        "track_activity_query_size",
        "track_commit_timestamp",
        "wal_buffers",
    }
)
"""Parameters that take effect with a restart only; AWS refuses to apply one of them at once. Of both engines:
https://www.postgresql.org/docs/current/view-pg-settings.html (context "postmaster") and
https://docs.aws.amazon.com/documentdb/latest/developerguide/cluster_parameter_groups-list_of_parameters.html."""

PROTECTING: Final = frozenset({"rds.force_ssl", "tls"})
"""Parameters without which a client may talk to the database in the clear."""


@dataclass(frozen=True, kw_only=True)
class DBClusterParameterGroup(Resource):
    """The settings of an engine, for one family of versions. Its settings are a closed collection.

    Static settings are marked and wait for a restart; the cluster's members then show `pending-reboot`.
    """

    TYPE: ClassVar[str] = "AWS::RDS::DBClusterParameterGroup"
    SERVICE: ClassVar[str] = "rds"
    ENGINE: ClassVar[str] = AURORA
    LISTING: ClassVar[Listing] = Listing(
        "DescribeDBClusterParameterGroups",
        "DBClusterParameterGroups",
        service="rds",
        page=PAGE,
        by="DBClusterParameterGroupName",
        one={"DBClusterParameterGroupName": "{}"},
    )
    DEEP: ClassVar[tuple[Deep, ...]] = (
        tags_by("DBClusterParameterGroupArn"),
        Deep(
            "DescribeDBClusterParameters",
            {"DBClusterParameterGroupName": "{DBClusterParameterGroupName}", "Source": "user"},
            "Parameters",
            into="Parameters",
            every=300,
            page=PAGE,
        ),
    )
    IDENTITY: ClassVar[tuple[str, ...]] = ("DBClusterParameterGroupName",)
    ID: ClassVar[str] = "DBClusterParameterGroupName"
    ARN: ClassVar[str] = "DBClusterParameterGroupArn"
    CREATE: ClassVar[str] = "CreateDBClusterParameterGroup"
    ANSWER: ClassVar[str] = "DBClusterParameterGroup"
    UPDATE: ClassVar[str] = "ModifyDBClusterParameterGroup"
    DELETE: ClassVar[str] = "DeleteDBClusterParameterGroup"
    DELETE_BY: ClassVar[Mapping[str, str]] = {"DBClusterParameterGroupName": "DBClusterParameterGroupName"}
    ALSO: ClassVar[tuple[str, ...]] = ("ResetDBClusterParameterGroup",)
    TAGGING: ClassVar[Tagging | None] = TAGS

    group_name: Annotated[
        str, Attr("DBClusterParameterGroupName", same=compare.ignoring_case, mutability=Mutability.REPLACE)
    ]
    family: Annotated[str, Attr("DBParameterGroupFamily", mutability=Mutability.REPLACE)]
    description: Annotated[str, Attr("Description", mutability=Mutability.REPLACE)]
    parameters: Annotated[Json, Attr("", read="Parameters", keyed=True)]
    """Name → value as text. Every other setting is the family's default."""

    @classmethod
    def members(cls, doc: Doc) -> Iterable[Doc]:
        """The group, if it is of this engine and not one of AWS's own."""
        ours = str(doc["DBParameterGroupFamily"]).startswith(cls.ENGINE)
        theirs = str(doc["DBClusterParameterGroupName"]).startswith("default.")
        return (doc,) if ours and not theirs else ()

    def observed(self, name: str, doc: Doc) -> Json:
        """What the document shows; of settings those that somebody set, by name."""
        return _set_by_users(doc) if name == "parameters" else super().observed(name, doc)

    def differences(self, doc: Doc, lookup: Lookup) -> tuple[Difference, ...]:
        """Settings that differ, and those that nobody declared: they go back to their defaults."""
        found = super().differences(doc, lookup)
        rule = self.attrs()["parameters"]
        extra = tuple(
            Difference("parameters", f"Parameters.{name}", MISSING, value, rule, name)
            for name, value in _set_by_users(doc).items()
            if name not in self.parameters
        )
        return tuple(replace(d, rule=_rule(d)) if d.attr == "parameters" else d for d in found + extra)

    def create(self, lookup: Lookup, token: str) -> tuple[Call, ...]:
        """The group, and its settings at once: a cluster that starts with static ones needs no restart."""
        by = {"DBClusterParameterGroupName": self.group_name}
        return super().create(lookup, token) + self._set(by, self.parameters, {})

    def patch(self, doc: Doc, found: tuple[Difference, ...], lookup: Lookup) -> tuple[Call, ...]:
        """Settings are set and reset in batches; nothing else of a group can change."""
        by = self.selected(self.DELETE_BY, doc, lookup)
        wanted = {str(d.member): d.want for d in found if d.attr == "parameters" and d.want is not MISSING}
        unwanted = [str(d.member) for d in found if d.attr == "parameters" and d.want is MISSING]
        resets = [{"ParameterName": name, "ApplyMethod": _method(name, doc)} for name in unwanted]
        return self._set(by, wanted, doc) + self._batches("ResetDBClusterParameterGroup", by, resets)

    def _set(self, by: Mapping[str, Json], values: Mapping[str, Json], doc: Doc) -> tuple[Call, ...]:
        changes = [
            {"ParameterName": name, "ParameterValue": value, "ApplyMethod": _method(name, doc)}
            for name, value in sorted(values.items())
        ]
        return self._batches(self.UPDATE, by, changes)

    def _batches(self, operation: str, by: Mapping[str, Json], changes: Sequence[Json]) -> tuple[Call, ...]:
        starts = range(0, len(changes), BATCH)
        batches = [{**by, "Parameters": list(changes[start : start + BATCH])} for start in starts]
        return tuple(Call(self.SERVICE, operation, params) for params in batches)


def _set_by_users(doc: Doc) -> dict[str, Json]:
    """Name → value of each parameter that is not at its default."""
    shown = as_list(get(doc, "Parameters")) or ()
    return {
        str(one["ParameterName"]): one.get("ParameterValue", MISSING)
        for one in shown
        if one.get("Source", "user") == "user"
    }


def _is_static(name: str, doc: Doc) -> bool:
    """What AWS says of the parameter where it shows it; else what is known of its name."""
    shown = as_list(get(doc, "Parameters")) or ()
    kind = next((one.get("ApplyType") for one in shown if one["ParameterName"] == name), None)
    return name in STATIC if kind is None else bool(kind == "static")


def _method(name: str, doc: Doc) -> str:
    return "pending-reboot" if _is_static(name, doc) else "immediate"


def _rule(found: Difference) -> Attr:
    name = found.member or ""
    return replace(
        found.rule,
        effect=Effect.RESTART if name in STATIC else Effect.NONE,
        severity=Severity.CRITICAL if name in PROTECTING else Severity.NORMAL,
    )
