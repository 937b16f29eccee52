"""The operator of the laws has credentials, which the emulator takes as they come."""

import pytest


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIALAWS000000000000")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "laws")
