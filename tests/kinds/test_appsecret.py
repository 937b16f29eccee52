"""What an AppSecret compiles to, whatever is beside it, and what it tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from trueup.core.graph import Graph
from trueup.core.naming import Identity
from trueup.core.values import Drawn, Kept, Key, Ref, Sealed
from trueup.kinds.appsecret import KIND
from trueup.kinds.appsecret.spec import AppSecretSpec
from trueup.kinds.common.kind import Context, Peer
from trueup.kinds.common.names import SECRET
from trueup.kinds.database.spec import DatabaseSpec

ME = Identity("trueup", "AppSecret", "shop", "url")
DATA = Identity("trueup", "Database", "shop", "data")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
POSTGRES = {"engine": "aurora-postgresql", "version": "16.11", "capacity": {"min": 0.5, "max": 1}}
MONGO = {"engine": "documentdb", "version": "5.0.0", "instanceClass": "db.t4g.medium"}
CONNECTION = {"connection": {"databaseRef": {"name": "data"}}}


def compiled(spec: dict[str, Any], database: dict[str, Any] | None = None, region: str = "us-east-1") -> Graph:
    """The object's graph, with a Database named data beside it if one is given."""
    peer = None
    if database is not None:
        peer = Peer(DATA, DatabaseSpec.model_validate({**database, "networkRef": {"name": "home"}}), region)
    known = AppSecretSpec.model_validate(spec)
    context = Context(ME, known, "us-east-1", lambda kind, name: peer, NOON)
    assert KIND.peers(known) == ((("Database", "data"),) if "connection" in spec else ())
    return KIND.compose(context)


def secret(graph: Graph) -> Any:
    """The object's own secret."""
    node = graph.node(SECRET)
    assert node is not None
    return node.resource


@pytest.mark.parametrize(("characters", "alphabet"), [("Hex", 16), ("Alphanumeric", 62), ("Printable", 77)])
def test_a_generated_value_is_drawn_of_its_characters(characters: str, alphabet: int) -> None:
    (drawn,) = secret(compiled({"generate": {"length": 32, "characters": characters}})).value.parts
    assert isinstance(drawn, Drawn)
    assert (drawn.length, len(drawn.alphabet), len(set(drawn.alphabet))) == (32, alphabet, alphabet)


def test_a_rotated_value_is_too_old_after_its_days() -> None:
    assert secret(compiled({"generate": {}})).since is None
    turned = secret(compiled({"generate": {}, "rotation": {"everyDays": 90}}))
    assert turned.since == NOON - timedelta(days=90)


def test_a_value_from_outside_is_nothing_of_ours() -> None:
    brought = secret(compiled({"external": {}}))
    assert (brought.recipe, brought.value, brought.secret_name) == (None, None, f"{ME.derived()}/value")
    taken = secret(compiled({"external": {}, "adopt": {"name": "payments/key"}}))
    assert (taken.secret_name, taken.description) == ("payments/key", None)


@pytest.mark.parametrize(
    ("database", "type", "begins", "ends"),
    [
        (POSTGRES, "AWS::RDS::DBCluster", "postgresql://", "/postgres?sslmode=require"),
        (
            MONGO,
            "AWS::DocDB::DBCluster",
            "mongodb://",
            "/?tls=true&authSource=admin&replicaSet=rs0&readPreference=secondaryPreferred&retryWrites=false",
        ),
    ],
)
def test_a_connection_string_refers_to_the_cluster_and_its_password(
    database: dict[str, Any], type: str, begins: str, ends: str
) -> None:
    graph = compiled(CONNECTION, database)
    cluster = Key(type, "cluster")
    password = Key("AWS::SecretsManager::Secret", "password")
    arn, version = Ref(password, "ARN"), Ref(password, "CurrentVersionId")
    host, port = Ref(cluster, "Endpoint", owner=DATA.owner), Ref(cluster, "Port", owner=DATA.owner)
    user, word = Kept(arn, version, "username"), Kept(arn, version, "password")
    assert secret(graph).value == Sealed((begins, user, ":", word, "@", host, ":", port, ends))
    assert secret(graph).recipe == (begins[:-3], host, port, ends, arn, version)
    node = graph.node(password)
    assert node is not None
    assert node.references == (Ref(cluster, "MasterUserSecret.SecretArn", owner=DATA.owner),)
    assert (graph.waits, graph.problems) == ([], [])


def test_without_its_database_the_string_stays_as_it_is() -> None:
    graph = compiled(CONNECTION)
    assert [wait.message for wait in graph.waits] == ['Database "data" does not exist in namespace shop yet.']
    assert {ref.key.name for ref in graph.foreign()} == {"of-no-object"}
    assert replace(secret(graph), value=None).key == SECRET


def test_a_database_of_another_region_is_refused() -> None:
    (problem,) = compiled(CONNECTION, POSTGRES, "eu-central-1").problems
    assert problem.message == (
        'Database "data" is in eu-central-1 and this secret in us-east-1: set databaseRef to a Database of the same '
        "region, or create the secret anew in that region."
    )


ANEW = "delete this object and create it again with"


@pytest.mark.parametrize(
    ("spec", "way"),
    [
        ({"generate": {}}, f"{ANEW} another secretName, or delete the secret that is there"),
        (
            {"external": {}},
            f"set spec.adopt.name to shop-url-172219/value to take it over, or {ANEW} a secretName",
        ),
        (
            {"external": {}, "secretName": "theirs"},
            f"{ANEW} adopt: {{name: theirs}} in the place of secretName to take it over, or with another secretName",
        ),
    ],
)
def test_the_way_out_of_a_taken_name_is_one_that_the_spec_allows(spec: dict[str, Any], way: str) -> None:
    node = compiled(spec).node(SECRET)
    assert node is not None
    assert node.way == way
