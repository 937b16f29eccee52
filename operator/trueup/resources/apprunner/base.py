"""What every App Runner resource shares: names by ARN, tags that no list shows, lists that page by token.

API: https://docs.aws.amazon.com/apprunner/latest/api/
"""

from __future__ import annotations

from typing import Final

from trueup.core.resource import Deep
from trueup.core.tagging import Tagging

SERVICE: Final = "apprunner"

PAGE: Final = {"MaxResults": 100}
"""The largest page of the lists of configurations and connectors; that of services is smaller."""

TAGS: Final = Tagging(read="Tags", create="Tags", add="TagResource", remove="UntagResource", who="ResourceArn")


def tags_by(arn: str) -> Deep:
    """The deep read of the tags of what a list shows without them."""
    return Deep("ListTagsForResource", {"ResourceArn": f"{{{arn}}}"}, "Tags", into="Tags")
