"""Lists are read once for all, kept when a read fails, and never mistaken for absence."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import boto3
import pytest

from tests.aws.conftest import HERE
from tests.aws.declared import Cluster, ClusterWithoutOne, Route, Spending, Vpc, VpcSettings
from trueup.aws.limits import Limits
from trueup.aws.observation import Observer
from trueup.aws.sessions import Sessions
from trueup.core.faults import Consequence, ObservationFailed
from trueup.core.values import Place

MINUTE = timedelta(minutes=1)
ANEW = timedelta(0)


def make_vpcs(ec2, count: int, owner: str = "trueup/Network/team/a") -> list[str]:
    made = []
    for number in range(count):
        tags = [{"Key": "trueup.dev/owner", "Value": owner}, {"Key": "trueup.dev/resource", "Value": f"v{number}"}]
        answer = ec2.create_vpc(
            CidrBlock=f"10.{number}.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}]
        )
        made.append(answer["Vpc"]["VpcId"])
    return made


def ids(observer: Observer, kind, place: Place = HERE) -> list[str]:
    with observer.reading(place) as inventory:
        return sorted(item.id for item in inventory.all(kind))


def test_one_paginated_list_serves_every_type_made_of_it(ec2, observer: Observer) -> None:
    made = make_vpcs(ec2, 7)
    inventory = observer.observe(HERE, [Vpc, VpcSettings, Vpc], MINUTE)
    assert observer.meter.counts() == {"ec2.DescribeVpcs": 1}
    assert [item.id for item in inventory.owned(Vpc, "trueup/Network/team/a")] == sorted(made)
    assert ids(observer, VpcSettings) == sorted(made)


def test_a_list_is_read_again_only_when_it_is_too_old(ec2, observer: Observer, clock) -> None:
    observer.observe(HERE, [Vpc], MINUTE)
    for _ in range(50):
        observer.observe(HERE, [Vpc], MINUTE)
    clock.forward(60)
    observer.observe(HERE, [Vpc], MINUTE)
    assert observer.meter.total() == 1
    clock.forward(1)
    observer.observe(HERE, [Vpc], MINUTE)
    assert observer.meter.total() == 2
    assert observer.read_at(HERE, Vpc) == clock.now


def test_what_vanished_from_the_list_is_dropped(ec2, observer: Observer) -> None:
    first, second = make_vpcs(ec2, 2)
    observer.observe(HERE, [Vpc], ANEW)
    ec2.delete_vpc(VpcId=first)
    inventory = observer.observe(HERE, [Vpc], ANEW)
    assert ids(observer, Vpc) == [second]
    assert inventory.with_id(Vpc, first) is None
    assert [item.id for item in inventory.owned(Vpc, "trueup/Network/team/a")] == [second]


def test_members_of_one_document_come_and_go_with_it(ec2, observer: Observer) -> None:
    (vpc,) = make_vpcs(ec2, 1)
    table = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"][0]["RouteTableId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    observer.observe(HERE, [Route], ANEW)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    inventory = observer.reread(HERE, Route, table)
    assert [item.identity for item in inventory.parts(Route, table)] == [(table, "0.0.0.0/0"), (table, "10.0.0.0/16")]
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    inventory = observer.reread(HERE, Route, table)
    assert [item.identity for item in inventory.parts(Route, table)] == [(table, "10.0.0.0/16")]


def test_concurrent_callers_wait_for_the_same_read(ec2, clock) -> None:
    make_vpcs(ec2, 3)
    observer = Observer(Sessions(clock=clock), clock, limits=Limits.unlimited())
    start = Barrier(8)

    def look(_: int) -> int:
        start.wait()
        return len(ids_of(observer.observe(HERE, [Vpc, VpcSettings, Route], MINUTE), Vpc))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(look, range(8))) == [3] * 8
    assert observer.meter.counts() == {"ec2.DescribeVpcs": 1, "ec2.DescribeRouteTables": 1}
    observer.close()


def ids_of(inventory, kind) -> list[str]:
    return [item.id for item in inventory.all(kind)]


def test_readers_never_see_half_a_list(ec2, clock) -> None:
    make_vpcs(ec2, 4)
    observer = Observer(Sessions(clock=clock), clock, limits=Limits.unlimited())
    observer.observe(HERE, [Vpc], ANEW)
    counts: set[int] = set()

    def write(_: int) -> None:
        observer.observe(HERE, [Vpc], ANEW)

    def read(_: int) -> None:
        for _ in range(200):
            with observer.reading(HERE) as inventory:
                counts.add(len(inventory.owned(Vpc, "trueup/Network/team/a")))

    with ThreadPoolExecutor(6) as pool:
        futures = [pool.submit(job, number) for number in range(3) for job in (write, read)]
        for future in futures:
            future.result()
    assert counts == {4}
    observer.close()


def cluster(name: str) -> dict[str, object]:
    return {"DBClusterIdentifier": name, "Status": "available"}


def test_a_failed_page_leaves_the_old_snapshot_and_its_age(scripted, clock) -> None:
    stub = scripted.stub("rds")
    first = {"MaxRecords": 100}
    stub.add_response("describe_db_clusters", {"DBClusters": [cluster("a")], "Marker": "m"}, first)
    stub.add_response("describe_db_clusters", {"DBClusters": [cluster("b")]}, {**first, "Marker": "m"})
    scripted.observer.observe(HERE, [Cluster], MINUTE)
    read_at = clock.now
    assert scripted.observer.meter.counts() == {"rds.DescribeDBClusters": 2}
    clock.forward(90)
    stub.add_response("describe_db_clusters", {"DBClusters": [cluster("a")], "Marker": "m"}, first)
    stub.add_client_error("describe_db_clusters", "AccessDenied", "no", 403)
    with pytest.raises(ObservationFailed) as failure:
        scripted.observer.observe(HERE, [Cluster], MINUTE)
    assert failure.value.fault.consequence is Consequence.DENIED
    assert ids(scripted.observer, Cluster) == ["a", "b"]
    assert scripted.observer.read_at(HERE, Cluster) == read_at


def test_a_list_that_just_failed_is_not_asked_for_by_every_object(scripted, clock) -> None:
    stub = scripted.stub("rds")
    stub.add_client_error("describe_db_clusters", "AccessDenied", "no", 403)
    for _ in range(5):
        with pytest.raises(ObservationFailed):
            scripted.observer.observe(HERE, [Cluster], MINUTE)
    clock.forward(2)
    stub.add_response("describe_db_clusters", {"DBClusters": [cluster("a")]})
    scripted.observer.observe(HERE, [Cluster], MINUTE)
    assert ids(scripted.observer, Cluster) == ["a"]


def test_one_failing_list_does_not_hide_the_others(scripted) -> None:
    scripted.stub("rds").add_client_error("describe_db_clusters", "AccessDenied", "no", 403)
    scripted.stub("ec2").add_response("describe_vpcs", {"Vpcs": [{"VpcId": "vpc-1"}]})
    with pytest.raises(ObservationFailed):
        scripted.observer.observe(HERE, [Vpc, Cluster], MINUTE)
    assert ids(scripted.observer, Vpc) == ["vpc-1"]


@pytest.mark.parametrize(
    ("code", "status", "stays"),
    [
        ("DBClusterNotFoundFault", 404, []),
        ("404", 404, ["a"]),
        ("", 404, ["a"]),
        ("ServiceUnavailable", 503, ["a"]),
        ("AccessDenied", 403, ["a"]),
    ],
)
def test_only_awss_own_code_says_that_something_is_gone(scripted, code: str, status: int, stays: list[str]) -> None:
    stub = scripted.stub("rds")
    stub.add_response("describe_db_clusters", {"DBClusters": [cluster("a")]})
    scripted.observer.observe(HERE, [Cluster], MINUTE)
    stub.add_client_error("describe_db_clusters", code, "", status, expected_params={"DBClusterIdentifier": "a"})
    if stays:
        with pytest.raises(ObservationFailed):
            scripted.observer.reread(HERE, Cluster, "a")
    else:
        scripted.observer.reread(HERE, Cluster, "a")
    assert ids(scripted.observer, Cluster) == stays


def test_a_reread_reads_one_document_for_all_types_made_of_it(ec2, observer: Observer) -> None:
    first, _ = make_vpcs(ec2, 2)
    observer.observe(HERE, [Vpc, VpcSettings], MINUTE)
    ec2.create_tags(Resources=[first], Tags=[{"Key": "colour", "Value": "red"}])
    observer.reread(HERE, Vpc, first)
    with observer.reading(HERE) as inventory:
        colours = [
            item.tags.get("colour") for kind in (Vpc, VpcSettings) for item in inventory.all(kind) if item.id == first
        ]
    assert colours == ["red", "red"]
    assert observer.meter.counts() == {"ec2.DescribeVpcs": 2}


def test_a_reread_without_a_way_to_read_one_reads_the_whole_list(scripted) -> None:
    stub = scripted.stub("rds")
    stub.add_response("describe_db_clusters", {"DBClusters": [cluster("a")]})
    scripted.observer.observe(HERE, [ClusterWithoutOne], MINUTE)
    stub.add_response("describe_db_clusters", {"DBClusters": [cluster("a"), cluster("b")]}, {})
    scripted.observer.reread(HERE, ClusterWithoutOne, "b")
    assert ids(scripted.observer, ClusterWithoutOne) == ["a", "b"]


def test_a_name_is_found_however_it_is_spelled(scripted) -> None:
    stub = scripted.stub("rds")
    stub.add_response("describe_db_clusters", {"DBClusters": [cluster("mine")]})
    scripted.observer.observe(HERE, [Cluster], MINUTE)
    stub.add_response("describe_db_clusters", {"DBClusters": [{**cluster("mine"), "Port": 5}, cluster("other")]})
    inventory = scripted.observer.reread(HERE, Cluster, "Mine")
    assert [item.doc.get("Port") for item in inventory.all(Cluster)] == [5]
    stub.add_client_error("describe_db_clusters", "DBClusterNotFoundFault", "", 404)
    scripted.observer.reread(HERE, Cluster, "Mine")
    assert ids(scripted.observer, Cluster) == []


def test_what_we_just_made_stands_in_until_aws_lists_it(scripted, clock) -> None:
    stub = scripted.stub("ec2")
    stub.add_response("describe_vpcs", {"Vpcs": []})
    scripted.observer.observe(HERE, [Vpc], MINUTE)
    stub.add_client_error("describe_vpcs", "InvalidVpcID.NotFound", "", 400)
    scripted.observer.reread(HERE, Vpc, "vpc-1", {"VpcId": "vpc-1", "State": "pending"})
    assert ids(scripted.observer, Vpc) == ["vpc-1"]
    clock.forward(29)
    stub.add_response("describe_vpcs", {"Vpcs": []})
    scripted.observer.observe(HERE, [Vpc], ANEW)
    assert ids(scripted.observer, Vpc) == ["vpc-1"]
    clock.forward(1)
    stub.add_response("describe_vpcs", {"Vpcs": []})
    scripted.observer.observe(HERE, [Vpc], ANEW)
    assert ids(scripted.observer, Vpc) == []


def test_a_delete_of_ours_ends_the_standing_in(scripted) -> None:
    stub = scripted.stub("ec2")
    stub.add_response("describe_vpcs", {"Vpcs": [{"VpcId": "vpc-1"}]})
    scripted.observer.reread(HERE, Vpc, "vpc-1", {"VpcId": "vpc-1"})
    stub.add_response("describe_vpcs", {"Vpcs": []}, {"VpcIds": ["vpc-1"]})
    scripted.observer.reread(HERE, Vpc, "vpc-1")
    assert ids(scripted.observer, Vpc) == []


def test_a_global_type_is_read_in_its_own_region_for_every_place(aws, observer: Observer) -> None:
    budgets = boto3.client("budgets", region_name="us-east-1")
    limit = {"Amount": "10", "Unit": "USD"}
    budgets.create_budget(
        AccountId="123456789012",
        Budget={"BudgetName": "team", "BudgetLimit": limit, "TimeUnit": "MONTHLY", "BudgetType": "COST"},
    )
    for region in ("eu-central-1", "eu-west-1"):
        observer.observe(Place(region), [Spending], MINUTE)
        assert ids(observer, Spending, Place(region)) == ["team"]
    assert observer.meter.counts() == {"budgets.DescribeBudgets": 1}


def test_roles_and_regions_are_places_of_their_own(ec2, observer: Observer) -> None:
    make_vpcs(ec2, 1)
    other = Place(HERE.region, "arn:aws:iam::210987654321:role/team")
    observer.observe(HERE, [Vpc], MINUTE)
    inventory = observer.observe(other, [Vpc], MINUTE)
    assert observer.meter.total() == 2
    assert [item.owner for item in inventory.all(Vpc)] == [None]  # only moto's default network


def test_forgetting_reads_everything_anew(ec2, observer: Observer) -> None:
    make_vpcs(ec2, 1)
    observer.observe(HERE, [Vpc], MINUTE)
    observer.forget()
    assert ids(observer, Vpc) == []
    observer.observe(HERE, [Vpc], MINUTE)
    assert (len(ids(observer, Vpc)), observer.meter.total()) == (1, 2)


def test_our_writes_are_remembered_in_every_place_that_shows_the_resource(ec2, observer: Observer, clock) -> None:
    (vpc,) = make_vpcs(ec2, 1)
    observer.observe(HERE, [Vpc], MINUTE)
    observer.wrote(HERE, Vpc, vpc, clock.now)
    with observer.reading(HERE) as inventory:
        assert inventory.written(Vpc, vpc) == clock.now


def test_whoever_was_held_up_asks_for_no_newer_list(ec2, observer: Observer, clock) -> None:
    began = clock.now
    clock.forward(1)
    observer.observe(HERE, [Vpc], ANEW)
    clock.forward(30)
    observer.observe(HERE, [Vpc], timedelta(seconds=10), began + timedelta(seconds=10))
    assert observer.meter.total() == 1
    observer.observe(HERE, [Vpc], timedelta(seconds=10))
    assert observer.meter.total() == 2
