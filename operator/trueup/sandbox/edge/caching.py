"""Charter: what the edge keeps of origins' answers, for how long, and until which invalidation.

Sources: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html,
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation.html
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trueup.core.values import Doc
from trueup.sandbox.edge.behaviors import matches
from trueup.sandbox.edge.messages import Response
from trueup.sandbox.edge.reading import Aws

_AGE = re.compile(r"(?:^|[,\s])(s-maxage|max-age)=(\d+)")
_UNKEPT = re.compile(r"(?:^|[,\s])(no-cache|no-store|private)(?:$|[,\s])")
_ERROR_SECONDS = 10
"""How long an error is kept of which the distribution says nothing."""


def lasting(policy: Doc, errors: Mapping[int, int], response: Response) -> float:
    """Seconds for which an answer is kept: what its Cache-Control says, within what the cache policy allows."""
    if response.status >= 400:
        return errors.get(response.status, _ERROR_SECONDS)
    said = response.headers.get("cache-control", "")
    least, usual, most = (int(policy.get(name, 0)) for name in ("MinTTL", "DefaultTTL", "MaxTTL"))
    if _UNKEPT.search(said):
        return least
    ages = {name: int(age) for name, age in _AGE.findall(said)}
    return min(max(ages.get("s-maxage", ages.get("max-age", usual)), least), most)


@dataclass(frozen=True)
class _Kept:
    response: Response
    since: float
    until: float
    before: frozenset[str]
    """The invalidations that there were when it was fetched."""


@dataclass(frozen=True)
class Look:
    """A look into the cache: what was found, and what has to be known to keep what is fetched instead."""

    key: tuple[str, str]
    invalidations: frozenset[str]
    found: Response | None


class Cache:
    """Answers by distribution and path, as one edge location keeps them."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._kept: dict[tuple[str, str], _Kept] = {}

    def look(self, aws: Aws, distribution: str, path: str) -> Look:
        """What is kept of a path, unless its time is over or a completed invalidation has named it since."""
        known = aws.invalidations(distribution)
        key, now = (distribution, path), self._now()
        kept = self._kept.get(key)
        if kept is None or now >= kept.until:
            return Look(key, frozenset(known), None)
        since = [id for id, done in known.items() if done and id not in kept.before]
        if any(matches(pattern, path) for id in since for pattern in aws.invalidated(distribution, id)):
            return Look(key, frozenset(known), None)
        age = {"age": str(int(now - kept.since)), "x-cache": "Hit from cloudfront"}
        return Look(key, frozenset(known), kept.response.with_headers(age))

    def keep(self, look: Look, response: Response, seconds: float) -> Response:
        """The answer, which is kept for some seconds."""
        now = self._now()
        if seconds > 0:
            self._kept[look.key] = _Kept(response, now, now + seconds, look.invalidations)
        word = "Error" if response.status >= 400 else "Miss"
        return response.with_headers({"x-cache": f"{word} from cloudfront"})
