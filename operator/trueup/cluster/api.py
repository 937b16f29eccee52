"""The few calls that we make to the API server, typed, each with a time limit and errors that say what follows.

Built on the official client's connection and credentials; bodies and answers are plain mappings, since our objects
have no classes there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final
from urllib.parse import quote, urlencode

import urllib3
from kubernetes.client import ApiClient, Configuration
from kubernetes.client.exceptions import ApiException
from kubernetes.config import ConfigException

from trueup.app.ports import GROUP, VERSION
from trueup.cluster.connection import TOKEN
from trueup.cluster.documents import Document, Fields

Query = Mapping[str, str | int | bool]

CALL_SECONDS: Final = (3.0, 5.0)
"""At most so many seconds for connecting, and for each read."""
PAGE: Final = 500
JSON: Final = "application/json"
JSON_PATCH: Final = "application/json-patch+json"
MERGE_PATCH: Final = "application/merge-patch+json"
APPLY_PATCH: Final = "application/apply-patch+yaml"
METADATA_ONLY: Final = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"


class ApiError(Exception):
    """The API server did not do what was asked."""


class Unreachable(ApiError):
    """No answer: the server is down, the network is cut, or our credentials could not be read."""


class Refused(ApiError):
    """An answer that is a refusal: `status` is HTTP's, `reason` Kubernetes' word, the text its message."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message or reason or f"HTTP {status}")
        self.status, self.reason = status, reason

    @property
    def missing(self) -> bool:
        """The object or its namespace is not there. A path that is not served at all is another matter."""
        return self.status == 404 and self.reason == "NotFound"

    @property
    def conflict(self) -> bool:
        """The object has moved since it was read, or another one has its name."""
        return self.status == 409


@dataclass(frozen=True, slots=True)
class Place:
    """A resource type: its path, with the version, and its plural name."""

    base: str
    plural: str

    def path(self, namespace: str | None = None, name: str | None = None, sub: str | None = None) -> str:
        """The path of an object, of all in a namespace, or of all there are."""
        parts = [self.base]
        if namespace is not None:
            parts.append(f"namespaces/{quote(namespace, safe='')}")
        parts.append(self.plural)
        if name is not None:
            parts.append(quote(name, safe=""))
        if sub is not None:
            parts.append(sub)
        return "/".join(parts)


def ours(plural: str) -> Place:
    """One of our own kinds."""
    return Place(f"/apis/{GROUP}/{VERSION}", plural)


EVENTS: Final = Place("/api/v1", "events")
NAMESPACES: Final = Place("/api/v1", "namespaces")
LEASES: Final = Place("/apis/coordination.k8s.io/v1", "leases")


class Api:
    """Calls to one API server; safe to be used from many threads."""

    def __init__(self, load: Callable[[], Configuration]) -> None:
        self._load = load
        self._client: ApiClient | None = None
        self._lock = Lock()

    def get(self, path: str) -> Document:
        """The object at a path. Raises Refused (404 when it is not there) or Unreachable."""
        return self._call("GET", path)

    def create(self, path: str, body: Fields) -> Document:
        """A new object as the server took it. Raises Refused (409 when the name is taken) or Unreachable."""
        return self._call("POST", path, body=body)

    def update(self, path: str, body: Fields) -> Document:
        """The object replaced, provided that its resourceVersion is still the one in `body`."""
        return self._call("PUT", path, body=body)

    def patch(self, path: str, body: Fields | Sequence[Fields], kind: str, query: Query | None = None) -> Document:
        """The object changed by a patch of the content type `kind`."""
        return self._call("PATCH", path, query=query, body=body, content=kind)

    def metadata(self, path: str, selector: str | None = None) -> Iterator[Document]:
        """Each object's `metadata` below a path, read in pages; specs and status are not sent."""
        query: dict[str, str | int | bool] = {"limit": PAGE}
        if selector:
            query["labelSelector"] = selector
        while True:
            page = self._call("GET", path, query=query, accept=METADATA_ONLY)
            yield from (item["metadata"] for item in page.get("items") or ())
            token = page.get("metadata", {}).get("continue")
            if not token:
                return
            query["continue"] = token

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Fields | Sequence[Fields] | None = None,
        content: str = JSON,
        accept: str = JSON,
    ) -> Document:
        url = path + (f"?{urlencode({k: _said(v) for k, v in query.items()})}" if query else "")
        client = self._connected()
        status, text = _send(client, method, url, body, content, accept)
        if status == 401:
            # Credentials expire while we run: they are read anew, once for each refused call.
            self._drop(client)
            status, text = _send(self._connected(), method, url, body, content, accept)
        document = _parsed(text)
        if status >= 400 or status == 0:
            raise Refused(status, str(document.get("reason", "")), str(document.get("message", "")))
        return document

    def _connected(self) -> ApiClient:
        with self._lock:
            if self._client is None:
                try:
                    self._client = ApiClient(self._load())
                except (ConfigException, OSError, ValueError) as error:
                    raise Unreachable(f"no credentials for the API server: {error}") from error
                self._client.user_agent = "trueup"
            return self._client

    def _drop(self, client: ApiClient) -> None:
        with self._lock:
            if self._client is client:
                self._client = None
                client.close()

    def close(self) -> None:
        """Close every connection; a later call opens new ones."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()


def _send(client: ApiClient, method: str, url: str, body: object, content: str, accept: str) -> tuple[int, bytes]:
    headers = {"Accept": accept, "User-Agent": client.user_agent}
    if body is not None:
        headers["Content-Type"] = content
    try:
        client.update_params_for_auth(headers, [], [TOKEN], url, method, body)
        answer = client.call_api(method, str(client.configuration.host) + url, headers, body, None, CALL_SECONDS)
        return int(answer.status), bytes(answer.read() or b"")
    except (urllib3.exceptions.HTTPError, ApiException, ConfigException, OSError) as error:
        raise Unreachable(f"the API server at {client.configuration.host} does not answer ({_cause(error)})") from error


def _cause(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    return type(reason).__name__ if isinstance(reason, Exception) else type(error).__name__


def _parsed(text: bytes) -> Document:
    try:
        document: object = json.loads(text) if text else {}
    except ValueError:
        return {"message": text[:200].decode(errors="replace")}
    return document if isinstance(document, dict) else {}


def _said(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
