"""The platform as it is shipped: the staging environment, from its folder to AWS, and nothing left to plan."""

import json
from collections.abc import Iterator

import pytest

from tests.e2e.stage import ROOT, Stage, truth

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]

STAGING = ROOT / "environments" / "staging"


@pytest.fixture
def staging(stage: Stage) -> Iterator[Stage]:
    """The environment, applied."""
    stage.kubectl("apply", "-k", str(STAGING))
    yield stage
    stage.kubectl("delete", "namespace", "staging", "--wait=false")


def test_staging_becomes_ready_and_in_sync_and_its_live_plan_is_empty(staging: Stage) -> None:
    objects = ["network/main", "database/postgres", "database/mongo", "budget/platform", "bucket/uploads"]
    for type in ("Ready", "InSync"):
        staging.kubectl("wait", f"--for=condition={type}", *objects, "-n", "staging", "--timeout=120s")
    listed = staging.read("trueup", "-n", "staging")
    assert listed is not None
    assert {f"{o['kind']}/{o['metadata']['name']}": truth(o)["Stalled"] for o in listed["items"]} == {
        "Bucket/uploads": "False/NothingToDo",
        "Budget/platform": "False/NothingToDo",
        "Database/mongo": "False/NothingToDo",
        "Database/postgres": "False/NothingToDo",
        "Network/main": "False/NothingToDo",
    }
    told = staging.trueup("plan", "-f", str(STAGING), "--live", "-o", "json")
    assert told.returncode == 0, told.stdout + told.stderr
    plan = json.loads(told.stdout)
    assert [(o["kind"], o["name"]) for o in plan["objects"] if o["changes"]] == []
    assert plan["cost"]["before"] == plan["cost"]["after"]
    assert 0 < float(plan["cost"]["after"]) <= 50
