"""Programs are taken where they are, built once where they are not, and never left half-built."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from trueup.sandbox.controlplane import ensure, find, kubectl
from trueup.sandbox.controlplane.build import cache_directory
from trueup.sandbox.controlplane.pins import ARGOCD, ETCD
from trueup.sandbox.controlplane.toolchain import go
from trueup.sandbox.errors import PartFailed, SandboxError

# A Go that notes each build in `builds`, and then either fails as Go does or writes the program it was asked for.
FAKE_GO = """#!/bin/sh
if [ "$1" = env ]; then echo go{version}; exit 0; fi
if [ "$1" = list ]; then ls -d {folder}/module; exit; fi
echo build >> {folder}/builds
if [ -e {folder}/broken ]; then echo 'go: module lookup disabled' >&2; exit 1; fi
while [ "$1" != -o ]; do shift; done
sleep {seconds}
printf '#!/bin/sh\\necho built\\n' > "$2"; chmod +x "$2"
"""


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with a Go of its own, an empty cache, and nothing else on PATH but the system's commands."""
    program(tmp_path / "bin" / "go", FAKE_GO.format(version="1.99.0", folder=tmp_path, seconds=0))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("KUBEBUILDER_ASSETS", raising=False)
    return tmp_path


def builds(machine: Path) -> int:
    file = machine / "builds"
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_a_missing_program_is_built_once_and_then_found(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert find("etcd") is None
    built = ensure(["etcd"])
    assert built == {"etcd": machine / "cache" / "trueup" / "controlplane" / f"etcd-{ETCD.digest}" / "etcd"}
    assert ensure(["etcd"]) == built
    assert builds(machine) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines()[:2] == [
        "Building etcd from source, once per machine: about 1 min on two cores.",
        "[1/1] etcd …",
    ]


def test_what_the_user_names_comes_before_path_and_path_before_the_cache(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cached,) = ensure(["etcd"]).values()
    assert find("etcd") == cached
    on_path = program(machine / "bin" / "etcd", "#!/bin/sh\necho etcd Version: 3.6.1\n")
    assert find("etcd") == on_path
    named = program(machine / "assets" / "etcd", "#!/bin/sh\n")
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(named.parent))
    assert find("etcd") == named


def test_a_folder_of_the_users_that_does_not_exist_is_said(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(machine / "absent"))
    with pytest.raises(SandboxError, match=r"^KUBEBUILDER_ASSETS names \S+/absent, which is no folder"):
        find("etcd")


@pytest.mark.parametrize("answer", ["echo etcd Version: 3.4.9", "exit 1", "echo unknown"])
def test_a_program_on_path_that_is_too_old_or_broken_is_left(machine: Path, answer: str) -> None:
    program(machine / "bin" / "etcd", f"#!/bin/sh\n{answer}\n")
    assert find("etcd") is None


def test_a_build_that_fails_says_which_and_why_and_leaves_nothing(machine: Path) -> None:
    (machine / "broken").touch()
    with pytest.raises(PartFailed, match=r"(?s)^etcd could not be built \(.*go: module lookup disabled$"):
        ensure(["etcd"])
    assert [path.name for path in cache_directory(ETCD).iterdir()] == ["lock"]
    (machine / "broken").unlink()
    assert list(ensure(["etcd"])) == ["etcd"]


def test_what_a_killed_build_left_is_removed_by_the_next(machine: Path) -> None:
    (cache_directory(ETCD) / "building-abc").mkdir(parents=True)
    ensure(["etcd"])
    assert sorted(path.name for path in cache_directory(ETCD).iterdir()) == ["etcd", "lock"]


def test_two_builds_at_once_are_one(machine: Path) -> None:
    program(machine / "bin" / "go", FAKE_GO.format(version="1.99.0", folder=machine, seconds=2))
    code = "from trueup.sandbox.controlplane import ensure; print(ensure(['etcd'])['etcd'])"
    both = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=60) for process in both]
    assert [answer[0].strip() for answer in answers] == [str(cache_directory(ETCD) / "etcd")] * 2
    assert builds(machine) == 1


def test_what_needs_files_of_its_module_has_them_beside_it_and_is_taken_from_nowhere_else(machine: Path) -> None:
    program(machine / "bin" / "argocd", "#!/bin/sh\necho argocd: v9.9.9\n")
    with pytest.raises(
        PartFailed, match=r"(?s)^argocd was built, but the files of its module were not found; .*/module"
    ):
        ensure(["argocd"])
    assert find("argocd") is None
    texts = {
        "manifests/crds/application-crd.yaml": "kind: Application\n",
        "manifests/base/config/argocd-cm.yaml": "kind: ConfigMap\n",
        "hack/git-verify-wrapper.sh": "#!/bin/sh\n",
    }
    for name, text in {**texts, "README.md": "not needed\n"}.items():
        program(machine / "module" / name, text).chmod(0o444)
    (built,) = ensure(["argocd"]).values()
    assert built.parent == cache_directory(ARGOCD)
    found = {path for path in built.parent.rglob("*") if path.is_file()} - {built, built.parent / "lock"}
    assert {str(path.relative_to(built.parent)): path.read_text() for path in found} == texts
    assert [path.name for path in found if path.stat().st_mode & stat.S_IXUSR] == ["git-verify-wrapper.sh"]


def test_go_on_path_is_taken_when_new_enough_and_the_wheels_otherwise(machine: Path) -> None:
    assert go((1, 26, 0)) == machine / "bin" / "go"
    program(machine / "bin" / "go", FAKE_GO.format(version="1.20.0", folder=machine, seconds=0))
    assert go((1, 26, 0)).parts[-3:] == ("go", "bin", "go")
    with pytest.raises(SandboxError, match=r"^Go 99 or newer is needed .* is older: run `make setup`"):
        go((99,))


def test_kubectl_on_path_is_taken_when_new_enough_and_the_wheels_otherwise(machine: Path) -> None:
    ours = program(machine / "bin" / "kubectl", '#!/bin/sh\necho \'{"gitVersion": "v1.31.0"}\'\n')
    assert kubectl() == ours
    program(ours, '#!/bin/sh\necho \'{"gitVersion": "v1.29.9"}\'\n')
    found = kubectl()
    assert found != ours
    with found.open("rb") as file:
        assert file.read(2) != b"#!", "a script of the wheel would need its Python; the real program is wanted"
