"""The specs of the kinds take what is right and say what is wrong, in the words of their rules."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from tests.kinds.case import Case, ChangeCase, example, example_names
from tests.kinds.spec_cases import CASES, CHANGES, MALFORMED
from trueup.kinds.budget.spec import BudgetSpec
from trueup.kinds.common.info import info_of, kind_infos
from trueup.kinds.common.reading import InvalidSpec, Problem, change_problems, read_spec
from trueup.kinds.common.spec import DriftPolicy, Spec
from trueup.kinds.database.spec import DatabaseSpec
from trueup.kinds.database.spec_parts import Capacity
from trueup.kinds.network.spec import NetworkSpec


def read(manifest: dict) -> Spec:
    return read_spec(info_of(manifest["kind"]).spec, manifest["spec"])


def problems(manifest: dict) -> tuple[Problem, ...]:
    with pytest.raises(InvalidSpec) as caught:
        read(manifest)
    return caught.value.problems


@pytest.mark.parametrize("name", example_names())
def test_an_example_is_read(name: str) -> None:
    manifest = example(name)
    assert type(read(manifest)) is info_of(manifest["kind"]).spec


@pytest.mark.parametrize("case", [case for case in CASES if not case.refused], ids=str)
def test_what_is_right_is_taken(case: Case) -> None:
    read(case.manifest)


@pytest.mark.parametrize("case", [case for case in CASES if case.refused], ids=str)
def test_what_is_wrong_is_refused_once_where_it_stands(case: Case) -> None:
    found = problems(case.manifest)
    assert [case.refused in problem.sentence for problem in found] == [True]
    assert found[0].path.startswith(case.at)


@pytest.mark.parametrize("case", MALFORMED, ids=str)
def test_what_is_malformed_is_refused(case: Case) -> None:
    assert any(case.refused in problem.sentence for problem in problems(case.manifest))


@pytest.mark.parametrize("case", CHANGES, ids=str)
def test_a_change_is_taken_or_refused(case: ChangeCase) -> None:
    old = read(case.before)
    try:
        found = change_problems(read(case.after), old)
    except InvalidSpec as error:
        found = error.problems
    if case.refused:
        assert any(case.refused in problem.sentence for problem in found)
    else:
        assert found == ()


@pytest.mark.parametrize("name", example_names())
def test_nothing_changes_when_nothing_changes(name: str) -> None:
    assert change_problems(read(example(name)), read(example(name))) == ()


def test_every_rule_is_broken_by_some_case() -> None:
    refused = [case.refused for case in (*CASES, *CHANGES) if case.refused]
    declared = {
        rule.message
        for info in kind_infos()
        if info.kind in {"AppRunnerService", "Budget", "Database", "DnsZone", "Network"}
        for part in parts_of(info.spec)
        for rule in (*part.rules(), *part.changes())
    }
    assert [message for message in sorted(declared) if not any(said in message for said in refused)] == []


def parts_of(model: type[Spec]) -> list:
    """The spec's model and all models below it."""
    found: list = [model]
    for part in found:
        for field in part.model_fields.values():
            found += [other for other in models_in(field.annotation) if other not in found]
    return found


def models_in(annotation: object) -> list:
    if hasattr(annotation, "model_fields"):
        return [annotation]
    return [model for arg in getattr(annotation, "__args__", ()) for model in models_in(arg)]


def test_a_minimal_database_says_all_that_will_happen() -> None:
    assert read(example("database-minimal")).model_dump(by_alias=True, exclude_none=True) == {
        "engine": "aurora-postgresql",
        "version": "16.11",
        "capacity": {"min": 0.5, "max": 1.0},
        "networkRef": {"name": "platform"},
        "instances": 1,
        "allowFrom": (),
        "backup": {"retentionDays": 7},
        "deletionProtection": False,
        "performanceInsights": False,
        "parameters": {},
        "deletionPolicy": "Snapshot",
        "criticality": "Critical",
        "driftPolicy": {"mode": "Correct", "ignore": ()},
        "tags": {},
    }


def test_a_minimal_network_says_all_that_will_happen() -> None:
    assert read(example("network-minimal")).model_dump(by_alias=True, exclude_none=True) == {
        "cidr": "10.0.0.0/16",
        "zones": ("us-east-1a", "us-east-1b"),
        "publicSubnets": (),
        "privateSubnets": ("10.0.10.0/24", "10.0.11.0/24"),
        "nat": "None",
        "endpoints": (),
        "deletionPolicy": "Delete",
        "criticality": "Critical",
        "driftPolicy": {"mode": "Correct", "ignore": ()},
        "tags": {},
    }


def test_a_minimal_zone_says_all_that_will_happen() -> None:
    assert read(example("dnszone-minimal")).model_dump(by_alias=True, exclude_none=True) == {
        "domain": "example.com",
        "records": (),
        "deletionPolicy": "Retain",
        "criticality": "NonCritical",
        "driftPolicy": {"mode": "Correct", "ignore": ()},
        "tags": {},
    }


def test_a_minimal_budget_says_all_that_will_happen() -> None:
    assert read(example("budget-minimal")).model_dump(by_alias=True, exclude_none=True) == {
        "monthlyLimitUSD": Decimal(50),
        "thresholds": (),
        "deletionPolicy": "Delete",
        "criticality": "NonCritical",
        "driftPolicy": {"mode": "Correct", "ignore": ()},
        "tags": {},
    }


def test_money_is_exact() -> None:
    assert BudgetSpec.model_validate({"monthlyLimitUSD": 43.8}).monthly_limit_usd == Decimal("43.8")
    assert BudgetSpec.model_validate({"monthlyLimitUSD": 0.29}).monthly_limit_usd == Decimal("0.29")


def test_python_names_work_too_and_nothing_can_be_changed() -> None:
    spec = NetworkSpec(cidr="10.0.0.0/16", zones=("eu-central-1a",), private_subnets=("10.0.1.0/24",))
    assert spec.drift_policy == DriftPolicy(mode="Correct", ignore=())
    with pytest.raises(ValidationError):
        spec.__setattr__("cidr", "10.1.0.0/16")


def test_several_problems_are_said_at_once() -> None:
    spec = {"engine": "mysql", "version": "16.11", "instances": 99, "network": {"name": "platform"}}
    with pytest.raises(InvalidSpec) as caught:
        read_spec(DatabaseSpec, spec)
    assert (
        str(caught.value)
        == """\
spec.engine: The value should be 'aurora-postgresql' or 'documentdb'; it is "mysql". \
aurora-postgresql for PostgreSQL, documentdb for MongoDB. Cannot change.
spec.instances: The value should be less than or equal to 16; it is 99. \
Instances of the cluster: one writer, the others readers.
spec.networkRef: This field is required. \
The Network whose private subnets, in at least two zones, hold the cluster. Cannot change.
spec.network: There is no such field. Did you mean networkRef?"""
    )


def database(name: str) -> DatabaseSpec:
    return read_spec(DatabaseSpec, example(name)["spec"])


def test_derived_values_of_a_database() -> None:
    full, minimal = database("database-full"), database("database-minimal")
    documentdb, restored = database("database-documentdb"), database("database-documentdb-serverless")
    assert [spec.effective_port for spec in (full, minimal, documentdb)] == [5433, 5432, 27017]
    users = [spec.effective_master_username for spec in (full, minimal, documentdb, restored)]
    assert users == ["dbadmin", "dbadmin", None, None]
    assert [spec.adopted_name for spec in (full, documentdb)] == [None, "auth-docdb"]


def test_an_idle_database_pauses_after_five_minutes_unless_told() -> None:
    capacities = [{"min": 0, "max": 1, "pauseAfter": "10m"}, {"min": 0, "max": 1}, {"min": 0.5, "max": 1}]
    found = [Capacity.model_validate(capacity).pause_after_seconds for capacity in capacities]
    assert found == [600, 300, None]
