"""Charter: what to do so that a site's bucket holds what a folder holds: pure, with every header that files are given.

Order matters to visitors: what pages refer to is there before the pages, the root page comes last, and what is gone is
deleted only after that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from trueup.kinds.staticsite.edge import ROOT
from trueup.kinds.staticsite.spec import CacheRule

NOTE: Final = ".trueup/to-be-forgotten"
"""The object that holds what is still to be invalidated: whoever goes on after a crash finds it."""
EVERYTHING: Final = "/*"
MOST_PATHS: Final = 15
"""Beyond so many paths everything is invalidated, which counts as one: a thousand a month are free."""
ASKED_ANEW: Final = "no-cache"

_TEXTS: Final[Mapping[str, str]] = {
    "css": "text/css",
    "csv": "text/csv",
    "htm": "text/html",
    "html": "text/html",
    "js": "text/javascript",
    "json": "application/json",
    "map": "application/json",
    "md": "text/markdown",
    "mjs": "text/javascript",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "webmanifest": "application/manifest+json",
    "xml": "application/xml",
}
_OTHERS: Final[Mapping[str, str]] = {
    "avif": "image/avif",
    "eot": "application/vnd.ms-fontobject",
    "gif": "image/gif",
    "ico": "image/x-icon",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "otf": "font/otf",
    "pdf": "application/pdf",
    "png": "image/png",
    "ttf": "font/ttf",
    "wasm": "application/wasm",
    "webm": "video/webm",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "zip": "application/zip",
}
_PAGES: Final = ("htm", "html")


@dataclass(frozen=True, slots=True)
class Headers:
    """What a file is served with."""

    type: str
    cache: str


@dataclass(frozen=True, slots=True)
class File:
    """One file, here or in the bucket: the MD5 digest of its content, its size, and its headers."""

    digest: str
    size: int
    headers: Headers


@dataclass(frozen=True, slots=True)
class Synchronisation:
    """What is to be done, in this order; empty when the bucket is as the folder."""

    uploads: tuple[str, ...] = ()
    """Keys, the root page last."""
    deletions: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()
    """Paths that edges may still hold as they were."""
    unchanged: int = 0
    reasons: Mapping[str, str] = field(default_factory=dict[str, str])
    """Key → `new`, `content` or `headers`, for uploads."""

    @property
    def is_empty(self) -> bool:
        """There is nothing to do."""
        return not (self.uploads or self.deletions or self.forgotten)


def fits(pattern: str, key: str) -> bool:
    """CloudFront's pattern fits the key: * is any text, ? any character, and the slash in front makes no difference."""
    parts = ({"*": ".*", "?": "."}.get(one, re.escape(one)) for one in pattern.removeprefix("/"))
    return re.fullmatch("".join(parts), key, re.DOTALL) is not None


def headers(key: str, rules: Iterable[CacheRule]) -> Headers:
    """What a file is served with: its type by its name's end, and how long it is kept by the first rule that fits."""
    age = next((rule.max_age_seconds for rule in rules if fits(rule.pattern, key)), 0)
    ending = _ending(key)
    text = _TEXTS.get(ending)
    kind = f"{text}; charset=utf-8" if text else _OTHERS.get(ending, "application/octet-stream")
    return Headers(kind, f"public, max-age={age}" if age else ASKED_ANEW)


def _ending(key: str) -> str:
    name = key.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def synchronised(
    here: Mapping[str, File], there: Mapping[str, File], *, left: Iterable[str] = (), keep: bool = False
) -> Synchronisation:
    """What makes the bucket hold what the folder holds.

    `left` are paths that an earlier run could not have forgotten; with `keep`, nothing is deleted.
    """
    reasons = {key: why for key, file in here.items() if (why := _differing(file, there.get(key)))}
    gone = [] if keep else sorted(key for key in there if key not in here and key != NOTE)
    changed = [there[key] for key in (*reasons, *gone) if key in there]
    known = [key for key in (*reasons, *gone) if key in there]
    stale = [key for key, old in zip(known, changed, strict=True) if _is_kept(old) or _is_kept(here.get(key))]
    return Synchronisation(
        uploads=tuple(sorted(reasons, key=lambda key: (_turn(key), key))),
        deletions=tuple(gone),
        forgotten=_paths({*left, *(path for key in stale for path in paths_of(key))}),
        unchanged=len(here) - len(reasons),
        reasons=reasons,
    )


def _differing(file: File, there: File | None) -> str:
    if there is None:
        return "new"
    if (file.digest, file.size) != (there.digest, there.size):
        return "content"
    return "" if file.headers == there.headers else "headers"


def _turn(key: str) -> int:
    if key == ROOT:
        return 2
    return 1 if _ending(key) in _PAGES else 0


def _is_kept(file: File | None) -> bool:
    """Edges keep it without asking: its header names an age that is not 0."""
    if file is None:
        return False
    age = re.search(r"max-age=(\d+)", file.headers.cache)
    return age is not None and int(age.group(1)) > 0


def paths_of(key: str) -> tuple[str, ...]:
    """The paths under which a key is found."""
    path = f"/{quote(key, safe='/~-._')}"
    return (path, "/") if key == ROOT else (path,)


def _paths(found: set[str]) -> tuple[str, ...]:
    if EVERYTHING in found or len(found) > MOST_PATHS:
        return (EVERYTHING,)
    return tuple(sorted(found))
