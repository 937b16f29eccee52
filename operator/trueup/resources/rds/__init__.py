"""RDS, as far as Aurora PostgreSQL and DocumentDB go: one API, and one package, for both engines."""

from trueup.resources.rds.clusters import Cluster, ClusterSnapshot, DBCluster
from trueup.resources.rds.docdb import (
    DocDBCluster,
    DocDBClusterParameterGroup,
    DocDBClusterSnapshot,
    DocDBInstance,
)
from trueup.resources.rds.groups import DBClusterParameterGroup, DBSubnetGroup
from trueup.resources.rds.instances import DBInstance, Instance

__all__ = [
    "Cluster",
    "ClusterSnapshot",
    "DBCluster",
    "DBClusterParameterGroup",
    "DBInstance",
    "DBSubnetGroup",
    "DocDBCluster",
    "DocDBClusterParameterGroup",
    "DocDBClusterSnapshot",
    "DocDBInstance",
    "Instance",
]
