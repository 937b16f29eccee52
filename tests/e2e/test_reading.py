"""What kubectl shows of a Trueup: columns, short names, waiting, explanations, a report."""

import re

import pytest

from tests.e2e.space import PLURALS, Address, Space
from tests.e2e.stage import Stage, condition

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]

CONDITIONS = ["Ready", "Reconciling", "Synced", "InSync", "Stalled", "Gated"]


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines() if line.strip()]


def test_columns_are_those_of_the_contract(space: Space) -> None:
    space.budget().done()
    head, row = rows(space.stage.kubectl("get", "budgets", f"-n{space.name}").stdout)
    assert head == ["NAME", "READY", "INSYNC", "DRIFT", "$/MO", "STATUS", "AGE"]
    assert row[:6] == ["money", "True", "True", "0", "0.00", "Ready"]
    assert re.fullmatch(r"\d+[smh]\w*", row[6])


def test_wide_adds_reason_url_and_checked(space: Space) -> None:
    data = space.database_on_network()
    head, row = rows(space.stage.kubectl("get", "databases", f"-n{space.name}", "-o", "wide").stdout)
    assert head == ["NAME", "READY", "INSYNC", "DRIFT", "$/MO", "STATUS", "AGE", "REASON", "URL", "CHECKED"]
    assert [*row[:6], row[7], row[8]] == [
        *["data", "True", "True", "0", data.status["cost"]["monthlyUSD"], "Ready"],
        *[condition(data.now(), "Ready")["reason"], data.status["outputs"]["endpoint"]],
    ]


def test_the_category_lists_every_kind_of_every_namespace(space: Space) -> None:
    space.budget().done()
    space.database_on_network()
    text = space.stage.kubectl("get", "trueup", "-A").stdout
    mine = [row[1] for row in rows(text) if row[0] == space.name]
    assert mine == ["budget.trueup.dev/money", "database.trueup.dev/data", "network.trueup.dev/main"]
    heads = {tuple(row) for row in rows(text) if row[0] == "NAMESPACE"}
    assert heads == {("NAMESPACE", "NAME", "READY", "INSYNC", "DRIFT", "$/MO", "STATUS", "AGE")}


def test_short_names(stage: Stage) -> None:
    listed = rows(stage.kubectl("api-resources", "--api-group=trueup.dev", "--no-headers", "-o", "wide").stdout)
    found = {row[0]: (row[1], row[2], row[3], row[4], row[-1]) for row in listed}
    assert found == {
        "apprunnerservices": ("ars", "trueup.dev/v1alpha1", "true", "AppRunnerService", "trueup"),
        "appsecrets": ("asec", "trueup.dev/v1alpha1", "true", "AppSecret", "trueup"),
        "buckets": ("bkt", "trueup.dev/v1alpha1", "true", "Bucket", "trueup"),
        "budgets": ("bud", "trueup.dev/v1alpha1", "true", "Budget", "trueup"),
        "databases": ("db", "trueup.dev/v1alpha1", "true", "Database", "trueup"),
        "dnszones": ("zone", "trueup.dev/v1alpha1", "true", "DnsZone", "trueup"),
        "networks": ("net", "trueup.dev/v1alpha1", "true", "Network", "trueup"),
        "staticsites": ("site", "trueup.dev/v1alpha1", "true", "StaticSite", "trueup"),
    }


def test_wait_for_ready(space: Space) -> None:
    space.budget()
    told = space.stage.kubectl("wait", "--for=condition=Ready", "bud/money", f"-n{space.name}", "--timeout=60s")
    assert told.stdout.strip() == "budget.trueup.dev/money condition met"


@pytest.mark.parametrize("kind", sorted(kind.lower() for kind in PLURALS))
def test_every_field_of_a_spec_is_explained(stage: Stage, kind: str) -> None:
    text = stage.kubectl("explain", f"{kind}.spec").stdout
    fields = dict(re.findall(r"^  (\w+)\t<[^>]*>.*\n(?:  enum: .*\n)?((?:    .*\n)*)", text, re.MULTILINE))
    assert {"region", "roleArn", "driftPolicy", "deletionPolicy", "criticality", "tags"} <= set(fields)
    assert [name for name, told in fields.items() if not told.strip()] == []


def test_kubectl_describe_reads_like_a_report(space: Space) -> None:
    data = space.database_on_network()
    text = space.stage.kubectl("describe", "db", "data", f"-n{space.name}").stdout
    for word in ("Monthly USD:", "Endpoint:", "Every resource can be used.", "AWS::RDS::DBCluster", "Available"):
        assert word in text
    assert data.status["outputs"]["endpoint"] in text


def test_a_status_has_the_members_of_the_contract(space: Space) -> None:
    data = space.database_on_network()
    data.looked()
    thing = data.done()
    status, generation = thing["status"], thing["metadata"]["generation"]
    assert set(status) == {
        *["observedGeneration", "lastHandledReconcile", "region", "conditions", "summary"],
        *["drift", "resources", "outputs", "cost", "lastChecked"],
    }
    assert (status["observedGeneration"], status["region"], status["summary"]) == (generation, "us-east-1", "Ready")
    assert [c["type"] for c in status["conditions"]] == CONDITIONS
    members = {"type", "status", "reason", "message", "observedGeneration", "lastTransitionTime"}
    assert [set(c) for c in status["conditions"]] == [members] * len(CONDITIONS)
    assert status["drift"] == {"count": 0, "fields": [], "recent": []}
    for resource in status["resources"]:
        assert {"type", "name", "id", "state", "applied"} <= set(resource) <= {*_RESOURCE}
        assert resource["type"].startswith("AWS::")
        assert re.fullmatch(r"v\d+:\w+", resource["applied"])


_RESOURCE = ("type", "name", "id", "arn", "state", "applied")


def test_costs_are_money_strings_with_date_and_assumptions(space: Space) -> None:
    cost = space.database_on_network().status["cost"]
    assert set(cost) == {"monthlyUSD", "lowUSD", "highUSD", "asOf", "lines"}
    assert all(re.fullmatch(r"\d+\.\d\d", cost[name]) for name in ("monthlyUSD", "lowUSD", "highUSD"))
    assert float(cost["lowUSD"]) <= float(cost["monthlyUSD"]) <= float(cost["highUSD"])
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", cost["asOf"])
    assert [set(line) for line in cost["lines"]] == [{"item", "usd", "assumption"}] * len(cost["lines"])


def test_defaults_stand_in_the_object(space: Space) -> None:
    spec = space.budget().now()["spec"]
    assert spec == {
        "monthlyLimitUSD": 50,
        "criticality": "NonCritical",
        "deletionPolicy": "Delete",
        "driftPolicy": {"ignore": [], "mode": "Correct"},
        "tags": {},
        "thresholds": [],
    }


def test_transition_times_move_only_on_transitions(space: Space) -> None:
    budget = space.budget()
    before = {c["type"]: c["lastTransitionTime"] for c in budget.done()["status"]["conditions"]}
    budget.patch(monthlyLimitUSD=60)
    budget.until(lambda thing: thing["status"]["observedGeneration"] == 2)
    after = {c["type"]: c["lastTransitionTime"] for c in budget.done()["status"]["conditions"]}
    assert {name: after[name] for name in ("Ready", "Stalled", "Gated")} == {
        name: before[name] for name in ("Ready", "Stalled", "Gated")
    }


def test_a_pending_change_is_in_the_plan_and_never_drift(space: Space) -> None:
    budget: Address = space.budget()
    budget.done()
    with space.stage.faults({"operation": "UpdateBudget", "action": "throttle"}):
        budget.patch(monthlyLimitUSD=75)
        thing = budget.reason("InSync", "False", "Updating") and budget.now()
        assert thing["status"]["drift"]["count"] == 0
        assert thing["status"]["summary"] == "Updating"
        [change] = thing["status"]["plan"]["changes"]
        change.pop("blocked", None)  # while it waits for its next try
        fields = [{"path": "BudgetLimit.Amount", "specPath": "/monthlyLimitUSD", "from": "50.0", "to": "75.00"}]
        assert change == {
            "resource": "AWS::Budgets::Budget/budget",
            "action": "update",
            "fields": fields,
            "effect": "",
        }
    budget.looked()
    assert "plan" not in budget.done()["status"]
