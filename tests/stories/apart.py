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
from typing import Any, TypeVar

T = TypeVar("T")


class Broke(AssertionError):
    """What was run apart raised; the text is its traceback."""


def apart(act: Callable[[], T]) -> T:
    """What `act` returns when it is run in a copy of this process. Its result must be picklable.

    Raises Broke with the traceback of whatever it raises. Nothing else that it does is seen here.
    """
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of the test runner wait and hold nothing
        child = os.fork()
    if child == 0:
        os.close(reading)
        _report(act, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    if not text:
        raise Broke("the copy of the process ended without a word")
    ok, value = pickle.loads(text)  # noqa: S301 (our own words, from our own copy)
    if not ok:
        raise Broke(value)
    return value


def _report(act: Callable[[], Any], writing: int) -> None:
    """In the copy: act, say how it went, and end without any of the test runner's own endings."""
    gc.disable()
    try:
        said = pickle.dumps((True, act()))
    except BaseException:
        said = pickle.dumps((False, traceback.format_exc()))
    try:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(said)
    finally:
        os._exit(0)
