"""One real API server for all of these tests, our CRDs and the operator's own rights in it, and processes around it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cluster import small
from trueup.cluster.api import APPLY_PATCH, MERGE_PATCH, Api, Document, Refused, ours
from trueup.cluster.connection import Source
from trueup.cluster.options import Options
from trueup.cluster.serving import Operator
from trueup.sandbox.controlplane import ControlPlane, kubectl
from trueup.sandbox.environment import for_children
from trueup.sandbox.installation import Kubectl, install_resources, install_rights
from trueup.sandbox.ports import free_ports

ROOT = Path(__file__).parents[2]
BUDGETS = ours("budgets")
SPEC = {"monthlyLimitUSD": 50}


def until(condition: Callable[[], Any], seconds: float = 30, log: Path | None = None) -> Any:
    """What the condition answers as soon as it is true; fails the test when that takes too long."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, log.read_text() if log else "the condition did not come true in time"
        time.sleep(0.05)
    return found


@dataclass
class Cluster:
    """The API server as its administrator has it."""

    plane: ControlPlane
    tool: Kubectl

    def __post_init__(self) -> None:
        self.api = Api(lambda: Source(self.plane.kubeconfig).load())

    def namespace(self, name: str) -> str:
        """A namespace of the test's own."""
        self.api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        return name

    def budget(self, namespace: str, name: str, **metadata: Any) -> Document:
        """A Budget as it was created."""
        body = {
            "apiVersion": "trueup.dev/v1alpha1",
            "kind": "Budget",
            "metadata": {"name": name, "namespace": namespace, **metadata},
            "spec": SPEC,
        }
        return self.api.create(BUDGETS.path(namespace), body)

    def get(self, namespace: str, name: str) -> Document | None:
        """The Budget, or None."""
        try:
            return self.api.get(BUDGETS.path(namespace, name))
        except Refused as error:
            if error.missing:
                return None
            raise

    def known(self, namespace: str, name: str) -> Document:
        """The Budget, which is there."""
        return self.api.get(BUDGETS.path(namespace, name))

    def listed(self, namespace: str) -> list[Document]:
        """Every Budget of a namespace."""
        return self.api.get(BUDGETS.path(namespace))["items"]

    def change(self, namespace: str, name: str, **parts: Any) -> Document:
        """The Budget with some parts changed."""
        return self.api.patch(BUDGETS.path(namespace, name), parts, MERGE_PATCH)

    def clear_status(self, namespace: str, name: str) -> Document:
        """The Budget as if somebody had deleted its status."""
        return self.api.patch(BUDGETS.path(namespace, name, "status"), {"status": None}, MERGE_PATCH)

    def delete(self, namespace: str, name: str) -> None:
        """The Budget is to go."""
        self.tool.run("delete", "budget", name, f"--namespace={namespace}", "--wait=false")

    def apply_status(self, namespace: str, name: str, manager: str, status: Document) -> Document:
        """Part of a status, applied by somebody."""
        body = {
            "apiVersion": "trueup.dev/v1alpha1",
            "kind": "Budget",
            "metadata": {"name": name, "namespace": namespace},
            "status": status,
        }
        query = {"fieldManager": manager, "force": True}
        return self.api.patch(BUDGETS.path(namespace, name, "status"), body, APPLY_PATCH, query)

    def events(self, namespace: str) -> list[Document]:
        """The Events of a namespace."""
        return self.api.get(f"/api/v1/namespaces/{namespace}/events")["items"]


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A control plane of this session's own."""
    plane = ControlPlane.start(tmp_path_factory.mktemp("plane"))
    yield plane
    plane.stop()


@pytest.fixture(scope="session")
def cluster(control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    """The control plane with our CRDs, and with the operator's rights as they are shipped."""
    folder = tmp_path_factory.mktemp("kubectl")
    tool = Kubectl(kubectl(), control_plane.kubeconfig, folder / "cache")
    install_resources(tool, ROOT / "crds")
    install_rights(tool, ROOT / "manifests" / "operator", folder / "rights.yaml")
    return Cluster(control_plane, tool)


@pytest.fixture
def space(cluster: Cluster, request: pytest.FixtureRequest) -> str:
    """A namespace named after the test."""
    return cluster.namespace(request.node.name.removeprefix("test_").replace("_", "-")[:60].strip("-"))


@dataclass
class Process:
    """An operator around a small engine, as a process of its own."""

    child: subprocess.Popen[bytes]
    port: int
    writes: Path
    log: Path
    me: str

    def page(self, name: str) -> tuple[int, str]:
        """Status and text of one of its pages; 0 while nobody answers."""
        try:
            answer = httpx.get(f"http://127.0.0.1:{self.port}/{name}", trust_env=False, timeout=5)
        except httpx.HTTPError:
            return (0, "")
        return (answer.status_code, answer.text.strip())

    def ready(self) -> None:
        """Wait until it says that it is ready."""
        until(lambda: self.page("readyz") == (200, "ok"), 60, self.log)

    def end(self, number: signal.Signals = signal.SIGTERM, seconds: float = 20) -> int:
        """Its exit code after the signal."""
        self.child.send_signal(number)
        return self.child.wait(timeout=seconds)


@dataclass
class Starter:
    """Starts operators, and ends those that a test leaves behind."""

    cluster: Cluster
    folder: Path
    running: list[Process] = field(default_factory=list)

    def __call__(self, me: str, interval: float = 3600, kubeconfig: Path | None = None) -> Process:
        """An operator as its own user, under its shipped rights; ready or not."""
        (port,) = free_ports(1)
        writes, log = self.folder / "writes", self.folder / f"{me}.log"
        config = kubeconfig or self.cluster.plane.operator_kubeconfig
        argv = [sys.executable, "-m", small.__name__, str(config), str(port), str(writes), me, str(interval)]
        with log.open("ab") as output:
            env = for_children(os.environ) | {"PYTHONPATH": str(ROOT)}
            child = subprocess.Popen(argv, stdout=output, stderr=output, env=env, cwd=ROOT)
        self.running.append(Process(child, port, writes, log, me))
        return self.running[-1]


@pytest.fixture
def start(cluster: Cluster, tmp_path: Path) -> Iterator[Starter]:
    """Starts operators in processes of their own."""
    starter = Starter(cluster, tmp_path)
    yield starter
    for process in starter.running:
        if process.child.poll() is None:
            process.child.kill()
            process.child.wait()
    # The next test's operator must not wait for a dead one's lease.
    cluster.tool.run("delete", "lease", "--all", "--namespace=trueup-system")


@dataclass
class Inside:
    """An operator in this process, under its shipped rights, without a lease."""

    operator: Operator
    engine: small.SmallEngine

    def settled(self) -> None:
        """Wait until everything is known and nobody waits to be looked at."""
        until(lambda: self.operator.unready() is None, 30)
        until(lambda: self.operator.queue.depth + self.operator.queue.active == 0, 60)


@pytest.fixture
def inside(cluster: Cluster, space: str, tmp_path: Path) -> Iterator[Inside]:
    """An operator in this process that looks after the test's namespace."""
    engine = small.SmallEngine(tmp_path / "writes")
    options = Options(
        kubeconfig=cluster.plane.operator_kubeconfig, namespaces=(space,), lease=False, interval=3600, grace=5
    )
    operator = Operator(options, engine, small.PLURALS)
    operator.start()
    yield Inside(operator, engine)
    operator.stop()
    operator.api.close()
