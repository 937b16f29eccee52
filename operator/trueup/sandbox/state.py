"""Where a sandbox keeps its files, which name it may have, and the lock that lets one command at a time change it."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from trueup.sandbox.controlplane.parts import Ports
from trueup.sandbox.errors import SandboxError
from trueup.sandbox.ports import free_ports
from trueup.sandbox.progress import say

DEFAULT_NAME = "default"
_FOLDER = ".sandbox"
_KUBECONFIGS = ("kubeconfig", "operator.kubeconfig", "controllers.kubeconfig")
_FILES = ("env", "sandbox.json", "visit.json", *_KUBECONFIGS, "rights.yaml", "installed.json")
_FOLDERS = ("bin", "cache", "etcd", "logs", "pids", "pki", "tmp")
_LOCK = "lock"
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?")


@dataclass(frozen=True)
class SandboxPorts:
    """Every port of a sandbox, chosen once, so that what a shell has exported stays true after a repair."""

    control_plane: Ports
    emulator: int
    operator_health: int


@dataclass(frozen=True)
class State:
    """The folder of the sandbox called `name` in the project at `root`."""

    root: Path
    name: str = DEFAULT_NAME

    def __post_init__(self) -> None:
        """Refuse a name that is no folder name, or that is one of the default sandbox's own files."""
        if not _NAME.fullmatch(self.name) or self.name in (*_FILES, *_FOLDERS, _LOCK):
            raise SandboxError(
                f"a sandbox cannot be called {self.name!r}: use up to 30 lower-case letters, digits and hyphens, "
                "for example SANDBOX=second, and none of the names of a sandbox's own files"
            )

    @property
    def folder(self) -> Path:
        """`.sandbox` for the default one, a folder in it for any other."""
        base = self.root.absolute() / _FOLDER
        return base if self.name == DEFAULT_NAME else base / self.name

    @property
    def env(self) -> Path:
        """The file that a shell sources."""
        return self.folder / "env"

    @property
    def programs(self) -> Path:
        """The folder that goes on PATH; it holds kubectl alone."""
        return self.folder / "bin"

    @property
    def visit(self) -> Path:
        """What is remembered of a cluster that is not the sandbox's own; absent where it has its own."""
        return self.folder / "visit.json"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig, which a shell uses."""
        return self.folder / "kubeconfig"

    @property
    def operator_kubeconfig(self) -> Path:
        """The operator's kubeconfig."""
        return self.folder / "operator.kubeconfig"

    @property
    def cache(self) -> Path:
        """Where kubectl, called by the sandbox itself, keeps what it discovers."""
        return self.folder / "cache"

    def ports(self) -> SandboxPorts:
        """The ports chosen when this sandbox was first brought up; chosen and written down now if it is new."""
        file = self.folder / "sandbox.json"
        try:
            read = json.loads(file.read_text())["ports"]
            return SandboxPorts(Ports(**read.pop("control_plane")), **read)
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            numbers = free_ports(6)
        ports = SandboxPorts(Ports(*numbers[:4]), *numbers[4:])
        partial = file.with_suffix(".partial")
        partial.write_text(json.dumps({"ports": asdict(ports)}, indent=2))
        partial.replace(file)
        return ports

    @property
    def exists(self) -> bool:
        """Whether something was brought up here and not taken down."""
        return (self.folder / "sandbox.json").exists()

    def remove(self) -> None:
        """Delete every file of this sandbox, and `.sandbox` with its last one; other sandboxes in it stay."""
        for name in _FOLDERS:
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for left in (*_FILES, _LOCK, *(path.name for path in self.folder.glob("*.partial"))):
            (self.folder / left).unlink(missing_ok=True)
        for folder in (self.folder, self.root.absolute() / _FOLDER):
            try:
                folder.rmdir()
            except OSError:
                return

    @contextmanager
    def locked(self) -> Generator[None]:
        """Hold the sandbox alone; a second command waits here until the first has ended, however it ended."""
        while True:
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                lock = (self.folder / _LOCK).open("w")
            except FileNotFoundError:
                continue
            with lock:
                self._lock(lock)
                if self._is_current(lock):
                    yield
                    return

    def _lock(self, lock: IO[str]) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Another command is at work on sandbox {self.name}: waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)

    def _is_current(self, lock: IO[str]) -> bool:
        # Whoever held the lock before may have removed the sandbox and this file with it.
        try:
            return os.path.samestat(os.fstat(lock.fileno()), (self.folder / _LOCK).stat())
        except FileNotFoundError:
            return False
