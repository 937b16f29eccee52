"""Charter: DB subnet groups: subnets of one VPC in at least two zones, not deletable while a cluster lives there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document, Record
from trueup.sandbox.emulator.rds import checks, listing
from trueup.sandbox.emulator.rds.store import Region, Subnet, tags_of
from trueup.sandbox.emulator.service import Call


def create_db_subnet_group(region: Region, call: Call) -> Document:
    """CreateDBSubnetGroup."""
    name = str(call.params["DBSubnetGroupName"]).lower()
    if not re.fullmatch(r"[a-z0-9 ._-]{1,255}", name) or name == "default":
        raise checks.invalid(f"The parameter DBSubnetGroupName {name} is not valid.")
    if name in region.subnet_groups:
        raise AwsError("DBSubnetGroupAlreadyExists", f"The DB subnet group '{name}' already exists.")
    region.world.quotas.refuse_if_reached(
        "rds.subnet-groups",
        len(region.subnet_groups),
        "DBSubnetGroupQuotaExceeded",
        "DB subnet group quota exceeded.",
    )
    tags = tags_of(call.params)
    record = _admit(region, name, call.params["DBSubnetGroupDescription"], _subnets(region, call.params["SubnetIds"]))
    region.group_tags[str(record.doc["DBSubnetGroupArn"])] = tags
    return {"DBSubnetGroup": record}


def _subnets(region: Region, ids: Sequence[str]) -> list[Subnet]:
    network, found = region.ec2(), list[Subnet]()
    for subnet_id in dict.fromkeys(ids):
        subnet = network.subnet(subnet_id)
        if subnet is None:
            raise AwsError("InvalidSubnet", f"The subnet ID '{subnet_id}' does not exist.")
        found.append(subnet)
    if len({one.vpc for one in found}) > 1:
        raise checks.invalid("The subnets of a DB subnet group must be in one VPC.")
    zones = sorted({one.zone for one in found})
    if len(zones) < 2:
        raise AwsError(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: "
            f"{', '.join(zones)}. Add subnets to cover at least 2 AZs.",
        )
    return found


def _admit(region: Region, name: str, description: str, subnets: Sequence[Subnet]) -> Record:
    record = Record(
        {
            "DBSubnetGroupName": name,
            "DBSubnetGroupDescription": description,
            "VpcId": subnets[0].vpc,
            "SubnetGroupStatus": "Complete",
            "Subnets": _shown(subnets),
            "DBSubnetGroupArn": region.arn("subgrp", name),
            "SupportedNetworkTypes": ["IPV4"],
        }
    )
    region.subnet_groups[name] = record
    return record


def _shown(subnets: Sequence[Subnet]) -> list[Document]:
    return [
        {
            "SubnetIdentifier": one.id,
            "SubnetAvailabilityZone": {"Name": one.zone},
            "SubnetOutpost": {},
            "SubnetStatus": "Active",
        }
        for one in subnets
    ]


def group_or_default(region: Region, name: str | None) -> Record:
    """The group of a name; with none, the `default` group over the default VPC, made when first needed."""
    if name is not None:
        return group(region, name)
    if "default" not in region.subnet_groups:
        subnets = region.ec2().default_subnets()
        if not subnets:
            raise AwsError("DBSubnetGroupNotFoundFault", "No default subnet detected in VPC.", 404)
        _admit(region, "default", "default", subnets)
    return region.subnet_groups["default"]


def group(region: Region, name: str) -> Record:
    """The group of a name, in any case; DBSubnetGroupNotFoundFault if there is none."""
    found = region.subnet_groups.get(name.lower())
    if found is None:
        raise AwsError("DBSubnetGroupNotFoundFault", f"DB subnet group '{name}' does not exist.", 404)
    return found


def modify_db_subnet_group(region: Region, call: Call) -> Document:
    """ModifyDBSubnetGroup: new subnets replace the old; those in which instances live must stay."""
    record = group(region, call.params["DBSubnetGroupName"])
    subnets = _subnets(region, call.params["SubnetIds"])
    if subnets[0].vpc != record.doc["VpcId"]:
        raise checks.invalid("A DB subnet group cannot move to another VPC.")
    users = _instances_in(region, record)
    zones = {one.zone for one in subnets}
    lost = sorted({str(user.doc["AvailabilityZone"]) for user in users} - zones)
    if lost:
        raise checks.invalid(f"Some of the subnets to be deleted are currently in use: zones {', '.join(lost)}.")
    changes: Document = {"Subnets": _shown(subnets)}
    if call.get("DBSubnetGroupDescription"):
        changes["DBSubnetGroupDescription"] = call.params["DBSubnetGroupDescription"]
    record.put(**changes)
    for user in users:
        user.put(DBSubnetGroup=shown_in_instance(record))
    return {"DBSubnetGroup": record}


def shown_in_instance(record: Record) -> Document:
    """A group as an instance shows it."""
    hidden = ("DBSubnetGroupArn", "SupportedNetworkTypes")
    return {key: value for key, value in record.doc.items() if key not in hidden}


def _instances_in(region: Region, record: Record) -> list[Record]:
    name = record.doc["DBSubnetGroupName"]
    return [one for one in region.instances.values() if one.doc["DBSubnetGroup"]["DBSubnetGroupName"] == name]


def delete_db_subnet_group(region: Region, call: Call) -> Document:
    """DeleteDBSubnetGroup: refused for `default` and while a cluster uses the group."""
    record = group(region, call.params["DBSubnetGroupName"])
    name = str(record.doc["DBSubnetGroupName"])
    users = [key for key, cluster in region.clusters.items() if cluster.doc["DBSubnetGroup"] == name]
    if users:
        raise AwsError(
            "InvalidDBSubnetGroupStateFault",
            f"Cannot delete the subnet group '{name}' because at least one database cluster: {users[0]} "
            "is still using it.",
        )
    if name == "default":
        raise AwsError("InvalidDBSubnetGroupStateFault", "The default DB subnet group cannot be deleted.")
    del region.subnet_groups[name]
    region.group_tags.pop(str(record.doc["DBSubnetGroupArn"]), None)
    return {}


def describe_db_subnet_groups(region: Region, call: Call) -> Document:
    """DescribeDBSubnetGroups."""
    listing.wanted(call, {})
    name = call.get("DBSubnetGroupName")
    names = [str(group(region, name).doc["DBSubnetGroupName"])] if name else list(region.subnet_groups)
    return listing.page(call, "DBSubnetGroups", names, lambda key: region.subnet_groups[key])
