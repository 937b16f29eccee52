"""The generated CRDs: names, columns, bounds, descriptions, status; without a cluster."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft4Validator

from tests.kinds.case import Case, example, example_names
from tests.kinds.spec_cases import CASES, MALFORMED
from trueup.gen.crds import crd, render_all
from trueup.kinds.common.info import KindInfo, info_of, kind_infos

KINDS = pytest.mark.parametrize("info", kind_infos(), ids=lambda info: info.kind)


def version(info: KindInfo) -> dict[str, Any]:
    return crd(info)["spec"]["versions"][0]


def schema(info: KindInfo) -> dict[str, Any]:
    return version(info)["schema"]["openAPIV3Schema"]


def nodes(node: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The schema and everything below it, with paths."""
    yield path, node
    for name, child in node.get("properties", {}).items():
        yield from nodes(child, f"{path}.{name}")
    for key, mark in (("items", "[]"), ("additionalProperties", "{}")):
        if key in node:
            yield from nodes(node[key], path + mark)


def test_names() -> None:
    found = {name: crd(info_of(name))["spec"]["names"] for name in ("Budget", "Database", "Network")}
    assert found == {
        "Budget": names("Budget", "budgets", "bud"),
        "Database": names("Database", "databases", "db"),
        "Network": names("Network", "networks", "net"),
    }


def names(kind: str, plural: str, short: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "listKind": f"{kind}List",
        "plural": plural,
        "singular": kind.lower(),
        "shortNames": [short],
        "categories": ["trueup"],
    }


def test_columns() -> None:
    columns = version(info_of("Database"))["additionalPrinterColumns"]
    assert [(c["name"], c["jsonPath"], c["type"], c.get("priority", 0)) for c in columns] == [
        ("READY", '.status.conditions[?(@.type=="Ready")].status', "string", 0),
        ("INSYNC", '.status.conditions[?(@.type=="InSync")].status', "string", 0),
        ("DRIFT", ".status.drift.count", "integer", 0),
        ("$/MO", ".status.cost.monthlyUSD", "string", 0),
        ("STATUS", ".status.summary", "string", 0),
        ("AGE", ".metadata.creationTimestamp", "date", 0),
        ("REASON", '.status.conditions[?(@.type=="Ready")].reason', "string", 1),
        ("URL", ".status.outputs.endpoint", "string", 1),
        ("CHECKED", ".status.lastChecked", "date", 1),
    ]


@KINDS
def test_everything_in_a_spec_is_bounded(info: KindInfo) -> None:
    """Without bounds the API server refuses the rules: they might cost too much."""
    bounds = {"string": ("maxLength", "enum"), "array": ("maxItems",)}
    unbounded = [
        path
        for path, node in nodes(schema(info)["properties"]["spec"], "spec")
        if node.get("type") in bounds and not any(bound in node for bound in bounds[node["type"]])
    ]
    maps = [
        path
        for path, node in nodes(schema(info)["properties"]["spec"], "spec")
        if "additionalProperties" in node and "maxProperties" not in node
    ]
    assert unbounded + maps == []


@KINDS
def test_everything_is_described(info: KindInfo) -> None:
    assert schema(info)["description"].endswith(".")
    fields = [
        (path, node)
        for top in ("spec", "status")
        for path, node in nodes(schema(info)["properties"][top], top)
        if not path.endswith(("[]", "{}"))
    ]
    assert [path for path, node in fields if not node.get("description", "").endswith((".", "]", ")"))] == []


@KINDS
def test_no_pattern_answers_with_a_regular_expression(info: KindInfo) -> None:
    """And no multipleOf is left, which the API server miscounts where the value is a whole number."""
    found = [path for path, node in nodes(schema(info), "") if "pattern" in node or "multipleOf" in node]
    assert found == []


@KINDS
def test_every_rule_has_a_sentence(info: KindInfo) -> None:
    rules = [rule for _, node in nodes(schema(info), "") for rule in node.get("x-kubernetes-validations", [])]
    assert [rule for rule in rules if not rule["message"].endswith(".") or "\n" in rule["message"]] == []


@KINDS
def test_what_every_kind_has(info: KindInfo) -> None:
    fields = schema(info)["properties"]["spec"]["properties"]
    assert fields["driftPolicy"]["default"] == {"mode": "Correct", "ignore": []}
    assert fields["tags"]["default"] == {}
    assert fields["criticality"]["enum"] == ["Critical", "NonCritical"]
    assert fields["deletionPolicy"]["default"] in fields["deletionPolicy"]["enum"]
    assert {"region", "roleArn"} <= fields.keys()
    assert "default" not in fields["region"]


@KINDS
def test_only_values_of_aws_are_untyped(info: KindInfo) -> None:
    untyped = [path for path, node in nodes(schema(info), "") if node.get("x-kubernetes-preserve-unknown-fields")]
    assert sorted(untyped) == [
        ".status.drift.fields[].desired",
        ".status.drift.fields[].observed",
        ".status.drift.recent[].desired",
        ".status.drift.recent[].observed",
        ".status.outputs",
        ".status.plan.changes[].fields[].from",
        ".status.plan.changes[].fields[].to",
    ]


STATUS = {
    "observedGeneration": 3,
    "lastHandledReconcile": "now",
    "notes": ["A variable looks like a credential."],
    "region": "us-east-1",
    "conditions": [
        {
            "type": "Ready",
            "status": "True",
            "reason": "Available",
            "message": "The cluster is available.",
            "lastTransitionTime": "2026-11-20T12:00:00Z",
            "observedGeneration": 3,
        }
    ],
    "summary": "Drifted",
    "drift": {
        "count": 1,
        "fields": [
            {
                "resource": "AWS::RDS::DBCluster/lego",
                "path": "BackupRetentionPeriod",
                "specPath": "/backup/retentionDays",
                "desired": 7,
                "observed": None,
                "severity": "Critical",
                "firstSeen": "2026-11-20T12:00:00Z",
                "by": "unknown",
                "action": "Correcting",
            }
        ],
        "recent": [],
        "lastDetected": "2026-11-20T12:00:00Z",
        "lastCorrected": "2026-11-20T12:00:00Z",
    },
    "resources": [{"type": "AWS::RDS::DBCluster", "name": "lego", "id": "lego", "state": "available"}],
    "outputs": {"endpoint": "lego.example", "port": 5432},
    "cost": {
        "monthlyUSD": "43.80",
        "lowUSD": "0.00",
        "highUSD": "87.60",
        "asOf": "2026-09-20",
        "lines": [{"item": "capacity", "usd": "43.80", "assumption": "0.5 ACU all month"}],
    },
    "plan": {
        "id": "1a2b3c4d",
        "changes": [
            {
                "resource": "AWS::RDS::DBCluster/lego",
                "action": "update",
                "fields": [{"path": "Port", "specPath": "/port", "from": 5432, "to": 5433}],
                "effect": "restart",
            }
        ],
    },
    "lastChecked": "2026-11-20T12:00:00Z",
}


@KINDS
def test_the_status_of_the_contract_fits(info: KindInfo) -> None:
    status = schema(info)["properties"]["status"]
    assert set(status["properties"]) == set(STATUS)
    assert pruned(status, STATUS) == STATUS


def pruned(node: dict[str, Any], value: Any) -> Any:
    """What the API server keeps of a value: the declared fields."""
    if node.get("x-kubernetes-preserve-unknown-fields"):
        return value
    if isinstance(value, dict):
        return {k: pruned(node["properties"][k], v) for k, v in value.items() if k in node["properties"]}
    return [pruned(node["items"], item) for item in value] if isinstance(value, list) else value


def is_valid(manifest: dict[str, Any]) -> bool:
    return Draft4Validator(strict(schema(info_of(manifest["kind"])))).is_valid(manifest)


def strict(node: dict[str, Any]) -> dict[str, Any]:
    """The schema with unknown fields refused, as the API server does with strict field validation."""
    result = dict(node)
    if "properties" in node:
        result["properties"] = {name: strict(child) for name, child in node["properties"].items()}
        result["additionalProperties"] = False
    if "items" in node:
        result["items"] = strict(node["items"])
    if node == {"type": "object"}:
        return {"type": "object"}
    return result


@pytest.mark.parametrize("name", example_names())
def test_an_example_fits_the_schema(name: str) -> None:
    assert is_valid(example(name))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_only_rules_refuse_fits_the_schema(case: Case) -> None:
    assert is_valid(case.manifest)


@pytest.mark.parametrize("case", MALFORMED, ids=str)
def test_what_is_malformed_does_not(case: Case) -> None:
    assert not is_valid(case.manifest)


def test_the_same_text_every_time() -> None:
    assert render_all() == render_all()
    assert {"crds/budgets.yaml", "crds/databases.yaml", "crds/networks.yaml"} <= render_all().keys()
