"""The repository as the shape tests see it: files, modules with their syntax trees, lists of exceptions."""

import ast
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "operator" / "trueup"
CODE = ("operator", "tests", "benchmarks")
EXCEPTIONS = Path(__file__).parent / "exceptions"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file: its path from the root, text and syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def package(self) -> str:
        """The part of trueup that it belongs to (`core`, `aws` …); empty outside of one."""
        parts = Path(self.path).parts
        return parts[2] if parts[:2] == ("operator", "trueup") and len(parts) > 3 else ""

    def functions(self) -> Iterator[tuple[str, Function]]:
        """Every function and method with its qualified name."""
        yield from _functions(self.tree, "")


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{child.name}", child
            yield from _functions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")
        else:
            yield from _functions(child, prefix)


@cache
def files() -> tuple[str, ...]:
    """What Git tracks or would track, as paths from the root, sorted; what is ignored is not ours."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return tuple(sorted(name for name in set(listed.stdout.split("\0")) if name and (ROOT / name).is_file()))


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of package, tests and benchmarks."""
    paths = [name for name in files() if name.endswith(".py") and name.split("/")[0] in CODE]
    texts = [(path, (ROOT / path).read_text(encoding="utf-8")) for path in paths]
    return tuple(Module(path, text, ast.parse(text, path)) for path, text in texts)


def package_modules() -> tuple[Module, ...]:
    """The Python files of the product."""
    return tuple(module for module in modules() if module.path.startswith("operator/trueup/"))


def known_exceptions(name: str) -> dict[str, int]:
    """The lines of `exceptions/<name>.txt`: a key and how much it is allowed; `#` starts a reason."""
    lines = [line.split("#")[0].split() for line in (EXCEPTIONS / f"{name}.txt").read_text().splitlines()]
    return {words[0]: int(words[1]) for words in lines if words}


def violations(name: str, found: Mapping[str, int], limit: int) -> list[str]:
    """Where `found` exceeds its allowance, and where an allowance is wider than needed: both must be mended.

    The list of exceptions may so only shrink: whoever improves something lowers its line in the same change.
    """
    allowed = known_exceptions(name)
    sentences: list[str] = []
    for key, count in sorted(found.items()):
        ceiling = allowed.get(key, limit)
        if count > ceiling:
            way_out = f"make it less, or say why in exceptions/{name}.txt"
            sentences.append(f"{key}: {count}, at most {ceiling} allowed; {way_out}")
    for key, ceiling in sorted(allowed.items()):
        count = found.get(key, 0)
        if count < ceiling:
            better = f"lower it to {count}" if count > limit else "remove the line"
            sentences.append(f"{key}: exceptions/{name}.txt allows {ceiling}, only {count} needed; {better}")
    return sentences


def expect_none(sentences: list[str]) -> None:
    """Fail the test with all `sentences`, one a line and unabridged, if there are any."""
    if sentences:
        pytest.fail("\n".join(sentences), pytrace=False)


def occurrences(keys: Iterable[str]) -> dict[str, int]:
    """How often each key occurs."""
    counts: dict[str, int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return counts
