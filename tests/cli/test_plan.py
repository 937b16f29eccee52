"""`trueup plan`: whole outputs of the real environments, and one clear sentence for everything that is wrong."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Answer, Command

WRONG = "tests/cli/wrong"
BUDGET = """
apiVersion: trueup.dev/v1alpha1
kind: Budget
metadata: {name: small, namespace: other}
spec: {region: us-east-1, monthlyLimitUSD: 5}
"""


NOON = "2026-11-23T17:00:00Z"
"""At noon nothing is paused for the night."""


@pytest.mark.parametrize(
    ("environment", "form", "ending"),
    [
        ("staging", "text", "txt"),
        ("staging", "json", "json"),
        ("staging", "markdown", "md"),
        ("production", "text", "txt"),
    ],
)
def test_an_environment_against_an_empty_aws(
    trueup: Command, golden: Callable[[str, str], None], environment: str, form: str, ending: str
) -> None:
    answer = trueup("plan", "-f", f"environments/{environment}", "--offline", "-o", form, "--at", NOON)
    golden(f"{environment}.{ending}", answer.out)
    assert (answer.code, answer.err) == (2, "")


def test_staging_fits_the_budget_and_production_does_not(trueup: Command) -> None:
    def after(environment: str) -> float:
        answer = trueup("plan", "-f", f"environments/{environment}", "--offline", "-o", "json")
        return float(json.loads(answer.out)["cost"]["after"])

    assert after("staging") <= 50 < after("production")


def test_the_json_has_the_promised_members_and_no_others(trueup: Command) -> None:
    said = json.loads(trueup("plan", "-f", "-", "--offline", "-o", "json", stdin=BUDGET).out)
    assert sorted(said) == ["cost", "id", "objects"]
    assert said["cost"] == {"before": "0.00", "after": "0.00", "low": "0.00", "high": "0.00"}
    (shown,) = said["objects"]
    assert {key: shown[key] for key in shown if key != "changes"} == {
        "kind": "Budget",
        "namespace": "other",
        "name": "small",
    }
    (change,) = shown["changes"]
    assert sorted(change) == ["action", "effect", "fields", "resource"]
    assert {tuple(field) for field in change["fields"]} == {("path", "specPath", "from", "to")}


WRONG_INPUT = {
    "bad-name": ["Budget: metadata.name: 'Not A Name' is none: use lower-case letters, digits, - and . only."],
    "broken": [", line 4, column 5: this is not YAML: expected ',' or '}', but got ':'."],
    "dangling-bucket": [
        (
            "AppRunnerService staging/api: spec.buckets[0].name: there is no Bucket 'uplaods' in namespace staging: "
            "add it, or correct the name."
        )
    ],
    "dangling-reference": [
        (
            "Database staging/postgres: spec.networkRef.name: there is no Network 'platfrom' in namespace staging: "
            "add it, or correct the name."
        )
    ],
    "key-twice": [", line 4, column 28: this is not YAML: monthlyLimitUSD comes twice."],
    "min-above-max": [
        "Database staging/postgres: spec.capacity.min: capacity.min is above capacity.max. Lower min or raise max."
    ],
    "no-object": ["a document is not an object with apiVersion, kind and metadata."],
    "no-spec": ["Budget default/x: spec: it is missing, or not an object."],
    "no-version": ["a document has no apiVersion: give it one, or take it out."],
    "object-twice": [f"Budget default/x comes twice; it is also in {WRONG}/object-twice.yaml."],
    "other-version": ["Budget: apiVersion trueup.dev/v1 is not known here: write trueup.dev/v1alpha1."],
    "overlapping-subnets": ["Network staging/main: spec: Two subnets overlap. Give each subnet addresses of its own."],
    "unknown-field": [
        (
            "Budget staging/x: spec.monthlyLimitUSD: This field is required. "
            "Limit of a calendar month in US dollars, to the cent."
        ),
        "Budget staging/x: spec.monthlyLimit: There is no such field. Did you mean monthlyLimitUSD?",
    ],
    "unknown-kind": ["Databse is not a kind of trueup.dev: did you mean Database?"],
    "wrong-type": [
        (
            "Budget staging/x: spec.monthlyLimitUSD: The value should be a number of US dollars, such as 50 or 43.80; "
            'it is "fifty". Limit of a calendar month in US dollars, to the cent.'
        )
    ],
}


@pytest.mark.parametrize("name", sorted(WRONG_INPUT))
def test_wrong_input_is_one_sentence_each_with_file_object_and_field(trueup: Command, name: str) -> None:
    file = f"{WRONG}/{name}.yaml"
    sentences = [line if line.startswith(", line") else f": {line}" for line in WRONG_INPUT[name]]
    said = "".join(f"error: {file}{sentence}\n" for sentence in sentences)
    assert trueup("plan", "-f", file, "--offline") == Answer(1, "", said)


def test_every_wrong_file_is_tried() -> None:
    files = {file.stem for file in (ROOT / WRONG).glob("*.yaml")}
    assert files == {*WRONG_INPUT, "no-region"}


def test_an_empty_aws_is_planned_for_where_nobody_names_a_region_and_that_is_said(trueup: Command) -> None:
    answer = trueup("plan", "-f", f"{WRONG}/no-region.yaml", "--offline")
    said = "note: Budget default/x without spec.region: taken as us-east-1; --region names another\n"
    assert (answer.code, answer.err) == (2, said)
    named = trueup("plan", "-f", f"{WRONG}/no-region.yaml", "--offline", "--region", "eu-central-1")
    assert (named.code, named.err) == (2, "")


def test_a_live_plan_without_a_region_says_how_to_give_one(trueup: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    answer = trueup("plan", "-f", f"{WRONG}/no-region.yaml", "--live")
    assert answer.code == 1
    assert answer.err == (
        "error: Budget default/x: No region is known: set spec.region, or start the operator or the command with "
        "--region.\n"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param(
            ["-f", "nowhere"],
            "nowhere does not exist: name a folder or file with manifests, or - for standard input.",
            id="no such path",
        ),
        pytest.param(
            ["-f", "docs"],
            "docs holds neither a kustomization.yaml nor a file that ends in .yaml, .yml or .json.",
            id="a folder without manifests",
        ),
        pytest.param([], "Missing option '--filename' / '-f' (see `trueup plan --help`)", id="no path"),
        pytest.param(
            ["-f", "environments/staging", "-o", "yaml"],
            "Invalid value for '--output' / '-o': 'yaml' is not one of 'text', 'json', 'markdown' "
            "(see `trueup plan --help`)",
            id="no such form",
        ),
    ],
)
def test_wrong_arguments(trueup: Command, given: list[str], said: str) -> None:
    assert trueup("plan", "--offline", *given) == Answer(1, "", f"error: {said}\n")


def test_a_kustomization_that_does_not_render(trueup: Command, tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [absent.yaml]\n")
    answer = trueup("plan", "-f", str(tmp_path), "--offline")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"error: {tmp_path} cannot be rendered by `kubectl kustomize`: accumulating ")
    assert answer.err.count("\n") == 1


def test_live_without_credentials_names_the_way_out(trueup: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):  # other tests of this process may have some
        monkeypatch.delenv(name, raising=False)
    answer = trueup("plan", "-f", "environments/staging", "--live")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == (
        "error: AppRunnerService staging/api: AWS cannot be read: iam.GetAccountAuthorizationDetails failed with "
        "NoCredentialsError: Unable to locate credentials. Give the operator valid AWS credentials (or the role the "
        "right trust policy). "
        "With --offline, AWS is taken as empty.\n"
    )


def test_what_is_not_ours_is_left_out_and_said(trueup: Command) -> None:
    other = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
    answer = trueup("plan", "-f", "-", "--offline", stdin=BUDGET + other)
    assert (answer.code, answer.err) == (2, "note: left out, not of trueup.dev: Deployment (1)\n")


def test_a_list_is_its_items_and_a_date_is_a_text(trueup: Command) -> None:
    items = {"apiVersion": "v1", "kind": "List", "items": []}
    assert trueup("plan", "-f", "-", "--offline", stdin=json.dumps(items)).code == 0
    dated = BUDGET.replace("monthlyLimitUSD: 5", "monthlyLimitUSD: 5, tags: {since: 2026-11-23}")
    assert trueup("plan", "-f", "-", "--offline", stdin=dated).code == 2


def test_report_mode_changes_nothing(trueup: Command) -> None:
    reported = BUDGET.replace("monthlyLimitUSD: 5", "monthlyLimitUSD: 5, driftPolicy: {mode: Report}")
    answer = trueup("plan", "-f", "-", "--offline", stdin=reported)
    assert answer.code == 0
    assert answer.out.splitlines()[:2] == [
        "Budget other/small",
        "  ! AWS::Budgets::Budget/budget is absent  # only reported: driftPolicy.mode is Report",
    ]
    assert json.loads(trueup("plan", "-f", "-", "--offline", "-o", "json", stdin=reported).out)["objects"] == [
        {"kind": "Budget", "namespace": "other", "name": "small", "changes": []}
    ]


def test_the_same_plan_twice_is_the_same_text(trueup: Command) -> None:
    first, second = (trueup("plan", "-f", "environments/production", "--offline") for _ in range(2))
    assert first == second


def test_an_offline_plan_imports_no_client() -> None:
    code = (
        "import sys; from trueup.cli import main; main(['plan', '-f', 'environments/staging', '--offline']);"
        "sys.stderr.write(' '.join(sorted({m.split('.')[0] for m in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    clients = {"boto3", "botocore", "kubernetes", "kopf", "aiohttp", "httpx", "moto"}
    assert clients & set(done.stderr.split()) == set()


def test_a_plan_is_as_of_the_time_that_is_asked_for(trueup: Command) -> None:
    def status(at: str) -> list[str]:
        answer = trueup("plan", "-f", "environments/staging", "--offline", "-o", "json", "--at", at)
        steps = [step for one in json.loads(answer.out)["objects"] for step in one["changes"]]
        services = [step for step in steps if step["resource"] == "AWS::AppRunner::Service/service"]
        return [field["to"] for step in services for field in step["fields"] if field["path"] == "Status"]

    assert (status(NOON), status("2026-11-23T06:00:00Z")) == (["RUNNING"] * 2, ["PAUSED"] * 2)


def test_a_plan_that_is_approved_today_is_the_same_one_tonight_and_tomorrow(trueup: Command) -> None:
    def id_of(at: str) -> str:
        answer = trueup("plan", "-f", "environments/staging", "--offline", "-o", "json", "--at", at)
        return json.loads(answer.out)["id"]

    assert len({id_of(at) for at in (NOON, "2026-11-23T06:00:00Z", "2026-11-24T17:00:00Z")}) == 1


def test_a_time_that_is_none_is_one_sentence(trueup: Command) -> None:
    answer = trueup("plan", "-f", "environments/staging", "--offline", "--at", "tomorrow")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "error: --at is 'tomorrow': write a time with a zone, such as 2026-12-24T18:00:00Z.\n"
