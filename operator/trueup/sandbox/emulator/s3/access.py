"""Charter: tags of a bucket, and who reaches it: the block on public access, ownership, access list, policy."""

from __future__ import annotations

from collections.abc import Callable

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.s3 import checks
from trueup.sandbox.emulator.s3.store import ENFORCED, GROUPS, Bucket, granted
from trueup.sandbox.emulator.service import Call

_PUBLIC = {GROUPS["all"], GROUPS["authenticated"]}
_SWITCHES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_FORMS = ("GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP")


def missing(code: str, what: str) -> AwsError:
    """The error of a bucket that lacks a setting."""
    return AwsError(code, f"The {what} does not exist", 404)


def _get_tags(bucket: Bucket, call: Call) -> Document:
    del call
    if not bucket.tags:
        raise missing("NoSuchTagSet", "TagSet")
    return {"TagSet": bucket.tags}


def _put_tags(bucket: Bucket, call: Call) -> Document:
    tags = call.get("Tagging", {}).get("TagSet", [])
    checks.check_tags(tags)
    bucket.tags = tags
    return {}


def _delete_tags(bucket: Bucket, call: Call) -> Document:
    del call
    bucket.tags = []
    return {}


def _get_block(bucket: Bucket, call: Call) -> Document:
    del call
    if bucket.block is None:
        raise missing("NoSuchPublicAccessBlockConfiguration", "public access block configuration")
    return {"PublicAccessBlockConfiguration": bucket.block}


def _put_block(bucket: Bucket, call: Call) -> Document:
    given = call.get("PublicAccessBlockConfiguration", {})
    bucket.block = {name: bool(given.get(name)) for name in _SWITCHES}
    return {}


def _delete_block(bucket: Bucket, call: Call) -> Document:
    del call
    bucket.block = None
    return {}


def _get_ownership(bucket: Bucket, call: Call) -> Document:
    del call
    if bucket.ownership is None:
        raise missing("OwnershipControlsNotFoundError", "bucket ownership controls")
    return {"OwnershipControls": {"Rules": [{"ObjectOwnership": bucket.ownership}]}}


def _put_ownership(bucket: Bucket, call: Call) -> Document:
    (rule,) = call.get("OwnershipControls", {}).get("Rules") or [{}]
    wanted = rule.get("ObjectOwnership")
    if wanted not in (ENFORCED, "BucketOwnerPreferred", "ObjectWriter"):
        raise AwsError("MalformedXML", "The XML you provided did not validate against our published schema")
    if wanted == ENFORCED and bucket.grants:
        raise AwsError("InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set with this ObjectOwnership")
    bucket.ownership = wanted
    return {}


def _delete_ownership(bucket: Bucket, call: Call) -> Document:
    del call
    bucket.ownership = None
    return {}


def _get_acl(bucket: Bucket, call: Call) -> Document:
    del call
    own = {"Grantee": {"Type": "CanonicalUser", **bucket.owner}, "Permission": "FULL_CONTROL"}
    return {"Owner": bucket.owner, "Grants": [own, *bucket.grants]}


def _put_acl(bucket: Bucket, call: Call) -> Document:
    if bucket.ownership == ENFORCED:
        raise AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs")
    if any(form in call.params for form in _FORMS):
        raise AwsError("MotoNotImplemented", "Access lists are taken as canned ones or as documents.", 501)
    if "AccessControlPolicy" in call.params:
        listed = call.params["AccessControlPolicy"].get("Grants", [])
        grants = [grant for grant in listed if grant["Grantee"].get("ID") != bucket.owner["ID"]]
    else:
        grants = granted(call.get("ACL", "private"))
    if bucket.blocks("BlockPublicAcls") and any(grant["Grantee"].get("URI") in _PUBLIC for grant in grants):
        raise AwsError("AccessDenied", "Access Denied: public access lists are blocked", 403)
    bucket.grants = grants
    return {}


def _get_policy(bucket: Bucket, call: Call) -> Document:
    del call
    if bucket.policy is None:
        raise missing("NoSuchBucketPolicy", "bucket policy")
    return {"Policy": bucket.policy}


def _put_policy(bucket: Bucket, call: Call) -> Document:
    text = checks.written(call.get("Policy", ""), bucket.name)
    if bucket.blocks("BlockPublicPolicy") and checks.is_public(text):
        raise AwsError("AccessDenied", "Access Denied: public policies are blocked by BlockPublicPolicy", 403)
    bucket.policy = text
    return {}


def _delete_policy(bucket: Bucket, call: Call) -> Document:
    del call
    bucket.policy = None
    return {}


def _get_policy_status(bucket: Bucket, call: Call) -> Document:
    text = _get_policy(bucket, call)["Policy"]
    return {"PolicyStatus": {"IsPublic": checks.is_public(text)}}


ACCESS: dict[str, Callable[[Bucket, Call], Document]] = {
    "GetBucketTagging": _get_tags,
    "PutBucketTagging": _put_tags,
    "DeleteBucketTagging": _delete_tags,
    "GetPublicAccessBlock": _get_block,
    "PutPublicAccessBlock": _put_block,
    "DeletePublicAccessBlock": _delete_block,
    "GetBucketOwnershipControls": _get_ownership,
    "PutBucketOwnershipControls": _put_ownership,
    "DeleteBucketOwnershipControls": _delete_ownership,
    "GetBucketAcl": _get_acl,
    "PutBucketAcl": _put_acl,
    "GetBucketPolicy": _get_policy,
    "PutBucketPolicy": _put_policy,
    "DeleteBucketPolicy": _delete_policy,
    "GetBucketPolicyStatus": _get_policy_status,
}
