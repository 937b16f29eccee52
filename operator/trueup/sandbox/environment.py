"""What the sandbox's processes see of the user's environment, and what the user's shell gets from the sandbox."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REGION = "us-east-1"
ACCESS_KEY, SECRET_KEY = "sandbox", "sandbox"
# Of what a sandbox exports, what would keep a program such as `aws eks get-token` from logging in to a real cluster.
LOGIN = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")

# Certificate bundles and proxies of the user's shell would send loopback traffic elsewhere, or refuse it; AWS
# settings would let a sandbox reach a real account. make's would have its children wait for its job server.
_FOREIGN = re.compile(
    r"AWS_.*|.*_CA_BUNDLE|SSL_CERT_(FILE|DIR)|.*_proxy|KUBECONFIG|KUBE.*|ETCD.*|GO.*|TRUEUP_.*|MAKE.*|MFLAGS",
    re.IGNORECASE,
)


def for_children(source: Mapping[str, str]) -> dict[str, str]:
    """`source` without whatever could lead a sandbox process to another cluster, account, proxy or trust store."""
    return {name: value for name, value in source.items() if not _FOREIGN.fullmatch(name)}


def aws_settings(endpoint: str, access_key: str, secret_key: str) -> dict[str, str]:
    """Settings by which any AWS SDK talks to `endpoint` alone, whatever the user's own AWS files say."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": secret_key,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@dataclass(frozen=True)
class Exports:
    """The six variables that a shell needs to use a sandbox, in the order in which they are printed."""

    kubeconfig: Path
    aws_endpoint: str
    path: str

    def values(self) -> dict[str, str]:
        """Name and value of each variable, in order."""
        return {
            "KUBECONFIG": str(self.kubeconfig),
            "AWS_ENDPOINT_URL": self.aws_endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": REGION,
            "PATH": self.path,
        }

    def lines(self) -> list[str]:
        """One `export NAME=value` per variable, quoted only where a shell needs it."""
        return [f"export {name}={shlex.quote(value)}" for name, value in self.values().items()]


def path_with(directory: Path, path: str) -> str:
    """`path` with `directory` first and only once, so that repeated use does not let it grow."""
    others = [entry for entry in path.split(os.pathsep) if entry and entry != str(directory)]
    return os.pathsep.join([str(directory), *others])
