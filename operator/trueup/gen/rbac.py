"""The operator's rights in the cluster, and its plain installation: one declaration for manifests and chart.

The rights are what `trueup.cluster` calls, no more; the chart's templates and `manifests/operator` are made from the
same values, so that they cannot differ in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import yaml

from trueup.core.values import Json
from trueup.gen.files import MARK
from trueup.kinds.common.info import GROUP, kind_infos

Document: TypeAlias = dict[str, Json]

NAME: Final = "trueup"
NAMESPACE: Final = "trueup-system"
IMAGE: Final = "trueup:0.1.0"
PORT: Final = 8080
USER: Final = 65532
SCRATCH: Final = "tmp"
FOLDER: Final = "manifests/operator"
_HEADER: Final = f"# {MARK} from what the operator calls. Do not edit.\n"
_API: Final = "rbac.authorization.k8s.io"


@dataclass(frozen=True, slots=True)
class Rule:
    """Some verbs on some resources of one API group, on the named objects only where `names` says so."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    names: tuple[str, ...] = ()

    def to_json(self) -> Document:
        """The rule as a role holds it."""
        rule: Document = {"apiGroups": [self.group], "resources": list(self.resources), "verbs": list(self.verbs)}
        return rule | ({"resourceNames": list(self.names)} if self.names else {})


def cluster_rules() -> tuple[Rule, ...]:
    """What the operator does with objects of any namespace."""
    plurals = tuple(sorted(info.plural for info in kind_infos()))
    return (
        # Specs are read, the finalizer and our annotations patched; nothing is ever created, updated or deleted.
        Rule(GROUP, plurals, ("get", "list", "watch", "patch")),
        Rule(GROUP, tuple(f"{plural}/status" for plural in plurals), ("patch",)),
        Rule("", ("events",), ("create", "patch")),
        Rule("", ("namespaces",), ("get", "list", "watch")),
        Rule("apiextensions.k8s.io", ("customresourcedefinitions",), ("list", "watch")),
    )


def lease_rules(name: str) -> tuple[Rule, ...]:
    """What the operator does in its own namespace. A right to create cannot be bound to a name."""
    leases = ("leases",)
    return (
        Rule("coordination.k8s.io", leases, ("create",)),
        Rule("coordination.k8s.io", leases, ("get", "update"), (name,)),
    )


def arguments() -> list[str]:
    """The operator's own options in a plain installation; everything else is as its defaults say."""
    return ["--log-format=json", f"--health-port={PORT}"]


def labels() -> dict[str, str]:
    """What marks every object of the installation."""
    return {"app.kubernetes.io/name": NAME, "app.kubernetes.io/component": "operator"}


def installation() -> dict[str, list[Document]]:
    """The documents of a plain installation, by the file's name."""
    return {
        "namespace.yaml": [_object("v1", "Namespace", NAMESPACE, space=None)],
        "rbac.yaml": [
            _object("v1", "ServiceAccount", NAME),
            _role("ClusterRole", NAME, cluster_rules()),
            _binding("ClusterRole", NAME),
            _role("Role", f"{NAME}-lease", lease_rules(NAME)),
            _binding("Role", f"{NAME}-lease"),
        ],
        "deployment.yaml": [deployment()],
    }


def _object(version: str, kind: str, name: str, *, space: str | None = NAMESPACE, **rest: Json) -> Document:
    metadata: Document = {"name": name, "labels": labels()}
    if space is not None:
        metadata["namespace"] = space
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def _role(kind: str, name: str, rules: tuple[Rule, ...]) -> Document:
    space = NAMESPACE if kind == "Role" else None
    return _object(f"{_API}/v1", kind, name, space=space, rules=[rule.to_json() for rule in rules])


def _binding(role: str, name: str) -> Document:
    return _object(
        f"{_API}/v1",
        f"{role}Binding",
        name,
        space=NAMESPACE if role == "Role" else None,
        roleRef={"apiGroup": _API, "kind": role, "name": name},
        subjects=[{"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE}],
    )


def deployment() -> Document:
    """Two replicas, of which the one that holds the lease writes."""
    return _object(
        "apps/v1",
        "Deployment",
        NAME,
        spec={
            "replicas": 2,
            "selector": {"matchLabels": labels()},
            "template": {"metadata": {"labels": labels()}, "spec": _pod()},
        },
    )


def _pod() -> Document:
    return {
        "serviceAccountName": NAME,
        # A service called trueup-health would set TRUEUP_HEALTH_PORT, which is an option's variable.
        "enableServiceLinks": False,
        # Ten seconds for the calls under way, and some for the lease.
        "terminationGracePeriodSeconds": 30,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            # The token of an IAM role for service accounts must be readable.
            "fsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container()],
        "volumes": [{"name": SCRATCH, "emptyDir": {}}],
    }


def _container() -> Document:
    def probe(path: str, **rest: int) -> Document:
        return {"httpGet": {"path": path, "port": "http"}, "timeoutSeconds": 5, **rest}

    return {
        "name": "operator",
        "image": IMAGE,
        "args": arguments(),
        "ports": [{"name": "http", "containerPort": PORT}],
        "livenessProbe": probe("/healthz", periodSeconds=20, failureThreshold=3, initialDelaySeconds=10),
        "readinessProbe": probe("/readyz", periodSeconds=10),
        "resources": {"requests": {"cpu": "50m", "memory": "192Mi"}, "limits": {"memory": "512Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": SCRATCH, "mountPath": f"/{SCRATCH}"}],
    }


def _yaml(documents: list[Document]) -> str:
    return yaml.safe_dump_all(documents, sort_keys=False, width=120, allow_unicode=True)


def manifests() -> dict[str, str]:
    """The plain installation, by path from the repository's root; `kubectl apply -k` takes the folder as it is."""
    files = installation()
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": list(files),
    }
    texts = {f"{FOLDER}/{name}": _HEADER + _yaml(documents) for name, documents in files.items()}
    return texts | {f"{FOLDER}/kustomization.yaml": _HEADER + _yaml([kustomization])}


def _list(rules: tuple[Rule, ...]) -> str:
    return yaml.safe_dump([rule.to_json() for rule in rules], sort_keys=False, width=120)


def chart() -> dict[str, str]:
    """The chart's roles, whose rules are those of the plain installation; the lease's name is a value there."""
    placeholder = "LEASE-NAME"
    lease = _list(lease_rules(placeholder)).replace(placeholder, '{{ include "trueup.leaseName" . | quote }}')
    text = f"""{{{{- /* {MARK} from what the operator calls. Do not edit. */ -}}}}
apiVersion: {_API}/v1
kind: ClusterRole
metadata:
  name: {{{{ include "trueup.fullname" . }}}}
  labels: {{{{- include "trueup.labels" . | nindent 4 }}}}
rules:
{_list(cluster_rules())}---
apiVersion: {_API}/v1
kind: Role
metadata:
  name: {{{{ include "trueup.fullname" . }}}}-lease
  namespace: {{{{ .Release.Namespace }}}}
  labels: {{{{- include "trueup.labels" . | nindent 4 }}}}
rules:
{lease}"""
    return {"templates/roles.yaml": text}


def render_all() -> dict[str, str]:
    """Every generated file of the installation, by path from the repository's root."""
    return manifests() | chart()
