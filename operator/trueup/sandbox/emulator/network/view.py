"""Charter: what the rules of the network need to see: moto's EC2, the call at hand, and what other services use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from trueup.sandbox.emulator.service import Call, World


class Tenant(Protocol):
    """A service whose resources have network interfaces that EC2 does not list."""

    def subnets_in_use(self, account: str, region: str, /) -> frozenset[str]:
        """Subnets in which it has interfaces."""
        ...

    def security_groups_in_use(self, account: str, region: str, /) -> frozenset[str]:
        """Security groups of its interfaces."""
        ...


@dataclass(frozen=True)
class Ec2:
    """One EC2 call in its region."""

    moto: Any
    call: Call
    world: World
    tenants: tuple[Tenant, ...]

    def subnets_in_use(self) -> frozenset[str]:
        """Subnets in which other services have interfaces."""
        used = (one.subnets_in_use(self.call.account, self.call.region) for one in self.tenants)
        return frozenset[str]().union(*used)

    def security_groups_in_use(self) -> frozenset[str]:
        """Security groups of other services' interfaces."""
        used = (one.security_groups_in_use(self.call.account, self.call.region) for one in self.tenants)
        return frozenset[str]().union(*used)

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
