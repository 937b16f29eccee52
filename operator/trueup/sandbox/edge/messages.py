"""Charter: what viewers ask and what they are answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus


class Headers(dict[str, str]):
    """Headers by name, whose capitals do not matter."""

    def __init__(self, given: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        super().__init__({key.lower(): value for key, value in dict(given).items()})

    def with_(self, given: Mapping[str, str]) -> Headers:
        """These headers, some of them replaced or new."""
        return Headers({**self, **Headers(given)})

    def without(self, *names: str) -> Headers:
        """These headers, some of them left out."""
        gone = {name.lower() for name in names}
        return Headers({key: value for key, value in self.items() if key not in gone})


@dataclass(frozen=True)
class Request:
    """What a viewer asks for."""

    method: str
    host: str
    path: str
    query: str = ""
    headers: Headers = field(default_factory=Headers)
    secure: bool = True

    @property
    def name(self) -> str:
        """The host without its port."""
        return self.host.partition(":")[0].lower()


@dataclass(frozen=True)
class Response:
    """What a viewer gets, or an edge from an origin."""

    status: int
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    def with_headers(self, given: Mapping[str, str]) -> Response:
        """The same with some headers replaced or new."""
        return replace(self, headers=self.headers.with_(given))


def refusal(status: int, sentence: str) -> Response:
    """An answer of the edge's own, in plain text."""
    phrase = HTTPStatus(status).phrase
    text = f"{status} {phrase}: {sentence}\n"
    return Response(status, Headers({"content-type": "text/plain; charset=utf-8"}), text.encode())
