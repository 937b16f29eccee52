"""How an AppSecret compiles: one secret, and, for a connection string, the database's own that it takes from."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import quote, urlencode

from trueup.core.graph import Graph
from trueup.core.values import Drawn, Json, Kept, Key, Ref, Sealed
from trueup.kinds.appsecret.spec import AppSecretSpec, Characters, Connection, Generate
from trueup.kinds.common.kind import Context
from trueup.kinds.common.names import CLUSTERS, SECRET
from trueup.resources.secretsmanager import CURRENT_ID, ManagedSecret, Secret

PASSWORD: Final = "password"
"""The name of the database's own secret in the graph."""

_ALPHABETS: Final[Mapping[Characters, str]] = {
    "Alphanumeric": string.ascii_letters + string.digits,
    "Hex": string.digits + "abcdef",
    "Printable": string.ascii_letters + string.digits + "-_.~!*()+,:;=@^",
}


@dataclass(frozen=True, slots=True)
class _Value:
    """What a value is made of, by what makes another one, and how the call that carries it comes by it."""

    recipe: Json = None
    sealed: Sealed | None = None
    at: str = "/external"


@dataclass(frozen=True, slots=True)
class _Scheme:
    """How the connection strings of one engine begin and end."""

    name: str
    database: str
    parameters: Mapping[str, str]


_SCHEMES: Final[Mapping[str, _Scheme]] = {
    "aurora-postgresql": _Scheme("postgresql", "postgres", {"sslmode": "require"}),
    # https://docs.aws.amazon.com/documentdb/latest/developerguide/connect_programmatically.html
    "documentdb": _Scheme(
        "mongodb",
        "",
        {
            "tls": "true",
            "authSource": "admin",
            "replicaSet": "rs0",
            "readPreference": "secondaryPreferred",
            "retryWrites": "false",
        },
    ),
}


def compose(ctx: Context) -> Graph:
    """The graph of an AppSecret."""
    spec: AppSecretSpec = ctx.spec
    graph = Graph(ctx.identity, spec.tags)
    value = _value(ctx, spec, graph)
    name = spec.adopted_name or spec.secret_name or f"{ctx.identity.derived()}/value"
    graph.add(
        Secret(
            name=SECRET.name,
            secret_name=name,
            description=spec.description or (None if spec.adopt else str(ctx.identity)),
            key_arn=spec.kms_key_arn,
            recipe=value.recipe,
            value=value.sealed,
            since=ctx.now - timedelta(days=spec.rotation.every_days) if spec.rotation else None,
            window=spec.recovery_window_days,
        ),
        at={
            "secret_name": "/adopt/name" if spec.adopt else "/secretName",
            "description": "/description",
            "key_arn": "/kmsKeyArn",
            "recipe": value.at,
            "value": value.at,
            "since": "/rotation",
            "window": "/recoveryWindowDays",
        },
        adopt=spec.adopt is not None,
        way=_way(spec, name),
    )
    return graph


def _way(spec: AppSecretSpec, name: str) -> str:
    """What a person can do about a secret of that name that is not ours. A name that was given cannot be changed."""
    anew = "delete this object and create it again with"
    if spec.external is None:
        return f"{anew} another secretName, or delete the secret that is there"
    if spec.secret_name is None:
        return f"set spec.adopt.name to {name} to take it over, or {anew} a secretName"
    return f"{anew} adopt: {{name: {name}}} in the place of secretName to take it over, or with another secretName"


def _value(ctx: Context, spec: AppSecretSpec, graph: Graph) -> _Value:
    if spec.generate is not None:
        return _generated(spec.generate)
    if spec.connection is not None:
        return _connection(ctx, spec.connection, graph)
    return _Value()


def _generated(wanted: Generate) -> _Value:
    recipe = ("generated", wanted.length, wanted.characters)
    return _Value(recipe, Sealed((Drawn(wanted.length, _ALPHABETS[wanted.characters]),)), "/generate")


def _connection(ctx: Context, wanted: Connection, graph: Graph) -> _Value:
    """The string, of references to the cluster and to its password; while the Database is away, they stay open."""
    name = wanted.database_ref.name
    owner = ctx.owner("Database", name)
    database = ctx.awaited(graph, "Database", name, "DatabaseNotFound")
    if database is not None and database.region != ctx.region:
        graph.refuse(
            "Invalid",
            f'Database "{name}" is in {database.region} and this secret in {ctx.region}: '
            "set databaseRef to a Database of the same region, or create the secret anew in that region.",
        )
    engine = database.spec.engine if database is not None else next(iter(CLUSTERS))
    cluster = CLUSTERS[engine] if database is not None else Key(CLUSTERS[engine].type, "of-no-object")
    source = graph.add(
        ManagedSecret(name=PASSWORD, secret_arn=Ref(cluster, "MasterUserSecret.SecretArn", owner=owner)),
        at={"secret_arn": "/connection/databaseRef/name"},
    )
    arn, version = source.output("ARN"), source.output(CURRENT_ID)
    scheme = _SCHEMES[engine]
    named = wanted.database or (database.spec.database_name if database is not None else None) or scheme.database
    ends = f"/{quote(named, safe='')}?{urlencode({**scheme.parameters, **wanted.parameters}, quote_via=quote)}"
    host, port = Ref(cluster, "Endpoint", owner=owner), Ref(cluster, "Port", owner=owner)
    parts = (
        f"{scheme.name}://",
        Kept(arn, version, "username"),
        ":",
        Kept(arn, version, "password"),
        *("@", host, ":", port, ends),
    )
    return _Value((scheme.name, host, port, ends, arn, version), Sealed(parts), "/connection")
