"""What Argo CD must know of the kinds: for each of them the script that says how healthy an object is.

Argo CD has no script for a group of kinds (a key of a ConfigMap holds no `*`), so every kind carries the same one.
Flux needs nothing: it reads Ready, Reconciling, Stalled and observedGeneration as kstatus does.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import indent
from typing import Final

from trueup.gen.files import MARK
from trueup.kinds.common.info import GROUP, kind_infos

FOLDER: Final = "manifests/argocd"
CONFIG: Final = "argocd-cm.yaml"
_HEADER: Final = f"# {MARK} from the kinds. Do not edit.\n"
_CONFIG: Final = """\
# A patch to Argo CD's own ConfigMap, of which it says nothing else.
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
  labels:
    app.kubernetes.io/name: argocd-cm
    app.kubernetes.io/part-of: argocd
data:
"""
_KUSTOMIZATION: Final = f"""\
# kubectl apply --server-side -k manifests/argocd
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: argocd
resources:
  - {CONFIG}
"""


def script() -> str:
    """The Lua by which Argo CD judges an object of any of the kinds."""
    return Path(__file__).with_name("health.lua").read_text(encoding="utf-8")


def scripts() -> dict[str, str]:
    """The script of every kind, by the key under which Argo CD's ConfigMap holds it."""
    return {f"resource.customizations.health.{GROUP}_{info.kind}": script() for info in kind_infos()}


def render_all() -> dict[str, str]:
    """The ConfigMap's part and the kustomization that brings it, by path from the root of the repository."""
    data = "".join(f"  {key}: |\n{indent(text, '    ')}" for key, text in sorted(scripts().items()))
    return {
        f"{FOLDER}/{CONFIG}": f"{_HEADER}{_CONFIG}{data}",
        f"{FOLDER}/kustomization.yaml": f"{_HEADER}{_KUSTOMIZATION}",
    }
