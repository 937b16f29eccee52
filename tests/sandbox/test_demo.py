"""The demo as a user runs it: the whole story to the end; a step that is not as told; Ctrl-C in the middle."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from trueup.sandbox.demo.story import CHAPTERS
from trueup.sandbox.processes import Keeper

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.xdist_group("sandbox")]

SHIPPED = Path(__file__).parents[2]
FOLDERS = ("crds", "environments", "manifests")
VERDICT = re.compile(
    rf"All {len(CHAPTERS)} chapters verified in [\d .mins]+: (\d+) against the API server and (\d+) against AWS\.$"
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A copy of the project that is no Git checkout."""
    for name in FOLDERS:
        shutil.copytree(SHIPPED / name, tmp_path / name)
    yield tmp_path
    Keeper(tmp_path / ".sandbox" / "demo").clear()


def start(project: Path, temporary: Path) -> subprocess.Popen[str]:
    """The demo on its way; what it leaves as evidence goes to `temporary`. A foreign Git setting must not matter."""
    environment = os.environ | {"TMPDIR": str(temporary), "GIT_DIR": "/nowhere", "SANDBOX": "another"}
    command = [sys.executable, "-m", "trueup.sandbox.command", "demo"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=project, env=environment, stdout=pipe, stderr=pipe, text=True)


def assert_gone(project: Path) -> None:
    assert sorted(path.name for path in project.iterdir()) == sorted(FOLDERS)
    assert Keeper(project / ".sandbox" / "demo").marked() == []


def test_every_step_is_as_told_and_nothing_stays(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    process = start(project, temporary)
    out, err = process.communicate(timeout=850)
    assert process.returncode == 0, f"{out}\n{err}"
    lines = out.splitlines()
    found = VERDICT.fullmatch(lines[-1])
    assert found is not None, lines[-1]
    assert (int(found[1]) >= 165, int(found[2]) >= 38) == (True, True)
    told = [line for line in lines if re.match(r" ?\d+\. ", line)]
    assert told == [f"{number:2}. {part.title}" for number, part in enumerate(CHAPTERS, 1)]
    assert [line for line in lines if "✘" in line] == []
    assert len([line for line in lines if "▲ appears" in line and "(Correcting)" in line]) == 11
    assert list(temporary.iterdir()) == []
    assert_gone(project)


def test_what_is_not_as_told_is_named_with_the_place_of_the_logs(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    (project / "environments" / "production" / "protected.yaml").unlink()
    process = start(project, temporary)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 1, f"{out}\n{err}"
    [evidence] = temporary.glob("trueup-demo-*")
    story, what, expected, seen, logs = out.rsplit("\n", 6)[0], *out.splitlines()[-4:]
    assert "✘ failed after" in story
    assert what == "Not as told, API server: exit code and words of the plan of production"
    assert expected == "  expected: (2, '')"
    assert seen.startswith("  seen:     (1, ")
    assert "protected.yaml" in seen
    assert logs == f"  logs, objects and AWS calls: {evidence}"
    assert sorted(path.name for path in evidence.iterdir()) == ["aws-calls.json", "logs", "objects.json"]
    assert sorted(path.stem for path in (evidence / "logs").iterdir()) == [
        *["emulator", "etcd", "kube-apiserver", "kube-controller-manager", "operator"]
    ]
    assert_gone(project)


def test_being_interrupted_leaves_nothing(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    process = start(project, tmp_path_factory.mktemp("temporary"))
    assert process.stdout is not None
    for line in process.stdout:
        if "kubectl apply -k" in line:
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err.splitlines()[-1]) == (
        130,
        "interrupted; what was started has been taken down again",
    )
    assert_gone(project)
