"""A real control plane and emulator: up, used, killed piece by piece, repaired, and gone without a trace."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from trueup.sandbox.processes import Keeper

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.xdist_group("sandbox")]

CONTROL_PLANE = ["etcd", "kube-apiserver", "kube-controller-manager"]
CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.trueup.dev}
spec:
  group: trueup.dev
  names: {kind: Thing, plural: things}
  scope: Namespaced
  versions:
    - {name: v1alpha1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
"""
SHIPPED = Path(__file__).parents[2]


@dataclass(frozen=True)
class Project:
    """A folder with one custom resource, in which the real command is run as a user would."""

    root: Path

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "trueup.sandbox.command", *arguments]
        pipe = subprocess.PIPE
        shell = os.environ | environment
        return subprocess.Popen(command, cwd=self.root, env=shell, stdout=pipe, stderr=pipe, text=True)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=200)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def up(self, **environment: str) -> dict[str, str]:
        """Bring it up and return what the last six lines export."""
        result = self.run("up", "--no-operator", **environment)
        assert result.returncode == 0, result.stderr
        return exported(result.stdout)

    def keeper(self, name: str = "") -> Keeper:
        return Keeper(self.root / ".sandbox" / name)

    def pids(self) -> dict[str, int]:
        folder = self.root / ".sandbox" / "pids"
        return {file.stem: json.loads(file.read_text())["pid"] for file in sorted(folder.glob("*.json"))}


def exported(text: str) -> dict[str, str]:
    lines = text.splitlines()[-6:]
    assert all(line.startswith("export ") for line in lines), text
    return dict(line.removeprefix("export ").split("=", 1) for line in lines)


def kubectl(shell: dict[str, str], *arguments: str) -> str:
    answer = subprocess.run(
        ["kubectl", *arguments], env=os.environ | shell, capture_output=True, text=True, timeout=60, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    (tmp_path / "crds").mkdir()
    (tmp_path / "crds" / "things.yaml").write_text(CRD)
    project = Project(tmp_path)
    yield project
    for name in ("", "second"):
        project.keeper(name).clear()


def assert_gone(project: Project, ports: list[int]) -> None:
    assert [path.name for path in project.root.iterdir()] == ["crds"]
    assert [keeper.marked() for keeper in (project.keeper(), project.keeper("second"))] == [[], []]
    listening = {c.laddr.port for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN and c.laddr}
    assert listening.isdisjoint(ports)


def ports_of(project: Project, name: str = "") -> list[int]:
    read = json.loads((project.root / ".sandbox" / name / "sandbox.json").read_text())["ports"]
    return [*read.pop("control_plane").values(), *read.values()]


def test_it_serves_survives_the_death_of_any_part_and_leaves_nothing(project: Project) -> None:
    shell = project.up()
    assert list(shell) == [
        *["KUBECONFIG", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID"],
        *["AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "PATH"],
    ]
    assert exported((project.root / ".sandbox" / "env").read_text()) == shell
    thing = '{"apiVersion": "trueup.dev/v1alpha1", "kind": "Thing", "metadata": {"name": "kept"}}'
    (project.root / ".sandbox" / "thing.json").write_text(thing)
    kubectl(shell, "apply", "-f", str(project.root / ".sandbox" / "thing.json"))
    (project.root / ".sandbox" / "thing.json").unlink()
    before = project.pids()
    assert sorted(before) == sorted([*CONTROL_PLANE, "emulator"])

    assert project.up() == shell
    assert project.pids() == before

    for name, pid in before.items():
        psutil.Process(pid).kill()
        assert project.run("status").returncode == 3
        assert project.up() == shell
        changed = {part for part, now in project.pids().items() if now != before[part]}
        assert changed >= {name}
        assert kubectl(shell, "get", "things", "-o=name") == "thing.trueup.dev/kept"
        before = before | project.pids()
    assert httpx.get(f"{shell['AWS_ENDPOINT_URL']}/_trueup/calls", trust_env=False).status_code == 200
    kubectl(shell, "create", "namespace", "short-lived")
    kubectl(shell, "delete", "namespace", "short-lived", "--timeout=30s")

    for pid in before.values():
        psutil.Process(pid).kill()
    ports = ports_of(project)
    result = project.run("down")
    assert (result.returncode, result.stderr) == (0, "sandbox default is gone\n")
    assert_gone(project, ports)


def test_two_live_side_by_side_and_share_an_emulator(project: Project) -> None:
    first = project.up()
    second = project.up(SANDBOX="second", SANDBOX_AWS_ENDPOINT=first["AWS_ENDPOINT_URL"])
    assert second["AWS_ENDPOINT_URL"] == first["AWS_ENDPOINT_URL"]
    assert second["KUBECONFIG"] == str(project.root / ".sandbox" / "second" / "kubeconfig")
    ports = [*ports_of(project), *ports_of(project, "second")]
    kubectl(second, "create", "namespace", "only-here")
    assert "namespace/only-here" not in kubectl(first, "get", "namespaces", "-o=name").splitlines()
    assert project.run("down").returncode == 0
    assert kubectl(second, "get", "namespace", "only-here", "-o=name") == "namespace/only-here"
    assert project.run("down", SANDBOX="second").returncode == 0
    assert_gone(project, ports)


def test_the_operator_runs_as_its_own_user_with_the_rights_of_the_installation(project: Project) -> None:
    shutil.copytree(SHIPPED / "crds", project.root / "crds", dirs_exist_ok=True)
    shutil.copytree(SHIPPED / "manifests" / "operator", project.root / "manifests" / "operator")
    result = project.run("up")
    assert result.returncode == 0, result.stderr
    shell = exported(result.stdout)
    who = ("--as=trueup-operator", "--all-namespaces")
    assert kubectl(shell, "auth", "can-i", "patch", "databases.trueup.dev", *who) == "yes"
    assert cannot(shell, "get", "secrets", *who)
    lease = ("get", "lease", "--namespace=trueup-system", "--output=jsonpath={.items[*].spec.holderIdentity}")
    holder = kubectl(shell, *lease)
    assert f"_{project.pids()['operator']}_" in holder

    psutil.Process(project.pids()["operator"]).kill()
    assert project.run("status").returncode == 3
    assert exported(project.run("up").stdout) == shell
    assert project.run("status").returncode == 0

    project.up()
    assert project.keeper().running("operator") is None
    ports = ports_of(project)
    shutil.rmtree(project.root / "manifests")
    assert project.run("down").returncode == 0
    assert_gone(project, ports)


def cannot(shell: dict[str, str], *action: str) -> bool:
    answer = subprocess.run(
        ["kubectl", "auth", "can-i", *action], env=os.environ | shell, capture_output=True, text=True, check=False
    )
    return (answer.returncode, answer.stdout.strip()) == (1, "no")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "told to stop"])
def test_being_interrupted_takes_down_what_was_started(project: Project, how: signal.Signals) -> None:
    process = project.start("up", "--no-operator")
    await_part(project, "kube-apiserver")
    ports = ports_of(project)
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "interrupted; what was started has been taken down again"
    assert_gone(project, ports)


def test_what_a_killed_command_started_is_found_by_the_next(project: Project) -> None:
    process = project.start("up", "--no-operator")
    await_part(project, "kube-apiserver")
    process.kill()
    process.communicate(timeout=60)
    assert project.keeper().marked() != []
    ports = ports_of(project)
    assert project.run("down").returncode == 0
    assert_gone(project, ports)


def test_processes_are_found_when_the_folder_was_deleted_by_hand(project: Project) -> None:
    project.up()
    ports = ports_of(project)
    subprocess.run(["rm", "-r", str(project.root / ".sandbox")], check=True)
    assert project.run("down").stderr == "sandbox default is gone\n"
    assert_gone(project, ports)


def test_a_part_that_fails_is_named_with_its_words_and_nothing_stays(project: Project, tmp_path_factory) -> None:
    assets = tmp_path_factory.mktemp("assets")
    (assets / "kube-apiserver").write_text("#!/bin/sh\necho no luck today\nexit 1\n")
    (assets / "kube-apiserver").chmod(0o755)
    result = project.run("up", "--no-operator", KUBEBUILDER_ASSETS=str(assets))
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.splitlines()[-2:] == [
        "error: kube-apiserver ended while starting; the end of its log:",
        "no luck today",
    ]
    assert_gone(project, [])


def await_part(project: Project, name: str) -> None:
    """Wait until the part called `name` runs."""
    until = time.monotonic() + 60
    while project.keeper().running(name) is None:
        assert time.monotonic() < until, f"{name} was not started"
        time.sleep(0.05)
