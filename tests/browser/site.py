"""A site as the platform wants it, made by hand: bucket, certificate, function, policy, distribution, files."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.emulator.edge import OPTIMIZED, some

APP = Path(__file__).parent / "app"
NAME, BUCKET = "lego-mocs.example", "lego-mocs-site"
NEVER, WEEK, YEAR = "no-cache", "public, max-age=604800", "public, max-age=31536000, immutable"
CONTENT_POLICY = "default-src 'self'"
REDIRECT = """
function handler(event) {
  var request = event.request;
  if (request.headers.host.value !== 'www.lego-mocs.example') { return request; }
  var location = 'https://lego-mocs.example' + request.uri;
  return { statusCode: 301, statusDescription: 'Moved Permanently', headers: { location: { value: location } } };
}
"""
HEADERS = {
    "Name": "lego-mocs-site",
    "SecurityHeadersConfig": {
        "ContentSecurityPolicy": {"Override": True, "ContentSecurityPolicy": CONTENT_POLICY},
        "ContentTypeOptions": {"Override": True},
        "FrameOptions": {"Override": True, "FrameOption": "DENY"},
        "ReferrerPolicy": {"Override": True, "ReferrerPolicy": "strict-origin-when-cross-origin"},
        "StrictTransportSecurity": {"Override": True, "AccessControlMaxAgeSec": 31536000, "IncludeSubdomains": True},
    },
}


@dataclass(frozen=True)
class Site:
    """A distribution that serves what is in a bucket."""

    id: str
    arn: str
    domain: str


def made(client: Callable[[str], Any]) -> Site:
    """The site with its files; AWS takes no time."""
    client("s3").create_bucket(Bucket=BUCKET)
    upload(client("s3"), APP)
    cloudfront = client("cloudfront")
    config = _config(cloudfront, _certificate(client))
    found = cloudfront.create_distribution(DistributionConfig=config)["Distribution"]
    site = Site(found["Id"], found["ARN"], found["DomainName"])
    open_to(client("s3"), site)
    return site


def upload(s3: Any, folder: Path) -> None:
    """Every file of a folder, with the caching that its kind wants."""
    for path in sorted(folder.iterdir()):
        caching = {".html": NEVER, ".png": WEEK}.get(path.suffix, YEAR)
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        s3.put_object(Bucket=BUCKET, Key=path.name, Body=path.read_bytes(), ContentType=kind, CacheControl=caching)


def open_to(s3: Any, site: Site, **condition: str) -> None:
    """The bucket lets the site's distribution read, and nobody else."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
        "Condition": {"StringEquals": {"AWS:SourceArn": site.arn, **condition}},
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))


def _certificate(client: Callable[[str], Any]) -> str:
    """A certificate for the name and all below it, proved in a zone."""
    zone = client("route53").create_hosted_zone(Name=NAME, CallerReference="site")["HostedZone"]["Id"]
    acm = client("acm")
    names = {"DomainName": NAME, "SubjectAlternativeNames": [f"*.{NAME}"], "ValidationMethod": "DNS"}
    arn = acm.request_certificate(**names)["CertificateArn"]
    record = acm.describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"][0]["ResourceRecord"]
    value = {"Name": record["Name"], "Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": record["Value"]}]}
    changes = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": value}]}
    client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)
    acm.describe_certificate(CertificateArn=arn)
    return arn


def _config(cloudfront: Any, certificate: str) -> dict[str, Any]:
    headers = cloudfront.create_response_headers_policy(ResponseHeadersPolicyConfig=HEADERS)["ResponseHeadersPolicy"]
    behavior = {
        "TargetOriginId": "bucket",
        "ViewerProtocolPolicy": "redirect-to-https",
        "Compress": True,
        "CachePolicyId": OPTIMIZED,
        "ResponseHeadersPolicyId": headers["Id"],
        "FunctionAssociations": some({"FunctionARN": _redirect(cloudfront), "EventType": "viewer-request"}),
    }
    origin = {
        "Id": "bucket",
        "DomainName": f"{BUCKET}.s3.us-east-1.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
        "OriginAccessControlId": _control(cloudfront),
    }
    page = {"ResponsePagePath": "/index.html", "ResponseCode": "200", "ErrorCachingMinTTL": 0}
    return {
        "CallerReference": "site",
        "Comment": "",
        "Enabled": True,
        "Aliases": some(NAME, f"www.{NAME}"),
        "DefaultRootObject": "index.html",
        "Origins": some(origin),
        "DefaultCacheBehavior": behavior,
        "CustomErrorResponses": some({"ErrorCode": 403, **page}, {"ErrorCode": 404, **page}),
        "ViewerCertificate": {
            "ACMCertificateArn": certificate,
            "SSLSupportMethod": "sni-only",
            "MinimumProtocolVersion": "TLSv1.2_2021",
        },
    }


def _control(cloudfront: Any) -> str:
    config = {
        "Name": BUCKET,
        "SigningProtocol": "sigv4",
        "SigningBehavior": "always",
        "OriginAccessControlOriginType": "s3",
    }
    return cloudfront.create_origin_access_control(OriginAccessControlConfig=config)["OriginAccessControl"]["Id"]


def _redirect(cloudfront: Any) -> str:
    config = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
    made = cloudfront.create_function(Name="www", FunctionConfig=config, FunctionCode=REDIRECT.encode())
    cloudfront.publish_function(Name="www", IfMatch=made["ETag"])
    return made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
