"""Deep reads are made on cause: never made, list moved, own write, asked for, age; and only for those asked for."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from tests.aws.conftest import HERE
from tests.aws.declared import BucketCors, BucketPolicy, Spending, Vpc, VpcSettings
from trueup.aws.observation import Observer
from trueup.aws.sessions import Sessions
from trueup.core.faults import Consequence, ObservationFailed
from trueup.core.inventory import Item

HOUR = timedelta(hours=1)
ANEW = timedelta(0)
DEEP = "ec2.DescribeVpcAttribute"


@pytest.fixture
def vpcs(ec2) -> list[str]:
    return [ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"] for number in range(3)]


def item(observer: Observer, vpc: str) -> Item:
    with observer.reading(HERE) as inventory:
        found = inventory.with_id(VpcSettings, vpc)
    assert found is not None
    return found


def look(observer: Observer, vpc: str, max_age: timedelta = HOUR, *, refresh: bool = False) -> int:
    """A look at one network, as a sweep makes it; how many deep reads it took."""
    before = observer.meter.counts().get(DEEP, 0)
    observer.observe(HERE, [VpcSettings], max_age)
    observer.deepen(HERE, VpcSettings, [item(observer, vpc)], refresh=refresh)
    return observer.meter.counts().get(DEEP, 0) - before


def test_only_what_was_asked_for_is_read_deep(vpcs, observer: Observer) -> None:
    observer.observe(HERE, [VpcSettings], ANEW)
    assert [item(observer, vpc).deep for vpc in vpcs] == [False, False, False]
    assert look(observer, vpcs[0]) == 2
    assert [item(observer, vpc).deep for vpc in vpcs] == [True, False, False]
    assert {name: item(observer, vpcs[0]).doc[name] for name in ("DnsSupport", "DnsHostnames")} == {
        "DnsSupport": True,
        "DnsHostnames": False,
    }


def test_nothing_is_read_twice_without_cause(vpcs, observer: Observer, clock) -> None:
    assert [look(observer, vpc) for vpc in vpcs] == [2, 2, 2]
    for _ in range(3):
        clock.forward(60)
        assert [look(observer, vpc, ANEW) for vpc in vpcs] == [0, 0, 0]


def test_a_moved_list_is_a_cause(ec2, vpcs, observer: Observer) -> None:
    look(observer, vpcs[0])
    ec2.create_tags(Resources=[vpcs[0]], Tags=[{"Key": "colour", "Value": "red"}])
    observer.observe(HERE, [VpcSettings], ANEW)
    assert item(observer, vpcs[0]).deep is False
    assert look(observer, vpcs[0]) == 2
    assert item(observer, vpcs[0]).deep is True


def test_our_own_write_is_a_cause_at_once_and_again_when_it_has_settled(ec2, vpcs, observer: Observer, clock) -> None:
    look(observer, vpcs[0])
    clock.forward(5)
    ec2.modify_vpc_attribute(VpcId=vpcs[0], EnableDnsHostnames={"Value": True})
    observer.wrote(HERE, VpcSettings, vpcs[0], clock.now)
    assert item(observer, vpcs[0]).deep is False
    observer.reread(HERE, VpcSettings, vpcs[0])
    assert (item(observer, vpcs[0]).deep, item(observer, vpcs[0]).doc["DnsHostnames"]) == (True, True)
    clock.forward(20)
    assert look(observer, vpcs[0], ANEW) == 0
    clock.forward(10)
    assert look(observer, vpcs[0], ANEW) == 2
    assert look(observer, vpcs[0], ANEW) == 0


def test_a_reread_refreshes_what_was_read_deep_before_and_nothing_else(ec2, vpcs, observer: Observer) -> None:
    look(observer, vpcs[0])
    ec2.modify_vpc_attribute(VpcId=vpcs[0], EnableDnsSupport={"Value": False})
    for vpc in vpcs[:2]:
        observer.reread(HERE, VpcSettings, vpc)
    assert item(observer, vpcs[0]).doc["DnsSupport"] is False
    assert observer.meter.counts()[DEEP] == 4


def test_concurrent_callers_wait_for_the_same_deep_read(vpcs, observer: Observer) -> None:
    items = list(observer.observe(HERE, [VpcSettings], ANEW).all(VpcSettings))
    start = Barrier(6)

    def deepen(_: int) -> None:
        start.wait()
        observer.deepen(HERE, VpcSettings, items)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(deepen, range(6)))
    assert observer.meter.counts()[DEEP] == 6  # three networks, two settings each


def test_asking_is_a_cause(vpcs, observer: Observer) -> None:
    assert [look(observer, vpcs[0]), look(observer, vpcs[0], refresh=True)] == [2, 2]


def test_age_is_a_cause_by_the_reads_own_clock(vpcs, observer: Observer, clock) -> None:
    look(observer, vpcs[0])
    clock.forward(61)
    look(observer, vpcs[0])  # the sweep in which it is asked for again
    clock.forward(239)
    assert look(observer, vpcs[0]) == 1  # the setting of five minutes
    clock.forward(1500)
    assert look(observer, vpcs[0]) == 2


def test_a_type_without_deep_reads_is_deep_and_costs_nothing(vpcs, observer: Observer) -> None:
    inventory = observer.observe(HERE, [Vpc], ANEW)
    observer.deepen(HERE, Vpc, inventory.all(Vpc))
    assert observer.meter.counts() == {"ec2.DescribeVpcs": 1}
    assert {found.deep for found in inventory.all(Vpc)} == {True}


def test_a_failed_deep_read_is_raised_and_leaves_what_was_known(scripted) -> None:
    stub = scripted.stub("ec2")
    stub.add_response("describe_vpcs", {"Vpcs": [{"VpcId": "vpc-1"}]})
    on = {"VpcId": "vpc-1", "EnableDnsSupport": {"Value": True}}
    stub.add_response("describe_vpc_attribute", on)
    stub.add_client_error("describe_vpc_attribute", "UnauthorizedOperation", "no", 403)
    inventory = scripted.observer.observe(HERE, [VpcSettings], HOUR)
    with pytest.raises(ObservationFailed) as failure:
        scripted.observer.deepen(HERE, VpcSettings, inventory.all(VpcSettings))
    assert failure.value.fault.consequence is Consequence.DENIED
    known = item(scripted.observer, "vpc-1")
    assert (known.deep, known.doc["DnsSupport"]) == (False, True)


def test_what_is_gone_meanwhile_is_just_not_deep(scripted) -> None:
    stub = scripted.stub("ec2")
    stub.add_response("describe_vpcs", {"Vpcs": [{"VpcId": "vpc-1"}]})
    stub.add_client_error("describe_vpc_attribute", "InvalidVpcID.NotFound", "", 400)
    inventory = scripted.observer.observe(HERE, [VpcSettings], HOUR)
    scripted.observer.deepen(HERE, VpcSettings, inventory.all(VpcSettings))
    assert item(scripted.observer, "vpc-1").deep is False


NOTIFICATIONS = [
    {"NotificationType": kind, "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0}
    for kind in ("ACTUAL", "FORECASTED")
]


def subscriber(address: str) -> dict[str, str]:
    return {"SubscriptionType": "EMAIL", "Address": address}


def test_a_read_per_member_of_an_earlier_read(scripted) -> None:
    place = replace(HERE, region="us-east-1")
    identity = {"Account": "123456789012", "UserId": "u", "Arn": "arn:aws-cn:iam::123456789012:user/u"}
    scripted.stub("sts", place).add_response("get_caller_identity", identity)
    stub = scripted.stub("budgets", place)
    account = {"AccountId": "123456789012"}
    budget = {"BudgetName": "team", "TimeUnit": "MONTHLY", "BudgetType": "COST"}
    stub.add_response("describe_budgets", {"Budgets": [budget]}, account)
    named = {**account, "BudgetName": "team"}
    stub.add_response("describe_notifications_for_budget", {"Notifications": NOTIFICATIONS}, named)
    for notification, address in zip(NOTIFICATIONS, ("a@x.example", "b@x.example"), strict=True):
        stub.add_response(
            "describe_subscribers_for_notification",
            {"Subscribers": [subscriber(address)]},
            {**named, "Notification": notification},
        )
    arn = {"ResourceARN": "arn:aws-cn:budgets::123456789012:budget/team"}
    tags = [{"Key": "a", "Value": "b"}]
    stub.add_response("list_tags_for_resource", {"ResourceTags": tags}, arn)
    inventory = scripted.observer.observe(HERE, [Spending], HOUR)
    scripted.observer.deepen(HERE, Spending, inventory.all(Spending))
    (found,) = inventory.all(Spending)
    assert found.doc == {
        **budget,
        "Notifications": [
            {**NOTIFICATIONS[0], "Subscribers": [subscriber("a@x.example")]},
            {**NOTIFICATIONS[1], "Subscribers": [subscriber("b@x.example")]},
        ],
        "ResourceTags": tags,
    }


def test_what_there_is_none_of_is_known_by_the_code_that_says_so(aws: None, observer: Observer) -> None:
    s3: Any = Sessions().client("s3", HERE)
    s3.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": HERE.region})
    found = []
    for kind in (BucketPolicy, BucketCors):
        observer.observe(HERE, [kind], ANEW)
        with observer.reading(HERE) as inventory:
            (before,) = inventory.all(kind)
        observer.deepen(HERE, kind, [before])
        with observer.reading(HERE) as inventory:
            (after,) = inventory.all(kind)
        found.append((after.deep, {name: after.doc[name] for name in ("Policy", "CORSRules") if name in after.doc}))
    assert found == [(True, {"Policy": None}), (False, {})]


def test_a_write_makes_stale_what_its_own_type_reads(aws: None, observer: Observer, clock) -> None:
    s3: Any = Sessions().client("s3", HERE)
    s3.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": HERE.region})
    s3.put_bucket_cors(
        Bucket="files", CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
    )
    observer.observe(HERE, [BucketPolicy, BucketCors], ANEW)
    with observer.reading(HERE) as inventory:
        items = {kind: list(inventory.all(kind)) for kind in (BucketPolicy, BucketCors)}
    for kind, known in items.items():
        observer.deepen(HERE, kind, known)
    before = observer.meter.counts()
    observer.wrote(HERE, BucketPolicy, "files", clock.now)
    for kind, known in items.items():
        observer.deepen(HERE, kind, known)
    assert observer.meter.counts() == {**before, "s3.GetBucketPolicy": before["s3.GetBucketPolicy"] + 1}
