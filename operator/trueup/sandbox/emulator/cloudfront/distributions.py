"""Charter: distributions and what they are told to fetch anew: each change takes a while to reach every edge.

Sources: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistribution.html,
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteDistribution.html,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from trueup.sandbox.emulator.cloudfront.checks import World, refuse
from trueup.sandbox.emulator.cloudfront.config import completed, require_all
from trueup.sandbox.emulator.cloudfront.store import (
    Account,
    Distribution,
    Function,
    Invalidation,
    items,
    listed,
    location,
    page,
    tags_of,
)
from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call

_SUMMARY = (
    "Aliases",
    "Origins",
    "OriginGroups",
    "DefaultCacheBehavior",
    "CacheBehaviors",
    "CustomErrorResponses",
    "Comment",
    "PriceClass",
    "Enabled",
    "ViewerCertificate",
    "Restrictions",
    "WebACLId",
    "HttpVersion",
    "IsIPV6Enabled",
    "Staging",
)
_NOBODY = {"Enabled": False, "Quantity": 0}


def _view(one: Distribution) -> Document:
    waiting = sum(1 for invalidation in one.invalidations if invalidation.status == "InProgress")
    recorded = [{"CNAME": name, "ICPRecordalStatus": "APPROVED"} for name in one.names]
    return {
        "Id": one.id,
        "ARN": one.arn,
        "Status": one.status,
        "LastModifiedTime": one.modified,
        "InProgressInvalidationBatches": waiting,
        "DomainName": one.domain,
        "ActiveTrustedSigners": _NOBODY,
        "ActiveTrustedKeyGroups": _NOBODY,
        "DistributionConfig": one.config,
        **({"AliasICPRecordals": recorded} if recorded else {}),
    }


def _summary(one: Distribution) -> Document:
    shown = {
        "Id": one.id,
        "ARN": one.arn,
        "ETag": one.etag,
        "Status": one.status,
        "LastModifiedTime": one.modified,
        "DomainName": one.domain,
    }
    return shown | {name: one.config[name] for name in _SUMMARY}


def create(account: Account, call: Call, world: World) -> Document:
    """CreateDistribution: InProgress, then Deployed. A caller reference is good for one distribution, ever."""
    return _create(account, call.params["DistributionConfig"], {}, world)


def create_with_tags(account: Account, call: Call, world: World) -> Document:
    """CreateDistributionWithTags."""
    given = call.params["DistributionConfigWithTags"]
    return _create(account, given["DistributionConfig"], tags_of({}, given["Tags"].get("Items") or ()), world)


def _create(account: Account, config: Document, tags: dict[str, str], world: World) -> Document:
    reference = str(config["CallerReference"])
    if reference in account.used:
        message = "The caller reference that you are using to create a distribution is associated with another one."
        raise AwsError("DistributionAlreadyExists", message)
    refuse(account, config, None, world)
    account.world.quotas.refuse_if_reached(
        "cloudfront.distributions",
        len(account.distributions),
        "TooManyDistributions",
        "Processing your request would cause you to exceed the maximum number of distributions allowed.",
    )
    id, now = f"E{account.new_text(13)}", account.world.clock.moment()
    made = Distribution(id, completed(config), now, tags=tags, arn=account.arn("distribution", id))
    made.domain = f"d{account.new_text(13).lower()}.cloudfront.net"
    account.used.add(reference)
    account.distributions[id] = made
    _deploy(account, made)
    return {"Distribution": _view(made), "Location": location(f"distribution/{id}"), "ETag": made.etag}


def _deploy(account: Account, one: Distribution) -> None:
    """The present version is on its way to the edges; only the newest one ends it."""
    one.status, version = "InProgress", one.version

    def arrived() -> None:
        if one.version == version:
            one.status = "Deployed"

    account.world.later("cloudfront.distribution.deploy", arrived)


def get(account: Account, call: Call) -> Document:
    """GetDistribution."""
    one = account.distribution(call.params["Id"])
    return {"Distribution": _view(one), "ETag": one.etag}


def get_config(account: Account, call: Call) -> Document:
    """GetDistributionConfig."""
    one = account.distribution(call.params["Id"])
    return {"DistributionConfig": one.config, "ETag": one.etag}


def update(account: Account, call: Call, world: World) -> Document:
    """UpdateDistribution: the whole configuration is replaced, by a caller who has seen the present one."""
    one = account.distribution(call.params["Id"])
    config = call.params["DistributionConfig"]
    one.hold(call.get("IfMatch"))
    if config["CallerReference"] != one.config["CallerReference"]:
        raise AwsError("IllegalUpdate", "The update contains modifications that are not allowed: CallerReference.")
    require_all(config)
    refuse(account, config, one, world)
    one.replace(completed(config), account.world.clock.moment())
    _deploy(account, one)
    return {"Distribution": _view(one), "ETag": one.etag}


def delete(account: Account, call: Call) -> Document:
    """DeleteDistribution: of one that is disabled, and disabled everywhere."""
    one = account.distribution(call.params["Id"])
    one.hold(call.get("IfMatch"))
    if one.config["Enabled"] or one.status != "Deployed":
        message = "The distribution you are trying to delete has not been disabled."
        raise AwsError("DistributionNotDisabled", message)
    del account.distributions[one.id]
    return {}


def list_all(account: Account, call: Call) -> Document:
    """ListDistributions, in the order in which they were made."""
    return {"DistributionList": page(call, {one.id: _summary(one) for one in account.distributions.values()})}


# ---- tags -----------------------------------------------------------------------------------------------------


def _tagged(account: Account, arn: str) -> Distribution | Function:
    for one in (*account.distributions.values(), *account.functions.values()):
        if one.arn == arn:
            return one
    raise AwsError("NoSuchResource", f"The resource {arn} does not exist.")


def tag(account: Account, call: Call) -> Document:
    """TagResource."""
    one = _tagged(account, call.params["Resource"])
    one.tags = tags_of(one.tags, call.params["Tags"].get("Items") or ())
    return {}


def untag(account: Account, call: Call) -> Document:
    """UntagResource; keys that are not there are no error."""
    one = _tagged(account, call.params["Resource"])
    gone = call.params["TagKeys"].get("Items") or ()
    one.tags = {key: value for key, value in one.tags.items() if key not in gone}
    return {}


def list_tags(account: Account, call: Call) -> Document:
    """ListTagsForResource."""
    one = _tagged(account, call.params["Resource"])
    return {"Tags": {"Items": [{"Key": key, "Value": value} for key, value in one.tags.items()]}}


# ---- invalidations --------------------------------------------------------------------------------------------


def invalidate(account: Account, call: Call) -> Document:
    """CreateInvalidation: InProgress, then Completed. The same reference and paths are the same invalidation."""
    one = account.distribution(call.params["DistributionId"])
    batch: Document = call.params["InvalidationBatch"]
    paths = [str(path) for path in items(batch["Paths"])]
    if batch["Paths"]["Quantity"] != len(paths):
        raise AwsError("InconsistentQuantities", "The value of Quantity and the size of Items don't match.")
    where = f"distribution/{one.id}/invalidation"
    for known in one.invalidations:
        if known.batch["CallerReference"] == batch["CallerReference"]:
            if known.batch["Paths"] != listed(paths):
                raise AwsError("InvalidArgument", "The CallerReference was used for an invalidation of other paths.")
            return {"Invalidation": known.view(), "Location": location(f"{where}/{known.id}")}
    _refuse_paths(account, one, paths)
    made = Invalidation(
        f"I{account.new_text(13)}",
        {"Paths": listed(paths), "CallerReference": batch["CallerReference"]},
        account.world.clock.moment(),
    )
    one.invalidations.insert(0, made)

    def done() -> None:
        made.status = "Completed"

    account.world.later("cloudfront.invalidation.create", done)
    return {"Invalidation": made.view(), "Location": location(f"{where}/{made.id}")}


def _refuse_paths(account: Account, one: Distribution, paths: list[str]) -> None:
    if not paths:
        raise AwsError("InvalidArgument", "Your request doesn't contain a path to invalidate.")
    for path in paths:
        if not path.startswith("/") or "*" in path[:-1]:
            raise AwsError("InvalidArgument", "Your request contains one or more invalid invalidation paths.")
    waiting = [each for each in one.invalidations if each.status == "InProgress"]
    have = sum(int(each.batch["Paths"]["Quantity"]) for each in waiting)
    many = "Processing your request will cause you to exceed the maximum number of in-progress invalidations."
    refuse_if_reached = account.world.quotas.refuse_if_reached
    refuse_if_reached("cloudfront.invalidated-paths", have + len(paths) - 1, "TooManyInvalidationsInProgress", many)


def get_invalidation(account: Account, call: Call) -> Document:
    """GetInvalidation."""
    one = account.distribution(call.params["DistributionId"])
    for known in one.invalidations:
        if known.id == call.params["Id"]:
            return {"Invalidation": known.view()}
    raise AwsError("NoSuchInvalidation", "The specified invalidation does not exist.")


def list_invalidations(account: Account, call: Call) -> Document:
    """ListInvalidations, the newest first."""
    one = account.distribution(call.params["DistributionId"])
    shown = {each.id: {"Id": each.id, "CreateTime": each.created, "Status": each.status} for each in one.invalidations}
    return {"InvalidationList": page(call, shown)}


OPERATIONS: Mapping[str, Callable[[Account, Call], Document]] = {
    "GetDistribution": get,
    "GetDistributionConfig": get_config,
    "DeleteDistribution": delete,
    "ListDistributions": list_all,
    "TagResource": tag,
    "UntagResource": untag,
    "ListTagsForResource": list_tags,
    "CreateInvalidation": invalidate,
    "GetInvalidation": get_invalidation,
    "ListInvalidations": list_invalidations,
}
"""What needs nothing but CloudFront itself."""
GUARDED: Mapping[str, Callable[[Account, Call, World], Document]] = {
    "CreateDistribution": create,
    "CreateDistributionWithTags": create_with_tags,
    "UpdateDistribution": update,
}
"""What is held against certificates, and against the distributions of other accounts."""
