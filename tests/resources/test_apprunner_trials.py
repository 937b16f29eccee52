"""A deployment while AWS is trying it: shown as it may become, and not yet what the object has come to."""

from __future__ import annotations

import pytest

from tests.resources.pushed import push
from tests.resources.webservice import ADDRESS, WebHouse

_SECONDS = 20
"""How long each operation takes."""


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> WebHouse:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIARESOURCES0000000")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "resources")
    house = WebHouse(delays=_SECONDS)
    push(house.client("ecr"), "v1", "a")
    house.service(env={"MODE": "live"})
    watched(house, 5 * _SECONDS)
    return house


def watched(house: WebHouse, seconds: int) -> None:
    """Time passes, and the operator looks every five seconds, also while AWS is at work."""
    for _ in range(seconds // 5):
        house.sweep()
        house.clock.advance(5)


def test_what_aws_showed_while_it_tried_and_then_took_back_is_no_drift(house: WebHouse) -> None:
    assert house.status(ADDRESS)["summary"] == "Ready"
    house.emulator.order("failures", [{"operation": "UPDATE_SERVICE"}])
    house.service(env={"MODE": "calm"})
    house.sweep()
    assert house.described()["Status"] == "OPERATION_IN_PROGRESS"
    watched(house, 5 * _SECONDS)
    reasons = [house.condition(ADDRESS, name)["reason"] for name in ("Ready", "Synced", "InSync")]
    assert reasons == ["Available", "RolledBack", "Updating"]
    assert (house.drift(ADDRESS), house.status(ADDRESS)["drift"]["recent"]) == ([], [])
    assert [event.reason for _, event in house.cluster.events if event.reason == "Drifted"] == []
