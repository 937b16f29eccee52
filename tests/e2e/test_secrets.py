"""A secret's value is nowhere but in AWS."""

import json

import pytest

from tests.e2e.aws import settled
from tests.e2e.space import Space

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]


def test_the_master_password_is_nowhere(space: Space) -> None:
    data = settled(space.database_on_network())
    arn = data.status["outputs"]["masterSecretArn"]
    found = space.stage.aws("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    password = json.loads(found)["password"]
    assert len(password) >= 8
    stage = space.stage
    places = {
        "objects": stage.kubectl("get", "trueup,events", "-A", "-o", "yaml").stdout,
        "describe": stage.kubectl("describe", "db", "data", f"-n{space.name}").stdout,
        "metrics": stage.operator.page("metrics")[1],
        "explain": stage.trueup("explain", "db/data", "-n", space.name).stdout,
        **{operator.log.name: operator.log.read_text() for operator in stage.operators},
    }
    assert all(places["objects"]), places
    assert [name for name, text in places.items() if password in text] == []
    assert "GetSecretValue" not in {e["operation"] for e in stage.log()}
