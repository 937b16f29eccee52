"""An emulator in process with a clock that the test turns, and clients that are made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.runner import Runner
from trueup.sandbox.emulator import Emulator

START = 1_800_000_000.0


@dataclass
class Aws:
    """The emulator with what tests say again and again."""

    emulator: Emulator
    clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, service: str, region: str = "us-east-1") -> Any:
        if (service, region) not in self.clients:
            self.clients[service, region] = self.emulator.client(service, region)
        return self.clients[service, region]

    @property
    def rds(self) -> Any:
        return self.client("rds")

    @property
    def ec2(self) -> Any:
        return self.client("ec2")

    def subnets(self, cidr: str = "10.0") -> tuple[str, list[str]]:
        """A VPC with a subnet in each of three zones."""
        vpc = self.ec2.create_vpc(CidrBlock=f"{cidr}.0.0/16")["Vpc"]["VpcId"]
        made = [
            self.ec2.create_subnet(VpcId=vpc, CidrBlock=f"{cidr}.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")
            for n, zone in enumerate("abc")
        ]
        return vpc, [one["Subnet"]["SubnetId"] for one in made]

    def cluster(self, name: str = "main", **more: Any) -> dict[str, Any]:
        """An available Aurora cluster in the default subnet group."""
        given = {
            "DBClusterIdentifier": name,
            "Engine": "aurora-postgresql",
            "EngineVersion": "16.6",
            "MasterUsername": "app",
            "MasterUserPassword": "correct-horse",
        }
        given.update(more)
        if given.get("ManageMasterUserPassword"):
            del given["MasterUserPassword"]
        self.rds.create_db_cluster(**given)
        return self.shown(name)

    def instance(self, name: str = "main-1", cluster: str = "main", **more: Any) -> dict[str, Any]:
        given = {"DBInstanceClass": "db.r6g.large", "Engine": "aurora-postgresql", **more}
        self.rds.create_db_instance(DBInstanceIdentifier=name, DBClusterIdentifier=cluster, **given)
        return self.rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]

    def shown(self, name: str = "main") -> dict[str, Any]:
        return self.rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]

    def delays(self, spec: object) -> None:
        self.emulator.core.delays.set(spec)


@pytest.fixture(scope="session")
def _shared() -> Aws:
    return Aws(Emulator.in_process(clock=lambda: START, sleep=lambda _seconds: None))


@pytest.fixture
def aws(_shared: Aws) -> Iterator[Aws]:
    _shared.emulator.reset()
    _shared.delays("none")
    yield _shared
    _shared.delays("none")


@pytest.fixture
def runner(aws: Aws) -> Runner:
    return Runner.on(aws)


def code(call: Callable[..., Any], **params: Any) -> str:
    """The AWS code with which a call is refused; the test fails if it is not."""
    with pytest.raises(ClientError) as caught:
        call(**params)
    response: Any = caught.value.response
    return str(response["Error"]["Code"])
