"""What every chapter works with: a sandbox, its objects, its AWS account, a Git clone, and a way to verify."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from trueup.sandbox.demo.account import Account
from trueup.sandbox.demo.awaiting import awaited
from trueup.sandbox.demo.board import Board
from trueup.sandbox.demo.facts import GOOD, Price, standing
from trueup.sandbox.demo.mirror import Mirror
from trueup.sandbox.demo.repository import Commit, Repository
from trueup.sandbox.environment import for_children
from trueup.sandbox.installation import Kubectl
from trueup.sandbox.lifecycle import Sandbox

ENVIRONMENT = "staging"
WITHIN_SECONDS = 120.0
"""Nothing here takes that long even on a busy machine: AWS's own waits are seconds, a sweep is five, and what was read
within 30 seconds of our own write counts as settling."""

LOOKING_FAILS = (ClientError, BotoCoreError, httpx.HTTPError, LookupError)
"""What a look may meet where something is not there yet or does not answer just now."""

T = TypeVar("T")


class Side(StrEnum):
    """Where a fact was verified."""

    API = "API server"
    AWS = "AWS"


class Unmet(Exception):
    """Something is not as the story says: what was looked at, what was expected, and what was seen."""

    def __init__(self, side: Side, what: str, expected: object, seen: object) -> None:
        super().__init__(f"{side}: {what}: expected {expected!r}, saw {seen!r}")
        self.side, self.what, self.expected, self.seen = side, what, expected, seen


@dataclass
class Stage:
    """The sandbox in use; `root` is the project. `checks` counts what was verified, and where."""

    root: Path
    sandbox: Sandbox
    kubectl: Kubectl
    account: Account
    mirror: Mirror
    repository: Repository
    board: Board
    prices: dict[str, Price] = field(default_factory=dict[str, Price])
    objects: tuple[str, ...] = ()
    """Every object of the environment, as `namespace/Kind/name`."""
    checks: dict[Side, int] = field(default_factory=lambda: dict.fromkeys(Side, 0))

    def in_cluster(self, what: str, look: Callable[[], T], wanted: T, within: float = WITHIN_SECONDS) -> None:
        """Wait until the API server shows `wanted`, and count it as verified. Raises Unmet when it does not in time."""
        self._expect(Side.API, what, look, wanted, within)

    def in_aws(self, what: str, look: Callable[[], T], wanted: T, within: float = WITHIN_SECONDS) -> None:
        """Wait until AWS shows `wanted`, and count it as verified. Raises Unmet when it does not in time."""
        self._expect(Side.AWS, what, look, wanted, within)

    def found(self, side: Side, what: str, seen: object, wanted: object) -> None:
        """What was seen already and will not change is `wanted`; counted as verified, else Unmet."""
        if seen != wanted:
            raise Unmet(side, what, wanted, seen)
        self.checks[side] += 1

    def _expect(self, side: Side, what: str, look: Callable[[], object], wanted: object, within: float) -> None:
        def tried() -> object:
            try:
                return look()
            except LOOKING_FAILS as failure:
                return f"{type(failure).__name__}: {failure}"

        self.board.waits_for = what
        seen = awaited(tried, wanted, within)
        self.found(side, what, seen, wanted)
        self.board.waits_for = ""

    def good(self, *objects: str) -> None:
        """Each of these objects, or all, becomes Ready and InSync."""
        for who in objects or self.objects:
            self.in_cluster(who, lambda who=who: standing(self.mirror.get(who)), GOOD)

    def apply(self, commit: Commit, *options: str) -> None:
        """Apply a commit's environment: what stands in the commit, whatever the working tree holds."""
        self.board.tell(f"kubectl apply -k environments/{ENVIRONMENT}    # commit {commit}", "cyan")
        folder = self.repository.checkout(commit) / "environments" / ENVIRONMENT
        self.kubectl.run("apply", f"--kustomize={folder}", *options)

    def trueup(self, *arguments: str, offline: bool = False) -> tuple[int, str]:
        """Exit code and output of the command, as a user of this sandbox would run it.

        With `offline` it knows no cluster, no AWS endpoint and no credentials.
        """
        exports = self.sandbox.exports.values()
        given = {"PATH": exports["PATH"]} if offline else exports
        self.board.tell(f"trueup {' '.join(arguments)}", "cyan")
        answer = subprocess.run(
            [sys.executable, "-P", "-m", "trueup.cli", *arguments],
            cwd=self.root,
            env=for_children(os.environ) | given,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return answer.returncode, answer.stdout + answer.stderr

    def tell(self, text: str, style: str = "") -> None:
        """One line of the story."""
        self.board.tell(text, style)
