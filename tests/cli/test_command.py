"""The frame of the command: help, version, generated files, and how faults end."""

from importlib.metadata import version
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Command
from trueup.cli.failures import Failure, guarded

CHANGES = ("deploy", "restart", "pause", "resume")
COMMANDS = ("plan", "status", "drift", "explain", "gen", "run", "sandbox", "site", *CHANGES, "logs", "wait")


def test_the_version(trueup: Command) -> None:
    assert trueup("--version") == Answer(0, f"trueup {version('trueup')}\n", "")


def test_without_arguments_it_lists_its_commands(trueup: Command) -> None:
    bare, asked = trueup(), trueup("--help")
    assert (bare.code, bare.err) == (0, "")
    assert bare.out.split() == asked.out.split()
    listed = [line.split()[1] for line in bare.out.splitlines() if line.startswith("│ ") and line[2].islower()]
    assert tuple(listed) == COMMANDS


@pytest.mark.parametrize("command", ["plan", "status", "drift", "explain", "gen", *CHANGES, "logs", "wait"])
def test_every_command_has_an_example(trueup: Command, command: str) -> None:
    answer = trueup(command, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert f"Example: trueup {command}" in answer.out


def test_an_unknown_command_names_the_nearest(trueup: Command) -> None:
    said = "error: No such command 'plam'. Did you mean 'plan'? (see `trueup --help`)\n"
    assert trueup("plam") == Answer(1, "", said)


def test_the_sandbox_has_its_own_commands(trueup: Command) -> None:
    answer = trueup("sandbox", "--help")
    assert (answer.code, answer.err) == (0, "")
    assert "Usage: trueup sandbox" in answer.out


def test_a_group_of_commands_without_one_shows_its_help(trueup: Command) -> None:
    answer = trueup("site")
    assert (answer.code, answer.err) == (0, "")
    assert "Usage: trueup site" in answer.out


def test_generated_files_are_written_and_compared(trueup: Command, tmp_path: Path) -> None:
    missing = trueup("gen", "--check", "--root", str(tmp_path))
    assert missing.code == 1
    assert "crds/budgets.yaml is missing." in missing.out.splitlines()
    assert missing.out.splitlines()[-1] == "Run `trueup gen` and commit the result."
    written = trueup("gen", "--root", str(tmp_path))
    assert written.code == 0
    assert "crds/budgets.yaml" in written.out.splitlines()
    assert trueup("gen", "--check", "--root", str(tmp_path)) == Answer(0, "", "")


def failing(error: BaseException) -> int:
    def run() -> object:
        raise error

    return guarded(run)


def test_a_failure_is_its_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(Failure("one is wrong.\ntwo is wrong, too.")) == 1
    assert capsys.readouterr() == ("", "error: one is wrong.\nerror: two is wrong, too.\n")


def test_ctrl_c_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert failing(KeyboardInterrupt()) == 130
    assert capsys.readouterr() == ("", "interrupted\n")


def test_a_fault_of_ours_says_so_and_keeps_its_trace(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert failing(ZeroDivisionError("on purpose")) == 1
    (trace,) = tmp_path.iterdir()
    assert capsys.readouterr() == (
        "",
        (
            "error: this is a fault of Trueup, not of your input (ZeroDivisionError). "
            f"The trace is in {trace}: please report it with the command that you ran.\n"
        ),
    )
    assert trace.read_text().splitlines()[-1] == "ZeroDivisionError: on purpose"
    assert trace.stat().st_mode & 0o077 == 0


def test_an_exit_code_goes_through() -> None:
    assert (guarded(lambda: 2), guarded(lambda: None)) == (2, 0)
