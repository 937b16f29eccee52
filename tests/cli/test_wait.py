"""`trueup wait` over HTTP: yes, no and not known, and how a commit that others apply is awaited."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.api_server import api_server, use
from tests.cli.conftest import Answer, Command
from tests.cli.shop import service_object

ARN = "arn:aws:apprunner:us-east-1:123456789012:service/staging-api/0123456789abcdef0123456789abcdef"
Golden = Callable[[str, str], None]


class Cluster:
    """The one object, and what happens to it while somebody waits."""

    def __init__(self) -> None:
        self.objects = [service_object(ARN)]
        self.meanwhile: list[Callable[[], object]] = []

    @property
    def only(self) -> dict[str, Any]:
        return self.objects[0]

    def sleep(self, seconds: float) -> None:
        assert self.meanwhile, "nothing more will come"
        self.meanwhile.pop(0)()

    def set(self, **conditions: tuple[str, str, str]) -> None:
        """The conditions have this status, reason and message."""
        for condition in self.only["status"]["conditions"]:
            if condition["type"] in conditions:
                word, reason, message = conditions[condition["type"]]
                condition.update(status=word, reason=reason, message=message)

    def change(self, generation: int = 2) -> None:
        """Somebody changed the spec, and no operator has looked yet."""
        self.only["metadata"]["generation"] = generation

    def look(self) -> None:
        """The operator has looked at the newest spec."""
        self.only["status"]["observedGeneration"] = self.only["metadata"]["generation"]


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    cluster = Cluster()
    cluster.set(Ready=("True", "Available", "Every resource can be used."))
    cluster.only["status"]["outputs"] = {"url": "https://api.example.com", "image": "app:v1"}
    with api_server(cluster.objects) as server:
        use(server.url, tmp_path, monkeypatch)
        monkeypatch.setattr(time, "sleep", cluster.sleep)
        yield cluster


DONE = (
    "Done: AppRunnerService staging/api, generation {}. Every resource can be used. Image app:v1. "
    "Url https://api.example.com.\n"
)


def test_what_has_come_true_is_exit_code_0(trueup: Command, cluster: Cluster) -> None:
    assert trueup("wait", "ars/api") == Answer(0, DONE.format(1), "")


def test_a_change_is_waited_for(trueup: Command, cluster: Cluster) -> None:
    def begin() -> None:
        cluster.look()
        cluster.set(Reconciling=("True", "AWSBusy", "AWS::AppRunner::Service/service is OPERATION_IN_PROGRESS"))

    cluster.change()
    cluster.meanwhile += [begin, lambda: cluster.set(Reconciling=("False", "Done", "Nothing is under way."))]
    told = (
        "AppRunnerService staging/api: The operator has not looked at generation 2 yet.\n"
        "AppRunnerService staging/api: AWS::AppRunner::Service/service is OPERATION_IN_PROGRESS\n"
    )
    assert trueup("wait", "ars/api") == Answer(0, DONE.format(2), told)


IN_VAIN = [
    ({"Stalled": ("True", "RolledBack", "It was rolled back.")}, {}, "RolledBack", "It was rolled back."),
    ({"Gated": ("True", "OverBudget", "Too much.")}, {}, "OverBudget", "Too much."),
    (
        {"Synced": ("False", "Held", "held until tomorrow")},
        {"summary": "Held"},
        "Held",
        "The object is held, so that nothing is written. held until tomorrow",
    ),
    (
        {
            "Ready": ("False", "Paused", "It is PAUSED by its schedule."),
            "Reconciling": ("True", "Waiting", "-"),
            "Synced": ("False", "Waiting", "It waits until the service is resumed."),
        },
        {},
        "Paused",
        "It waits until the service is resumed.",
    ),
    (
        {"Synced": ("True", "ReportOnly", "-"), "InSync": ("False", "Drifted", "Cpu is 256.")},
        {},
        "ReportOnly",
        "Nothing is written in Report mode. Cpu is 256.",
    ),
]
"""Conditions, status, and the reason and message that are told of them."""


@pytest.mark.parametrize(
    ("conditions", "status", "reason", "message"),
    IN_VAIN,
)
def test_what_waiting_does_not_change_is_exit_code_1(
    trueup: Command,
    cluster: Cluster,
    conditions: dict[str, tuple[str, str, str]],
    status: dict[str, str],
    reason: str,
    message: str,
) -> None:
    cluster.only["status"]["conditions"].append({"type": "Gated", "status": "False"})
    cluster.set(**conditions)
    cluster.only["status"].update(status)
    told = (
        f"{reason}: AppRunnerService staging/api, generation 1. {message} Image app:v1. Url https://api.example.com.\n"
    )
    assert trueup("wait", "ars/api") == Answer(1, told, "")


def test_a_pause_that_was_asked_for_has_come_true(trueup: Command, cluster: Cluster) -> None:
    cluster.set(Ready=("False", "Paused", "It is PAUSED by its schedule."))
    told = DONE.format(1).replace("Every resource can be used.", "It is PAUSED by its schedule.")
    assert trueup("wait", "ars/api") == Answer(0, told, "")


def test_as_json(trueup: Command, golden: Golden, cluster: Cluster) -> None:
    cluster.set(Stalled=("True", "RolledBack", "It was rolled back."))
    answer = trueup("wait", "ars/api", "-o", "json")
    golden("wait-rolled-back.json", answer.out)
    assert (answer.code, answer.err) == (1, "")


def test_what_is_not_known_in_time_says_what_it_waits_for(trueup: Command, cluster: Cluster) -> None:
    cluster.set(Reconciling=("True", "AWSBusy", "AWS is at it."))
    answer = trueup("wait", "ars/api", "--timeout", "0s")
    told = (
        "AppRunnerService staging/api: AWS is at it.\n"
        "error: it is not known after 0 s what came of ars/api. AppRunnerService staging/api: AWS is at it.\n"
    )
    assert answer == Answer(1, "", told)


def manifest(folder: Path, **spec: Any) -> str:
    file = folder / "api.yaml"
    written = {"source": {"image": {"repository": "app", "tag": "v2"}}, **spec}
    document = {"apiVersion": "trueup.dev/v1alpha1", "kind": "AppRunnerService", "metadata": {"name": "api"}}
    file.write_text(yaml.safe_dump({**document, "spec": written}))
    return str(file)


def test_a_commit_that_others_apply_is_awaited_first(trueup: Command, cluster: Cluster, tmp_path: Path) -> None:
    def apply() -> None:
        # The API server fills in defaults.
        cluster.only["spec"] = {"source": {"image": {"repository": "app", "tag": "v2"}}, "port": 8080, "env": {}}
        cluster.change()

    file = manifest(tmp_path)
    cluster.meanwhile += [apply, cluster.look]
    told = (
        f"AppRunnerService staging/api has not the spec of {file} yet.\n"
        "AppRunnerService staging/api: The operator has not looked at generation 2 yet.\n"
    )
    assert trueup("wait", "ars/api", "-f", file) == Answer(0, DONE.format(2), told)


def test_what_a_commit_takes_away_is_awaited_too(trueup: Command, cluster: Cluster, tmp_path: Path) -> None:
    cluster.only["spec"] = {"source": {"image": {"repository": "app", "tag": "v2"}}, "env": {"OLD": "1"}}
    file = manifest(tmp_path)
    answer = trueup("wait", "ars/api", "-f", file, "--timeout", "0s")
    said = f"AppRunnerService staging/api has not the spec of {file} yet.\n"
    assert answer == Answer(1, "", f"{said}error: it is not known after 0 s what came of ars/api. {said}")


def test_an_object_that_others_have_yet_to_create_is_awaited(trueup: Command, cluster: Cluster, tmp_path: Path) -> None:
    made = cluster.objects.pop()
    made["spec"]["source"]["image"]["tag"] = "v2"
    cluster.meanwhile.append(lambda: cluster.objects.append(made))
    absent = "there is no AppRunnerService api in namespace staging; `kubectl get apprunnerservices -A` lists all.\n"
    assert trueup("wait", "ars/api", "-f", manifest(tmp_path)) == Answer(0, DONE.format(1), absent)
    cluster.objects.clear()
    assert trueup("wait", "ars/api") == Answer(1, "", f"error: {absent}")


def test_manifests_that_do_not_hold_the_object(trueup: Command, cluster: Cluster, tmp_path: Path) -> None:
    file = manifest(tmp_path)
    told = f"error: {file} holds no AppRunnerService web: name the manifests that it stands in with -f.\n"
    assert trueup("wait", "ars/web", "-f", file) == Answer(1, "", told)
    file = manifest(tmp_path, port=0)
    answer = trueup("wait", "ars/api", "-f", file)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"error: {file}: spec.port: ")
