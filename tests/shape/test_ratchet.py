"""The ratchet itself: it fails when something grows and also when an exception is wider than needed."""

from pathlib import Path

import pytest

from tests.shape import tree


@pytest.fixture
def allowance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "size.txt").write_text("old.py 12  # was there before the limit\n\n# a remark\n")
    monkeypatch.setattr(tree, "EXCEPTIONS", tmp_path)


@pytest.mark.parametrize(
    ("found", "sentences"),
    [
        pytest.param({"old.py": 12, "new.py": 10}, [], id="at the limits"),
        pytest.param(
            {"old.py": 12, "new.py": 11},
            ["new.py: 11, at most 10 allowed; make it less, or say why in exceptions/size.txt"],
            id="a new one",
        ),
        pytest.param(
            {"old.py": 13},
            ["old.py: 13, at most 12 allowed; make it less, or say why in exceptions/size.txt"],
            id="an old one grew",
        ),
        pytest.param(
            {"old.py": 11},
            ["old.py: exceptions/size.txt allows 12, only 11 needed; lower it to 11"],
            id="an old one shrank",
        ),
        pytest.param(
            {},
            ["old.py: exceptions/size.txt allows 12, only 0 needed; remove the line"],
            id="an old one is gone",
        ),
    ],
)
@pytest.mark.usefixtures("allowance")
def test_it_moves_one_way(found: dict[str, int], sentences: list[str]) -> None:
    assert tree.violations("size", found, 10) == sentences
