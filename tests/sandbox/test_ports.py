"""Ports that are handed out are free, different, and outside the kernel's own range."""

import socket

from trueup.sandbox.ports import HIGHEST, LOOPBACK, LOWEST, free_ports, is_free


def test_ports_differ_and_can_be_listened_on() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert all(LOWEST <= port < HIGHEST for port in ports)
    assert all(is_free(port) for port in ports)


def test_a_port_in_use_is_not_free() -> None:
    with socket.socket() as server:
        server.bind((LOOPBACK, 0))
        server.listen()
        assert not is_free(server.getsockname()[1])
