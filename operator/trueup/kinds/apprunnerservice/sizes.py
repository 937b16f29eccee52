"""The sizes that App Runner's instances have: CPU, the memory that goes with it, and how specs write both.

https://docs.aws.amazon.com/apprunner/latest/dg/architecture.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from trueup.kinds.common.rules import Rule

PAIRS: Final[Mapping[int, tuple[int, ...]]] = {
    256: (512, 1024),
    512: (1024,),
    1024: (2048, 3072, 4096),
    2048: (4096, 6144),
    4096: (8192, 10240, 12288),
}
"""Megabytes of memory that go with each number of CPU units, 1024 to a vCPU."""

_CPU: Final[Mapping[str, int]] = {
    word: units for units in PAIRS for word in (f"{units / 1024:g}", f"{units * 1000 // 1024}m", str(units))
}
_MEGABYTES: Final = sorted({size for sizes in PAIRS.values() for size in sizes})
_MEMORY: Final[Mapping[str, int]] = {
    word: size for size in _MEGABYTES for word in (f"{size / 1024:g}Gi", f"{size}Mi", str(size))
}


def _any_of(words: list[str]) -> str:
    return f"^({'|'.join(re.escape(word) for word in words)})$".replace("\\.", "[.]")


CPU_PATTERN: Final = _any_of(list(_CPU))
MEMORY_PATTERN: Final = _any_of(list(_MEMORY))


def cpu_units(text: str) -> int:
    """CPU units of what a spec says: 0.25, 250m and 256 are the same. Raises KeyError for no size of App Runner's."""
    return _CPU[text]


def megabytes(text: str) -> int:
    """Megabytes of what a spec says: 0.5Gi, 512Mi and 512 are the same. Raises KeyError for no size of App Runner's."""
    return _MEMORY[text]


def _written(units: int) -> str:
    return _any_of([word for word, value in _CPU.items() if value == units])


def _fitting(units: int) -> str:
    return _any_of([word for word, size in _MEMORY.items() if size in PAIRS[units]])


def _size(size: int) -> str:
    return f"{size}Mi" if size < 1024 else f"{size // 1024}Gi"


def _pair(units: int) -> Rule:
    sizes = [_size(size) for size in PAIRS[units]]
    listed = sizes[0] if len(sizes) == 1 else f"{', '.join(sizes[:-1])} or {sizes[-1]}"

    def holds(spec: Any) -> bool:
        return _CPU.get(spec.cpu) != units or _MEMORY.get(spec.memory) in PAIRS[units]

    return Rule(
        cel=f"!self.cpu.matches(r'{_written(units)}') || self.memory.matches(r'{_fitting(units)}')",
        message=f"cpu {units / 1024:g} goes with {listed} of memory: set memory so, or choose another cpu.",
        holds=holds,
        at=".memory",
    )


RULES: Final = tuple(_pair(units) for units in PAIRS)
"""Each CPU with the memories that go with it."""
