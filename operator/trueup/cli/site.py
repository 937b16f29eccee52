"""`trueup site sync DIR OBJECT`: the bucket of a site holds what a folder holds, and the edges know it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typer
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from trueup.aws.content import Content, ContentFailed, Listed
from trueup.aws.sessions import Sessions
from trueup.cli.failures import Failure
from trueup.cli.objects import Shown
from trueup.cli.terminal import terminal
from trueup.core.values import Place
from trueup.kinds.common.reading import InvalidSpec, read_spec
from trueup.kinds.staticsite.content import NOTE, File, Headers, Synchronisation, headers, synchronised
from trueup.kinds.staticsite.edge import ROOT
from trueup.kinds.staticsite.spec import INFO, CacheRule, StaticSiteSpec

CHANGES: Final = 2
WORKERS: Final = 8
"""Files that travel at once."""
_LEFT_OUT: Final = (".DS_Store", ".git", "Thumbs.db")


@dataclass(frozen=True, slots=True)
class Site:
    """Where a site's files go, as its object's status says."""

    title: str
    place: Place
    bucket: str
    distribution: str
    rules: tuple[CacheRule, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a synchronisation is asked for."""

    dry: bool
    keep: bool
    output: str


def sync(folder: Path, shown: Shown, wanted: Wanted, sessions: Sessions | None = None) -> int:
    """The site serves what the folder holds: answers 0, or for a dry run 2 where something is to be done.

    Raises Failure.
    """
    site = site_of(shown)
    local = files_of(folder)
    content = Content(sessions or Sessions(), site.place, site.bucket)
    try:
        here = _here(local, site.rules)
        there = _there(content)
        left = content.text(NOTE).split() if NOTE in there else []
        found = synchronised(here, there, left=left, keep=wanted.keep)
        if not wanted.dry:
            _carry_out(content, site, folder, found, here, _meter(wanted))
    except ContentFailed as failed:
        raise Failure(f"{site.title}: {failed}") from None
    _say(site, found, wanted)
    return CHANGES if wanted.dry and not found.is_empty else 0


def site_of(shown: Shown) -> Site:
    """The site of an object. Raises Failure for another kind, or while there is no bucket to write to."""
    manifest = shown.manifest
    if manifest.kind != INFO.kind:
        raise Failure(f"{shown.title} is no StaticSite: name one, such as site/web.")
    if manifest.deleting:
        raise Failure(f"{shown.title} is being deleted, so that nothing is uploaded: create it again first.")
    outputs = shown.part("outputs")
    bucket, distribution = outputs.get("bucketName"), outputs.get("distributionId")
    if not bucket or not distribution:
        why = f" {shown.why}" if shown.why else ""
        raise Failure(
            f"{shown.title} has no {'distribution' if bucket else 'bucket'} yet: wait until it is there, "
            f"`kubectl wait --for=condition=Ready` tells.{why}"
        )
    try:
        spec = read_spec(StaticSiteSpec, manifest.spec)
    except InvalidSpec as wrong:
        raise Failure(f"{shown.title}: {wrong}") from None
    return Site(shown.title, Place(shown.text("region")), str(bucket), str(distribution), spec.cache)


def files_of(folder: Path) -> Mapping[str, Path]:
    """Every file below a folder, by key. Raises Failure where it is none, or a site of it would lack something."""
    if not folder.is_dir():
        raise Failure(f"{folder} is not a folder: name the one that your build writes.")
    paths = sorted(path for path in folder.rglob("*") if path.is_file() or not path.exists())
    found = {path.relative_to(folder).as_posix(): path for path in paths}
    found = {key: path for key, path in found.items() if not set(key.split("/")) & set(_LEFT_OUT) and key != NOTE}
    for key, path in found.items():
        if not path.exists():
            raise Failure(f"{path} is a link to nothing, so that the site would lack it: take it out, or build anew.")
        if key.encode(errors="ignore").decode() != key:
            raise Failure(f"{str(path)!a} has a name that no URL can say: rename it.")
    if ROOT not in found:
        raise Failure(f"{folder} holds no {ROOT}, so that the site would have no page: name the folder of the build.")
    return found


def _here(local: Mapping[str, Path], rules: Sequence[CacheRule]) -> Mapping[str, File]:
    found: dict[str, File] = {}
    for key, path in local.items():
        body = path.read_bytes()
        found[key] = File(hashlib.md5(body, usedforsecurity=False).hexdigest(), len(body), headers(key, rules))
    return found


def _there(content: Content) -> Mapping[str, File]:
    """What the bucket holds. Headers are in no list: they are asked for, of each object, several at once."""
    listed = content.listed()

    def whole(one: tuple[str, Listed]) -> tuple[str, File]:
        key, seen = one
        return key, File(seen.digest, seen.size, Headers(*content.headers(key)))

    with ThreadPoolExecutor(WORKERS) as pool:
        return dict(pool.map(whole, listed.items()))


# ---- doing ----------------------------------------------------------------------------------------------------------

_Told = Callable[[str, Iterable[str]], Iterable[str]]


def _carry_out(
    content: Content, site: Site, folder: Path, found: Synchronisation, here: Mapping[str, File], told: _Told
) -> None:
    """Files first, the root page last; then what is gone; then the edges. What is to be forgotten is noted before."""
    if found.forgotten:
        content.write(NOTE, "\n".join(found.forgotten))

    def upload(key: str) -> str:
        content.upload(key, folder / key, here[key].headers.type, here[key].headers.cache)
        return key

    pages = [key for key in found.uploads if key.endswith((".html", ".htm"))]
    others = [key for key in found.uploads if key not in pages]
    with ThreadPoolExecutor(WORKERS) as pool:
        for _ in told("uploading", pool.map(upload, others)):
            pass
    for _ in told("uploading pages", map(upload, pages)):
        pass
    if found.deletions:
        content.delete(found.deletions)
    if found.forgotten:
        content.forget(site.distribution, found.forgotten, _reference(found, here))
        content.delete([NOTE])


def _reference(found: Synchronisation, here: Mapping[str, File]) -> str:
    """The same for a run that goes on after a crash, another one for other content."""
    told = [found.forgotten, found.deletions, [(key, here[key].digest) for key in found.uploads]]
    return f"trueup-sync-{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]}"


def _meter(wanted: Wanted) -> _Told:
    """How progress is shown: a bar on standard error, where that is a terminal."""
    console = Console(stderr=True)

    def told(what: str, steps: Iterable[str]) -> Iterable[str]:
        if wanted.output != "text" or not console.is_terminal:
            yield from steps
            return
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task(what, total=None)
            for step in steps:
                bar.update(task, advance=1, description=f"{what} {step}")
                yield step

    return told


# ---- saying ---------------------------------------------------------------------------------------------------------

_SIGNS: Final = {"new": "+", "content": "~", "headers": "~"}


def _say(site: Site, found: Synchronisation, wanted: Wanted) -> None:
    if wanted.output == "json":
        said = {
            "object": site.title,
            "bucket": site.bucket,
            "distribution": site.distribution,
            "dryRun": wanted.dry,
            "uploaded": [{"key": key, "because": found.reasons[key]} for key in found.uploads],
            "deleted": list(found.deletions),
            "invalidated": list(found.forgotten),
            "unchanged": found.unchanged,
        }
        typer.echo(json.dumps(said, indent=2, ensure_ascii=False))
        return
    console = terminal()
    for key in found.uploads:
        console.print(Text(f"  {_SIGNS[found.reasons[key]]} {key}  ({found.reasons[key]})"))
    for key in found.deletions:
        console.print(Text(f"  - {key}"))
    for path in found.forgotten:
        console.print(Text(f"  ! {path} is asked for anew at every edge"))
    did = "to upload" if wanted.dry else "uploaded"
    gone = "to delete" if wanted.dry else "deleted"
    console.print(
        Text(
            f"{site.title}: {len(found.uploads)} {did}, {len(found.deletions)} {gone}, {found.unchanged} unchanged, "
            f"in {site.bucket}."
        )
    )
