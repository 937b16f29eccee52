"""Charter: what RDS knows in one account and region, and what it sees of the network around it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.moto_bridge import backend
from trueup.sandbox.emulator.protocol import Document, Record
from trueup.sandbox.emulator.service import World
from trueup.sandbox.emulator.vault.managed import ManagedSecret

Tags = list[dict[str, str]]


@dataclass
class Cluster:
    """A cluster, its managed secret, and whether its deletion waits only for its instances."""

    record: Record
    secret: ManagedSecret | None = None
    leaving: bool = False

    @property
    def doc(self) -> Mapping[str, Any]:
        """The cluster as DescribeDBClusters shows it."""
        return self.record.doc


@dataclass
class Snapshot:
    """A cluster snapshot and the cluster's document at that moment, for restores."""

    record: Record
    source: Mapping[str, Any]


@dataclass
class ParameterGroup:
    """A parameter group of a cluster or of an instance: only what users set is kept."""

    name: str
    family: str
    description: str
    arn: str
    values: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])


@dataclass
class Region:
    """RDS in one account and region."""

    account: str
    name: str
    world: World
    clusters: dict[str, Cluster] = field(default_factory=dict[str, Cluster])
    instances: dict[str, Record] = field(default_factory=dict[str, Record])
    snapshots: dict[str, Snapshot] = field(default_factory=dict[str, Snapshot])
    subnet_groups: dict[str, Record] = field(default_factory=dict[str, Record])
    cluster_groups: dict[str, ParameterGroup] = field(default_factory=dict[str, ParameterGroup])
    instance_groups: dict[str, ParameterGroup] = field(default_factory=dict[str, ParameterGroup])
    group_tags: dict[str, Tags] = field(default_factory=dict[str, Tags])

    def arn(self, kind: str, name: str) -> str:
        """The ARN of a resource; kinds: cluster, db, cluster-snapshot, subgrp, cluster-pg, pg."""
        return f"arn:aws:rds:{self.name}:{self.account}:{kind}:{name}"

    def suffix(self) -> str:
        """The account's part of endpoint names in this region."""
        return hashlib.sha256(f"{self.account}/{self.name}".encode()).hexdigest()[:12]

    def default_key(self, service: str) -> str:
        """The ARN of the KMS key that AWS keeps for a service."""
        key = uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.account}/{self.name}/{service}")
        return f"arn:aws:kms:{self.name}:{self.account}:key/{key}"

    def cluster(self, identifier: str) -> Cluster:
        """A cluster by identifier (in any case) or ARN; DBClusterNotFoundFault if there is none."""
        found = self.clusters.get(bare_name(identifier))
        if found is None:
            raise AwsError("DBClusterNotFoundFault", f"DBCluster {bare_name(identifier)} not found.", 404)
        return found

    def instance(self, identifier: str) -> Record:
        """An instance by identifier (in any case) or ARN; DBInstanceNotFound if there is none."""
        found = self.instances.get(bare_name(identifier))
        if found is None:
            raise AwsError("DBInstanceNotFound", f"DBInstance {bare_name(identifier)} not found.", 404)
        return found

    def members(self, cluster: Cluster) -> list[Record]:
        """The cluster's instances, those in deletion included."""
        names = [str(member["DBInstanceIdentifier"]) for member in cluster.doc["DBClusterMembers"]]
        return [self.instances[name] for name in names]

    def ec2(self) -> NetworkView:
        """The network of this account and region."""
        return NetworkView(backend("ec2", self.account, self.name))


def bare_name(identifier: str) -> str:
    """The name in an identifier or ARN, in lower case as RDS keeps it."""
    name = identifier.split(":", 6)[-1] if identifier.startswith("arn:") else identifier
    return name.lower()


@dataclass(frozen=True)
class Subnet:
    """A subnet as far as RDS cares."""

    id: str
    vpc: str
    zone: str


@dataclass(frozen=True)
class NetworkView:
    """Reads moto's EC2."""

    ec2: Any

    def subnet(self, subnet_id: str) -> Subnet | None:
        """A subnet by id, or None."""
        for zone in list(self.ec2.subnets.values()):
            found = zone.get(subnet_id)
            if found is not None:
                return Subnet(str(found.id), str(found.vpc_id), str(found.availability_zone))
        return None

    def default_subnets(self) -> list[Subnet]:
        """The subnets of the default VPC, one per zone."""
        found = [
            Subnet(str(one.id), str(one.vpc_id), str(one.availability_zone))
            for zone in list(self.ec2.subnets.values())
            for one in list(zone.values())
            if one.default_for_az
        ]
        return sorted(found, key=lambda one: one.zone)

    def security_group_vpc(self, group_id: str) -> str | None:
        """The VPC of a security group, or None if there is no such group."""
        for vpc, groups in list(self.ec2.groups.items()):
            if group_id in groups:
                return str(vpc)
        return None

    def default_security_group(self, vpc: str) -> str | None:
        """The id of a VPC's default security group."""
        for group_id, group in list(self.ec2.groups.get(vpc, {}).items()):
            if group.name == "default":
                return str(group_id)
        return None


def tags_of(params: Mapping[str, Any]) -> Tags:
    """The tags of a create call, each key once."""
    return merged([], params.get("Tags") or [])


def merged(present: Tags, more: Tags) -> Tags:
    """Tags with more of them set; later values win. RDS's rules for keys hold."""
    result = {tag["Key"]: tag.get("Value", "") for tag in present}
    for tag in more:
        key = tag.get("Key", "")
        if not key or len(key) > 128 or key.lower().startswith("aws:"):
            raise AwsError("InvalidParameterValue", f"Invalid tag key: {key!r}")
        if len(tag.get("Value", "")) > 256:
            raise AwsError("InvalidParameterValue", f"The value of tag {key} is longer than 256 characters.")
        result[key] = tag.get("Value", "")
    if len(result) > 50:
        raise AwsError("InvalidParameterValue", "A resource has at most 50 tags.")
    return [{"Key": key, "Value": value} for key, value in result.items()]


def document(**members: Any) -> Document:
    """A document without the members that are None."""
    return {key: value for key, value in members.items() if value is not None}
