"""A small engine for the host's own tests: no AWS, but every call of a journal that the real one makes.

What it would write to AWS it appends to a file, one line `who what name generation` a write, so that two processes can
be told apart. As a program it runs the whole operator around itself.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from time import sleep
from typing import Any

from trueup.app.ports import FINALIZER, ROLE_ARN, Journal, Manifest, Outcome, World
from trueup.cluster.logs import configure
from trueup.cluster.options import Options
from trueup.cluster.serving import Operator
from trueup.core.report import Event

PLURALS = {"Budget": "budgets"}
SLOW, BROKEN = "test/slow", "test/broken"
SECRET = "hunter2"  # the text of an exception may hold anything


@dataclass
class SmallEngine:
    """Keeps a line in a file true to a Budget's generation."""

    writes: Path
    me: str = "engine"
    looked: int = 0
    again_after: float = 3600.0

    def __post_init__(self) -> None:
        self.roles: dict[str, str | None] = {}
        self._lock = Lock()

    def look(self, manifest: Manifest, world: World, journal: Journal) -> Outcome:
        """As the engine's: finalizer first, then AWS, then status."""
        with self._lock:
            self.looked += 1
            self.roles[manifest.name] = world.namespace_annotation(manifest.namespace, ROLE_ARN)
        if BROKEN in manifest.annotations:
            raise ValueError(SECRET)
        if manifest.deleting:
            if FINALIZER in manifest.finalizers:
                if not journal.may_write():
                    return Outcome(self.again_after)
                self._write("delete", manifest)
                journal.finalizer(False)
            return Outcome(0, gone=True)
        if journal.may_write() and manifest.status.get("observedGeneration") != manifest.generation:
            journal.finalizer(True)
            self._write("put", manifest)
        journal.status(self.status(manifest))
        if manifest.status.get("summary") != "Ready":
            journal.event(Event("Normal", "Available", "Every resource can be used."))
        return Outcome(self.again_after)

    def status(self, manifest: Manifest) -> dict[str, Any]:
        """As the engine's, without times that move."""
        conditions = list(manifest.status.get("conditions") or ())
        at = conditions[0]["lastTransitionTime"] if conditions else "2026-11-23T12:00:00Z"
        ready = {"type": "Ready", "status": "True", "reason": "Available", "message": "Every resource can be used."}
        status: dict[str, Any] = {
            "observedGeneration": manifest.generation,
            "summary": "Ready",
            "conditions": [{**ready, "observedGeneration": manifest.generation, "lastTransitionTime": at}],
            "drift": {"count": 0, "fields": [], "recent": []},
            "lastChecked": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        if "test/output" in manifest.annotations:
            status["outputs"] = {"url": manifest.annotations["test/output"]}
        return status

    def _write(self, what: str, manifest: Manifest) -> None:
        sleep(float(manifest.annotations.get(SLOW, 0)))
        line = f"{self.me} {what} {manifest.namespace}/{manifest.name} {manifest.generation}\n"
        with os.fdopen(os.open(self.writes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file:
            file.write(line)


def lines(writes: Path) -> list[list[str]]:
    """What was written so far, each line as its words."""
    return [line.split() for line in writes.read_text().splitlines()] if writes.exists() else []


def main(kubeconfig: str, port: str, writes: str, me: str, interval: str) -> None:
    """Run the operator around a small engine until SIGTERM."""
    configure("text")
    options = Options(
        kubeconfig=Path(kubeconfig),
        health_host="127.0.0.1",
        health_port=int(port),
        me=me,
        workers=4,
        interval=float(interval),
    )
    engine = SmallEngine(Path(writes), me, again_after=float(interval))
    asyncio.run(Operator(options, engine, PLURALS).run())


if __name__ == "__main__":
    main(*sys.argv[1:])
