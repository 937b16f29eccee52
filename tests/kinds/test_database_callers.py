"""Which services a Database lets in, and what it says of those that it cannot."""

from __future__ import annotations

from typing import Any

from trueup.core.graph import Graph, Wait
from trueup.core.naming import Identity
from trueup.core.values import Key, shown
from trueup.kinds.apprunnerservice.spec import AppRunnerServiceSpec
from trueup.kinds.common.kind import Context, Peer
from trueup.kinds.database import KIND
from trueup.kinds.database.spec import DatabaseSpec
from trueup.kinds.network.spec import NetworkSpec

IDENTITY = Identity("main", "Database", "shop", "orders")
NETWORK = NetworkSpec.model_validate(
    {
        "cidr": "10.0.0.0/16",
        "zones": ["us-east-1a", "us-east-1b"],
        "privateSubnets": ["10.0.10.0/24", "10.0.11.0/24"],
    }
)
DATABASE = DatabaseSpec.model_validate(
    {
        "engine": "aurora-postgresql",
        "version": "16.11",
        "capacity": {"min": 0.5, "max": 1},
        "networkRef": {"name": "platform"},
        "allowFrom": [{"kind": "AppRunnerService", "name": "api"}],
    }
)
RULE = Key("AWS::EC2::SecurityGroupIngress", "from-apprunnerservice-api")


def letting_in(**service: Any) -> Graph:
    """The graph of the database where the service that it lets in is so declared."""
    source = {"image": {"repository": "api", "tag": "v1"}}
    specs = {
        ("Network", "platform"): NETWORK,
        ("AppRunnerService", "api"): AppRunnerServiceSpec.model_validate({"source": source, **service}),
    }
    peers = {at: Peer(Identity("main", at[0], "shop", at[1]), spec, "us-east-1") for at, spec in specs.items()}
    return KIND.compose(Context(IDENTITY, DATABASE, "us-east-1", lambda kind, name: peers.get((kind, name))))


def test_a_service_is_let_in_by_its_egress_group() -> None:
    graph = letting_in(networkRef={"name": "platform"})
    node = graph.node(RULE)
    assert node is not None
    peer = node.resource.declared()["peer"]
    assert shown(peer) == "${AppRunnerService/shop/api:AWS::EC2::SecurityGroup/egress.GroupId}"
    assert graph.waits == []


def test_a_service_without_a_network_is_named_with_the_field_that_it_lacks_and_its_rule_left_out() -> None:
    graph = letting_in()
    sentence = (
        'AppRunnerService "api" in allowFrom has no networkRef, and so no security group to let in: set networkRef of '
        'AppRunnerService "api" to Network "platform". Until then its rule is left out.'
    )
    assert (graph.waits, RULE in graph) == ([Wait("PeerMissing", sentence)], False)
