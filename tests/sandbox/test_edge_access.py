"""The edge reads a bucket's policy as S3 does: who may, unless it is denied."""

from __future__ import annotations

import json
from typing import Any

import pytest

from trueup.sandbox.edge.access import Asker, allows

ARN = "arn:aws:cloudfront::123456789012:distribution/E1"
OBJECT = "arn:aws:s3:::site/index.html"


@pytest.mark.parametrize(
    ("change", "held"),
    [
        ({}, True),
        ({"Principal": {"Service": ["cloudfront.amazonaws.com"]}}, True),
        ({"Principal": {"Service": "lambda.amazonaws.com"}}, False),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, False),
        ({"Principal": "*", "Condition": {}}, True),
        ({"Action": "s3:*"}, True),
        ({"Action": ["s3:PutObject"]}, False),
        ({"Resource": "arn:aws:s3:::site/assets/*"}, False),
        ({"Condition": {"StringEquals": {"AWS:SourceAccount": "123456789012"}}}, True),
        ({"Condition": {"StringEquals": {"AWS:SourceArn": [f"{ARN}0", ARN]}}}, True),
        ({"Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:cloudfront::*:distribution/*"}}}, True),
        ({"Condition": {"StringEquals": {"AWS:SourceArn": f"{ARN}0"}}}, False),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, False),
        ({"Effect": "Deny"}, False),
    ],
)
def test_a_policy_is_read_as_s3_reads_it(change: dict[str, Any], *, held: bool) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::site/*",
        "Condition": {"StringEquals": {"AWS:SourceArn": ARN}},
    }
    policy = json.dumps({"Statement": {**statement, **change}})
    assert allows(policy, Asker(ARN, signed=True), "s3:GetObject", OBJECT) is held


def test_a_denial_counts_unless_it_is_of_connections_without_tls() -> None:
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*"}
    plain = {"Bool": {"aws:SecureTransport": False}}
    unknown = {"NumericLessThan": {"s3:TlsVersion": 1.2}}
    decided = [
        allows(
            json.dumps({"Statement": [allow, {**allow, "Effect": "Deny", "Condition": condition}]}),
            Asker(ARN, signed=False),
            "s3:GetObject",
            OBJECT,
        )
        for condition in ({}, plain, unknown)
    ]
    assert decided == [False, True, False]
