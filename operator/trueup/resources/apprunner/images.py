"""The image that a tag leads to now, which App Runner deploys only when it is told to.

App Runner tells no digest of what it serves. A tag whose image was pushed after the last deployment began leads to
another one; a tag that was put back onto an older image is not told apart, for ECR does not say when a tag moved.
API: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from trueup.core.declaring import Deep
from trueup.core.paths import get
from trueup.core.values import Doc
from trueup.resources.apprunner import operations

_SOURCE: Final = "Service.SourceConfiguration"
_TAGGED: Final = re.compile(
    r"(?P<account>[0-9]{12})[.]dkr[.]ecr[.](?P<region>[a-z0-9-]+)[.]amazonaws[.]com(?:[.]cn)?/(?P<name>[^:@]+):(?P<tag>[^:@]+)"
)


def _awaited(doc: Doc) -> Doc:
    """Repository and tag of an image of the service's own account and region that nothing deploys by itself."""
    found = _TAGGED.fullmatch(str(get(doc, f"{_SOURCE}.ImageRepository.ImageIdentifier")))
    if found is None or get(doc, f"{_SOURCE}.AutoDeploymentsEnabled") is True:
        return {}
    _, _, _, region, account, *_ = str(doc["ServiceArn"]).split(":")
    if (found["region"], found["account"]) != (region, account):
        return {}
    return {"ImageRepositoryName": found["name"], "ImageTag": found["tag"]}


PUSHED: Final = Deep(
    "DescribeImages",
    {"repositoryName": "{ImageRepositoryName}", "imageIds": [{"imageTag": "{ImageTag}"}]},
    "imageDetails",
    into="Pushed",
    every=300,
    service="ecr",
    # Without the right to read it, or once the image is gone, no other one is known of.
    absent=("AccessDeniedException", "ImageNotFoundException", "RepositoryNotFoundException"),
    given=_awaited,
)
"""The read of the image that the service's tag leads to."""


def newer(doc: Doc) -> tuple[str, datetime] | None:
    """Digest of the image that the tag leads to, and when it was pushed: after the service was last deployed."""
    digest, pushed = get(doc, "Pushed[0].imageDigest"), get(doc, "Pushed[0].imagePushedAt")
    deployed = operations.deployed_at(doc)
    if not isinstance(pushed, datetime) or deployed is None or pushed <= deployed or not _awaited(doc):
        return None
    return str(digest), pushed
