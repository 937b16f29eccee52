"""What a synchronisation does, in which order, and what edges are told to forget."""

from __future__ import annotations

import pytest

from trueup.kinds.staticsite.content import (
    NOTE,
    File,
    Headers,
    Synchronisation,
    fits,
    headers,
    synchronised,
)
from trueup.kinds.staticsite.spec import CacheRule

RULES = (
    CacheRule(pattern="index.html", max_age_seconds=0),
    CacheRule(pattern="/assets/*.js", max_age_seconds=60),
    CacheRule(pattern="*.js", max_age_seconds=31_536_000),
)


def file(content: str, key: str) -> File:
    return File(content, len(content), headers(key, RULES))


@pytest.mark.parametrize(
    ("pattern", "key", "does"),
    [
        ("*.js", "a/b.js", True),
        ("*.js", "a.jsx", False),
        ("/index.html", "index.html", True),
        ("index.html", "a/index.html", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("*.JS", "a.js", False),
        ("a+b*", "a+b/c", True),
    ],
)
def test_patterns_fit_as_cloudfront_reads_them(pattern: str, key: str, does: bool) -> None:
    assert fits(pattern, key) is does


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("index.html", Headers("text/html; charset=utf-8", "no-cache")),
        ("about.html", Headers("text/html; charset=utf-8", "no-cache")),
        ("assets/app.js", Headers("text/javascript; charset=utf-8", "public, max-age=60")),
        ("main.js", Headers("text/javascript; charset=utf-8", "public, max-age=31536000")),
        ("a.b/LOGO.PNG", Headers("image/png", "no-cache")),
        ("a.b/noending", Headers("application/octet-stream", "no-cache")),
    ],
)
def test_a_file_is_served_with_what_its_name_and_the_first_rule_say(key: str, said: Headers) -> None:
    assert headers(key, RULES) == said


def test_an_empty_bucket_gets_everything_the_root_page_last_and_nothing_is_forgotten() -> None:
    here = {key: file("x", key) for key in ("index.html", "about.html", "z.js", "a.css")}
    assert synchronised(here, {}) == Synchronisation(
        uploads=("a.css", "z.js", "about.html", "index.html"),
        reasons=dict.fromkeys(here, "new"),
    )


def test_what_is_the_same_is_left_and_what_edges_keep_is_forgotten() -> None:
    here = {key: file("new", key) for key in ("index.html", "main.js")} | {"same.js": file("same", "same.js")}
    there = {key: file("old", key) for key in ("index.html", "main.js", "gone.js")} | {"same.js": here["same.js"]}
    assert synchronised(here, there) == Synchronisation(
        uploads=("main.js", "index.html"),
        deletions=("gone.js",),
        forgotten=("/gone.js", "/main.js"),
        unchanged=1,
        reasons={"index.html": "content", "main.js": "content"},
    )


def test_other_rules_are_other_headers_and_what_was_kept_long_is_forgotten() -> None:
    was = File("x", 1, Headers("text/html; charset=utf-8", "public, max-age=600"))
    assert synchronised({"index.html": file("x", "index.html")}, {"index.html": was}) == Synchronisation(
        uploads=("index.html",), forgotten=("/", "/index.html"), reasons={"index.html": "headers"}
    )


def test_what_an_earlier_run_left_is_forgotten_too_and_its_note_is_no_file_of_the_site() -> None:
    page = file("x", "index.html")
    there = {"index.html": page, NOTE: File("n", 1, Headers("text/plain", "no-store"))}
    found = synchronised({"index.html": page}, there, left=["/main.js"])
    assert found == Synchronisation(forgotten=("/main.js",), unchanged=1)
    assert not found.is_empty


def test_many_paths_are_everything() -> None:
    there = {f"{n}.js": file("old", f"{n}.js") for n in range(16)}
    assert synchronised({}, there).forgotten == ("/*",)


def test_what_is_to_be_kept_is_not_deleted() -> None:
    assert synchronised({}, {"gone.js": file("x", "gone.js")}, keep=True) == Synchronisation()


def test_paths_are_written_as_requests_carry_them() -> None:
    there = {"a b/ü.js": file("x", "a b/ü.js")}
    assert synchronised({}, there).forgotten == ("/a%20b/%C3%BC.js",)
