"""What is put together for a call alone."""

from __future__ import annotations

import json

from trueup.aws.sealing import is_sealed, opened, texts
from trueup.core.values import Drawn, Kept, Sealed


def held(kept: Kept) -> str:
    return json.dumps({kept.member: f"{kept.secret}?{kept.version}"})


def test_texts_are_joined_and_quoted_for_a_url() -> None:
    value = Sealed(("db://", Kept("a b", "1", "user"), ":", 5432))
    assert opened({"A": [value], "B": value, "C": 1}, held) == {
        "A": ["db://a%20b%3F1:5432"],
        "B": "db://a%20b%3F1:5432",
        "C": 1,
    }


def test_what_is_drawn_is_of_its_alphabet_and_another_each_time() -> None:
    value = Sealed((Drawn(64, "01"),))
    first, second = opened(value, held), opened(value, held)
    assert (len(first), set(first), first == second) == (64, {"0", "1"}, False)


def test_sealed_values_are_found_at_any_depth() -> None:
    assert is_sealed({"A": [{"B": Sealed(())}]})
    assert not is_sealed({"A": [{"B": "text"}], "C": None})


def test_every_text_of_a_secret_is_known() -> None:
    assert sorted(texts({"a": "x", "b": ["y", {"c": "z"}], "d": 1})) == ["x", "y", "z"]
