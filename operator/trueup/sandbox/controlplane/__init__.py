"""Kubernetes' own programs: where they come from (`locate`, `build`, `pins`) and how they run together (`plane`).

`ControlPlane.start(directory)` gives tests and the sandbox a real API server; `ensure` and `kubectl` give programs.
"""

from trueup.sandbox.controlplane.locate import ensure, find
from trueup.sandbox.controlplane.plane import ControlPlane
from trueup.sandbox.controlplane.toolchain import kubectl

__all__ = ["ControlPlane", "ensure", "find", "kubectl"]
