"""Which programs a sandbox needs, at which version, and from which pinned Go modules they can be built.

Each folder beside this file holds a `go.mod` and `go.sum` that pin every dependency. To move one to another release,
write the new version into the `replace` lines of `kubernetes/go.mod` (v0.N.P belongs to v1.N.P) and into the stamps
below, run `go get -tool <package>@<version>` in the folder for each of its programs, and run the tests. `go mod tidy`
fails on modules that only tests of dependencies need, and is not wanted.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

_KUBERNETES = "1.35.4"
_MODULES = Path(__file__).parent


@dataclass(frozen=True)
class Source:
    """A pinned Go module whose programs are built together and cached under one digest.

    `files` are files and folders of the module `module` that are kept beside the programs, which need them to run;
    such a program is never taken from elsewhere.
    """

    folder: str
    flags: tuple[str, ...]
    module: str = ""
    files: tuple[str, ...] = ()

    @property
    def directory(self) -> Path:
        """The folder with `go.mod` and `go.sum`."""
        return _MODULES / self.folder

    @property
    def go(self) -> tuple[int, ...]:
        """The oldest Go release that `go.mod` accepts."""
        lines = (self.directory / "go.mod").read_text().splitlines()
        return release(next(line.removeprefix("go ") for line in lines if line.startswith("go ")))

    @property
    def digest(self) -> str:
        """Changes whenever a dependency, a version or a build flag does."""
        content = [(self.directory / name).read_bytes() for name in ("go.mod", "go.sum")]
        return hashlib.sha256(repr((content, self.flags, *self.files)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Program:
    """One program: the name of its file, its Go package, the oldest version taken from elsewhere, and the build's size.

    `minutes` is what a build takes on two cores with nothing in Go's cache.
    """

    name: str
    source: Source
    package: str
    oldest: tuple[int, ...]
    version: tuple[str, ...]
    minutes: int


def release(text: str) -> tuple[int, ...]:
    """`1.35.4-rc.1` as numbers to compare, without what follows the third."""
    digits = text.removeprefix("go").removeprefix("v").split("-")[0].split("+")[0].split(".")
    return tuple(int(part) for part in digits if part.isdigit())


def _kubernetes_flags() -> tuple[str, ...]:
    # Without these the server answers version v0.0.0-master, on which clients and feature checks choke.
    major, minor, _ = _KUBERNETES.split(".")
    stamps = {
        "gitVersion": f"v{_KUBERNETES}",
        "gitMajor": major,
        "gitMinor": minor,
        "gitTreeState": "clean",
    }
    return tuple(f"-X k8s.io/component-base/version.{name}={value}" for name, value in stamps.items())


KUBERNETES = Source("kubernetes", _kubernetes_flags())
ETCD = Source("etcd", ())
HELM = Source("helm", ("-X helm.sh/helm/v3/internal/version.version=v3.19.5",))
ARGOCD = Source(
    "argocd",
    ("-X github.com/argoproj/argo-cd/v3/common.version=3.6.1",),
    "github.com/argoproj/argo-cd/v3",
    ("manifests/crds", "manifests/base/config", "hack/git-verify-wrapper.sh"),
)

PROGRAMS = {
    program.name: program
    for program in (
        Program("etcd", ETCD, "go.etcd.io/etcd/server/v3", (3, 5), ("--version",), 1),
        Program("kube-apiserver", KUBERNETES, "k8s.io/kubernetes/cmd/kube-apiserver", (1, 30), ("--version",), 8),
        Program(
            "kube-controller-manager",
            KUBERNETES,
            "k8s.io/kubernetes/cmd/kube-controller-manager",
            (1, 30),
            ("--version",),
            3,
        ),
        Program("helm", HELM, "helm.sh/helm/v3/cmd/helm", (3, 14), ("version", "--short"), 4),
        Program("argocd", ARGOCD, "github.com/argoproj/argo-cd/v3/cmd", (3, 6), ("version", "--client"), 8),
    )
}
CONTROL_PLANE = ("etcd", "kube-apiserver", "kube-controller-manager")
