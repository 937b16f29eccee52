"""How a Database compiles: groups, who may connect, the cluster, its instances.

Everything it takes from a Network is a reference by the Network's owner string, so that the resources of a running
database stay declared while the Network object is away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trueup.core.graph import Graph
from trueup.core.values import Ref
from trueup.kinds.common.kind import Context
from trueup.kinds.common.names import (
    ACCESS_GROUP,
    CLUSTERS,
    access_group_of,
    service_group_of,
    vpc_of,
)
from trueup.kinds.common.peers import Peer
from trueup.kinds.common.subnets import private_subnets
from trueup.kinds.database.engines import ENGINES, Engine, Settings
from trueup.kinds.database.spec import DatabaseSpec
from trueup.resources.ec2 import SecurityGroup, SecurityGroupIngress
from trueup.resources.rds import Cluster, DBClusterParameterGroup, DBSubnetGroup

CLUSTER: Final = CLUSTERS["aurora-postgresql"].name
SUBNETS: Final = "subnets"
LEAST_SUBNETS: Final = 2
"""A cluster's subnets must lie in two zones at least; a Network's private ones have a zone each."""


@dataclass(frozen=True, slots=True)
class _Making:
    """What the steps of composing share."""

    ctx: Context
    spec: DatabaseSpec
    graph: Graph
    engine: Engine

    @property
    def named(self) -> str:
        """The name from which all AWS names of this object begin."""
        return self.spec.adopted_name or self.ctx.identity.derived()


def compose(ctx: Context) -> Graph:
    """The graph of a Database."""
    spec: DatabaseSpec = ctx.spec
    make = _Making(ctx, spec, Graph(ctx.identity, spec.tags), ENGINES[spec.engine])
    owner = ctx.owner("Network", spec.network_ref.name)
    subnets = _subnet_group(make) if spec.adopt is None else None
    access = _access(make, owner)
    parameters = _parameters(make)
    cluster = _cluster(make, subnets, access, parameters)
    _instances(make, cluster)
    return make.graph


def _subnet_group(make: _Making) -> DBSubnetGroup:
    return make.graph.add(
        DBSubnetGroup(
            name=SUBNETS,
            group_name=make.named,
            description=f"Private subnets of {make.ctx.identity}",
            subnets=private_subnets(
                make.ctx,
                make.graph,
                make.spec.network_ref.name,
                least=LEAST_SUBNETS,
                needs="A database needs two private subnets, in different zones",
            ),
        ),
        at={"subnets": "/networkRef/name"},
    )


def _access(make: _Making, owner: str) -> SecurityGroup:
    """The group that the instances wear, and a rule for each peer that exists."""
    group = make.graph.add(
        SecurityGroup(
            name=ACCESS_GROUP.name,
            vpc=vpc_of(owner),
            group_name=f"{make.named}-access",
            description=f"Who may connect to {make.ctx.identity}",
        ),
        at={"vpc": "/networkRef/name"},
    )
    for place, peer in enumerate(make.spec.allow_from):
        _rule(make, group, peer, f"/allowFrom/{place}")
    return group


def _rule(make: _Making, group: SecurityGroup, peer: Peer, at: str) -> None:
    reference = _peer_group(make, peer)
    if peer.cidr is None and reference is None:
        return
    suffix = peer.cidr.replace("/", "-") if peer.cidr else f"{peer.kind}-{peer.name}".lower()
    make.graph.add(
        SecurityGroupIngress(
            name=f"from-{suffix}",
            group=group.output("GroupId"),
            protocol="tcp",
            from_port=make.spec.effective_port,
            to_port=make.spec.effective_port,
            cidr=peer.cidr,
            peer=reference,
            description=f"{peer.kind} {peer.name}" if peer.cidr is None else "allowFrom",
        ),
        at={
            "": at,
            "from_port": "/port",
            "to_port": "/port",
            "cidr": f"{at}/cidr",
            "peer": at,
            "description": at,
        },
    )


def _peer_group(make: _Making, peer: Peer) -> Ref | None:
    """The security group of a peer; None where there is none to name, which is said as a wait."""
    if peer.kind is None or peer.name is None:
        return None
    found = make.ctx.peer(peer.kind, peer.name)
    if found is None or found.deleting:
        state = "is being deleted" if found else "does not exist yet"
        make.graph.wait("PeerMissing", f'{peer.kind} "{peer.name}" in allowFrom {state}: its rule is left out.')
        return None
    if found.spec.network_ref is None:
        make.graph.wait(
            "PeerMissing",
            f'{peer.kind} "{peer.name}" in allowFrom has no networkRef, and so no security group to let in: set '
            f'networkRef of {peer.kind} "{peer.name}" to Network "{make.spec.network_ref.name}". Until then its rule '
            "is left out.",
        )
        return None
    owner = found.identity.owner
    return access_group_of(owner) if peer.kind == "Database" else service_group_of(owner)


def _parameters(make: _Making) -> DBClusterParameterGroup:
    """The settings; a group of its own for each family, so that a major upgrade takes a new one along."""
    family = make.engine.family(make.spec.version)
    return make.graph.add(
        make.engine.parameter_group(
            name=f"parameters-{family}",
            group_name=f"{make.named}-{family.replace('.', '-')}",
            family=family,
            description=f"Settings of {make.ctx.identity}",
            parameters=dict(make.spec.parameters),
        ),
        at={"": "/version", "group_name": "/version", "family": "/version", "parameters": "/parameters"},
    )


def _cluster(
    make: _Making, subnets: DBSubnetGroup | None, access: SecurityGroup, parameters: DBClusterParameterGroup
) -> Cluster:
    adopted = make.spec.adopt is not None
    settings = Settings(
        name=CLUSTER,
        cluster_id=make.named,
        subnet_group=subnets.output("DBSubnetGroupName") if subnets else None,
        parameter_group=parameters.output("DBClusterParameterGroupName"),
        security_groups=(access.output("GroupId"),),
    )
    return make.graph.add(make.engine.cluster(make.spec, settings), at=_cluster_places(adopted), adopt=adopted)


def _cluster_places(adopted: bool) -> dict[str, str]:
    """Which field of the spec decides which field of the cluster."""
    return {
        "engine": "/engine",
        "version": "/version",
        "parameter_group": "/version",
        "master_username": "/masterUsername",
        "database_name": "/databaseName",
        "port": "/port",
        "retention_days": "/backup/retentionDays",
        "backup_window": "/backup/window",
        "maintenance_window": "/maintenanceWindow",
        "deletion_protection": "/deletionProtection",
        "min_capacity": "/capacity/min",
        "max_capacity": "/capacity/max",
        "pause_seconds": "/capacity",
        "performance_insights": "/performanceInsights",
        "insights_days": "/performanceInsights",
        "snapshot": "/restore/snapshotIdentifier",
        "source_cluster": "/restore/sourceCluster",
        "restore_time": "/restore/pointInTime",
        **({"cluster_id": "/adopt/name"} if adopted else {}),
    }


def _instances(make: _Making, cluster: Cluster) -> None:
    spec = make.spec
    for number in range(1, spec.instances + 1):
        make.graph.add(
            make.engine.instance(spec, f"instance-{number}", f"{make.named}-{number}", cluster, number),
            at={
                "": "/instances",
                "instance_class": "/instanceClass" if spec.instance_class else "/capacity",
                "auto_minor_upgrade": "/version",
                "maintenance_window": "/maintenanceWindow",
                "performance_insights": "/performanceInsights",
                "capacity": "/capacity",
            },
            adopt=spec.adopt is not None,
        )
