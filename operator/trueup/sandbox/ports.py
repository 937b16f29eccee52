"""Free loopback ports, drawn below the range from which the kernel takes ports for outgoing connections.

A port from `bind(0)` lies inside that range, so any connection made between the choice and the start of the server may
take it. Several are held at once while choosing, so that one call never hands out the same port twice.
"""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack

LOOPBACK = "127.0.0.1"
LOWEST, HIGHEST = 10_000, 32_000


def free_ports(count: int) -> tuple[int, ...]:
    """`count` different TCP ports that nothing on loopback listened on when this returned."""
    with ExitStack() as held:
        found: list[int] = []
        for port in random.sample(range(LOWEST, HIGHEST), HIGHEST - LOWEST):
            if len(found) == count:
                break
            holder = held.enter_context(socket.socket())
            if _bound(holder, port):
                found.append(port)
        if len(found) < count:
            raise OSError(f"no {count} free ports between {LOWEST} and {HIGHEST} on {LOOPBACK}")
        return tuple(found)


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` now; connections that are still closing do not count."""
    with socket.socket() as holder:
        return _bound(holder, port)


def _bound(holder: socket.socket, port: int) -> bool:
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        holder.bind((LOOPBACK, port))
    except OSError:
        return False
    return True
