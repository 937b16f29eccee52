"""Processes that outlive the command that started them, and are found again, never mistaken, and fully removed.

A part of a sandbox is known by its record (process id, start time, digest of its command) and by two variables in its
environment, which its own children inherit. The record answers "is it still the same process"; the variables find
what no record names any more, such as children of a part that was killed with signal 9.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from trueup.sandbox.environment import for_children
from trueup.sandbox.errors import PartFailed, SandboxError
from trueup.sandbox.ports import is_free
from trueup.sandbox.readiness import ClientTls, await_ready

STATE_MARK, PART_MARK = "TRUEUP_SANDBOX_STATE", "TRUEUP_SANDBOX_PART"
# Two readings of one process's start time differ when the machine's clock is corrected between them.
START_TOLERANCE_SECONDS = 2.0
GRACE_SECONDS = 5.0
CLEARING_SECONDS = 1.0
RECOVERY_SECONDS = 10.0

# Children of this very process must be reaped by it, or a killed one stays a zombie while a test session lasts.
_started_here: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Part:
    """One process to run: its command, what it adds to the environment, and where it says that it is ready."""

    name: str
    argv: tuple[str, ...]
    port: int
    ready_url: str
    ready_tls: ClientTls | None = None
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    ready_seconds: float = 60.0

    @property
    def digest(self) -> str:
        """Equal for equal commands and settings; another value means that a running process is out of date."""
        return hashlib.sha256(repr((self.argv, sorted(self.environment.items()))).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Record:
    """What is remembered of a started process; `started` is its start time in seconds since 1970."""

    pid: int
    started: float
    digest: str
    ready_url: str


class Keeper:
    """Starts, finds and stops the processes whose records and logs live in one state folder."""

    def __init__(self, state: Path) -> None:
        """Use `state/pids` and `state/logs`; the folder's absolute path is the mark of its processes.

        `begun` names the parts that this keeper started, in order.
        """
        self.state = state.absolute()
        self.begun: list[str] = []

    def log(self, name: str) -> Path:
        """The file that takes both outputs of the part called `name`."""
        return self.state / "logs" / f"{name}.log"

    def start(self, part: Part) -> Record:
        """Run `part` in a session of its own, so that Ctrl-C in a terminal does not reach it, and record it."""
        self.begun.append(part.name)
        self.log(part.name).parent.mkdir(parents=True, exist_ok=True)
        inherited = for_children(os.environ)
        # Clients unpack keys into temporary files, which a kill leaves: they lie where `down` clears.
        temporary = self.state / "tmp"
        temporary.mkdir(mode=0o700, exist_ok=True)
        marks = {STATE_MARK: str(self.state), PART_MARK: part.name, "TMPDIR": str(temporary)}
        with self.log(part.name).open("ab") as log:
            try:
                child = subprocess.Popen(
                    part.argv,
                    env=inherited | dict(part.environment) | marks,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as error:
                log.write(f"{part.argv[0]}: {error.strerror}\n".encode())
                raise
        _started_here[child.pid] = child
        record = Record(child.pid, _start_time(child.pid), part.digest, part.ready_url)
        self._write(part.name, record)
        return record

    def recorded(self, name: str) -> Record | None:
        """The record of the part called `name`, whether or not it still runs."""
        try:
            return Record(**json.loads(self._pid_file(name).read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def running(self, name: str) -> Record | None:
        """The record of the part called `name` if that very process is alive; never another with the same id."""
        record = self.recorded(name)
        return record if record is not None and is_alive(record) else None

    def ensure(self, part: Part) -> bool:
        """Have `part` run as described and ready; True if it had to be started. Raises PartFailed if that fails."""
        return self.begin(part) and self.finish(part)

    def begin(self, part: Part) -> bool:
        """Start `part` unless it runs as described and answers; True if it was started, ready or not."""
        record = self.running(part.name)
        # One that waits for another part, just repaired, needs a moment; a restart would cost more.
        if record is not None and record.digest == part.digest and self._awaits(part, RECOVERY_SECONDS):
            return False
        self.stop([part.name])
        if not is_free(part.port):
            raise SandboxError(
                f"{part.name} cannot start: another program has taken its port {part.port}; "
                "take the sandbox down and bring it up again, and it chooses other ports"
            )
        try:
            self.start(part)
        except OSError as error:
            raise PartFailed(part.name, f"could not be started ({error.strerror})", self.log(part.name)) from error
        return True

    def finish(self, part: Part) -> bool:
        """Wait until a started `part` is ready; raises PartFailed when it ends or takes too long. Always True."""
        if self._awaits(part, part.ready_seconds):
            return True
        alive = self.running(part.name) is not None
        what = f"was not ready within {part.ready_seconds:.0f} s" if alive else "ended while starting"
        raise PartFailed(part.name, what, self.log(part.name))

    def _awaits(self, part: Part, seconds: float) -> bool:
        def alive() -> bool:
            return self.running(part.name) is not None

        return await_ready(part.ready_url, part.ready_tls, seconds=seconds, alive=alive)

    def stop(self, names: Sequence[str], *, grace_seconds: float = GRACE_SECONDS) -> None:
        """End the named parts together, each with its children, and forget them; others stay."""
        records = [record for name in names if (record := self.running(name)) is not None]
        end([process for record in records for process in _family(record.pid)], grace_seconds=grace_seconds)
        for name in names:
            self._pid_file(name).unlink(missing_ok=True)

    def clear(self) -> None:
        """End everything that carries the mark, fast: what it would write on its way out is thrown away anyway."""
        end(self.marked(), grace_seconds=CLEARING_SECONDS)
        for file in (self.state / "pids").glob("*.json"):
            file.unlink(missing_ok=True)

    def marked(self) -> list[psutil.Process]:
        """Every process that carries this folder's mark, recorded or not, but not this one or its ancestors."""
        own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
        return [process for process in psutil.process_iter() if process.pid not in own and self._marks(process)]

    def strays(self) -> list[psutil.Process]:
        """Every marked process that belongs to no part that runs, such as the children of a killed one."""
        known: set[int] = set()
        for file in (self.state / "pids").glob("*.json"):
            record = self.running(file.stem)
            if record is not None:
                known.update(process.pid for process in _family(record.pid))
        return [process for process in self.marked() if process.pid not in known]

    def _marks(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(STATE_MARK) == str(self.state)
        except (psutil.Error, OSError):
            return False

    def _pid_file(self, name: str) -> Path:
        return self.state / "pids" / f"{name}.json"

    def _write(self, name: str, record: Record) -> None:
        target = self._pid_file(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(record)))
        partial.replace(target)


def is_alive(record: Record) -> bool:
    """Whether the recorded process, and not a later one with its id, still runs; a zombie does not."""
    _reap(record.pid)
    try:
        process = psutil.Process(record.pid)
        same = abs(process.create_time() - record.started) < START_TOLERANCE_SECONDS
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def end(processes: Iterable[psutil.Process], *, grace_seconds: float = GRACE_SECONDS) -> None:
    """Ask every process to end, and kill those that are still there after `grace_seconds`; all are gone afterwards."""
    waiting = list(processes)
    for process in waiting:
        _signal(process, kill=False)
    _, stubborn = psutil.wait_procs(waiting, timeout=grace_seconds)
    for process in stubborn:
        _signal(process, kill=True)
    psutil.wait_procs(stubborn, timeout=grace_seconds)
    for process in waiting:
        _reap(process.pid)


def _signal(process: psutil.Process, *, kill: bool) -> None:
    with suppress(psutil.NoSuchProcess):
        process.kill() if kill else process.terminate()


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _start_time(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return 0.0


def _reap(pid: int) -> None:
    child = _started_here.get(pid)
    if child is not None and child.poll() is not None:
        del _started_here[pid]
