"""Clients are made once per service and place; a role is assumed; whose account it is, is asked once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.aws.conftest import HERE
from trueup.aws.sessions import Account, Sessions, configured_region
from trueup.core.faults import Consequence, ObservationFailed
from trueup.core.values import Place, Pseudo

ROLE = Place("eu-central-1", "arn:aws:iam::210987654321:role/team")


@pytest.mark.parametrize(
    ("variable", "value", "region"),
    [
        ("AWS_PROFILE", "team", "eu-north-1"),
        ("AWS_DEFAULT_REGION", "eu-west-3", "eu-west-3"),
        ("AWS_PROFILE", "absent", None),
        ("AWS_PROFILE", "default", None),
    ],
)
def test_the_region_is_the_one_that_every_aws_client_would_take(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, value: str, region: str | None
) -> None:
    (tmp_path / "config").write_text("[default]\noutput = json\n[profile team]\nregion = eu-north-1\n")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv(variable, value)
    assert configured_region() == region


def test_one_client_for_each_service_place_and_flavour(aws: None, clock) -> None:
    made: list[str] = []
    sessions = Sessions(clock=clock, install=lambda client: made.append(client.meta.region_name))
    with ThreadPoolExecutor(8) as pool:
        clients = list(pool.map(lambda _: sessions.client("ec2", HERE), range(16)))
    assert len({id(client) for client in clients}) == 1
    assert sessions.client("ec2", HERE, retries=False) is not clients[0]
    assert sessions.client("ec2", Place("us-east-1")) is not clients[0]
    assert made == ["eu-central-1", "eu-central-1", "us-east-1"]


def test_safe_calls_are_retried_and_unsafe_ones_are_not(aws: None, clock) -> None:
    sessions = Sessions(clock=clock)
    configs: list[Any] = [sessions.client("ec2", HERE, retries=retries).meta.config for retries in (True, False)]
    assert [config.retries["total_max_attempts"] for config in configs] == [3, 1]


def test_the_account_is_asked_for_once(scripted) -> None:
    identity = {"Account": "123456789012", "UserId": "u", "Arn": "arn:aws-us-gov:iam::123456789012:user/u"}
    scripted.stub("sts").add_response("get_caller_identity", identity)
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: scripted.sessions.account(HERE), range(8)))
    assert found == {Account("123456789012", "aws-us-gov", identity["Arn"])}
    assert scripted.sessions.pseudo(Place("us-gov-west-1")) == {
        Pseudo.ACCOUNT: "123456789012",
        Pseudo.PARTITION: "aws-us-gov",
        Pseudo.REGION: "us-gov-west-1",
    }


def test_a_failed_question_is_not_asked_by_every_object(scripted, clock) -> None:
    scripted.stub("sts").add_client_error("get_caller_identity", "ExpiredToken", "old", 403)
    for _ in range(3):
        with pytest.raises(ObservationFailed) as failure:
            scripted.sessions.account(HERE)
        assert failure.value.fault.consequence is Consequence.CREDENTIALS
    clock.forward(5)
    identity = {"Account": "123456789012", "UserId": "u", "Arn": "arn:aws:iam::123456789012:user/u"}
    scripted.stub("sts").add_response("get_caller_identity", identity)
    assert scripted.sessions.account(HERE).id == "123456789012"


def test_a_role_is_assumed_and_has_an_account_of_its_own(aws: None, clock) -> None:
    sessions = Sessions(clock=clock)
    assert sessions.account(HERE).id == "123456789012"
    account = sessions.account(ROLE)
    assert (account.id, account.arn.split(":", 5)[5].split("/")) == (
        "210987654321",
        ["assumed-role", "team", "trueup"],
    )


def test_an_endpoint_from_the_environment_is_used(monkeypatch: pytest.MonkeyPatch, clock) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert Sessions(clock=clock).client("ec2", HERE).meta.endpoint_url == "http://127.0.0.1:9"
    given = Sessions(clock=clock, endpoint="http://127.0.0.1:10").client("ec2", HERE)
    assert given.meta.endpoint_url == "http://127.0.0.1:10"
