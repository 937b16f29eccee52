"""Gives the sandbox's operator exactly the rights that `manifests/operator` gives to a deployed one.

The shipped roles and bindings are applied as they are. Beside each binding stands a copy, named with `-sandbox` at the
end, whose subject is the user in the operator's certificate instead of the service account that no pod uses here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from trueup.sandbox.controlplane.parts import OPERATOR_USER
from trueup.sandbox.errors import SandboxError

_ROLES = frozenset({"ClusterRole", "Role"})
_BINDINGS = frozenset({"ClusterRoleBinding", "RoleBinding"})
_KEPT = _ROLES | _BINDINGS | {"Namespace", "ServiceAccount"}


class Metadata(BaseModel):
    """What is read of an object's metadata; the rest is carried along."""

    model_config = ConfigDict(extra="allow")

    name: str
    namespace: str | None = None
    labels: dict[str, str] = Field(default_factory=dict[str, str])


class Manifest(BaseModel):
    """What is read of an object; the rest is carried along."""

    model_config = ConfigDict(extra="allow")

    version: str = Field(alias="apiVersion")
    kind: str
    metadata: Metadata

    def written(self) -> dict[str, object]:
        """The object as it was read, for YAML."""
        return self.model_dump(by_alias=True, exclude_unset=True)


_DOCUMENTS = TypeAdapter(list[Manifest | None])


def rights(manifests: Iterable[Manifest]) -> list[Manifest]:
    """What of an installation's `manifests` concerns rights, and the same rights for the sandbox's user."""
    granted = grants(manifests)
    return [*granted, *(_for_user(manifest) for manifest in granted if manifest.kind in _BINDINGS)]


def grants(manifests: Iterable[Manifest]) -> list[Manifest]:
    """What of an installation's `manifests` concerns rights, its namespaces first."""
    kept = [manifest for manifest in manifests if manifest.kind in _KEPT]
    if not any(manifest.kind in _BINDINGS for manifest in kept):
        raise SandboxError(
            "manifests/operator binds no role, so the sandbox's operator would have no rights: "
            "run `trueup gen` to write it, or bring the sandbox up without an operator"
        )
    first = [manifest for manifest in kept if manifest.kind == "Namespace"]
    others = [manifest for manifest in kept if manifest.kind != "Namespace"]
    needed = {manifest.metadata.namespace for manifest in others if manifest.metadata.namespace is not None}
    missing = [_namespace(name) for name in sorted(needed - {manifest.metadata.name for manifest in first})]
    return [*missing, *first, *others]


def home(manifests: Iterable[Manifest]) -> str:
    """The namespace of the operator's service account, which is where it keeps its lease."""
    return account(manifests).namespace or "default"


def account(manifests: Iterable[Manifest]) -> Metadata:
    """Name and namespace of the operator's service account."""
    for manifest in manifests:
        if manifest.kind == "ServiceAccount":
            return manifest.metadata
    raise SandboxError("manifests/operator has no ServiceAccount: run `trueup gen` to write it")


def read(files: Sequence[Path]) -> list[Manifest]:
    """Every YAML document of `files`, in order; raises SandboxError where one is no Kubernetes object."""
    return [manifest for file in files for manifest in documents(file.read_text(), str(file))]


def documents(text: str, source: str) -> list[Manifest]:
    """Every object among the YAML documents in `text`; raises SandboxError, naming `source`, at anything else."""
    try:
        found = _DOCUMENTS.validate_python(list(yaml.safe_load_all(text)))
    except (ValidationError, yaml.YAMLError) as error:
        raise SandboxError(f"{source} holds something that is no Kubernetes object: {error}") from error
    return [manifest for manifest in found if manifest is not None]


def _namespace(name: str) -> Manifest:
    return Manifest.model_validate({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def _for_user(binding: Manifest) -> Manifest:
    subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": OPERATOR_USER}
    metadata: dict[str, object] = {"name": f"{binding.metadata.name}-sandbox"}
    if binding.metadata.namespace is not None:
        metadata["namespace"] = binding.metadata.namespace
    changed = {"metadata": metadata, "subjects": [subject]}
    return Manifest.model_validate(binding.written() | changed)
