"""Charter: ECR as moto has it, whose images were pushed when the emulator's clock says so."""

from __future__ import annotations

from trueup.sandbox.emulator.moto_bridge import Answer, backend
from trueup.sandbox.emulator.protocol import Document
from trueup.sandbox.emulator.service import Call, Forward, World


class Images:
    """The images of every account's repositories."""

    def __init__(self, world: World) -> None:
        self._world = world

    def handle(self, call: Call, forward: Forward, /) -> Document | Answer:
        """Let moto answer; an image that is new is given the time of its push, in whole seconds."""
        if call.operation != "PutImage":
            return forward()
        repositories = backend("ecr", call.account, call.region).repositories
        name = call.params["repositoryName"]
        before = [id(image) for image in repositories[name].images] if name in repositories else []
        answer = forward()
        for image in repositories[name].images if name in repositories else ():
            if id(image) not in before:
                image.image_pushed_at = int(self._world.clock.now())
        return answer

    def reset(self) -> None:
        """Nothing: with moto its images are gone."""
