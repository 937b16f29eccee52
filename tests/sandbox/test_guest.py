"""A sandbox in somebody's cluster: a second API server stands for any that a kubeconfig names."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import psutil
import pytest

from trueup.sandbox import lifecycle
from trueup.sandbox.controlplane import ControlPlane, kubectl
from trueup.sandbox.errors import SandboxError
from trueup.sandbox.processes import Keeper

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.xdist_group("sandbox")]

SHIPPED = Path(__file__).parents[2]
NETWORK = {
    "apiVersion": "trueup.dev/v1alpha1",
    "kind": "Network",
    "metadata": {"name": "main", "namespace": "default"},
    "spec": {"region": "us-east-1", "cidr": "10.0.0.0/16", "zones": ["us-east-1a"], "publicSubnets": ["10.0.1.0/24"]},
}
SHOWN = "crds,namespaces,clusterroles,clusterrolebindings,roles,rolebindings,serviceaccounts,configmaps"
WHOSE = (
    "--output=jsonpath={.items[*]['metadata.uid', 'metadata.generation']} {.items[*].metadata.managedFields[*].manager}"
)


class Cluster:
    """The API server, and a kubeconfig with contexts by which it is reached or not."""

    def __init__(self, plane: ControlPlane, folder: Path) -> None:
        self.url, self._admin = plane.url, plane.kubeconfig
        token = self.run("create", "token", "nobody", "--namespace=default") if self._nobody() else ""
        config = json.loads(self.run("config", "view", "--raw", "--output=json"))
        ours = config["clusters"][0]["cluster"]
        config["clusters"] += [
            {"name": "here", "cluster": ours},
            {"name": "gone", "cluster": ours | {"server": "https://127.0.0.1:1"}},
        ]
        config["users"] += [{"name": "nobody", "user": {"token": token}}]
        admin = config["users"][0]["name"]
        config["contexts"] = [
            {"name": name, "context": {"cluster": cluster, "user": user}}
            for name, cluster, user in (("any", "here", admin), ("limited", "here", "nobody"), ("gone", "gone", admin))
        ]
        self.kubeconfig = folder / "config"
        self.kubeconfig.write_text(json.dumps(config | {"current-context": "limited"}))

    def _nobody(self) -> bool:
        return bool(self.run("create", "serviceaccount", "nobody", "--namespace=default"))

    def run(self, *arguments: str, given: object = None) -> str:
        return ran(self._admin, *arguments, given=given).stdout.strip()

    def holds(self) -> list[str]:
        """Everything there that a sandbox might leave."""
        leases = self.run("get", "leases", "--all-namespaces", "--field-selector=metadata.name=trueup", "--output=name")
        return [*self.run("get", SHOWN, "--all-namespaces", "--output=name").split(), *leases.split()]


@cache
def program() -> Path:
    """kubectl, looked for once."""
    return kubectl()


def ran(
    kubeconfig: Path, *arguments: str, given: object = None, check: bool = True
) -> subprocess.CompletedProcess[str]:
    command = [program(), f"--kubeconfig={kubeconfig}", *arguments]
    text = None if given is None else json.dumps(given)
    return subprocess.run(command, input=text, capture_output=True, text=True, check=check, timeout=300)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with ControlPlane.start(tmp_path_factory.mktemp("any") / "cluster") as plane:
        yield Cluster(plane, tmp_path_factory.mktemp("kube"))


@pytest.fixture
def root(tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project with what is shipped; the user's kubeconfig is the cluster's."""
    monkeypatch.setenv("KUBECONFIG", str(cluster.kubeconfig))
    shutil.copytree(SHIPPED / "crds", tmp_path / "crds")
    shutil.copytree(SHIPPED / "manifests" / "operator", tmp_path / "manifests" / "operator")
    yield tmp_path
    for name in ("default", "second"):
        lifecycle.down(name, root=tmp_path)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Something that answers, for sandboxes whose AWS nobody uses."""
    with HTTPServer(("127.0.0.1", 0), Silent) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Silent(BaseHTTPRequestHandler):
    """Answers 501 to everything and says nothing of it."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


def parts(root: Path) -> dict[str, str]:
    return {part.name: part.condition for part in lifecycle.status(root=root)}


def test_it_works_there_repairs_itself_and_takes_away_what_it_brought(
    root: Path, cluster: Cluster, endpoint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = cluster.holds()
    sandbox = lifecycle.up(context="any", delays="none", root=root)
    assert sandbox.exports.kubeconfig == root / ".sandbox" / "kubeconfig"
    assert ran(sandbox.exports.kubeconfig, "config", "current-context").stdout == "any\n"
    assert sandbox.started == ("emulator", "operator")
    assert parts(root) == {"cluster": "ready", "emulator": "ready", "operator": "ready"}
    operator = sandbox.state.operator_kubeconfig
    assert ran(operator, "auth", "whoami", "--output=jsonpath={.status.userInfo.username}").stdout == (
        "system:serviceaccount:trueup-system:trueup"
    )
    assert ran(operator, "auth", "can-i", "get", "secrets", "--all-namespaces", check=False).stdout == "no\n"
    with pytest.raises(SandboxError, match=r"^a Trueup operator \(.*\) is at work in the cluster of context 'any', "):
        lifecycle.up("second", context="any", aws_endpoint=endpoint, root=root)

    cluster.run("apply", "--filename=-", given=NETWORK)
    cluster.run("wait", "network/main", "--for=jsonpath={.status.region}=us-east-1", "--timeout=30s")

    process = Keeper(sandbox.state.folder).running("operator")
    assert process is not None
    psutil.Process(process.pid).kill()
    assert parts(root)["operator"] != "ready"
    assert lifecycle.up(context="any", delays="none", root=root).started == ("operator",)

    capsys.readouterr()
    assert lifecycle.down(root=root)
    assert capsys.readouterr().err == (
        "left in the cluster of context any: networks.trueup.dev, of which there are objects (default/main): "
        "bring the sandbox up there again, delete them, and take it down\n"
    )
    kept = "customresourcedefinition.apiextensions.k8s.io/networks.trueup.dev"
    assert sorted(cluster.holds()) == sorted([*before, kept])
    cluster.run("patch", "network/main", "--type=merge", "--patch", '{"metadata": {"finalizers": null}}')
    cluster.run("delete", "network/main", "--timeout=30s")
    lifecycle.up(context="any", operator=False, aws_endpoint=endpoint, root=root)
    lifecycle.down(root=root)
    assert cluster.holds() == before


def test_what_is_somebody_elses_is_used_and_stays(root: Path, cluster: Cluster, endpoint: str) -> None:
    cluster.run("create", "--filename", str(root / "crds"))
    before = cluster.run("get", "crds", WHOSE)
    lifecycle.up(context="any", operator=False, aws_endpoint=endpoint, root=root)
    lifecycle.down(root=root)
    assert cluster.run("get", "crds", WHOSE) == before

    names = '{"spec": {"names": {"shortNames": ["other"]}}}'
    cluster.run("patch", "crd/budgets.trueup.dev", "--type=merge", "--patch", names)
    with pytest.raises(SandboxError) as refused:
        lifecycle.up(context="any", operator=False, aws_endpoint=endpoint, root=root)
    assert str(refused.value) == (
        "the cluster of context 'any' has CustomResourceDefinition budgets.trueup.dev already, other than here: "
        "bring Trueup there to this version, remove it, or use another cluster"
    )
    cluster.run("delete", "--filename", str(root / "crds"))


@pytest.mark.parametrize(
    ("context", "sentence"),
    [
        pytest.param(
            "unknown",
            "context 'unknown' cannot be used (cannot locate context unknown): "
            "the contexts of your kubeconfig are any, gone, limited",
            id="a context that is not there",
        ),
        pytest.param(
            "gone",
            "the cluster of context 'gone' does not answer (The connection to the server 127.0.0.1:1 was refused - "
            "did you specify the right host or port?): is it running?",
            id="a cluster that is not there",
        ),
        pytest.param(
            "limited",
            "User \"system:serviceaccount:default:nobody\" may not get namespaces in the cluster of context 'limited': "
            "ask for the right, or use another",
            id="too few rights",
        ),
    ],
)
def test_a_cluster_that_cannot_be_used_is_one_sentence(
    root: Path, cluster: Cluster, endpoint: str, context: str, sentence: str
) -> None:
    before = cluster.holds()
    with pytest.raises(SandboxError) as refused:
        lifecycle.up(context=context, aws_endpoint=endpoint, root=root)
    assert str(refused.value) == sentence
    assert sorted(path.name for path in root.iterdir()) == ["crds", "manifests"]
    assert cluster.holds() == before
