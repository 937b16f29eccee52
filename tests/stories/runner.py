"""Playing a story: each step done to a theatre, each expectation held against what is so.

play = Play(story, Theatre())
play.run()              # every step; AssertionError names the step that failed
play.calls()            # the AWS writes, step by step, as text with ids normalised
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore import xform_name

from tests.house import Address
from tests.stories.story import ROOT, Step, Story
from tests.stories.theatre import Theatre
from tests.stories.world import Names
from trueup.core.faults import Fault
from trueup.core.paths import get
from trueup.core.values import MISSING

NAMESPACE = "default"
_ID = re.compile(r"\$\{(\w+/[\w-]+) (\w+)/([^ }]+)(?: (\w+))?\}")
_PLAN = re.compile(r"\$\{(\w+/[\w-]+) plan\}")


def address(name: str) -> Address:
    """`Kind/name` in the stories' namespace."""
    kind, _, called = name.partition("/")
    return (kind, NAMESPACE, called)


@dataclass
class Play:
    """One run of one story."""

    story: Story
    theatre: Theatre
    names: Names = field(default_factory=Names)
    heard: list[tuple[Step, list[str]]] = field(default_factory=list[tuple[Step, list[str]]])
    """The steps that wrote to AWS, with their calls."""
    kinds: set[str] = field(default_factory=set[str])
    """The kinds of which there was an object."""

    def run(self) -> None:
        """Every step is played."""
        for step in self.story.steps:
            self.play(step)

    def play(self, step: Step) -> None:
        """One step is played; what it wrote to AWS is kept. Raises AssertionError where an expectation fails."""
        before = len(self.theatre.writes)
        try:
            self.do(step)
        except AssertionError as wrong:
            raise AssertionError(f"{self.story.name}, step {step.title}: {wrong}") from wrong
        self.kinds.update(kind for kind, _, _ in self.theatre.cluster.objects)
        self.names.learn_statuses(self.theatre)
        written = self.theatre.writes[before:]
        if written:
            self.heard.append((step, [self._line(write.call, write.answer) for write in written]))

    def calls(self) -> str:
        """Every write to AWS, by step, as goldens hold it."""
        parts = [f"# {step.title}\n" + "".join(f"{line}\n" for line in lines) for step, lines in self.heard]
        return self.names.replaced("\n".join(parts))

    def _line(self, call: Any, answer: Any) -> str:
        params = json.dumps(self.names.plain(call.params), sort_keys=True, default=str)
        failed = f" -> {answer.code}" if isinstance(answer, Fault) else ""
        return f"{call} {params}{failed}"

    # ---- steps ------------------------------------------------------------------------------------------------

    def do(self, step: Step) -> None:
        """The step, without what is kept of it."""
        getattr(self, f"_{step.verb}")(step.what)

    def _apply(self, what: Any) -> None:
        if isinstance(what, str):
            self.theatre.apply((ROOT / what).read_text())
            return
        self.theatre.apply(*([what] if isinstance(what, Mapping) else what))

    def _change(self, what: Any) -> None:
        kind, namespace, name = address(what["object"])
        spec = copy.deepcopy(dict(self.theatre.cluster.objects[kind, namespace, name].spec))
        for pointer, value in what.get("set", {}).items():
            _member(spec, pointer, value)
        for pointer in what.get("remove", ()):
            _member(spec, pointer, MISSING)
        self.theatre.apply({"kind": kind, "metadata": {"namespace": namespace, "name": name}, "spec": spec})

    def _sweep(self, what: Any) -> None:
        for _ in range(int(what or 1)):
            self.theatre.sweep()

    def _settle(self, what: Any) -> None:
        if what:
            self.theatre.clock.advance(float(what))
        self.theatre.settle()

    def _advance(self, what: Any) -> None:
        self.theatre.clock.advance(float(what))

    def _restart(self, what: Any) -> None:
        del what
        self.theatre.start()

    def _disturb(self, what: Any) -> None:
        client = self.theatre.client(what["service"], what.get("region", "us-east-1"))
        getattr(client, xform_name(what["operation"]))(**self._filled(what.get("params", {})))

    def _annotate(self, what: Any) -> None:
        self.theatre.annotate(address(what["object"]), **self._filled(what["set"]))

    def _delete(self, what: Any) -> None:
        self.theatre.delete(address(what))

    def _maintenance(self, what: Any) -> None:
        del what
        self.theatre.emulator.run_maintenance()

    # ---- expectations -----------------------------------------------------------------------------------------

    def _expect(self, what: Any) -> None:
        found: dict[str, Any] = {}
        if "aws" in what:
            asked = what["aws"]
            client = self.theatre.client(asked["service"], asked.get("region", "us-east-1"))
            answer = getattr(client, xform_name(asked["operation"]))(**self._filled(asked.get("params", {})))
            seen = get(answer, asked["find"])
            assert self.names.plain(seen if seen is not MISSING else None) == self._filled(asked["is"])
            return
        where = address(what["object"])
        if "event" in what:
            told = [event.reason for at, event in self.theatre.cluster.events if at == where]
            assert what["event"] in told, f"no Event {what['event']}, only {told}"
        if where not in self.theatre.cluster.objects:
            assert what.get("gone"), f"{what['object']} is gone"
            return
        status = self.theatre.status(where)
        for name in set(what) - {"object", "event"}:
            found[name] = self._seen(name, status, what[name])
        wanted = {name: value for name, value in what.items() if name not in ("object", "event")}
        assert found == wanted, f"{found} instead of {wanted}"

    def _seen(self, name: str, status: Mapping[str, Any], wanted: Any) -> Any:
        """What an expectation of this name finds, in the form in which it is written down."""
        match name:
            case "gone":
                return False
            case "summary":
                return status.get("summary")
            case "conditions":
                return {type: _condition(status, type, said) for type, said in wanted.items()}
            case "drift":
                return [f"{e['resource'].rsplit('::', 1)[-1]} {e['path']}".strip() for e in status["drift"]["fields"]]
            case "recent":
                return [f"{e['resource'].rsplit('::', 1)[-1]} {e['path']}".strip() for e in status["drift"]["recent"]]
            case "outputs":
                return {key: status.get("outputs", {}).get(key) for key in wanted}
            case _:
                raise ValueError(f"nothing is known of an expectation {name!r}")

    def _filled(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._filled(member) for key, member in value.items()}
        if isinstance(value, list):
            return [self._filled(member) for member in value]
        if not isinstance(value, str):
            return value
        value = _ID.sub(lambda m: self._resource(*m.groups()), value)
        return _PLAN.sub(lambda m: str(self.theatre.status(address(m.group(1)))["plan"]["id"]), value)

    def _resource(self, name: str, type: str, logical: str, member: str | None) -> str:
        for entry in self.theatre.status(address(name))["resources"]:
            if entry["type"].endswith(f"::{type}") and entry["name"] == logical:
                return str(entry[member or "id"])
        raise AssertionError(f"{name} has no {type}/{logical}")


def _condition(status: Mapping[str, Any], type: str, said: str) -> str:
    """The condition's status, with its reason where one is expected."""
    found = next((c for c in status.get("conditions", ()) if c["type"] == type), {"status": "absent", "reason": ""})
    return f"{found['status']}/{found['reason']}" if "/" in said else str(found["status"])


def _member(spec: dict[str, Any], pointer: str, value: Any) -> None:
    """The member at a JSON pointer is set, or taken out."""
    *way, last = pointer.removeprefix("/").split("/")
    where: Any = spec
    for part in way:
        where = where[int(part)] if isinstance(where, list) else where.setdefault(part, {})
    if isinstance(where, list):
        where[int(last) : int(last) + 1] = [] if value is MISSING else [value]
    elif value is MISSING:
        where.pop(last, None)
    else:
        where[last] = value
