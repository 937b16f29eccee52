"""The demo's Git clone: what is applied is a commit, never the working tree; a revert is a commit like any other."""

from pathlib import Path

import pytest

from trueup.sandbox.demo.repository import Repository
from trueup.sandbox.errors import SandboxError

FILE = "environments/staging/postgres.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that is no Git checkout."""
    root = tmp_path / "project"
    for folder in ("environments/staging", "manifests/platform"):
        (root / folder).mkdir(parents=True)
    (root / FILE).write_text("spec:\n  capacity: {max: 1}\n")
    (root / "manifests/platform/kustomization.yaml").write_text("resources: []\n")
    (root / "secret.txt").write_text("not for the clone")
    return root


@pytest.fixture
def repository(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    # As in a hook of the user's own repository.
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    repository = Repository(tmp_path / "clone")
    repository.begin(project, "As it stands")
    return repository


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_a_checkout_holds_what_was_committed_and_nothing_else(repository: Repository, project: Path) -> None:
    first = repository.head()
    repository.edit(FILE, "max: 1", "max: 2")
    shipped = files(project)
    del shipped["secret.txt"]
    assert files(repository.checkout(first)) == shipped
    assert first.subject == "As it stands"


def test_a_commit_and_its_revert(repository: Repository) -> None:
    first = repository.head()
    repository.edit(FILE, "max: 1", "max: 2")
    second = repository.commit("Scale to 2")
    third = repository.revert(second)
    assert [commit.subject for commit in (first, second, third)] == [
        *["As it stands", "Scale to 2", 'Revert "Scale to 2"']
    ]
    contents = [files(repository.checkout(commit))[FILE] for commit in (first, second, third)]
    assert contents == [f"spec:\n  capacity: {{max: {most}}}\n" for most in (1, 2, 1)]


def test_an_edit_that_does_not_fit_is_said(repository: Repository) -> None:
    with pytest.raises(SandboxError) as refused:
        repository.edit(FILE, "max: 3", "max: 4")
    assert str(refused.value) == f"the demo edits {FILE} and expects 'max: 3' in it once: it stands there 0 times"


def test_a_folder_that_is_no_project_is_said(tmp_path: Path) -> None:
    with pytest.raises(SandboxError) as refused:
        Repository(tmp_path / "clone").begin(tmp_path, "Nothing")
    expected = f"there is no folder environments in {tmp_path}: run the demo in the project's own folder"
    assert str(refused.value) == expected
