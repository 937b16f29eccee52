"""The story from beginning to end: its chapters in order, what is told at the end, and what is left: nothing."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from rich.table import Table
from rich.text import Text

from trueup.kinds.common.info import kind_infos
from trueup.sandbox import lifecycle
from trueup.sandbox.controlplane.parts import admin_tls, server_url
from trueup.sandbox.demo.account import Account
from trueup.sandbox.demo.board import Board, objects_table
from trueup.sandbox.demo.chapters.converge import converge
from trueup.sandbox.demo.chapters.drift import drift
from trueup.sandbox.demo.chapters.farewell import farewell
from trueup.sandbox.demo.chapters.lost import lost
from trueup.sandbox.demo.chapters.night import night
from trueup.sandbox.demo.chapters.nonsense import nonsense
from trueup.sandbox.demo.chapters.opening import clone, environment, prices
from trueup.sandbox.demo.chapters.others import others
from trueup.sandbox.demo.chapters.report import report
from trueup.sandbox.demo.chapters.revert import revert
from trueup.sandbox.demo.chapters.rollback import rollback
from trueup.sandbox.demo.facts import by_service, told
from trueup.sandbox.demo.mirror import Mirror, Sighting
from trueup.sandbox.demo.repository import Repository
from trueup.sandbox.demo.stage import LOOKING_FAILS, Side, Stage, Unmet
from trueup.sandbox.errors import SandboxError
from trueup.sandbox.installation import Kubectl
from trueup.sandbox.progress import elapsed, say

NAME: Final = "demo"


@dataclass(frozen=True)
class Part:
    """A chapter: its title and what it does."""

    title: str
    play: Callable[[Stage], None]


CHAPTERS: Final = (
    Part("A sandbox: API server, AWS emulator, operator", environment),
    Part("What the platform costs, before anything exists", prices),
    Part("A Git clone, whose commits are what is applied", clone),
    Part("Every object of staging to Ready and InSync", converge),
    Part("What cannot be is refused with a sentence", nonsense),
    Part("Six changes in AWS behind the operator's back", drift),
    Part("Five more: secret, bucket, site, name and service", others),
    Part("A deploy that fails is rolled back, and reported so", rollback),
    Part("A service that sleeps by night", night),
    Part("A cluster deleted outright is not replaced by an empty one", lost),
    Part("Report mode: it differs, says so, and is left alone", report),
    Part("A commit, and its git revert: AWS follows both", revert),
    Part("A deletion leaves a final snapshot", farewell),
)


def play(*, keep: bool = False, root: Path | None = None) -> bool:
    """Play the story in a sandbox of its own, which is gone afterwards unless `keep`; whether all was as told.

    Raises SandboxError when the sandbox itself does not come up.
    """
    project = root or Path.cwd()
    began = time.monotonic()
    if lifecycle.down(NAME, root=project):
        say("the sandbox of an earlier demo was still there; it has been taken down")
    try:
        sandbox = lifecycle.up(NAME, root=project, delays="short")
        return _play(project, sandbox, began)
    finally:
        if keep:
            say(f"the sandbox stays: . {project}/.sandbox/{NAME}/env    (to end it: make sandbox-down SANDBOX={NAME})")
        else:
            lifecycle.down(NAME, root=project)


def _play(project: Path, sandbox: lifecycle.Sandbox, began: float) -> bool:
    board = Board([part.title for part in CHAPTERS])
    stage = _stage(project, sandbox, board)
    stage.mirror.start()
    try:
        with board.shown():
            for number, part in enumerate(CHAPTERS):
                with board.chapter(number, None if number else began):
                    part.play(stage)
    except Exception as failure:
        _tell_failure(stage, failure)
        if isinstance(failure, (Unmet, SandboxError, *LOOKING_FAILS)):
            return False
        raise
    finally:
        stage.mirror.stop()
    _summarise(stage, time.monotonic() - began)
    return True


def _stage(project: Path, sandbox: lifecycle.Sandbox, board: Board) -> Stage:
    state, exports = sandbox.state, sandbox.exports
    server = server_url(state.ports().control_plane.api_server)
    mirror = Mirror(server, admin_tls(state.folder / "pki"), kind_infos(), lambda seen: _notice(board, seen))
    board.objects = mirror.all
    kubectl = Kubectl(state.programs / "kubectl", exports.kubeconfig, state.cache / "demo")
    # Below the sandbox's own folder, so that it goes with it however the demo ends.
    repository = Repository(state.cache / "git")
    return Stage(project, sandbox, kubectl, Account(exports.aws_endpoint), mirror, repository, board)


def _notice(board: Board, seen: Sighting) -> None:
    mark, style = ("▼ closed  ", "green") if seen.closed else ("▲ appears ", "yellow")
    action = "" if seen.closed else f" ({seen.entry.get('action')})"
    board.tell(f"{mark} {seen.who} {told(seen.entry)}{action}", style)


def _summarise(stage: Stage, seconds: float) -> None:
    board = stage.board
    board.print(Text(), objects_table(stage.mirror.all()), Text(), board.chapters_table(), Text())
    calls = Table("AWS CALLS", "READS", "WRITES", box=None, pad_edge=False)
    for service, (reads, writes) in sorted(by_service(stage.account.counts()).items()):
        calls.add_row(service, str(reads), str(writes))
    board.print(calls, Text())
    checks = " and ".join(
        f"{count} against {'the ' if side is Side.API else ''}{side}" for side, count in stage.checks.items()
    )
    verdict = f"All {len(board.chapters)} chapters verified in {elapsed(seconds)}: {checks}."
    board.print(Text(verdict, style="bold green"))


def _tell_failure(stage: Stage, failure: Exception) -> None:
    board = stage.board
    folder = _evidence(stage)
    board.print(Text(), objects_table(stage.mirror.all()), Text(), board.chapters_table(), Text())
    if isinstance(failure, Unmet):
        board.print(Text(f"Not as told, {failure.side}: {failure.what}", style="bold red"))
        board.print(Text(f"  expected: {failure.expected}"))
        board.print(Text(f"  seen:     {failure.seen}"))
    else:
        board.print(Text(f"Failed: {failure or type(failure).__name__}", style="bold red"))
    board.print(Text(f"  logs, objects and AWS calls: {folder}"))


def _evidence(stage: Stage) -> Path:
    """A folder outside the sandbox, which is about to go, with whatever may tell what happened."""
    folder = Path(tempfile.mkdtemp(prefix="trueup-demo-"))
    shutil.copytree(stage.sandbox.state.folder / "logs", folder / "logs", dirs_exist_ok=True)
    (folder / "objects.json").write_text(json.dumps(stage.mirror.all(), indent=2))
    with suppress(httpx.HTTPError):
        (folder / "aws-calls.json").write_text(json.dumps(stage.account.operators_calls(0), indent=2))
    return folder
