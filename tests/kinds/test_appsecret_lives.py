"""Secrets as they live beside their databases, on the emulator: what their values are, and what they follow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from botocore.client import BaseClient

from tests.house import House
from tests.kinds.databases import MONGO, NETWORK, POSTGRES

HOME = {"kind": "Network", "metadata": {"name": "home", "namespace": "shop"}, "spec": NETWORK}
URL = ("AppSecret", "shop", "url")


def database(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A Database named data."""
    spec = {**spec, "networkRef": {"name": "home"}}
    return {"kind": "Database", "metadata": {"name": "data", "namespace": "shop"}, "spec": spec}


def secret(**connection: Any) -> dict[str, Any]:
    """A connection string for it."""
    spec = {"connection": {"databaseRef": {"name": "data"}, **connection}}
    return {"kind": "AppSecret", "metadata": {"name": "url", "namespace": "shop"}, "spec": spec}


def standing(spec: Mapping[str, Any], **connection: Any) -> House:
    """Network, database and connection string, at rest."""
    house = House()
    house.apply(HOME, database(spec), secret(**connection))
    house.settle()
    assert {m.status["summary"] for m in house.cluster.all()} == {"Ready"}, house.summaries()
    return house


def value(house: House) -> str:
    """What those who read the secret are given."""
    arn = house.status(URL)["outputs"]["arn"]
    return str(house.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])


def held(house: House) -> Mapping[str, str]:
    """User and password as AWS keeps them for the database."""
    arn = house.status(("Database", "shop", "data"))["outputs"]["masterSecretArn"]
    return json.loads(house.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"])


@pytest.mark.parametrize(
    ("spec", "connection", "scheme", "path", "parameters"),
    [
        (POSTGRES, {}, "postgresql", "/postgres", {"sslmode": ["require"]}),
        (
            {**POSTGRES, "databaseName": "lego"},
            {"parameters": {"sslmode": "verify-full", "application_name": "a b&c"}},
            "postgresql",
            "/lego",
            {"sslmode": ["verify-full"], "application_name": ["a b&c"]},
        ),
        (
            MONGO,
            {"database": "auth"},
            "mongodb",
            "/auth",
            {
                "tls": ["true"],
                "authSource": ["admin"],
                "replicaSet": ["rs0"],
                "readPreference": ["secondaryPreferred"],
                "retryWrites": ["false"],
            },
        ),
    ],
)
def test_a_connection_string_is_made_of_the_database(
    spec: Mapping[str, Any],
    connection: Mapping[str, Any],
    scheme: str,
    path: str,
    parameters: Mapping[str, list[str]],
) -> None:
    house = standing(spec, **connection)
    url, told = urlsplit(value(house)), house.status(("Database", "shop", "data"))["outputs"]
    user, password = unquote(str(url.username)), unquote(str(url.password))
    assert {"username": user, "password": password} == held(house)
    assert (url.scheme, url.path, parse_qs(url.query)) == (scheme, path, parameters)
    assert (url.hostname, url.port) == (told["endpoint"], told["port"])


def test_a_rotated_password_is_followed_without_drift() -> None:
    house = standing(POSTGRES)
    before = value(house)
    id = house.status(("Database", "shop", "data"))["outputs"]["clusterArn"].rsplit(":", 1)[-1]
    house.client("rds").modify_db_cluster(DBClusterIdentifier=id, RotateMasterUserPassword=True, ApplyImmediately=True)
    house.clock.advance(61)
    house.sweep()
    assert value(house) != before
    assert unquote(str(urlsplit(value(house)).password)) == held(house)["password"]
    assert house.status(URL)["drift"]["recent"] == []
    assert house.status(URL)["summary"] == "Ready"


def test_a_string_is_followed_however_often_the_spec_goes_back_and_forth() -> None:
    house = standing(POSTGRES)
    for parameters in ({"a": "1"}, {}, {"b": "1"}, {}, {"a": "1"}):
        house.apply(secret(parameters=parameters))
        house.settle()
        assert parse_qs(urlsplit(value(house)).query) == {
            "sslmode": ["require"],
            **{k: [v] for k, v in parameters.items()},
        }
        assert house.status(URL)["summary"] == "Ready"
        house.clock.advance(61)


def test_a_wish_that_comes_back_after_a_value_by_hand_is_made_anew() -> None:
    house = House()
    manager = house.client("secretsmanager")

    def length(wanted: int) -> int:
        spec = {"secretName": "key", "generate": {"length": wanted}}
        house.apply({"kind": "AppSecret", "metadata": {"name": "key", "namespace": "shop"}, "spec": spec})
        house.settle()
        house.clock.advance(61)
        return len(manager.get_secret_value(SecretId="key")["SecretString"])

    assert [length(wanted) for wanted in (48, 64, 48)] == [48, 64, 48]
    manager.put_secret_value(SecretId="key", SecretString="by hand")
    house.clock.advance(61)
    assert [length(wanted) for wanted in (48, 64)] == [48, 64]
    assert house.summaries() == {"AppSecret/shop/key": "Ready: Every resource can be used."}


def test_a_secret_that_another_object_gave_up_is_adopted_once_its_tag_is_gone() -> None:
    house, old, new = House(), ("AppSecret", "shop", "old"), ("AppSecret", "shop", "new")
    for (kind, namespace, name), spec in ((old, {"secretName": "key"}), (new, {"adopt": {"name": "key"}})):
        meta = {"name": name, "namespace": namespace}
        house.apply({"kind": kind, "metadata": meta, "spec": {**spec, "external": {}}})
        house.settle()
    said = house.condition(new, "Stalled")["message"]
    assert said.endswith(
        "belongs to trueup/AppSecret/shop/old: give that object up first (deletionPolicy: Retain), then take its tag "
        "trueup.dev/owner away in AWS and adopt it, or choose another name."
    )
    house.delete(old)
    house.settle()
    manager = house.client("secretsmanager")
    manager.untag_resource(SecretId="key", TagKeys=["trueup.dev/owner"])
    manager.put_secret_value(SecretId="key", SecretString="kept")
    house.clock.advance(61)
    house.settle()
    assert house.summaries() == {"AppSecret/shop/new": "Ready: Every resource can be used."}


def test_a_password_is_read_only_for_a_new_string() -> None:
    house = standing(POSTGRES)
    house.emulator.clear_calls()
    for _ in range(40):
        house.clock.advance(61)
        house.sweep()
    assert "secretsmanager.GetSecretValue" not in house.emulator.calls()


class LateHouse(House):
    """A house whose AWS lists secrets as they were when somebody looked last, until it is told to catch up."""

    def __init__(self) -> None:
        self.listed: list[Any] | None = []
        super().__init__()

    def attach(self, client: BaseClient) -> None:
        """A client of the operator's reaches this AWS."""
        super().attach(client)

        def late(parsed: dict[str, Any], **_: object) -> None:
            if self.listed is not None:
                parsed["SecretList"] = self.listed

        client.meta.events.register("after-call.secrets-manager.ListSecrets", late)

    def freeze(self) -> None:
        """From here on, lists show what is so now."""
        self.listed = self.client("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"]


def test_a_list_that_is_behind_makes_nothing_twice() -> None:
    house = LateHouse()
    token = {"kind": "AppSecret", "metadata": {"name": "url", "namespace": "shop"}, "spec": {"generate": {}}}
    house.apply(token)
    house.settle()
    for _ in range(4):  # almost five minutes
        house.clock.advance(61)
        house.sweep()
    assert house.status(URL)["summary"] == "Ready", house.summaries()
    house.freeze()
    house.apply({**token, "spec": {"generate": {"length": 64}, "description": "new", "tags": {"team": "web"}}})
    house.settle()
    for _ in range(4):
        house.clock.advance(61)
        house.sweep()
    status = house.status(URL)
    assert (status["summary"], status["drift"]["recent"]) == ("Ready", []), house.summaries()
    house.listed = None
    house.clock.advance(61)
    house.sweep()
    calls = {
        name.split(".")[1]: n
        for name, n in house.emulator.calls().items()
        if not name.split(".")[1].startswith(("Get", "List", "Describe"))
    }
    assert calls == {"CreateSecret": 1, "UpdateSecret": 1, "PutSecretValue": 1, "TagResource": 1}
    assert len(value(house)) == 64
