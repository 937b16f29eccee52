"""The writes that the stories' goldens hold, and the generated policies of the kinds that play in each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trueup.gen.grants import PREFIX
from trueup.gen.iam import policies
from trueup.kinds.registry import kinds

STORIES = Path(__file__).parents[1] / "stories"
POLICIES: Mapping[str, Mapping[str, Any]] = policies()
_WRITE = re.compile(r"([a-z0-9-]+)\.([A-Z]\w+) (\{.*\})(?: -> \S+)?")
_OF_KIND = re.compile(r"<(\w+)/[\w-]+ ")


@dataclass(frozen=True)
class Written:
    """One write of a story."""

    story: str
    service: str
    """The prefix of its actions."""
    operation: str
    params: str
    """JSON, with ids of ours as `<Kind/name Type/logical name>`."""
    policy: Mapping[str, Any]
    """The policies of the story's kinds, put together."""


def policy_name(kind: str) -> str:
    """The file of a kind's own policy."""
    return f"policy-{kinds()[kind].info.singular}.json"


def together(names: set[str]) -> Mapping[str, Any]:
    """The policies of several kinds, as a role has them that they are attached to."""
    return {"Statement": [s for kind in sorted(names) for s in POLICIES[policy_name(kind)]["Statement"]]}


def written() -> Iterator[Written]:
    """Every write that a golden holds. Raises AssertionError for a line that is none."""
    for golden in sorted(STORIES.glob("*/*/calls.log")):
        text = golden.read_text()
        own = next(name for name in kinds() if name.lower() == golden.parent.parent.name)
        policy = together({own} | (set(_OF_KIND.findall(text)) & set(kinds())))
        for line in text.splitlines():
            if not line or line.startswith("#"):
                continue
            found = _WRITE.fullmatch(line)
            assert found is not None, f"{golden.parent.name}: {line}"
            yield Written(golden.parent.name, PREFIX.get(found[1], found[1]), found[2], found[3], policy)
