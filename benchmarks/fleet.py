"""The objects that figures are measured on: databases of both engines, and a network for every fifty of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.stage import Stage, until
from trueup.cluster.api import ours

NETWORKED: Final = 50
"""How many databases share a network, and a namespace with it."""
KINDS: Final = ("networks", "databases")
PATIENCE: Final = 1800.0
APPLIERS: Final = 8

_AURORA: Final = {
    "engine": "aurora-postgresql",
    "version": "16.11",
    "capacity": {"min": 0.5, "max": 1},
    "performanceInsights": True,
    "parameters": {"max_connections": "100"},
}
_DOCUMENTDB: Final = {
    "engine": "documentdb",
    "version": "5.0.0",
    "instanceClass": "db.t4g.medium",
    "parameters": {"tls": "enabled"},
}
_SHARED: Final = {
    "region": "us-east-1",
    "networkRef": {"name": "main"},
    "allowFrom": [{"cidr": "10.0.10.0/24"}, {"cidr": "10.0.11.0/24"}],
    "backup": {"retentionDays": 7, "window": "03:00-03:30"},
    "maintenanceWindow": "sun:04:00-sun:05:00",
    "deletionPolicy": "Delete",
}
_NETWORK: Final = {
    "region": "us-east-1",
    "cidr": "10.0.0.0/16",
    "zones": ["us-east-1a", "us-east-1b"],
    "privateSubnets": ["10.0.10.0/24", "10.0.11.0/24"],
}


@dataclass
class Fleet:
    """The databases of one stage; it only grows."""

    stage: Stage
    size: int = 0
    namespaces: list[str] = field(default_factory=list[str])

    def grow(self, size: int, seconds: float = PATIENCE) -> float:
        """There are so many databases, all Ready; seconds from the first one's application to the last one's Ready.

        The operator must run. Networks come first and are not counted. Raises Missed.
        """
        if size <= self.size:
            return 0.0
        new = [(f"bench-{number // NETWORKED}", f"db-{number}", number) for number in range(self.size, size)]
        self._networks(dict.fromkeys(namespace for namespace, _, _ in new))
        self.size = size

        def took() -> bool:
            return self.ready("Database") == size

        with ThreadPoolExecutor(APPLIERS) as pool:
            applied = pool.map(lambda one: self._create("databases", one[0], _database(one[1], one[2])), new)
            try:
                return until(took, seconds, f"{size} databases Ready")
            finally:
                list(applied)

    def ready(self, kind: str) -> int:
        """How many objects of a kind the operator knows as Ready."""
        return int(self.stage.metric("trueup_objects", kind=kind, summary="Ready"))

    def listed(self, plural: str = "databases") -> list[dict[str, Any]]:
        """Every object of a kind, as the API server has it."""
        return list(_pages(self.stage, ours(plural).path()))

    def unready(self) -> list[str]:
        """The databases that the API server does not have as Ready, each with its word."""
        said = [(item["metadata"]["name"], item.get("status", {}).get("summary")) for item in self.listed()]
        return [f"{name}: {summary}" for name, summary in said if summary != "Ready"]

    def _networks(self, namespaces: Sequence[str] | dict[str, None]) -> None:
        missing = [namespace for namespace in namespaces if namespace not in self.namespaces]
        for namespace in missing:
            body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
            self.stage.api.create("/api/v1/namespaces", body)
            self._create("networks", namespace, _object("Network", "main", _NETWORK))
            self.namespaces.append(namespace)
        until(lambda: self.ready("Network") == len(self.namespaces), PATIENCE, "the networks Ready")

    def _create(self, plural: str, namespace: str, body: dict[str, Any]) -> None:
        self.stage.api.create(ours(plural).path(namespace), body)


def _database(name: str, number: int) -> dict[str, Any]:
    return _object("Database", name, {**_SHARED, **(_DOCUMENTDB if number % 2 else _AURORA)})


def _object(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "trueup.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def _pages(stage: Stage, path: str) -> Iterator[dict[str, Any]]:
    token = ""
    while True:
        page = stage.api.get(f"{path}?limit=250{token}")
        yield from page["items"]
        if not page["metadata"].get("continue"):
            return
        token = f"&continue={page['metadata']['continue']}"
