"""Running something in a copy of this process: the emulator, the clients and all that was played so far come along.

moto keeps its state in globals and takes seconds to empty them; a copy of the process starts from the very instant at
which it was made, and what it does to AWS is gone with it.
"""

from __future__ import annotations

import gc
import os
import pickle
import traceback
import warnings
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")


class Broke(AssertionError):
    """What was run apart raised; the text is its traceback."""


class Copy:
    """The copy's end of the matter: it must report, and ends with it."""

    def __init__(self, writing: int) -> None:
        self._writing = writing

    def report(self, value: Any) -> NoReturn:
        """The original is told the value, and the copy ends without any of the test runner's own endings."""
        self._say(True, value)

    def broke(self) -> NoReturn:
        """The original is told the exception that is being handled."""
        self._say(False, traceback.format_exc())

    def _say(self, well: bool, value: Any) -> NoReturn:
        try:
            with os.fdopen(self._writing, "wb") as pipe:
                pipe.write(pickle.dumps((well, value)))
        finally:
            os._exit(0)


def split() -> tuple[Copy | None, Any]:
    """This process goes on twice: the copy gets its `Copy`; the original waits for what that reports, and gets it.

    Raises Broke in the original when the copy broke.
    """
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of the test runner wait and hold nothing
        child = os.fork()
    if child == 0:
        gc.disable()  # a collection would touch, and so copy, every page of the original
        os.close(reading)
        return Copy(writing), None
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    if not text:
        raise Broke("the copy of the process ended without a word")
    well, value = pickle.loads(text)  # noqa: S301 (our own words, from our own copy)
    if not well:
        raise Broke(value)
    return None, value


def apart(act: Callable[[], T]) -> T:
    """What `act` returns when it is run in a copy of this process. Its result must be picklable.

    Raises Broke with the traceback of whatever it raises. Nothing else that it does is seen here.
    """
    copy, value = split()
    if copy is None:
        return value
    try:
        copy.report(act())
    except BaseException:
        copy.broke()
