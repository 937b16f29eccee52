"""A scenario played: an object, what AWS shows, and what Trueup then plans and says. Pure: no emulator, no clock.

A case is a folder `<kind>/<case-with-hyphens>/` of four files:

    object.yaml   begins with a comment that says why the case exists. The object comes first, then its peers.
                  `status.resources: as declared` stands for all resources as converged before; `applied: as declared`
                  does for one. `status.spec` is the spec that was converged before, where it was another one: what
                  differs from it and from AWS is then pending, the rest is drift.
    aws.yaml      documents by AWS type, as AWS lists them with their deep reads merged in. `like: made` begins with
                  the kind's made.yaml: documents of the same id get the members given here, `gone` lists as
                  `<type>/<id>` those that are not there, others are added. A null takes a member away.
    plan.txt      golden: what `trueup plan` prints.
    status.yaml   golden: the status after the look, before any call.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml

from trueup.app.composing import Composed, Composer
from trueup.app.deciding import Decider, costs, decide, held_until, history
from trueup.app.looking import Look, backups
from trueup.app.memory import Memory
from trueup.app.ports import RECONCILE, Manifest
from trueup.app.previewing import Preview
from trueup.app.settings import Settings
from trueup.cli import plan_output
from trueup.cli.folder import FolderWorld
from trueup.cli.ground import NothingThere
from trueup.cli.outlook import Outlook, Planned
from trueup.core import ledger
from trueup.core.conditions import Situation
from trueup.core.report import About, status_of
from trueup.core.resource import Resource
from trueup.core.values import Place, Pseudo
from trueup.kinds.registry import kinds
from trueup.resources import prices

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""A Monday, at noon."""
AS_DECLARED = "as declared"
SETTINGS = Settings(region="us-east-1")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One case."""

    folder: Path
    why: str
    objects: tuple[Manifest, ...]
    aws: Mapping[str, list[dict[str, Any]]]
    made: Mapping[str, list[dict[str, Any]]]
    """What AWS showed when everything was converged: where the ids come from that status remembers."""

    @property
    def name(self) -> str:
        """`<kind>/<case>`."""
        return self.folder.relative_to(HERE).as_posix()


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it."""

    plan: str
    status: dict[str, Any]


class Still(NothingThere):
    """An AWS that stands still: an `Observer` of the documents of a case, each as deep as it gets."""

    def __init__(self, aws: Mapping[str, list[dict[str, Any]]]) -> None:
        super().__init__()
        for kind in every_type():
            alike = {other.TYPE: None for other in every_type() if _same_list(kind, other)}
            self._inventory.load(kind, [doc for type in alike for doc in aws.get(type, ())], NOW)

    def pseudo(self, place: Place) -> Mapping[Pseudo, str]:
        return {**super().pseudo(place), Pseudo.ACCOUNT: "123456789012"}


def _same_list(kind: type[Resource], other: type[Resource]) -> bool:
    one, two = kind.LISTING, other.LISTING
    return (one.service or kind.SERVICE, one.operation) == (two.service or other.SERVICE, two.operation)


@cache
def every_type() -> tuple[type[Resource], ...]:
    """Every AWS type of every kind, and those of their backups."""
    types = [type for kind in kinds().values() for type in kind.types]
    return tuple(dict.fromkeys([*types, *(type.BACKUP for type in types if type.BACKUP)]))


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Every case there is, by name."""
    return tuple(load(path.parent) for path in sorted(HERE.glob("*/*/object.yaml")))


def load(folder: Path) -> Scenario:
    """The case of a folder. Raises ValueError where object.yaml does not say why it exists."""
    text = (folder / "object.yaml").read_text()
    comment = [line for line in text.splitlines() if line.startswith("#")]
    if not text.startswith("# "):
        raise ValueError(f"{folder}: object.yaml must begin with a comment that says why the case exists")
    why = " ".join(line.lstrip("# ") for line in comment)
    objects = tuple(_manifest(document) for document in yaml.safe_load_all(text))
    return Scenario(folder, why, objects, _aws(folder), _made(folder.parent / "made.yaml"))


def _manifest(document: Mapping[str, Any]) -> Manifest:
    meta = document["metadata"]
    return Manifest(
        kind=document["kind"],
        namespace=meta.get("namespace", "default"),
        name=meta["name"],
        spec=document["spec"],
        generation=meta.get("generation", 1),
        uid=meta["name"],
        status=document.get("status", {}),
        annotations=meta.get("annotations", {}),
        labels=meta.get("labels", {}),
    )


@cache
def _made(path: Path) -> dict[str, list[dict[str, Any]]]:
    return yaml.safe_load(path.read_text())


def _aws(folder: Path) -> dict[str, list[dict[str, Any]]]:
    said = yaml.safe_load((folder / "aws.yaml").read_text()) or {}
    base = said.pop("like", None)
    gone = set(said.pop("gone", ()))
    made = _made(folder.parent / f"{base}.yaml") if base else {}
    found: dict[str, list[dict[str, Any]]] = {}
    for type in {**made, **said}:
        by = next(kind.LISTING.by for kind in every_type() if type == kind.TYPE)
        docs = {doc[by]: doc for doc in made.get(type, ())}
        for change in said.get(type, ()):
            whole = {**docs.get(change[by], {}), **change}
            docs[change[by]] = {member: value for member, value in whole.items() if value is not None}
        found[type] = [doc for id, doc in docs.items() if f"{type}/{id}" not in gone]
        gone -= {f"{type}/{id}" for id in docs}
    if gone:
        raise ValueError(f"{folder}: aws.yaml: {', '.join(sorted(gone))}: there is none")
    return found


def play(scenario: Scenario) -> Played:
    """The plan and the status of the first object, by the functions that the engine uses."""
    world = FolderWorld(scenario.objects, {})
    aws = Still(scenario.aws)
    composer = Composer(kinds(), SETTINGS, lambda: NOW)
    manifest = _remembering(scenario.objects[0], world, Still(scenario.made))
    world = replace(world, manifests=(manifest, *scenario.objects[1:]))
    composed = composer.compose(manifest, world)
    observed = _look(aws, composed).now(SETTINGS.interval)
    cost = costs(composed, observed, prices.book_of(composed.place.region))
    decider = Decider(composer, world, partial(backups, aws, SETTINGS.interval), prices.book_of)
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
    about = About(
        generation=manifest.generation,
        region=composed.place.region,
        handled=manifest.annotations.get(RECONCILE),
        outputs=composed.kind.outputs(composed.context, observed),
        estimate=cost.after,
    )
    text = _printed(Outlook((Planned(manifest, Preview(manifest, plan, cost)),)))
    return Played(text, status_of(composed.graph, situation, about, NOW))


def _look(aws: Still, composed: Composed) -> Look:
    return Look(aws, composed, SETTINGS.settle, lambda: NOW)


def _printed(outlook: Outlook) -> str:
    with redirect_stdout(io.StringIO()) as out:
        plan_output.show(outlook, "text")
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _remembering(manifest: Manifest, world: FolderWorld, aws: Still) -> Manifest:
    """The object with its memory written out: `as declared` is the digest of what was declared then."""
    status = dict(manifest.status)
    then = replace(manifest, spec=status.pop("spec", manifest.spec), status={})
    listed = status.get("resources")
    if listed is None:
        return manifest
    composed = Composer(kinds(), SETTINGS, lambda: NOW).compose(then, world)
    digests = {str(node.resource.key): node.resource.digest() for node in composed.graph}
    if listed == AS_DECLARED:
        seen = _look(aws, composed).now(SETTINGS.interval).seen
        ids = {str(key): {"id": found.id} for key, found in seen.items()}
        parts = [node.resource.key for node in composed.graph]
        status["resources"] = [
            {"type": key.type, "name": key.name, **ids.get(str(key), {}), "applied": digests[str(key)]} for key in parts
        ]
    else:
        status["resources"] = [
            {**entry, "applied": digests[f"{entry['type']}/{entry['name']}"]}
            if entry.get("applied") == AS_DECLARED
            else entry
            for entry in listed
        ]
    return replace(manifest, status=status)
