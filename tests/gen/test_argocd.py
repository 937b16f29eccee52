"""What Argo CD is told of the kinds: the same of each of them, and of nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from trueup.gen.argocd import CONFIG, FOLDER, script, scripts
from trueup.kinds.registry import kinds
from trueup.sandbox.controlplane import kubectl

ROOT = Path(__file__).parents[2]


def rendered(folder: Path) -> dict[str, Any]:
    argv = (kubectl(), "kustomize", "--load-restrictor=LoadRestrictionsNone", folder)
    found: dict[str, Any] = yaml.safe_load(subprocess.run(argv, capture_output=True, text=True, check=True).stdout)
    return found


def test_every_kind_has_the_script() -> None:
    assert scripts() == {f"resource.customizations.health.trueup.dev_{kind}": script() for kind in kinds()}


@pytest.mark.cluster
def test_the_kustomization_is_argo_cds_config_map_with_the_scripts_and_nothing_else() -> None:
    found = rendered(ROOT / FOLDER)
    labels = {"app.kubernetes.io/name": "argocd-cm", "app.kubernetes.io/part-of": "argocd"}
    assert found == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "argocd-cm", "namespace": "argocd", "labels": labels},
        "data": scripts(),
    }


@pytest.mark.cluster
def test_the_config_map_is_a_patch_to_that_of_somebody_elses_kustomization(tmp_path: Path) -> None:
    theirs = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "argocd-cm"}, "data": {"url": "theirs"}}
    whole = {
        "namespace": "delivery",
        "resources": ["theirs.yaml"],
        "patches": [{"path": CONFIG}],
    }
    (tmp_path / "theirs.yaml").write_text(yaml.safe_dump(theirs))
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(whole))
    (tmp_path / CONFIG).write_text((ROOT / FOLDER / CONFIG).read_text())
    found = rendered(tmp_path)
    assert found["metadata"]["namespace"] == "delivery"
    assert found["data"] == {"url": "theirs", **scripts()}
