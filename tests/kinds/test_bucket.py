"""How a Bucket compiles, and what it tells."""

from __future__ import annotations

from typing import Any

import pytest

from tests.house import House
from trueup.core.naming import Identity
from trueup.core.values import Json, Pseudo, Ref, resolve
from trueup.kinds.bucket import KIND
from trueup.kinds.bucket.spec import BucketSpec
from trueup.kinds.common.kind import Context
from trueup.resources.s3 import BucketPolicy, LifecycleConfiguration

IDENTITY = Identity("main", "Bucket", "shop", "uploads")
ADDRESS = ("Bucket", "shop", "uploads")


def context(region: str = "eu-central-1", **spec: Any) -> Context:
    return Context(IDENTITY, BucketSpec.model_validate(spec), region, lambda kind, name: None)


def filled(ref: Ref | Pseudo) -> Json:
    return {Pseudo.ACCOUNT: "123456789012"}[ref] if isinstance(ref, Pseudo) else "files"


def part(kind: type[Any], ctx: Context) -> Any:
    return next(node.resource for node in KIND.compose(ctx) if type(node.resource) is kind)


def test_a_bucket_compiles_to_itself_and_its_settings_what_keeps_it_private_first() -> None:
    assert [str(node.resource.key) for node in KIND.compose(context())] == [
        "AWS::S3::Bucket/bucket",
        "AWS::S3::PublicAccessBlock/public-access",
        "AWS::S3::OwnershipControls/ownership",
        "AWS::S3::BucketPolicy/policy",
        "AWS::S3::BucketEncryption/encryption",
        "AWS::S3::BucketVersioning/versioning",
        "AWS::S3::LifecycleConfiguration/lifecycle",
        "AWS::S3::CorsConfiguration/cors",
    ]


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ({}, "shop-uploads-e69402-123456789012"),
        ({"bucketName": "lego-moc-uploads"}, "lego-moc-uploads"),
        ({"adopt": {"name": "legacy.files"}}, "legacy.files"),
        ({"adopt": {"arn": "arn:aws:s3:::legacy.files"}}, "legacy.files"),
    ],
)
def test_a_bucket_is_called_as_the_spec_says_or_like_no_other_accounts(spec: dict[str, Any], name: str) -> None:
    bucket = next(iter(KIND.compose(context(**spec)))).resource
    assert bucket.identity(filled) == (name,)


def test_the_longest_derived_name_is_one_that_s3_takes() -> None:
    long = Identity("main", "Bucket", "n" * 63, "x" * 253)
    ctx = Context(long, BucketSpec.model_validate({}), "eu-central-1", lambda kind, name: None)
    (name,) = next(iter(KIND.compose(ctx))).resource.identity(filled) or ("",)
    assert len(name) == 63


@pytest.mark.parametrize(
    ("region", "partition"), [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_only_tls_is_let_in_whatever_the_partition(region: str, partition: str) -> None:
    policy = part(BucketPolicy, context(region, bucketName="the-files"))
    (statement,) = resolve(policy.document, filled)["Statement"]
    assert statement == {
        "Sid": "OnlyWithTLS",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:{partition}:s3:::the-files", f"arn:{partition}:s3:::the-files/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def test_a_lifecycle_is_one_rule_for_all_that_it_does() -> None:
    wanted = {"deleteAfterDays": 90, "deleteOldVersionsAfterDays": 30, "intelligentTiering": True}
    assert part(LifecycleConfiguration, context(lifecycle=wanted)).rules == (
        {
            "ID": "trueup",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
            "Expiration": {"Days": 90},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
            "Transitions": [{"Days": 0, "StorageClass": "INTELLIGENT_TIERING"}],
        },
    )


# ---- in an AWS ------------------------------------------------------------------------------------------------------


def applied(house: House, **spec: Any) -> None:
    house.apply({"kind": "Bucket", "metadata": {"name": "uploads", "namespace": "shop"}, "spec": spec})
    house.settle()


def test_a_name_that_another_account_has_is_said_in_one_sentence(house: House) -> None:
    role = house.client("sts").assume_role(RoleArn="arn:aws:iam::999999999999:role/x", RoleSessionName="stranger")
    keys = role["Credentials"]
    theirs = house.emulator.session(access_key=keys["AccessKeyId"]).client("s3", endpoint_url="http://127.0.0.1")
    theirs.create_bucket(Bucket="taken")
    applied(house, bucketName="taken")
    stalled = house.condition(ADDRESS, "Stalled")
    assert (stalled["status"], stalled["reason"]) == ("True", "NotOwned")
    assert "Choose another `bucketName`" in stalled["message"]
    assert "outputs" not in house.status(ADDRESS)


def test_a_bucket_of_the_account_without_our_tag_is_left_and_then_taken_over(house: House) -> None:
    s3 = house.client("s3")
    s3.create_bucket(Bucket="legacy", CreateBucketConfiguration={"Tags": [{"Key": "Name", "Value": "old"}]})
    s3.delete_public_access_block(Bucket="legacy")
    applied(house, bucketName="legacy")
    assert house.condition(ADDRESS, "Stalled")["reason"] == "NotOwned"
    assert not [call for call in house.emulator.calls() if call.startswith("s3.Put")]
    house.delete(ADDRESS)
    house.start()
    applied(house, adopt={"name": "legacy"})
    block = s3.get_public_access_block(Bucket="legacy")["PublicAccessBlockConfiguration"]
    tags = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket="legacy")["TagSet"]}
    assert (house.status(ADDRESS)["summary"], set(block.values()), tags["Name"]) == ("Ready", {True}, "old")


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_a_bucket_stands_in_its_objects_region(house: House, region: str) -> None:
    applied(house, region=region)
    name = house.status(ADDRESS)["outputs"]["bucketName"]
    shown = house.client("s3", region).list_buckets(BucketRegion=region)["Buckets"]
    assert [(bucket["Name"], bucket["BucketRegion"]) for bucket in shown] == [(name, region)]
    assert house.status(ADDRESS)["outputs"]["domain"] == f"{name}.s3.{region}.amazonaws.com"


def test_deleting_an_object_says_nothing_of_the_files_in_its_bucket(house: House) -> None:
    s3 = house.client("s3")
    applied(house, bucketName="files", deletionPolicy="Delete")
    s3.put_object(Bucket="files", Key="one", Body=b"content")
    house.delete(ADDRESS)
    house.settle()
    stalled = house.condition(ADDRESS, "Stalled")
    assert (house.status(ADDRESS)["summary"], stalled["status"], stalled["reason"]) == ("Deleting", "True", "NotEmpty")
    assert "Empty the bucket, or set `deletionPolicy: Retain`" in stalled["message"]
    assert s3.get_bucket_policy_status(Bucket="files")["PolicyStatus"]["IsPublic"] is False  # it stays protected
    house.clock.advance(3600)
    house.settle()
    assert s3.list_objects_v2(Bucket="files")["KeyCount"] == 1
    s3.delete_object(Bucket="files", Key="one")
    house.clock.advance(600)
    house.settle()
    assert (list(house.cluster.objects), s3.list_buckets()["Buckets"]) == ([], [])


def test_an_object_whose_bucket_holds_files_is_let_go_with_retain(house: House) -> None:
    applied(house, bucketName="files", deletionPolicy="Delete")
    house.client("s3").put_object(Bucket="files", Key="one", Body=b"content")
    house.delete(ADDRESS)
    house.settle()
    applied(house, bucketName="files", deletionPolicy="Retain")
    assert (list(house.cluster.objects), house.client("s3").list_objects_v2(Bucket="files")["KeyCount"]) == ([], 1)
