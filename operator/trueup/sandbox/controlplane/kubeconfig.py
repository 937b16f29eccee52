"""Kubeconfig files for the users of a sandbox, complete in themselves, so that they may be copied anywhere."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import yaml

from trueup.sandbox.controlplane.certificates import Pki


def write(path: Path, *, server: str, pki: Pki, user: str, context: str) -> None:
    """Write a kubeconfig by which `user` reaches `server`, readable by its owner alone."""
    pair = pki.user(user)
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {
                "name": context,
                "cluster": {"server": server, "certificate-authority-data": _encoded(pki.authority.certificate)},
            }
        ],
        "users": [
            {
                "name": user,
                "user": {
                    "client-certificate-data": _encoded(pair.certificate),
                    "client-key-data": _encoded(pair.key),
                },
            }
        ],
        "contexts": [{"name": context, "context": {"cluster": context, "user": user, "namespace": "default"}}],
        "current-context": context,
    }
    partial = path.with_name(f"{path.name}.partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        yaml.safe_dump(document, file, sort_keys=False)
    partial.replace(path)


def _encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
