"""A temporary Git repository with a project's environments and manifests: what is applied is always a commit of it."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from trueup.sandbox.environment import for_children
from trueup.sandbox.errors import SandboxError

FOLDERS = ("environments", "manifests")
_WHO = "Trueup demo"
_SETTINGS = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{role}_NAME": _WHO for role in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{role}_EMAIL": "demo@example.com" for role in ("AUTHOR", "COMMITTER")},
}


@dataclass(frozen=True)
class Commit:
    """A commit: its abbreviated id and the first line of its message."""

    id: str
    subject: str

    def __str__(self) -> str:
        return f"{self.id} “{self.subject}”"


class Repository:
    """A clone to work in at `folder/work`, and checkouts of its commits beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.work = folder / "work"

    def begin(self, project: Path, subject: str) -> Commit:
        """Take over the environments of `project` as they stand, and clone them. Raises SandboxError."""
        origin = self._folder / "origin"
        origin.mkdir(parents=True)
        for name in FOLDERS:
            if not (project / name).is_dir():
                raise SandboxError(f"there is no folder {name} in {project}: run the demo in the project's own folder")
            shutil.copytree(project / name, origin / name)
        self._git("init", "--quiet", "--initial-branch=main", at=origin)
        self._git("add", "--all", at=origin)
        self._git("commit", "--quiet", f"--message={subject}", at=origin)
        self._git("clone", "--quiet", str(origin), str(self.work), at=self._folder)
        return self.head()

    def head(self) -> Commit:
        """The last commit."""
        id, _, subject = self._git("log", "-1", "--format=%h %s").strip().partition(" ")
        return Commit(id, subject)

    def commit(self, subject: str) -> Commit:
        """Commit whatever was changed in the working tree."""
        self._git("add", "--all")
        self._git("commit", "--quiet", f"--message={subject}")
        return self.head()

    def revert(self, commit: Commit) -> Commit:
        """`git revert` it."""
        self._git("revert", "--no-edit", commit.id)
        return self.head()

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace `old` in a file, where it must stand exactly once."""
        path = self.work / file
        text = path.read_text()
        count = text.count(old)
        if count != 1:
            raise SandboxError(f"the demo edits {file} and expects {old!r} in it once: it stands there {count} times")
        path.write_text(text.replace(old, new))

    def checkout(self, commit: Commit) -> Path:
        """A folder with the files of that commit and nothing else."""
        folder = self._folder / commit.id
        with tarfile.open(fileobj=io.BytesIO(self._run("archive", "--format=tar", commit.id, at=self.work))) as packed:
            packed.extractall(folder, filter="data")
        return folder

    def _git(self, *arguments: str, at: Path | None = None) -> str:
        return self._run(*arguments, at=at or self.work).decode()

    def _run(self, *arguments: str, at: Path) -> bytes:
        # A hook of the user's own repository may have set GIT_DIR and more; none of it is about this one.
        plain = {name: value for name, value in for_children(os.environ).items() if not name.startswith("GIT_")}
        answer = subprocess.run(
            ["git", *arguments],
            cwd=at,
            env=plain | _SETTINGS,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if answer.returncode != 0:
            raise SandboxError(f"git {' '.join(arguments)} failed: {answer.stderr.decode().strip()}")
        return answer.stdout
