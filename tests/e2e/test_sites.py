"""A site in a whole sandbox: its files put there by the command, its edges told, and all of it gone with its object."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.aws import settled
from tests.e2e.space import Space

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]

CACHE = [{"pattern": "index.html", "maxAgeSeconds": 0}, {"pattern": "*.js", "maxAgeSeconds": 31_536_000}]


def test_a_site_is_made_filled_told_to_forget_and_gone(space: Space, tmp_path: Path) -> None:
    s3: Any = space.stage.aws("s3")
    cloudfront: Any = space.stage.aws("cloudfront")
    web = space.apply("StaticSite", "web", {"spa": True, "cache": CACHE})
    outputs = settled(web).status["outputs"]
    (tmp_path / "index.html").write_text("page")
    (tmp_path / "app.js").write_text("one")
    sync = ("site", "sync", str(tmp_path), "site/web", "-n", space.name, "-o", "json")
    first = json.loads(space.stage.trueup(*sync).stdout)
    assert [one["key"] for one in first["uploaded"]] == ["app.js", "index.html"]
    (tmp_path / "app.js").write_text("two")
    assert space.stage.trueup(*sync, "--dry-run").returncode == 2
    assert json.loads(space.stage.trueup(*sync).stdout)["invalidated"] == ["/app.js"]
    served = s3.head_object(Bucket=outputs["bucketName"], Key="app.js")
    assert (served["CacheControl"], served["ContentLength"]) == ("public, max-age=31536000", 3)

    web.delete()
    web.gone()
    listed = cloudfront.list_distributions()["DistributionList"].get("Items", [])
    assert outputs["distributionId"] not in [one["Id"] for one in listed]
    assert outputs["bucketName"] not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
