"""The sandbox's operator gets the rights that are shipped, and no others."""

import pytest
import yaml

from trueup.sandbox.errors import SandboxError
from trueup.sandbox.rights import documents, home, rights

SHIPPED = """
apiVersion: v1
kind: ServiceAccount
metadata: {name: trueup, namespace: trueup-system}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: trueup, namespace: trueup-system}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: trueup}
rules: [{apiGroups: [trueup.dev], resources: ["*"], verbs: [get, list, watch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: trueup, labels: {app: trueup}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: trueup}
subjects: [{kind: ServiceAccount, name: trueup, namespace: trueup-system}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: lease, namespace: trueup-system}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: lease}
subjects: [{kind: ServiceAccount, name: trueup, namespace: trueup-system}]
---
"""
USER = [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "trueup-operator"}]


def applied(*, extra: str = "") -> list[dict[str, object]]:
    return [manifest.written() for manifest in rights(documents(SHIPPED + extra, "shipped"))]


def test_shipped_rights_are_applied_as_they_are_and_each_binding_again_for_the_user() -> None:
    account, _, role, cluster_binding, binding = [one for one in yaml.safe_load_all(SHIPPED) if one]
    assert applied() == [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "trueup-system"}},
        account,
        role,
        cluster_binding,
        binding,
        cluster_binding | {"metadata": {"name": "trueup-sandbox"}, "subjects": USER},
        binding | {"metadata": {"name": "lease-sandbox", "namespace": "trueup-system"}, "subjects": USER},
    ]


def test_a_shipped_namespace_comes_first_and_once() -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "trueup-system", "labels": {"a": "b"}}}
    result = applied(extra=yaml.safe_dump(namespace))
    assert [manifest for manifest in result if manifest["kind"] == "Namespace"] == [namespace]
    assert result[0] == namespace


def test_the_operator_lives_where_its_account_is() -> None:
    assert home(documents(SHIPPED, "shipped")) == "trueup-system"


def test_an_installation_without_rights_is_refused() -> None:
    shipped = documents(SHIPPED, "shipped")
    with pytest.raises(SandboxError, match="binds no role"):
        rights([manifest for manifest in shipped if "Binding" not in manifest.kind])


@pytest.mark.parametrize(
    "text", ["just text", "[1, 2]", "kind: Role", "a: [", "{apiVersion: v1, kind: X, metadata: {}}"]
)
def test_what_is_no_object_is_said_with_its_file(text: str) -> None:
    with pytest.raises(SandboxError, match=r"^roles\.yaml holds something that is no Kubernetes object: "):
        documents(text, "roles.yaml")
