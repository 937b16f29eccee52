"""The one place where the demo waits: for a fact to become what it should be, never for time to pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

LOOK_EVERY_SECONDS = 0.2

T = TypeVar("T")


def awaited(look: Callable[[], T], wanted: T, seconds: float, every: float = LOOK_EVERY_SECONDS) -> T:
    """What `look` answers as soon as that equals `wanted`; its last answer when `seconds` have passed before."""
    looking = Retrying(
        wait=wait_fixed(every),
        stop=stop_after_delay(seconds),
        retry=retry_if_result(lambda seen: seen != wanted),
        retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
    )
    return looking(look)
