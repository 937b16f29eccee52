"""The figure of the command: a plan of staging without AWS, the whole process from start to exit."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from typing import Final

import psutil

from benchmarks.figures import Figure
from benchmarks.stage import ROOT
from trueup.sandbox.controlplane import kubectl
from trueup.sandbox.environment import for_children, path_with

TIMES: Final = 5
CHANGES: Final = 2
"""What the command answers when there is something to do."""


def offline() -> Figure:
    """The median of five runs; kubectl, which renders the kustomization, is a process of its own within them."""
    program = kubectl()
    environment = for_children(os.environ) | {"PATH": path_with(program.parent, os.environ.get("PATH", os.defpath))}
    command = [sys.executable, "-P", "-m", "trueup.cli", "plan", "--offline", "-f", str(ROOT / "environments/staging")]
    walls: list[float] = []
    used: list[float] = []
    for _ in range(TIMES):
        before, began = psutil.Process().cpu_times(), time.monotonic()
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        walls.append(time.monotonic() - began)
        after = psutil.Process().cpu_times()
        used.append(after.children_user + after.children_system - before.children_user - before.children_system)
        assert answer.returncode == CHANGES, answer.stderr
    wall = round(statistics.median(walls), 2)
    detail = {"CPU": round(statistics.median(used), 2), "runs": ", ".join(f"{seconds:.2f}" for seconds in walls)}
    return Figure("offline", "`trueup plan --offline` of environments/staging, start included", 3, wall, "s", detail)
