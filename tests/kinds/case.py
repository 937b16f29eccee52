"""A case of the tables of specs: an example file and a merge patch (RFC 7386) on its spec."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

EXAMPLES = Path(__file__).parent / "examples"


def example(name: str) -> dict[str, Any]:
    """The manifest in examples/<name>.yaml."""
    return yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))


def example_names() -> list[str]:
    return sorted(path.stem for path in EXAMPLES.glob("*.yaml"))


def merged(document: Any, patch: Any) -> Any:
    """The document after the merge patch."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(document) if isinstance(document, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


@dataclass(frozen=True)
class Case:
    """An example, patched. `refused` is a part of the sentence that refuses it; empty where it is right."""

    example: str
    patch: Mapping[str, Any]
    refused: str = ""
    at: str = "spec"

    @property
    def manifest(self) -> dict[str, Any]:
        return merged(example(self.example), {"spec": self.patch})

    def __str__(self) -> str:
        return f"{self.example} {dict(self.patch)}"


@dataclass(frozen=True)
class ChangeCase:
    """An example patched to `old`, and then changed by `new`."""

    example: str
    new: Mapping[str, Any]
    refused: str = ""
    old: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def before(self) -> dict[str, Any]:
        return merged(example(self.example), {"spec": self.old})

    @property
    def after(self) -> dict[str, Any]:
        return merged(self.before, {"spec": self.new})

    def __str__(self) -> str:
        return f"{self.example} {dict(self.old)} -> {dict(self.new)}"
