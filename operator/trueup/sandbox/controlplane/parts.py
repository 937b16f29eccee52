"""The commands of the three control plane processes, as a sandbox runs them: on loopback, mutually authenticated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from trueup.sandbox.controlplane import certificates
from trueup.sandbox.controlplane.certificates import Pki
from trueup.sandbox.ports import LOOPBACK
from trueup.sandbox.processes import Part
from trueup.sandbox.readiness import ClientTls

ETCD, API_SERVER, CONTROLLERS = "etcd", "kube-apiserver", "kube-controller-manager"
# In the order in which they start; they stop in the other.
NAMES = (ETCD, API_SERVER, CONTROLLERS)

ADMIN, CONTROLLER_USER, OPERATOR_USER = "trueup-admin", "system:kube-controller-manager", "trueup-operator"
# Who may log in, and the groups in their certificates. The operator has none: its rights are those of its manifests.
USERS: dict[str, tuple[str, ...]] = {
    ADMIN: ("system:masters",),
    CONTROLLER_USER: ("system:masters",),
    OPERATOR_USER: (),
}


@dataclass(frozen=True)
class Ports:
    """The loopback ports of a control plane; they stay the same while a sandbox exists, whatever is restarted."""

    etcd: int
    etcd_peer: int
    api_server: int
    controllers: int


def etcd(program: Path, data: Path, ports: Ports, pki: Pki) -> Part:
    """Run etcd without fsync: a sandbox's data need not survive a power cut, and starts and writes are much faster."""
    url, peer_url = server_url(ports.etcd), server_url(ports.etcd_peer)
    argv = (
        str(program),
        "--name=sandbox",
        f"--data-dir={data}",
        f"--listen-client-urls={url}",
        f"--advertise-client-urls={url}",
        f"--listen-peer-urls={peer_url}",
        f"--initial-advertise-peer-urls={peer_url}",
        f"--initial-cluster=sandbox={peer_url}",
        f"--cert-file={pki.server.certificate}",
        f"--key-file={pki.server.key}",
        f"--trusted-ca-file={pki.authority.certificate}",
        "--client-cert-auth",
        f"--peer-cert-file={pki.server.certificate}",
        f"--peer-key-file={pki.server.key}",
        f"--peer-trusted-ca-file={pki.authority.certificate}",
        "--peer-client-cert-auth",
        "--unsafe-no-fsync",
        "--log-level=warn",
    )
    return Part(ETCD, argv, ports.etcd, f"{url}/health", admin_tls(pki.folder))


def api_server(program: Path, ports: Ports, pki: Pki) -> Part:
    """kube-apiserver with RBAC, client certificates and service account tokens, alone with its etcd."""
    argv = (
        str(program),
        f"--etcd-servers={server_url(ports.etcd)}",
        f"--etcd-cafile={pki.authority.certificate}",
        f"--etcd-certfile={pki.server.certificate}",
        f"--etcd-keyfile={pki.server.key}",
        f"--bind-address={LOOPBACK}",
        f"--secure-port={ports.api_server}",
        f"--tls-cert-file={pki.server.certificate}",
        f"--tls-private-key-file={pki.server.key}",
        f"--client-ca-file={pki.authority.certificate}",
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-signing-key-file={pki.service_accounts.key}",
        f"--service-account-key-file={pki.service_accounts.certificate}",
        "--service-cluster-ip-range=10.0.0.0/24",
        # It would publish an address for pods, refuses loopback there, and no pod ever runs here.
        "--endpoint-reconciler-type=none",
        "--profiling=false",
    )
    url = server_url(ports.api_server)
    return Part(API_SERVER, argv, ports.api_server, f"{url}/readyz", admin_tls(pki.folder))


def controllers(program: Path, kubeconfig: Path, ports: Ports, pki: Pki) -> Part:
    """kube-controller-manager with two controllers: namespaces end, and what a deleted owner leaves is collected."""
    argv = (
        str(program),
        f"--kubeconfig={kubeconfig}",
        "--controllers=namespace-controller,garbage-collector-controller",
        "--leader-elect=false",
        f"--bind-address={LOOPBACK}",
        f"--secure-port={ports.controllers}",
        f"--tls-cert-file={pki.server.certificate}",
        f"--tls-private-key-file={pki.server.key}",
        "--profiling=false",
    )
    url = server_url(ports.controllers)
    return Part(CONTROLLERS, argv, ports.controllers, f"{url}/healthz", admin_tls(pki.folder))


def server_url(port: int) -> str:
    """The address of a TLS server of the sandbox."""
    return f"https://{LOOPBACK}:{port}"


def admin_tls(folder: Path) -> ClientTls:
    """How to ask the servers of the sandbox in `folder` as its administrator."""
    pki = certificates.at(folder)
    pair = pki.user(ADMIN)
    return ClientTls(pki.authority.certificate, pair.certificate, pair.key)
