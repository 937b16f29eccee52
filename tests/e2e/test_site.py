"""A site in a whole sandbox: declared, filled, and opened in a real browser by way of what AWS shows of it."""

from __future__ import annotations

import shutil
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.browser.chromium import MISSING, PICTURES, PROGRAM, Browser, Page, opened
from tests.browser.site import APP
from tests.e2e.space import Address, Space
from trueup.sandbox.edge import Edge
from trueup.sandbox.edge.functions import engine

SITE = {
    "zoneRef": {"name": "home"},
    "wwwRedirect": True,
    "spa": True,
    "deletionPolicy": "Delete",
    "cache": [
        {"pattern": "index.html", "maxAgeSeconds": 0},
        {"pattern": "*.js", "maxAgeSeconds": 31536000},
        {"pattern": "*.css", "maxAgeSeconds": 31536000},
        {"pattern": "*.png", "maxAgeSeconds": 604800},
    ],
}
CACHING = {
    "/": "no-cache",
    "/projects/42": "no-cache",
    "/app.9d41b7.js": "public, max-age=31536000",
    "/brick.png": "public, max-age=604800",
}
SECURITY = {
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "strict-origin-when-cross-origin",
}
pytestmark = [
    pytest.mark.cluster,
    pytest.mark.xdist_group("e2e"),
    pytest.mark.skipif(engine() is None, reason="the site's redirect is run by Node.js, which is not on PATH"),
]


def domain_of(space: Space) -> str:
    """A domain that no other test has: a name belongs to one distribution in the world."""
    return f"{space.name}.example"


def synced(web: Address, folder: Path) -> None:
    """What is in the folder is on the site."""
    told = web.space.stage.trueup("site", "sync", str(folder), "site/web", "-n", web.space.name)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.fixture
def web(space: Space) -> Address:
    """A site under its own name, ready, with the app in it."""
    domain = domain_of(space)
    space.apply("DnsZone", "home", {"domain": domain, "deletionPolicy": "Delete"})
    web = space.apply("StaticSite", "web", {"domains": [domain], **SITE})
    web.done()
    synced(web, APP)
    return web


@pytest.fixture
def edge(web: Address) -> Iterator[Edge]:
    with Edge.at(web.space.stage.endpoint) as serving:
        yield serving


def asked(edge: Edge, host: str, path: str) -> httpx.Response:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    url = f"https://127.0.0.1:{edge.port}{path}"
    return httpx.get(url, headers={"Host": host}, verify=trusting, trust_env=False, timeout=30)


def test_a_declared_site_is_what_its_spec_says(space: Space, edge: Edge) -> None:
    domain = domain_of(space)
    answers = {path: asked(edge, domain, path) for path in CACHING}
    assert {path: (one.status_code, one.headers["cache-control"]) for path, one in answers.items()} == {
        path: (200, caching) for path, caching in CACHING.items()
    }
    assert all(SECURITY.items() <= dict(one.headers).items() for one in answers.values())
    index = (APP / "index.html").read_bytes()
    assert answers["/"].content == answers["/projects/42"].content == index
    www = asked(edge, f"www.{domain}", "/projects/42?a=1")
    assert (www.status_code, www.headers["location"]) == (301, f"https://{domain}/projects/42?a=1")


@pytest.mark.skipif(PROGRAM is None, reason=MISSING)
def test_a_browser_opens_it(space: Space, edge: Edge, tmp_path: Path) -> None:
    browser, domain = Browser(str(PROGRAM), edge.port, tmp_path), domain_of(space)
    address = f"https://{domain}/projects/42"
    page = Page("Project 42 - LEGO MOCs", "Project 42", address)
    assert opened(browser, f"https://{domain}/") == Page("Projects - LEGO MOCs", "Projects", f"https://{domain}/")
    assert [opened(browser, url) for url in (address, f"http://www.{domain}/projects/42")] == [page] * 2
    browser.picture(address, PICTURES / "declared-site.png")


def test_a_new_version_is_there_once_it_is_put_and_the_old_forgotten(edge: Edge, web: Address, tmp_path: Path) -> None:
    domain = domain_of(web.space)
    before = asked(edge, domain, "/brick.png").content
    folder = shutil.copytree(APP, tmp_path / "app")
    (folder / "brick.png").write_bytes(before + b"\0")
    synced(web, folder)
    assert asked(edge, domain, "/brick.png").content == before + b"\0"
