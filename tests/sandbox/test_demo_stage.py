"""How the demo verifies: it waits for what should become so, counts what is, and names what is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from trueup.sandbox.demo.board import Board
from trueup.sandbox.demo.stage import Side, Stage, Unmet


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A stage on which nothing is played: only what verifies is used."""
    unused: Any = None
    return Stage(tmp_path, unused, unused, unused, unused, unused, Board([]))


def test_what_is_verified_is_counted_by_side(stage: Stage) -> None:
    answers = iter(["False", "False", "True"])
    stage.in_cluster("Ready", lambda: next(answers), "True", within=5)
    stage.in_aws("days", lambda: 7, 7)
    stage.found(Side.AWS, "calls", (), ())
    assert stage.checks == {Side.API: 1, Side.AWS: 2}
    assert stage.board.waits_for == ""


def test_what_does_not_become_so_is_named_with_what_was_seen(stage: Stage) -> None:
    with pytest.raises(Unmet) as unmet:
        stage.in_aws("days that backups are kept", lambda: 1, 7, within=0.01)
    failure = unmet.value
    assert (failure.side, failure.what, failure.expected, failure.seen) == (
        Side.AWS,
        "days that backups are kept",
        7,
        1,
    )
    assert str(failure) == "AWS: days that backups are kept: expected 7, saw 1"
    assert stage.checks == {Side.API: 0, Side.AWS: 0}
    assert stage.board.waits_for == "days that backups are kept"


def test_what_is_not_there_yet_is_waited_for_and_told(stage: Stage) -> None:
    clusters: dict[str, str] = {}
    with pytest.raises(Unmet) as unmet:
        stage.in_aws("status", lambda: clusters["main"], "available", within=0.01)
    assert unmet.value.seen == "KeyError: 'main'"
    answers = iter([{}, {}, {"main": "available"}])
    stage.in_aws("status", lambda: next(answers)["main"], "available", within=5)
    assert stage.checks[Side.AWS] == 1


def test_what_was_seen_is_not_waited_for(stage: Stage) -> None:
    with pytest.raises(Unmet) as unmet:
        stage.found(Side.API, "exit code", 1, 2)
    assert str(unmet.value) == "API server: exit code: expected 2, saw 1"
