"""A sandbox's folder: its name, its ports, its lock, and that it is gone when it is removed."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from trueup.sandbox.errors import SandboxError
from trueup.sandbox.state import State


def test_the_default_sandbox_is_dot_sandbox_and_others_lie_in_it(tmp_path: Path) -> None:
    assert State(tmp_path).env == tmp_path / ".sandbox" / "env"
    assert State(tmp_path, "second").env == tmp_path / ".sandbox" / "second" / "env"


@pytest.mark.parametrize("name", ["", "Second", "a/b", "..", "-a", "a-", "a" * 31, "env", "logs", "lock", "pki", "a b"])
def test_a_name_that_cannot_be_a_folder_here_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SandboxError, match="a sandbox cannot be called"):
        State(tmp_path, name)


def test_ports_are_chosen_once(tmp_path: Path) -> None:
    state = State(tmp_path)
    with state.locked():
        assert not state.exists
        ports = state.ports()
        assert state.exists
    assert State(tmp_path).ports() == ports
    plane = ports.control_plane
    numbers = {plane.etcd, plane.etcd_peer, plane.api_server, plane.controllers, ports.emulator, ports.operator_health}
    assert len(numbers) == 6


@pytest.mark.parametrize("broken", ["", "{}", '{"ports": {"control_plane": {}}}', "[1]"])
def test_a_damaged_file_of_ports_is_written_anew(tmp_path: Path, broken: str) -> None:
    state = State(tmp_path)
    with state.locked():
        (state.folder / "sandbox.json").write_text(broken)
        ports = state.ports()
    assert State(tmp_path).ports() == ports


def test_removing_the_default_sandbox_leaves_the_others(tmp_path: Path) -> None:
    first, second = State(tmp_path), State(tmp_path, "second")
    for state in (first, second):
        with state.locked():
            state.ports()
    with first.locked():
        first.remove()
    assert not first.exists
    assert second.exists
    with second.locked():
        second.remove()
    assert list(tmp_path.iterdir()) == []


def test_who_waits_for_a_lock_that_is_removed_takes_a_new_one(tmp_path: Path) -> None:
    state, held = State(tmp_path), threading.Event()

    def take() -> None:
        with state.locked():
            held.set()

    waiting = threading.Thread(target=take)
    with state.locked():
        waiting.start()
        assert not held.wait(0.3)
        state.remove()
        assert not state.folder.exists()
    assert held.wait(10)
    waiting.join()


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    code = (
        "import os, pathlib; from trueup.sandbox.state import State\n"
        f"with State(pathlib.Path({str(tmp_path)!r})).locked(): os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    with State(tmp_path).locked():
        pass
