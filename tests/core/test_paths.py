"""What is put at a path is found at it, and nothing else moves."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.core.paths import get, put, root, steps
from trueup.core.values import MISSING

NAME = st.text(alphabet="ABCdef-/:", min_size=1, max_size=4)
STEP = st.tuples(NAME, st.none() | st.integers(0, 2)).map(lambda s: s[0] if s[1] is None else f"{s[0]}[{s[1]}]")
PATH = st.lists(STEP, min_size=1, max_size=3).map(".".join)


@given(PATH, st.integers())
def test_what_is_put_is_found(path: str, value: int) -> None:
    doc: dict[str, Any] = {}
    put(doc, path, value)
    assert get(doc, path) == value


@given(st.lists(NAME, min_size=2, max_size=2, unique=True), PATH, PATH)
def test_a_put_beside_it_moves_nothing(roots: list[str], path: str, beside: str) -> None:
    doc: dict[str, Any] = {}
    put(doc, f"{roots[0]}.{path}", "kept")
    before = deepcopy(doc[roots[0]])
    put(doc, f"{roots[1]}.{beside}", "new")
    assert doc[roots[0]] == before


@given(PATH, st.integers(), st.integers())
def test_the_last_put_stands(path: str, first: int, last: int) -> None:
    once: dict[str, Any] = {}
    twice: dict[str, Any] = {}
    put(once, path, last)
    put(twice, path, first)
    put(twice, path, last)
    assert once == twice


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("A", {"B": [{"C": 1}, {"C": 2}, {"D": 3}], "E": None}),
        ("A.B[1].C", 2),
        ("A.B[].C", [1, 2]),
        ("A.B[].X", []),
        ("A.B[7].C", MISSING),
        ("A.E", None),
        ("A.E.F", MISSING),
        ("A.B.C", MISSING),
        ("A[0]", MISSING),
        ("X", MISSING),
        ("X[]", MISSING),
    ],
)
def test_get(path: str, value: Any) -> None:
    assert get({"A": {"B": [{"C": 1}, {"C": 2}, {"D": 3}], "E": None}}, path) == value


def test_a_path_taken_apart() -> None:
    assert steps("A[].B[0][].C-d") == ("A", None, "B", 0, None, "C-d")
    assert root("A[].B") == "A"
