"""The names that a kind's resources have in its graph, for other kinds that refer to them.

Kinds do not import each other; a reference across objects is a key from here and the other object's owner string.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trueup.core.values import Key, Ref

# What a Network makes.
VPC: Final = Key("AWS::EC2::VPC", "vpc")
DEFAULT_GROUP: Final = Key("AWS::EC2::SecurityGroup", "default")
INTERNET_GATEWAY: Final = Key("AWS::EC2::InternetGateway", "internet")
S3_ENDPOINT: Final = Key("AWS::EC2::VPCEndpoint", "s3")


def public_subnet(place: int) -> Key:
    """A Network's public subnet at a place in `publicSubnets`, counted from 0."""
    return Key("AWS::EC2::Subnet", f"public-{place}")


def private_subnet(place: int) -> Key:
    """A Network's private subnet at a place in `privateSubnets`, counted from 0."""
    return Key("AWS::EC2::Subnet", f"private-{place}")


def nat_gateway(place: int) -> Key:
    """A Network's NAT gateway in the zone at a place in `zones`, counted from 0."""
    return Key("AWS::EC2::NatGateway", f"nat-{place}")


def nat_address(place: int) -> Key:
    """The public address of the NAT gateway at the same place."""
    return Key("AWS::EC2::EIP", f"nat-{place}")


# What a Database makes.
ACCESS_GROUP: Final = Key("AWS::EC2::SecurityGroup", "access")
CLUSTERS: Final[Mapping[str, Key]] = {
    "aurora-postgresql": Key("AWS::RDS::DBCluster", "cluster"),
    "documentdb": Key("AWS::DocDB::DBCluster", "cluster"),
}
"""Engine → its cluster."""


def vpc_of(owner: str) -> Ref:
    """The id of the VPC of the Network with this owner string."""
    return Ref(VPC, "VpcId", owner=owner)


def private_subnets_of(owner: str, count: int) -> tuple[Ref, ...]:
    """The ids of the first private subnets of the Network with this owner string, in the order of its zones."""
    return tuple(Ref(private_subnet(place), "SubnetId", owner=owner) for place in range(count))


def access_group_of(owner: str) -> Ref:
    """The id of the security group that a Database's own network interfaces wear, by its owner string."""
    return Ref(ACCESS_GROUP, "GroupId", owner=owner)


# What a DnsZone makes.
HOSTED_ZONE: Final = Key("AWS::Route53::HostedZone", "zone")


def zone_of(owner: str) -> Ref:
    """The id of the hosted zone of the DnsZone with this owner string."""
    return Ref(HOSTED_ZONE, "Id", owner=owner)


# What an AppRunnerService makes.
EGRESS_GROUP: Final = Key("AWS::EC2::SecurityGroup", "egress")


def service_group_of(owner: str) -> Ref:
    """The id of the security group that a service's own connections come from, by its owner string."""
    return Ref(EGRESS_GROUP, "GroupId", owner=owner)


# What an AppSecret makes.
SECRET: Final = Key("AWS::SecretsManager::Secret", "secret")


def secret_of(owner: str) -> Ref:
    """The ARN of the secret of the AppSecret with this owner string, as soon as it has a value."""
    return Ref(SECRET, "ARN", owner=owner, ready=True)


def secret_version_of(owner: str) -> Ref:
    """The id of the current version of that secret: another one with every other value."""
    return Ref(SECRET, "CurrentVersionId", owner=owner, ready=True)


# What a Bucket makes.
BUCKET: Final = Key("AWS::S3::Bucket", "bucket")


def bucket_of(owner: str) -> Ref:
    """The name of the bucket of the Bucket with this owner string."""
    return Ref(BUCKET, "Name", owner=owner)
