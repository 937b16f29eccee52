"""Gives the sandbox's operator exactly the rights that `manifests/operator` gives to a deployed one.

The shipped roles and bindings are applied as they are. Beside each binding stands a copy, named with `-sandbox` at the
end, whose subject is the user in the operator's certificate instead of the service account that no pod uses here.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import yaml

from trueup.sandbox.controlplane.parts import OPERATOR_USER
from trueup.sandbox.errors import SandboxError

Manifest = dict[str, Any]

_ROLES = frozenset({"ClusterRole", "Role"})
_BINDINGS = frozenset({"ClusterRoleBinding", "RoleBinding"})
_KEPT = _ROLES | _BINDINGS | {"Namespace", "ServiceAccount"}


def rights(manifests: Iterable[Manifest]) -> list[Manifest]:
    """What of an installation's `manifests` concerns rights, and the same rights for the sandbox's user."""
    kept = [manifest for manifest in manifests if manifest.get("kind") in _KEPT]
    bindings = [manifest for manifest in kept if manifest["kind"] in _BINDINGS]
    if not bindings:
        raise SandboxError(
            "manifests/operator binds no role, so the sandbox's operator would have no rights: "
            "run `trueup gen` to write it, or bring the sandbox up without an operator"
        )
    spaces = {manifest["metadata"].get("namespace") for manifest in kept} - {None}
    declared = {manifest["metadata"]["name"] for manifest in kept if manifest["kind"] == "Namespace"}
    missing = [_namespace(name) for name in sorted(spaces - declared)]
    first = [manifest for manifest in kept if manifest["kind"] == "Namespace"]
    others = [manifest for manifest in kept if manifest["kind"] != "Namespace"]
    return [*missing, *first, *others, *(_for_user(binding) for binding in bindings)]


def home(manifests: Iterable[Manifest]) -> str:
    """The namespace of the operator's service account, which is where it keeps its lease."""
    for manifest in manifests:
        if manifest["kind"] == "ServiceAccount":
            return str(manifest["metadata"].get("namespace", "default"))
    raise SandboxError("manifests/operator has no ServiceAccount: run `trueup gen` to write it")


def read(files: Iterable[Path]) -> list[Manifest]:
    """Every YAML document of `files`, in order."""
    return [document for file in files for document in documents(file.read_text())]


def documents(text: str) -> list[Manifest]:
    """Every mapping among the YAML documents in `text`."""
    loaded = cast("Iterable[object]", yaml.safe_load_all(text))
    return [cast("Manifest", document) for document in loaded if isinstance(document, dict)]


def _namespace(name: str) -> Manifest:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def _for_user(binding: Manifest) -> Manifest:
    metadata: Manifest = {"name": f"{binding['metadata']['name']}-sandbox"}
    if "namespace" in binding["metadata"]:
        metadata["namespace"] = binding["metadata"]["namespace"]
    subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": OPERATOR_USER}
    return {
        "apiVersion": binding["apiVersion"],
        "kind": binding["kind"],
        "metadata": metadata,
        "roleRef": binding["roleRef"],
        "subjects": [subject],
    }
