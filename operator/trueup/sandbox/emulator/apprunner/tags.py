"""Charter: tags by ARN on everything that App Runner keeps.

Source: https://docs.aws.amazon.com/apprunner/latest/api/API_TagResource.html
"""

from __future__ import annotations

from trueup.sandbox.emulator.apprunner.services import allowed
from trueup.sandbox.emulator.apprunner.store import Connection, Region, Revision, Service, not_found, tags_of
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call

Tagged = Service | Revision | Connection


def _tagged(region: Region, arn: str) -> Tagged:
    service = region.services.get(arn)
    if service is not None and service.status != "DELETED":
        return service
    living: list[Tagged] = [
        one for one in (*region.scalings, *region.observabilities, *region.connectors) if one.deleted is None
    ]
    living.extend(region.connections.values())
    found = next((one for one in living if one.arn == arn), None)
    if found is None:
        raise not_found("Resource", arn)
    return found


def _changeable(region: Region, call: Call) -> Tagged:
    found = _tagged(region, call.params["ResourceArn"])
    return (
        allowed(found, "RUNNING", "PAUSED", "CREATE_FAILED", "DELETE_FAILED") if isinstance(found, Service) else found
    )


def tag_resource(region: Region, call: Call) -> Document:
    """TagResource; refused while an operation runs."""
    found = _changeable(region, call)
    more = tags_of(call.params["Tags"])
    found.tags = tags_of([{"Key": key, "Value": value} for key, value in {**found.tags, **more}.items()])
    return {}


def untag_resource(region: Region, call: Call) -> Document:
    """UntagResource; keys that are not there are no error."""
    found = _changeable(region, call)
    found.tags = {key: value for key, value in found.tags.items() if key not in call.params["TagKeys"]}
    return {}


def list_tags_for_resource(region: Region, call: Call) -> Document:
    """ListTagsForResource."""
    tags = _tagged(region, call.params["ResourceArn"]).tags
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
