"""A sandbox as a user has it, and a namespace in it for each test: kubectl, the command, AWS, and the operator.

Nothing here knows how the operator works: it is asked through the API server, the AWS emulator and its own pages.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import httpx
import yaml
from botocore.config import Config

from trueup.sandbox.environment import ACCESS_KEY, REGION, aws_settings, for_children
from trueup.sandbox.lifecycle import OPERATOR_KEY, Sandbox
from trueup.sandbox.ports import LOOPBACK, free_ports

ROOT = Path(__file__).parents[2]
INTERVAL, SETTLE, SEARCH = 1.0, 1.0, 5.0
"""Seconds: shorter than the sandbox's own, so that many stories fit into few minutes."""
DEADLINE = 90.0
CALLER = "trueup"
"""Whom the emulator's log names for a call of the operator, or of the command."""
Document = dict[str, Any]
Told = subprocess.CompletedProcess[str]


def until(condition: Callable[[], Any], what: Callable[[], object] | str, seconds: float = DEADLINE) -> Any:
    """What the condition answers as soon as it is true; fails with `what` when that takes too long."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, what if isinstance(what, str) else what()
        time.sleep(0.1)
    return found


def condition(thing: Mapping[str, Any], type: str) -> Document:
    """One condition of an object; empty when there is none."""
    listed: list[Document] = thing.get("status", {}).get("conditions", [])
    return next((c for c in listed if c["type"] == type), {})


def truth(thing: Mapping[str, Any]) -> dict[str, str]:
    """Each condition with its status word and reason."""
    return {c["type"]: f"{c['status']}/{c['reason']}" for c in thing.get("status", {}).get("conditions", [])}


def is_done(thing: Mapping[str, Any]) -> bool:
    """Ready, InSync, nothing under way, and all of it said of the newest spec."""
    words = {type: word.split("/")[0] for type, word in truth(thing).items()}
    said = {c.get("observedGeneration") for c in thing.get("status", {}).get("conditions", [])}
    wanted = {"Ready": "True", "InSync": "True", "Synced": "True", "Reconciling": "False", "Stalled": "False"}
    return said == {thing["metadata"]["generation"]} and wanted.items() <= words.items()


@dataclass
class Operator:
    """An operator process and its pages."""

    child: subprocess.Popen[bytes]
    port: int
    log: Path

    def page(self, name: str) -> tuple[int, str]:
        """Status and text of one of its pages; 0 while nobody answers."""
        try:
            answer = httpx.get(f"http://{LOOPBACK}:{self.port}/{name}", trust_env=False, timeout=10)
        except httpx.HTTPError:
            return (0, "")
        return (answer.status_code, answer.text.strip())

    def metric(self, line: str) -> float | None:
        """The value of one line of /metrics, by its name and labels."""
        for text in self.page("metrics")[1].splitlines():
            if text.startswith(f"{line} "):
                return float(text.rsplit(" ", 1)[1])
        return None

    def ready(self) -> None:
        """Wait until it says that it is."""
        until(lambda: self.page("readyz") == (200, "ok"), lambda: self.log.read_text())

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code after the signal."""
        self.child.send_signal(number)
        return self.child.wait(timeout=60)


@dataclass
class Stage:
    """The sandbox."""

    sandbox: Sandbox
    folder: Path
    operators: list[Operator] = field(default_factory=list[Operator])
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])

    @property
    def endpoint(self) -> str:
        """Where AWS is."""
        return self.sandbox.exports.aws_endpoint

    @property
    def shell(self) -> dict[str, str]:
        """The environment of a user who has sourced the sandbox's env file."""
        return for_children(os.environ) | self.sandbox.exports.values()

    # ---- what a user types ------------------------------------------------------------------------------------

    def kubectl(self, *arguments: str, stdin: str | None = None, ok: bool = True) -> Told:
        """One kubectl command, which succeeds unless it may fail."""
        return self._told(["kubectl", "--request-timeout=60s", *arguments], stdin, ok)

    def trueup(self, *arguments: str, ok: bool = False) -> Told:
        """One trueup command."""
        return self._told([sys.executable, "-P", "-m", "trueup.cli", *arguments], None, ok)

    def _told(self, argv: Sequence[str], stdin: str | None, ok: bool) -> Told:
        told = subprocess.run(
            argv, input=stdin, env=self.shell, capture_output=True, text=True, check=False, timeout=120, cwd=ROOT
        )
        assert told.returncode == 0 or not ok, f"{' '.join(argv)}: {told.stderr or told.stdout}"
        return told

    def apply(self, *documents: Mapping[str, Any], ok: bool = True, dry: bool = False) -> Told:
        """Manifests applied; with `dry`, only as far as the server would take them."""
        text = yaml.safe_dump_all([dict(d) for d in documents])
        return self.kubectl("apply", "-f", "-", *(["--dry-run=server"] if dry else []), stdin=text, ok=ok)

    # ---- AWS --------------------------------------------------------------------------------------------------

    def aws(self, service: str, region: str = REGION) -> Any:
        """A client of somebody who is not the operator."""
        if (service, region) not in self._clients:
            make: Any = boto3.client
            self._clients[service, region] = make(
                service,
                region_name=region,
                endpoint_url=self.endpoint,
                aws_access_key_id=ACCESS_KEY,
                aws_secret_access_key=ACCESS_KEY,
                config=Config(read_timeout=60, retries={"total_max_attempts": 1}),
            )
        return self._clients[service, region]

    def emulator(self, method: str, door: str, content: object = None) -> Any:
        """One of the emulator's own doors."""
        body = None if content is None else json.dumps(content)
        answer = httpx.request(method, f"{self.endpoint}/_trueup/{door}", content=body, trust_env=False, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    @contextmanager
    def faults(self, *rules: Mapping[str, Any]) -> Generator[None]:
        """What goes wrong with the operator's calls while the block lasts."""
        self.emulator("PUT", "faults", [{"caller": CALLER, **rule} for rule in rules])
        try:
            yield
        finally:
            self.emulator("PUT", "faults", [])

    def log(self, since: int = 0) -> list[Document]:
        """The operator's AWS calls after the one with this number, oldest first."""
        entries: list[Document] = self.emulator("GET", f"log?limit=20000&caller={CALLER}")
        return [entry for entry in entries if entry["number"] > since]

    def mark(self) -> int:
        """The number of the newest of the operator's calls."""
        entries = self.log()
        return entries[-1]["number"] if entries else 0

    def writes(self, since: int = 0) -> list[Document]:
        """The operator's calls that were to change something, after the one with this number."""
        return [entry for entry in self.log(since) if not is_read(entry["operation"])]

    # ---- operators --------------------------------------------------------------------------------------------

    def operate(
        self,
        name: str = "operator",
        *options: str,
        kubeconfig: Path | None = None,
        endpoint: str | None = None,
        token: str | None = None,
    ) -> Operator:
        """An operator as a process and a user of its own; ready or not. With `token`, its credentials are temporary."""
        (port,) = free_ports(1)
        log = self.folder / f"{name}.log"
        config = kubeconfig or self.sandbox.state.folder / "operator.kubeconfig"
        argv = (
            *(sys.executable, "-P", "-m", "trueup.cluster", f"--kubeconfig={config}"),
            *(f"--health-host={LOOPBACK}", f"--health-port={port}", "--lease-namespace=trueup-system"),
            *(f"--interval={INTERVAL}", f"--settle={SETTLE}", f"--search={SEARCH}", *options),
        )
        env = for_children(os.environ) | aws_settings(endpoint or self.endpoint, OPERATOR_KEY, OPERATOR_KEY)
        env |= {"AWS_SESSION_TOKEN": token} if token else {}
        with log.open("ab") as output:
            child = subprocess.Popen(argv, stdout=output, stderr=output, env=env)
        self.operators.append(Operator(child, port, log))
        return self.operators[-1]

    @property
    def operator(self) -> Operator:
        """The operator that looks after the sandbox now."""
        return next(o for o in reversed(self.operators) if o.child.poll() is None)

    def restart(self, number: signal.Signals = signal.SIGTERM) -> Operator:
        """Another operator process in the place of the one that ran."""
        self.operator.end(number)
        started = self.operate()
        started.ready()
        return started

    def close(self) -> None:
        """No operator runs any more."""
        for operator in self.operators:
            if operator.child.poll() is None:
                operator.child.kill()
                operator.child.wait()

    # ---- objects ----------------------------------------------------------------------------------------------

    def read(self, *arguments: str) -> Document | None:
        """What `kubectl get … -o json` shows; None where there is nothing."""
        told = self.kubectl("get", *arguments, "-o", "json", "--ignore-not-found")
        return json.loads(told.stdout) if told.stdout.strip() else None


def is_read(operation: str) -> bool:
    """The operation changes nothing."""
    return operation.startswith(("Describe", "Get", "List", "AssumeRole"))
