"""What holds when several looks see the same world, and when the same thing is lost again and again."""

import copy
from typing import Any

from tests.house import House, Journal

NETWORK = {
    "kind": "Network",
    "metadata": {"name": "main"},
    "spec": {
        "cidr": "10.0.0.0/16",
        "zones": ["us-east-1a", "us-east-1b"],
        "privateSubnets": ["10.0.10.0/24", "10.0.11.0/24"],
        "nat": "None",
        "endpoints": ["s3"],
    },
}
BUDGET = {
    "kind": "Budget",
    "metadata": {"name": "platform"},
    "spec": {"monthlyLimitUSD": 100, "gate": {"percent": 120, "block": "NonCritical"}},
}


def database(name: str) -> dict[str, Any]:
    spec = {
        "criticality": "NonCritical",
        "engine": "aurora-postgresql",
        "version": "16.11",
        "capacity": {"min": 1, "max": 1},
        "networkRef": {"name": "main"},
    }
    return {"kind": "Database", "metadata": {"name": name}, "spec": spec}


def test_two_objects_that_come_at_once_do_not_pass_a_gate_together() -> None:
    house = House()
    house.apply(NETWORK, BUDGET)
    house.settle()
    house.clock.advance(61)
    house.apply(database("a"), database("b"))
    seen = copy.copy(house.cluster)
    seen.objects = dict(house.cluster.objects)
    addresses = [("Database", "default", name) for name in ("a", "b")]
    for address in addresses:
        journal = Journal(house.cluster, address, house.clock, lambda: True)
        house.engine.look(seen.objects[address], seen, journal)
    house.settle()
    made = [c["DBClusterIdentifier"] for c in house.client("rds").describe_db_clusters()["DBClusters"]]
    assert len(made) == 1
    assert [house.status(address)["summary"] for address in addresses] == ["Ready", "Gated"]


def test_what_is_deleted_again_and_again_is_left_to_a_person() -> None:
    house = House()
    house.apply(NETWORK)
    house.settle()
    address, ec2 = ("Network", "default", "main"), house.client("ec2")
    made = 0
    for _ in range(8):
        house.clock.advance(61)
        alive = [e for e in ec2.describe_vpc_endpoints()["VpcEndpoints"] if e["State"] == "available"]
        made += len(alive)
        ec2.delete_vpc_endpoints(VpcEndpointIds=[e["VpcEndpointId"] for e in alive]) if alive else None
        house.sweep()
    stalled = house.condition(address, "Stalled")
    assert (stalled["status"], stalled["reason"], made) == ("True", "Fighting", 4)
    assert "AWS::EC2::VPCEndpoint/s3" in stalled["message"]
