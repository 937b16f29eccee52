"""The part of the lock that some packages need: an image gets the operator's, not the tests' and the sandbox's.

Run as a file, with nothing installed: `python runtime.py pyproject.toml requirements.lock [PACKAGE …]`. Who needs whom
stands in the lock itself, in the comments that uv writes below each package.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NEEDED_BY = re.compile(r"^    #[ \t]+(?:via[ \t]+)?(?!via$)(\S+)", re.MULTILINE)


def normal(requirement: str) -> str:
    """The name of the package that a requirement asks for, as indexes compare it."""
    found = _NAME.match(requirement.strip())
    if found is None:
        raise ValueError(f"{requirement!r} names no package.")
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def blocks(lock: str) -> dict[str, str]:
    """Each package's lines of the lock, by its name."""
    found: dict[str, str] = {}
    for block in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE):
        if _NAME.match(block):
            found[normal(block)] = found.get(normal(block), "") + block
    return found


def part(lock: str, wanted: Iterable[str]) -> str:
    """The lock of the wanted packages and of all that they need. Raises ValueError for a package it does not hold."""
    held = blocks(lock)
    needed_by = {name: {normal(by) for by in _NEEDED_BY.findall(block)} for name, block in held.items()}
    found = {normal(requirement) for requirement in wanted}
    if missing := found - held.keys():
        raise ValueError(f"The lock does not hold {', '.join(sorted(missing))}.")
    while more := {name for name, by in needed_by.items() if by & found} - found:
        found |= more
    return "".join(held[name] for name in sorted(found))


def dependencies(project: str) -> list[str]:
    """What the package itself needs, by its pyproject.toml."""
    return [str(item) for item in tomllib.loads(project)["project"]["dependencies"]]


def main(arguments: list[str]) -> int:
    """Write the part of the lock to stdout: of the named packages, else of what the project depends on."""
    project, lock, *named = arguments
    wanted = named or dependencies(Path(project).read_text(encoding="utf-8"))
    sys.stdout.write(part(Path(lock).read_text(encoding="utf-8"), wanted))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
