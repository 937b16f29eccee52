"""A clock that stands still until told, AWS played in process, and answers written in advance."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.stub import Stubber
from moto import mock_aws

from trueup.aws.limits import Limits
from trueup.aws.observation import Observer
from trueup.aws.sessions import Sessions
from trueup.core.values import Place

HERE = Place("eu-central-1")


class Clock:
    """Time that moves only when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def aws() -> Iterator[None]:
    """moto in process, empty."""
    with mock_aws():
        yield


@pytest.fixture
def ec2(aws: None) -> Any:
    """Somebody else's hands in the same account, without moto's default network."""
    client: Any = Sessions().client("ec2", HERE)  # not boto3's: it would read EC2's large model for every test
    for vpc in client.describe_vpcs()["Vpcs"]:
        for subnet in client.describe_subnets()["Subnets"]:
            client.delete_subnet(SubnetId=subnet["SubnetId"])
        client.delete_vpc(VpcId=vpc["VpcId"])
    return client


@pytest.fixture
def observer(aws: None, clock: Clock) -> Iterator[Observer]:
    observer = Observer(Sessions(clock=clock), clock, limits=Limits.unlimited())
    yield observer
    observer.close()


class Scripted:
    """AWS's answers written in advance, call by call; a call that was not foreseen fails the test."""

    def __init__(self, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        self.stubs: dict[int, Stubber] = {}
        self.sessions = Sessions(install=self._install, clock=clock)
        self.observer = Observer(self.sessions, clock, limits=Limits.unlimited())

    def _install(self, client: BaseClient) -> None:
        stub = Stubber(client)
        stub.activate()
        self.stubs[id(client)] = stub

    def stub(self, service: str, place: Place = HERE) -> Stubber:
        """Where answers of a service are written."""
        return self.stubs[id(self.sessions.client(service, place))]


@pytest.fixture
def scripted(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    scripted = Scripted(clock, monkeypatch)
    yield scripted
    scripted.observer.close()
    for stub in scripted.stubs.values():
        stub.assert_no_pending_responses()
