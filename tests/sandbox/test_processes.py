"""Processes are found again, never mistaken for others, and ended with everything that they started."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from trueup.sandbox.errors import PartFailed, SandboxError
from trueup.sandbox.ports import LOOPBACK, free_ports
from trueup.sandbox.processes import Keeper, Part

SERVER = """
import http.server, subprocess, sys
if "--with-child" in sys.argv:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


def server(*options: str, name: str = "server") -> Part:
    (port,) = free_ports(1)
    argv = (sys.executable, "-c", SERVER, str(port), *options)
    return Part(name, argv, port, f"http://{LOOPBACK}:{port}/", ready_seconds=30)


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    keeper = Keeper(tmp_path)
    yield keeper
    keeper.clear()
    assert keeper.marked() == []


def pid_of(keeper: Keeper, name: str = "server") -> int:
    record = keeper.running(name)
    assert record is not None
    return record.pid


def test_what_runs_as_described_is_kept(keeper: Keeper) -> None:
    part = server()
    assert keeper.ensure(part) is True
    first = pid_of(keeper)
    assert Keeper(keeper.state).ensure(part) is False
    assert pid_of(keeper) == first


def test_what_was_killed_is_started_again_on_the_same_port(keeper: Keeper) -> None:
    part = server()
    keeper.ensure(part)
    first = pid_of(keeper)
    os.kill(first, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(first)] if psutil.pid_exists(first) else [], timeout=10)
    assert keeper.running("server") is None
    assert keeper.ensure(part) is True
    assert pid_of(keeper) != first


def test_another_command_replaces_the_running_one(keeper: Keeper) -> None:
    keeper.ensure(server())
    first = pid_of(keeper)
    assert keeper.ensure(server()) is True
    assert not psutil.pid_exists(first)


def test_a_process_that_got_a_recorded_id_later_is_neither_taken_for_ours_nor_ended(keeper: Keeper) -> None:
    keeper.ensure(server())
    file = keeper.state / "pids" / "server.json"
    record = json.loads(file.read_text())
    stranger = psutil.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        file.write_text(json.dumps(record | {"pid": stranger.pid, "started": stranger.create_time() - 60}))
        assert keeper.running("server") is None
        keeper.stop(["server"])
        assert stranger.is_running()
    finally:
        stranger.kill()
        stranger.wait()


def test_children_in_sessions_of_their_own_end_with_their_part(keeper: Keeper) -> None:
    keeper.ensure(server("--with-child"))
    assert len(keeper.marked()) == 2
    keeper.stop(["server"])
    assert keeper.marked() == []


def test_children_of_a_killed_part_are_strays_and_those_of_a_living_one_are_not(keeper: Keeper) -> None:
    keeper.ensure(server("--with-child"))
    keeper.ensure(server("--with-child", name="other"))
    assert keeper.strays() == []
    killed = psutil.Process(pid_of(keeper))
    orphans = killed.children()
    killed.kill()
    killed.wait()
    assert keeper.strays() == orphans


def test_a_part_that_ends_is_named_with_the_end_of_its_log(keeper: Keeper) -> None:
    (port,) = free_ports(1)
    argv = (sys.executable, "-c", "print('first'); raise SystemExit('no luck')")
    with pytest.raises(PartFailed) as failure:
        keeper.ensure(Part("etcd", argv, port, f"http://{LOOPBACK}:{port}/"))
    assert sorted(failure.value.tail.splitlines()) == ["first", "no luck"]
    assert str(failure.value).startswith("etcd ended while starting; the end of its log:\n")


def test_a_part_that_never_answers_is_given_up(keeper: Keeper) -> None:
    (port,) = free_ports(1)
    argv = (sys.executable, "-c", "import time; time.sleep(600)")
    with pytest.raises(PartFailed, match=r"^etcd was not ready within 1 s; its log is empty$"):
        keeper.ensure(Part("etcd", argv, port, f"http://{LOOPBACK}:{port}/", ready_seconds=1))


def test_a_program_that_cannot_run_is_one_sentence(keeper: Keeper) -> None:
    (port,) = free_ports(1)
    with pytest.raises(PartFailed, match=r"^etcd could not be started \(No such file or directory\)"):
        keeper.ensure(Part("etcd", ("/does/not/exist",), port, "http://127.0.0.1:1/"))


def test_a_port_that_somebody_took_is_said(keeper: Keeper) -> None:
    part = server()
    stranger = Keeper(keeper.state / "stranger")
    stranger.ensure(part)
    try:
        with pytest.raises(SandboxError, match=f"server cannot start: another program has taken its port {part.port}"):
            keeper.ensure(part)
    finally:
        stranger.clear()
