"""Charter: CloudFront functions: what is worked on, and what was published of it.

Sources: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/managing-functions.html,
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_PublishFunction.html,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from trueup.sandbox.emulator.cloudfront.store import (
    Account,
    Function,
    Stage,
    items,
    letters,
    location,
    page,
    tags_of,
)
from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call

_LARGEST = 10 * 1024
_WORKED_ON = "DEVELOPMENT"


def _summary(account: Account, function: Function, name: str) -> Document:
    stage = function.stage(name)
    used = any(function.arn == arn for arn in _used(account))
    unpublished = function.live is None or function.live.code != function.development.code
    status = "UNPUBLISHED" if name == _WORKED_ON and unpublished else ("DEPLOYED" if used else "UNASSOCIATED")
    metadata = {
        "FunctionARN": function.arn,
        "Stage": name,
        "CreatedTime": function.created,
        "LastModifiedTime": stage.modified,
    }
    return {"Name": function.name, "Status": status, "FunctionConfig": stage.config, "FunctionMetadata": metadata}


def _used(account: Account) -> list[str]:
    return [
        str(association["FunctionARN"])
        for one in account.distributions.values()
        for behavior in one.behaviors()
        for association in items(behavior.get("FunctionAssociations"))
    ]


def _written(account: Account, call: Call, name: str, version: int) -> Stage:
    code = bytes(call.params["FunctionCode"])
    if len(code) > _LARGEST:
        raise AwsError("FunctionSizeLimitExceeded", f"The function is larger than {_LARGEST} bytes.")
    if b"handler" not in code:
        raise AwsError("InvalidArgument", "The function code has no function named handler.")
    config = {key: value for key, value in call.params["FunctionConfig"].items() if key != "KeyValueStoreAssociations"}
    if items(call.params["FunctionConfig"].get("KeyValueStoreAssociations")):
        raise AwsError("MotoNotImplemented", "Key value stores are not there; see docs/emulator.md.", 501)
    return Stage(config, code, account.world.clock.moment(), _etag(account, name, version))


def _etag(account: Account, name: str, version: int) -> str:
    return f"ETVP{letters(f'{account.id} function {name} {version}', 9)}"


def create(account: Account, call: Call) -> Document:
    """CreateFunction: in the stage DEVELOPMENT only."""
    name = str(call.params["Name"])
    if name in account.functions:
        raise AwsError("FunctionAlreadyExists", f"A function with the name {name} already exists in this account.")
    many = "You have reached the maximum number of CloudFront functions for this account."
    account.world.quotas.refuse_if_reached("cloudfront.functions", len(account.functions), "TooManyFunctions", many)
    account.made += 1
    stage = _written(account, call, name, account.made)
    tags = tags_of({}, items(call.get("Tags")))
    made = Function(name, account.arn("function", name), stage, stage.modified, version=account.made, tags=tags)
    account.functions[name] = made
    where = location(f"function/{made.arn}")
    return {"FunctionSummary": _summary(account, made, _WORKED_ON), "Location": where, "ETag": stage.etag}


def _held(account: Account, call: Call) -> Function:
    """The function, if If-Match names what is worked on at present."""
    found = account.function(call.params["Name"])
    if call.params["IfMatch"] == found.development.etag:
        return found
    former = [_etag(account, found.name, version) for version in range(1, found.version)]
    if call.params["IfMatch"] in former:
        raise AwsError("PreconditionFailed", "The function has changed since the version in If-Match.")
    raise AwsError("InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource.")


def update(account: Account, call: Call) -> Document:
    """UpdateFunction: what is live stays as it is."""
    found = _held(account, call)
    account.made += 1
    found.version = account.made
    found.development = _written(account, call, found.name, found.version)
    return {"FunctionSummary": _summary(account, found, _WORKED_ON), "ETag": found.development.etag}


def publish(account: Account, call: Call) -> Document:
    """PublishFunction: what is worked on is live, at every distribution that has the function."""
    found = _held(account, call)
    work = found.development
    found.live = Stage(work.config, work.code, account.world.clock.moment(), work.etag)
    return {"FunctionSummary": _summary(account, found, "LIVE")}


def describe(account: Account, call: Call) -> Document:
    """DescribeFunction, of DEVELOPMENT where no stage is named."""
    found, stage = account.function(call.params["Name"]), str(call.get("Stage", _WORKED_ON))
    return {"FunctionSummary": _summary(account, found, stage), "ETag": found.stage(stage).etag}


def get(account: Account, call: Call) -> Document:
    """GetFunction: the code of a stage."""
    stage = account.function(call.params["Name"]).stage(str(call.get("Stage", _WORKED_ON)))
    return {"FunctionCode": stage.code, "ETag": stage.etag, "ContentType": "application/octet-stream"}


def delete(account: Account, call: Call) -> Document:
    """DeleteFunction: of one that no distribution has."""
    found = _held(account, call)
    if found.arn in _used(account):
        message = "Cannot delete the function because it's attached to one or more cache behaviors."
        raise AwsError("FunctionInUse", message)
    del account.functions[found.name]
    return {}


def list_all(account: Account, call: Call) -> Document:
    """ListFunctions: every stage of every function, or one stage of those that have it."""
    wanted = call.get("Stage")
    found: dict[str, Document] = {}
    for function in account.functions.values():
        for stage in (_WORKED_ON, "LIVE"):
            if wanted in (None, stage) and (stage == _WORKED_ON or function.live is not None):
                found[f"{function.name}/{stage}"] = _summary(account, function, stage)
    return {"FunctionList": page(call, found, marked=False)}


OPERATIONS: Mapping[str, Callable[[Account, Call], Document]] = {
    "CreateFunction": create,
    "UpdateFunction": update,
    "PublishFunction": publish,
    "DescribeFunction": describe,
    "GetFunction": get,
    "DeleteFunction": delete,
    "ListFunctions": list_all,
}
