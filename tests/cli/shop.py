"""A service on App Runner with its object in a cluster, on loopback, and time that passes while a command waits."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.cli.api_server import api_server, use
from tests.emulator.conftest import START, Aws
from tests.emulator.runner import Runner
from trueup.sandbox.emulator import Emulator
from trueup.sandbox.emulator.wsgi import make_http_server

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ID = re.compile(r"\b[0-9a-f]{32}\b")
_HOST = re.compile(r"\b[0-9a-f]{10}\.us-east-1\.awsapprunner")


def plain(text: str) -> str:
    """The text with a word in the place of every id that is another one in each run."""
    return _HOST.sub("HOST.us-east-1.awsapprunner", _ID.sub("SERVICE", _UUID.sub("OPERATION", text)))


def service_object(arn: str, **spec: Any) -> dict[str, Any]:
    """An object that stands for the service, as the operator leaves it."""
    condition = {"lastTransitionTime": "2027-01-15T08:00:00Z", "message": "", "reason": "As"}
    words = {"Ready": "True", "Reconciling": "False", "Synced": "True", "InSync": "True", "Stalled": "False"}
    return {
        "apiVersion": "trueup.dev/v1alpha1",
        "kind": "AppRunnerService",
        "metadata": {"name": "api", "namespace": "staging", "generation": 1},
        "spec": {"source": {"image": {"repository": "app", "tag": "v1"}}, **spec},
        "status": {
            "observedGeneration": 1,
            "region": "us-east-1",
            "summary": "Ready",
            "conditions": [{**condition, "type": type, "status": word} for type, word in words.items()],
            "resources": [
                {"type": "AWS::AppRunner::Service", "name": "service", "id": arn, "arn": arn, "state": "RUNNING"}
            ],
        },
    }


@dataclass
class Shop:
    """What a test turns."""

    runner: Runner
    arn: str
    objects: list[dict[str, Any]]
    meanwhile: list[Callable[[], object]] = field(default_factory=list)
    """What happens while the command waits: one of them at each of its pauses."""

    def sleep(self, seconds: float) -> None:
        """Time passes in AWS, and nobody waits for it."""
        self.runner.aws.emulator.advance(seconds)
        if self.meanwhile:
            self.meanwhile.pop(0)()

    @property
    def only(self) -> dict[str, Any]:
        return self.objects[0]

    def status(self) -> str:
        return self.runner.status(self.arn)

    def fails(self, operation: str = "*", **more: Any) -> None:
        """The next deployments are to fail."""
        self.runner.aws.emulator.order("failures", [{"operation": operation, **more}])


@contextmanager
def aws_on_loopback() -> Generator[Aws]:
    """An emulator whose clock stands unless it is turned, and the shell's settings that lead to it."""
    aws = Aws(Emulator.in_process(clock=lambda: START, sleep=lambda _seconds: None))
    server, application = make_http_server(aws.emulator.core, "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with pytest.MonkeyPatch.context() as shell:
        shell.setenv("AWS_ACCESS_KEY_ID", "AKIAEMULATOR00000000")
        shell.setenv("AWS_SECRET_ACCESS_KEY", "emulator")
        shell.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        yield aws
    application.close()
    server.shutdown()
    server.server_close()


@contextmanager
def opened(aws: Aws, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Shop]:
    """The service runs, its changes take some seconds, and KUBECONFIG leads to its object."""
    aws.emulator.reset()
    aws.emulator.core.clock.offset = 0.0
    aws.delays("none")
    runner = Runner.on(aws)
    arn = runner.create("staging-api")
    assert runner.status(arn) == "RUNNING"
    aws.delays("short")
    aws.delays({"iam.role.spread": 0})
    objects = [service_object(arn)]
    shop = Shop(runner, arn, objects)
    with api_server(objects) as server:
        use(server.url, folder, monkeypatch)
        monkeypatch.setattr(time, "sleep", shop.sleep)
        yield shop
