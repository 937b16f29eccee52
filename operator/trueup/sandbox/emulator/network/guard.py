"""Charter: EC2 calls on their way to moto."""

from __future__ import annotations

from trueup.sandbox.emulator.moto_bridge import Answer
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.rds.service import Rds
from trueup.sandbox.emulator.service import Call, Forward, World


class Network:
    """EC2 of every account and region."""

    def __init__(self, world: World, rds: Rds) -> None:
        self._world = world
        self._rds = rds

    def handle(self, call: Call, forward: Forward) -> Document | Answer:
        """Answer one call."""
        return forward()

    def reset(self) -> None:
        """Nothing yet."""
