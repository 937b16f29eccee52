"""A bucket in a whole sandbox: made private, opened by somebody and closed again, kept while it holds a file."""

import json
from typing import Any

import pytest

from tests.e2e.aws import settled
from tests.e2e.space import Space

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]

CORS = [{"allowedOrigins": ["https://www.example.com"], "allowedMethods": ["GET", "PUT"]}]


def test_a_bucket_is_made_closed_again_and_never_emptied(space: Space) -> None:
    s3: Any = space.stage.aws("s3")
    uploads = space.apply("Bucket", "uploads", {"cors": CORS, "deletionPolicy": "Delete"})
    name = settled(uploads).status["outputs"]["bucketName"]
    s3.put_object(Bucket=name, Key="file", Body=b"content")

    s3.delete_public_access_block(Bucket=name)
    anyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [anyone]}))
    uploads.looked()
    drift = uploads.until(lambda thing: not thing["status"]["drift"]["count"])["status"]["drift"]
    closed = {(e["resource"].split("/")[-1], e["severity"]) for e in drift["recent"]}
    assert closed == {("public-access", "Critical"), ("policy", "Critical")}
    assert s3.get_bucket_policy_status(Bucket=name)["PolicyStatus"]["IsPublic"] is False

    uploads.delete()
    said = uploads.reason("Stalled", "True", "NotEmpty")
    assert "Empty the bucket" in said["message"]
    s3.delete_object(Bucket=name, Key="file")
    uploads.annotate(reconcile="emptied")
    uploads.gone()
    assert name not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
