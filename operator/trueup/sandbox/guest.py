"""A sandbox in a cluster of the user's: installs there what it needs, and takes away exactly that."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import psutil
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from trueup.core.values import Json, as_map
from trueup.sandbox import access, rights, visit
from trueup.sandbox.errors import SandboxError
from trueup.sandbox.installation import Kubectl, KubectlFailed, await_established, manifests, shipped
from trueup.sandbox.progress import say
from trueup.sandbox.rights import Manifest
from trueup.sandbox.state import State
from trueup.sandbox.visit import Visit

# A cluster may allow less; the next `up` gets a new one, which a running operator takes up by itself.
_TOKEN_LASTS = "--duration=168h"
# A lease that has not moved for its duration is held by nobody, or somebody else may take it; then it moves.
_DEAD_AFTER_SECONDS = 16.0
_CRD = "customresourcedefinitions"
# What a cluster itself puts into every namespace, or keeps there for a while of what has happened.
_FURNITURE = ("serviceaccount/default", "configmap/kube-root-ca.crt", "event/", "event.events.k8s.io/")


class Guest:
    """The cluster that the user's kubeconfig calls `context`, as the host of a sandbox."""

    def __init__(self, state: State, program: Path, context: str, operator_pid: int | None) -> None:
        """`operator_pid` is the process of this sandbox's own operator, whose lease does not count as another's."""
        self.state, self.context = state, context
        self.title = f"cluster of context {context}"
        self._theirs = Kubectl(program, None, state.cache, os.environ, context)
        self._tool = _tool(state, program)
        self._operator_pid = operator_pid
        self._config: dict[str, Json] = {}
        self._here: Visit | None = None

    def prepare(self) -> None:
        """The cluster answers, no other operator is at work in it, and it serves our custom resources."""
        with visit.in_a_sentence(self.context):
            here = self._arrive()
            definitions = rights.read(manifests(self.state.root / "crds"))
            self._install(here, definitions)
            if definitions:
                await_established(self._tool, *(f"{_CRD}/{one.metadata.name}" for one in definitions))

    def admit_operator(self) -> tuple[Path, str]:
        """The operator has the shipped rights and a token for its account; answers its kubeconfig and namespace."""
        granted = rights.grants(shipped(self._tool, self.state.root / "manifests" / "operator"))
        namespace, name = rights.home(granted), rights.account(granted).name
        with visit.in_a_sentence(self.context):
            self._install(self._here or self._arrive(), granted)
            token = self._tool.run("create", "token", name, f"--namespace={namespace}", _TOKEN_LASTS).strip()
        access.write(self.state.operator_kubeconfig, access.with_token(self._config, token))
        return self.state.operator_kubeconfig, namespace

    def _arrive(self) -> Visit:
        self._config = access.chosen(self._theirs, self.context, os.environ)
        cluster, before = visit.identity(self._theirs), visit.recorded(self.state.visit)
        if before is not None and before.cluster != cluster:
            raise SandboxError(
                f"context {self.context!r} leads to another cluster than before: take the sandbox down first"
            )
        leases = visit.leases(self._theirs)
        self._refuse_another_operator(leases)
        spaces = tuple(lease.metadata.namespace or "" for lease in leases)
        address = access.server(self._config)
        here = before or Visit(self.context, address, cluster, _mark(self.state), spaces)
        here.remember(self.state.visit)
        access.write(self.state.kubeconfig, self._config)
        self._here = here
        return here

    def _refuse_another_operator(self, leases: Sequence[Manifest]) -> None:
        """Raises SandboxError where a lease is renewed; the clocks of other machines are not asked."""
        held = [lease for lease in leases if self._may_be_held(lease)]
        if not held:
            return
        watching = Retrying(
            wait=wait_fixed(0.5),
            stop=stop_after_delay(_DEAD_AFTER_SECONDS),
            retry=retry_if_result(lambda moved: moved is None),
            retry_error_callback=lambda _: None,
        )
        moved: Manifest | None = watching(lambda: _moved(held, visit.leases(self._theirs)))
        if moved is not None and self._may_be_held(moved):
            raise SandboxError(
                f"a Trueup operator ({visit.holder(moved)}) is at work in the cluster of context {self.context!r}, "
                f"with its lease in namespace {moved.metadata.namespace}: stop it, or use another cluster"
            )

    def _may_be_held(self, lease: Manifest) -> bool:
        """Neither free, nor our own operator's, nor held by a process of this machine that has ended."""
        pid = _process_here(lease)
        return bool(visit.holder(lease)) and (pid is None or (pid != self._operator_pid and psutil.pid_exists(pid)))

    def _install(self, here: Visit, wanted: Sequence[Manifest]) -> None:
        """What is there and not ours is used as it is, provided that it says the same as what we bring."""
        if not wanted:
            return
        written = self.state.folder / "installed.json"
        _write(written, wanted)
        file = f"--filename={written}"
        there = visit.listed(self._tool.run("get", file, "--ignore-not-found", "--output=json"))
        foreign = {_address(one): one for one in there if not here.marks(one)}
        ours = [_marked(one, here.mark) for one in wanted if _address(one) not in foreign]
        apply = ("apply", "--server-side", "--force-conflicts", f"--field-manager=trueup-sandbox-{here.mark}", file)
        if foreign:
            _write(written, [one for one in wanted if _address(one) in foreign])
            applied = visit.listed(self._tool.run(*apply, "--dry-run=server", "--output=json"))
            self._refuse_different([one for one in applied if _said(one) != _said(foreign[_address(one)])])
        _write(written, ours)
        if ours:
            self._tool.run(*apply)

    def _refuse_different(self, different: Sequence[Manifest]) -> None:
        if different:
            raise SandboxError(
                f"the cluster of context {self.context!r} has {visit.named(different)} already, other than here: "
                "bring Trueup there to this version, remove it, or use another cluster"
            )


def answers(state: State, program: Path) -> bool:
    """Whether the cluster that the sandbox visits is ready."""
    return visit.answers(_tool(state, program))


def leave(state: State, program: Path) -> None:
    """Nothing that the sandbox created in the cluster that it visits stays there, less what holds somebody's objects.

    The sandbox's operator has ended. Whatever stays is said in a sentence, also where the cluster does not answer.
    """
    here = visit.recorded(state.visit)
    if here is None:
        return
    tool = _tool(state, program)
    try:
        if visit.identity(tool) != here.cluster:
            say(f"context {here.context} leads to another cluster by now; nothing was removed from it")
            return
        for sentence in _cleared(tool, here):
            say(f"left in the cluster of context {here.context}: {sentence}")
    except KubectlFailed as failed:
        kinds = f"{_CRD},namespaces,{visit.KINDS}"
        say(
            f"the cluster of context {here.context} was not cleared ({failed.words}); if it still exists: "
            f"kubectl --context={here.context} delete {kinds} --all-namespaces {here.selector}"
        )


def _cleared(tool: Kubectl, here: Visit) -> list[str]:
    """A sentence for each thing that stays."""
    kept: list[str] = []
    tool.run("delete", visit.KINDS, "--all-namespaces", here.selector)
    _drop_leases(tool, here)
    for definition in visit.listed(tool.run("get", _CRD, here.selector, "--output=json")):
        name = definition.metadata.name
        held = [_place(one) for one in visit.listed(tool.run("get", name, "--all-namespaces", "--output=json"))]
        if held:
            kept.append(
                f"{name}, of which there are objects ({', '.join(held)}): "
                "bring the sandbox up there again, delete them, and take it down"
            )
            continue
        tool.run("delete", _CRD, name, "--timeout=60s")
    for namespace in visit.listed(tool.run("get", "namespaces", here.selector, "--output=json")):
        name = namespace.metadata.name
        others = _contents(tool, name)
        if others:
            kept.append(f"namespace {name}, which holds {', '.join(others)}")
            continue
        tool.run("delete", "namespace", name, "--timeout=60s")
    return kept


def _drop_leases(tool: Kubectl, here: Visit) -> None:
    """The lease goes where our operator brought it; one that was killed has not released it."""
    for lease in visit.leases(tool):
        space, pid = lease.metadata.namespace or "", _process_here(lease)
        ended = not visit.holder(lease) or (pid is not None and not psutil.pid_exists(pid))
        if ended and space not in here.leases:
            tool.run("delete", "lease", lease.metadata.name, f"--namespace={space}")


def _contents(tool: Kubectl, namespace: str) -> list[str]:
    """Everything in the namespace that the cluster did not put there itself."""
    kinds = tool.run("api-resources", "--verbs=list", "--namespaced", "--output=name").split()
    found = tool.run("get", ",".join(kinds), f"--namespace={namespace}", "--ignore-not-found", "--output=name")
    return sorted({one for one in found.split() if not one.startswith(_FURNITURE)})


def _process_here(lease: Manifest) -> int | None:
    """The process that holds the lease, if it is or was one of this machine: an operator's name begins with both."""
    host, _, rest = visit.holder(lease).rpartition("_")[0].rpartition("_")
    return int(rest) if host == socket.gethostname() and rest.isdecimal() else None


def _moved(before: Iterable[Manifest], now: Iterable[Manifest]) -> Manifest | None:
    """A lease of `before` that was renewed since."""
    versions = {_address(one): _version(one) for one in before}
    return next((one for one in now if versions.get(_address(one), _version(one)) != _version(one)), None)


def _version(manifest: Manifest) -> Json:
    return (as_map(manifest.written()["metadata"]) or {}).get("resourceVersion")


def _mark(state: State) -> str:
    """The same for the same sandbox always, so that it may take away later what it once had to leave."""
    return hashlib.sha256(f"{socket.gethostname()}:{state.folder}".encode()).hexdigest()[:12]


def _tool(state: State, program: Path) -> Kubectl:
    return Kubectl(program, state.kubeconfig, state.cache, os.environ)


def _address(manifest: Manifest) -> tuple[str, str, str]:
    return manifest.kind, manifest.metadata.namespace or "", manifest.metadata.name


def _place(manifest: Manifest) -> str:
    return f"{manifest.metadata.namespace}/{manifest.metadata.name}"


def _said(manifest: Manifest) -> dict[str, object]:
    """What the object says, without who wrote it and how it is."""
    return {name: value for name, value in manifest.written().items() if name not in ("metadata", "status")}


def _marked(manifest: Manifest, mark: str) -> Manifest:
    written: Mapping[str, Json] = manifest.written()
    metadata = as_map(written["metadata"]) or {}
    labels = {**manifest.metadata.labels, visit.LABEL: mark}
    return Manifest.model_validate({**written, "metadata": {**metadata, "labels": labels}})


def _write(path: Path, wanted: Iterable[Manifest]) -> None:
    items = [manifest.written() for manifest in wanted]
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
