"""Scenarios: an object, what AWS holds, and what is then planned and said, as four files that people read.

`object.yaml` begins with a comment that says why the case exists; documents after the first stand beside the object.
`status: {resources: converged}` stands for a status that last converged all that AWS holds. `aws.yaml` holds, by class,
the documents that AWS shows. `plan.txt` and `status.yaml` are goldens: `pytest --update` writes them anew.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from trueup.app.composing import Composed, Composer
from trueup.app.deciding import Decider, costs, decide, held_until, history
from trueup.app.looking import Look
from trueup.app.memory import Memory
from trueup.app.ports import Manifest
from trueup.app.settings import Settings
from trueup.core import ledger
from trueup.core.conditions import Situation
from trueup.core.inventory import Inventory, Item, item_of
from trueup.core.observed import Observed
from trueup.core.plan import Action, FieldChange, Plan, Step
from trueup.core.report import About, status_of
from trueup.core.resource import Resource
from trueup.core.values import Call, Doc, Place, Pseudo, shown
from trueup.kinds.registry import kinds
from trueup.resources import prices

FOLDER = Path(__file__).parents[1] / "scenarios"
CASES = sorted(path.parent for path in FOLDER.glob("*/*/object.yaml"))
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LEAST = 5
SETTINGS = Settings(region="us-east-1")
PSEUDO = {Pseudo.ACCOUNT: "123456789012", Pseudo.REGION: "us-east-1", Pseudo.PARTITION: "aws"}
SIGNS = {Action.CREATE: "+", Action.UPDATE: "~", Action.REPLACE: "!", Action.DELETE: "-"}


@dataclass(frozen=True)
class Written:
    """AWS as a scenario has it: read a minute ago, and never again."""

    inventory: Inventory

    def observe(self, place: Place, kinds: Iterable[type[Resource]], max_age: timedelta) -> Inventory:
        return self.inventory

    def deepen(
        self,
        place: Place,
        kind: type[Resource],
        items: Iterable[Item],
        now: datetime | None = None,
        *,
        refresh: bool = False,
    ) -> None:
        """Every document is whole."""

    def reread(self, place: Place, kind: type[Resource], by: str | None, created: Doc | None = None) -> None:
        raise AssertionError("a scenario writes nothing")

    def wrote(self, place: Place, kind: type[Resource], id: str, at: datetime) -> None:
        raise AssertionError("a scenario writes nothing")

    def pseudo(self, place: Place) -> Mapping[Pseudo, str]:
        return PSEUDO

    @contextmanager
    def reading(self, place: Place) -> Generator[Inventory]:
        yield self.inventory


@dataclass(frozen=True)
class Beside:
    """The objects of a scenario's file."""

    manifests: tuple[Manifest, ...]

    def get(self, kind: str, namespace: str, name: str) -> Manifest | None:
        return next((m for m in self.manifests if m.address == (kind, namespace, name)), None)

    def namespaced(self, namespace: str) -> Iterable[Manifest]:
        return [m for m in self.manifests if m.namespace == namespace]

    def all(self) -> Iterable[Manifest]:
        return self.manifests

    def namespace_annotation(self, namespace: str, key: str) -> str | None:
        return None


def manifests(case: Path) -> tuple[Manifest, ...]:
    """The object, and those beside it."""
    found: list[Manifest] = []
    for document in yaml.safe_load_all((case / "object.yaml").read_text()):
        meta = document["metadata"]
        found.append(
            Manifest(
                kind=document["kind"],
                namespace=meta.get("namespace", "shop"),
                name=meta["name"],
                spec=document["spec"],
                generation=meta.get("generation", 1),
                status=document.get("status", {}),
                annotations=meta.get("annotations", {}),
                labels=meta.get("labels", {}),
            )
        )
    return tuple(found)


def inventory(case: Path) -> Inventory:
    """What AWS holds."""
    types = {t.__name__: t for kind in kinds().values() for t in kind.types}
    found = Inventory()
    written: Mapping[str, list[Doc]] = yaml.safe_load((case / "aws.yaml").read_text()) or {}
    for name, docs in written.items():
        for number, doc in enumerate(docs):
            found.put(types[name], str(number), [item_of(types[name], doc, NOW - timedelta(minutes=1))])
    return found


def judged(case: Path) -> tuple[Plan, dict[str, Any]]:
    """The plan and the status, by the functions of the engine's pass."""
    manifest, *others = manifests(case)
    world = Beside((manifest, *others))
    composer = Composer(kinds(), SETTINGS)
    composed = composer.compose(manifest, world)
    look = Look(Written(inventory(case)), composed, SETTINGS.settle, lambda: NOW)
    observed = look.now(SETTINGS.interval)
    if manifest.status.get("resources") == "converged":
        manifest = replace(manifest, status={**manifest.status, "resources": converged(composed, observed)})
        composed = composer.compose(manifest, world)
    cost = costs(composed, observed, prices.book_of(composed.place.region))
    decider = Decider(composer, world, lambda composed, resource: None)
    before = ledger.read(manifest.status)
    plan = decide(composed, observed, history(manifest), Memory(), before, cost, decider, NOW)
    situation = Situation(
        plan=plan,
        ledger=ledger.advance(before, plan, NOW),
        observed=observed,
        report_only=composed.spec.drift_policy.mode == "Report",
        held=held_until(manifest, NOW) is not None,
        before=manifest.status,
    )
    outputs = composed.kind.outputs(composed.context, observed)
    about = About(manifest.generation, composed.place.region, None, outputs, cost.after)
    return plan, json.loads(json.dumps(status_of(composed.graph, situation, about, NOW), default=str))


def converged(composed: Composed, observed: Observed) -> list[dict[str, Any]]:
    """The entries of a status that has seen all of this converged."""
    return [
        {"type": key.type, "name": key.name, "id": seen.id, "applied": node.resource.digest()}
        for node in composed.graph.ordered()
        if (seen := observed.seen.get(key := node.resource.key)) is not None
    ]


def told(plan: Plan) -> str:
    """The plan as text: steps with their fields and calls, what stands in the way, problems and waits."""
    lines = [line for step in plan.steps for line in step_lines(step)]
    lines += [f"! {problem.reason}: {problem.message}" for problem in plan.problems]
    lines += [f"… {wait.reason}: {wait.message}" for wait in plan.waits]
    return "\n".join(lines or ["nothing to do"]) + "\n"


def step_lines(step: Step) -> Iterator[str]:
    """One step."""
    marks = [step.cause.name.lower(), *([step.effect] if step.effect else [])]
    marks += [step.severity.value] if step.severity.value != "Normal" else []
    yield f"{SIGNS[step.action]} {step.key} ({', '.join(marks)})"
    if step.action is not Action.CREATE:
        yield from (f"    {field_line(field)}" for field in step.fields)
    if step.block is not None:
        yield f"    waits for {step.block.by.name.lower()}: {step.block.reason}: {step.block.message}"
    yield from (f"    {call_line(call)}" for call in step.calls)


def field_line(field: FieldChange) -> str:
    """One field."""
    before, after = json.dumps(shown(field.before), default=str), json.dumps(shown(field.after), default=str)
    notes = [note for note, holds in (("ignored", field.ignored), ("accepted", field.accepted)) if holds]
    where = [field.spec_path] if field.spec_path else []
    return f"{field.path or 'it'}: {before} -> {after}" + "".join(f"  [{note}]" for note in (*where, *notes))


def call_line(call: Call) -> str:
    """One call."""
    return f"{call} {json.dumps(shown(call.params), default=str)}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_scenario_is_planned_and_told_as_written(case: Path, update_goldens: bool) -> None:
    plan, status = judged(case)
    said = {"plan.txt": told(plan), "status.yaml": yaml.safe_dump(status, sort_keys=False, allow_unicode=True)}
    for name, text in said.items():
        if update_goldens:
            (case / name).write_text(text)
        assert (case / name).read_text() == text, f"{name}: run pytest --update and read the difference"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_scenario_says_why_it_exists(case: Path) -> None:
    assert (case / "object.yaml").read_text().startswith("# ")
    assert case.name == case.name.lower() and "-" in case.name and "_" not in case.name


def test_every_kind_has_its_scenarios() -> None:
    counted = Counter(manifests(case)[0].kind for case in CASES)
    assert {kind: counted[kind] for kind in kinds() if counted[kind] < LEAST} == {}
    assert {case.parent.name for case in CASES} <= {kind.lower() for kind in kinds()}
