"""Images in the emulated ECR."""

from __future__ import annotations

import json
from typing import Any

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


def push(ecr: Any, tag: str, content: str = "a", repository: str = "app") -> str:
    """The repository has an image of its own for each content; the tag moves to it. The image's digest."""
    if repository not in [one["repositoryName"] for one in ecr.describe_repositories()["repositories"]]:
        ecr.create_repository(repositoryName=repository)
    layers = [{"digest": f"sha256:{content:0>64}"}]
    manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "layers": layers, "config": {"size": 1}})
    put = ecr.put_image(repositoryName=repository, imageTag=tag, imageManifest=manifest)
    return put["image"]["imageId"]["imageDigest"]
