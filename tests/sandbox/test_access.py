"""The kubeconfigs of a sandbox in somebody's cluster: what comes from the user's, and what is the operator's."""

import json
import os
from pathlib import Path

import pytest

from trueup.core.values import Json
from trueup.sandbox import access
from trueup.sandbox.controlplane import kubectl
from trueup.sandbox.errors import SandboxError
from trueup.sandbox.installation import Kubectl

LOGIN = {"apiVersion": "client.authentication.k8s.io/v1", "command": "aws", "args": ["eks", "get-token"]}
HERE = {"server": "https://127.0.0.1:1", "certificate-authority-data": "UEVN"}
USER = {"name": "me", "user": {"exec": LOGIN | {"env": [{"name": "AWS_PROFILE", "value": "work"}]}}}
CONFIG: dict[str, Json] = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "eks", "cluster": HERE}, {"name": "kind", "cluster": HERE | {"server": "https://other"}}],
    "users": [USER, {"name": "admin", "user": {"token": "secret"}}],
    "contexts": [
        {"name": "work", "context": {"cluster": "eks", "user": "me"}},
        {"name": "kind", "context": {"cluster": "kind", "user": "admin"}},
    ],
    "current-context": "kind",
}
SETTINGS = [
    ("AWS_PROFILE", "work"),
    ("AWS_ENDPOINT_URL", ""),
    ("AWS_ACCESS_KEY_ID", "AKIA"),
    ("AWS_SECRET_ACCESS_KEY", ""),
]


def chosen(config: dict[str, Json], context: str, folder: Path, **environment: str) -> dict[str, Json]:
    file = folder / "config"
    file.write_text(json.dumps(config))
    tool = Kubectl(kubectl(), None, folder / "cache", os.environ | {"KUBECONFIG": str(file)}, context)
    return access.chosen(tool, context, environment)


def test_one_context_is_taken_over_with_the_settings_by_which_its_program_logs_in(tmp_path: Path) -> None:
    taken = chosen(CONFIG, "work", tmp_path, AWS_ACCESS_KEY_ID="AKIA")
    assert (taken["current-context"], taken["clusters"]) == ("work", [{"name": "eks", "cluster": HERE}])
    assert [context["name"] for context in taken["contexts"]] == ["work"]
    [user] = taken["users"]
    program = user["user"]["exec"]
    assert (user["name"], program["command"], program["args"]) == ("me", "aws", ["eks", "get-token"])
    assert [(entry["name"], entry["value"]) for entry in program["env"]] == SETTINGS


def test_a_copy_of_a_copy_keeps_the_first_settings(tmp_path: Path) -> None:
    first = chosen(CONFIG, "work", tmp_path, AWS_ACCESS_KEY_ID="AKIA")
    assert chosen(first, "work", tmp_path, AWS_ACCESS_KEY_ID="sandbox", AWS_ENDPOINT_URL="http://emulator") == first


def test_the_operator_logs_in_with_its_token_and_nothing_of_the_user(tmp_path: Path) -> None:
    config = access.with_token(chosen(CONFIG, "work", tmp_path), "token")
    assert config == {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "work", "cluster": HERE}],
        "users": [{"name": "trueup-operator", "user": {"token": "token"}}],
        "contexts": [
            {"name": "work", "context": {"cluster": "work", "user": "trueup-operator", "namespace": "default"}}
        ],
        "current-context": "work",
    }
    access.write(tmp_path / "operator.kubeconfig", config)
    assert json.loads((tmp_path / "operator.kubeconfig").read_text()) == config
    assert (tmp_path / "operator.kubeconfig").stat().st_mode & 0o777 == 0o600


def test_without_a_kubeconfig_there_are_no_contexts(tmp_path: Path) -> None:
    with pytest.raises(SandboxError) as refused:
        chosen({}, "any", tmp_path)
    assert str(refused.value) == (
        "context 'any' cannot be used (cannot locate context any): the contexts of your kubeconfig are none"
    )
