"""What differs between the engines of a Database: types, ports, versions, and the fields that only one of them has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from trueup.core.resource import Resource
from trueup.core.values import Json
from trueup.kinds.database.spec import DatabaseSpec
from trueup.resources.rds import (
    Cluster,
    DBCluster,
    DBClusterParameterGroup,
    DBInstance,
    DocDBCluster,
    DocDBClusterParameterGroup,
    DocDBInstance,
    Instance,
)
from trueup.resources.rds.base import AURORA, DOCDB, SERVERLESS, family
from trueup.resources.rds.clusters import NO_EXTENDED_SUPPORT

INSIGHTS_DAYS: Final = 7
"""Days of history that Performance Insights keeps for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a cluster takes from the rest of its graph."""

    name: str
    cluster_id: str
    subnet_group: Json
    parameter_group: Json
    security_groups: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One engine: how specs name versions, and how its cluster and instances are made."""

    aws: str
    parameter_group: type[DBClusterParameterGroup]
    cluster: Callable[[DatabaseSpec, Settings], Cluster]
    instance: Callable[[DatabaseSpec, str, str, Cluster, int], Instance]
    types: tuple[type[Resource], ...]

    def family(self, version: str) -> str:
        """The parameter group family of a version."""
        return family(self.aws, version)


def _common(spec: DatabaseSpec, settings: Settings) -> dict[str, Json]:
    """The fields of a cluster of either engine. Nothing in it is left to AWS that the spec has a default for."""
    return {
        "name": settings.name,
        "cluster_id": settings.cluster_id,
        "subnet_group": settings.subnet_group,
        "parameter_group": settings.parameter_group,
        "security_groups": settings.security_groups,
        "port": spec.effective_port,
        "version": spec.version,
        "master_username": spec.effective_master_username,
        "managed_password": True,
        "encrypted": True,
        "retention_days": spec.backup.retention_days,
        "backup_window": spec.backup.window,
        "maintenance_window": spec.maintenance_window,
        "deletion_protection": spec.deletion_protection,
        "copy_tags": True,
        "min_capacity": spec.capacity.min if spec.capacity else None,
        "max_capacity": spec.capacity.max if spec.capacity else None,
        "running": "available",
        "snapshot": spec.restore.snapshot_identifier if spec.restore else None,
        "source_cluster": spec.restore.source_cluster if spec.restore else None,
        "restore_time": spec.restore.point_in_time if spec.restore else None,
    }


def _aurora(spec: DatabaseSpec, settings: Settings) -> Cluster:
    return DBCluster(
        **_common(spec, settings),
        pause_seconds=spec.capacity.pause_after_seconds if spec.capacity else None,
        database_name=spec.database_name,
        support=NO_EXTENDED_SUPPORT,
        performance_insights=spec.performance_insights,
        insights_days=INSIGHTS_DAYS if spec.performance_insights else None,
    )


def _documentdb(spec: DatabaseSpec, settings: Settings) -> Cluster:
    version = spec.version if spec.version.count(".") > 1 else f"{spec.version}.0"
    return replace(DocDBCluster(**_common(spec, settings)), version=version)


def _member(spec: DatabaseSpec, name: str, called: str, cluster: Cluster, number: int) -> dict[str, Json]:
    """The fields of an instance of either engine. The first has the lowest tier: it is the writer by preference."""
    return {
        "name": name,
        "instance_id": called,
        "cluster": cluster.output("DBClusterIdentifier"),
        "instance_class": spec.instance_class or SERVERLESS,
        "promotion_tier": min(number - 1, 15),
        "maintenance_window": spec.maintenance_window,
        "performance_insights": spec.performance_insights,
        "capacity": (spec.capacity.min, spec.capacity.max) if spec.capacity else None,
    }


def _aurora_member(spec: DatabaseSpec, name: str, called: str, cluster: Cluster, number: int) -> Instance:
    # A version that names its minor is to stay at it; AWS would move it in a window, and could not go back.
    return DBInstance(
        **_member(spec, name, called, cluster, number), auto_minor_upgrade="." not in spec.version, public=False
    )


def _documentdb_member(spec: DatabaseSpec, name: str, called: str, cluster: Cluster, number: int) -> Instance:
    return DocDBInstance(**_member(spec, name, called, cluster, number))


ENGINES: Final[Mapping[str, Engine]] = {
    "aurora-postgresql": Engine(
        aws=AURORA,
        parameter_group=DBClusterParameterGroup,
        cluster=_aurora,
        instance=_aurora_member,
        types=(DBClusterParameterGroup, DBCluster, DBInstance),
    ),
    "documentdb": Engine(
        aws=DOCDB,
        parameter_group=DocDBClusterParameterGroup,
        cluster=_documentdb,
        instance=_documentdb_member,
        types=(DocDBClusterParameterGroup, DocDBCluster, DocDBInstance),
    ),
}
"""The engine of a spec → what it is made of."""
