"""Charter: what S3 refuses of a bucket's settings, and how it writes a policy down.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from trueup.sandbox.emulator.errors import AwsError

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_METHODS = {"GET", "PUT", "POST", "DELETE", "HEAD"}
_ACTIONS = (
    "Expiration",
    "Transitions",
    "NoncurrentVersionTransitions",
    "NoncurrentVersionExpiration",
    "AbortIncompleteMultipartUpload",
)
_AFTER_A_MONTH = {"STANDARD_IA", "ONEZONE_IA"}
MOST_TAGS = 50


def check_name(name: str) -> None:
    """Raise InvalidBucketName unless the name is one that a bucket can have."""
    if not _NAME.fullmatch(name) or ".." in name or _ADDRESS.fullmatch(name) or name.startswith(("xn--", "sthree-")):
        raise AwsError("InvalidBucketName", f"The specified bucket is not valid: {name}")


def check_tags(tags: list[dict[str, str]]) -> None:
    """Raise unless the tags are few, told apart by key, and none pretends to be AWS's own."""
    keys = [tag["Key"] for tag in tags]
    if len(set(keys)) < len(keys):
        raise AwsError("InvalidTag", "Cannot provide multiple Tags with the same key")
    if len(keys) > MOST_TAGS:
        raise AwsError("BadRequest", f"Object tags cannot be greater than {MOST_TAGS}")
    if any(key.lower().startswith("aws:") for key in keys):
        raise AwsError("InvalidTag", "System tags cannot be added/updated by requester")


def written(text: str, bucket: str) -> str:
    """The policy as S3 gives it back: lists of one as what is in them. Raise MalformedPolicy for what is none."""
    try:
        policy = json.loads(text)
        statements = policy["Statement"]
    except (ValueError, KeyError, TypeError):
        raise AwsError("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'") from None
    for statement in statements if isinstance(statements, list) else [statements]:
        if not {"Effect", "Principal", "Action", "Resource"} <= set(statement):
            raise AwsError("MalformedPolicy", "Missing required field in a statement")
        resources = statement["Resource"]
        for arn in resources if isinstance(resources, list) else [resources]:
            if arn.split(":::")[-1].split("/")[0] != bucket:
                raise AwsError("MalformedPolicy", "Policy has invalid resource")
    kept = statements if isinstance(statements, list) else [statements]
    return json.dumps({**policy, "Statement": [_plain(one) for one in kept]}, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return _plain(value[0]) if len(value) == 1 else [_plain(item) for item in value]
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, dict) else value


def is_public(text: str) -> bool:
    """The policy allows something to everybody, under no condition."""
    return any(
        statement["Effect"] == "Allow"
        and statement["Principal"] in ("*", {"AWS": "*"})
        and not statement.get("Condition")
        for statement in json.loads(text)["Statement"]
    )


def check_encryption(setting: Mapping[str, Any]) -> None:
    """Raise unless there is one rule, of a way that S3 knows, with a key only where KMS holds it."""
    rules = setting.get("Rules") or []
    if len(rules) != 1 or "ApplyServerSideEncryptionByDefault" not in rules[0]:
        raise AwsError("MalformedXML", "The XML you provided did not validate against our published schema")
    default = rules[0]["ApplyServerSideEncryptionByDefault"]
    if default.get("SSEAlgorithm") not in ("AES256", "aws:kms", "aws:kms:dsse"):
        raise AwsError("MalformedXML", "The XML you provided did not validate against our published schema")
    if default["SSEAlgorithm"] == "AES256" and default.get("KMSMasterKeyID"):
        raise AwsError("InvalidArgument", "a KMSMasterKeyID is not applicable if the default sse algorithm is not KMS")


def check_lifecycle(rules: list[dict[str, Any]]) -> None:
    """Raise unless every rule does something to some objects, in an order of time that can be."""
    names = [rule["ID"] for rule in rules if rule.get("ID")]
    if len(set(names)) < len(names):
        raise AwsError("InvalidArgument", "Rule ID must be unique. Found same ID for more than one rule")
    if not rules or len(rules) > 1000:
        raise AwsError("MalformedXML", "A lifecycle has 1 to 1000 rules")
    for rule in rules:
        if not any(name in rule for name in _ACTIONS):
            raise AwsError("InvalidRequest", "At least one action needs to be specified in a rule")
        if "Filter" not in rule and "Prefix" not in rule:
            raise AwsError("MalformedXML", "A rule needs a Filter")
        _check_times(rule)


def _check_times(rule: Mapping[str, Any]) -> None:
    ends = rule.get("Expiration", {}).get("Days")
    for move in rule.get("Transitions", ()):
        days = move.get("Days", 0)
        if move.get("StorageClass") in _AFTER_A_MONTH and days < 30:
            raise AwsError("InvalidArgument", "'Days' in Transition action must be greater than or equal to 30")
        if ends is not None and ends <= days:
            raise AwsError("InvalidArgument", "'Days' in the Expiration action must be greater than in the Transition")


def check_cors(rules: list[dict[str, Any]]) -> None:
    """Raise unless every rule names methods and origins that there are."""
    if not rules or len(rules) > 100:
        raise AwsError("MalformedXML", "A CORS configuration has 1 to 100 rules")
    for rule in rules:
        for method in rule.get("AllowedMethods", ()):
            if method not in _METHODS:
                raise AwsError("InvalidRequest", f"Found unsupported HTTP method in CORS config: {method}")
        for origin in (*rule.get("AllowedOrigins", ()), *rule.get("AllowedHeaders", ())):
            if origin.count("*") > 1:
                raise AwsError("InvalidRequest", f'"{origin}" can not have more than one wildcard.')
