"""`trueup plan --live` over HTTP: nothing to do where AWS is as declared, else exactly what is not."""

import json
import threading
from collections.abc import Callable, Iterator

import pytest
import yaml

from tests.cli.conftest import ROOT, Command
from tests.house import House
from trueup.cli.documents import documents
from trueup.sandbox.emulator.wsgi import make_http_server

pytestmark = [pytest.mark.emulator, pytest.mark.slow, pytest.mark.xdist_group("plan-live")]

DAY = "2026-11-23T17:00:00Z"
STAGING = ("plan", "-f", "environments/staging", "--live", "--at", DAY)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """Staging, converged, and its AWS on loopback as the shell's."""
    with pytest.MonkeyPatch.context() as shell:
        shell.setenv("AWS_ACCESS_KEY_ID", "AKIAEMULATOR00000000")
        shell.setenv("AWS_SECRET_ACCESS_KEY", "emulator")
        house = House()
        written = documents(str(ROOT / "environments" / "staging"))
        house.apply(*(d.content for d in written if d.content["kind"] != "Namespace"))
        house.settle()
        house.clock.advance(60)  # certificates and domains are seen by AWS in their own time
        house.settle()
        assert {m.status["summary"] for m in house.cluster.all()} == {"Ready"}, house.summaries()
        server, application = make_http_server(house.emulator.core, "127.0.0.1", 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        shell.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        yield house
        application.close()
        server.shutdown()
        server.server_close()


@pytest.mark.usefixtures("house")
def test_what_is_as_declared_needs_nothing(trueup: Command, golden: Callable[[str, str], None]) -> None:
    answer = trueup(*STAGING)
    golden("staging-converged.txt", answer.out)
    assert (answer.code, answer.err) == (0, "")


def test_a_change_behind_our_back_is_the_only_change(trueup: Command, house: House) -> None:
    rds = house.client("rds")
    (cluster,) = [c for c in rds.describe_db_clusters()["DBClusters"] if c["Engine"] == "aurora-postgresql"]
    name = cluster["DBClusterIdentifier"]
    rds.modify_db_cluster(DBClusterIdentifier=name, BackupRetentionPeriod=1, ApplyImmediately=True)
    answer = trueup(*STAGING, "-o", "json")
    rds.modify_db_cluster(DBClusterIdentifier=name, BackupRetentionPeriod=7, ApplyImmediately=True)
    assert (answer.code, answer.err) == (2, "")
    field = {"path": "BackupRetentionPeriod", "specPath": "/backup/retentionDays", "from": 1, "to": 7}
    changes = {o["name"]: o["changes"] for o in json.loads(answer.out)["objects"] if o["changes"]}
    step = {"resource": "AWS::RDS::DBCluster/cluster", "action": "update", "fields": [field], "effect": ""}
    assert changes == {"postgres": [step]}


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("form", "ending"), [("text", "txt"), ("markdown", "md"), ("json", "json")])
def test_a_static_parameter_is_marked_as_a_restart(
    trueup: Command, golden: Callable[[str, str], None], form: str, ending: str
) -> None:
    written = [document.content for document in documents(str(ROOT / "environments" / "staging"))]
    (postgres,) = [content for content in written if content["metadata"]["name"] == "postgres"]
    postgres["spec"]["parameters"]["max_connections"] = "200"
    answer = trueup("plan", "-f", "-", "--live", "--at", DAY, "-o", form, stdin=yaml.safe_dump_all(written))
    golden(f"static-parameter.{ending}", answer.out)
    assert (answer.code, answer.err) == (2, "")
