"""Rate limits: a burst at once, then the rate; shared by threads and by clients of one quota."""

from concurrent.futures import ThreadPoolExecutor

from trueup.aws.limits import ALLOWANCES as ALLOWANCES_OF_AWS
from trueup.aws.limits import Allowance, Limits, Rate
from trueup.core.values import Place

HERE = Place("eu-central-1")
ALLOWANCES = {"rds": Allowance(reads=Rate(2, 3), writes=Rate(1, 1))}


class Watch:
    """A clock that moves by being slept on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def limits(watch: Watch) -> Limits:
    return Limits(ALLOWANCES, None, watch, watch.sleep)


def test_a_burst_goes_at_once_and_the_rest_at_the_rate() -> None:
    watch = Watch()
    limit = limits(watch)
    for _ in range(6):
        limit.wait("rds", "DescribeDBClusters", HERE)
    assert watch.slept == [0.5, 0.5, 0.5]


def test_reads_do_not_eat_what_writes_may_take() -> None:
    watch = Watch()
    limit = limits(watch)
    for _ in range(3):
        limit.wait("rds", "ListTagsForResource", HERE)
    limit.wait("rds", "CreateDBCluster", HERE)
    assert watch.slept == []
    limit.wait("rds", "ModifyDBCluster", HERE)
    assert watch.slept == [1.0]


def test_two_clients_of_one_quota_share_it_and_two_accounts_do_not() -> None:
    watch = Watch()
    limit = limits(watch)
    limit.wait("rds", "CreateDBCluster", HERE)
    limit.wait("rds", "CreateDBCluster", Place("eu-central-1", "arn:aws:iam::1:role/other"))
    assert watch.slept == []
    limit.wait("docdb", "CreateDBCluster", HERE)
    assert watch.slept == [1.0]


def test_being_throttled_slows_everyone_down() -> None:
    watch = Watch()
    limit = limits(watch)
    limit.throttled("rds", "DescribeDBClusters", HERE)
    limit.wait("rds", "DescribeDBInstances", HERE)
    assert watch.slept == [0.5]


def test_threads_share_the_bucket() -> None:
    waits: list[float] = []
    limit = Limits(ALLOWANCES, None, lambda: 0.0, waits.append)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: limit.wait("rds", "DescribeDBClusters", HERE), range(9)))
    assert sorted(waits) == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0]


def test_unlimited_is_unlimited() -> None:
    limit = Limits.unlimited()
    for _ in range(1000):
        limit.wait("rds", "DescribeDBClusters", HERE)


def test_every_allowance_grows_by_the_same_factor() -> None:
    burst, per_second = ALLOWANCES_OF_AWS["rds"].reads.burst, ALLOWANCES_OF_AWS["rds"].reads.per_second
    assert ALLOWANCES_OF_AWS["rds"].times(10).reads == Rate(per_second * 10, burst * 10)
    assert Allowance(Rate(4, 8), Rate(1, 2)).times(0.1) == Allowance(Rate(0.4, 1.0), Rate(0.1, 1.0))
