"""Secrets in a whole sandbox: drawn, composed and brought; put right, followed, had back, and nowhere to be read."""

import json
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.e2e.aws import settled
from tests.e2e.space import Space

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]

THEIRS = "planted/by-somebody-0123456789"


def test_values_are_made_kept_and_never_said(space: Space) -> None:
    manager: Any = space.stage.aws("secretsmanager")

    def value(arn: str) -> str:
        return str(manager.get_secret_value(SecretId=arn)["SecretString"])

    brought = space.apply("AppSecret", "email-api-key", {"external": {}})
    awaited = brought.reason("Ready", "False", "ValueMissing")
    assert "put-secret-value" in awaited["message"]
    manager.put_secret_value(SecretId=brought.status["outputs"]["arn"], SecretString=THEIRS)
    brought.looked()
    settled(brought)

    token = settled(space.apply("AppSecret", "jwt-secret", {"generate": {"length": 64}, "deletionPolicy": "Delete"}))
    arn = token.status["outputs"]["arn"]
    drawn = value(arn)
    manager.put_secret_value(SecretId=arn, SecretString=f"{THEIRS}-too")
    token.looked()
    drift = token.until(lambda thing: not thing["status"]["drift"]["count"])["status"]["drift"]
    assert [(e["desired"], e["observed"]) for e in drift["recent"]] == [("(secret)", "(secret)")]
    assert (len(drawn), value(arn)) == (64, drawn)

    data = settled(space.database_on_network())
    url = settled(space.apply("AppSecret", "database-url", {"connection": {"databaseRef": {"name": "data"}}}))
    password = json.loads(value(data.status["outputs"]["masterSecretArn"]))["password"]
    composed = value(url.status["outputs"]["arn"])
    assert unquote(str(urlsplit(composed).password)) == password

    said = space.stage.kubectl("get", "trueup,events", "-A", "-o", "yaml").stdout
    logs = [operator.log.read_text() for operator in space.stage.operators]
    secrets = [THEIRS, drawn, password, composed]
    assert [text for text in secrets if any(text in place for place in (said, *logs))] == []

    token.delete()
    token.gone()
    assert "DeletedDate" in manager.describe_secret(SecretId=arn)
    again = settled(space.apply("AppSecret", "jwt-secret", {"generate": {"length": 64}}))
    assert (again.status["outputs"]["arn"], value(arn)) == (arn, drawn)
