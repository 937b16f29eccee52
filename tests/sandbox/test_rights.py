"""The sandbox's operator gets the rights that are shipped, and no others."""

import pytest

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


def test_shipped_rights_are_applied_as_they_are_and_each_binding_again_for_the_user() -> None:
    shipped = documents(SHIPPED)
    account, _, role, cluster_binding, binding = shipped
    assert rights(shipped) == [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "trueup-system"}},
        account,
        role,
        cluster_binding,
        binding,
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": "trueup-sandbox"},
            "roleRef": cluster_binding["roleRef"],
            "subjects": USER,
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "lease-sandbox", "namespace": "trueup-system"},
            "roleRef": binding["roleRef"],
            "subjects": USER,
        },
    ]


def test_a_shipped_namespace_comes_first_and_once() -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "trueup-system", "labels": {"a": "b"}}}
    result = rights([*documents(SHIPPED), namespace])
    assert [manifest for manifest in result if manifest["kind"] == "Namespace"] == [namespace]
    assert result[0] == namespace


def test_the_operator_lives_where_its_account_is() -> None:
    assert home(documents(SHIPPED)) == "trueup-system"


def test_an_installation_without_rights_is_refused() -> None:
    with pytest.raises(SandboxError, match="binds no role"):
        rights([manifest for manifest in documents(SHIPPED) if "Binding" not in manifest["kind"]])
