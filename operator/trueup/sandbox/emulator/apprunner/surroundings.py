"""Charter: what App Runner sees of the account around it: images and subnets in moto, and secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from trueup.sandbox.emulator.moto_bridge import backend
from trueup.sandbox.emulator.service import World

_PRIVATE = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/([^:@]+)(?::([^@]+)|@(.+))?")
_SECRET = re.compile(r"arn:aws[\w-]*:secretsmanager:([a-z0-9-]+):(\d{12}):secret:([^:]+)")
_PARAMETER = re.compile(r"arn:aws[\w-]*:ssm:([a-z0-9-]+):(\d{12}):parameter/?(.+)")


@dataclass(frozen=True)
class Image:
    """Where a private image lies, and by which tag or digest it is meant."""

    account: str
    region: str
    repository: str
    tag: str | None
    digest: str | None

    @classmethod
    def read(cls, identifier: str) -> Image | None:
        """The image that an identifier names; None for one of ECR Public. Without a tag it is `latest`."""
        found = _PRIVATE.fullmatch(identifier)
        if found is None:
            return None
        account, region, repository, tag, digest = found.groups()
        return cls(account, region, repository, None if digest else tag or "latest", digest)

    def resolve(self) -> str | None:
        """The digest behind it at this moment; None if there is no such image."""
        repository = backend("ecr", self.account, self.region).repositories.get(self.repository)
        for image in list(repository.images) if repository is not None else ():
            if self.digest == image.image_digest or (self.tag is not None and self.tag in image.image_tags):
                return str(image.image_digest)
        return None


def secret_exists(world: World, reference: str, account: str, region: str) -> bool:
    """Whether what an environment variable takes from Secrets Manager or the Parameter Store is there."""
    secret = _SECRET.match(reference)
    if secret is not None:
        where, owner, name = secret.groups()
        arn = f"arn:aws:secretsmanager:{where}:{owner}:secret:{name}"
        return world.secrets.exists(arn, world.clock.moment())
    parameter = _PARAMETER.match(reference)
    where, owner, name = parameter.groups() if parameter is not None else (region, account, reference)
    parameters = backend("ssm", owner, where)._parameters
    return any(key in parameters for key in (name, f"/{name}"))


@dataclass(frozen=True)
class Subnet:
    """A subnet as far as a VPC connector cares."""

    id: str
    vpc: str
    zone: str
    ipv6_only: bool
    public: bool


def subnet(account: str, region: str, subnet_id: str) -> Subnet | None:
    """A subnet by id; it is public if its routes lead to an internet gateway."""
    ec2 = backend("ec2", account, region)
    for zone in list(ec2.subnets.values()):
        found = zone.get(subnet_id)
        if found is not None:
            place = found._availability_zone
            public = any(_leads_outside(route) for route in _routes(ec2, found))
            return Subnet(str(found.id), str(found.vpc_id), str(place.zone_id), bool(found.ipv6_native), public)
    return None


def _routes(ec2: Any, found: Any) -> list[Any]:
    main: list[Any] = []
    for table in list(ec2.route_tables.values()):
        if table.vpc_id != found.vpc_id:
            continue
        if found.id in table._associations.values():
            return list(table.routes)
        if table.main_association_id is not None:
            main = list(table.routes)
    return main


def _leads_outside(route: Any) -> bool:
    everywhere = route.destination_cidr_block == "0.0.0.0/0"
    return everywhere and route.gateway is not None and str(route.gateway.id).startswith("igw-")


def group_vpc(account: str, region: str, group_id: str) -> str | None:
    """The VPC of a security group, or None if there is no such group."""
    for vpc, groups in list(backend("ec2", account, region).groups.items()):
        if group_id in groups:
            return str(vpc)
    return None


def default_group(account: str, region: str, vpc: str) -> str | None:
    """The id of a VPC's default security group."""
    groups = backend("ec2", account, region).groups.get(vpc, {})
    return next((str(key) for key, group in list(groups.items()) if group.name == "default"), None)
