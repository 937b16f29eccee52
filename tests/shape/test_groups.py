"""Tests of one group share one process, and so one sandbox; pytest-xdist can fail to see to it without a word."""

import pytest


@pytest.mark.xdist_group("kept-together")
def test_groups_reach_those_who_hand_out_the_tests(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("loadgroup", default=False):
        pytest.skip("nobody asks for groups (--dist loadgroup)")
    assert request.node.nodeid.endswith("@kept-together")
