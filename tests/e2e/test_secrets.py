"""A secret's value is nowhere but in AWS: neither a password that AWS keeps nor what the operator signs its calls with.

The operator tells of everything that it does, and AWS quotes a request of its own back at it.
"""

import json
from pathlib import Path

import pytest
import yaml

from tests.e2e.aws import settled
from tests.e2e.space import DATABASE, NETWORK, Space
from tests.e2e.stage import condition

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]

TOKEN = "planted/session+token//0123456789=="
QUOTED = {"operation": "ModifyDBCluster", "action": "error", "code": "InvalidParameterValue", "status": 400}


def test_no_secret_is_anywhere(space: Space, tmp_path: Path) -> None:
    stage = space.stage
    stage.operator.end()
    mark = stage.mark()
    talkative = stage.operate("talkative", "--log-level=debug", token=TOKEN)
    talkative.ready()
    data = settled(space.database_on_network())
    with stage.faults({**QUOTED, "message": f"Refused: X-Amz-Security-Token={TOKEN}"}):
        data.patch(backup={"retentionDays": 3})
        data.until(lambda thing: "X-Amz-Security-Token=(secret)" in condition(thing, "Synced").get("message", ""))
    arn = data.status["outputs"]["masterSecretArn"]
    found = stage.aws("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    password = json.loads(found)["password"]
    assert len(password) >= 8
    declared = tmp_path / "declared.yaml"
    spec = {**DATABASE, "backup": {"retentionDays": 5}}
    objects = [space.write("Network", "main", NETWORK), space.write("Database", "data", spec)]
    declared.write_text(yaml.safe_dump_all(objects))
    places = {
        "objects": stage.kubectl("get", "trueup,events", "-A", "-o", "yaml").stdout,
        "describe": stage.kubectl("describe", "db", "data", f"-n{space.name}").stdout,
        "metrics": talkative.page("metrics")[1],
        "explain": stage.trueup("explain", "db/data", "-n", space.name).stdout,
        **{form: stage.trueup("plan", "-f", str(declared), "-o", form).stdout for form in ("text", "json", "markdown")},
        **{operator.log.name: operator.log.read_text() for operator in stage.operators},
    }
    stage.restart()
    assert all(places.values()), places
    assert [name for name, text in places.items() if password in text or TOKEN in text] == []
    assert "GetSecretValue" not in {entry["operation"] for entry in stage.log(mark)}
