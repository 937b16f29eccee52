"""What a sandbox remembers of a cluster that is not its own, and how everything of it there is recognised.

Whatever it creates there carries a label with its mark. What carries no mark of its is somebody else's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from trueup.core.values import Json, as_list, as_map
from trueup.sandbox.errors import SandboxError
from trueup.sandbox.installation import Kubectl, KubectlFailed
from trueup.sandbox.rights import Manifest

LABEL = "trueup.dev/sandbox"
LEASE = "trueup"
KINDS = "clusterrolebindings,clusterroles,rolebindings,roles,serviceaccounts"
_ANSWER_WITHIN = "--request-timeout=10s"
_FORBIDDEN = re.compile(r'(User "[^"]*") cannot (\S+) resource "([^"]*)"')
_SILENT = re.compile(r"was refused|Unable to connect|time-?out|timed out|no such host|no route|deadline", re.IGNORECASE)
_MANIFESTS = TypeAdapter(list[Manifest])


@dataclass(frozen=True)
class Visit:
    """One sandbox in one cluster.

    `cluster` is the uid of its kube-system; `leases` are the namespaces that had an operator's lease before.
    """

    context: str
    server: str
    cluster: str
    mark: str
    leases: tuple[str, ...]

    @property
    def selector(self) -> str:
        """The option that selects what this sandbox created there."""
        return f"--selector={LABEL}={self.mark}"

    def marks(self, manifest: Manifest) -> bool:
        """Whether this sandbox created the object."""
        return manifest.metadata.labels.get(LABEL) == self.mark

    def remember(self, path: Path) -> None:
        """The visit stands at `path`."""
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(self), indent=2))
        partial.replace(path)


_VISIT = TypeAdapter(Visit)


def recorded(path: Path) -> Visit | None:
    """The visit that `path` remembers, or None where the sandbox has a cluster of its own."""
    try:
        return _VISIT.validate_json(path.read_text())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise SandboxError(f"{path} is damaged ({error}): remove it by hand, and what is labelled {LABEL}") from error


def identity(tool: Kubectl) -> str:
    """What distinguishes the cluster from every other one; raises KubectlFailed when it does not answer."""
    found = listed(tool.run("get", "--raw=/api/v1/namespaces/kube-system", _ANSWER_WITHIN))
    return str((as_map(found[0].written()["metadata"]) or {}).get("uid"))


def answers(tool: Kubectl) -> bool:
    """Whether the API server says that it is ready."""
    try:
        tool.run("get", "--raw=/readyz", _ANSWER_WITHIN)
    except KubectlFailed:
        return False
    return True


def listed(text: str) -> list[Manifest]:
    """The objects in kubectl's JSON: of a list, one by itself, or none."""
    document: Json = json.loads(text) if text.strip() else {"items": []}
    items = as_list((as_map(document) or {}).get("items"))
    return _MANIFESTS.validate_python([document] if items is None else items)


def leases(tool: Kubectl) -> list[Manifest]:
    """Every Lease of an operator with the default scope, in whichever namespace it is installed."""
    named = f"--field-selector=metadata.name={LEASE}"
    return listed(tool.run("get", "leases.coordination.k8s.io", "--all-namespaces", named, "--output=json"))


def holder(lease: Manifest) -> str:
    """Who holds the lease; empty where it was given up."""
    return str((as_map(lease.written().get("spec")) or {}).get("holderIdentity") or "")


def named(manifests: Iterable[Manifest]) -> str:
    """The objects as a sentence lists them."""
    return ", ".join(f"{manifest.kind} {manifest.metadata.name}" for manifest in manifests)


@contextmanager
def in_a_sentence(context: str) -> Generator[None]:
    """What kubectl says of the cluster of `context` becomes a SandboxError that a person can act on."""
    try:
        yield
    except KubectlFailed as failed:
        raise SandboxError(_sentence(context, failed)) from failed


def _sentence(context: str, failed: KubectlFailed) -> str:
    forbidden = _FORBIDDEN.search(failed.said)
    if forbidden:
        who, action, what = forbidden.groups()
        return f"{who} may not {action} {what} in the cluster of context {context!r}: ask for the right, or use another"
    if "attempting to grant RBAC permissions" in failed.said:
        return f"you may not give the operator its rights in the cluster of context {context!r}: an administrator may"
    if "Unauthorized" in failed.said or "must be logged in" in failed.said:
        return f"the cluster of context {context!r} does not accept your credentials: log in again"
    if _SILENT.search(failed.words):
        return f"the cluster of context {context!r} does not answer ({failed.words}): is it running?"
    return f"the cluster of context {context!r} cannot be used: {failed.words}"
