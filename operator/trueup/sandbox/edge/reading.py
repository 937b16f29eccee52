"""Charter: what the edge reads of AWS: distributions with all they name, the bucket's policy, and its objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from trueup.core.values import Doc, Json
from trueup.sandbox.edge.messages import Headers, Response

_ABSENT = ("NoSuchBucket", "NoSuchBucketPolicy", "NoSuchKey", "AccessDenied")
_SHOWN = ("content-type", "cache-control", "etag", "last-modified", "content-encoding", "content-language")
Client = Callable[[str], Json]
"""Gives the client of a service."""


@dataclass(frozen=True)
class Distribution:
    """A distribution as GetDistribution shows it."""

    id: str
    arn: str
    domain: str
    config: Doc

    def answers(self, name: str) -> bool:
        """The distribution is the one for a host's name."""
        wild = f"*.{name.partition('.')[2]}"
        return name == self.domain or any(alias in (name, wild) for alias in listed(self.config["Aliases"]))


@dataclass(frozen=True)
class Function:
    """The live code of a function."""

    name: str
    code: str


class Aws:
    """AWS as its API shows it at this moment; nothing is remembered."""

    def __init__(self, client: Client) -> None:
        self._cloudfront, self._s3 = client("cloudfront"), client("s3")

    def distribution(self, id: str) -> Distribution:
        """One distribution by its id."""
        found = self._cloudfront.get_distribution(Id=id)["Distribution"]
        return Distribution(found["Id"], found["ARN"], found["DomainName"], found["DistributionConfig"])

    def of(self, name: str) -> Distribution | None:
        """The distribution that answers for a host's name: one with that very name before one with a wildcard."""
        found = list(self._candidates(name))
        exact = [one for one in found if name == one.domain or name in listed(one.config["Aliases"])]
        best = (exact or found)[:1]
        return self.distribution(best[0].id) if best else None

    def _candidates(self, name: str) -> Iterator[Distribution]:
        for page in self._cloudfront.get_paginator("list_distributions").paginate():
            for one in page["DistributionList"].get("Items", ()):
                seen = Distribution(one["Id"], one["ARN"], one["DomainName"], one)
                if seen.answers(name):
                    yield seen

    def headers_policy(self, id: str) -> Doc:
        """A response headers policy."""
        return self._cloudfront.get_response_headers_policy_config(Id=id)["ResponseHeadersPolicyConfig"]

    def cache_policy(self, id: str) -> Doc:
        """A cache policy."""
        return self._cloudfront.get_cache_policy_config(Id=id)["CachePolicyConfig"]

    def signs(self, control: str) -> bool:
        """Whether requests to an origin are signed, by an origin access control's id; none: they are not."""
        if not control:
            return False
        found = self._cloudfront.get_origin_access_control_config(Id=control)["OriginAccessControlConfig"]
        return found["SigningBehavior"] != "never" and found["OriginAccessControlOriginType"] == "s3"

    def invalidations(self, id: str) -> dict[str, bool]:
        """The distribution's invalidations by id, and whether each is completed."""
        pages = self._cloudfront.get_paginator("list_invalidations").paginate(DistributionId=id)
        found = [one for page in pages for one in page["InvalidationList"].get("Items", ())]
        return {str(one["Id"]): one["Status"] == "Completed" for one in found}

    def invalidated(self, id: str, invalidation: str) -> list[str]:
        """The paths of an invalidation."""
        found = self._cloudfront.get_invalidation(DistributionId=id, Id=invalidation)["Invalidation"]
        return [str(path) for path in listed(found["InvalidationBatch"]["Paths"])]

    def function(self, arn: str) -> Function:
        """What is live of a function."""
        name = arn.rsplit("/", 1)[-1]
        body = self._cloudfront.get_function(Name=name, Stage="LIVE")["FunctionCode"]
        return Function(name, body.read().decode())

    def bucket_policy(self, bucket: str) -> str | None:
        """A bucket's policy; None where it has none, or is not there."""
        try:
            return str(self._s3.get_bucket_policy(Bucket=bucket)["Policy"])
        except ClientError as error:
            return _nothing(error)

    def object(self, bucket: str, key: str) -> Response | None:
        """An object as S3 answers it; None where there is none."""
        try:
            found = self._s3.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            return _nothing(error)
        sent = found["ResponseMetadata"]["HTTPHeaders"]
        shown = {name: str(sent[name]) for name in _SHOWN if sent.get(name)}
        return Response(200, Headers({**shown, "server": "AmazonS3"}), found["Body"].read())


def _nothing(error: ClientError) -> None:
    """There is none; raise again what does not say so."""
    if error.response.get("Error", {}).get("Code") not in _ABSENT:
        raise error


def listed(value: Doc | None) -> list[Json]:
    """What a list of CloudFront's holds."""
    return list((value or {}).get("Items") or ())
