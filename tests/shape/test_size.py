"""Nothing grows until nobody reads it: functions fit a screen, modules a sitting."""

from tests.shape.tree import expect_none, modules, violations

LONGEST_FUNCTION = 40
LONGEST_MODULE = 400


def test_functions_fit_a_screen() -> None:
    found: dict[str, int] = {}
    for module in modules():
        for name, function in module.functions():
            start = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
            found[f"{module.path}:{name}"] = (function.end_lineno or start) - start + 1
    expect_none(violations("functions", found, LONGEST_FUNCTION))


def test_modules_fit_a_sitting() -> None:
    found = {module.path: len(module.text.splitlines()) for module in modules()}
    expect_none(violations("modules", found, LONGEST_MODULE))
