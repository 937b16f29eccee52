"""A folder's plans together: every object's steps, the money before and after, and one id for all of it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from trueup.app.ports import Manifest
from trueup.cli.folder import FolderWorld, said
from trueup.cli.preview import Preview, Previewer
from trueup.core.cost import Estimate, money, total
from trueup.core.plan import Step
from trueup.core.report import plan_json
from trueup.core.values import Json, as_list, as_map

REPORT_ONLY = "ReportOnly"


@dataclass(frozen=True, slots=True)
class Planned:
    """One object and what would be done for it."""

    manifest: Manifest
    preview: Preview

    @property
    def title(self) -> str:
        """The object as people name it: "Database staging/postgres"."""
        return said(self.manifest)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that change something, or that AWS has accepted and is still to apply."""
        return tuple(
            step
            for step in self.preview.plan.steps
            if not is_only_reported(step) and (step.writes or any(field.accepted for field in step.fields))
        )

    @property
    def reported(self) -> tuple[Step, ...]:
        """The differences that stay as they are, because the object is in Report mode."""
        return tuple(step for step in self.preview.plan.steps if is_only_reported(step))

    @property
    def troubles(self) -> tuple[str, ...]:
        """What a person must put right first, a sentence each."""
        invalid = (self.preview.invalid,) if self.preview.invalid else ()
        found = (*invalid, *(problem.message for problem in self.preview.plan.problems))
        return tuple(f"{self.title}: {sentence}" for sentence in found)

    def to_json(self) -> dict[str, Json]:
        """The object as the command's JSON shows it."""
        said_changes = as_list((plan_json(self.preview.plan) or {}).get("changes")) or ()
        changes = [_change(change) for change in said_changes]
        where = {"kind": self.manifest.kind, "namespace": self.manifest.namespace, "name": self.manifest.name}
        return {**where, "changes": changes}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would happen to AWS if the folder were applied."""

    objects: tuple[Planned, ...]
    others: tuple[str, ...] = ()
    """The kinds of the documents that are not ours."""

    @property
    def id(self) -> str:
        """Names the desired state and the irreversible steps of all objects."""
        plans = [[*planned.manifest.address, planned.preview.plan.id] for planned in self.objects]
        return hashlib.sha256(json.dumps(sorted(plans)).encode()).hexdigest()[:12]

    @property
    def before(self) -> Estimate:
        """What stands in AWS now costs this a month."""
        return total(planned.preview.before for planned in self.objects)

    @property
    def after(self) -> Estimate:
        """What the folder declares costs this a month."""
        return total(planned.preview.after for planned in self.objects)

    @property
    def counts(self) -> Counter[str]:
        """How many steps create, update, restart, replace and delete."""
        return Counter(step.verb for planned in self.objects for step in planned.steps)

    @property
    def effects(self) -> Counter[str]:
        """How many steps do more to those who use the resource than their verb says: an outage, for one."""
        found = ((step.effect, step.verb) for planned in self.objects for step in planned.steps)
        return Counter(effect for effect, verb in found if effect not in ("", verb))

    @property
    def troubles(self) -> tuple[str, ...]:
        """What a person must put right first, a sentence each."""
        return tuple(trouble for planned in self.objects for trouble in planned.troubles)

    def to_json(self) -> dict[str, Json]:
        """The outlook as the command's JSON: money strings, in US dollars a month."""
        return {
            "id": self.id,
            "objects": [planned.to_json() for planned in self.objects],
            "cost": {
                "before": money(self.before.monthly),
                "after": money(self.after.monthly),
                "low": money(self.after.low),
                "high": money(self.after.high),
            },
        }


def outlook(previewer: Previewer, world: FolderWorld) -> Outlook:
    """What would be done for every object of the world."""
    return Outlook(tuple(Planned(m, previewer.preview(m, world)) for m in world.all()), world.others)


def is_only_reported(step: Step) -> bool:
    """The step is never made: its object is in Report mode."""
    return step.block is not None and step.block.reason == REPORT_ONLY


def is_free(estimate: Estimate) -> bool:
    """Nothing in it costs anything or could."""
    return not estimate.unknown and estimate.high == Decimal(0)


def _change(change: Json) -> dict[str, Json]:
    """The members that the command promises, each always there; why a step waits is told in the text."""
    members = as_map(change) or {}
    fields = [as_map(field) or {} for field in as_list(members.get("fields")) or ()]
    return {
        "resource": members.get("resource"),
        "action": members.get("action"),
        "fields": [{name: field.get(name) for name in ("path", "specPath", "from", "to")} for field in fields],
        "effect": members.get("effect") or "",
    }
