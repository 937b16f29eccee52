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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
INTERVAL, SETTLE, SEARCH = 2.0, 2.0, 5.0
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
            self._clients[service, region] = boto3.client(
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
    def faults(self, *rules: Mapping[str, Any]) -> Iterator[None]:
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
        self, name: str = "operator", *options: str, kubeconfig: Path | None = None, endpoint: str | None = None
    ) -> Operator:
        """An operator as a process and a user of its own; ready or not."""
        (port,) = free_ports(1)
        log = self.folder / f"{name}.log"
        config = kubeconfig or self.sandbox.state.folder / "operator.kubeconfig"
        argv = (
            *(sys.executable, "-P", "-m", "trueup.cluster", f"--kubeconfig={config}"),
            *(f"--health-host={LOOPBACK}", f"--health-port={port}", "--lease-namespace=trueup-system"),
            *(f"--interval={INTERVAL}", f"--settle={SETTLE}", f"--search={SEARCH}", *options),
        )
        env = for_children(os.environ) | aws_settings(endpoint or self.endpoint, OPERATOR_KEY, OPERATOR_KEY)
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


@dataclass
class Space:
    """A namespace of one test, and what its author does in it."""

    stage: Stage
    name: str
    raw: Callable[[str], Document | None]
    """Reads one path of the API server; quicker than kubectl."""

    def write(self, kind: str, name: str, spec: Mapping[str, Any], **annotations: str) -> Document:
        """A manifest."""
        marks = {f"trueup.dev/{key.replace('_', '-')}": value for key, value in annotations.items()}
        meta: Document = {"name": name, "namespace": self.name} | ({"annotations": marks} if marks else {})
        return {"apiVersion": "trueup.dev/v1alpha1", "kind": kind, "metadata": meta, "spec": dict(spec)}

    def apply(self, kind: str, name: str, spec: Mapping[str, Any], **annotations: str) -> Address:
        """The object is declared so."""
        self.stage.apply(self.write(kind, name, spec, **annotations))
        return Address(self, kind, name)

    def budget(self, name: str = "money", /, **spec: Any) -> Address:
        """A Budget; $50 where nothing else is said."""
        return self.apply("Budget", name, {"monthlyLimitUSD": 50} | spec)

    def network(self, name: str = "main", /, **spec: Any) -> Address:
        """A Network with two private subnets."""
        return self.apply("Network", name, NETWORK | spec)

    def database(self, name: str = "data", /, **spec: Any) -> Address:
        """A Database on the Network `main`, Aurora PostgreSQL where nothing else is said."""
        return self.apply("Database", name, DATABASE | spec)

    def database_on_network(self, **spec: Any) -> Address:
        """A Network and a Database on it, ready."""
        self.stage.apply(self.write("Network", "main", NETWORK), self.write("Database", "data", DATABASE | spec))
        data = Address(self, "Database", "data")
        data.done()
        return data

    def writes(self, since: int = 0) -> list[str]:
        """The operator's write operations since, as far as they concern this namespace's things."""
        known = {self.name}
        for plural in PLURALS.values():
            for thing in (self.raw(f"/apis/trueup.dev/v1alpha1/namespaces/{self.name}/{plural}") or {})["items"]:
                listed: list[Document] = thing.get("status", {}).get("resources", [])
                known |= {str(r["id"]) for r in listed if r.get("id")}
        return [
            f"{entry['service']}.{entry['operation']}"
            for entry in self.stage.writes(since)
            if any(word in json.dumps(entry["params"]) for word in known)
        ]


@dataclass
class Address:
    """One object, as it stands."""

    space: Space
    kind: str
    name: str

    @property
    def path(self) -> str:
        """Where the API server has it."""
        return f"/apis/trueup.dev/v1alpha1/namespaces/{self.space.name}/{PLURALS[self.kind]}/{self.name}"

    def find(self) -> Document | None:
        """The object, or None."""
        return self.space.raw(self.path)

    def now(self) -> Document:
        """The object, which is there."""
        found = self.find()
        assert found is not None, f"{self.kind} {self.name} is not there"
        return found

    @property
    def status(self) -> Document:
        """Its status."""
        return self.now().get("status", {})

    def condition(self, type: str) -> Document:
        """One of its conditions."""
        return condition(self.now(), type)

    def until(self, wanted: Callable[[Document], Any], seconds: float = DEADLINE) -> Document:
        """The object as soon as it is as wanted."""

        def look() -> Document | None:
            found = self.find()
            return found if found is not None and wanted(found) else None

        found: Document = until(look, lambda: yaml.safe_dump(self.find()), seconds)
        return found

    def done(self) -> Document:
        """The object as soon as it is Ready and InSync, and nothing is under way."""
        return self.until(is_done)

    def summary(self, word: str) -> Document:
        """The object as soon as its summary is this word."""
        return self.until(lambda thing: thing.get("status", {}).get("summary") == word)

    def reason(self, type: str, status: str, reason: str) -> Document:
        """The condition as soon as it says so."""
        wanted = f"{status}/{reason}"
        return condition(self.until(lambda thing: truth(thing).get(type) == wanted), type)

    def looked(self) -> Document:
        """The object after a look that began after this call."""
        stamp = str(time.time_ns())
        self.annotate(reconcile=stamp)
        return self.until(lambda thing: thing.get("status", {}).get("lastHandledReconcile") == stamp)

    def annotate(self, **annotations: str | None) -> None:
        """Annotations of ours are set, or removed."""
        said = [
            f"trueup.dev/{key.replace('_', '-')}" + ("-" if value is None else f"={value}")
            for key, value in annotations.items()
        ]
        self._kubectl("annotate", *said, "--overwrite")

    def patch(self, **spec: Any) -> None:
        """Some fields of the spec are changed."""
        self._kubectl("patch", "--type=merge", "-p", json.dumps({"spec": spec}))

    def delete(self) -> None:
        """The object is to go."""
        self._kubectl("delete", "--wait=false")

    def gone(self) -> None:
        """Wait until it is."""
        until(lambda: self.find() is None, lambda: yaml.safe_dump(self.find()))

    def forget_status(self) -> None:
        """Somebody deletes its status."""
        self._kubectl("patch", "--subresource=status", "--type=merge", "-p", '{"status": null}')

    def _kubectl(self, verb: str, *arguments: str) -> None:
        self.space.stage.kubectl(verb, PLURALS[self.kind], self.name, f"-n{self.space.name}", *arguments)

    def events(self, reason: str | None = None) -> list[Document]:
        """The Events about it, of one reason or of all."""
        listed = (self.space.raw(f"/api/v1/namespaces/{self.space.name}/events") or {})["items"]
        mine = [
            e for e in listed if (e["involvedObject"]["kind"], e["involvedObject"]["name"]) == (self.kind, self.name)
        ]
        return [e for e in mine if reason in (None, e["reason"])]

    def resource(self, name: str) -> Document:
        """One of the AWS resources that its status lists, by `<type>/<name>` or by name."""
        listed: list[Document] = self.status.get("resources", [])
        return next(r for r in listed if name in (r["name"], f"{r['type']}/{r['name']}"))

    @property
    def owner(self) -> str:
        """The owner tag of what is its own."""
        return f"trueup/{self.kind}/{self.space.name}/{self.name}"

    def drift(self) -> list[Document]:
        """Its open drift entries."""
        entries: list[Document] = self.status.get("drift", {}).get("fields", [])
        return entries


def tags(listed: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """AWS's list of tags as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in listed}


PLURALS = {"Budget": "budgets", "Network": "networks", "Database": "databases"}
NETWORK = {
    "cidr": "10.0.0.0/16",
    "zones": ["us-east-1a", "us-east-1b"],
    "privateSubnets": ["10.0.10.0/24", "10.0.11.0/24"],
}
DATABASE = {
    "engine": "aurora-postgresql",
    "version": "16.11",
    "capacity": {"min": 0.5, "max": 1},
    "networkRef": {"name": "main"},
}
