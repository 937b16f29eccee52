"""How a Database compiles, of both engines, and what it tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from trueup.core.graph import Graph, Problem, Wait
from trueup.core.inventory import Inventory
from trueup.core.naming import Identity
from trueup.core.observed import Observed, Surroundings
from trueup.core.resource import Resource
from trueup.core.values import Key, Pseudo, Ref, shown
from trueup.kinds.common.kind import Context, Peer
from trueup.kinds.database import KIND
from trueup.kinds.database.spec import DatabaseSpec
from trueup.kinds.network.spec import NetworkSpec
from trueup.resources.ec2 import SecurityGroup
from trueup.resources.rds import DBCluster

IDENTITY = Identity("main", "Database", "shop", "orders")
NETWORK = Identity("main", "Network", "shop", "platform")
OTHER = Identity("main", "Database", "shop", "reports")
NAME = IDENTITY.derived()

MINIMAL: dict[str, Any] = {
    "engine": "aurora-postgresql",
    "version": "16.11",
    "capacity": {"min": 0.5, "max": 1},
    "networkRef": {"name": "platform"},
}
MONGO: dict[str, Any] = {
    "engine": "documentdb",
    "version": "5.0",
    "instanceClass": "db.t4g.medium",
    "networkRef": {"name": "platform"},
}
ZONES = ["us-east-1a", "us-east-1b"]
NET = NetworkSpec.model_validate(
    {"cidr": "10.0.0.0/16", "zones": ZONES, "privateSubnets": ["10.0.10.0/24", "10.0.11.0/24"]}
)
FULL: dict[str, Any] = {
    **MINIMAL,
    "capacity": {"min": 0, "max": 4, "pauseAfter": "10m"},
    "instances": 2,
    "databaseName": "orders",
    "masterUsername": "chief",
    "port": 5433,
    "backup": {"retentionDays": 14, "window": "03:00-03:30"},
    "maintenanceWindow": "sun:04:00-sun:05:00",
    "deletionProtection": True,
    "performanceInsights": True,
    "parameters": {"max_connections": "100"},
    "allowFrom": [{"kind": "Database", "name": "reports"}, {"cidr": "10.0.1.0/24"}],
}

PEERS = {
    ("Network", "platform"): Peer(NETWORK, NET, "us-east-1"),
    ("Database", "reports"): Peer(OTHER, DatabaseSpec.model_validate(MINIMAL), "us-east-1"),
}


def context(spec: dict[str, Any], peers: dict[tuple[str, str], Peer] = PEERS) -> Context:
    return Context(IDENTITY, DatabaseSpec.model_validate(spec), "us-east-1", lambda kind, name: peers.get((kind, name)))


def composed(spec: dict[str, Any], peers: dict[tuple[str, str], Peer] = PEERS) -> Graph:
    return KIND.compose(context(spec, peers))


def declared(graph: Graph, type: str, name: str) -> dict[str, Any]:
    node = graph.node(Key(type, name))
    assert node is not None, f"{type}/{name}"
    return {field: shown(value) for field, value in node.resource.declared().items()}


def test_a_database_compiles_to_its_parts_in_order() -> None:
    assert [str(node.resource.key) for node in composed(FULL)] == [
        "AWS::RDS::DBSubnetGroup/subnets",
        "AWS::EC2::SecurityGroup/access",
        "AWS::EC2::SecurityGroupIngress/from-database-reports",
        "AWS::EC2::SecurityGroupIngress/from-10.0.1.0-24",
        "AWS::RDS::DBClusterParameterGroup/parameters-aurora-postgresql16",
        "AWS::RDS::DBCluster/cluster",
        "AWS::RDS::DBInstance/instance-1",
        "AWS::RDS::DBInstance/instance-2",
    ]
    assert [str(node.resource.key) for node in composed(MONGO)] == [
        "AWS::RDS::DBSubnetGroup/subnets",
        "AWS::EC2::SecurityGroup/access",
        "AWS::DocDB::DBClusterParameterGroup/parameters-docdb5.0",
        "AWS::DocDB::DBCluster/cluster",
        "AWS::DocDB::DBInstance/instance-1",
    ]
    made = {type(node.resource) for spec in (FULL, MONGO) for node in composed(spec)}
    assert made < set(KIND.types)


COMMON = {
    "cluster_id": NAME,
    "subnet_group": "${AWS::RDS::DBSubnetGroup/subnets.DBSubnetGroupName}",
    "security_groups": ["${AWS::EC2::SecurityGroup/access.GroupId}"],
    "managed_password": True,
    "encrypted": True,
    "copy_tags": True,
    "running": "available",
}


def test_an_aurora_cluster_declares_every_default_of_the_spec() -> None:
    assert declared(composed(FULL), "AWS::RDS::DBCluster", "cluster") == {
        **COMMON,
        "engine": "aurora-postgresql",
        "version": "16.11",
        "parameter_group": "${AWS::RDS::DBClusterParameterGroup/parameters-aurora-postgresql16"
        ".DBClusterParameterGroupName}",
        "master_username": "chief",
        "port": 5433,
        "retention_days": 14,
        "backup_window": "03:00-03:30",
        "maintenance_window": "sun:04:00-sun:05:00",
        "deletion_protection": True,
        "min_capacity": 0,
        "max_capacity": 4,
        "pause_seconds": 600,
        "database_name": "orders",
        "support": "open-source-rds-extended-support-disabled",
        "performance_insights": True,
        "insights_days": 7,
    }


def test_a_documentdb_cluster_declares_every_default_of_the_spec() -> None:
    assert declared(composed(MONGO), "AWS::DocDB::DBCluster", "cluster") == {
        **COMMON,
        "engine": "docdb",
        "version": "5.0.0",
        "parameter_group": "${AWS::DocDB::DBClusterParameterGroup/parameters-docdb5.0.DBClusterParameterGroupName}",
        "master_username": "dbadmin",
        "port": 27017,
        "retention_days": 7,
        "deletion_protection": False,
    }
    assert declared(composed(MONGO), "AWS::DocDB::DBInstance", "instance-1") == {
        "instance_id": f"{NAME}-1",
        "cluster": "${AWS::DocDB::DBCluster/cluster.DBClusterIdentifier}",
        "engine": "docdb",
        "instance_class": "db.t4g.medium",
        "promotion_tier": 0,
        "performance_insights": False,
    }


def test_instances_are_private_and_keep_a_version_that_is_named_in_full() -> None:
    assert declared(composed(FULL), "AWS::RDS::DBInstance", "instance-2") == {
        "instance_id": f"{NAME}-2",
        "cluster": "${AWS::RDS::DBCluster/cluster.DBClusterIdentifier}",
        "engine": "aurora-postgresql",
        "instance_class": "db.serverless",
        "promotion_tier": 1,
        "auto_minor_upgrade": False,
        "maintenance_window": "sun:04:00-sun:05:00",
        "performance_insights": True,
        "public": False,
    }
    loose = declared(composed({**MINIMAL, "version": "16"}), "AWS::RDS::DBInstance", "instance-1")
    assert loose["auto_minor_upgrade"] is True


def test_the_groups_stand_in_the_networks_private_subnets() -> None:
    graph = composed(FULL)
    assert declared(graph, "AWS::RDS::DBSubnetGroup", "subnets") == {
        "group_name": NAME,
        "description": "Private subnets of Database shop/orders",
        "subnets": [
            "${Network/shop/platform:AWS::EC2::Subnet/private-0.SubnetId}",
            "${Network/shop/platform:AWS::EC2::Subnet/private-1.SubnetId}",
        ],
    }
    assert declared(graph, "AWS::EC2::SecurityGroup", "access") == {
        "vpc": "${Network/shop/platform:AWS::EC2::VPC/vpc.VpcId}",
        "group_name": f"{NAME}-access",
        "description": "Who may connect to Database shop/orders",
    }
    assert declared(graph, "AWS::RDS::DBClusterParameterGroup", "parameters-aurora-postgresql16") == {
        "group_name": f"{NAME}-aurora-postgresql16",
        "family": "aurora-postgresql16",
        "description": "Settings of Database shop/orders",
        "parameters": {"max_connections": "100"},
    }


def test_each_peer_has_a_rule_of_its_own_at_the_port() -> None:
    graph = composed(FULL)
    rules = [node.resource for node in graph if node.resource.TYPE == "AWS::EC2::SecurityGroupIngress"]
    assert [
        {name: getattr(rule, name) for name in ("group", "protocol", "from_port", "to_port", "cidr", "peer")}
        for rule in rules
    ] == [
        {
            "group": Ref(Key("AWS::EC2::SecurityGroup", "access"), "GroupId"),
            "protocol": "tcp",
            "from_port": 5433,
            "to_port": 5433,
            "cidr": None,
            "peer": Ref(Key("AWS::EC2::SecurityGroup", "access"), "GroupId", owner=OTHER.owner),
        },
        {
            "group": Ref(Key("AWS::EC2::SecurityGroup", "access"), "GroupId"),
            "protocol": "tcp",
            "from_port": 5433,
            "to_port": 5433,
            "cidr": "10.0.1.0/24",
            "peer": None,
        },
    ]


@pytest.mark.parametrize("deleting", [True, False])
def test_a_peer_that_is_absent_or_going_is_waited_for_without_its_rule(deleting: bool) -> None:
    going = replace(PEERS["Database", "reports"], deleting=True)
    peers = {key: peer for key, peer in PEERS.items() if key[0] == "Network"}
    graph = composed(FULL, {**peers, ("Database", "reports"): going} if deleting else peers)
    state = "is being deleted" if deleting else "does not exist yet"
    assert graph.waits == [Wait("PeerMissing", f'Database "reports" in allowFrom {state}: its rule is left out.')]
    assert Key("AWS::EC2::SecurityGroupIngress", "from-database-reports") not in graph
    assert Key("AWS::EC2::SecurityGroupIngress", "from-10.0.1.0-24") in graph


def test_without_its_network_everything_stays_declared_and_no_subnet_group_can_be_made() -> None:
    graph = composed(FULL, {key: peer for key, peer in PEERS.items() if key[0] == "Database"})
    assert graph.waits == [Wait("NetworkNotFound", 'Network "platform" does not exist in namespace shop yet.')]
    assert {node.resource.key for node in graph} == {node.resource.key for node in composed(FULL)}
    assert declared(graph, "AWS::RDS::DBSubnetGroup", "subnets")["subnets"] == [
        "${Network/shop/platform:AWS::EC2::Subnet/private.SubnetId}"
    ]


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (Peer(NETWORK, NET, "eu-west-1"), "is in eu-west-1 and this Database in us-east-1"),
        (
            Peer(
                NETWORK,
                NetworkSpec.model_validate(
                    {"cidr": "10.0.0.0/16", "zones": ["us-east-1a"], "privateSubnets": ["10.0.10.0/24"]}
                ),
                "us-east-1",
            ),
            'needs two private subnets, in different zones, and Network "platform" has 1: add zones',
        ),
    ],
)
def test_a_network_that_cannot_hold_a_database_is_refused(network: Peer, words: str) -> None:
    graph = composed(MINIMAL, {("Network", "platform"): network})
    (problem,) = graph.problems
    assert isinstance(problem, Problem)
    assert (problem.reason, words in problem.message) == ("Invalid", True)


def test_a_restored_cluster_keeps_its_master_user_unless_one_is_named() -> None:
    restore = {"snapshotIdentifier": "old-final-12345678"}
    cluster = declared(composed({**MINIMAL, "restore": restore}), "AWS::RDS::DBCluster", "cluster")
    assert ("master_username" in cluster, cluster["snapshot"]) == (False, "old-final-12345678")
    past = {"sourceCluster": "old", "pointInTime": "latest"}
    cluster = declared(composed({**MINIMAL, "restore": past}), "AWS::RDS::DBCluster", "cluster")
    assert (cluster["source_cluster"], cluster["restore_time"]) == ("old", "latest")


def test_an_adopted_cluster_keeps_its_name_and_its_subnet_group() -> None:
    graph = composed({**MINIMAL, "adopt": {"name": "old-orders"}})
    assert [(str(node.resource.key), node.adopt) for node in graph] == [
        ("AWS::EC2::SecurityGroup/access", False),
        ("AWS::RDS::DBClusterParameterGroup/parameters-aurora-postgresql16", False),
        ("AWS::RDS::DBCluster/cluster", True),
        ("AWS::RDS::DBInstance/instance-1", True),
    ]
    cluster = declared(graph, "AWS::RDS::DBCluster", "cluster")
    assert (cluster["cluster_id"], "subnet_group" in cluster) == ("old-orders", False)


# ---- every field of the spec that decides something says so

LEAVES: list[tuple[str, dict[str, Any]]] = [
    ("/version", {"version": "17.5"}),
    ("/capacity/min", {"capacity": {"min": 0.5, "max": 4}}),
    ("/capacity/max", {"capacity": {"min": 0, "max": 8, "pauseAfter": "10m"}}),
    ("/capacity/pauseAfter", {"capacity": {"min": 0, "max": 4, "pauseAfter": "20m"}}),
    ("/instances", {"instances": 3}),
    ("/databaseName", {"databaseName": "other"}),
    ("/masterUsername", {"masterUsername": "other"}),
    ("/port", {"port": 5434}),
    ("/networkRef/name", {"networkRef": {"name": "second"}}),
    ("/backup/retentionDays", {"backup": {"retentionDays": 15, "window": "03:00-03:30"}}),
    ("/backup/window", {"backup": {"retentionDays": 14, "window": "02:00-02:30"}}),
    ("/maintenanceWindow", {"maintenanceWindow": "mon:04:00-mon:05:00"}),
    ("/deletionProtection", {"deletionProtection": False}),
    ("/performanceInsights", {"performanceInsights": False}),
    ("/parameters/max_connections", {"parameters": {"max_connections": "200"}}),
    ("/allowFrom/1/cidr", {"allowFrom": [{"kind": "Database", "name": "reports"}, {"cidr": "10.0.2.0/24"}]}),
]


def changed(before: Graph, after: Graph) -> set[tuple[str, str | None]]:
    """Each field that differs between two graphs, with the pointer that is said to decide it."""
    found: set[tuple[str, str | None]] = set()
    for key in {node.resource.key for node in (*before, *after)}:
        old, new = before.node(key), after.node(key)
        node = new or old
        assert node is not None
        if old is None or new is None:
            found.add((str(key), node.spec_path("")))
            continue
        mine, theirs = old.resource.declared(), new.resource.declared()
        fields = [name for name in {**mine, **theirs} if mine.get(name) != theirs.get(name)]
        found |= {(f"{key}.{name}", node.spec_path(name)) for name in fields}
    return found


@pytest.mark.parametrize(("pointer", "patch"), LEAVES)
def test_what_a_field_of_the_spec_decides_names_it(pointer: str, patch: dict[str, Any]) -> None:
    second = Identity("main", "Network", "shop", "second")
    peers = {**PEERS, ("Network", "second"): Peer(second, NET, "us-east-1")}
    differing = changed(composed(FULL, peers), composed({**FULL, **patch}, peers))
    assert differing
    assert [(field, at) for field, at in differing if at is None or not pointer.startswith(at)] == []


# ---- outputs

NOW = datetime(2026, 11, 20, tzinfo=UTC)
OWN_TAGS = [
    {"Key": "trueup.dev/owner", "Value": IDENTITY.owner},
    {"Key": "trueup.dev/resource", "Value": "access"},
]


def observed(docs: dict[type[Resource], dict[str, Any]]) -> Observed:
    inventory = Inventory()
    for kind, doc in docs.items():
        inventory.load(kind, [doc], NOW)
    return Observed(composed(MINIMAL), Surroundings(inventory, {Pseudo.ACCOUNT: "123456789012"}, KIND.types))


def test_outputs_say_where_it_listens_and_never_a_password() -> None:
    cluster = {
        "DBClusterIdentifier": NAME,
        "DBClusterArn": f"arn:aws:rds:us-east-1:123456789012:cluster:{NAME}",
        "Engine": "aurora-postgresql",
        "EngineVersion": "16.11",
        "Status": "available",
        "Endpoint": "orders.cluster-abc.us-east-1.rds.amazonaws.com",
        "ReaderEndpoint": "orders.cluster-ro-abc.us-east-1.rds.amazonaws.com",
        "Port": 5432,
        "MasterUsername": "dbadmin",
        "MasterUserSecret": {"SecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!cluster-1"},
        "DBClusterMembers": [{"DBInstanceIdentifier": f"{NAME}-1", "DBClusterParameterGroupStatus": "pending-reboot"}],
    }
    group = {"GroupId": "sg-1", "GroupName": f"{NAME}-access", "VpcId": "vpc-1", "Tags": OWN_TAGS}
    assert dict(KIND.outputs(context(MINIMAL), observed({}))) == {}
    assert dict(KIND.outputs(context(MINIMAL), observed({DBCluster: cluster, SecurityGroup: group}))) == {
        "endpoint": "orders.cluster-abc.us-east-1.rds.amazonaws.com",
        "readerEndpoint": "orders.cluster-ro-abc.us-east-1.rds.amazonaws.com",
        "port": 5432,
        "masterUsername": "dbadmin",
        "masterSecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!cluster-1",
        "clusterArn": f"arn:aws:rds:us-east-1:123456789012:cluster:{NAME}",
        "engineVersion": "16.11",
        "pendingReboot": [f"{NAME}-1"],
        "securityGroupId": "sg-1",
    }


def test_a_database_names_its_peers_and_its_window() -> None:
    spec = DatabaseSpec.model_validate(FULL)
    assert KIND.peers(spec) == (("Network", "platform"), ("Database", "reports"))
    assert KIND.window(spec) == "sun:04:00-sun:05:00"
