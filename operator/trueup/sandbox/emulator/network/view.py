"""Charter: what the rules of the network need to see: moto's EC2, the call at hand, and what databases use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from trueup.sandbox.emulator.rds.service import Rds
from trueup.sandbox.emulator.service import Call, World


@dataclass(frozen=True)
class Ec2:
    """One EC2 call in its region."""

    moto: Any
    call: Call
    world: World
    rds: Rds

    def security_groups(self) -> Iterator[Any]:
        """Every security group of the region."""
        for groups in list(self.moto.groups.values()):
            yield from list(groups.values())

    def interfaces(self) -> Iterator[Any]:
        """Every network interface of the region."""
        yield from list(self.moto.enis.values())

    def nat_gateways(self) -> list[Any]:
        """NAT gateways that are not deleted."""
        return [nat for nat in list(self.moto.nat_gateways.values()) if nat.state not in ("deleted", "failed")]

    def endpoints(self) -> list[Any]:
        """VPC endpoints that are not deleted."""
        return [one for one in list(self.moto.vpc_end_points.values()) if one.state != "deleted"]

    def gateway_attached(self, vpc_id: str) -> bool:
        """Whether the VPC has an internet gateway."""
        return any(
            gateway.vpc is not None and gateway.vpc.id == vpc_id
            for gateway in list(self.moto.internet_gateways.values())
        )
