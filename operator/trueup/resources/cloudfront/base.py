"""What everything of CloudFront has in common: one global service that answers in us-east-1, and writes by ETag.

Whatever is replaced or deleted is named with the ETag of the version that was read, so that nothing is written over
that somebody changed meanwhile: https://docs.aws.amazon.com/cloudfront/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from typing import Final

from trueup.core.resource import Deep
from trueup.core.tagging import Tagging

SERVICE: Final = "cloudfront"
HOME: Final = "us-east-1"

ALIAS_ZONE: Final = "Z2FDTNDATAQYW2"
"""The hosted zone of all that CloudFront serves, for alias records; it has no other outside China."""

SECURITY_HEADERS: Final = "67f7725c-6f97-4210-82d7-5512b31e9d03"
"""AWS's own policy SecurityHeaders: HSTS of a year, nosniff, frames of the same origin, a strict referrer policy.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
"""


def tagging(create: str) -> Tagging:
    """How CloudFront tags; `create` is where the create call takes the tags."""
    return Tagging(
        read="Tags.Items",
        create=create,
        add="TagResource",
        remove="UntagResource",
        who="Resource",
        tags="Tags.Items",
        keys="TagKeys.Items",
    )


def tags_of(arn: str) -> Deep:
    """The deep read of the tags of what is found under an ARN in the document."""
    return Deep("ListTagsForResource", {"Resource": f"{{{arn}}}"}, "Tags", into="Tags", every=300)
