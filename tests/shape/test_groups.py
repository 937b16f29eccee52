"""Tests of one group share one process, and so one sandbox; pytest-xdist can fail to see to it without a word."""

import pytest


@pytest.mark.xdist_group("kept-together")
def test_groups_reach_those_who_hand_out_the_tests(request: pytest.FixtureRequest, worker_id: str) -> None:
    if worker_id == "master":
        pytest.skip("one process has every group")
    assert request.node.nodeid.endswith("@kept-together")
