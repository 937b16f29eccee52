"""Every kind, found by walking the folders: a new kind is a new folder and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from trueup import kinds as package
from trueup.kinds.common.kind import Kind

_SHARED = frozenset({"common"})


@cache
def kinds() -> Mapping[str, Kind]:
    """Kind name → kind, for every folder beside this module. Raises TypeError for a folder without a KIND."""
    found: dict[str, Kind] = {}
    for module in iter_modules(package.__path__):
        if not module.ispkg or module.name in _SHARED:
            continue
        kind: object = import_module(f"{package.__name__}.{module.name}").KIND
        if not isinstance(kind, Kind):
            raise TypeError(f"{package.__name__}.{module.name}.KIND is not a Kind")
        found[kind.name] = kind
    return MappingProxyType(dict(sorted(found.items())))
