"""A way to AWS that can be cut: it passes bytes on to an address, or listens no more."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from trueup.sandbox.ports import LOOPBACK, free_ports


@dataclass
class Relay:
    """Listens on a port of its own."""

    to: tuple[str, int]
    port: int
    _listener: socket.socket | None = None
    _links: list[socket.socket] = field(default_factory=list[socket.socket])

    @classmethod
    def before(cls, url: str) -> Relay:
        """An open way to the server at `url`."""
        parts = urlsplit(url)
        (port,) = free_ports(1)
        relay = cls((str(parts.hostname), int(parts.port or 80)), port)
        relay.open()
        return relay

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{LOOPBACK}:{self.port}"

    def open(self) -> None:
        """Connections are passed on."""
        self._listener = socket.create_server((LOOPBACK, self.port))
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def close(self) -> None:
        """Connections are refused, and those that stand are cut."""
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        for link in self._links:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            link.close()
        self._links.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self.to)
                self._links += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_pass, args=[one, other], daemon=True).start()


def _pass(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)
