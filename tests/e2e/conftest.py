"""One sandbox for all of these tests, a namespace for each."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.space import Space
from tests.e2e.stage import ROOT, Document, Stage
from trueup.cluster.api import Api, Refused
from trueup.cluster.connection import Source
from trueup.sandbox import lifecycle
from trueup.sandbox.installation import Kubectl, install_rights

PLENTY = {"ec2.vpcs": 500, "rds.subnet-groups": 500, "rds.parameter-groups": 500, "rds.clusters": 500}


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Stage]:
    """A sandbox whose operator runs as shipped, only with shorter times. E2E_ROOT names a folder to keep it in."""
    kept = os.environ.get("E2E_ROOT")
    root = Path(kept) if kept else tmp_path_factory.mktemp("project")
    for part in ("crds", "manifests"):
        if not (root / part).exists():
            (root / part).symlink_to(ROOT / part)
    name = f"e2e-{worker_id}"
    sandbox = lifecycle.up(name, operator=False, delays="none", root=root)
    stage = Stage(sandbox, tmp_path_factory.mktemp("operators"))
    try:
        tool = Kubectl(sandbox.state.programs / "kubectl", sandbox.exports.kubeconfig, sandbox.state.cache)
        install_rights(tool, ROOT / "manifests" / "operator", sandbox.state.folder / "rights.yaml")
        stage.emulator("PUT", "quotas", PLENTY)
        stage.operate().ready()
        yield stage
    finally:
        stage.close()
        if not kept:
            lifecycle.down(name, root=root)


@pytest.fixture(scope="session")
def api(stage: Stage) -> Iterator[Api]:
    """The API server, as its administrator asks it."""
    api = Api(lambda: Source(stage.sandbox.exports.kubeconfig).load())
    yield api
    api.close()


@pytest.fixture
def space(stage: Stage, api: Api, request: pytest.FixtureRequest) -> Iterator[Space]:
    """A namespace named after the test; at the end it is deleted, as users do."""

    def raw(path: str) -> Document | None:
        try:
            return api.get(path)
        except Refused as error:
            if error.missing:
                return None
            raise

    short = re.sub("[^a-z0-9]+", "-", request.node.name.removeprefix("test_").lower())[:24].strip("-")
    name = f"{short}-{os.getpid() % 10000}-{next(_numbers)}"
    api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    yield Space(stage, name, raw)
    stage.kubectl("delete", "namespace", name, "--wait=false")


_numbers = iter(range(10**6))
