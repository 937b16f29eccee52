"""A Kubernetes API server of one's own, in about five seconds: etcd, kube-apiserver and two controllers."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from trueup.sandbox.controlplane import certificates, kubeconfig, parts
from trueup.sandbox.controlplane.locate import ensure
from trueup.sandbox.controlplane.parts import ADMIN, CONTROLLER_USER, OPERATOR_USER, Ports
from trueup.sandbox.ports import free_ports
from trueup.sandbox.processes import Keeper, Part


@dataclass(frozen=True)
class ControlPlane:
    """A control plane whose state lives in `directory`; its processes outlive the one that started them.

    `kubeconfig` is the administrator's. `operator_kubeconfig` logs in as the user `trueup-operator`, who may do nothing
    until a role is bound to that name.
    """

    directory: Path
    ports: Ports = field(default_factory=lambda: Ports(*free_ports(4)))

    @classmethod
    def start(cls, directory: Path) -> Self:
        """A new control plane on free ports, ready; raises SandboxError, leaving nothing running, when it fails."""
        plane = cls(directory.absolute())
        try:
            plane.repair()
        except BaseException:
            plane.stop()
            raise
        return plane

    def __enter__(self) -> Self:
        """The control plane itself, to be stopped at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self.directory / "kubeconfig"

    @property
    def operator_kubeconfig(self) -> Path:
        """The operator's kubeconfig."""
        return self.directory / "operator.kubeconfig"

    @property
    def url(self) -> str:
        """The API server's address."""
        return parts.server_url(self.ports.api_server)

    def repair(self, keeper: Keeper | None = None) -> tuple[str, ...]:
        """Start what does not run or answer, and wait until all is ready; the names of what was started.

        A `keeper` of the same directory that is handed in notes what it began even when this raises.
        """
        keeper = keeper or Keeper(self.directory)
        return tuple(part.name for part in self.parts() if keeper.ensure(part))

    def parts(self) -> tuple[Part, Part, Part]:
        """The three processes in the order in which they start; their files are written, their programs built."""
        programs = ensure(parts.NAMES)
        pki = self._write_files()
        return (
            parts.etcd(programs[parts.ETCD], self.directory / "etcd", self.ports, pki),
            parts.api_server(programs[parts.API_SERVER], self.ports, pki),
            parts.controllers(programs[parts.CONTROLLERS], self._controller_kubeconfig, self.ports, pki),
        )

    def stop(self) -> None:
        """End all three with their children and remove `directory`; nothing happens where nothing is left."""
        Keeper(self.directory).clear()
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def _controller_kubeconfig(self) -> Path:
        return self.directory / "controllers.kubeconfig"

    def _write_files(self) -> certificates.Pki:
        pki = certificates.create(self.directory / "pki", parts.USERS)
        files = (
            (self.kubeconfig, ADMIN),
            (self.operator_kubeconfig, OPERATOR_USER),
            (self._controller_kubeconfig, CONTROLLER_USER),
        )
        for path, user in files:
            kubeconfig.write(path, server=self.url, pki=pki, user=user, context="trueup-sandbox")
        return pki
