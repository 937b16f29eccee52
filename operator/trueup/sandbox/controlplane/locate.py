"""Where each program of the sandbox is: named by the user, installed, built before, or built now."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from trueup.sandbox.controlplane.build import build, cached
from trueup.sandbox.controlplane.pins import CONTROL_PLANE, PROGRAMS, Program
from trueup.sandbox.controlplane.toolchain import version_of
from trueup.sandbox.errors import SandboxError

ASSETS_VARIABLE = "KUBEBUILDER_ASSETS"


def find(name: str) -> Path | None:
    """The program called `name` from KUBEBUILDER_ASSETS, else PATH where new enough, else the cache; never builds.

    One that needs files of its module beside it is in the cache alone.
    KUBEBUILDER_ASSETS need not hold all of them; raises SandboxError when it names no folder.
    """
    program = PROGRAMS[name]
    if program.source.files:
        return cached(program)
    return _in_assets(program) or _on_path(program) or cached(program)


def ensure(names: Sequence[str] = CONTROL_PLANE) -> dict[str, Path]:
    """Every named program, built into the cache where it is nowhere else; raises SandboxError when a build fails."""
    build([PROGRAMS[name] for name in names if find(name) is None])
    return {name: found for name in names if (found := find(name)) is not None}


def _in_assets(program: Program) -> Path | None:
    folder = os.environ.get(ASSETS_VARIABLE)
    if not folder:
        return None
    if not Path(folder).is_dir():
        raise SandboxError(f"{ASSETS_VARIABLE} names {folder}, which is no folder: correct it or unset it")
    path = Path(folder, program.name).absolute()
    return path if os.access(path, os.X_OK) else None


def _on_path(program: Program) -> Path | None:
    found = shutil.which(program.name)
    if found is None or version_of(Path(found), program.version) < program.oldest:
        return None
    return Path(found).absolute()
