"""What the tests of kinds that live in a house begin with."""

import pytest

from tests.house import House


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAKINDS00000000000")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nobody-checks-it")


@pytest.fixture
def house() -> House:
    """An operator with an empty cluster and an empty AWS."""
    return House()
