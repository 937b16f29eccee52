"""Brings a sandbox up, says how it is, and takes it down without a trace.

`up` states what shall run: whatever runs as stated and answers is kept, everything else is started, so that a second
`up` repairs. What it started it takes down again when it fails or is interrupted.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from trueup.sandbox import guest, visit
from trueup.sandbox.controlplane import ControlPlane, ensure
from trueup.sandbox.controlplane import parts as plane_parts
from trueup.sandbox.environment import ACCESS_KEY, SECRET_KEY, Exports, aws_settings, path_with
from trueup.sandbox.errors import SandboxError
from trueup.sandbox.guest import Guest
from trueup.sandbox.host import Host, OwnCluster, kubectl_of
from trueup.sandbox.ports import LOOPBACK
from trueup.sandbox.processes import Keeper, Part, Record, end
from trueup.sandbox.progress import step
from trueup.sandbox.readiness import answers
from trueup.sandbox.state import DEFAULT_NAME, SandboxPorts, State

EMULATOR, OPERATOR, CLUSTER = "emulator", "operator", "cluster"
PARTS = (*plane_parts.NAMES, EMULATOR, OPERATOR)
SWEEP_SECONDS = 5
# Our own allowances spare an account that others use too; the emulator has no limits and nobody else.
AWS_RATE = 100
# The operator itself gives the calls that are under way ten seconds.
OPERATOR_GRACE_SECONDS = 12.0
# The operator shows its own key to the emulator, whose call log can so tell its calls from the user's.
OPERATOR_KEY = "sandbox-operator"


@dataclass(frozen=True)
class Sandbox:
    """A sandbox that is ready: its folder, what a shell exports to use it, and what this call had to start."""

    state: State
    exports: Exports
    started: tuple[str, ...]


@dataclass(frozen=True)
class PartStatus:
    """How one part of a sandbox is: `ready`, `not ready` (alive without answering) or `stopped`.

    A part without a process is the cluster that the sandbox uses instead of a control plane of its own.
    """

    name: str
    condition: str
    pid: int | None
    address: str


def up(
    name: str = DEFAULT_NAME,
    *,
    aws_endpoint: str | None = None,
    delays: str | None = None,
    operator: bool = True,
    context: str | None = None,
    root: Path | None = None,
) -> Sandbox:
    """Have the sandbox `name` of the project at `root` (the working directory) run as stated, ready when this returns.

    `aws_endpoint` uses an emulator that already runs there; `delays` is handed to our own one; `operator=False` leaves
    the operator out; `context` of the user's kubeconfig is used instead of a control plane of its own. Raises
    SandboxError naming the part that failed, with the end of its log.
    """
    state = State(root or Path.cwd(), name)
    _check_endpoint(aws_endpoint)
    _check_host(state, context)
    if context is None:
        # Minutes the first time, with its own progress; nobody who waits for the sandbox should wait for it unseen.
        ensure(plane_parts.NAMES)
    with state.locked():
        _check_host(state, context)
        existed, keeper = state.exists, Keeper(state.folder)
        try:
            end(keeper.strays())
            return _Ascent(state, keeper, aws_endpoint, delays, operator, context).run()
        except BaseException:
            with _undisturbed():
                if existed:
                    keeper.stop(keeper.begun)
                    end(keeper.strays())
                else:
                    _remove(state, keeper)
            raise


def down(name: str = DEFAULT_NAME, *, root: Path | None = None) -> bool:
    """Leave nothing of the sandbox `name`: no process, port or file. False if there was nothing."""
    state = State(root or Path.cwd(), name)
    keeper = Keeper(state.folder)
    if not state.folder.exists() and not keeper.marked():
        return False
    with state.locked(), _undisturbed():
        something = state.exists or bool(keeper.marked())
        _remove(state, keeper)
    return something


def status(name: str = DEFAULT_NAME, *, root: Path | None = None) -> tuple[PartStatus, ...]:
    """How each part of the sandbox `name` is now; empty where there is no such sandbox."""
    state = State(root or Path.cwd(), name)
    keeper = Keeper(state.folder)
    parts = tuple(_status(state, keeper, part) for part in PARTS if keeper.recorded(part) is not None)
    visited = visit.recorded(state.visit)
    if visited is None:
        return parts
    condition = "ready" if guest.answers(state, kubectl_of(state)) else "not ready"
    return (PartStatus(CLUSTER, condition, None, visited.server), *parts)


def operator_part(kubeconfig: Path, endpoint: str, health_port: int, namespace: str) -> Part:
    """The operator as its own process and user, sweeping every five seconds, its lease where it is installed."""
    argv = (
        *_python("trueup.cluster"),
        f"--kubeconfig={kubeconfig}",
        f"--health-host={LOOPBACK}",
        f"--health-port={health_port}",
        f"--lease-namespace={namespace}",
        f"--interval={SWEEP_SECONDS}",
        f"--aws-rate={AWS_RATE}",
    )
    ready = f"http://{LOOPBACK}:{health_port}/readyz"
    return Part(OPERATOR, argv, health_port, ready, environment=aws_settings(endpoint, OPERATOR_KEY, OPERATOR_KEY))


def emulator_part(port: int, delays: str | None) -> Part:
    """The AWS emulator as its own process."""
    options = () if delays is None else (f"--delays={delays}",)
    argv = (*_python("trueup.sandbox.emulator"), f"--host={LOOPBACK}", f"--port={port}", *options)
    endpoint = f"http://{LOOPBACK}:{port}"
    # It answers its own AWS calls to itself, which must no more reach the user's account than the operator's.
    settings = aws_settings(endpoint, ACCESS_KEY, SECRET_KEY)
    return Part(EMULATOR, argv, port, f"{endpoint}/_trueup/health", environment=settings)


class _Ascent:
    """One run of `up`, under the lock."""

    def __init__(
        self,
        state: State,
        keeper: Keeper,
        aws_endpoint: str | None,
        delays: str | None,
        operator: bool,
        context: str | None,
    ) -> None:
        self.state, self.keeper = state, keeper
        self.aws_endpoint, self.delays, self.operator = aws_endpoint, delays, operator
        self.ports: SandboxPorts = state.ports()
        self.host = self._host(context)
        self.endpoint = aws_endpoint or f"http://{LOOPBACK}:{self.ports.emulator}"

    def run(self) -> Sandbox:
        """Start what is missing, slowest first, and write the env file last."""
        emulator = emulator_part(self.ports.emulator, self.delays) if self.aws_endpoint is None else None
        if emulator is None:
            self.keeper.stop([EMULATOR])
        else:
            self.keeper.begin(emulator)
        with step(self.host.title):
            self.host.prepare()
        if emulator is not None:
            with step("AWS emulator"):
                self.keeper.finish(emulator)
        self._operate()
        return Sandbox(self.state, self._write_env(), tuple(self.keeper.begun))

    def _host(self, context: str | None) -> Host:
        program = kubectl_of(self.state)
        if context is None:
            plane = ControlPlane(self.state.folder, self.ports.control_plane)
            return OwnCluster(self.state, self.keeper, plane, program)
        record = self.keeper.recorded(OPERATOR)
        return Guest(self.state, program, context, None if record is None else record.pid)

    def _operate(self) -> None:
        if not self.operator:
            self.keeper.stop([OPERATOR])
            return
        with step("operator"):
            kubeconfig, namespace = self.host.admit_operator()
            self.keeper.ensure(operator_part(kubeconfig, self.endpoint, self.ports.operator_health, namespace))

    def _write_env(self) -> Exports:
        path = path_with(self.state.programs, os.environ.get("PATH", os.defpath))
        exports = Exports(self.state.kubeconfig, self.endpoint, path)
        with os.fdopen(os.open(self.state.env, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(f"{line}\n" for line in exports.lines())
        return exports


def _remove(state: State, keeper: Keeper) -> None:
    # The operator goes first and may end as it likes: what it does to AWS must not be cut, even to a foreign emulator.
    keeper.stop([OPERATOR], grace_seconds=OPERATOR_GRACE_SECONDS)
    if visit.recorded(state.visit) is not None:
        guest.leave(state, kubectl_of(state))
    keeper.clear()
    state.remove()


def _status(state: State, keeper: Keeper, name: str) -> PartStatus:
    record: Record | None = keeper.running(name)
    if record is None:
        return PartStatus(name, "stopped", None, "")
    tls = plane_parts.admin_tls(state.folder / "pki") if record.ready_url.startswith("https:") else None
    condition = "ready" if answers(record.ready_url, tls) else "not ready"
    parsed = urlsplit(record.ready_url)
    return PartStatus(name, condition, record.pid, f"{parsed.scheme}://{parsed.netloc}")


def _check_host(state: State, context: str | None) -> None:
    """A sandbox stays where it is: what it holds would not move along."""
    visited = visit.recorded(state.visit)
    if visited is not None and visited.context != context:
        raise SandboxError(
            f"sandbox {state.name} is in the cluster of context {visited.context!r}: "
            f"give --context {visited.context} (SANDBOX_CONTEXT) again, or take it down first"
        )
    if visited is None and context is not None and state.exists:
        raise SandboxError(
            f"sandbox {state.name} has a control plane of its own: take it down first, "
            "or name another one with SANDBOX for the cluster"
        )


def _check_endpoint(url: str | None) -> None:
    if url is None:
        return
    parsed = urlsplit(url)
    if parsed.scheme not in ("http", "https") or not parsed.hostname:
        raise SandboxError(f"the AWS endpoint {url!r} is no address: give one like http://127.0.0.1:5000")
    if parsed.hostname.endswith((".amazonaws.com", ".aws", ".amazonaws.com.cn")):
        raise SandboxError(f"the AWS endpoint {url} is AWS itself; a sandbox works against an emulator only")
    if not answers(url, any_status=True):
        raise SandboxError(f"no emulator answers at {url}: start it, or leave SANDBOX_AWS_ENDPOINT out for our own")


def _python(module: str) -> tuple[str, ...]:
    # -P: the working directory, where a folder may be called like any module, does not come before the library.
    return (sys.executable, "-P", "-m", module)


@contextmanager
def _undisturbed() -> Generator[None]:
    """Let no second Ctrl-C cut the cleaning short."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {name: signal.signal(name, signal.SIG_IGN) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
