"""What the operator says of itself: one line an entry, and each trouble once, when it begins and when it ends."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Lock
from traceback import extract_tb
from typing import Final

_NOISY: Final = ("kopf", "aiohttp", "asyncio")
_TELLING: Final = ("boto3", "botocore", "kubernetes", "s3transfer", "urllib3")
"""Libraries that tell, when asked for details, of whole requests and answers: credentials and secrets included."""


class Once:
    """Says that a trouble has begun and, later, that it is over; nothing while it lasts."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._sentence: str | None = None
        self._lock = Lock()

    def begins(self, sentence: str) -> None:
        """There is trouble: said unless the last thing said was the same."""
        with self._lock:
            said, self._sentence = self._sentence, sentence
        if said != sentence:
            self._log.warning("%s", sentence)

    def over(self, sentence: str) -> None:
        """There is none (any more): said if there was."""
        with self._lock:
            said, self._sentence = self._sentence, None
        if said is not None:
            self._log.info("%s", sentence)


class _Json(logging.Formatter):
    """An object a line, as log collectors like them."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def configure(style: str, level: str = "info") -> None:
    """Log to stderr as `json` or `text`. Libraries are heard only on errors: what matters of theirs, we say.

    At `debug` more of them is heard, but never of those whose details hold secrets.
    """
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%dT%H:%M:%S%z")
    handler.setFormatter(_Json() if style == "json" else text)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _TELLING:
        logging.getLogger(name).setLevel(logging.ERROR)
    if level.lower() != "debug":
        for name in _NOISY:
            logging.getLogger(name).setLevel(logging.ERROR)
        # It says every failed connection again and again; the host says it once.
        logging.getLogger("kopf").setLevel(logging.CRITICAL)


def trace(error: BaseException) -> str:
    """Where an exception came from: types and places of the whole chain, without its texts, which may hold secrets."""
    return "\n".join(line for link in _chain(error) for line in _frames(link))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _frames(error: BaseException) -> Iterator[str]:
    yield type(error).__name__
    for frame in extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
