"""What schedules leave on a service, and what it costs as AWS shows it."""

from __future__ import annotations

import pytest

from tests.resources.apprunner_samples import SCALING, document, service
from trueup.resources.apprunner import AutoScalingConfiguration, turns


def test_instances_are_those_of_the_configuration_in_use_and_hours_those_that_schedules_have_left() -> None:
    doc = document()
    beside = {(AutoScalingConfiguration.TYPE, SCALING): {"Described": {"MinSize": 2, "MaxSize": 5}}}
    marked = {**doc, "Tags": [{"Key": "trueup.dev/hours-a-month", "Value": "456"}]}
    assert service().seen_elsewhere(doc, {}) == {}
    assert service().seen_elsewhere(marked, beside) == {"instances": (2, 5), "hours": 456}


@pytest.mark.parametrize(("hours", "for_good", "left"), [(400, False, "400"), (500, False, "456"), (730, True, "730")])
def test_a_turn_leaves_the_hours_and_more_of_them_only_for_good(hours: int, for_good: bool, left: str) -> None:
    marked = {**document(), "Tags": [{"Key": "trueup.dev/hours-a-month", "Value": "456"}]}
    assert turns.marks(marked, hours, for_good=for_good)["trueup.dev/hours-a-month"] == left
