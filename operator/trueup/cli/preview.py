"""One object's plan for a command: the engine's own preview, with what AWS refuses said as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping

from trueup.app.ports import Manifest, World
from trueup.app.previewing import Preview
from trueup.app.previewing import Previewer as EnginePreviewer
from trueup.cli.failures import Failure
from trueup.cli.folder import said
from trueup.cli.ground import Ground
from trueup.core.faults import ObservationFailed
from trueup.kinds.common.kind import Kind

__all__ = ["Preview", "Previewer"]


class Previewer:
    """Plans objects against one ground, each list of AWS read once for all of them."""

    def __init__(self, kinds: Mapping[str, Kind], ground: Ground) -> None:
        self._previewer = EnginePreviewer(kinds, ground.settings, ground.observer(), ground.clock)

    def preview(self, manifest: Manifest, world: World) -> Preview:
        """The object's plan and money. Raises Failure when AWS cannot be read."""
        try:
            return self._previewer.preview(manifest, world)
        except ObservationFailed as failed:
            raise Failure(
                f"{said(manifest)}: AWS cannot be read: {failed.fault.sentences} With --offline, AWS is taken as empty."
            ) from None
