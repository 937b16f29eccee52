"""A browser opens a site that the sandbox serves, as its distribution is read back from AWS."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.browser import site as by_hand
from tests.browser.chromium import MISSING, PICTURES, PROGRAM, Browser, Page, opened
from tests.browser.site import BUCKET, NAME
from trueup.sandbox.edge import Edge
from trueup.sandbox.edge.functions import engine
from trueup.sandbox.edge.server import clients

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(PROGRAM is None, reason=MISSING),
    pytest.mark.skipif(engine() is None, reason="the site's redirect is run by Node.js, which is not on PATH"),
]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """An AWS of these tests' own."""
    command = [sys.executable, "-m", "trueup.sandbox.emulator", "--delays", "none"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        yield serving.stdout.readline().strip()
        serving.terminate()


@pytest.fixture(scope="module")
def edge(endpoint: str) -> Iterator[Edge]:
    """The site, made in that AWS, and what serves it."""
    by_hand.made(clients(endpoint))
    with Edge.at(endpoint) as serving:
        yield serving


@pytest.fixture(scope="module")
def browser(edge: Edge, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    return Browser(str(PROGRAM), edge.port, tmp_path_factory.mktemp("profile"))


def test_the_root_shows_the_app(browser: Browser) -> None:
    assert opened(browser, f"https://{NAME}/") == Page("Projects - LEGO MOCs", "Projects", f"https://{NAME}/")


def test_a_deep_link_opens_its_page(browser: Browser) -> None:
    address = f"https://{NAME}/projects/42"
    assert opened(browser, address) == Page("Project 42 - LEGO MOCs", "Project 42", address)


def test_www_and_plain_http_lead_to_the_same_page_over_https(browser: Browser) -> None:
    page = Page("Project 42 - LEGO MOCs", "Project 42", f"https://{NAME}/projects/42")
    addresses = (f"https://www.{NAME}/projects/42", f"http://www.{NAME}/projects/42", f"http://{NAME}/projects/42")
    assert [opened(browser, address) for address in addresses] == [page] * 3


def test_the_browser_obeys_the_security_headers(endpoint: str, browser: Browser) -> None:
    """A script within the page would speak, but the policy lets only files of the site's own be run."""
    page = b"<title>t</title><h1>quiet</h1><body data-ready='x'><script>document.title = 'spoken'</script>"
    put = clients(endpoint)("s3").put_object
    put(Bucket=BUCKET, Key="inline.html", Body=page, ContentType="text/html", CacheControl="no-cache")
    assert opened(browser, f"https://{NAME}/inline.html").title == "t"


def test_the_page_is_drawn_with_its_style_and_picture(browser: Browser) -> None:
    file = PICTURES / "site.png"
    browser.picture(f"https://{NAME}/projects/42", file)
    content = file.read_bytes()
    assert (content[:8], struct.unpack(">II", content[16:24])) == (b"\x89PNG\r\n\x1a\n", (900, 600))
