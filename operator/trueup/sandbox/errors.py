"""What can go wrong in the sandbox, as one sentence for people: what is wrong, where, and what to do."""

from __future__ import annotations

from pathlib import Path


class SandboxError(Exception):
    """A failure that a person can act on; its text is the whole message, without a traceback."""


class PartFailed(SandboxError):
    """A process of the sandbox ended or did not become ready; carries the end of its log."""

    def __init__(self, part: str, what: str, log: Path, *, lines: int = 20) -> None:
        """Read the last `lines` lines of `log` now, since the folder may be removed before anybody prints this."""
        self.part = part
        self.tail = tail(log, lines)
        shown = f"; the end of its log:\n{self.tail}" if self.tail else "; its log is empty"
        super().__init__(f"{part} {what}{shown}")


def tail(log: Path, lines: int) -> str:
    """The last `lines` lines of a text file, or nothing where there is no such file."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.rstrip().splitlines()[-lines:])
