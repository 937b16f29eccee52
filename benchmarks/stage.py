"""Where figures are measured: a control plane, the emulator and the operator, each a process of its own.

All of it lives in one folder of its own and is gone when the stage is closed, however the measuring ended.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import boto3
import httpx
import psutil
from botocore.config import Config
from prometheus_client.parser import text_string_to_metric_families
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from trueup.cluster.api import Api
from trueup.cluster.connection import Source
from trueup.sandbox.controlplane import ControlPlane, kubectl
from trueup.sandbox.installation import Kubectl, install_resources, install_rights
from trueup.sandbox.lifecycle import OPERATOR, OPERATOR_GRACE_SECONDS, emulator_part, operator_part
from trueup.sandbox.ports import LOOPBACK, free_ports
from trueup.sandbox.processes import Keeper

ROOT: Final = Path(__file__).parents[1]
WEB: Final = (
    "apprunner.services",
    "apprunner.autoscaling-names",
    "cloudfront.distributions",
    "cloudfront.origin-access-controls",
    "cloudfront.functions",
)
QUOTAS: Final = ("rds.clusters", "rds.instances", "rds.subnet-groups", "rds.parameter-groups", "ec2.vpcs", *WEB)
ENOUGH: Final = 100_000
SWEEP: Final = 60.0
"""Seconds of a sweep, as shipped."""
FAST: Final = 1000.0
"""The factor of our own allowances at which they limit nothing: the emulator has no limits of its own."""
CALLER: Final = "trueup"
"""What the operator calls itself in its AWS requests."""
WRITES: Final = ("POST", "PUT", "PATCH", "APPLY", "DELETE")

Count = Mapping[str, int]


class Missed(Exception):
    """What a measurement needs did not come about; its text says what."""


def until(condition: Callable[[], bool], seconds: float, what: str, every: float = 0.25) -> float:
    """Wait until the condition holds; the seconds that it took. Raises Missed after `seconds`."""
    began = time.monotonic()
    asking = Retrying(
        wait=wait_fixed(every), stop=stop_after_delay(seconds), retry=retry_if_result(lambda held: not held)
    )
    try:
        asking(condition)
    except RetryError:
        raise Missed(f"{what}: not within {seconds:.0f} s") from None
    return time.monotonic() - began


@dataclass
class Stage:
    """The processes, and what can be asked of them."""

    folder: Path
    plane: ControlPlane
    keeper: Keeper
    tool: Kubectl
    api: Api
    namespace: str
    emulator_port: int
    health_port: int
    http: httpx.Client
    rate: float | None = None
    """The factor of our allowances that the running operator was given."""

    @property
    def endpoint(self) -> str:
        """Where AWS is."""
        return f"http://{LOOPBACK}:{self.emulator_port}"

    # ---- the operator -----------------------------------------------------------------------------------------

    def operate(self, *, rate: float = 1.0, anew: bool = False) -> psutil.Process:
        """The operator runs as shipped but for its rate; with `anew`, one that runs so already is started again."""
        if anew or rate != self.rate:
            self.rest()
        part = operator_part(self.plane.operator_kubeconfig, self.endpoint, self.health_port, self.namespace)
        argv = (*part.argv, f"--interval={SWEEP:g}", f"--aws-rate={rate}")
        self.keeper.ensure(replace(part, argv=argv))
        self.rate = rate
        return self.operator()

    def operator(self) -> psutil.Process:
        """The operator's process. Raises Missed when there is none."""
        record = self.keeper.running(OPERATOR)
        if record is None:
            raise Missed(f"the operator has ended; its log is {self.keeper.log(OPERATOR)}")
        return psutil.Process(record.pid)

    def rest(self) -> None:
        """No operator runs."""
        self.keeper.stop([OPERATOR], grace_seconds=OPERATOR_GRACE_SECONDS)

    def metric(self, name: str, **labels: str) -> float:
        """The sum of the operator's samples of this name that carry these labels."""
        text = self.http.get(f"http://{LOOPBACK}:{self.health_port}/metrics").text
        return sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    # ---- AWS --------------------------------------------------------------------------------------------------

    def control(self, method: str, door: str, **options: Any) -> Any:
        """One of the emulator's own doors."""
        answer = self.http.request(method, f"{self.endpoint}/_trueup/{door}", **options)
        answer.raise_for_status()
        return answer.json()

    def calls(self) -> Count:
        """The operator's AWS calls since they were last forgotten."""
        return self.control("GET", "calls", params={"caller": CALLER})

    def forget_calls(self) -> None:
        """Counting begins anew."""
        self.control("DELETE", "calls")

    def answer_seconds(self) -> float:
        """How long the emulator was busy with the operator's calls since they were last forgotten."""
        entries = self.control("GET", "log", params={"caller": CALLER, "limit": 20_000})
        return sum(entry["ms"] for entry in entries) / 1000

    def aws(self, service: str) -> Any:
        """A client of somebody who is not the operator."""
        session: Any = boto3.session.Session("somebody", "somebody", region_name="us-east-1")
        return session.client(service, endpoint_url=self.endpoint, config=Config(proxies={}))

    # ---- Kubernetes -------------------------------------------------------------------------------------------

    def written(self) -> Counter[str]:
        """Writes that the API server has taken to our objects and to Events, by verb and resource."""
        counts: Counter[str] = Counter()
        for family in text_string_to_metric_families(self.tool.run("get", "--raw", "/metrics")):
            if family.name != "apiserver_request":
                continue
            for sample in family.samples:
                ours = sample.labels.get("group") == "trueup.dev" or sample.labels.get("resource") == "events"
                if sample.name == "apiserver_request_total" and ours and sample.labels["verb"] in WRITES:
                    what = f"{sample.labels['verb']} {sample.labels['resource']}/{sample.labels.get('subresource', '')}"
                    counts[what.rstrip("/")] += int(sample.value)
        return counts


@contextmanager
def stage() -> Generator[Stage]:
    """A stage without an operator, its quotas raised; nothing of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="trueup-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        emulator_port, health_port = free_ports(2)
        with ControlPlane.start(folder / "plane") as plane:
            keeper = Keeper(folder / "processes")
            tool = Kubectl(Path(kubectl()), plane.kubeconfig, folder / "cache")
            try:
                keeper.ensure(emulator_part(emulator_port, "none"))
                install_resources(tool, ROOT / "crds")
                namespace = install_rights(tool, ROOT / "manifests" / "operator", folder / "rights.yaml")
                api = Api(lambda: Source(plane.kubeconfig).load(16))
                with httpx.Client(trust_env=False, timeout=60) as http:
                    made = Stage(folder, plane, keeper, tool, api, namespace, emulator_port, health_port, http)
                    made.control("PUT", "quotas", json=dict.fromkeys(QUOTAS, ENOUGH))
                    yield made
            finally:
                keeper.clear()
