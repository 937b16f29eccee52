"""Builds the sandbox's programs from pinned Go modules into the user's cache, once per machine and pin.

A program appears in the cache by a rename, so it is whole or absent. Builds of one module wait for each other. One
that was interrupted goes on where Go's own cache stands.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from trueup.sandbox.controlplane.pins import Program, Source
from trueup.sandbox.controlplane.toolchain import go, go_environment
from trueup.sandbox.errors import PartFailed
from trueup.sandbox.progress import say, step


def cache_directory(source: Source) -> Path:
    """Where the programs of `source` are kept: below XDG_CACHE_HOME or ~/.cache, one folder per pin."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base).absolute() / "trueup" / "controlplane" / f"{source.folder}-{source.digest}"


def cached(program: Program) -> Path | None:
    """The built program, if it is in the cache."""
    path = cache_directory(program.source) / program.name
    return path if os.access(path, os.X_OK) else None


def build(programs: Sequence[Program]) -> None:
    """Build those `programs` that the cache lacks, saying which of how many; raises SandboxError when one fails."""
    missing = [program for program in programs if cached(program) is None]
    if missing:
        minutes = sum(program.minutes for program in missing)
        names = ", ".join(program.name for program in missing)
        say(f"Building {names} from source, once per machine: about {minutes} min on two cores.")
    for number, program in enumerate(missing, start=1):
        with _locked(cache_directory(program.source)):
            if cached(program) is None:
                _build(program, f"[{number}/{len(missing)}] {program.name}")


def _build(program: Program, title: str) -> None:
    target = cache_directory(program.source)
    for left_over in target.glob("building-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    command = go(program.source.go)
    with tempfile.TemporaryDirectory(prefix="building-", dir=target) as folder:
        log, built = Path(folder, "log"), Path(folder, program.name)
        with step(title, detail=lambda: _packages(log)):
            _compile(program, command, built, log)
            _keep_files(program.source, command, target, log)
        built.rename(target / program.name)


def _compile(program: Program, command: Path, built: Path, log: Path) -> None:
    link_flags = " ".join(("-s", "-w", *program.source.flags))
    arguments = ["build", "-v", "-trimpath", "-buildvcs=false", "-mod=readonly"]
    with log.open("wb") as output:
        answer = subprocess.run(
            [command, *arguments, f"-ldflags={link_flags}", "-o", built, program.package],
            cwd=program.source.directory,
            env=go_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if answer.returncode != 0:
        advice = "could not be built (is the Go module proxy reachable, and is there 6 GB of free disk?)"
        raise PartFailed(program.name, advice, log)


def _keep_files(source: Source, command: Path, target: Path, log: Path) -> None:
    """The files that the programs need stand beside them: Go keeps a module only until its cache is cleared."""
    if not source.files:
        return
    module = Path(_module(source, command, log))
    for name in source.files:
        files = sorted(file for file in (module / name).rglob("*") if file.is_file()) or [module / name]
        for file in files:
            kept = target / file.relative_to(module)
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.unlink(missing_ok=True)
            kept.write_bytes(file.read_bytes())
            kept.chmod(0o755 if kept.suffix == ".sh" else 0o644)


def _module(source: Source, command: Path, log: Path) -> str:
    answer = subprocess.run(
        [command, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", source.module],
        cwd=source.directory,
        env=go_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        log.write_text(answer.stderr)
        raise PartFailed(source.folder, "was built, but the files of its module were not found", log)
    return answer.stdout.strip()


def _packages(log: Path) -> str:
    # `go build -v` names each package when it starts to compile it; a warm cache leaves few.
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    count = sum(1 for line in lines if not line.startswith("go: "))
    return f"{count} packages" if count else "fetching modules"


@contextmanager
def _locked(directory: Path) -> Generator[None]:
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Another build of {directory.name} is under way: waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
