"""What a deletion takes away, what it leaves, and who finds it again."""

import json

import pytest

from tests.e2e.aws import cluster, clusters, settled, snapshots
from tests.e2e.space import DATABASE, Address, Space, tags
from tests.e2e.stage import until

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]


def vpcs(space: Space) -> list[str]:
    found = space.stage.aws("ec2").describe_vpcs()["Vpcs"]
    return [v["VpcId"] for v in found if f"/{space.name}/" in tags(v.get("Tags", [])).get("trueup.dev/owner", "")]


def test_the_default_leaves_a_final_snapshot_of_the_contracts_name(space: Space) -> None:
    data = space.database_on_network()
    found = cluster(data)
    name, resource = found["DBClusterIdentifier"], found["DbClusterResourceId"]
    data.delete()
    data.gone()
    assert clusters(space) == []
    [left] = [s for s in snapshots(name, space) if s["SnapshotType"] == "manual"]
    prefix, _, suffix = left["DBClusterSnapshotIdentifier"].rpartition("-final-")
    assert prefix == name
    assert len(suffix) == 8
    assert suffix in resource.lower()


def test_the_network_waits_for_its_database(space: Space) -> None:
    data = space.database_on_network()
    network = Address(space, "Network", "main")
    network.delete()
    thing = network.until(lambda found: "in use by Database data" in str(found["status"]))
    assert thing["status"]["summary"] == "Deleting"
    assert cluster(data)["Status"] == "available"
    data.delete()
    network.gone()
    assert vpcs(space) == []


def test_delete_leaves_nothing(space: Space) -> None:
    data = space.database_on_network(deletionPolicy="Delete")
    name = cluster(data)["DBClusterIdentifier"]
    data.delete()
    data.gone()
    assert (clusters(space), snapshots(name, space)) == ([], [])


def test_retain_keeps_the_cluster_and_its_network_and_both_are_found_again(space: Space) -> None:
    data = space.database_on_network(deletionPolicy="Retain")
    network = Address(space, "Network", "main")
    before, resource, vpc = vpcs(space), cluster(data)["DbClusterResourceId"], network.status["resources"][0]["id"]
    mark = space.stage.mark()
    data.delete()
    data.gone()
    [event] = until(lambda: data.events("Retained"), "no Event lists what stays")
    assert f"AWS::RDS::DBCluster/cluster ({clusters(space)[0]})" in event["message"]
    network.delete()
    network.gone()
    until(lambda: network.events("Retained"), "no Event lists what stays")
    assert any(vpc in event["message"] for event in network.events("Retained"))
    assert (vpcs(space), len(clusters(space))) == (before, 1)
    again = space.database_on_network(deletionPolicy="Retain")
    assert cluster(again)["DbClusterResourceId"] == resource
    assert space.stage.aws("ec2").describe_vpcs(VpcIds=[vpc])["Vpcs"]
    assert vpcs(space) == before
    assert [w for w in space.writes(mark) if "Create" in w] == []


def test_protection_is_honoured_before_the_first_delete_call(space: Space) -> None:
    data = space.database_on_network(deletionProtection=True)
    mark = space.stage.mark()
    data.delete()
    message = data.reason("Stalled", "True", "DeletionProtected")["message"]
    assert "deletionProtection" in message
    data.looked()
    assert [w for w in space.writes(mark) if "Delete" in w] == []
    assert len(cluster(data)["DBClusterMembers"]) == 1
    data.patch(deletionProtection=False)
    data.gone()
    assert clusters(space) == []


def test_deleting_a_namespace_deletes_no_data_by_default(space: Space) -> None:
    data = space.database_on_network()
    name = cluster(data)["DBClusterIdentifier"]
    space.stage.kubectl("delete", "namespace", space.name, "--wait=false")
    until(lambda: space.raw(f"/api/v1/namespaces/{space.name}") is None, "the namespace is still there")
    assert [s["SnapshotType"] for s in snapshots(name, space)] == ["manual"]
    assert (clusters(space), vpcs(space)) == ([], [])
    space.stage.kubectl("create", "namespace", space.name)


def test_a_group_of_another_object_is_never_deleted(space: Space) -> None:
    network = settled(space.network())
    vpc = vpcs(space)[0]
    ec2 = space.stage.aws("ec2")
    foreign = ec2.create_security_group(GroupName="foreign", Description="x", VpcId=vpc)["GroupId"]
    network.delete()
    thing = network.until(
        lambda found: foreign in json.dumps(found["status"]) or "InUse" in json.dumps(found["status"])
    )
    assert thing["status"]["summary"] == "Deleting"
    assert ec2.describe_security_groups(GroupIds=[foreign])["SecurityGroups"]
    ec2.delete_security_group(GroupId=foreign)
    network.annotate(reconcile="gone-now")
    network.gone()
    assert vpcs(space) == []


def test_a_missing_network_is_a_wait_and_not_an_error(space: Space) -> None:
    data = space.apply("Database", "data", DATABASE)
    message = data.reason("Ready", "False", "NetworkNotFound")["message"]
    assert message == f'Network "main" does not exist in namespace {space.name} yet.'
    assert data.status["summary"] == "Waiting"
    assert data.condition("Stalled")["status"] == "False"
    space.network()
    data.done()
