"""The doors by which tests and demos direct App Runner in the emulator."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator.conftest import code
from tests.emulator.runner import REGISTRY, Runner
from trueup.sandbox.emulator.control import control


def ask(runner: Runner, method: str, door: str, content: object = None) -> tuple[int, Any]:
    body = b"" if content is None else json.dumps(content).encode()
    answer = control(runner.aws.emulator.core, method, f"/_trueup/apprunner/{door}", "", body)
    return answer.status, json.loads(answer.body)


@pytest.mark.parametrize("refusal", ["SubscriptionRequiredException", "AccessDeniedException"])
def test_an_account_may_be_one_that_may_not_create(runner: Runner, refusal: str) -> None:
    arn = runner.create()
    closed = {"open": False, "code": refusal}
    assert ask(runner, "PUT", "account", closed) == (200, closed)
    given = {"ServiceName": "more", "SourceConfiguration": runner.source()}
    assert code(runner.client.create_service, **given) == refusal
    scaling = {"AutoScalingConfigurationName": "busy"}
    assert code(runner.client.create_auto_scaling_configuration, **scaling) == refusal
    assert runner.status(arn) == "RUNNING"
    ask(runner, "PUT", "account", {"open": True})
    runner.create("more")


def test_every_door_answers_over_http_too(runner: Runner) -> None:
    arn = runner.create()
    runner.client.create_connection(ConnectionName="hub1", ProviderType="GITHUB")
    runner.client.list_services()
    digest = runner.serving(arn)
    assert ask(runner, "GET", "serving") == (200, {arn: {"image": f"{REGISTRY}/app:v1", "digest": digest}})
    assert ask(runner, "PUT", "handshake", {"connection": "hub*", "status": "ERROR"}) == (200, ["hub1"])
    assert ask(runner, "PUT", "maintenance", {"seconds": 5}) == (200, ["shop"])
    status, rules = ask(runner, "PUT", "failures", [{"image": "*:v2"}])
    assert (status, [rule["image"] for rule in rules]) == (200, ["*:v2"])
    assert ask(runner, "GET", "failures") == (200, rules)
    assert ask(runner, "GET", "account")[1]["open"] is True


def test_nonsense_at_a_door_is_one_sentence(runner: Runner) -> None:
    for door, content in (
        ("failures", [{"operation": "LAUNCH"}]),
        ("failures", {}),
        ("maintenance", {"seconds": -1}),
        ("handshake", {"status": "MAYBE"}),
        ("account", {}),
    ):
        status, answer = ask(runner, "PUT", door, content)
        assert (status, list(answer)) == (400, ["error"])
    assert ask(runner, "PUT", "nothing", {})[0] == 404
    assert ask(runner, "GET", "nothing")[0] == 404


def test_a_reset_forgets_services_and_orders(runner: Runner) -> None:
    runner.create()
    ask(runner, "PUT", "account", {"open": False})
    ask(runner, "PUT", "failures", [{}])
    runner.aws.emulator.reset()
    assert runner.client.list_services()["ServiceSummaryList"] == []
    assert ask(runner, "GET", "failures") == (200, [])
    again = Runner.on(runner.aws)
    assert again.status(again.create()) == "RUNNING"
