"""Where the API server is and who we are to it: from a kubeconfig, or from the pod's service account."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import urllib3
from kubernetes import config
from kubernetes.client import Configuration

TOKEN = "BearerToken"
_NAMESPACE_FILE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
_HOST = "KUBERNETES_SERVICE_HOST"


@dataclass(frozen=True, slots=True)
class Source:
    """Which cluster is meant. With neither file nor context: the pod's own cluster, else KUBECONFIG's."""

    kubeconfig: Path | None = None
    context: str | None = None

    @property
    def in_cluster(self) -> bool:
        """The service account of the pod that we run in is used."""
        return self.kubeconfig is None and self.context is None and bool(os.environ.get(_HOST))

    def load(self, connections: int = 16) -> Configuration:
        """A fresh reading of address and credentials, so that a renewed token or certificate is taken up.

        Raises kubernetes.config.ConfigException, OSError or ValueError when there is nothing to be read.
        """
        loaded = Configuration()
        if self.in_cluster:
            config.load_incluster_config(client_configuration=loaded)
        else:
            file = str(self.kubeconfig) if self.kubeconfig else None
            config.load_kube_config(
                config_file=file, context=self.context, client_configuration=loaded, persist_config=False
            )
        loaded.connection_pool_maxsize = connections
        # A connection that the server closed while it was idle is opened again; answers are never retried here.
        loaded.retries = urllib3.Retry(total=2, connect=1, read=1, redirect=0, status=0, other=0, backoff_factor=0.1)
        return loaded

    def namespace(self) -> str | None:
        """The namespace of the pod that we run in, or None outside a cluster."""
        if not self.in_cluster or not _NAMESPACE_FILE.is_file():
            return None
        return _NAMESPACE_FILE.read_text().strip() or None
