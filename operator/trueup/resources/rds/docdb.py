"""DocumentDB: the same clusters and instances under another name, with fewer settings.

One list shows the resources of both engines (the RDS API answers for DocumentDB too), so that one read serves both;
writes go to DocumentDB's own API. It cannot pause, has no extended support to turn off, and is never public.
https://docs.aws.amazon.com/documentdb/latest/developerguide/API_Operations.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from trueup.core.resource import Attr, Resource
from trueup.core.values import Mutability
from trueup.resources.rds.base import DOCDB
from trueup.resources.rds.clusters import Cluster, ClusterSnapshot
from trueup.resources.rds.groups import DBClusterParameterGroup
from trueup.resources.rds.instances import Instance


@dataclass(frozen=True, kw_only=True)
class DocDBClusterParameterGroup(DBClusterParameterGroup):
    """The settings of DocumentDB, for one family of versions."""

    TYPE: ClassVar[str] = "AWS::DocDB::DBClusterParameterGroup"
    SERVICE: ClassVar[str] = "docdb"
    ENGINE: ClassVar[str] = DOCDB


@dataclass(frozen=True, kw_only=True)
class DocDBClusterSnapshot(ClusterSnapshot):
    """A snapshot of a DocumentDB cluster."""

    TYPE: ClassVar[str] = "AWS::DocDB::DBClusterSnapshot"
    SERVICE: ClassVar[str] = "docdb"
    ENGINE: ClassVar[str] = DOCDB


@dataclass(frozen=True, kw_only=True)
class DocDBCluster(Cluster):
    """A DocumentDB cluster. Its capacity must be set before a serverless instance joins."""

    TYPE: ClassVar[str] = "AWS::DocDB::DBCluster"
    SERVICE: ClassVar[str] = "docdb"
    ENGINE: ClassVar[str] = DOCDB
    BACKUP: ClassVar[type[Resource] | None] = DocDBClusterSnapshot
    NOT_FROM_SNAPSHOT: ClassVar[frozenset[str]] = Cluster.NOT_FROM_SNAPSHOT | {
        "BackupRetentionPeriod",
        "PreferredBackupWindow",
    }
    NOT_FROM_POINT: ClassVar[frozenset[str]] = (
        Cluster.NOT_FROM_POINT | NOT_FROM_SNAPSHOT | {"DBClusterParameterGroupName"}
    )

    engine: Annotated[str, Attr("Engine", mutability=Mutability.REPLACE, update="")] = DOCDB


@dataclass(frozen=True, kw_only=True)
class DocDBInstance(Instance):
    """A member of a DocumentDB cluster."""

    TYPE: ClassVar[str] = "AWS::DocDB::DBInstance"
    SERVICE: ClassVar[str] = "docdb"
    ENGINE: ClassVar[str] = DOCDB

    engine: Annotated[str, Attr("Engine", mutability=Mutability.REPLACE, update="")] = DOCDB
