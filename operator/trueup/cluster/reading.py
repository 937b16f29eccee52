"""Our objects as a cluster holds them, for commands that look and write nothing.

The operator watches instead; this is one list per kind, made when somebody asks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from kubernetes import config
from kubernetes.config import ConfigException

from trueup.app.ports import Manifest
from trueup.cluster.api import NAMESPACES, Api, Refused, Unreachable, ours
from trueup.cluster.connection import Source
from trueup.cluster.store import manifest_of
from trueup.core.ledger import parse_time
from trueup.core.values import Json, as_list, as_map
from trueup.kinds.common.info import KindInfo

PAGE: Final = 500
_LONGEST: Final = 160


class Unreadable(Exception):
    """The cluster cannot be read; the text says in a sentence why, and what to do."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One of our objects, and when it was created."""

    manifest: Manifest
    created: datetime | None


class Cluster:
    """A cluster that can be read."""

    def __init__(self, api: Api, server: str, namespace: str) -> None:
        self._api = api
        self.server = server
        """The URL of the API server, for messages."""
        self.namespace = namespace
        """The namespace of the kubeconfig's context."""

    def objects(self, infos: Iterable[KindInfo], namespace: str | None = None) -> tuple[Stored, ...]:
        """Every object of these kinds, of one namespace or of all, by namespace, kind and name. Raises Unreadable."""
        found = [stored for info in infos for stored in self._listed(info, namespace)]
        return tuple(sorted(found, key=lambda s: (s.manifest.namespace, s.manifest.kind, s.manifest.name)))

    def namespace_annotation(self, namespace: str, key: str) -> str | None:
        """An annotation of the namespace; None where it has none, or where we may not look. Raises Unreadable."""
        try:
            found = self._api.get(NAMESPACES.path(name=namespace))
        except Unreachable:
            raise Unreadable(self._silent()) from None
        except Refused:
            return None
        said = (as_map((as_map(found.get("metadata")) or {}).get("annotations")) or {}).get(key)
        return str(said) if said else None

    def _listed(self, info: KindInfo, namespace: str | None) -> Iterable[Stored]:
        query: dict[str, str | int] = {"limit": PAGE}
        while True:
            page = self._page(info, f"{ours(info.plural).path(namespace)}?{urlencode(query)}")
            for item in as_list(page.get("items")) or ():
                yield _stored(item, info)
            following = (as_map(page.get("metadata")) or {}).get("continue")
            if not following:
                return
            query["continue"] = str(following)

    def _page(self, info: KindInfo, path: str) -> dict[str, Json]:
        try:
            return self._api.get(path)
        except Unreachable:
            raise Unreadable(self._silent()) from None
        except Refused as refused:
            raise Unreadable(self._refusal(info, refused)) from None

    def _silent(self) -> str:
        return f"The API server {self.server} does not answer: is it running, and the network up?"

    def _refusal(self, info: KindInfo, refused: Refused) -> str:
        ways = {
            401: f"{self.server} does not accept the credentials of your kubeconfig: log in again.",
            403: f"You may not list {info.crd_name} in {self.server}: ask for the right, or name a namespace with -n.",
            404: f"{self.server} does not know {info.crd_name}: install Trueup there, or `kubectl apply -f crds/`.",
        }
        return ways.get(refused.status, f"{self.server} refused to list {info.crd_name}: {refused}")


def connect(context: str | None = None) -> Cluster:
    """The cluster of KUBECONFIG (or of ~/.kube/config, or of the pod), in this context. Raises Unreadable."""
    # The client's library reads the variable only once, when it is imported.
    named = os.environ.get("KUBECONFIG")
    source = Source(kubeconfig=Path(named) if named else None, context=context)
    try:
        loaded = source.load()
        namespace = source.namespace() if source.in_cluster else _namespace(named, context)
    except (ConfigException, OSError, ValueError) as unusable:
        why = _brief(str(unusable))
        if context is not None:
            raise Unreadable(f"The kubeconfig has no usable context {context!r} ({why}): choose another.") from None
        raise Unreadable(f"No cluster is known ({why}): set KUBECONFIG, or start one with `make sandbox`.") from None
    return Cluster(Api(lambda: loaded), str(loaded.host), namespace or "default")


def _namespace(kubeconfig: str | None, context: str | None) -> str | None:
    """The namespace that kubectl would use."""
    listed: Json = config.list_kube_config_contexts(config_file=kubeconfig)
    contexts, active = listed
    named = [as_map(entry) or {} for entry in as_list(contexts) or () if context is not None]
    chosen = next((entry for entry in named if entry.get("name") == context), as_map(active) or {})
    namespace = (as_map(chosen.get("context")) or {}).get("namespace")
    return str(namespace) if namespace else None


def _stored(item: Json, info: KindInfo) -> Stored:
    """Items of a list may come without a kind of their own."""
    document = {"kind": info.kind, **(as_map(item) or {})}
    return Stored(manifest_of(document), parse_time((as_map(document["metadata"]) or {}).get("creationTimestamp")))


def _brief(text: str) -> str:
    """The gist of a library's message, on one line."""
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
