"""`trueup sandbox …` without a sandbox: what it says, where, and with which exit code."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from trueup.sandbox.command import app


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("SANDBOX", "SANDBOX_AWS_ENDPOINT", "SANDBOX_CONTEXT", "SANDBOX_DELAYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["down"], 0, "there is no sandbox default here", id="nothing to take down"),
        pytest.param(["down", "--name", "second"], 0, "there is no sandbox second here", id="nor a second one"),
        pytest.param(["status"], 3, "there is no sandbox default here: run `make sandbox`", id="no status"),
        pytest.param(
            ["tools", "docker"],
            1,
            "error: no tool is called docker: choose from etcd, kube-apiserver, kube-controller-manager, helm, argocd, "
            "kubectl",
            id="an unknown tool",
        ),
        pytest.param(
            ["up", "--aws-endpoint", "somewhere"],
            1,
            "error: the AWS endpoint 'somewhere' is no address: give one like http://127.0.0.1:5000",
            id="an endpoint without a scheme",
        ),
        pytest.param(
            ["up", "--aws-endpoint", "https://rds.us-east-1.amazonaws.com"],
            1,
            "error: the AWS endpoint https://rds.us-east-1.amazonaws.com is AWS itself; "
            "a sandbox works against an emulator only",
            id="the real AWS",
        ),
        pytest.param(
            ["up", "--aws-endpoint", "http://127.0.0.1:1"],
            1,
            "error: no emulator answers at http://127.0.0.1:1: start it, or leave SANDBOX_AWS_ENDPOINT out for our own",
            id="an endpoint where nothing listens",
        ),
    ],
)
def test_one_sentence_on_stderr_and_nothing_left(project: Path, arguments: list[str], code: int, said: str) -> None:
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", said + "\n")
    assert list(project.iterdir()) == []


@pytest.mark.parametrize(
    ("file", "content", "arguments", "said"),
    [
        pytest.param(
            "sandbox.json",
            {},
            ["--context", "kind-dev"],
            "error: sandbox default has a control plane of its own: take it down first, "
            "or name another one with SANDBOX for the cluster",
            id="from its own cluster to another",
        ),
        pytest.param(
            "visit.json",
            {"context": "kind-dev", "server": "https://127.0.0.1:1", "cluster": "1", "mark": "2", "leases": []},
            [],
            "error: sandbox default is in the cluster of context 'kind-dev': "
            "give --context kind-dev (SANDBOX_CONTEXT) again, or take it down first",
            id="from another cluster to its own",
        ),
    ],
)
def test_a_sandbox_does_not_move(
    project: Path, file: str, content: dict[str, object], arguments: list[str], said: str
) -> None:
    (project / ".sandbox").mkdir()
    (project / ".sandbox" / file).write_text(json.dumps(content))
    result = CliRunner().invoke(app, ["up", *arguments])
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", said + "\n")
    assert [path.name for path in (project / ".sandbox").iterdir()] == [file]


def test_make_may_hand_in_empty_settings(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX", "")
    assert CliRunner().invoke(app, ["down"]).stderr == "there is no sandbox default here\n"


def test_the_name_comes_from_the_environment_too(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX", "Wrong Name")
    result = CliRunner().invoke(app, ["up"])
    assert result.exit_code == 1
    assert result.stderr.startswith("error: a sandbox cannot be called 'Wrong Name': use ")
