"""What the API server refuses before anything happens, with a sentence that says what to do."""

from typing import Any

import pytest

from tests.e2e.space import DATABASE, NETWORK, Space

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("e2e")]

NONSENSE: dict[str, tuple[str, dict[str, Any], str]] = {
    "an unknown field": ("Budget", {"monthlyLimitUSD": 5, "montlyLimit": 5}, 'unknown field "spec.montlyLimit"'),
    "a wrong type": (
        "Budget",
        {"monthlyLimitUSD": "fifty"},
        'spec.monthlyLimitUSD: Invalid value: "string": spec.monthlyLimitUSD in body must be of type number: "string"',
    ),
    "min above max": (
        "Database",
        DATABASE | {"capacity": {"min": 4, "max": 2}},
        "capacity.min is above capacity.max. Lower min or raise max.",
    ),
    "overlapping subnets": (
        "Network",
        NETWORK | {"privateSubnets": ["10.0.0.0/20", "10.0.8.0/24"]},
        "Two subnets overlap. Give each subnet addresses of its own.",
    ),
    "a subnet outside": (
        "Network",
        NETWORK | {"privateSubnets": ["10.1.0.0/24", "10.0.8.0/24"]},
        "A subnet lies outside cidr. Choose subnets within the VPC's addresses.",
    ),
    "neither capacity nor class": (
        "Database",
        {k: v for k, v in DATABASE.items() if k != "capacity"},
        "Give either capacity (serverless) or instanceClass (such as db.t4g.medium), one of the two.",
    ),
    "no version of the engine": (
        "Database",
        DATABASE | {"engine": "documentdb", "version": "16.11"},
        'documentdb takes "3.6.0", "4.0.0", "5.0.0" and "8.0.0".',
    ),
    "the whole world": (
        "Database",
        DATABASE | {"allowFrom": [{"cidr": "0.0.0.0/0"}]},
        "is wider than /8, which is as good as everyone. Name the addresses that need the database.",
    ),
    "a reserved tag": (
        "Budget",
        {"monthlyLimitUSD": 5, "tags": {"trueup.dev/owner": "me"}},
        "does not begin with aws: or trueup.dev/, which are reserved. Choose another key.",
    ),
    "a value out of an enum": (
        "Budget",
        {"monthlyLimitUSD": 5, "driftPolicy": {"mode": "Fix"}},
        'spec.driftPolicy.mode: Unsupported value: "Fix": supported values: "Correct", "Report"',
    ),
    "no JSON pointer": (
        "Budget",
        {"monthlyLimitUSD": 5, "driftPolicy": {"ignore": ["monthlyLimitUSD"]}},
        "spec.driftPolicy.ignore[0]",
    ),
}


@pytest.mark.parametrize("case", NONSENSE)
def test_nonsense_is_refused_with_a_sentence(space: Space, case: str) -> None:
    kind, spec, sentence = NONSENSE[case]
    told = space.stage.apply(space.write(kind, "wrong", spec), dry=True, ok=False)
    assert told.returncode == 1
    assert sentence in told.stderr


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "the engine": ({"engine": "documentdb", "version": "5.0.0"}, "engine cannot change: the data would be lost."),
    "a set name": ({"databaseName": "other"}, "databaseName cannot be set, changed or removed later."),
    "the network": ({"networkRef": {"name": "elsewhere"}}, "networkRef cannot change: a cluster stays in its network."),
    "the region": ({"region": "eu-west-1"}, "region cannot be set, changed or removed later"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_an_immutable_change_is_refused_with_a_sentence(space: Space, case: str) -> None:
    change, sentence = CHANGES[case]
    space.database()
    told = space.stage.apply(space.write("Database", "data", DATABASE | change), dry=True, ok=False)
    assert told.returncode == 1
    assert sentence in told.stderr


def test_what_makes_sense_is_taken(space: Space) -> None:
    told = space.stage.apply(
        space.write("Network", "main", NETWORK), space.write("Database", "data", DATABASE), dry=True
    )
    assert told.stdout.splitlines() == [
        "network.trueup.dev/main created (server dry run)",
        "database.trueup.dev/data created (server dry run)",
    ]
