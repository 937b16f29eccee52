"""A namespace of one test, and the objects in it, as their author declares and watches them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from tests.e2e.stage import DEADLINE, Document, Stage, condition, is_done, truth, until


@dataclass
class Space:
    """A namespace of one test, and what its author does in it."""

    stage: Stage
    name: str
    raw: Callable[[str], Document | None]
    """Reads one path of the API server; quicker than kubectl."""

    def write(self, kind: str, name: str, spec: Mapping[str, Any], **annotations: str) -> Document:
        """A manifest."""
        marks = {f"trueup.dev/{key.replace('_', '-')}": value for key, value in annotations.items()}
        meta: Document = {"name": name, "namespace": self.name} | ({"annotations": marks} if marks else {})
        return {"apiVersion": "trueup.dev/v1alpha1", "kind": kind, "metadata": meta, "spec": dict(spec)}

    def apply(self, kind: str, name: str, spec: Mapping[str, Any], **annotations: str) -> Address:
        """The object is declared so."""
        self.stage.apply(self.write(kind, name, spec, **annotations))
        return Address(self, kind, name)

    def budget(self, name: str = "money", /, **spec: Any) -> Address:
        """A Budget; $50 where nothing else is said."""
        return self.apply("Budget", name, {"monthlyLimitUSD": 50} | spec)

    def network(self, name: str = "main", /, **spec: Any) -> Address:
        """A Network with two private subnets."""
        return self.apply("Network", name, NETWORK | spec)

    def database(self, name: str = "data", /, **spec: Any) -> Address:
        """A Database on the Network `main`, Aurora PostgreSQL where nothing else is said."""
        return self.apply("Database", name, DATABASE | spec)

    def database_on_network(self, **spec: Any) -> Address:
        """A Network and a Database on it, ready."""
        self.stage.apply(self.write("Network", "main", NETWORK), self.write("Database", "data", DATABASE | spec))
        data = Address(self, "Database", "data")
        data.done()
        Address(self, "Network", "main").done()  # the database needs only its subnets, and may be there first
        return data

    def writes(self, since: int = 0) -> list[str]:
        """The operator's write operations since, as far as they concern this namespace's things."""
        known = {self.name}
        for plural in PLURALS.values():
            for thing in (self.raw(f"/apis/trueup.dev/v1alpha1/namespaces/{self.name}/{plural}") or {})["items"]:
                listed: list[Document] = thing.get("status", {}).get("resources", [])
                known |= {str(r["id"]) for r in listed if r.get("id")}
        return [
            f"{entry['service']}.{entry['operation']}"
            for entry in self.stage.writes(since)
            if any(word in json.dumps(entry["params"]) for word in known)
        ]


@dataclass
class Address:
    """One object, as it stands."""

    space: Space
    kind: str
    name: str

    @property
    def path(self) -> str:
        """Where the API server has it."""
        return f"/apis/trueup.dev/v1alpha1/namespaces/{self.space.name}/{PLURALS[self.kind]}/{self.name}"

    def find(self) -> Document | None:
        """The object, or None."""
        return self.space.raw(self.path)

    def now(self) -> Document:
        """The object, which is there."""
        found = self.find()
        assert found is not None, f"{self.kind} {self.name} is not there"
        return found

    @property
    def status(self) -> Document:
        """Its status."""
        return self.now().get("status", {})

    def condition(self, type: str) -> Document:
        """One of its conditions."""
        return condition(self.now(), type)

    def until(self, wanted: Callable[[Document], Any], seconds: float = DEADLINE) -> Document:
        """The object as soon as it is as wanted."""

        def look() -> Document | None:
            found = self.find()
            return found if found is not None and wanted(found) else None

        found: Document = until(look, self.said, seconds)
        return found

    def said(self) -> str:
        """What its status says, for whoever waited in vain."""
        status = (self.find() or {}).get("status", {})
        kept = {name: value for name, value in status.items() if name not in ("resources", "cost", "outputs")}
        return f"{self.kind} {self.name}:\n{yaml.safe_dump(kept)}"

    def done(self) -> Document:
        """The object as soon as it is Ready and InSync, and nothing is under way."""
        return self.until(is_done)

    def summary(self, word: str) -> Document:
        """The object as soon as its summary is this word."""
        return self.until(lambda thing: thing.get("status", {}).get("summary") == word)

    def reason(self, type: str, status: str, reason: str) -> Document:
        """The condition as soon as it says so."""
        wanted = f"{status}/{reason}"
        return condition(self.until(lambda thing: truth(thing).get(type) == wanted), type)

    def looked(self) -> Document:
        """The object after a look that began after this call."""
        stamp = str(time.time_ns())
        self.annotate(reconcile=stamp)
        return self.until(lambda thing: thing.get("status", {}).get("lastHandledReconcile") == stamp)

    def annotate(self, **annotations: str | None) -> None:
        """Annotations of ours are set, or removed."""
        said = [
            f"trueup.dev/{key.replace('_', '-')}" + ("-" if value is None else f"={value}")
            for key, value in annotations.items()
        ]
        self._kubectl("annotate", *said, "--overwrite")

    def patch(self, **spec: Any) -> None:
        """Some fields of the spec are changed."""
        self._kubectl("patch", "--type=merge", "-p", json.dumps({"spec": spec}))

    def delete(self) -> None:
        """The object is to go."""
        self._kubectl("delete", "--wait=false")

    def gone(self) -> None:
        """Wait until it is."""
        until(lambda: self.find() is None, self.said)

    def forget_status(self) -> None:
        """Somebody deletes its status."""
        self._kubectl("patch", "--subresource=status", "--type=merge", "-p", '{"status": null}')

    def _kubectl(self, verb: str, *arguments: str) -> None:
        self.space.stage.kubectl(verb, PLURALS[self.kind], self.name, f"-n{self.space.name}", *arguments)

    def events(self, reason: str | None = None) -> list[Document]:
        """The Events about it, of one reason or of all."""
        listed = (self.space.raw(f"/api/v1/namespaces/{self.space.name}/events") or {})["items"]
        mine = [
            e for e in listed if (e["involvedObject"]["kind"], e["involvedObject"]["name"]) == (self.kind, self.name)
        ]
        return [e for e in mine if reason in (None, e["reason"])]

    def resource(self, name: str) -> Document:
        """One of the AWS resources that its status lists, by `<type>/<name>` or by name."""
        listed: list[Document] = self.status.get("resources", [])
        return next(r for r in listed if name in (r["name"], f"{r['type']}/{r['name']}"))

    @property
    def owner(self) -> str:
        """The owner tag of what is its own."""
        return f"trueup/{self.kind}/{self.space.name}/{self.name}"

    def drift(self) -> list[Document]:
        """Its open drift entries."""
        entries: list[Document] = self.status.get("drift", {}).get("fields", [])
        return entries


def tags(listed: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """AWS's list of tags as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in listed}


PLURALS = {
    "AppRunnerService": "apprunnerservices",
    "AppSecret": "appsecrets",
    "Bucket": "buckets",
    "Budget": "budgets",
    "Network": "networks",
    "Database": "databases",
    "DnsZone": "dnszones",
    "StaticSite": "staticsites",
}
NETWORK = {
    "cidr": "10.0.0.0/16",
    "zones": ["us-east-1a", "us-east-1b"],
    "privateSubnets": ["10.0.10.0/24", "10.0.11.0/24"],
}
DATABASE = {
    "engine": "aurora-postgresql",
    "version": "16.11",
    "capacity": {"min": 0.5, "max": 1},
    "networkRef": {"name": "main"},
}
