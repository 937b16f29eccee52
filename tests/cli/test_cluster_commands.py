"""`trueup status`, `drift` and `explain` over HTTP, as they print; and what they say when a cluster cannot be read."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from tests.cli.api_server import Asked, api_server, use
from tests.cli.conftest import Answer, Command
from trueup.cli import objects
from trueup.kinds.registry import kinds

Golden = Callable[[str, str], None]
OBJECTS = yaml.safe_load((Path(__file__).parent / "objects.yaml").read_text())
NOTE = (
    "note: Database production/reports: no operator has looked at it yet\n"
    "note: Database staging/mongo: rds.DescribeDBClusters failed with AccessDenied\n"
)


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    with api_server(OBJECTS) as server:
        use(server.url, tmp_path, monkeypatch)
        yield server


@pytest.fixture
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """The edge's clock stands still, so that ages do."""
    monkeypatch.setattr(objects, "now", lambda: datetime(2026, 11, 23, 8, 0, tzinfo=UTC))


@pytest.mark.usefixtures("morning")
def test_status(trueup: Command, golden: Golden, cluster: Asked) -> None:
    answer = trueup("status")
    golden("status.txt", answer.out)
    assert (answer.code, answer.err) == (0, "")
    assert len(cluster.paths) == len(kinds()) + 1, "one list per kind, and the second page of the databases"


@pytest.mark.usefixtures("cluster")
def test_status_as_json(trueup: Command, golden: Golden) -> None:
    answer = trueup("status", "-o", "json")
    golden("status.json", answer.out)
    assert (answer.code, answer.err) == (0, "")


@pytest.mark.usefixtures("cluster")
def test_status_of_one_namespace(trueup: Command) -> None:
    shown = json.loads(trueup("status", "-n", "quiet", "-o", "json").out)["objects"]
    assert [(s["kind"], s["namespace"], s["name"]) for s in shown] == [("Budget", "quiet", "platform")]
    assert trueup("status", "-n", "empty") == Answer(0, "There is no object of Trueup's here.\n", "")


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize(("form", "ending"), [("text", "txt"), ("json", "json")])
def test_drift(trueup: Command, golden: Golden, form: str, ending: str) -> None:
    answer = trueup("drift", "-o", form)
    golden(f"drift.{ending}", answer.out)
    assert (answer.code, answer.err) == (2, NOTE)


@pytest.mark.usefixtures("cluster")
def test_what_is_told_to_be_ignored_is_shown_and_does_not_count(trueup: Command) -> None:
    answer = trueup("drift", "-n", "quiet", "-o", "json")
    assert (answer.code, json.loads(answer.out)["count"]) == (0, 1)
    assert trueup("drift", "-n", "empty") == Answer(0, "AWS is as declared.\n", "")


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize(("form", "ending"), [("text", "txt"), ("json", "json")])
def test_explain(trueup: Command, golden: Golden, form: str, ending: str) -> None:
    answer = trueup("explain", "db/postgres", "-o", form)
    golden(f"explain.{ending}", answer.out)
    assert (answer.code, answer.err) == (0, "")


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize(
    "words",
    [
        ["db/postgres"],
        ["db", "postgres"],
        ["Database/postgres"],
        ["databases", "postgres"],
        ["database.trueup.dev/postgres"],
    ],
)
def test_an_object_may_be_named_as_kubectl_does(trueup: Command, words: list[str]) -> None:
    assert trueup("explain", *words).out.startswith("Database staging/postgres: Drifted\n")


@pytest.mark.usefixtures("cluster")
def test_an_object_that_nobody_looked_at(trueup: Command) -> None:
    said = "No operator has looked at it yet: is one running, and does it watch this namespace?\n"
    assert trueup("explain", "db/reports", "-n", "production") == Answer(
        0, f"Database production/reports: Unknown\n{said}", ""
    )


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["db/reports"], "there is no Database reports in namespace staging; it is in production: add -n production."),
        (["db/none"], "there is no Database none in namespace staging; `kubectl get databases -A` lists all."),
        (["postgres"], "'postgres' names no object: write kind/name, such as db/postgres."),
        (["a", "b", "c"], "'a b c' names no object: write kind/name, such as db/postgres."),
        (
            ["pod/x"],
            (
                "'pod' is no kind of ours: there are apprunnerservice (ars), appsecret (asec), bucket (bkt), "
                "budget (bud), database (db), dnszone (zone), network (net), staticsite (site)."
            ),
        ),
    ],
)
def test_names_that_lead_nowhere(trueup: Command, words: list[str], said: str) -> None:
    assert trueup("explain", *words) == Answer(1, "", f"error: {said}\n")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "{url} does not accept the credentials of your kubeconfig: log in again."),
        (
            403,
            "You may not list apprunnerservices.trueup.dev in {url}: ask for the right, or name a namespace with -n.",
        ),
        (404, "{url} does not know apprunnerservices.trueup.dev: install Trueup there, or `kubectl apply -f crds/`."),
        (500, "{url} refused to list apprunnerservices.trueup.dev: Because"),
    ],
)
def test_a_cluster_that_refuses(
    trueup: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, said: str
) -> None:
    with api_server([], status) as server:
        use(server.url, tmp_path, monkeypatch)
        assert trueup("status") == Answer(1, "", f"error: {said.format(url=server.url)}\n")


def test_a_cluster_that_is_not_there(trueup: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with api_server([]) as server:
        url = server.url
    use(url, tmp_path, monkeypatch)
    said = f"error: The API server {url} does not answer: is it running, and the network up?\n"
    assert trueup("drift") == Answer(1, "", said)


def test_no_cluster_at_all(trueup: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "absent"))
    answer = trueup("status")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("error: No cluster is known (")
    assert answer.err.endswith("): set KUBECONFIG, or start one with `make sandbox`.\n")


@pytest.mark.usefixtures("cluster")
def test_a_context_that_is_not_there(trueup: Command) -> None:
    answer = trueup("status", "--context", "elsewhere")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("error: The kubeconfig has no usable context 'elsewhere' (")


def test_looking_imports_neither_the_host_nor_aws() -> None:
    code = "import sys, trueup.cli.objects; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    clients = {"boto3", "botocore", "kubernetes", "kopf", "aiohttp", "httpx", "moto"}
    assert clients & set(done.stdout.split()) == {"kubernetes"}
