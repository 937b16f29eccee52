"""The tree holds what it is meant to hold, under names that say what is in there."""

import ast
import re
import sys

import pytest

from tests.shape.tree import PACKAGE, ROOT, expect_none, files, modules, package_modules

TOP_LEVEL = {
    *{"operator", "crds", "manifests", "environments", "tests", "templates", "benchmarks", "docs"},
    *{"Dockerfile", "Chart.yaml", "values.yaml", "values.schema.json"},
    *{"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "STYLE.md", "LICENSE"},
    *{"Makefile", "pyproject.toml", "requirements.lock"},
    *{".ci", ".gitignore", ".dockerignore", ".helmignore"},
}
SHAPELESS = re.compile(r"^(utils?|helpers?|managers?|misc|common_utils|stuff)$|_(utils?|helpers?|manager)$")
HOME = re.compile(r"(?<![\w.])/(home|Users|root|work|private/tmp)/[\w.-]+")
REGISTRIES = re.compile(
    r"\b(pypi\.org|pythonhosted\.org|proxy\.golang\.org|sum\.golang\.org|registry\.npmjs\.org|crates\.io"
    r"|registry-1\.docker\.io|conda\.anaconda\.org)\b"
)
THIS_FILE = "tests/shape/test_layout.py"


def test_the_top_level_is_as_planned() -> None:
    expect_none(sorted({name.split("/")[0] for name in files()} - TOP_LEVEL))


def test_operator_is_not_a_package() -> None:
    # It would shadow the standard library's module `operator`.
    assert not (PACKAGE.parent / "__init__.py").exists()


def test_names_say_what_is_inside() -> None:
    parts = {part.removesuffix(".py") for module in modules() for part in module.path.split("/")}
    expect_none(sorted(part for part in parts if SHAPELESS.search(part)))


@pytest.mark.parametrize("pattern", [HOME, REGISTRIES], ids=["paths of one machine", "hosts of registries"])
def test_no_file_knows_where_it_was_made(pattern: re.Pattern[str]) -> None:
    found: list[str] = []
    for name in files():
        if name == THIS_FILE:
            continue
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        lines = enumerate(text.splitlines(), 1)
        found += [f"{name}:{number}: {line.strip()[:100]}" for number, line in lines if pattern.search(line)]
    expect_none(found)


def test_core_imports_the_standard_library_only() -> None:
    allowed = sys.stdlib_module_names | {"trueup"}
    found = [
        f"{module.path}: {name}"
        for module in package_modules()
        if module.package == "core"
        for name in imported(module.tree)
        if name not in allowed
    ]
    expect_none(found)


def imported(tree: ast.Module) -> list[str]:
    """The top names of everything that is imported absolutely."""
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level]
    return [name.split(".")[0] for name in names]


def test_the_engine_knows_no_aws_type_by_name() -> None:
    """A type's name in the engine is a special case; special cases belong to the type's declaration."""
    aws_type = re.compile(r"^AWS::\w+::\w+")
    found = [
        f"{module.path}:{node.lineno}: {node.value}"
        for module in package_modules()
        if module.package in {"core", "app", "aws", "cluster"}
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and aws_type.match(node.value)
    ]
    expect_none(found)


def test_the_engine_branches_on_no_type() -> None:
    """`kind.TYPE == Bucket.TYPE` is a special case, too; two types that were handed in may be compared."""
    found = [
        f"{module.path}:{node.lineno}: {ast.unparse(node)}"
        for module in package_modules()
        if module.package in {"core", "app", "aws", "cluster"}
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Compare) and any(is_one_type(side) for side in [node.left, *node.comparators])
    ]
    expect_none(found)


def is_one_type(node: ast.expr) -> bool:
    """Whether it reads `Bucket.TYPE` or `rds.Cluster.TYPE`: the TYPE of a class that is named in the code."""
    if not isinstance(node, ast.Attribute) or node.attr != "TYPE":
        return False
    owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    return owner[:1].isupper()
