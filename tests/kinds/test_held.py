"""A Network that goes while something of another object's still stands in it: waited for, or kept, and served from."""

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


def words(house: House, address: tuple[str, str, str] = ADDRESS) -> tuple[str, str, str]:
    """Whether it can be used, why it waits, and the word for people."""
    ready, synced = house.condition(address, "Ready"), house.condition(address, "Synced")
    return ready["status"], synced["reason"], house.status(address)["summary"]


def test_a_service_goes_on_serving_where_its_network_is_no_object_any_more_and_a_new_one_waits() -> None:
    house = within()
    declared(house, "Network", "net", **NETWORK, driftPolicy={"mode": "Report"})
    house.delete(NET)
    house.settle()
    declared(house, "AppRunnerService", "new", source=PUBLIC, networkRef={"name": "net"})
    house.clock.advance(60)
    house.settle()
    assert (NET in house.cluster.objects, networks(house)) == (False, 1)
    assert words(house) == ("True", "NetworkNotFound", "Waiting")
    assert words(house, ("AppRunnerService", "shop", "new")) == ("False", "NetworkNotFound", "Waiting")
    declared(house, "Network", "net", **NETWORK)
    house.settle()
    assert words(house) == ("True", "Written", "Ready")


def test_a_service_that_moves_to_a_network_that_is_not_there_goes_on_serving_from_the_one_before() -> None:
    house = within()
    declared(house, "AppRunnerService", "api", source=PUBLIC, networkRef={"name": "other"})
    house.settle()
    assert words(house) == ("True", "NetworkNotFound", "Waiting")
