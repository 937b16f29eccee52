"""Every scenario comes out as its goldens say: what is printed, and what the status holds."""

import re
from collections import Counter
from typing import Any

import pytest
import yaml

from tests.scenarios.runner import HERE, Scenario, play, scenarios
from trueup.kinds.registry import kinds

LEAST = 6


@pytest.mark.parametrize("scenario", scenarios(), ids=lambda scenario: scenario.name)
def test_a_scenario_comes_out_as_its_goldens_say(scenario: Scenario, update_goldens: bool) -> None:
    played = play(scenario)
    plan, status = scenario.folder / "plan.txt", scenario.folder / "status.yaml"
    if update_goldens:
        plan.write_text(played.plan, encoding="utf-8")
        status.write_text(written(played.status), encoding="utf-8")
    assert plan.is_file(), "run with --update to write the goldens, and review them"
    assert played.plan == plan.read_text(encoding="utf-8")
    assert played.status == yaml.safe_load(status.read_text(encoding="utf-8"))


def written(status: dict[str, Any]) -> str:
    """The status as YAML, with times as the text that they are."""
    return yaml.safe_dump(status, sort_keys=False, allow_unicode=True, width=140)


def test_every_kind_has_scenarios() -> None:
    told = Counter(scenario.name.split("/")[0] for scenario in scenarios())
    assert {name: told[name.lower()] >= LEAST for name in kinds()} == dict.fromkeys(kinds(), True)


def test_scenarios_are_named_like_sentences() -> None:
    odd = [s.name for s in scenarios() if not re.fullmatch(r"[a-z]+/[a-z0-9]+(-[a-z0-9]+)+", s.name)]
    assert odd == []


def test_no_golden_is_left_alone() -> None:
    known = {scenario.folder for scenario in scenarios()}
    stray = [path for name in ("plan.txt", "status.yaml", "aws.yaml") for path in HERE.rglob(name)]
    assert [path for path in stray if path.parent not in known] == []
