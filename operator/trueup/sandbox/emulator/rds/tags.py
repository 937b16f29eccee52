"""Charter: tags by ARN on everything that RDS keeps."""

from __future__ import annotations

from collections.abc import Callable

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document, Record
from trueup.sandbox.emulator.rds import checks
from trueup.sandbox.emulator.rds.snapshots import snapshot
from trueup.sandbox.emulator.rds.store import Region, Tags, merged
from trueup.sandbox.emulator.service import Call


def _place(region: Region, arn: str) -> tuple[Tags, Callable[[Tags], None]]:
    """The tags of a resource and the way to replace them."""
    pieces = arn.split(":", 6)
    if len(pieces) != 7 or pieces[2] != "rds":
        raise checks.invalid(f"Invalid resource name: {arn}")
    kind, name = pieces[5], pieces[6]
    record: Record | None = None
    if kind == "cluster":
        record = region.cluster(name).record
    elif kind == "db":
        record = region.instance(name)
    elif kind == "cluster-snapshot":
        record = snapshot(region, name).record
    if record is not None:
        return list(record.doc["TagList"]), _writer(record)
    if arn not in region.group_tags:
        raise _missing(kind, name)

    def replace(tags: Tags) -> None:
        region.group_tags[arn] = tags

    return region.group_tags[arn], replace


def _writer(record: Record) -> Callable[[Tags], None]:
    return lambda tags: record.put(TagList=tags)


def _missing(kind: str, name: str) -> AwsError:
    if kind == "subgrp":
        return AwsError("DBSubnetGroupNotFoundFault", f"DB subnet group '{name}' does not exist.", 404)
    if kind in ("cluster-pg", "pg"):
        return AwsError("DBParameterGroupNotFound", f"DBParameterGroup {name} not found.", 404)
    return checks.invalid(f"Unknown kind of resource: {kind}")


def add_tags_to_resource(region: Region, call: Call) -> Document:
    """AddTagsToResource."""
    present, replace = _place(region, call.params["ResourceName"])
    replace(merged(present, call.params["Tags"]))
    return {}


def remove_tags_from_resource(region: Region, call: Call) -> Document:
    """RemoveTagsFromResource; keys that are not there are no error."""
    present, replace = _place(region, call.params["ResourceName"])
    replace([tag for tag in present if tag["Key"] not in call.params["TagKeys"]])
    return {}


def list_tags_for_resource(region: Region, call: Call) -> Document:
    """ListTagsForResource."""
    return {"TagList": _place(region, call.params["ResourceName"])[0]}
