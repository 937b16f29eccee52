"""Where a sandbox's objects live: in a control plane of its own, or in a cluster that the user's kubeconfig names."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from trueup.sandbox.controlplane import ControlPlane, kubectl
from trueup.sandbox.installation import Kubectl, install_resources, install_rights
from trueup.sandbox.processes import Keeper
from trueup.sandbox.state import State


class Host(Protocol):
    """A cluster for a sandbox; its administrator's kubeconfig is the state's, once it is prepared."""

    title: str

    def prepare(self) -> None:
        """It answers and serves our custom resources; raises SandboxError when that fails."""
        ...

    def admit_operator(self) -> tuple[Path, str]:
        """The operator has the rights that are shipped; answers its kubeconfig and its namespace."""
        ...


class OwnCluster:
    """A control plane on this machine, started and repaired as parts of the sandbox."""

    def __init__(self, state: State, keeper: Keeper, plane: ControlPlane, program: Path) -> None:
        self.title = f"control plane of sandbox {state.name}"
        self._state, self._keeper, self._plane = state, keeper, plane
        self._tool = Kubectl(program, state.kubeconfig, state.cache)

    def prepare(self) -> None:
        """Every part runs, and the custom resources are served."""
        self._plane.repair(self._keeper)
        install_resources(self._tool, self._state.root / "crds")

    def admit_operator(self) -> tuple[Path, str]:
        """The user in the operator's certificate has the rights that are shipped for its service account."""
        shipped = self._state.root / "manifests" / "operator"
        namespace = install_rights(self._tool, shipped, self._state.folder / "rights.yaml")
        return self._plane.operator_kubeconfig, namespace


def kubectl_of(state: State) -> Path:
    """The sandbox's kubectl, alone in a folder that can go on PATH."""
    link = state.programs / "kubectl"
    if not link.exists():
        link.parent.mkdir(exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(kubectl())
    return link
