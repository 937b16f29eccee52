"""S3's buckets in the emulator: closed by default, named once in the world, and with AWS's refusals."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.emulator.conftest import Aws, code
from trueup.sandbox.emulator.s3.service import SETTINGS

NAME = "lego-moc-uploads"
EVERYBODY = {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"], "Resource": f"arn:aws:s3:::{NAME}/*"}


@pytest.fixture
def s3(aws: Aws) -> Any:
    client = aws.client("s3")
    tags = [{"Key": "team", "Value": "web"}]
    client.create_bucket(Bucket=NAME, CreateBucketConfiguration={"Tags": tags})
    return client


def abroad(aws: Aws) -> Any:
    """A client of another account."""
    role = aws.client("sts").assume_role(RoleArn="arn:aws:iam::999999999999:role/x", RoleSessionName="stranger")[
        "Credentials"
    ]
    session = boto3.session.Session(role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"], "us-east-1")
    aws.emulator.attach(session)
    return session.client("s3", endpoint_url="http://127.0.0.1")


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_a_new_bucket_is_closed_encrypted_and_tagged(s3: Any) -> None:
    block = s3.get_public_access_block(Bucket=NAME)["PublicAccessBlockConfiguration"]
    rule = s3.get_bucket_encryption(Bucket=NAME)["ServerSideEncryptionConfiguration"]["Rules"][0]
    owner = s3.get_bucket_ownership_controls(Bucket=NAME)["OwnershipControls"]["Rules"]
    assert (set(block.values()), owner) == ({True}, [{"ObjectOwnership": "BucketOwnerEnforced"}])
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert s3.get_bucket_tagging(Bucket=NAME)["TagSet"] == [{"Key": "team", "Value": "web"}]


@pytest.mark.parametrize(
    ("read", "said"),
    [
        ("get_bucket_policy", "NoSuchBucketPolicy"),
        ("get_bucket_cors", "NoSuchCORSConfiguration"),
        ("get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration"),
    ],
)
def test_what_is_not_set_is_said_so_by_a_code(s3: Any, read: str, said: str) -> None:
    assert code(getattr(s3, read), Bucket=NAME) == said


def test_what_was_taken_away_is_said_so_by_a_code(s3: Any) -> None:
    s3.delete_public_access_block(Bucket=NAME)
    s3.delete_bucket_ownership_controls(Bucket=NAME)
    s3.delete_bucket_tagging(Bucket=NAME)
    s3.delete_bucket_encryption(Bucket=NAME)
    assert code(s3.get_public_access_block, Bucket=NAME) == "NoSuchPublicAccessBlockConfiguration"
    assert code(s3.get_bucket_ownership_controls, Bucket=NAME) == "OwnershipControlsNotFoundError"
    assert code(s3.get_bucket_tagging, Bucket=NAME) == "NoSuchTagSet"
    assert "Rules" in s3.get_bucket_encryption(Bucket=NAME)["ServerSideEncryptionConfiguration"]


def test_lists_are_of_one_region_in_pages_and_by_the_beginning_of_names(aws: Aws, s3: Any) -> None:
    far = aws.client("s3", "eu-west-1")
    far.create_bucket(Bucket="lego-far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.create_bucket(Bucket="a-first")
    first = s3.list_buckets(BucketRegion="us-east-1", MaxBuckets=1)
    rest = s3.list_buckets(BucketRegion="us-east-1", MaxBuckets=1, ContinuationToken=first["ContinuationToken"])
    names = [[(b["Name"], b["BucketRegion"]) for b in page["Buckets"]] for page in (first, rest)]
    assert (names, rest.get("ContinuationToken")) == ([[("a-first", "us-east-1")], [(NAME, "us-east-1")]], None)
    assert [b["Name"] for b in s3.list_buckets(Prefix="lego-")["Buckets"]] == ["lego-far", NAME]
    assert [set(b) for b in s3.list_buckets()["Buckets"]] == [{"Name", "CreationDate"}] * 3
    assert code(s3.list_buckets, BucketRegion="eu-west-1") == "InvalidArgument"


def test_a_name_is_taken_once_in_the_world(aws: Aws, s3: Any) -> None:
    s3.create_bucket(Bucket=NAME)  # us-east-1 says nothing
    assert s3.get_bucket_tagging(Bucket=NAME)["TagSet"] == [{"Key": "team", "Value": "web"}]
    far = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    assert code(aws.client("s3", "eu-west-1").create_bucket, Bucket=NAME, **far) == "BucketAlreadyOwnedByYou"
    stranger = abroad(aws)
    assert code(stranger.create_bucket, Bucket=NAME) == "BucketAlreadyExists"
    assert code(stranger.get_bucket_policy, Bucket=NAME) == "AccessDenied"
    assert stranger.list_buckets()["Buckets"] == []


@pytest.mark.parametrize(
    ("region", "place", "said"),
    [
        ("us-east-1", "us-east-1", "MalformedXML"),
        ("eu-west-1", None, "IllegalLocationConstraintException"),
        ("eu-west-1", "us-west-2", "IllegalLocationConstraintException"),
    ],
)
def test_only_another_region_than_virginia_is_named(aws: Aws, region: str, place: str | None, said: str) -> None:
    where = {"CreateBucketConfiguration": {"LocationConstraint": place}} if place else {}
    assert code(aws.client("s3", region).create_bucket, Bucket="somewhere", **where) == said


@pytest.mark.parametrize("name", ["Upper", "a..b", "192.168.0.1", "xn--a", "ab-"])
def test_a_name_that_is_none_is_refused(aws: Aws, name: str) -> None:
    assert code(aws.client("s3").create_bucket, Bucket=name) == "InvalidBucketName"


def test_more_buckets_than_the_quota_are_refused(aws: Aws, s3: Any) -> None:
    aws.emulator.put_quotas({"s3.buckets": 1})
    assert code(s3.create_bucket, Bucket="one-more") == "TooManyBuckets"


def test_access_lists_are_off_until_the_owner_gives_up_and_stay_cleared_when_he_is_back(s3: Any) -> None:
    assert code(s3.put_bucket_acl, Bucket=NAME, ACL="private") == "AccessControlListNotSupported"
    writer = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    enforced = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    s3.put_bucket_ownership_controls(Bucket=NAME, OwnershipControls=writer)
    assert code(s3.put_bucket_acl, Bucket=NAME, ACL="public-read") == "AccessDenied"
    s3.delete_public_access_block(Bucket=NAME)
    s3.put_bucket_acl(Bucket=NAME, ACL="public-read")
    back = {"Bucket": NAME, "OwnershipControls": enforced}
    assert len(s3.get_bucket_acl(Bucket=NAME)["Grants"]) == 2
    assert code(s3.put_bucket_ownership_controls, **back) == "InvalidBucketAclWithObjectOwnership"
    s3.put_bucket_acl(Bucket=NAME, ACL="private")
    s3.put_bucket_ownership_controls(**back)
    assert [grant["Permission"] for grant in s3.get_bucket_acl(Bucket=NAME)["Grants"]] == ["FULL_CONTROL"]


def test_a_public_policy_is_refused_while_it_is_blocked_and_told_when_it_is_not(s3: Any) -> None:
    assert code(s3.put_bucket_policy, Bucket=NAME, Policy=policy(EVERYBODY)) == "AccessDenied"
    s3.delete_public_access_block(Bucket=NAME)
    s3.put_bucket_policy(Bucket=NAME, Policy=policy(EVERYBODY))
    assert s3.get_bucket_policy_status(Bucket=NAME)["PolicyStatus"]["IsPublic"] is True
    (shown,) = json.loads(s3.get_bucket_policy(Bucket=NAME)["Policy"])["Statement"]
    assert shown["Action"] == "s3:GetObject"


@pytest.mark.parametrize("text", ["{", "[]", "{}", policy({**EVERYBODY, "Resource": "arn:aws:s3:::another/*"})])
def test_a_policy_that_is_none_is_refused(s3: Any, text: str) -> None:
    assert code(s3.put_bucket_policy, Bucket=NAME, Policy=text) == "MalformedPolicy"


def test_a_policy_keeps_nobody_from_objects_here(s3: Any) -> None:
    s3.put_bucket_policy(Bucket=NAME, Policy=policy({**EVERYBODY, "Effect": "Deny", "Action": "s3:*"}))
    s3.put_object(Bucket=NAME, Key="a/b c", Body=b"text")
    assert s3.get_object(Bucket=NAME, Key="a/b c")["Body"].read() == b"text"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"Filter": {}}, "InvalidRequest"),
        ({"Expiration": {"Days": 1}}, "MalformedXML"),
        ({"Filter": {}, "Transitions": [{"Days": 1, "StorageClass": "STANDARD_IA"}]}, "InvalidArgument"),
        (
            {
                "Filter": {},
                "Expiration": {"Days": 30},
                "Transitions": [{"Days": 30, "StorageClass": "INTELLIGENT_TIERING"}],
            },
            "InvalidArgument",
        ),
    ],
)
def test_a_lifecycle_that_cannot_be_is_refused(s3: Any, rule: dict[str, Any], said: str) -> None:
    whole = {"Rules": [{"ID": "one", "Status": "Enabled", **rule}]}
    assert code(s3.put_bucket_lifecycle_configuration, Bucket=NAME, LifecycleConfiguration=whole) == said


def test_a_bucket_that_holds_anything_stays(s3: Any) -> None:
    s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=NAME, Key="file", Body=b"text")
    s3.delete_object(Bucket=NAME, Key="file")  # an old version and a delete marker are left
    assert code(s3.delete_bucket, Bucket=NAME) == "BucketNotEmpty"
    for version in s3.list_object_versions(Bucket=NAME)["Versions"]:
        s3.delete_object(Bucket=NAME, Key="file", VersionId=version["VersionId"])
    for marker in s3.list_object_versions(Bucket=NAME).get("DeleteMarkers", []):
        s3.delete_object(Bucket=NAME, Key="file", VersionId=marker["VersionId"])
    s3.delete_bucket(Bucket=NAME)
    assert code(s3.get_bucket_tagging, Bucket=NAME) == "NoSuchBucket"


def test_what_was_once_on_is_only_suspended(s3: Any) -> None:
    assert "Status" not in s3.get_bucket_versioning(Bucket=NAME)
    s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Suspended"})
    assert s3.get_bucket_versioning(Bucket=NAME)["Status"] == "Suspended"


def test_what_is_not_there_says_so_instead_of_making_a_bucket(s3: Any) -> None:
    configured = {"Id": "a", "Status": "Enabled", "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}]}
    with pytest.raises(ClientError, match="MotoNotImplemented"):
        s3.put_bucket_intelligent_tiering_configuration(Bucket=NAME, Id="a", IntelligentTieringConfiguration=configured)


def test_every_setting_is_of_the_bucket_that_is_named(s3: Any) -> None:
    """No call about a bucket that is not there reaches another's setting, or makes one."""
    reads = [name for name in SETTINGS if name.startswith("Get")]
    for name in reads:
        snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
        assert code(getattr(s3, snake), Bucket="nowhere-at-all") == "NoSuchBucket", name
