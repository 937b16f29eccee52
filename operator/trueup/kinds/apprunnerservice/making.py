"""What the steps of composing a service share."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from trueup.core.graph import Graph
from trueup.core.values import Json, shown
from trueup.kinds.apprunnerservice.spec import AppRunnerServiceSpec
from trueup.kinds.common.kind import Context
from trueup.resources.iam import RolePolicy


@dataclass(frozen=True, slots=True)
class Making:
    """What the steps of composing share."""

    ctx: Context
    spec: AppRunnerServiceSpec
    graph: Graph
    before: list[RolePolicy] = field(default_factory=list[RolePolicy])
    """What must be there before the service is made, though no field of it says so."""


def called(what: str, *values: Json) -> str:
    """A name in the graph that changes with what it stands for."""
    text = json.dumps([shown(value) for value in values], sort_keys=True)
    return f"{what}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"
