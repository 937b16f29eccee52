"""`trueup site sync` against the emulator: what visitors get, in which order it came, and what is said."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.house import Address, House
from trueup.cli.failures import Failure
from trueup.cli.objects import Shown
from trueup.cli.site import Wanted, sync
from trueup.cluster.reading import Stored
from trueup.kinds.staticsite.content import NOTE

SITE: Address = ("StaticSite", "shop", "web")
SPEC = {
    "bucketName": "the-web",
    "cache": [{"pattern": "index.html", "maxAgeSeconds": 0}, {"pattern": "*.js", "maxAgeSeconds": 31536000}],
}
DO, DRY = Wanted(dry=False, keep=False, output="json"), Wanted(dry=True, keep=False, output="json")


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    made = House()
    made.apply({"kind": "StaticSite", "metadata": {"name": "web", "namespace": "shop"}, "spec": SPEC})
    made.settle()
    made.emulator.clear_calls()
    return made


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    for name, text in {"index.html": "page", "assets/app.js": "one", "logo.png": "png"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def shown(house: House) -> Shown:
    return Shown(Stored(house.cluster.objects[SITE], None))


def run(house: House, folder: Path, wanted: Wanted, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code = sync(folder, shown(house), wanted, house.sessions)
    return code, json.loads(capsys.readouterr().out)


def test_a_first_run_uploads_everything_with_its_headers_and_a_second_nothing(
    house: House, dist: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(house, dist, DO, capsys)
    distribution = house.status(SITE)["outputs"]["distributionId"]
    assert (code, said) == (
        0,
        {
            "object": "StaticSite shop/web",
            "bucket": "the-web",
            "distribution": distribution,
            "dryRun": False,
            "uploaded": [{"key": key, "because": "new"} for key in ("assets/app.js", "logo.png", "index.html")],
            "deleted": [],
            "invalidated": [],
            "unchanged": 0,
        },
    )
    s3 = house.client("s3")
    served = {key: s3.head_object(Bucket="the-web", Key=key) for key in ("index.html", "assets/app.js", "logo.png")}
    assert {key: (one["ContentType"], one["CacheControl"]) for key, one in served.items()} == {
        "index.html": ("text/html; charset=utf-8", "no-cache"),
        "assets/app.js": ("text/javascript; charset=utf-8", "public, max-age=31536000"),
        "logo.png": ("image/png", "no-cache"),
    }
    house.emulator.clear_calls()
    code, said = run(house, dist, DO, capsys)
    assert (code, said["uploaded"], said["unchanged"]) == (0, [], 3)
    assert {name for name in house.emulator.calls() if "Put" in name or "Delete" in name or "Create" in name} == set()


def test_what_changed_goes_and_the_edges_forget_only_what_they_keep(
    house: House, dist: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(house, dist, DO, capsys)
    (dist / "assets/app.js").write_text("two")
    (dist / "index.html").write_text("another page")
    (dist / "logo.png").unlink()
    code, said = run(house, dist, DRY, capsys)
    assert (code, said["dryRun"], said["deleted"]) == (2, True, ["logo.png"])
    code, said = run(house, dist, DO, capsys)
    assert [one["key"] for one in said["uploaded"]] == ["assets/app.js", "index.html"]
    assert (code, said["deleted"], said["invalidated"]) == (0, ["logo.png"], ["/assets/app.js"])
    keys = [one["Key"] for one in house.client("s3").list_objects_v2(Bucket="the-web")["Contents"]]
    assert keys == ["assets/app.js", "index.html"]
    cloudfront = house.client("cloudfront")
    listed = cloudfront.list_invalidations(DistributionId=said["distribution"])["InvalidationList"]
    (one,) = listed["Items"]
    batch = cloudfront.get_invalidation(DistributionId=said["distribution"], Id=one["Id"])["Invalidation"]
    assert batch["InvalidationBatch"]["Paths"]["Items"] == ["/assets/app.js"]


def test_a_run_that_died_before_the_edges_knew_is_made_good_by_the_next(
    house: House, dist: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(house, dist, DO, capsys)
    house.client("s3").put_object(Bucket="the-web", Key=NOTE, Body=b"/assets/app.js")
    code, said = run(house, dist, DO, capsys)
    assert (code, said["uploaded"], said["invalidated"]) == (0, [], ["/assets/app.js"])
    assert run(house, dist, DRY, capsys)[0] == 0


def test_it_says_in_lines_what_it_does(house: House, dist: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sync(dist, shown(house), Wanted(dry=True, keep=True, output="text"), house.sessions)
    assert capsys.readouterr().out.splitlines() == [
        "  + assets/app.js  (new)",
        "  + logo.png  (new)",
        "  + index.html  (new)",
        "StaticSite shop/web: 3 to upload, 0 to delete, 0 unchanged, in the-web.",
    ]


def test_a_folder_that_lacks_something_is_refused_before_anything_is_uploaded(house: House, dist: Path) -> None:
    (dist / "photo.png").symlink_to(dist / "nowhere.png")
    with pytest.raises(Failure, match=r"photo\.png is a link to nothing, so that the site would lack it"):
        sync(dist, shown(house), DO, house.sessions)
    (dist / "photo.png").unlink()
    Path(os.fsdecode(bytes(dist / "photo") + b"\xff.png")).write_text("png")
    with pytest.raises(Failure, match="has a name that no URL can say: rename it"):
        sync(dist, shown(house), DO, house.sessions)
    assert house.emulator.calls() == {}


def test_nothing_is_uploaded_to_a_site_that_is_being_deleted(house: House, dist: Path) -> None:
    house.delete(SITE)
    with pytest.raises(Failure, match="StaticSite shop/web is being deleted, so that nothing is uploaded: "):
        sync(dist, shown(house), DO, house.sessions)


def test_what_cannot_be_is_one_sentence(house: House, dist: Path, tmp_path: Path) -> None:
    def refused(folder: Path) -> str:
        with pytest.raises(Failure) as said:
            sync(folder, shown(house), DO, house.sessions)
        return str(said.value)

    (dist / "index.html").unlink()
    assert (
        refused(dist)
        == f"{dist} holds no index.html, so that the site would have no page: name the folder of the build."
    )
    assert refused(dist / "none") == f"{dist / 'none'} is not a folder: name the one that your build writes."
    (dist / "index.html").write_text("page")
    house.client("s3").delete_bucket(Bucket="the-web")
    assert refused(dist).startswith("StaticSite shop/web: s3.ListObjectsV2 failed with NoSuchBucket")
    house.cluster.objects[SITE] = type(house.cluster.objects[SITE])(*SITE, spec=SPEC)
    assert "has no bucket yet: wait until it is there" in refused(dist)
