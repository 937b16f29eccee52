"""A Network that goes while something of another object's still stands in it: waited for, or retained with it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.house import House
from tests.kinds.databases import NETWORK
from tests.kinds.one_service import ADDRESS, PUBLIC

NET = ("Network", "shop", "net")


def declared(house: House, kind: str, name: str, **spec: Any) -> None:
    house.apply({"kind": kind, "metadata": {"namespace": "shop", "name": name}, "spec": spec})


def within(**spec: Any) -> House:
    """A service that runs in a Network."""
    house = House()
    declared(house, "Network", "net", **NETWORK)
    declared(house, "AppRunnerService", "api", source=PUBLIC, networkRef={"name": "net"}, **spec)
    house.settle()
    house.clock.advance(60)
    return house


def networks(house: House) -> int:
    return len([one for one in house.client("ec2").describe_vpcs()["Vpcs"] if not one["IsDefault"]])


def retained(house: House) -> list[str]:
    """Why objects were let go."""
    told = [event.message for _, event in house.cluster.events if event.reason == "Retained"]
    return [message.split(". ")[0] for message in told]


def test_a_network_waits_for_what_a_living_service_has_yet_to_let_go() -> None:
    """One commit takes networkRef out of the service and the Network away."""
    house = within()
    declared(house, "AppRunnerService", "api", source=PUBLIC)
    house.delete(NET)
    house.look(NET)
    synced = house.condition(NET, "Synced")
    assert (synced["reason"], retained(house)) == ("InUse", [])
    assert "of AppRunnerService api, which has yet to let it go" in synced["message"]
    house.settle()
    house.annotate(ADDRESS, approve=house.status(ADDRESS)["plan"]["id"])
    house.settle()
    assert (list(house.cluster.objects), networks(house), retained(house)) == ([ADDRESS], 0, [])


@pytest.mark.parametrize("elsewhere", [{}, {"region": "us-west-2"}])
def test_a_network_is_retained_with_what_no_living_object_looks_after(elsewhere: dict[str, Any]) -> None:
    house = within(deletionPolicy="Retain")
    house.delete(ADDRESS)
    house.sweep()
    if elsewhere:
        declared(house, "AppRunnerService", "api", source=PUBLIC, **elsewhere)
        house.settle()
    house.delete(NET)
    house.settle()
    assert (NET in house.cluster.objects, networks(house)) == (False, 1)
    assert "of AppRunnerService/shop/api, which was retained" in retained(house)[-1]


def test_what_a_living_service_holds_is_waited_for_also_beside_what_was_retained() -> None:
    house = within(deletionPolicy="Retain")
    declared(house, "AppRunnerService", "web", source=PUBLIC, networkRef={"name": "net"})
    house.settle()
    house.delete(ADDRESS)
    house.sweep()
    declared(house, "AppRunnerService", "web", source=PUBLIC)
    house.delete(NET)
    house.look(NET)
    assert "of AppRunnerService web" in house.condition(NET, "Synced")["message"]
    house.delete(("AppRunnerService", "shop", "web"))
    house.settle()
    assert (list(house.cluster.objects), networks(house)) == ([], 1)
    assert "of AppRunnerService/shop/api, which was retained" in retained(house)[-1]
