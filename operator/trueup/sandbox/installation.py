"""Puts into a fresh API server what an installation needs: the custom resources and the operator's rights."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from trueup.sandbox import rights
from trueup.sandbox.environment import for_children
from trueup.sandbox.errors import SandboxError

_ESTABLISHED_WITHIN_SECONDS = 30


class KubectlFailed(SandboxError):
    """kubectl refused; `words` are the last line of what it said, without its own prefix."""

    def __init__(self, arguments: Sequence[str], said: str) -> None:
        self.said = said.strip()
        self.words = (self.said.splitlines() or ["no word of it"])[-1].removeprefix("error: ").rstrip(".")
        super().__init__(f"kubectl {' '.join(arguments)} failed: {self.said}")


@dataclass(frozen=True)
class Kubectl:
    """kubectl as an administrator; `cache` keeps what it learns out of the user's home.

    Without a `kubeconfig` it uses the user's own; without an `environment`, the user's less what leads elsewhere.
    """

    program: Path
    kubeconfig: Path | None
    cache: Path
    environment: Mapping[str, str] | None = None
    context: str | None = None

    def run(self, *arguments: str) -> str:
        """The output of one command; raises KubectlFailed with kubectl's own words when it fails."""
        named = () if self.kubeconfig is None else (f"--kubeconfig={self.kubeconfig}",)
        chosen = () if self.context is None else (f"--context={self.context}",)
        options = (*named, *chosen, f"--cache-dir={self.cache}", "--request-timeout=30s")
        answer = subprocess.run(
            [self.program, *options, *arguments],
            env=for_children(os.environ) if self.environment is None else dict(self.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            raise KubectlFailed(arguments, answer.stderr)
        return answer.stdout

    def apply(self, *files: Path) -> None:
        """Apply `files` server-side, taking over fields that somebody else set."""
        named = [f"--filename={file}" for file in files]
        self.run("apply", "--server-side", "--force-conflicts", "--field-manager=trueup-sandbox", *named)


def install_resources(kubectl: Kubectl, folder: Path) -> None:
    """Apply the custom resource definitions in `folder` and wait until the API server serves them."""
    files = manifests(folder)
    if files:
        kubectl.apply(*files)
        await_established(kubectl, *(f"--filename={file}" for file in files))


def await_established(kubectl: Kubectl, *which: str) -> None:
    """The API server serves those custom resource definitions; raises KubectlFailed when it does not."""
    kubectl.run("wait", "--for=condition=Established", f"--timeout={_ESTABLISHED_WITHIN_SECONDS}s", *which)


def install_rights(kubectl: Kubectl, folder: Path, written: Path) -> str:
    """Apply the rights that the manifests in `folder` give the operator; answers the namespace of its account.

    What was applied stands in `written`.
    """
    applied = rights.rights(shipped(kubectl, folder))
    written.write_text(yaml.safe_dump_all([manifest.written() for manifest in applied], sort_keys=False))
    kubectl.apply(written)
    return rights.home(applied)


def shipped(kubectl: Kubectl, folder: Path) -> list[rights.Manifest]:
    """Every object of the installation in `folder`, a kustomization or plain files."""
    if (folder / "kustomization.yaml").exists():
        return rights.documents(kubectl.run("kustomize", str(folder)), str(folder))
    return rights.read(manifests(folder))


def manifests(folder: Path) -> list[Path]:
    """The files in `folder` that hold objects, by name."""
    return [file for file in sorted(folder.glob("*.yaml")) if file.name != "kustomization.yaml"]
