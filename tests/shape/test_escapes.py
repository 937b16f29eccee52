"""Ways round the checkers are counted per file: a new one needs a line with a reason in exceptions/."""

import ast
import io
import re
import tokenize

import pytest

from tests.shape.tree import Module, expect_none, modules, occurrences, package_modules, violations

COMMENTS = {
    "type-ignore": re.compile(r"#\s*(type:\s*ignore|pyright:)"),
    "noqa": re.compile(r"#\s*(noqa|ruff:)"),
    "no-cover": re.compile(r"#\s*pragma:\s*no cover"),
}


def comments(module: Module) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def called(module: Module, name: str) -> int:
    calls = [node.func for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    return sum(
        (isinstance(call, ast.Name) and call.id == name) or (isinstance(call, ast.Attribute) and call.attr == name)
        for call in calls
    )


def named(module: Module, name: str) -> int:
    return sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(module.tree))


@pytest.mark.parametrize("escape", sorted(COMMENTS))
def test_comments_that_silence_a_checker(escape: str) -> None:
    pattern = COMMENTS[escape]
    found = occurrences(m.path for m in modules() for comment in comments(m) if pattern.search(comment))
    expect_none(violations(escape, found, 0))


def test_casts() -> None:
    found = {module.path: called(module, "cast") for module in package_modules()}
    expect_none(violations("cast", found, 0))


def test_any() -> None:
    # moto has no types: what the emulator takes from it is Any, and the type checker is told so there, too.
    typed = [module for module in package_modules() if "/sandbox/emulator/" not in module.path]
    found = {module.path: named(module, "Any") for module in typed}
    expect_none(violations("any", found, 0))


def test_prints_outside_the_command() -> None:
    commands = {"cli", "sandbox"}
    quiet = [m for m in package_modules() if m.package not in commands and not m.path.endswith("/__main__.py")]
    expect_none(violations("print", {module.path: called(module, "print") for module in quiet}, 0))
