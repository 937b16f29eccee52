"""`trueup` on the sandbox: tables for people, JSON for programs, exit codes for pipelines."""

import json
from pathlib import Path

import pytest
import yaml

from tests.e2e.aws import limit, set_limit, settled
from tests.e2e.space import DATABASE, NETWORK, Space
from tests.e2e.stage import Document

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]


def folder(space: Space, path: Path, *documents: Document) -> str:
    path.mkdir(exist_ok=True)
    (path / "all.yaml").write_text(yaml.safe_dump_all(documents))
    return str(path)


def test_status_is_a_table_and_json(space: Space) -> None:
    data = space.database_on_network()
    told = space.stage.trueup("status", "-n", space.name)
    assert told.returncode == 0
    assert told.stdout.splitlines()[0].split() == [
        *["NAMESPACE", "OBJECT", "READY", "INSYNC", "DRIFT", "$/MO", "STATUS", "AGE"]
    ]
    assert [line.split()[:7] for line in told.stdout.splitlines()[1:3]] == [
        [space.name, "database/data", "True", "True", "0", data.status["cost"]["monthlyUSD"], "Ready"],
        [space.name, "network/main", "True", "True", "0", "0.00", "Ready"],
    ]
    found = json.loads(space.stage.trueup("status", "-n", space.name, "-o", "json").stdout)
    assert [(o["kind"], o["name"], o["ready"], o["summary"]) for o in found["objects"]] == [
        ("Database", "data", "True", "Ready"),
        ("Network", "main", "True", "Ready"),
    ]


def test_drift_is_exit_code_2_and_0_without_any(space: Space) -> None:
    budget = settled(space.budget())
    none = space.stage.trueup("drift", "-n", space.name)
    assert (none.returncode, none.stdout) == (0, "AWS is as declared.\n")
    budget.patch(driftPolicy={"mode": "Report"})
    budget.done()
    set_limit(budget, "444")
    budget.until(lambda thing: thing["status"]["drift"]["count"])
    some = space.stage.trueup("drift", "-n", space.name)
    assert some.returncode == 2
    assert "BudgetLimit.Amount" in some.stdout
    assert "Reported" in some.stdout
    found = space.stage.trueup("drift", "-n", space.name, "-o", "json")
    assert found.returncode == 2
    [entry] = json.loads(found.stdout)["objects"][0]["fields"]
    assert entry == budget.drift()[0]


def test_explain_tells_all_about_an_object(space: Space) -> None:
    data = space.database_on_network()
    told = space.stage.trueup("explain", "db/data", "-n", space.name)
    assert told.returncode == 0
    for word in ("Ready", "Every resource can be used.", "AWS::RDS::DBCluster", data.status["outputs"]["endpoint"]):
        assert word in told.stdout
    found = json.loads(space.stage.trueup("explain", "database", "data", "-n", space.name, "-o", "json").stdout)
    assert found["resources"] == data.status["resources"]
    missing = space.stage.trueup("explain", "db/nobody", "-n", space.name)
    assert missing.returncode == 1
    assert "nobody" in missing.stderr


def test_a_live_plan_is_0_when_converged_and_2_with_changes_and_writes_nothing(space: Space, tmp_path: Path) -> None:
    network, database = space.write("Network", "main", NETWORK), space.write("Database", "data", DATABASE)
    data = space.database_on_network()
    mark = space.stage.mark()
    same = space.stage.trueup("plan", "-f", folder(space, tmp_path, network, database), "--live", "-o", "json")
    assert same.returncode == 0, same.stdout + same.stderr
    assert [o["changes"] for o in json.loads(same.stdout)["objects"]] == [[], []]
    other = space.write("Database", "data", DATABASE | {"capacity": {"min": 1, "max": 2}})
    told = space.stage.trueup("plan", "-f", folder(space, tmp_path, network, other), "--live", "-o", "json")
    assert told.returncode == 2
    plan = json.loads(told.stdout)
    assert set(plan) == {"id", "objects", "cost"}
    assert set(plan["cost"]) == {"before", "after", "low", "high"}
    changes = [c for o in plan["objects"] for c in o["changes"]]
    assert [(c["resource"], c["action"]) for c in changes] == [("AWS::RDS::DBCluster/cluster", "update")]
    assert [(f["specPath"], f["from"], f["to"]) for f in changes[0]["fields"]] == [
        ("/capacity/min", 0.5, 1),
        ("/capacity/max", 1, 2),
    ]
    assert plan["cost"]["before"] == data.status["cost"]["monthlyUSD"]
    assert space.writes(mark) == []


def test_an_offline_plan_takes_aws_as_empty(space: Space, tmp_path: Path) -> None:
    made = folder(space, tmp_path, space.write("Budget", "money", {"monthlyLimitUSD": 5}))
    told = space.stage.trueup("plan", "-f", made, "--offline")
    assert told.returncode == 2
    assert "AWS::Budgets::Budget/budget" in told.stdout
    wrong = folder(space, tmp_path, space.write("Budget", "money", {"monthlyLimitUSD": "much"}))
    refused = space.stage.trueup("plan", "-f", wrong, "--offline")
    assert refused.returncode == 1
    assert "monthlyLimitUSD" in refused.stderr + refused.stdout


def test_the_plan_of_drift_says_what_would_be_put_right(space: Space, tmp_path: Path) -> None:
    budget = settled(space.budget())
    budget.patch(driftPolicy={"mode": "Report"})
    budget.done()
    set_limit(budget, "88")
    made = folder(space, tmp_path, space.write("Budget", "money", {"monthlyLimitUSD": 50}))
    told = space.stage.trueup("plan", "-f", made, "--live", "-o", "json")
    assert told.returncode == 2
    assert json.loads(told.stdout)["objects"][0]["changes"][0]["fields"] == [
        {"path": "BudgetLimit.Amount", "specPath": "/monthlyLimitUSD", "from": "88.0", "to": "50.00"}
    ]
    assert limit(budget) == 88
