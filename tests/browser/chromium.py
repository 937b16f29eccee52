"""A headless Chromium, wherever one is: what it makes of a page, as a document and as a picture."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = f"no Chromium is on PATH ({', '.join(NAMES)}); on Debian, `apt install chromium` brings one"
PICTURES = Path(__file__).parents[2] / ".pictures"
"""Where pictures of pages are kept; Git ignores it."""
_SECONDS = 120
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",  # tests run as root in containers, where Chromium's own sandbox does not start
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--ignore-certificate-errors",
    "--window-size=900,600",
)


PROGRAM = next((found for name in NAMES if (found := shutil.which(name))), None)
"""The first Chromium on PATH."""


@dataclass(frozen=True)
class Browser:
    """Opens pages, all of whose names lead to one port of this machine."""

    program: str
    port: int
    profile: Path

    def document(self, url: str) -> str:
        """The document as it stands once the page has loaded, scripts and all."""
        return self._run("--dump-dom", url)

    def picture(self, url: str, file: Path) -> None:
        """What a person would see is in the file, as PNG."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        self._run(f"--screenshot={file}", url)

    def _run(self, *arguments: str) -> str:
        leads = f"--host-resolver-rules=MAP * 127.0.0.1:{self.port}"
        command = [self.program, *_OPTIONS, f"--user-data-dir={self.profile}", leads, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS)
        assert done.returncode == 0, done.stderr
        return done.stdout


@dataclass(frozen=True)
class Page:
    """What a person reads of a page of the app, and the address that the browser shows for it."""

    title: str
    heading: str
    address: str


def opened(browser: Browser, url: str) -> Page:
    """The app's page as the browser has it once its script has run."""
    document = browser.document(url)
    patterns = (r"<title>(.*?)</title>", r"<h1>(.*?)</h1>", r'data-ready="(.*?)"')
    found = [re.search(pattern, document) for pattern in patterns]
    assert all(found), document
    return Page(*(one[1] for one in found if one))
