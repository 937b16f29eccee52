"""Modules say what they are for, packages what may live in them.

That public classes and functions have docstrings is ruff's business (rules D).
"""

import ast

from tests.shape.tree import PACKAGE, ROOT, expect_none, modules


def test_every_module_says_what_it_is_for() -> None:
    expect_none([module.path for module in modules() if not module_is_described(module.tree)])


def module_is_described(tree: ast.Module) -> bool:
    """An empty file needs no words; every other one does."""
    return not tree.body or bool(ast.get_docstring(tree))


def test_every_package_has_its_charter() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    without = []
    for folder in sorted(folders):
        charter = folder / "__init__.py"
        if not charter.is_file() or not ast.get_docstring(ast.parse(charter.read_text())):
            without.append(str(folder.relative_to(ROOT)))
    expect_none(without)
