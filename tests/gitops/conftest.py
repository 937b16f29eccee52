"""A sandbox for these tests, with Argo CD beside Trueup's own operator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import api, space, stage
from tests.e2e.stage import Stage
from tests.gitops.argo import ArgoCD, redis_server
from trueup.sandbox.controlplane.locate import find

__all__ = ["api", "argocd", "argocd_program", "redis", "space", "stage"]


@pytest.fixture(scope="session")
def argocd_program() -> Path:
    """Argo CD's program, where it was built."""
    program = find("argocd")
    if program is None:
        pytest.skip("Argo CD is not on this machine: `trueup sandbox tools argocd` builds it")
    return program


@pytest.fixture(scope="session")
def redis() -> Path:
    """The Redis server in which Argo CD keeps what it has read."""
    program = redis_server()
    if program is None:
        pytest.skip("there is no redis-server, which Argo CD needs: install it (Debian and Ubuntu: redis-server)")
    return program


@pytest.fixture(scope="session")
def argocd(
    argocd_program: Path, redis: Path, stage: Stage, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ArgoCD]:
    """Argo CD, installed in the sandbox's API server and running beside it."""
    argo = ArgoCD(argocd_program, stage, tmp_path_factory.mktemp("argocd"))
    argo.install()
    try:
        argo.start(redis)
        yield argo
    finally:
        argo.stop()
