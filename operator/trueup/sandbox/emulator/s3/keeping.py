"""Charter: how a bucket keeps what is in it: encryption, versions, lifecycle, and the pages that may use it."""

from __future__ import annotations

from collections.abc import Callable

from trueup.sandbox.emulator.errors import AwsError
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.s3 import checks
from trueup.sandbox.emulator.s3.access import missing
from trueup.sandbox.emulator.s3.store import Bucket, by_default
from trueup.sandbox.emulator.service import Call

_SMALLEST = "all_storage_classes_128K"


def _get_encryption(bucket: Bucket, call: Call) -> Document:
    del call
    return {"ServerSideEncryptionConfiguration": bucket.encryption}


def _put_encryption(bucket: Bucket, call: Call) -> Document:
    setting = call.get("ServerSideEncryptionConfiguration", {})
    checks.check_encryption(setting)
    bucket.encryption = {"Rules": [{"BucketKeyEnabled": False, **rule} for rule in setting["Rules"]]}
    return {}


def _delete_encryption(bucket: Bucket, call: Call) -> Document:
    del call
    bucket.encryption = by_default()
    return {}


def _get_versioning(bucket: Bucket, call: Call) -> Document:
    del call
    return {"Status": bucket.versioning} if bucket.versioning else {}


def _put_versioning(bucket: Bucket, call: Call) -> Document:
    setting = call.get("VersioningConfiguration", {})
    if setting.get("MFADelete"):
        raise AwsError("MotoNotImplemented", "MFA Delete is not there.", 501)
    if setting.get("Status") not in ("Enabled", "Suspended"):
        raise AwsError("IllegalVersioningConfigurationException", "The Versioning element must be specified")
    bucket.versioning = setting["Status"]
    return {}


def _get_lifecycle(bucket: Bucket, call: Call) -> Document:
    del call
    if bucket.lifecycle is None:
        raise missing("NoSuchLifecycleConfiguration", "lifecycle configuration")
    return bucket.lifecycle


def _put_lifecycle(bucket: Bucket, call: Call) -> Document:
    rules = call.get("LifecycleConfiguration", {}).get("Rules", [])
    checks.check_lifecycle(rules)
    named = [rule if rule.get("ID") else {"ID": f"rule-{place}", **rule} for place, rule in enumerate(rules)]
    smallest = call.get("TransitionDefaultMinimumObjectSize", _SMALLEST)
    bucket.lifecycle = {"Rules": named, "TransitionDefaultMinimumObjectSize": smallest}
    return {}


def _delete_lifecycle(bucket: Bucket, call: Call) -> Document:
    del call
    bucket.lifecycle = None
    return {}


def _get_cors(bucket: Bucket, call: Call) -> Document:
    del call
    if bucket.cors is None:
        raise missing("NoSuchCORSConfiguration", "CORS configuration")
    return {"CORSRules": bucket.cors}


def _put_cors(bucket: Bucket, call: Call) -> Document:
    rules = call.get("CORSConfiguration", {}).get("CORSRules", [])
    checks.check_cors(rules)
    bucket.cors = rules
    return {}


def _delete_cors(bucket: Bucket, call: Call) -> Document:
    del call
    bucket.cors = None
    return {}


KEEPING: dict[str, Callable[[Bucket, Call], Document]] = {
    "GetBucketEncryption": _get_encryption,
    "PutBucketEncryption": _put_encryption,
    "DeleteBucketEncryption": _delete_encryption,
    "GetBucketVersioning": _get_versioning,
    "PutBucketVersioning": _put_versioning,
    "GetBucketLifecycleConfiguration": _get_lifecycle,
    "PutBucketLifecycleConfiguration": _put_lifecycle,
    "DeleteBucketLifecycle": _delete_lifecycle,
    "GetBucketCors": _get_cors,
    "PutBucketCors": _put_cors,
    "DeleteBucketCors": _delete_cors,
}
