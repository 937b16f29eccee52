"""Charter: RDS's operations by name, and what the network needs to know of databases."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.rds import (
    cluster_changes,
    cluster_ends,
    clusters,
    instance_changes,
    instances,
    parameter_groups,
    restore,
    snapshots,
    subnet_groups,
    tags,
    versions,
)
from trueup.sandbox.emulator.rds.store import Region
from trueup.sandbox.emulator.service import Call, Forward, World

OPERATIONS: Mapping[str, Callable[[Region, Call], Document]] = {
    "CreateDBCluster": clusters.create_db_cluster,
    "DescribeDBClusters": clusters.describe_db_clusters,
    "ModifyDBCluster": cluster_changes.modify_db_cluster,
    "DeleteDBCluster": cluster_ends.delete_db_cluster,
    "StopDBCluster": cluster_ends.stop_db_cluster,
    "StartDBCluster": cluster_ends.start_db_cluster,
    "FailoverDBCluster": cluster_ends.failover_db_cluster,
    "RestoreDBClusterFromSnapshot": restore.restore_db_cluster_from_snapshot,
    "RestoreDBClusterToPointInTime": restore.restore_db_cluster_to_point_in_time,
    "CreateDBClusterSnapshot": snapshots.create_db_cluster_snapshot,
    "CopyDBClusterSnapshot": snapshots.copy_db_cluster_snapshot,
    "DeleteDBClusterSnapshot": snapshots.delete_db_cluster_snapshot,
    "DescribeDBClusterSnapshots": snapshots.describe_db_cluster_snapshots,
    "CreateDBInstance": instances.create_db_instance,
    "DescribeDBInstances": instances.describe_db_instances,
    "DeleteDBInstance": instances.delete_db_instance,
    "ModifyDBInstance": instance_changes.modify_db_instance,
    "RebootDBInstance": instance_changes.reboot_db_instance,
    "CreateDBSubnetGroup": subnet_groups.create_db_subnet_group,
    "ModifyDBSubnetGroup": subnet_groups.modify_db_subnet_group,
    "DeleteDBSubnetGroup": subnet_groups.delete_db_subnet_group,
    "DescribeDBSubnetGroups": subnet_groups.describe_db_subnet_groups,
    "AddTagsToResource": tags.add_tags_to_resource,
    "RemoveTagsFromResource": tags.remove_tags_from_resource,
    "ListTagsForResource": tags.list_tags_for_resource,
    "DescribeDBEngineVersions": versions.describe_db_engine_versions,
    "DescribeOrderableDBInstanceOptions": versions.describe_orderable_db_instance_options,
    "DescribeEvents": versions.nothing("Events"),
    "DescribeGlobalClusters": versions.nothing("GlobalClusters"),
    "DescribePendingMaintenanceActions": versions.nothing("PendingMaintenanceActions"),
    "DescribeDBSnapshots": versions.nothing("DBSnapshots"),
    "DescribeDBProxies": versions.nothing("DBProxies"),
    **parameter_groups.OPERATIONS,
}


class Rds:
    """RDS in every account and region."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._regions: dict[tuple[str, str], Region] = {}

    def region(self, account: str, region: str) -> Region:
        """RDS in one account and region."""
        key = account, region
        if key not in self._regions:
            self._regions[key] = Region(account, region, self._world)
        return self._regions[key]

    def handle(self, call: Call, _forward: Forward, /) -> Document | Answer:
        """Answer one call; what is not here is `MotoNotImplemented`, for moto's own RDS must not answer it."""
        operation = OPERATIONS.get(call.operation)
        if operation is None:
            raise AwsError(
                "MotoNotImplemented", f"The emulator has no rds.{call.operation}; see docs/emulator.md.", 501
            )
        return operation(self.region(call.account, call.region), call)

    def run_maintenance(self) -> None:
        """Let every cluster's maintenance window pass: what is pending is applied."""
        for region in self._regions.values():
            cluster_changes.run_maintenance(region)

    def subnets_in_use(self, account: str, region: str) -> frozenset[str]:
        """Subnets of groups in which a cluster lives, and so has network interfaces."""
        store = self.region(account, region)
        groups = {str(cluster.doc["DBSubnetGroup"]) for cluster in store.clusters.values()}
        return frozenset(
            str(subnet["SubnetIdentifier"])
            for name in groups
            if name in store.subnet_groups
            for subnet in store.subnet_groups[name].doc["Subnets"]
        )

    def security_groups_in_use(self, account: str, region: str) -> frozenset[str]:
        """Security groups of clusters."""
        store = self.region(account, region)
        return frozenset(
            str(group["VpcSecurityGroupId"])
            for cluster in store.clusters.values()
            for group in cluster.doc["VpcSecurityGroups"]
        )

    def reset(self) -> None:
        """Forget all databases."""
        self._regions.clear()
