"""Where each program of the sandbox is: named by the user, installed, built before, or built now."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from trueup.sandbox.controlplane.build import build, cached
from trueup.sandbox.controlplane.pins import CONTROL_PLANE, PROGRAMS, Program
from trueup.sandbox.controlplane.toolchain import version_of

ASSETS_VARIABLE = "KUBEBUILDER_ASSETS"


def find(name: str) -> Path | None:
    """The program called `name` from KUBEBUILDER_ASSETS, else PATH where new enough, else the cache; never builds."""
    program = PROGRAMS[name]
    return _in_assets(program) or _on_path(program) or cached(program)


def ensure(names: Sequence[str] = CONTROL_PLANE) -> dict[str, Path]:
    """Every named program, built into the cache where it is nowhere else; raises SandboxError when a build fails."""
    build([PROGRAMS[name] for name in names if find(name) is None])
    return {name: found for name in names if (found := find(name)) is not None}


def _in_assets(program: Program) -> Path | None:
    folder = os.environ.get(ASSETS_VARIABLE)
    path = Path(folder, program.name).absolute() if folder else None
    return path if path is not None and os.access(path, os.X_OK) else None


def _on_path(program: Program) -> Path | None:
    found = shutil.which(program.name)
    if found is None or version_of(Path(found), program.version) < program.oldest:
        return None
    return Path(found).absolute()
