"""Puts into a fresh API server what an installation needs: the custom resources and the operator's rights."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import yaml

from trueup.sandbox import rights
from trueup.sandbox.environment import for_children
from trueup.sandbox.errors import SandboxError

_ESTABLISHED_WITHIN_SECONDS = 30


@dataclass(frozen=True)
class Kubectl:
    """kubectl as the sandbox's administrator; `cache` keeps what it learns out of the user's home."""

    program: Path
    kubeconfig: Path
    cache: Path

    def run(self, *arguments: str) -> str:
        """The output of one command; raises SandboxError with kubectl's own words when it fails."""
        options = (f"--kubeconfig={self.kubeconfig}", f"--cache-dir={self.cache}", "--request-timeout=30s")
        answer = subprocess.run(
            [self.program, *options, *arguments],
            env=for_children(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            raise SandboxError(f"kubectl {' '.join(arguments)} failed: {answer.stderr.strip()}")
        return answer.stdout

    def apply(self, *files: Path) -> None:
        """Apply `files` server-side, taking over fields that somebody else set."""
        named = [f"--filename={file}" for file in files]
        self.run("apply", "--server-side", "--force-conflicts", "--field-manager=trueup-sandbox", *named)


def install_resources(kubectl: Kubectl, folder: Path) -> None:
    """Apply the custom resource definitions in `folder` and wait until the API server serves them."""
    files = _manifests(folder)
    if files:
        kubectl.apply(*files)
        within = f"--timeout={_ESTABLISHED_WITHIN_SECONDS}s"
        kubectl.run("wait", "--for=condition=Established", within, *(f"--filename={file}" for file in files))


def install_rights(kubectl: Kubectl, folder: Path, written: Path) -> str:
    """Apply the rights that the manifests in `folder` give the operator; answers the namespace of its account.

    What was applied stands in `written`.
    """
    if (folder / "kustomization.yaml").exists():
        shipped = rights.documents(kubectl.run("kustomize", str(folder)), str(folder))
    else:
        shipped = rights.read(_manifests(folder))
    applied = rights.rights(shipped)
    written.write_text(yaml.safe_dump_all([manifest.written() for manifest in applied], sort_keys=False))
    kubectl.apply(written)
    return rights.home(applied)


def _manifests(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.glob("*.yaml")) if file.name != "kustomization.yaml"]
