"""A story as its file tells it: why it is told, and its steps, each checked when it is read.

A step is a word (`settle`, `restart`) or a map of one key:

    apply: path from the repository's root | manifest | list of manifests
    change: {object: Kind/name, set: {/pointer: value}, remove: [/pointer]}
    sweep: times                      settle: seconds to let pass first
    advance: seconds                  restart: all memory is dropped
    disturb: {service, operation, params, region}        somebody else's client makes this call
    annotate: {object, set: {reconcile: "1"}}            without the domain
    delete: Kind/name
    maintenance: the databases' maintenance windows pass
    expect: {object, summary, conditions, drift, recent, outputs, gone, event} or {aws: {service, operation, params,
            find, is}}

`${Kind/name Type/logical}` in parameters is the id of a resource as the object's status lists it, `… arn}` its ARN,
and `${Kind/name plan}` the id of the object's plan. `triedFrom: number` beside `why` spares the steps before it the
trials of faults, where another story has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
VERBS = frozenset(
    {
        "apply",
        "change",
        "sweep",
        "settle",
        "advance",
        "restart",
        "disturb",
        "annotate",
        "delete",
        "maintenance",
        "expect",
    }
)
RESTS = frozenset({"settle"})
"""After these the world is at rest, and may be compared with another run's."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens, or that must be so."""

    number: int
    verb: str
    what: Any

    @property
    def title(self) -> str:
        """The step in a line."""
        match self.what:
            case {"metadata": {"name": name}, "kind": kind}:
                said = f"{kind}/{name}"
            case {"object": name, "set": values, **rest}:
                said = f"{name} {' '.join((*values, *rest.get('remove', ())))}"
            case {"object": name, **rest}:
                said = f"{name} {' '.join(rest.get('remove', ()))}"
            case {"service": service, "operation": operation}:
                said = f"{service}.{operation}"
            case list():
                said = ", ".join(f"{m['kind']}/{m['metadata']['name']}" for m in self.what)
            case None:
                said = ""
            case _:
                said = str(self.what)
        return f"{self.number} {self.verb} {said}".strip()


@dataclass(frozen=True, slots=True)
class Story:
    """What happens to a few objects, from an empty AWS on."""

    folder: Path
    why: str
    steps: tuple[Step, ...]
    tried_from: int = 1
    """The first step at whose calls faults are tried; what comes before, another story tries."""

    @property
    def name(self) -> str:
        """`<kind>/<case>`."""
        return self.folder.relative_to(HERE).as_posix()

    @property
    def golden(self) -> Path:
        """Where the calls stand that the story makes."""
        return self.folder / "calls.log"


def load(folder: Path) -> Story:
    """The story of a folder. Raises ValueError where a step is none, or where the story does not end at rest."""
    told = yaml.safe_load((folder / "story.yaml").read_text())
    steps = tuple(_step(number, one) for number, one in enumerate(told["steps"], 1))
    acting = [step for step in steps if step.verb != "expect"]
    if not acting or acting[-1].verb not in RESTS:
        raise ValueError(f"{folder}: the last step but expectations must be settle, so that the end is an end")
    return Story(folder, " ".join(str(told["why"]).split()), steps, told.get("triedFrom", 1))


def _step(number: int, told: Any) -> Step:
    verb, what = (told, None) if isinstance(told, str) else next(iter(told.items()))
    if verb not in VERBS or (isinstance(told, Mapping) and len(told) != 1):
        raise ValueError(f"step {number} is {told!r}: one of {', '.join(sorted(VERBS))}, and one a step")
    return Step(number, verb, what)


@cache
def stories() -> tuple[Story, ...]:
    """Every story there is, by name."""
    return tuple(load(path.parent) for path in sorted(HERE.glob("*/*/story.yaml")))
